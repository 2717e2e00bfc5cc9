"""What a customer hears who says by a button how their case was handled."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from actions.opinion import RateCase
from refunds.cases.satisfaction import Rating
from tests.unit.actions.talks import WORDS, said, talk_of


def rated(rating: str, *, kept: bool = True) -> tuple[str, list[str], list[Any]]:
    """What is said, with which buttons, and what was handed on."""
    handed: list[Any] = []
    rows = [{"entity": "case_number", "value": "R-7K2MQ"}, {"entity": "rating", "value": rating}]
    talk = talk_of("/rate_case", *rows, intent="rate_case")

    def answer(*given: Any) -> bool:
        handed.extend(given)
        return kept

    cast("Any", talk.app).opinions = SimpleNamespace(answer=answer)
    RateCase().take(talk)
    buttons = [button["title"] for message in talk.dispatcher.messages for button in message["buttons"]]
    return said(talk), buttons, handed


def test_what_was_pressed_is_kept_for_that_case_in_this_conversation() -> None:
    _, _, handed = rated("good")
    assert handed[:3] == ["c", "R-7K2MQ", Rating.GOOD]


@pytest.mark.parametrize("rating", ["good", "ok"])
def test_a_fair_answer_is_thanked(rating: str) -> None:
    words, buttons, _ = rated(rating)
    assert words == WORDS.say(f"utter_opinion_{rating}")
    assert buttons == [WORDS.say("button_notices")]


def test_after_a_bad_answer_a_person_is_offered() -> None:
    words, buttons, _ = rated("bad")
    assert words == WORDS.say("utter_opinion_bad")
    assert buttons == [WORDS.say("button_person")]


def test_a_second_answer_hears_that_the_first_stays() -> None:
    words, _, _ = rated("good", kept=False)
    assert words == WORDS.say("utter_opinion_kept")
