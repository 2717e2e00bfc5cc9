"""Answers about arrival and policy as the customer reads them, said by the steps themselves."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import telling
from actions.answers import Arrival, PaymentMethods, PolicyAnswer, takes_clause
from actions.steps import Step
from actions.talk import Talk
from actions.two_wishes import takes_two_wishes
from refunds.app import App
from refunds.bank_days import HolidayCalendars
from refunds.enquiries import Enquiries
from refunds.policy.records import Payment
from refunds.policy_files import load_policy
from refunds.words import Words

ROOT = Path(__file__).resolve().parents[3]
POLICY = load_policy(ROOT / "policy")
WORDS = Words.load(ROOT / "data" / "responses")
_SENTENCE_END = re.compile(r"[.?!](?= |$)")


class _NobodyKnown:
    """A conversation in which nobody is verified."""

    def verified_customer(self, conversation_id: str, now: object) -> None:
        """Nobody."""


def talk_of(text: str, *methods: tuple[str, str], slots: dict[str, Any] | None = None) -> Talk:
    """A message on Tuesday, 24 November 2026; ``methods`` are (words, key) as the engine finds them."""
    enquiries = Enquiries(cast(Any, None), cast(Any, None), POLICY, HolidayCalendars())
    app = SimpleNamespace(policy=POLICY, words=WORDS, enquiries=enquiries, identity=_NobodyKnown())
    rows = [
        {"entity": "payment_method", "value": key, "start": text.index(words), "end": text.index(words) + len(words)}
        for words, key in methods
    ]
    message = {
        "text": text or "/choose_method",
        "intent": {"name": "ask_refund_arrival"},
        "entities": rows,
        "metadata": {"message_id": "m", "now": "2026-11-24T12:00:00+00:00"},
    }
    tracker = Tracker("c", slots or {}, message, [], False, None, {}, "action_listen")
    return Talk(cast(App, app), tracker, CollectingDispatcher())


def answer(step: Step, talk: Talk) -> str:
    """All that the step says."""
    step.take(talk)
    return "\n".join(message.get("text") or "" for message in talk.dispatcher.messages)


def test_a_card_whose_country_is_unknown_is_counted_from_monday_to_friday_and_that_is_said() -> None:
    heard = answer(Arrival(), talk_of("how long to my card", ("card", "card")))
    assert "A refund to a card usually takes 5 to 10 business days" in heard
    assert "between Tue 1 Dec 2026 and Tue 8 Dec 2026, counted from Monday to Friday" in heard
    assert "aren't published" not in heard


def test_where_the_latest_day_is_counted_otherwise_span_and_dates_agree() -> None:
    heard = answer(Arrival(), talk_of("how long does paypal take", ("paypal", "paypal")))
    assert "takes up to 5 business days from the day we send it, in rare cases up to 30 days" in heard
    assert "between Tue 24 Nov 2026 and Tue 1 Dec 2026, at the very latest by Thu 24 Dec 2026" in heard


@pytest.mark.parametrize(
    ("text", "method", "heard"),
    [
        ("paypal balance", "paypal", "to PayPal usually arrives within a day"),
        ("paypal from my bank", "paypal", "takes 1 to 5 business days from"),
        ("wechat from my card", "wechat_pay", "takes 1 to 5 business days from"),
        ("wechat balance", "wechat_pay", "arrives within 20 minutes"),
        ("alipay", "alipay", "takes up to 10 business days from"),
        ("unionpay", "unionpay", "to a UnionPay card usually takes up to 10 days"),
        ("ach", "ach_debit", "to a bank account (ACH) usually takes 3 to 6 business days"),
        ("bacs", "uk_bacs", "takes 3 business days"),
        ("faster payments", "uk_faster_payments", "within 2 hours"),
        ("sepa instant", "sepa_instant", "within a minute"),
        ("credit balance", "account_credit", "to your credit with us usually arrives within a day"),
    ],
)
def test_each_way_says_how_long_in_words_that_read_well(text: str, method: str, heard: str) -> None:
    assert heard in answer(Arrival(), talk_of(text, (text.partition(" from")[0].removesuffix(" balance"), method)))


@pytest.mark.parametrize("method", sorted(POLICY.arrival.methods))
def test_no_answer_about_a_method_has_more_than_three_sentences(method: str) -> None:
    for words in (f"{method} how long", f"{method} expired, before christmas", f"{method} expired"):
        heard = answer(Arrival(), talk_of(words, (method, method)))
        assert 2 <= len(_SENTENCE_END.findall(heard)) <= 3, heard


def test_several_methods_are_each_answered() -> None:
    heard = answer(Arrival(), talk_of("paypal or visa", ("paypal", "paypal")))
    assert "To PayPal: up to 5 business days, in rare cases up to 30 days" in heard
    assert "To a card: 5 to 10 business days; sent today, it should be there by Tue 8 Dec 2026" in heard


def test_a_brand_without_figures_gets_the_usual_ones_and_a_person() -> None:
    talk = talk_of("venmo refund how long")
    heard = answer(Arrival(), talk)
    assert "no figures for that way" in heard
    assert "within 10 business days" in heard
    assert talk.pending is None


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("is it on my card before christmas?", "Yes: sent today, it should be there by Thu 24 Dec 2026"),
        ("is it on my card by friday", "No: even sent today, it won't be there by Fri 27 Nov 2026"),
        ("is it on my card by 3 december", "Perhaps: sent today, it may be there by Thu 3 Dec 2026"),
        ("does it come to my card on a weekend", "Banks book it on their working days only"),
        ("my card expired, will it still arrive?", "A card that has expired or was replaced still gets it"),
    ],
)
def test_what_was_asked_is_answered_first(text: str, begins: str) -> None:
    assert answer(Arrival(), talk_of(text, ("card", "card"))).startswith(begins)


def test_a_card_of_a_brand_without_figures_is_a_card() -> None:
    heard = answer(Arrival(), talk_of("how long to my revolut card", ("card", "card")))
    assert heard.startswith("A refund to a card")


def test_a_way_for_every_day_says_so() -> None:
    heard = answer(Arrival(), talk_of("does sepa instant work on weekends", ("sepa instant", "sepa_instant")))
    assert heard.startswith("This way works on every day of the week")


def test_a_closed_account_is_answered_by_the_policy() -> None:
    assert "agrees another one" in answer(Arrival(), talk_of("what if my bank account is closed?"))


def test_most_likely_in_time_is_not_a_promise() -> None:
    heard = answer(Arrival(), talk_of("is it on paypal by 10 december", ("paypal", "paypal")))
    assert heard.startswith("Most likely: sent today, it is usually there by Thu 10 Dec 2026")


def test_a_weekend_without_a_method_is_answered_before_the_method_is_asked_for() -> None:
    talk = talk_of("does it come on a weekend")
    heard = answer(Arrival(), talk)
    assert heard.startswith("Banks book it")
    assert "How did you pay" in heard
    assert talk.pending == "method"


def test_a_method_asked_about_is_remembered_for_the_next_question() -> None:
    heard = answer(Arrival(), talk_of("before christmas?", slots={"frame": {"method": "sepa_transfer"}}))
    assert heard.startswith("Yes: sent today")
    assert "SEPA transfer" in heard


def test_a_method_chosen_by_its_button_is_answered() -> None:
    talk = talk_of("", slots={"pending_question": "method"})
    talk.details.append({"entity": "payment_method", "value": "card"})
    assert "A refund to a card" in answer(Arrival(), talk)
    assert talk.pending is None


def test_a_question_with_a_method_in_it_is_answered_and_not_listed() -> None:
    heard = answer(PaymentMethods(), talk_of("my card expired, will the refund still arrive?", ("card", "card")))
    assert heard.startswith("A card that has expired")
    assert "We refund to" not in heard


def test_a_question_for_all_methods_lists_them() -> None:
    assert "PayPal" in answer(PaymentMethods(), talk_of("which payment methods are there"))


def test_another_card_is_answered_by_the_policy_whatever_the_reading() -> None:
    for step in (Arrival(), PaymentMethods(), PolicyAnswer()):
        assert "P3.a" in answer(step, talk_of("can the refund go to another card", ("card", "card")))


def test_how_long_approval_takes_is_answered_by_the_policy() -> None:
    heard = answer(Arrival(), talk_of("how long does approval take"))
    assert "2 business days" in heard
    assert "How did you pay" not in heard


def test_a_general_question_with_a_method_is_answered_by_its_time() -> None:
    heard = answer(PolicyAnswer(), talk_of("and what if I paid in crypto? policy?", ("crypto", "crypto")))
    assert "confirms the address with you first" in heard


def test_where_the_policy_is_silent_only_a_person_is_offered() -> None:
    talk = talk_of("will VAT be refunded")
    assert "doesn't say" in answer(PolicyAnswer(), talk)
    assert [button["payload"] for button in talk.dispatcher.messages[0]["buttons"]] == ["/ask_for_human"]


def test_clauses_asked_for_by_their_ids_are_told_in_plain_words() -> None:
    heard = answer(PolicyAnswer(), talk_of("what do P1.a and P5.b say"))
    assert "we refund you (clause P1.a)." in heard
    assert "gives no refund (clause P5.b)." in heard


@pytest.mark.parametrize(
    ("method", "brand", "last4", "words"),
    [
        ("card", "visa", "4242", "Visa card ending 4242"),
        ("card", "mastercard", "4444", "Mastercard ending 4444"),
        ("card_debit", "mastercard", None, "Mastercard debit card"),
        ("apple_pay", "mastercard", None, "Mastercard behind Apple Pay"),
        ("unionpay", "unionpay", None, "UnionPay card"),
        ("paypal", None, None, "PayPal"),
        ("account_credit", None, None, "account credit"),
        ("some_new_way", None, None, "some new way"),
    ],
)
def test_the_way_paid_reads_well_after_your(method: str, brand: str | None, last4: str | None, words: str) -> None:
    payment = cast(Payment, SimpleNamespace(method=method, brand=brand, last4=last4))
    assert telling.method_words(talk_of("hi"), payment) == words


@pytest.mark.parametrize("text", ["P4.c please", "and clause p4 c?", "P4.c"])
def test_a_clause_named_and_no_more_is_told_whatever_it_was_read_as(text: str) -> None:
    talk = talk_of(text)
    assert takes_clause(talk)
    assert "P4.c" in talk.dispatcher.messages[0]["text"]


@pytest.mark.parametrize("text", ["P4.c is unfair, I want a person", "please", "5"])
def test_more_than_a_clause_is_left_to_its_reading(text: str) -> None:
    assert not takes_clause(talk_of(text))


def test_a_refund_that_is_only_supposed_is_no_request() -> None:
    text = "I pay by credit card. If I got a refund, when would it be there?"
    assert not takes_two_wishes(talk_of(text, ("credit card", "card")))
