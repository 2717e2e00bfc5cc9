"""Coming back after hours: a short reminder of what is known and what is still open."""

from __future__ import annotations

from datetime import datetime, timedelta

from actions.slots import read_time
from actions.talk import Talk
from actions.telling import time_words

AWAY = timedelta(hours=2)


def is_back(talk: Talk) -> bool:
    """Whether the customer was away for hours before this message."""
    last_at = talk.metadata.get("last_at")
    return last_at is not None and talk.now - datetime.fromisoformat(last_at) >= AWAY


def remind_of_request(talk: Talk) -> None:
    """Say where the request stopped; of the account nothing to somebody whose verification is over."""
    lines = [talk.words("utter_welcome_back"), *_known(talk)]
    if f"open_{talk.asked}" in talk.app.words.wordings:
        lines.append(talk.words(f"open_{talk.asked}"))
    talk.say_text("\n".join(lines))


def _known(talk: Talk) -> list[str]:
    frame, time = talk.frame, read_time(talk.frame, talk.zone_name)
    told = " / ".join(frame.words)
    lines = []
    if frame.order_number and (talk.customer_id or frame.order_number in told):
        lines.append(talk.words("known_order", order=frame.order_number))
    if told:
        lines.append(talk.words("summary_words", words=told))
    if time:
        lines.append(talk.words("summary_time", time=time_words(talk, time)))
    elif frame.time_unknown:
        lines.append(talk.words("summary_time_unknown"))
    if frame.queue and talk.customer_id:
        lines.append(talk.words("known_queue", orders=", ".join(entry["order_number"] for entry in frame.queue)))
    return lines
