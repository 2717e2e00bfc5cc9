"""Wishes about a request, read from plain words: what is one, and what only sounds like one."""

from __future__ import annotations

import pytest

from actions.wishes import wants_no_reminder, wants_reminder
from refunds.withdrawal_words import is_declared, takes_request_back

TAKEN_BACK = [
    "please withdraw my refund request",
    "I want to cancel my refund request",
    "cancel case R-7K2M5",
    "withdraw R-7K2M5 please",
    "forget my refund request",
    "pls drop the case",
    "take my request back",
    "take back my refund application",
    "I'd like to retract my claim",
    "can I cancel my refund request?",
    "how do I withdraw my refund request",
    "I don't want the refund any more",
    "i no longer want my refund",
    "stop the refund",
    "cancel the refund, everything works now",
    "withdraw my appeal",
    "close my case please",
    "cancel my pending refund request for ORD-48213",
    "could you please call my refund request off",
    "undo my refund request",
    "I withdraw my request for a refund",
    "scrap the refund request",
    "I am withdrawing my refund request",
    "cancel it, case R-7K2M5",
    "I would like to take my refund request back",
    "remove my refund request",
    "delete this refund request",
    "please cancel the money back request",
    "don't want my refund anymore, keep the money",
    "revoke my claim",
    "never mind my refund request",
]
NOT_TAKEN_BACK = [
    "I hereby withdraw from the contract",
    "cancel my subscription and give me a refund",
    "I cancelled my order, refund please",
    "why did you cancel my refund request",
    "who closed my case?",
    "don't cancel my refund request",
    "please do not close my case",
    "I did not cancel my refund request",
    "you cancelled my refund",
    "I want my refund",
    "where is my refund request",
    "cancel my order and refund me",
    "I want to cancel and get a refund",
    "stop charging me",
    "I withdraw, refund please",
    "withdraw from the contract and refund me",
    "the refund was cancelled",
    "was my case closed",
    "I don't want a voucher, I want a refund",
    "do not withdraw my refund request",
    "cancel ORD-48213 and refund",
    "I want to withdraw my money",
    "when do you close my case",
    "my request was dropped",
    "I don't want the refund on my card",
    "please close my account and refund the rest",
    "delete my account",
]


@pytest.mark.parametrize("words", TAKEN_BACK)
def test_a_request_is_taken_back_and_no_contract_withdrawn(words: str) -> None:
    assert takes_request_back(words)
    assert not is_declared(words)


@pytest.mark.parametrize("words", NOT_TAKEN_BACK)
def test_other_words_take_no_request_back(words: str) -> None:
    assert not takes_request_back(words)


@pytest.mark.parametrize("words", ["I hereby withdraw from the contract", "I withdraw, refund please", "Widerruf"])
def test_a_withdrawal_from_the_contract_stays_one(words: str) -> None:
    assert is_declared(words)


@pytest.mark.parametrize(
    "words",
    [
        "remind me then",
        "can you remind me on that day?",
        "let me know when the day has come",
        "ping me then",
        "set a reminder please",
        "write me on that day",
    ],
)
def test_a_reminder_is_wished(words: str) -> None:
    assert wants_reminder(words)


@pytest.mark.parametrize(
    "words",
    [
        "don't remind me",
        "no reminder please",
        "cancel the reminder",
        "please don't send me any reminder",
        "forget the reminder",
        "stop reminding me",
        "turn off reminders",
    ],
)
def test_no_reminder_is_wished(words: str) -> None:
    assert wants_no_reminder(words)
    assert not wants_reminder(words)
