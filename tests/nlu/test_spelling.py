"""Spelling repair: what is a slip away from our words is mended, everything else stays as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasa_ext.spelling import SELDOM, Spelling, count_words, words_of

WORDS = "refund money back card credit charged please long because my want the longer"
TAUGHT = dict.fromkeys(WORDS.split(), 20)
SPELLING = Spelling(TAUGHT, frozenset({"pasta", "flight", "crate"}))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("refnd", "refund"),
        ("reffund", "refund"),
        ("refubd", "refund"),
        ("rfeund", "refund"),
        ("how lnog does a refnd take", "how long does a refund take"),
        ("to my credit crad", "to my credit card"),
        ("becuase", "because"),
        ("mymoney back", "my money back"),
        ("REFNDS", "REFNDS"),
    ],
)
def test_a_word_that_is_one_slip_away_from_ours_is_mended(written: str, meant: str) -> None:
    assert SPELLING.repair(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        "ORD-48213", "refnd1", "me@refnd.example", "https://refnd.example/refnd", "the pasta", "flights",
        "crate", "schnitzel", "Rückerstattung", "www.refnd.example",
    ],
)  # fmt: skip
def test_what_is_no_slip_of_ours_stays_as_it_is(text: str) -> None:
    assert SPELLING.repair(text) == text


def test_a_word_that_was_taught_too_seldom_mends_nothing() -> None:
    assert Spelling({"refund": SELDOM - 1}).repair("refnd") == "refnd"


def test_the_commonest_of_several_words_a_slip_away_is_taken() -> None:
    assert Spelling({"refund": 5, "refunk": 50}).repair("refun") == "refunk"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("mony back", "money back"),
        ("wantmoeny", "want money"),
        ("flihgt", "flight"),
        ("Flihgt", "Flihgt"),
        ("Wantmoeny", "Wantmoeny"),
        ("oncemoney", "oncemoney"),
    ],
)
def test_untaught_english_and_runs_with_a_slip_are_mended_unless_they_may_be_names(written: str, read: str) -> None:
    taught = {**TAUGHT, "oncemoney": 1}
    assert Spelling(taught, frozenset({"flight"}), frozenset({"flight"})).repair(written) == read


def test_a_word_near_to_several_untaught_ones_stays() -> None:
    near = frozenset({"batter", "better"})
    assert Spelling({}, near, near).repair("botter") == "botter"


def test_words_are_counted_without_regard_to_capitals() -> None:
    assert count_words(["Refund please", "REFUND ORD-48213"]) == {"refund": 2, "please": 1}
    assert words_of("don\u2019t pay a@b.example") == ["don't", "pay"]


@given(st.text(max_size=80))
def test_a_mended_text_needs_no_mending(text: str) -> None:
    once = SPELLING.repair(text)
    assert SPELLING.repair(once) == once


@given(st.text(alphabet="0123456789-@./ ", max_size=40))
def test_numbers_are_never_touched(text: str) -> None:
    assert SPELLING.repair(text) == text
