"""Where the money of a case is, what happened last and whose turn it is: pure, from the case with its payouts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from refunds.cases.case import Case
from refunds.cases.lifecycle import GAVE_BACK, UNDECIDED, CaseState, PayoutState
from refunds.cases.payout import Payout
from refunds.cases.payout_failures import NextRoute, next_route
from refunds.days import CalendarDays
from refunds.policy.arrival import ArrivalWindow


class Place(StrEnum):
    """Where the money is."""

    NOT_SENT = "not_sent"  # nothing was promised, or nothing is coming by this case any more
    WITH_US = "with_us"
    WITH_PROCESSOR = "with_processor"
    WITH_BANK = "with_bank"
    BACK_WITH_US = "back_with_us"
    CREDITED = "credited"  # on the customer's account with us


class NextStep(StrEnum):
    """What comes next, and so whose turn it is."""

    AGENT_CHECKS = "agent_checks"
    CUSTOMER_INFORMS = "customer_informs"
    WE_SEND = "we_send"
    PROVIDER_SENDS = "provider_sends"
    CUSTOMER_GIVES_BANK_DETAILS = "customer_gives_bank_details"
    BANK_BOOKS = "bank_books"
    CUSTOMER_ASKS_BANK = "customer_asks_bank"
    AGREE_ROUTE = "agree_route"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LastEvent:
    """The last thing that happened to a case or its money: ``case_<event>`` or ``payout_<event>``."""

    name: str
    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Following:
    """All that a customer who asks after a refund is told.

    ``due`` is the day by which the next step should be done, never one that has passed; ``missed`` is a day that was
    promised for it and has. ``window`` is None where no money is coming, or no day of it can be told.
    ``late``: the money was sent, and the first day to worry about it has come. ``payout`` is the newest one.
    """

    place: Place
    step: NextStep
    last: LastEvent
    payout: Payout | None = None
    due: date | None = None
    missed: date | None = None
    window: ArrivalWindow | None = None
    late: bool = False

    @property
    def trace(self) -> tuple[str, str] | None:
        """Kind and value of the number by which a bank finds the money, where there is one and money to be found."""
        payout = self.payout
        if payout is None or payout.state in GAVE_BACK or not (payout.trace_type and payout.trace_value):
            return None
        return payout.trace_type, payout.trace_value

    @property
    def is_charge_cancelled(self) -> bool:
        """Whether the charge itself was taken back before it had settled: no money travels, there is none to find."""
        payout = self.payout
        return payout is not None and payout.kind == "reversal" and payout.state is PayoutState.SUCCEEDED


# The provider asks the customer for bank details this long, then calls the refund off (facts, section 1: S17).
DETAILS_WINDOW = CalendarDays(45)
_INTERNAL = frozenset({"requested", "sent"})
_ENDED_EARLY = frozenset({CaseState.REJECTED, CaseState.WITHDRAWN, CaseState.CLOSED})
_BY_FAILURE = {
    NextRoute.AGAIN: NextStep.WE_SEND,
    NextRoute.OTHER_ROUTE: NextStep.AGREE_ROUTE,
    NextRoute.PERSON: NextStep.AGENT_CHECKS,
}


def whereabouts(case: Case, today: date, window: ArrivalWindow | None) -> Following:
    """Where the money of ``case`` is on ``today``, the day where its customer lives.

    ``window`` is when it should arrive: by the newest payout, before that by the day promised for sending it; None
    where no day may be told.
    """
    payout = case.payouts[-1] if case.payouts else None
    if payout is None:
        return _before_any_payout(case, today, window)
    if payout.state in GAVE_BACK:
        return _came_back(case, payout)
    return _on_its_way(case, payout, today, window)


def next_route_of(case: Case, payout: Payout) -> NextRoute:
    """The next best way after ``payout``, one of those of ``case``, gave the money back.

    What came back after it had been paid would come back again, so another route is agreed.
    """
    if payout.state is PayoutState.REVERSED:
        return NextRoute.OTHER_ROUTE
    along_it = sum(each.route == payout.route and each.state in GAVE_BACK for each in case.payouts)
    return next_route(payout.reason, along_it)


def milestones(case: Case, following: Following) -> list[tuple[str, bool]]:
    """The steps of a case on its card, in order: a name, and whether it is behind us."""
    if case.state in _ENDED_EARLY and not _holds(following):
        return [("filed", True), (case.state.value, True)]
    checked = case.state not in UNDECIDED
    return [("filed", True), ("checked", checked), *_money_steps(following)]


def _money_steps(following: Following) -> list[tuple[str, bool]]:
    if following.place is Place.BACK_WITH_US:
        return [("came_back", True), ("sent_again", False)]
    if following.step is NextStep.CUSTOMER_GIVES_BANK_DETAILS:
        return [("details", False), ("arrived", False)]
    if following.place is Place.CREDITED:
        return [("sent", True), ("credited", True)]
    if following.is_charge_cancelled:
        return [("charge_cancelled", True)]
    with_bank = following.place is Place.WITH_BANK
    return [("sent", with_bank or following.place is Place.WITH_PROCESSOR), ("arrived", with_bank)]


def _holds(following: Following) -> bool:
    return following.payout is not None and following.place is not Place.NOT_SENT


def last_event(case: Case) -> LastEvent:
    """The last thing that happened; of two at one moment what happened to the money, which says more."""
    events = [LastEvent(f"case_{event.what}", event.at) for event in case.events]
    events += [
        LastEvent(f"payout_{each.what}", each.at, each.reason)
        for payout in case.payouts
        for each in payout.happenings
        if each.what not in _INTERNAL
    ]
    if not events:
        return LastEvent("case_filed", case.filed_at)
    newest = max(event.at for event in events)
    return [event for event in events if event.at == newest][-1]


def _before_any_payout(case: Case, today: date, window: ArrivalWindow | None) -> Following:
    last = last_event(case)
    if case.state is CaseState.INFO_REQUESTED:
        return Following(Place.NOT_SENT, NextStep.CUSTOMER_INFORMS, last)
    if case.state in UNDECIDED:
        due, missed = _by(case.verification_due, today)
        comes = window if due and case.state is not CaseState.APPEALED else None
        return Following(Place.NOT_SENT, NextStep.AGENT_CHECKS, last, due=due, missed=missed, window=comes)
    if case.state is CaseState.APPROVED:
        return Following(Place.WITH_US, NextStep.AGREE_ROUTE, last)
    return Following(Place.NOT_SENT, NextStep.NONE, last)


def _came_back(case: Case, payout: Payout) -> Following:
    last = last_event(case)
    if case.state is CaseState.CLOSED:
        # Closed is closed: what came back later is a person's to put right.
        came_back = payout.state is PayoutState.REVERSED
        place, step = (Place.BACK_WITH_US, NextStep.AGENT_CHECKS) if came_back else (Place.NOT_SENT, NextStep.NONE)
        return Following(place, step, last, payout)
    return Following(Place.BACK_WITH_US, _BY_FAILURE[next_route_of(case, payout)], last, payout)


def _on_its_way(case: Case, payout: Payout, today: date, window: ArrivalWindow | None) -> Following:
    last = last_event(case)
    coming = window if window and window.latest >= today and payout.kind == "refund" else None
    match payout.state:
        case PayoutState.REQUESTED:
            due, missed = _by(case.payout_due, today)
            coming = coming if due else None
            return Following(Place.WITH_US, NextStep.WE_SEND, last, payout, due, missed, coming)
        case PayoutState.NEEDS_CUSTOMER_DETAILS:
            asked = (payout.submitted_at or payout.updated_at).date()
            due, missed = _by(DETAILS_WINDOW.after(asked), today)
            step = NextStep.CUSTOMER_GIVES_BANK_DETAILS
            return Following(Place.WITH_PROCESSOR, step, last, payout, due, missed)
        case PayoutState.SUCCEEDED:
            return _paid(Following(Place.WITH_BANK, NextStep.BANK_BOOKS, last, payout), today, window)
    return Following(Place.WITH_PROCESSOR, NextStep.PROVIDER_SENDS, last, payout, window=coming)


def _paid(following: Following, today: date, window: ArrivalWindow | None) -> Following:
    payout = following.payout
    if payout is not None and payout.route == "account_credit":
        return replace(following, place=Place.CREDITED, step=NextStep.NONE)
    if following.is_charge_cancelled:
        return replace(following, step=NextStep.NONE)
    if window is None:
        return following
    if today >= window.worry_from:
        return replace(following, step=NextStep.CUSTOMER_ASKS_BANK, window=window, late=True)
    return replace(following, due=window.latest if window.latest >= today else None, window=window)


def _by(day: date, today: date) -> tuple[date | None, date | None]:
    """``day`` as one to come, or as one that was missed."""
    return (day, None) if day >= today else (None, day)
