"""What a sentence claims, in customers' words."""

from __future__ import annotations

import pytest

from actions.claims import claims_in, wants_money
from refunds.policy.request import Claim


@pytest.mark.parametrize(
    "words",
    [
        "my server was down for two days",
        "cant connect to the db since monday",
        "it keeps timing out",
        "the site isn't loading",
        "all volumes gone",
        "No IPv6 route",
        "we were cut off on the 4th",
        "instances lose their disks after every reboot",
    ],
)
def test_trouble_in_plain_words_claims_a_failure(words: str) -> None:
    assert claims_in(words, "request_refund", {}) == {Claim.FAILURE}


@pytest.mark.parametrize(
    "words",
    ["i dont need it anymore", "I changed my mind", "we no longer use the cluster", "found something cheaper"],
)
def test_personal_reasons_claim_an_early_end(words: str) -> None:
    assert claims_in(words, "request_refund", {}) == {Claim.EARLY_END}


def test_ending_a_service_and_nothing_else_is_a_personal_reason() -> None:
    assert claims_in("cancel ORD-1 and give me my money back", "request_refund", {}) == {Claim.EARLY_END}


def test_ending_a_service_because_it_failed_is_a_failure() -> None:
    assert claims_in("cancel it, it was down all week", "cancel_service", {}) == {Claim.FAILURE}


@pytest.mark.parametrize("words", ["you charged me twice", "duplicate payment on my card", "I was overcharged"])
def test_a_wrong_charge_is_told_apart(words: str) -> None:
    assert claims_in(words, "report_wrong_charge", {}) == {Claim.WRONG_CHARGE}


def test_a_payment_problem_is_about_the_charge_not_the_service() -> None:
    assert claims_in("problem with a duplicate charge", "report_wrong_charge", {}) == {Claim.WRONG_CHARGE}


def test_a_withdrawal_is_read_from_intent_or_words() -> None:
    assert claims_in("ich widerrufe, widerruf!", "request_refund", {}) == {Claim.WITHDRAWAL}
    assert claims_in("I step back from this deal", "withdraw_from_contract", {}) == {Claim.WITHDRAWAL}


def test_a_likely_second_reading_counts_as_said() -> None:
    assert claims_in("hmm", "request_refund", {"report_service_failure": 0.3}) == {Claim.FAILURE}
    assert claims_in("hmm", "request_refund", {"report_service_failure": 0.1}) == frozenset()


def test_a_bare_wish_claims_nothing() -> None:
    assert claims_in("I want a refund", "request_refund", {}) == frozenset()


def test_a_wish_for_money_is_heard_beside_another_reading() -> None:
    assert wants_money("cancel it and give me my money back", {})
    assert wants_money("hmm", {"request_refund": 0.25})
    assert not wants_money("cancel my subscription", {"request_refund": 0.05})
