"""Tasks in words for the desk: what happened, and the next best step with the place where it is taken. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple


class Step(StrEnum):
    """What an agent is offered beside a task."""

    ROUTE = "route"  # agree another way, then pay along it
    PAY = "pay"  # pay again as before
    RETRY = "retry"  # let the dead row live again
    CASE = "case"  # look at the case and decide there
    BY_HAND = "by_hand"  # outside the desk; then mark it done


class TaskWords(NamedTuple):
    """What a task says: ``what`` happened, what to do ``then``, and the ``step`` that the desk offers."""

    what: str
    then: str
    step: Step


_WORDS: Mapping[str, TaskWords] = {
    "agree_route": TaskWords(
        "The money cannot go back the way it was paid.",
        "Agree account credit or a bank transfer with the customer, then pay along it. Billing asks them for bank "
        "details itself; never take these in the chat.",
        Step.ROUTE,
    ),
    "payout_failed": TaskWords(
        "A payout did not get through, and another try by itself would not help.",
        "Look at the reason and at the payment in billing. Once it can be paid, pay again.",
        Step.PAY,
    ),
    "payout_disagrees": TaskWords(
        "Billing keeps refund {refund_id} alive ({status}), but we count the payout as ended: money may go back twice.",
        "Settle with billing which of them holds before anything else is paid.",
        Step.BY_HAND,
    ),
    "payout_not_sent": TaskWords(
        "A payout was requested, and nothing will send it.",
        "See whether a dead row below stands for it and retry that; otherwise pay again.",
        Step.PAY,
    ),
    "payout_without_news": TaskWords(
        "The payout is {state} at billing, and its last day of arrival is well over.",
        "Ask billing what became of refund {refund_id}, and tell the customer.",
        Step.BY_HAND,
    ),
    "trace": TaskWords(
        "The money should be at the customer's bank by now.",
        "Have billing trace the payout by its reference, and tell the customer what comes of it.",
        Step.BY_HAND,
    ),
    "overdue_verification": TaskWords(
        "The case was to be checked by {day}, and the customer heard that it was not.", "Decide it now.", Step.CASE
    ),
    "overdue_payout": TaskWords(
        "The money was to be sent by {day}, and the customer heard that it was not.",
        "See in the case what it waits for.",
        Step.CASE,
    ),
    "overdue_answer": TaskWords(
        "A colleague gave the customer {day}, and the customer heard that it slips.",
        "See in the case what it was about, do it, and tell the customer.",
        Step.CASE,
    ),
    "statutory_due": TaskWords(
        "By law the money must be sent by {day}, if the customer has a right to it.",
        "Decide the case, or have its payout sent, before that day ends.",
        Step.CASE,
    ),
    "outbox_dead": TaskWords(
        "{effect} failed again and again, the last time with {error}, and is not tried any more.",
        "Remove the cause (is billing or the mail server away?), then try again.",
        Step.RETRY,
    ),
    "watch_failed": TaskWords(
        "The case cannot be watched ({watched} broke with {error}), so its days may pass unseen.",
        "Look at it by hand, and report this: it is a fault of the program.",
        Step.BY_HAND,
    ),
    "correction": TaskWords(
        "The customer corrected or added something after the case was filed: “{said}”.",
        "Weigh it when you check the case; if it changes the order or the amount, agree it with the customer first.",
        Step.CASE,
    ),
    "withdrawal_unsettled": TaskWords(
        "A customer declared a withdrawal from the contract on {said_at} (UTC), and no case came of it (customer "
        "{customer_id}, order {order_id}): “{said}”.",
        "By law an answer may not wait: check whether the right of withdrawal holds by that time, and write to them.",
        Step.BY_HAND,
    ),
    "withdrawal_beside_case": TaskWords(
        "The customer also declared a withdrawal from the contract of order {order_id} on {said_at} (UTC): “{said}”.",
        "Take it into account when you decide; the law's time to pay back may run from then.",
        Step.CASE,
    ),
}
_OTHER = TaskWords("{kind}", "See the details.", Step.BY_HAND)


def task_words(kind: str, details: Mapping[str, Any]) -> TaskWords:
    """The words of a task of that ``kind``, filled with its ``details``; also of one that has none of its own."""
    words = _WORDS.get(kind, _OTHER)
    values = _Known({**details, "kind": kind.replace("_", " ")})
    return TaskWords(words.what.format_map(values), words.then.format_map(values), words.step)


def kinds_with_words() -> frozenset[str]:
    """Every kind that has words of its own."""
    return frozenset(_WORDS)


class _Known(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return f"({name} unknown)"
