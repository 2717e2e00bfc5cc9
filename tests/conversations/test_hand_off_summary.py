"""What a colleague who takes over a chat reads: made from data, with the customer's own words."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.conversations.player import Player
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.processes]


def summary_after(stack: Stack, moves: list[dict[str, Any]], **rows: list[dict[str, str]]) -> dict[str, Any]:
    """The summary of the chat's hand-off; ``rows`` are the cases and assessments that there must be."""
    stack.reset()
    Player(stack, "handed-over").play({"moves": moves, "end": {"owner": "waiting", **rows}})
    with closing(sqlite3.connect(stack.var / "refunds.sqlite")) as connection:
        [(summary,)] = connection.execute("SELECT summary FROM hand_offs").fetchall()
    found: dict[str, Any] = json.loads(summary)
    return found


def test_an_open_request_is_told_with_who_what_and_when(stack: Stack) -> None:
    summary = summary_after(
        stack,
        [
            {"say": "ORD-48213 was down, I want my money back"},
            {"sign_in": "amara@example.com"},
            {"say": "get me a human, I am in a hurry"},
        ],
    )
    assert (summary["customer_id"], summary["verified_by"]) == ("C-1001", "mail")
    assert (summary["topic"], summary["order_id"], summary["open_question"]) == ("refund", "ORD-48213", "time")
    assert summary["claims"] == ["failure"]
    assert summary["words"] == ["ORD-48213 was down, I want my money back"]
    assert summary["last_words"] == ["get me a human, I am in a hurry"]
    assert summary["last_decision"]["outcome"] == "incomplete"


def test_a_complaint_is_told_in_the_customers_own_words(stack: Stack) -> None:
    words = "your company treats its customers terribly, this is the worst support ever"
    summary = summary_after(stack, [{"say": words}, {"press": "Pass my complaint on"}])
    assert words in summary["last_words"]
    assert (summary["customer_id"], summary["verified_by"]) == (None, None)


def test_cases_are_told_with_their_state_and_what_was_promised(stack: Stack) -> None:
    summary = summary_after(
        stack,
        [
            {"say": "refund for ORD-48213, it was down on {-3d}"},
            {"sign_in": "amara@example.com"},
            {"say": "yes"},
            {"say": "now I want to talk to a person"},
        ],
        cases=[{"state": "submitted"}],
    )
    [case] = summary["cases"]
    assert (case["order_id"], case["state"], case["clauses"][0]) == ("ORD-48213", "submitted", "P1.a")
    assert case["check_promised_by"] <= case["payout_promised_by"]


def test_a_service_to_be_ended_is_told_with_the_decision_that_was_told(stack: Stack) -> None:
    summary = summary_after(
        stack,
        [{"say": "please cancel my order ORD-48377"}, {"sign_in": "amara@example.com"}, {"say": "end it please"}],
        assessments=[{"order_id": "ORD-48377"}],
    )
    assert (summary["topic"], summary["order_id"]) == ("end_service", "ORD-48377")
    assert summary["last_decision"]["clauses"][0] == "P5.b"
