from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from refunds.cases.plain import dump, load
from refunds.cases.receipt import make_receipt, read_receipt, receipt_hash, told_hash
from refunds.policy.book import PolicyBook
from refunds.policy.decide import decide
from refunds.policy.records import Records
from refunds.policy.request import RefundRequest
from tests import strategies
from tests.integration.filing_world import NOW, POLICY, REQUEST, records

DECISION = decide(REQUEST, records(), POLICY, NOW)
RECEIPT = make_receipt(REQUEST, records(), DECISION, NOW)


@settings(max_examples=60)
@given(request=strategies.requests(), held=strategies.records(), policy=strategies.books())
def test_what_is_read_from_a_receipt_is_decided_the_same_again(
    request: RefundRequest, held: Records, policy: PolicyBook
) -> None:
    decision = decide(request, held, policy, NOW)
    stored, kept_policy = json.loads(json.dumps([make_receipt(request, held, decision, NOW), dump(policy)]))
    then = read_receipt(stored)
    assert (then.request, then.records, then.decision, then.decided_at) == (request, held, decision, NOW)
    assert decide(then.request, then.records, load(PolicyBook, kept_policy), then.decided_at) == decision


def test_the_policy_survives_json_and_back() -> None:
    assert load(PolicyBook, json.loads(json.dumps(dump(POLICY)))) == POLICY


def test_a_receipt_says_why_in_words() -> None:
    first = RECEIPT["why"][0]
    assert (first["clause"], first["rule"], first["outcome"]) == ("P1.a", "p1a_vendor_fault", "eligible")
    assert any("INC-1" in words and "gross" in words for words in first["facts"])
    assert (RECEIPT["outcome"], RECEIPT["clauses"], RECEIPT["policy_version"]) == ("eligible", ["P1.a"], POLICY.version)


def test_the_hash_is_the_same_after_the_database() -> None:
    assert receipt_hash(json.loads(json.dumps(RECEIPT))) == receipt_hash(RECEIPT)


@pytest.mark.parametrize("part", sorted(RECEIPT))
def test_a_change_of_any_part_changes_the_hash(part: str) -> None:
    assert receipt_hash({**RECEIPT, part: "changed"}) != receipt_hash(RECEIPT)


def test_the_same_answer_later_is_the_same_when_told() -> None:
    later = NOW + timedelta(minutes=5)
    again = make_receipt(REQUEST, records(), decide(REQUEST, records(), POLICY, later), later)
    assert told_hash(again) == told_hash(RECEIPT)
    assert receipt_hash(again) != receipt_hash(RECEIPT)


@pytest.mark.parametrize(
    ("request_", "held"),
    [(REQUEST, records(fault="unknown")), (replace(REQUEST, words="another story"), records())],
    ids=["another answer", "another question"],
)
def test_another_answer_or_question_is_another_one_when_told(request_: RefundRequest, held: Any) -> None:
    other = make_receipt(request_, held, decide(request_, held, POLICY, NOW), NOW)
    assert told_hash(other) != told_hash(RECEIPT)


def test_a_receipt_needs_a_time_with_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        make_receipt(REQUEST, records(), DECISION, datetime(2026, 11, 24))  # noqa: DTZ001 - that is the point
