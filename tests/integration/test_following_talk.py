"""What a customer hears who asks after a refund: from real rows, over a real sandbox, said by the steps themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import Arrival
from actions.appeal import Appeal
from actions.detail import TakeDetail
from actions.first_look import first_look
from actions.handoff import HandOffToPerson
from actions.information import GiveInformation
from actions.missing_money import StillMissing
from actions.refund_status import RefundStatus
from actions.route_wish import ChooseRoute
from actions.smalltalk import Acknowledge, Thank
from actions.steps import Step
from actions.talk import Talk
from refunds.app import App
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.drafting import draft_case
from refunds.cases.lifecycle import CaseState, Event
from refunds.cases.policy_versions import keep_policy_version
from refunds.cases.promises import PromiseKind, PromiseOutcome, promise, promises_of
from refunds.cases.timetable import timetable
from refunds.database import Database
from refunds.enquiries import Enquiries
from refunds.money import Money
from refunds.notify.notices import Notices
from refunds.policy.decide import decide
from refunds.policy.request import Claim, NamedTime, RefundRequest
from refunds.policy.zones import customer_zone
from refunds.review import Review
from tests.integration.people_world import on_sqlite
from tests.payout_house import ORDER, POLICY, WORDS, PayoutHouse, payout_house

ORDER_NAMED = {"entity": "order_number", "value": ORDER, "start": 0, "end": 9}
LIST = ["the line of your statement", "since when you have used it"]


@dataclass
class Customer:
    """The verified owner of the house's case (C-1, or whoever is given), in one conversation."""

    house: PayoutHouse
    customer_id: str | None = "C-1"
    slots: dict[str, Any] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    said: int = 0

    def __post_init__(self) -> None:
        house = self.house
        enquiries = Enquiries(house.database, house.backoffice, POLICY, house.calendars)
        notices = Notices(WORDS, POLICY, house.calendars)
        self.review = Review(house.database, house.backoffice, POLICY, house.calendars, house.payouts, notices)
        self.app = SimpleNamespace(
            database=house.database,
            policy=POLICY,
            words=WORDS,
            enquiries=enquiries,
            review=self.review,
            identity=SimpleNamespace(verified_customer=lambda conversation, now: self.customer_id),
        )

    def hears(
        self, step: Step, text: str = "", *, intent: str = "ask_refund_status", rows: Any = (), again: bool = False
    ) -> str:
        """The answers of ``step`` to words, or to a button where there are none; ``again``: the same message twice."""
        self.said += not again
        message = {
            "text": text or f"/{intent}",
            "intent": {"name": intent},
            "entities": list(rows),
            "metadata": {"message_id": f"m{self.said}", "now": self.house.now.isoformat(), "channel": "rest"},
        }
        tracker = Tracker("c", dict(self.slots), message, [], False, None, {}, "action_listen")
        talk = Talk(cast("App", self.app), tracker, CollectingDispatcher())
        if not first_look(talk):
            step.take(talk)
        if not again:
            self.slots = {event["name"]: event["value"] for event in talk.frame.as_events(talk.pending)}
        self.messages = talk.dispatcher.messages
        self.buttons = [(b["title"], b["payload"]) for m in self.messages for b in m.get("buttons") or []]
        return "\n".join(m.get("text") or "" for m in self.messages)

    def status(self) -> str:
        """The answer to "where is my refund?"."""
        return self.hears(RefundStatus(), "where is my refund?")

    @property
    def steps(self) -> list[tuple[str, bool]]:
        """The steps on the case's card, and which are done."""
        card = next(m["custom"]["card"] for m in self.messages if m.get("custom"))
        return [(step["title"], step["done"]) for step in card["steps"]]


@contextmanager
def followed(database: Database, folder: Path, **payment: Any) -> Iterator[tuple[PayoutHouse, Case, Customer]]:
    """A house with an approved case, and its customer."""
    with payout_house(database, folder, **payment) as house:
        yield house, house.approved(), Customer(house)


def worked(house: PayoutHouse) -> None:
    """Send what is to be sent, and learn what became of it."""
    house.work()
    house.later(seconds=6)
    house.work()


