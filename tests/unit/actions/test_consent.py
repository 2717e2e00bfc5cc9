"""Yes, no, leave it, wait: a yes files a case, so it is read strictly."""

from __future__ import annotations

import pytest

from actions.consent import drops_it, says_yes, wants_pause


@pytest.mark.parametrize(
    "words",
    [
        "yes",
        "Yes, file it",
        "file it pls",
        "go ahead",
        "k",
        "👍",
        "looks good",
        "sounds good, thank you",
        "ja bitte",
        "that's correct, please file it for me",
        "ok do it",
        "yes, everything as shown above",
        "yes please, that would be lovely",
    ],
)
def test_a_plain_yes_is_one(words: str) -> None:
    assert says_yes(words)


@pytest.mark.parametrize(
    "words",
    [
        "is that right?",
        "should I confirm",
        "yes but wrong order",
        "yes, I mean no",
        "ok hold on",
        "I'll confirm later",
        "sure, tomorrow",
        "yes but send it to my new card please",
        "no",
        "",
        "the storage",
        "thanks",
        "ok, later",
        "yes if it's to my card",
        "haha yeah right",
        "yes the amount is too low",
        "x",
    ],
)
def test_whatever_is_said_beside_a_yes_makes_it_none(words: str) -> None:
    assert not says_yes(words)


@pytest.mark.parametrize(
    "words", ["never mind", "forget it", "cancel that", "no thanks", "ok stop", "ah, leave it", "not now"]
)
def test_letting_go_is_heard(words: str) -> None:
    assert drops_it(words)


@pytest.mark.parametrize("words", ["cancel my subscription", "stop charging my card twice", "I forget the day"])
def test_a_sentence_about_something_else_drops_nothing(words: str) -> None:
    assert not drops_it(words)


@pytest.mark.parametrize("words", ["wait", "let me think", "ok let me check with my boss first", "one moment please"])
def test_asking_for_time_is_heard(words: str) -> None:
    assert wants_pause(words)


@pytest.mark.parametrize("words", ["hold on, wrong order", "wait, is that right?", "the wait was long"])
def test_a_correction_or_question_is_no_pause(words: str) -> None:
    assert not wants_pause(words)
