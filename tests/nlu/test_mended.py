"""Repaired words beside the written ones: read in one text, found again in the other."""

from __future__ import annotations

import pytest

from rasa_ext.mended import Repair, as_written, mended
from rasa_ext.spelling import Spelling

SPELLING = Spelling(dict.fromkeys(["refund", "money", "back", "credit", "card", "long"], 20))
TEXT = "how lnog does a refnd to my credit crad of 4242 take"
REPAIRS = SPELLING.repairs(TEXT)


def test_each_repair_says_which_words_it_stands_for() -> None:
    assert [(TEXT[one.start : one.end], one.word) for one in REPAIRS] == [
        ("lnog", "long"), ("refnd", "refund"), ("crad", "card"),
    ]  # fmt: skip
    assert mended(TEXT, REPAIRS) == SPELLING.repair(TEXT) == "how long does a refund to my credit card of 4242 take"


@pytest.mark.parametrize(
    ("read", "written"),
    [("how", "how"), ("long", "lnog"), ("a refund", "a refnd"), ("credit card", "credit crad"), ("4242", "4242")],
)
def test_a_span_of_the_repaired_text_is_found_in_the_written_one(read: str, written: str) -> None:
    at = mended(TEXT, REPAIRS).index(read)
    start, end = as_written(at, at + len(read), REPAIRS)
    assert TEXT[start:end] == written


def test_a_part_of_a_repaired_word_stands_where_all_of_the_word_does() -> None:
    text, repairs = "givememoney back", [Repair(0, 11, "give me money")]
    at = mended(text, repairs).index("money back")
    assert as_written(at, at + len("money back"), repairs) == (0, len(text))


def test_without_repairs_a_span_stays_where_it_is() -> None:
    assert as_written(3, 5, []) == (3, 5)