def filed(house: PayoutHouse, case_id: str = "R-7K2M5") -> Case:
    """A submitted case of the house's order, which nobody has looked at."""
    records = house.backoffice.records_for(ORDER)
    failed_at = house.now - timedelta(days=3)
    times = NamedTime(failed_at, failed_at + timedelta(hours=1))
    request = RefundRequest(order_id=ORDER, words="it was down", claims=frozenset({Claim.FAILURE}), time=times)
    decision = decide(request, records, POLICY, house.now)
    zone = customer_zone(None, records.customer.country, POLICY.zones)
    due = timetable(house.now, zone, records.customer.country, POLICY, house.calendars)
    chat = {"channel": "rest", "conversation_id": "c", "key": case_id}
    case = draft_case(request, records, decision, due, case_id=case_id, now=house.now, **chat)
    with house.database.transaction() as session:
        keep_policy_version(session, POLICY, house.now)
        return store.add(session, case, who="customer", why="confirmed", decision={})


def card(entity: str, value: str) -> dict[str, str]:
    """What a button carries."""
    return {"entity": entity, "value": value}


@on_sqlite
def test_approved_money_is_with_us_until_it_is_sent(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path) as (_, case, customer):
        heard = customer.status()
        assert f"{case.case_id} for order {ORDER} is approved" in heard
        assert "€240.00 to your Visa card ending 4242, is still with us" in heard
        assert "Last: approved (Tue 24 Nov 2026)." in heard
        assert "Next: we send it by " in heard
        assert "it should arrive between" in heard
        assert [done for _, done in customer.steps] == [True, True, False, False]


@on_sqlite
def test_a_day_of_sending_that_has_passed_is_owned_and_nothing_is_promised(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path) as (house, _, customer):
        house.later(days=20)
        heard = customer.status()
        assert "so we are late; I'm sorry" in heard
        assert "should arrive" not in heard
        assert [payload for _, payload in customer.buttons] == ["/ask_for_human"]


@on_sqlite
def test_sent_money_is_with_the_payment_processor(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path) as (house, _, customer):
        house.work()
        heard = customer.status()
        assert "is with the payment provider since Tue 24 Nov 2026" in heard
        assert "Next: the payment provider passes it on to your bank." in heard
        assert "It should arrive between" in heard
        assert "now with your bank" not in heard
        assert [done for _, done in customer.steps] == [True, True, True, False]


@on_sqlite
def test_paid_money_is_told_with_way_day_window_and_trace(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path) as (house, case, customer):
        worked(house)
        heard = customer.status()
        assert f"{case.case_id} for order {ORDER} is paid: €240.00 went to your Visa card ending 4242" in heard
        assert "The money is now with your bank." in heard
        assert "Last: the refund was paid (Tue 24 Nov 2026)." in heard
        assert f"Trace number for your bank: ARN {house.payout(case).trace_value}." in heard
        assert "It isn't late yet" in heard
        assert customer.buttons == [(WORDS.say("button_notices"), "/wish_notices")]
        assert all(done for _, done in customer.steps)


@on_sqlite
def test_money_that_is_late_comes_with_a_text_for_the_bank(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path) as (house, case, customer):
        worked(house)
        house.later(days=30)
        heard = customer.status()
        trace = house.payout(case).trace_value
        assert "it should have been there by " in heard
        assert "late yet" not in heard
        text = customer.messages[-1]["text"]
        assert "Please trace a refund from JJSG to my Visa card ending 4242: €240.00, sent on Tue 24 Nov 2026" in text
        assert f"ARN {trace}" in text
        assert ("It is still missing", f'/still_missing{{"case_number": "{case.case_id}"}}') in customer.buttons


def test_money_that_is_still_missing_is_traced_once(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path) as (house, case, customer):
        worked(house)
        house.later(days=30)
        pressed = [card("case_number", case.case_id)]
        for again in (False, True, False):
            heard = customer.hears(StillMissing(), intent="still_missing", rows=pressed, again=again)
            assert "is being traced now" in heard
        (task,) = house.tasks()
        payout = house.payout(case)
        assert (task.kind, task.case_id) == ("trace", case.case_id)
        assert task.details["trace_value"] == payout.trace_value
        with database.reading() as session:
            arrival = [each for each in promises_of(session, case.case_id) if each.kind is PromiseKind.ARRIVE_BY]
        assert arrival[-1].outcome is PromiseOutcome.SLIPPED


@on_sqlite
def test_money_that_is_not_late_yet_is_not_traced(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path) as (house, case, customer):
        worked(house)
        pressed = [card("case_number", case.case_id)]
        assert "It isn't late yet" in customer.hears(StillMissing(), intent="still_missing", rows=pressed)
        assert house.tasks() == []


