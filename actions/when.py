"""When it happened: which of the times in a message are the incident's, and until when they run."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from actions.claims import claims_in
from actions.slots import Frame
from actions.talk import Talk

# A time right after such words is another event's: the purchase, the report, the end of the service.
_OTHER_EVENT = re.compile(
    r"\b(?:bought|ordered|purchased|paid|charged|billed|subscribed|signed up|renewed|reported|wrote|called|told|opened"
    r"|ended|terminated|cancel+ed|closed)\b[^.;!?]{0,30}$",
    re.I,
)
_TROUBLE_BETWEEN = re.compile(r"\b(?:and|but|then)\b.*\b(?:down|dead|fail|broke|crash|stopped|offline|error)", re.I)
_DEADLINE = re.compile(r"\b(?:by|before|until|till)\s*$", re.I)
# Clock times and what stands between them, without a day.
_CLOCK = re.compile(
    r"\W*(?:(?:at|around|about|from|between|since|until|till|to|and|approx\w*|in|the|noon|midnight|morning|afternoon"
    r"|evening|night|utc|gmt|cet|\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]\.?m\.?|h|o'?clock)?)\W*)+",
    re.I,
)
_SINCE = re.compile(r"\bsince\b[^.;!?]{0,12}$", re.I)
_UNSURE = re.compile(
    r"\b(?:don'?t|do not|dont|no|can'?t) (?:know|idea|remember|recall|clue)\b|\bnot sure\b|\bno idea\b|\bforgot\b", re.I
)
_ASKS = frozenset({"ask_refund_status", "ask_refund_arrival", "ask_refund_policy"})
_IT_WAS = re.compile(
    r"\bit (?:was|is|happened|began|started|went|failed|broke)\b|\bhappened\b|\bsorry\b|\bsince\b", re.I
)
_TIME_QUESTIONS = ("time", "narrower_time")


def hear_time(talk: Talk) -> None:
    """Take the incident's time, or that it is not known, into the frame."""
    if talk.is_button:
        talk.frame.time_unknown |= talk.intent == "dont_know" and talk.asked in _TIME_QUESTIONS
        return
    times = incident_times(talk)
    if talk.asked == "order" and talk.frame.time and not _IT_WAS.search(talk.text):
        times = []  # "the one from 12 November" chooses an order
    asks = talk.intent in _ASKS and not claims_in(talk.mended, "inform", {})  # "refund, it was down on Monday" tells
    if times and not asks:
        set_time(talk.frame, _on_day_known(talk, _spanned(times)))
    elif talk.asked == "narrower_time" and talk.intent == "affirm" and talk.frame.offered_time:
        set_time(talk.frame, talk.frame.offered_time)
    elif talk.asked in _TIME_QUESTIONS and (talk.intent == "dont_know" or _UNSURE.search(talk.text)):
        talk.frame.time_unknown = True


def incident_times(talk: Talk) -> list[dict[str, Any]]:
    """The times that are the incident's: no purchase, no deadline, none that can be read in two ways."""
    rows = [row for row in talk.details if row["entity"] == "time" and row["value"] != "ambiguous"]
    return [_with_end(talk, row) for row in rows if _is_incidents(talk.text[: row.get("start", 0)])]


def _is_incidents(before: str) -> bool:
    other = _OTHER_EVENT.search(before)
    if other and not _TROUBLE_BETWEEN.search(other[0]):
        return False
    return not _DEADLINE.search(before)


def _with_end(talk: Talk, row: dict[str, Any]) -> dict[str, Any]:
    """ "Since Monday" runs until now; a bare minute is a minute."""
    value: dict[str, Any] = row["value"]
    start, end = row.get("start", 0), row.get("end", 0)
    since = _SINCE.search(talk.text[:start]) or re.search(r"\bsince\b", talk.text[start:end], re.I)
    if value.get("to") is None and (since or len(value["from"]) == len("2026-11-20")):
        return {"from": value["from"], "to": talk.now.isoformat(), "ongoing": True}
    return value


def _spanned(times: list[dict[str, Any]]) -> dict[str, Any]:
    """Several times in one message, such as a start and an end, become one span."""
    if len(times) == 1:
        return times[0]
    ends = [time.get("to") or time["from"] for time in times]
    return {"from": min(time["from"] for time in times), "to": max(ends)}


def _on_day_known(talk: Talk, time: dict[str, Any]) -> dict[str, Any]:
    """ "No, 3 to 5 pm": clock times alone are those of the day that was told before."""
    known, rows = talk.frame.time, [row for row in talk.details if row["entity"] == "time"]
    alone = all(_CLOCK.fullmatch(talk.text[row.get("start", 0) : row.get("end", 0)]) for row in rows)
    if not known or not alone or known["from"][:10] != (known.get("to") or known["from"])[:10]:
        return time
    shift = date.fromisoformat(known["from"][:10]) - date.fromisoformat(time["from"][:10])
    end = time.get("to")
    if end and not time.get("ongoing"):
        end = _moved(end, shift)
    return time | {"from": _moved(time["from"], shift), "to": end}


def _moved(moment: str, shift: timedelta) -> str:
    return (datetime.fromisoformat(moment) + shift).isoformat()


def set_time(frame: Frame, time: dict[str, Any]) -> None:
    """A time named replaces an earlier one and "I don't know"."""
    frame.time = {"from": time["from"], "to": time.get("to")} | ({"ongoing": True} if time.get("ongoing") else {})
    frame.time_unknown = False
