"""Customers who can't or won't show who they are, in their words."""

from __future__ import annotations

import pytest

from actions.handoff import _ANGRY, _ASKS_HOURS
from actions.without_identity import cannot_show_identity


@pytest.mark.parametrize(
    "text",
    [
        "no I won't give you my mail",
        "I don't want to",
        "I don't have an account with you",
        "I can't get into that mailbox",
        "I have no access to my email any more",
        "I cannot receive the codes",
    ],
)
def test_who_cannot_or_will_not_is_heard(text: str) -> None:
    assert cannot_show_identity(text)


@pytest.mark.parametrize(
    "text",
    ["my server won't start", "I can't access my server", "the code didn't arrive", "check my mail", "one moment"],
)
def test_other_words_are_no_refusal(text: str) -> None:
    assert not cannot_show_identity(text)


@pytest.mark.parametrize(
    "text",
    ["what are your opening hours?", "when are you open", "until when does support close", "when is someone there"],
)
def test_a_question_for_the_hours_is_known(text: str) -> None:
    assert _ASKS_HOURS.search(text)


@pytest.mark.parametrize(
    "text", ["it was down during business hours", "when will someone refund me", "when is the money there"]
)
def test_what_is_no_question_for_the_hours_is_left_alone(text: str) -> None:
    assert not _ASKS_HOURS.search(text)


def test_anger_is_known_by_strong_words_only() -> None:
    assert _ANGRY.search("I am furious about this")
    assert _ANGRY.search("give me my f***ing money")
    assert not _ANGRY.search("the disk is full and the worker failed")