@on_sqlite
@pytest.mark.parametrize("customer_id", ["C-2", None])
def test_nobody_else_hears_of_a_case_or_has_it_traced(
    database: Database, tmp_path: Path, customer_id: str | None
) -> None:
    with followed(database, tmp_path) as (house, case, customer):
        worked(house)
        house.later(days=30)
        customer.customer_id = customer_id
        rows = [card("case_number", case.case_id)]
        for step, intent in ((StillMissing(), "still_missing"), (RefundStatus(), "choose_case")):
            heard = customer.hears(step, intent=intent, rows=rows)
            assert "€" not in heard
            assert "ARN" not in heard
        assert house.tasks() == []


@on_sqlite
def test_money_that_did_not_get_through_is_safe_with_us_and_another_way_is_offered(
    database: Database, tmp_path: Path
) -> None:
    with followed(database, tmp_path, sandbox_refund="fail:expired_or_canceled_card") as (house, case, customer):
        worked(house)
        heard = customer.status()
        assert "did not go through to your Visa card ending 4242: the card has expired or was cancelled" in heard
        assert "it is back with us" in heard
        assert "Next: a colleague agrees another way with you" in heard
        assert "should arrive" not in heard
        wish = f'/choose_route{{"route": "account_credit", "case_number": "{case.case_id}"}}'
        assert wish in [payload for _, payload in customer.buttons]
        assert customer.steps[-2:] == [
            ("Refund didn't go through, money with us", True),
            ("Sent again or another way", False),
        ]


def test_a_wished_way_is_noted_once_for_a_person_and_sends_nothing(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path, sandbox_refund="fail:account_closed") as (house, case, customer):
        worked(house)
        for again in (False, True):
            rows = [card("route", "bank_transfer")]
            heard = customer.hears(ChooseRoute(), intent="choose_route", rows=rows, again=again)
            assert f"Noted for {case.case_id}: you would like a bank transfer" in heard
        wished = [task for task in house.tasks() if task.details.get("wished")]
        assert [(task.kind, task.case_id, task.details["route"]) for task in wished] == [
            ("agree_route", case.case_id, "bank_transfer")
        ]
        house.work()
        assert len(house.case(case.case_id).payouts) == 1
        house.payouts.pay_again(case.case_id, route="bank_transfer", who="ann", now=house.now)
        worked(house)
        assert house.tasks() == []
        assert "is with the payment provider" in customer.status()


@on_sqlite
@pytest.mark.parametrize(
    ("words", "noted"),
    [
        ("account credit please", "account_credit"),
        ("just transfer it to my bank", "bank_transfer"),
        ("how long does a transfer take", None),
        ("not a bank transfer", None),
        ("to another credit card", None),
        ("credit or transfer, I can take either", None),
    ],
)
def test_a_way_may_be_wished_in_words(database: Database, tmp_path: Path, words: str, noted: str | None) -> None:
    with followed(database, tmp_path, sandbox_refund="fail:account_closed") as (house, _, customer):
        worked(house)
        heard = customer.hears(RefundStatus(), words)
        assert ("Noted" in heard) is (noted is not None)
        assert [task.details["route"] for task in house.tasks() if task.details.get("wished")] == [noted] * bool(noted)


@on_sqlite
def test_a_way_wished_where_none_is_needed_is_not_noted(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path) as (house, case, customer):
        worked(house)
        rows = [card("route", "account_credit"), card("case_number", case.case_id)]
        heard = customer.hears(ChooseRoute(), intent="choose_route", rows=rows)
        assert "I noted nothing" in heard
        assert "is paid" in heard
        assert house.tasks() == []


@on_sqlite
def test_money_on_hold_says_why_and_in_time_that_it_takes_longer(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path, sandbox_refund="pending:insufficient_funds") as (house, _, customer):
        worked(house)
        heard = customer.status()
        assert "waits there: our balance with the payment" in heard
        assert "It should arrive between" in heard
        house.later(days=40)
        heard = customer.status()
        assert "It takes longer than usual" in heard
        assert "should arrive" not in heard


@on_sqlite
def test_wanted_bank_details_are_given_in_a_secure_form_and_never_here(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path, sandbox_refund="requires_action:bank_details") as (house, _, customer):
        worked(house)
        heard = customer.status()
        assert "They need your bank details" in heard
        assert "in the secure form of the payment provider, by Fri 8 Jan 2027" in heard
        assert "Please never write bank details here" in heard
        assert ("Your bank details given", False) in customer.steps


