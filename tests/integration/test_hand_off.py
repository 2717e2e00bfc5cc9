"""Chats that wait for a person."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from refunds.database import Database
from refunds.handoff import HandOff
from refunds.tables import ConversationRow
from tests.integration.people_world import NOW, People, people_over


@pytest.fixture
def people(database: Database, tmp_path: Path) -> People:
    return people_over(database, tmp_path)


def need_person(people: People, name: str, minute: int, owner: str = "waiting") -> str:
    with people.database.transaction() as session:
        conversation = session.get(ConversationRow, people.conversation(name))
        assert conversation is not None
        conversation.owner = owner
        summary = {"order_id": "ORD-48213", "minute": minute}
        return HandOff().open(session, conversation, "customer_asked", summary, NOW + timedelta(minutes=minute))


def waiting(people: People) -> list[str]:
    with people.database.reading() as session:
        return [each.hand_off_id for each in HandOff().waiting(session)]


def test_the_longest_waiting_chat_comes_first(people: People) -> None:
    names = [people.conversation(name) for name in ("one", "two")]
    later, sooner = need_person(people, "one", 5), need_person(people, "two", 1)
    assert waiting(people) == [sooner, later]
    with people.database.reading() as session:
        first = HandOff().waiting(session)[0]
    assert first.conversation_id == names[1]
    assert first.reason == "customer_asked"
    assert first.summary == {"order_id": "ORD-48213", "minute": 1}
    assert first.opened_at == NOW + timedelta(minutes=1)


def test_a_chat_waits_once_however_often_a_person_is_asked_for(people: People) -> None:
    people.conversation("one")
    assert need_person(people, "one", 1) == need_person(people, "one", 2)
    assert len(waiting(people)) == 1


def test_a_chat_that_an_agent_has_is_not_waiting(people: People) -> None:
    people.conversation("one")
    need_person(people, "one", 1, owner="agent")
    assert waiting(people) == []


def test_a_hand_off_that_ended_is_over_and_the_next_is_a_new_one(people: People) -> None:
    conversation_id = people.conversation("one")
    first = need_person(people, "one", 1)
    with people.database.transaction() as session:
        HandOff().end(session, conversation_id, NOW + timedelta(minutes=2))
    assert waiting(people) == []
    assert need_person(people, "one", 3) != first


def test_ending_where_nothing_is_open_changes_nothing(people: People) -> None:
    with people.database.transaction() as session:
        HandOff().end(session, people.conversation("one"), NOW)
    assert waiting(people) == []
