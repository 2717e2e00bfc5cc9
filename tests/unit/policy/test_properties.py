"""What holds for every request, whatever the records and the settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from refunds.bank_days import HolidayCalendars
from refunds.money import Money
from refunds.policy.arrival import ArrivalWindow, arrival
from refunds.policy.book import PolicyBook, Unit
from refunds.policy.decide import decide
from refunds.policy.decision import Outcome
from refunds.policy.payment import refundable
from refunds.policy.records import Incident, Records, Ticket
from refunds.policy.request import RefundRequest
from refunds.policy.zones import customer_zone
from tests.strategies import (
    COUNTRIES,
    FUNDINGS,
    METHODS,
    NOW,
    SHIPPED,
    books,
    eligible_cases,
    incidents,
    records,
    requests,
    tickets,
    with_open_payment,
)

CALENDARS = HolidayCalendars()
# Records are large: half as many examples as the profile asks for keep the unit tests quick.
some = settings(max_examples=settings().max_examples // 2)


@some
@given(requests(), records(), books())
def test_the_same_input_gives_the_same_output(request: RefundRequest, known: Records, book: PolicyBook) -> None:
    assert decide(request, known, book, NOW) == decide(request, known, book, NOW)


@some
@given(requests(), records(), books())
def test_the_order_of_the_records_changes_nothing(request: RefundRequest, known: Records, book: PolicyBook) -> None:
    turned = replace(known, incidents=known.incidents[::-1], tickets=known.tickets[::-1], refunds=known.refunds[::-1])
    first, second = decide(request, known, book, NOW), decide(request, turned, book, NOW)
    assert (first.outcome, first.clauses, first.amount) == (second.outcome, second.clauses, second.amount)
    assert (first.eligible_from, first.ends_contract) == (second.eligible_from, second.ends_contract)


@some
@given(requests(), records(), books(), st.integers(0, 14), st.sampled_from(["DE", "PT", "NO", "GB"]))
def test_the_right_to_withdraw_is_overruled_by_nothing_but_the_payment_guards(
    request: RefundRequest, known: Records, book: PolicyBook, day: int, country: str
) -> None:
    customer = replace(known.customer, kind="consumer", country=country)
    order = replace(known.order, purchased_at=NOW - timedelta(days=day), consumer_waiver=False)
    decision = decide(request, with_open_payment(replace(known, customer=customer, order=order)), book, NOW)
    # A failure whose time is still asked for delays the answer; the right stands beside it.
    assert decision.outcome in {Outcome.ELIGIBLE, Outcome.INCOMPLETE}
    assert Outcome.ELIGIBLE in {r.outcome for r in decision.reasons if r.rule == "p1c_withdrawal"}
    assert decision.outcome is Outcome.ELIGIBLE or decision.missing


@some
@given(requests(), records(), books())
def test_a_right_that_a_person_decides_is_never_refused(
    request: RefundRequest, known: Records, book: PolicyBook
) -> None:
    decision = decide(request, known, book, NOW)
    if any(reason.rule == "p1c_other_rights" for reason in decision.reasons):
        assert decision.outcome not in {Outcome.NOT_ELIGIBLE, Outcome.NOT_YET}


@some
@given(eligible_cases(), books(), incidents(st.sampled_from(["intentional", "gross"])))
def test_a_fault_of_the_vendor_never_turns_eligible_into_something_else(
    case: tuple[RefundRequest, Records], book: PolicyBook, fault: Incident
) -> None:
    request, known = case
    book = replace(book, settings=replace(book.settings, vendor_fault_levels=frozenset({"intentional", "gross"})))
    assume(decide(request, known, book, NOW).outcome is Outcome.ELIGIBLE)
    more = replace(known, incidents=(*known.incidents, fault))
    assert decide(request, more, book, NOW).outcome is Outcome.ELIGIBLE


@some
@given(eligible_cases(), books(), tickets(st.sampled_from(["high", "critical"]), solved=False))
def test_an_unsolved_serious_ticket_never_turns_eligible_into_something_else(
    case: tuple[RefundRequest, Records], book: PolicyBook, serious: Ticket
) -> None:
    request, known = case
    assume(decide(request, known, book, NOW).outcome is Outcome.ELIGIBLE)
    more = replace(known, tickets=(*known.tickets, serious))
    assert decide(request, more, book, NOW).outcome is Outcome.ELIGIBLE


@some
@given(requests(), records(), books())
def test_the_amount_is_never_above_what_is_left_and_its_steps_sum_up(
    request: RefundRequest, known: Records, book: PolicyBook
) -> None:
    amount = decide(request, known, book, NOW).amount
    if amount:
        zero = Money.zero(amount.total.currency)
        assert zero <= amount.total <= refundable(known) <= known.order.payment.amount
        assert sum((step.amount for step in amount.steps), start=zero) == amount.total
        assert all(step.amount <= zero for step in amount.steps[1:])


@some
@given(requests(), records(), books())
def test_a_decision_is_complete(request: RefundRequest, known: Records, book: PolicyBook) -> None:
    decision = decide(request, known, book, NOW)
    carrying = [reason.outcome is decision.outcome for reason in decision.reasons]
    assert carrying == sorted(carrying, reverse=True)
    assert bool(decision.missing) is (decision.outcome is Outcome.INCOMPLETE)
    assert (decision.eligible_from is not None) is (decision.outcome is Outcome.NOT_YET)
    assert decision.clauses or decision.missing
    assert all(fact.words for reason in decision.reasons for fact in reason.facts)
    assert (decision.amount is not None) or decision.outcome is not Outcome.ELIGIBLE
    assert not decision.ends_contract or decision.outcome is Outcome.ELIGIBLE


@some
@given(requests(), records(), books())
def test_a_day_to_wait_for_lies_ahead(request: RefundRequest, known: Records, book: PolicyBook) -> None:
    decision = decide(request, known, book, NOW)
    if decision.eligible_from:
        zone = customer_zone(request.zone, known.customer.country, book.zones)
        assert decision.eligible_from > NOW.astimezone(zone).date()


@some
@given(requests(), records(), books())
def test_a_closed_payment_is_never_eligible(request: RefundRequest, known: Records, book: PolicyBook) -> None:
    payment = known.order.payment
    if payment.status in {"authorized", "failed", "refunded"} or payment.disputed:
        decision = decide(request, known, book, NOW)
        assert decision.outcome in {Outcome.NOT_ELIGIBLE, Outcome.NEEDS_REVIEW}
        assert decision.clauses[0] == "P3.a"


def submissions() -> st.SearchStrategy[datetime]:
    return st.integers(0, 24 * 900).map(lambda hours: NOW + timedelta(hours=hours))


@some
@given(METHODS, FUNDINGS, COUNTRIES, submissions(), st.sampled_from(["UTC", "Asia/Tokyo", "Pacific/Honolulu"]))
def test_an_arrival_window_is_ordered_and_never_starts_before_the_submission(
    method: str, funding: str | None, country: str | None, submitted: datetime, zone: str
) -> None:
    found = arrival(method, funding, country, submitted, SHIPPED, CALENDARS, ZoneInfo(zone))
    start = submitted.astimezone(ZoneInfo(zone)).date()
    assert start <= found.earliest <= found.typical <= found.latest < found.worry_from
    assert (found.latest - start).days < 60


def banks_of(found: ArrivalWindow) -> list[str]:
    _, _, names = found.basis.rpartition("bank days: ")
    return names.rstrip("]").replace("CN", "CN_PLAIN").split(", ")


@some
@given(METHODS, FUNDINGS, COUNTRIES, submissions())
def test_an_arrival_window_never_starts_or_ends_on_a_day_off(
    method: str, funding: str | None, country: str | None, submitted: datetime
) -> None:
    found = arrival(method, funding, country, submitted, SHIPPED, CALENDARS)
    if found.unit is Unit.BUSINESS_DAYS:
        for day in (found.earliest, found.typical, found.latest, found.worry_from):
            assert all(CALENDARS.is_business_day(bank, day) for bank in banks_of(found))
