"""How well intents are understood, on sentences that were kept back from the training data."""

from __future__ import annotations

import json
import subprocess

import pytest
import yaml

from tests.engine_process import Engine
from tests.stack import ENGINE_PYTHON, ROOT, needs_engine

pytestmark = pytest.mark.engine
TEST_ROWS = ROOT / "tests" / "nlu" / "test.jsonl"


@pytest.mark.timeout(300)
def test_the_kept_back_sentences_are_understood() -> None:
    needs_engine()
    command = [str(ENGINE_PYTHON), "-m", "rasa_ext", "evaluate"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=True)
    figures = json.loads(done.stdout[done.stdout.index("{") :])
    assert figures["macro_f1"] > 0.92
    assert min(figures["f1"].values()) > 0.75


def test_no_kept_back_sentence_stands_among_those_written_here() -> None:
    """The sentences given with the project share a few stock phrases with the test rows; ours must share none."""
    blocks = yaml.safe_load((ROOT / "data" / "nlu" / "refund_request.yml").read_text(encoding="utf-8"))["nlu"]
    ours = {"inform", "dont_know", "withdraw_from_contract"}
    written = {
        line[2:].lower() for block in blocks if block["intent"] in ours for line in block["examples"].splitlines()
    }
    rows = [json.loads(line)["text"] for line in TEST_ROWS.read_text(encoding="utf-8").splitlines()]
    assert [text for text in rows if len(text.split()) > 5 and text.lower() in written] == []


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I want my money back", "request_refund"),
        ("where is my refund", "ask_refund_status"),
        ("how long until the money is on my card?", "ask_refund_arrival"),
        ("under which conditions do you refund", "ask_refund_policy"),
        ("my server does not work, help", "report_service_failure"),
        ("you charged me twice", "report_wrong_charge"),
        ("please cancel my subscription", "cancel_service"),
        ("I hereby withdraw from the contract", "withdraw_from_contract"),
        ("let me talk to a human", "ask_for_human"),
        ("it was last tuesday around noon", "inform"),
        ("I don't know", "dont_know"),
        ("yes please", "affirm"),
        ("what's the weather in Lisbon", "out_of_scope"),
    ],
)
def test_plain_wishes_are_understood(engine: Engine, text: str, intent: str) -> None:
    assert engine.parse(text)["intent"]["name"] == intent


def test_a_parsed_sentence_has_intent_ranking_and_entities(engine: Engine) -> None:
    parsed = engine.parse("I want my money back for ORD-48213")
    assert parsed["text"] == "I want my money back for ORD-48213"
    assert parsed["intent_ranking"][0] == parsed["intent"]
    confidences = [reading["confidence"] for reading in parsed["intent_ranking"]]
    assert confidences == sorted(confidences, reverse=True)
    assert parsed["entities"][0]["value"] == "ORD-48213"
