"""What is a declaration of withdrawal, and what only talks about one."""

from __future__ import annotations

import pytest

from actions.statement import is_declared, is_of_request


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
