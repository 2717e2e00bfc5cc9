"""The lint of the training sentences finds each kind of fault, and our own sentences have none that fails."""

from __future__ import annotations

from pathlib import Path

from launcher.sentences_check import (
    Sentence,
    conflicts,
    imbalance,
    leaking_words,
    near_duplicates,
    problems,
    sentences,
    templates,
)
from refunds.settings import ROOT


def taught(*pairs: tuple[str, str]) -> list[Sentence]:
    return [Sentence(text, intent) for text, intent in pairs]


def test_the_same_words_with_two_intents_conflict() -> None:
    found = list(conflicts(taught(("Refund, please!", "request_refund"), ("refund please", "ask_refund_policy"))))
    assert found == ["'refund please' is taught as ask_refund_policy and as request_refund"]


def test_the_same_words_in_another_order_are_near_duplicates() -> None:
    pair = taught(("please give money back", "request_refund"), ("Give money back please.", "request_refund"))
    assert list(near_duplicates(pair)) == ["request_refund: please give money back | Give money back please."]
    assert list(near_duplicates(taught(("yes please", "affirm"), ("please, yes", "affirm")))) == []


def test_sentences_that_differ_in_numbers_only_are_a_templates() -> None:
    rows = taught(*((f"refund order {number}", "request_refund") for number in range(10000, 10004)))
    assert list(templates(rows)) == ["request_refund: 4 times 'refund order 0'"]
    assert list(templates(rows[:3])) == []


def test_an_intent_with_few_sentences_is_named() -> None:
    assert list(imbalance(taught(("hi", "greet")))) == ["greet has 1 sentences, not 60 to 900"]


def test_a_common_word_of_one_intent_alone_is_named() -> None:
    rows = taught(*((f"zebra {number}", "greet") for number in range(25)))
    assert list(leaking_words(rows)) == ["'zebra': 25 of 25 in greet"]
    assert list(leaking_words(rows[:24])) == []


def test_our_own_sentences_have_no_fault_that_fails() -> None:
    assert list(problems(sentences(Path(ROOT, "data", "nlu")))) == []