@on_sqlite
def test_a_reversed_charge_has_no_credit_and_no_trace(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path, settled_at="+2d") as (house, _, customer):
        worked(house)
        heard = customer.status()
        assert "cancelled instead of paid back" in heard
        assert "Trace number" not in heard
        assert "should be there" not in heard
        assert "Last: the charge was cancelled (Tue 24 Nov 2026)." in heard
        assert "Next:" not in heard


@on_sqlite
def test_credit_on_the_account_is_there_at_once(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        house.approved(route="account_credit")
        worked(house)
        customer = Customer(house)
        heard = customer.status()
        assert "was credited to your account with us on Tue 24 Nov 2026" in heard
        assert "Next:" not in heard
        assert ("On your account with us", True) in customer.steps


@on_sqlite
def test_a_payout_stopped_by_a_dispute_is_a_persons(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path) as (house, _, customer):
        house.change_payment(disputed=True)
        house.work()
        heard = customer.status()
        assert "was stopped: the payment is disputed at your bank" in heard
        assert "Next: a colleague looks into it" in heard


@on_sqlite
def test_money_that_came_back_after_it_was_paid_is_told(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path, sandbox_refund="reverse:account_closed") as (house, _, customer):
        for _ in range(6):
            worked(house)
            house.later(hours=2)
        house.work()
        heard = customer.status()
        assert "was paid to your Visa card ending 4242 on Tue 24 Nov 2026, but it came back" in heard
        assert "with us again" in heard
        assert "Trace number" not in heard
        assert [title for title, _ in customer.buttons][:2] == ["Account credit", "Bank transfer"]


@on_sqlite
def test_a_refund_by_other_hands_is_shown_beside(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        house.refund_by_hand("40.00")
        house.approved()
        worked(house)
        heard = Customer(house).status()
        assert "is paid: €200.00" in heard
        assert "Besides, billing shows on this payment:\n• €40.00 on Tue 24 Nov 2026, paid (ARN" in heard


@on_sqlite
def test_a_case_is_told_also_while_billing_is_away(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path) as (house, _, customer):
        worked(house)
    heard = customer.status()  # the sandbox has ended
    assert "is paid: €240.00" in heard
    assert "I can't look into billing right now" in heard


@on_sqlite
def test_a_closed_case_whose_money_went_elsewhere_has_nothing_on_its_way(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path) as (house, _, customer):
        house.refund_by_hand("240.00")
        house.later(seconds=6)
        house.work()
        heard = customer.status()
        assert "is closed. Nothing is on its way by this case." in heard
        assert "Besides, billing shows on this payment:\n• €240.00" in heard


@on_sqlite
def test_a_filed_case_waits_for_its_check(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        case, customer = filed(house), Customer(house)
        heard = customer.status()
        assert f"{case.case_id} for order {ORDER} is filed and is waiting for a colleague's check. No money" in heard
        assert "It is about €240.00 to your Visa card ending 4242." in heard
        assert "Last: filed (Tue 24 Nov 2026)." in heard
        assert "Next: a colleague checks it by Thu 26 Nov 2026" in heard
        assert "If it is sent by " in heard
        house.later(days=3)
        heard = customer.status()
        assert "That was due by Thu 26 Nov 2026, so we are late" in heard
        assert "should arrive" not in heard


@on_sqlite
def test_a_new_day_that_was_promised_is_told_instead_of_the_first(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        case, customer = filed(house), Customer(house)
        with database.transaction() as session:
            day = case.verification_due + timedelta(days=4)
            promise(session, case.case_id, PromiseKind.VERIFY_BY, day, "Europe/Berlin", "again", house.now)
        assert "Next: a colleague checks it by Mon 30 Nov 2026" in customer.status()


def test_what_a_colleague_asked_for_is_listed_and_the_next_message_answers_it(
    database: Database, tmp_path: Path
) -> None:
    with payout_house(database, tmp_path) as house:
        case, customer = filed(house), Customer(house)
        customer.review.ask(case.case_id, items=LIST, who="ann", now=house.now)
        heard = customer.status()
        assert "waits for you" in heard
        assert f"• {LIST[0]}\n• {LIST[1]}" in heard
        assert customer.buttons[0][1] == f'/give_information{{"case_number": "{case.case_id}"}}'
        rows = [card("case_number", case.case_id)]
        assert LIST[0] in customer.hears(GiveInformation(), intent="give_information", rows=rows)
        assert customer.slots["pending_question"] == "information"
        words = "It is the line of 3 November, and I have used it since June. My order was cancelled twice?"
        before = dict(customer.slots)
        assert "with R-7K2M5 now" in customer.hears(TakeDetail(), words, intent="report_wrong_charge")
        assert customer.slots["pending_question"] is None
        asked = house.case(case.case_id)
        assert (asked.state, asked.events[-1].why) == (CaseState.VERIFYING, words)
        customer.slots = before  # the process died before the answer was stored: the message comes again
        assert "with R-7K2M5 now" in customer.hears(TakeDetail(), words, intent="report_wrong_charge", again=True)
        assert house.case(case.case_id) == asked


@on_sqlite
@pytest.mark.parametrize(
    ("words", "intent", "heard"),
    [
        ("never mind", "deny", "I passed nothing on"),
        ("let me look", "inform", "Take your time"),
        ("how long does a refund take?", "ask_refund_arrival", "a colleague asked for"),
        ("thanks", "thank", "a colleague asked for"),
    ],
)
def test_what_is_no_information_is_not_passed_on(
    database: Database, tmp_path: Path, words: str, intent: str, heard: str
) -> None:
    with payout_house(database, tmp_path) as house:
        case, customer = filed(house), Customer(house)
        customer.review.ask(case.case_id, items=LIST, who="ann", now=house.now)
        rows = [card("case_number", case.case_id)]
        customer.hears(GiveInformation(), intent="give_information", rows=rows)
        step = {"ask_refund_arrival": Arrival(), "thank": Thank()}.get(intent, TakeDetail())
        assert heard in customer.hears(step, words, intent=intent)
        assert house.case(case.case_id).state is CaseState.INFO_REQUESTED


@on_sqlite
@pytest.mark.parametrize("by_button", [True, False])
def test_words_that_may_be_the_information_are_passed_on_after_a_yes(
    database: Database, tmp_path: Path, by_button: bool
) -> None:
    with payout_house(database, tmp_path) as house:
        case, customer = filed(house), Customer(house)
        customer.review.ask(case.case_id, items=LIST, who="ann", now=house.now)
        words = "web-1 and web-2 were affected"
        heard = customer.hears(TakeDetail(), words, intent="report_service_failure")
        assert LIST[0] in heard
        assert customer.slots["pending_question"] == "pass_on"
        assert house.case(case.case_id).state is CaseState.INFO_REQUESTED
        if by_button:
            heard = customer.hears(GiveInformation(), intent="give_information")
        else:
            heard = customer.hears(TakeDetail(), "yes please", intent="affirm")
        assert "word for word" in heard
        assert house.case(case.case_id).events[-1].why == words
        assert customer.slots["pending_question"] is None


@on_sqlite
@pytest.mark.parametrize("by_button", [True, False])
def test_words_that_are_no_information_are_not_passed_on(database: Database, tmp_path: Path, by_button: bool) -> None:
    with payout_house(database, tmp_path) as house:
        case, customer = filed(house), Customer(house)
        customer.review.ask(case.case_id, items=LIST, who="ann", now=house.now)
        customer.hears(TakeDetail(), "something else is broken too", intent="report_service_failure")
        if by_button:
            step, words, intent = RefundStatus(), "", "report_service_failure"
        else:
            step, words, intent = TakeDetail(), "no, something else", "deny"
        assert "word for word" not in customer.hears(step, words, intent=intent)
        assert customer.slots["pending_question"] is None
        assert house.case(case.case_id).state is CaseState.INFO_REQUESTED


@on_sqlite
@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (
            "my other order ORD-20002 is broken",
            [{"entity": "order_number", "value": "ORD-20002", "start": 15, "end": 24}],
        ),
        ("what about R-7K2M5 now", [{"entity": "case_number", "value": "R-7K2M5", "start": 11, "end": 18}]),
        ("web-1", []),
    ],
)
def test_words_about_something_else_are_not_asked_about(
    database: Database, tmp_path: Path, words: str, rows: list[dict[str, Any]]
) -> None:
    with payout_house(database, tmp_path) as house:
        case, customer = filed(house), Customer(house)
        customer.review.ask(case.case_id, items=LIST, who="ann", now=house.now)
        assert "Is your message the answer" not in customer.hears(Acknowledge(), words, intent="inform", rows=rows)


@on_sqlite
def test_information_for_a_case_that_was_decided_meanwhile_is_not_passed_on(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        case, customer = filed(house), Customer(house)
        customer.review.ask(case.case_id, items=LIST, who="ann", now=house.now)
        rows = [card("case_number", case.case_id)]
        customer.hears(GiveInformation(), intent="give_information", rows=rows)
        customer.review.reject(case.case_id, reason="no record", clause="P1.a", who="ann", now=house.now)
        heard = customer.hears(TakeDetail(), "here is my statement, line 3", intent="inform")
        assert "so I passed nothing on" in heard
        assert "was declined" in heard


@on_sqlite
def test_information_is_taken_from_the_owner_only(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        case = filed(house)
        stranger = Customer(house, customer_id="C-2")
        stranger.review.ask(case.case_id, items=LIST, who="ann", now=house.now)
        rows = [card("case_number", case.case_id)]
        heard = stranger.hears(GiveInformation(), intent="give_information", rows=rows)
        assert "I can't find R-7K2M5" in heard
        assert LIST[0] not in heard


@pytest.mark.parametrize("by_button", [True, False])
def test_a_declined_case_is_appealed_by_button_or_in_words(database: Database, tmp_path: Path, by_button: bool) -> None:
    with payout_house(database, tmp_path) as house:
        case, customer = filed(house), Customer(house)
        customer.review.reject(case.case_id, reason="no record", clause="P1.a", who="ann", now=house.now)
        assert "was declined" in customer.status()
        assert customer.buttons[0][1] == f'/appeal{{"case_number": "{case.case_id}"}}'
        for again in (False, True):
            if by_button:
                rows = [card("case_number", case.case_id)]
                heard = customer.hears(Appeal(), intent="appeal", rows=rows, again=again)
                assert f"Your appeal is filed: case {case.case_id}" in heard
            elif not again:
                heard = customer.hears(HandOffToPerson(), "I appeal: it was down all day", intent="ask_for_human")
                assert f"Your appeal is filed: case {case.case_id}" in heard
        appealed = house.case(case.case_id)
        assert appealed.state is CaseState.APPEALED
        assert [event.what for event in appealed.events].count("appealed") == 1
        assert appealed.events[-1].why == (
            "pressed the button for an appeal and gave no reason" if by_button else "I appeal: it was down all day"
        )
        assert "checks it again" in customer.status()


def two_cases(house: PayoutHouse) -> tuple[Case, Case]:
    """An order with a closed case of 40 EUR and one of 200 EUR that was paid later."""
    first = house.approved(1, Money.of("40.00", "EUR"))
    worked(house)
    with house.database.transaction() as session:
        case = house.case(first.case_id)
        store.change(session, case, Event.CLOSED, who="policy", why="settled", now=house.now)
    house.later(hours=1)
    return first, house.approved(2, Money.of("200.00", "EUR"))


@on_sqlite
def test_with_several_cases_the_one_meant_is_asked_and_may_be_chosen_in_words(
    database: Database, tmp_path: Path
) -> None:
    with payout_house(database, tmp_path) as house:
        first, second = two_cases(house)
        customer = Customer(house)
        assert "more than one case" in customer.status()
        assert [title for title, _ in customer.buttons] == [
            f"{second.case_id} · {ORDER} · approved",
            f"{first.case_id} · {ORDER} · closed",
        ]
        assert customer.slots["pending_question"] == "case"
        heard = customer.hears(TakeDetail(), "the second one", intent="inform")
        assert f"{first.case_id} for order {ORDER} is paid: €40.00" in heard
        assert customer.slots["pending_question"] is None
        rows = [card("case_number", second.case_id)]
        assert "€200.00" in customer.hears(RefundStatus(), intent="choose_case", rows=rows)


@on_sqlite
def test_asked_by_order_the_open_case_of_it_is_told(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        _, second = two_cases(house)
        heard = Customer(house).hears(RefundStatus(), f"{ORDER}: where is my refund", rows=[ORDER_NAMED])
        assert f"{second.case_id} for order {ORDER} is approved" in heard


@on_sqlite
def test_an_order_without_a_case_is_not_answered_with_another_orders(database: Database, tmp_path: Path) -> None:
    with followed(database, tmp_path) as (_, case, customer):
        rows = [{**ORDER_NAMED, "value": "ORD-99999"}]
        heard = customer.hears(RefundStatus(), "ORD-99999: where is my refund", rows=rows)
        assert "I find no refund for ORD-99999 on your account" in heard
        assert "€" not in heard
        assert f"{case.case_id} · {ORDER} · approved" in [title for title, _ in customer.buttons]
