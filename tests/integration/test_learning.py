"""Sentences to learn from: found, proposed by a click, reviewed, and written in the form of data/nlu."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog
import yaml

from refunds.database import Database
from refunds.desk.audit import Wanted
from refunds.desk.insight.learning import ExampleState, as_training_data, decide, examples, not_understood, propose
from refunds.desk.insight.understanding import OUT_OF_SCOPE
from refunds.desk.permissions import Role
from refunds.desk.refusals import ExampleRefused
from refunds.errors import NotFound, TransitionRefused
from refunds.tables import CasePersonRow, ConversationRow, MessageRow
from tests.desk_house import DeskHouse, Visitor
from tests.insight_world import NOW, drawn, scope_of
from tests.integration.command_line import Run, runner
from tests.integration.payout_rows import stored_case

SCOPE = scope_of((NOW - timedelta(days=40)).date())
INTENTS = ("request_refund", "ask_refund_status")
SAID = {
    "doubt": ("cash back for ORD-48213 says Amara Okafor", {"intent": "inform", "confidence": 0.3, "doubtful": True}),
    "other": ("what about the thing", {"intent": "out_of_scope", "confidence": 0.9, "doubtful": False}),
    "clear": ("I want a refund", {"intent": "request_refund", "confidence": 0.9, "doubtful": False}),
}


def talked(database: Database, now: datetime = NOW) -> None:
    """A customer whose name a case tells wrote three sentences; two were not understood."""
    case = stored_case(database)
    with database.transaction() as session:
        person = session.get(CasePersonRow, case.case_id) or CasePersonRow(case_id=case.case_id, words="")
        person.name = "Amara Okafor"
        session.add(person)
        chat = ConversationRow(conversation_id="c", channel="rest", address="a", customer_id=case.customer_id)
        chat.created_at = chat.updated_at = now
        session.add(chat)
        session.flush()
        for position, (name, (text, reading)) in enumerate(SAID.items(), start=1):
            said = MessageRow(message_id=name, conversation_id="c", position=position, channel_message_id=name)
            said.text, said.reading, said.received_at = text, reading, chat.created_at
            session.add(said)


@pytest.fixture
def stored(database: Database) -> Database:
    talked(database)
    return database


def proposed(
    database: Database, message_id: str = "other", text: str = "where is it", intent: str = INTENTS[1]
) -> None:
    with database.transaction() as session:
        propose(session, message_id, text, intent, INTENTS, "Leo", NOW)


def test_what_was_not_understood_is_found_without_what_tells_who_said_it(stored: Database) -> None:
    with stored.reading() as session:
        found = {each.message_id: each for each in not_understood(session, SCOPE)}
    assert {name: each.text for name, each in found.items()} == {
        "doubt": "cash back for ORD-10000 says Alex Alex",
        "other": "what about the thing",
    }
    assert (found["doubt"].guess, found["doubt"].confidence) == ("inform", 0.3)


def test_what_was_not_understood_is_what_a_loop_over_the_messages_finds(database: Database) -> None:
    world = drawn(5)
    world.store(database)
    expected = {
        message.message_id
        for message in world.messages
        if message.text
        and not message.payload
        and message.reading
        and (message.reading.get("doubtful") or message.reading["intent"] == OUT_OF_SCOPE)
        and message.received_at.astimezone(SCOPE.period.zone).date() >= SCOPE.period.first
    }
    with database.reading() as session:
        assert {each.message_id for each in not_understood(session, SCOPE)} == expected
    assert expected


def test_a_proposed_sentence_is_in_review_scrubbed_once_more_and_found_no_longer(stored: Database) -> None:
    proposed(stored, text="where is ORD-48213, says Okafor")
    with stored.reading() as session:
        (example,) = examples(session, ExampleState.IN_REVIEW)
        assert [each.message_id for each in not_understood(session, SCOPE)] == ["doubt"]
    assert (example.text, example.intent, example.proposed_by) == (
        "where is ORD-10000, says Alex",
        "ask_refund_status",
        "Leo",
    )


def test_a_sentence_is_proposed_once_and_with_an_intent_that_there_is(stored: Database) -> None:
    with pytest.raises(ExampleRefused):
        proposed(stored, intent="gossip")
    with pytest.raises(ExampleRefused):
        proposed(stored, text=" []  ")
    with pytest.raises(NotFound):
        proposed(stored, "nothing")
    proposed(stored)
    with pytest.raises(TransitionRefused):
        proposed(stored)


def test_a_sentence_is_decided_once(stored: Database) -> None:
    proposed(stored)
    with stored.transaction() as session:
        assert decide(session, "other", ExampleState.REJECTED, "Ada", NOW).decided_by == "Ada"
    with pytest.raises(TransitionRefused, match="Ada decided"), stored.transaction() as session:
        decide(session, "other", ExampleState.ACCEPTED, "Leo", NOW)
    with pytest.raises(NotFound), stored.transaction() as session:
        decide(session, "clear", ExampleState.ACCEPTED, "Leo", NOW)


def test_accepted_sentences_are_training_data_by_intent_each_once(stored: Database) -> None:
    for name, text, intent in (("other", "where: is it? #1", INTENTS[1]), ("doubt", "cash back", INTENTS[0])):
        proposed(stored, name, text, intent)
    proposed(stored, "clear", "cash back", INTENTS[0])
    with stored.reading() as session:
        written = yaml.safe_load(as_training_data(examples(session)))
    assert written == {
        "version": "3.1",
        "nlu": [
            {"intent": "ask_refund_status", "examples": "- where: is it? #1\n"},
            {"intent": "request_refund", "examples": "- cash back\n"},
        ],
    }


@pytest.fixture
def lead(desk: DeskHouse) -> Visitor:
    talked(desk.app.database, desk.now - timedelta(hours=1))
    return desk.signed_in(Role.LEAD)


PAGE = "/desk/insight/sentences"


def test_one_click_puts_a_sentence_into_review_and_another_accepts_it(desk: DeskHouse, lead: Visitor) -> None:
    page = lead.get(PAGE).text
    assert "what about the thing" in page
    assert "Amara" not in page
    assert re.search(r'<option value="ask_refund_status">', page)
    answer = lead.post(f"{PAGE}?channel=rest", message_id="other", text="any news", intent="ask_refund_status")
    assert (answer.status_code, "channel=rest" in answer.headers["location"]) == (303, True)
    assert "any news" in lead.get(PAGE).text
    assert lead.post(f"{PAGE}/other/accept").status_code == 303
    with desk.app.database.reading() as session:
        (example,) = examples(session)
    assert (example.state, example.text, example.decided_by) == (ExampleState.ACCEPTED, "any news", "Lead")
    assert "1 sentence." in lead.get(PAGE).text
    acts = {entry.act for entry in desk.app.audit.entries(Wanted(), 10)}
    assert {"see_sentences", "proposed_example", "accepted_example"} <= acts


def test_what_cannot_be_is_told_and_changes_nothing(desk: DeskHouse, lead: Visitor) -> None:
    refused = lead.post(PAGE, message_id="other", text="any news", intent="gossip")
    assert (refused.status_code, "Choose what the sentence means" in refused.text) == (422, True)
    assert lead.post(f"{PAGE}/other/reject").status_code == 404
    lead.post(PAGE, message_id="other", text="any news", intent="deny")
    again = lead.post(PAGE, message_id="other", text="any news", intent="deny")
    assert (again.status_code, "proposed this sentence already" in again.text) == (409, True)
    with desk.app.database.reading() as session:
        assert [each.state for each in examples(session)] == [ExampleState.IN_REVIEW]


def test_auditors_read_sentences_and_propose_none(desk: DeskHouse, lead: Visitor) -> None:
    lead.post(PAGE, message_id="other", text="any news", intent="deny")
    auditor = desk.signed_in(Role.AUDITOR)
    page = auditor.get(PAGE).text
    assert "any news" in page
    assert "Into review" not in page
    assert f"{PAGE}/other/accept" not in page
    assert auditor.post(f"{PAGE}/other/accept").status_code == 403


@pytest.fixture
def run(
    stored: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Run]:
    monkeypatch.setenv("REFUNDS_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("REFUNDS_DATABASE_URL", stored.url)
    yield runner(monkeypatch, capsys)
    structlog.reset_defaults()


def test_the_command_writes_accepted_sentences_alone_and_tells_of_all(run: Run, stored: Database) -> None:
    proposed(stored)
    nothing = run("nlu", "review")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "no accepted sentences\n")
    (told,) = run("nlu", "review", "--json").json
    assert (told["state"], told["text"], told["decided_at"]) == ("in_review", "where is it", None)
    with stored.transaction() as session:
        decide(session, "other", ExampleState.ACCEPTED, "Leo", NOW)
    written = yaml.safe_load(run("nlu", "review").out)
    assert written["nlu"] == [{"intent": "ask_refund_status", "examples": "- where is it\n"}]
    (told,) = run("nlu", "review", "--json").json
    assert (told["decided_by"], told["decided_at"]) == ("Leo", NOW.isoformat())
