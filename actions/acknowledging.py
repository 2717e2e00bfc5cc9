"""What is said first to what was told, before the next question."""

from __future__ import annotations

from typing import Any

from actions.evidence import is_evidence, wants_to_send
from actions.talk import Talk
from refunds.policy.request import Claim


def greet_trouble(talk: Talk) -> None:
    """A word of sympathy where trouble is first told; questions follow."""
    if talk.frame.topic or talk.is_button or not talk.frame.claims:
        return
    if Claim.FAILURE in talk.frame.claims:
        talk.say("utter_sorry_failure")
    elif Claim.WRONG_CHARGE in talk.frame.claims:
        talk.say("utter_sorry_charge")


def tell_what_was_heard(talk: Talk, to_come: int, *, news: bool) -> None:
    """Acknowledge what would otherwise seem to be passed over: evidence, a further order, a detail out of turn."""
    queue = talk.frame.queue
    if to_come == 0 and len(queue) > 0 and not talk.asked:
        talk.say("utter_several_orders", first=talk.frame.order_number, others=orders_words(queue))
    elif len(queue) > to_come:
        talk.say("utter_order_queued", order=orders_words(queue[to_come:]))
    elif is_evidence(talk.mended):
        talk.say("utter_no_files" if wants_to_send(talk.mended) else "utter_evidence_noted")
    elif news and talk.asked in ("email", "code") and not talk.is_button:
        talk.say("utter_detail_noted")


def orders_words(queue: list[dict[str, Any]]) -> str:
    """The numbers of orders that are to come."""
    return ", ".join(entry["order_number"] for entry in queue)
