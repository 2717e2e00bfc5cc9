"""What is a declaration of withdrawal, and what only talks about one."""

from __future__ import annotations

import pytest

from refunds.withdrawal_words import declares_plainly, is_declared, is_of_request


@pytest.mark.parametrize("words", ["I hereby withdraw from the contract", "ich widerrufe den Vertrag", "I withdraw"])
def test_a_declaration_is_one(words: str) -> None:
    assert is_declared(words)


@pytest.mark.parametrize(
    "words",
    [
        "can I still withdraw from the contract?",
        "how do i withdraw from my contract",
        "I do not want to withdraw from the contract",
        "withdraw my request please",
    ],
)
def test_a_question_a_denial_or_another_withdrawal_is_none(words: str) -> None:
    assert not is_declared(words)


def test_taking_a_request_back_is_no_withdrawal_from_the_contract() -> None:
    assert is_of_request("please withdraw my refund request")
    assert not is_of_request("I withdraw from the contract")


@pytest.mark.parametrize(
    "words",
    [
        "ok then I do it, I withdraw",
        "I hereby withdraw",
        "we withdraw from this agreement",
        "I now want to withdraw from the order",
        "then I'm withdrawing",
        "Hiermit widerrufe ich meinen Vertrag",
        "je me rétracte du contrat",
        "desisto del contrato",
    ],
)
def test_a_plain_declaration_is_heard_whatever_its_reading(words: str) -> None:
    assert declares_plainly(words)


@pytest.mark.parametrize(
    "words",
    [
        "if I withdraw, what happens to my data",
        "can I withdraw?",
        "what happens when I withdraw",
        "I want to withdraw money from my account credit",
        "I withdraw my refund request",
        "I don't want to withdraw",
        "my friend told me that I withdraw by form",
    ],
)
def test_what_only_speaks_of_withdrawing_is_no_declaration(words: str) -> None:
    assert not declares_plainly(words)
