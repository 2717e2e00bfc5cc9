"""What a notice says on each occasion: paragraphs of the catalogue, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from refunds.case_words import reason_words
from refunds.cases.following import DETAILS_WINDOW
from refunds.cases.lifecycle import CaseState
from refunds.cases.payout_failures import PAUSE_BEFORE_AGAIN, NextRoute
from refunds.cases.promises import PromiseKind
from refunds.cases.receipt import read_receipt
from refunds.notify.matter import Matter
from refunds.notify.occasions import Occasion

_CREDIT = "account_credit"


def paragraphs(matter: Matter, occasion: Occasion) -> list[str]:
    """What to tell about ``matter``."""
    return _SENTENCES[occasion](matter)


def next_way(matter: Matter, occasion: Occasion) -> NextRoute | None:
    """What comes next where a payout did not get through; None on other occasions."""
    if occasion is Occasion.APPROVED and matter.details.get("route_closed"):
        return NextRoute.OTHER_ROUTE
    default = _NEXT_WITHOUT_A_WORD.get(occasion)
    return None if default is None else NextRoute(matter.details.get("next_route", default))


_NEXT_WITHOUT_A_WORD = {
    Occasion.FAILED: NextRoute.PERSON,
    Occasion.STOPPED: NextRoute.PERSON,
    Occasion.REVERSED: NextRoute.OTHER_ROUTE,
}


def _received(matter: Matter) -> list[str]:
    case = matter.case
    closed = read_receipt(case.receipt).decision.payout_needs_review
    amount = "notice_received_other_way" if closed else "notice_received_amount"
    step = {CaseState.APPROVED: "approved", CaseState.APPEALED: "appeal"}.get(case.state, "check")
    return [
        matter.say("notice_received"),
        matter.say(amount if case.amount else "notice_received_amount_open"),
        matter.say(f"notice_received_{step}"),
    ]


def _information_needed(matter: Matter) -> list[str]:
    asked = "\n".join(f"• {item}" for item in matter.details["items"])
    return [matter.say("notice_information_needed", items=asked), matter.say("notice_information_how")]


def _approved(matter: Matter) -> list[str]:
    if matter.details.get("route_closed"):
        return [matter.say("notice_approved"), matter.say("notice_approved_other_way"), matter.say("next_other_route")]
    if matter.route == _CREDIT:
        return [matter.say("notice_approved"), matter.say("notice_approved_credit")]
    return [matter.say("notice_approved"), f"{matter.say('notice_approved_next')} {_window(matter)}"]


def _rejected(matter: Matter) -> list[str]:
    clause, reason = matter.policy.clause(matter.details["clause"]), matter.details["reason"]
    same = reason.strip() == clause.plain.strip()
    name = "notice_rejected_clause_only" if same else "notice_rejected_clause"
    return [
        matter.say("notice_rejected"),
        matter.say("notice_rejected_why", reason=reason),
        matter.say(name, clause=clause.id, plain=clause.plain),
        matter.say("notice_rejected_appeal"),
    ]


def _withdrawn(matter: Matter) -> list[str]:
    return [matter.say("notice_withdrawn")]


def _appealed(matter: Matter) -> list[str]:
    return [matter.say("notice_appealed" if matter.verify_by < matter.today else "notice_appealed_by")]


def _paid(matter: Matter) -> list[str]:
    if matter.payout is not None and matter.payout.kind == "reversal":
        return [matter.say("notice_paid_reversal")]
    if matter.route == _CREDIT:
        return [matter.say("notice_paid_credit")]
    trace = "notice_trace" if "trace" in matter.values else "notice_trace_later"
    return [matter.say("notice_paid"), _window(matter), matter.say(trace)]


def _traced(matter: Matter) -> list[str]:
    return [matter.say("notice_traced")]


def _failed(matter: Matter) -> list[str]:
    return [matter.say("notice_failed", why=_reason(matter, "failure")), _next(matter, Occasion.FAILED)]


def _stopped(matter: Matter) -> list[str]:
    return [matter.say("notice_stopped", why=_reason(matter, "failure")), _next(matter, Occasion.STOPPED)]


def _reversed(matter: Matter) -> list[str]:
    return [matter.say("notice_reversed", why=_reason(matter, "failure")), _next(matter, Occasion.REVERSED)]


def _delayed(matter: Matter) -> list[str]:
    return [matter.say("notice_delayed", why=_reason(matter, "waits"))]


def _details_needed(matter: Matter) -> list[str]:
    return [matter.say("notice_details_needed"), matter.say("notice_details_how", days=str(DETAILS_WINDOW.count))]


def _slipping(matter: Matter) -> list[str]:
    """A new day where there is one; the bank's day was never ours to give anew."""
    kind, day = PromiseKind(matter.details["kind"]), matter.details.get("day")
    told = matter.say(f"notice_slipping_{kind.value}", was=matter.day(matter.details["was"]))
    if day:
        return [told, matter.say("notice_slipping_new_day", day=matter.day(day))]
    under_way = kind is PromiseKind.ARRIVE_BY
    return [told, matter.say("notice_slipping_under_way" if under_way else "notice_slipping_no_day")]


def _overdue(matter: Matter) -> list[str]:
    if "trace" not in matter.values:
        return [matter.say("notice_overdue"), matter.say("notice_overdue_no_trace")]
    ask = f"{matter.say('notice_overdue')} {matter.say('notice_overdue_ask')}"
    return [ask, matter.say("status_bank_text"), matter.say("notice_overdue_trace")]


def _closed_elsewhere(matter: Matter) -> list[str]:
    details = matter.details
    amount, day = matter.money(details["amount"]), matter.day(details["day"])
    return [matter.say("notice_closed_elsewhere", amount=amount, day=day, refund_id=details["refund_id"])]


_SENTENCES: Mapping[Occasion, Callable[[Matter], list[str]]] = {
    Occasion.RECEIVED: _received,
    Occasion.INFORMATION_NEEDED: _information_needed,
    Occasion.APPROVED: _approved,
    Occasion.REJECTED: _rejected,
    Occasion.WITHDRAWN: _withdrawn,
    Occasion.APPEALED: _appealed,
    Occasion.PAID: _paid,
    Occasion.TRACED: _traced,
    Occasion.FAILED: _failed,
    Occasion.STOPPED: _stopped,
    Occasion.DETAILS_NEEDED: _details_needed,
    Occasion.DELAYED: _delayed,
    Occasion.REVERSED: _reversed,
    Occasion.SLIPPING: _slipping,
    Occasion.OVERDUE: _overdue,
    Occasion.CLOSED_ELSEWHERE: _closed_elsewhere,
}


def _window(matter: Matter) -> str:
    window = matter.window
    if window.latest < matter.today:
        return matter.say("notice_by_now")
    return matter.say("notice_on" if window.earliest == window.latest else "notice_between")


def _reason(matter: Matter, kind: str) -> str:
    return reason_words(matter.words, kind, matter.payout.reason if matter.payout else None)


def _next(matter: Matter, occasion: Occasion) -> str:
    hours = PAUSE_BEFORE_AGAIN // timedelta(hours=1)
    return matter.say(f"next_{next_way(matter, occasion)}", hours=str(hours))
