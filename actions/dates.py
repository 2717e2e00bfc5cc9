"""Dates that cannot be taken as they are: readable in two ways, or ahead of us."""

from __future__ import annotations

from datetime import timedelta

from actions.slots import read_time
from actions.steps import payload
from actions.talk import Talk
from actions.times import both_readings


def ask_which_date(talk: Talk) -> bool:
    """A date such as 03/04 is asked about, never guessed."""
    doubtful = next((row for row in talk.details if row["entity"] == "time" and row["value"] == "ambiguous"), None)
    if doubtful is None or talk.is_button:
        return False
    days = both_readings(talk.text[doubtful.get("start", 0) : doubtful.get("end")], talk.now.astimezone(talk.zone))
    if not days:
        return False
    buttons = [
        (talk.app.words.day(day, talk.locale), payload("choose_time", time={"from": str(day), "to": str(day)}))
        for day in days
    ]
    talk.frame.topic = "refund"
    talk.ask("time", "utter_ask_which_date", buttons)
    return True


def ask_past_time(talk: Talk) -> bool:
    """A time that lies ahead is asked about again."""
    time = read_time(talk.frame, talk.zone_name)
    if time is None or time.start <= talk.now + timedelta(hours=1):
        return False
    talk.frame.time, talk.frame.topic = None, "refund"
    talk.ask("time", "utter_time_in_future", [talk.button("button_dont_know", "/dont_know")])
    return True
