"""A chat of the desk becomes a conversation test with one click, without its customer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from refunds.backoffice.client import BackOffice
from refunds.chat.ownership import Change
from refunds.desk.audit import Wanted
from refunds.desk.chats.kept_tests import KeptTests
from refunds.desk.permissions import Role
from refunds.policy.records import Customer
from refunds.tables import ConversationRow, MessageRow
from tests.chat_house import ChatHouse
from tests.conversations import player
from tests.desk_house import DeskHouse, desk_house
from tests.fake_engine import says

JANE = Customer("C-77", "Jane Page-Kowalski", "jane@shop.example", "consumer", "PL")
THEIRS = ("jane", "page", "kowalski", "shop", "91827", "4711", "170", "5550199", "zielona", "krakow", "c-77", "nov")
SAID = (
    "Hi, I'm Jane Page-Kowalski from Krakow, ul. Zielona 14, +48 170 5550199",
    "my server ORD-91827 was down on 12 November 2026, I paid EUR 4,711.00 and want a refund",
    "jane@shop.example",
    "[code]",
)


class Office:
    """Knows Jane."""

    def customer(self, customer_id: str) -> Customer:
        assert customer_id == JANE.customer_id
        return JANE


@pytest.fixture
def desk(chat_on_file: ChatHouse) -> Iterator[DeskHouse]:
    app = chat_on_file.app
    kept = KeptTests(app.database, cast("BackOffice", Office()), app.audit, app.words)
    with desk_house(replace(app, kept_tests=kept)) as house:
        yield house


def talked(chat: ChatHouse, *said: str, customer: str | None = JANE.customer_id) -> str:
    """A chat in which that was said; each time the assistant repeats it with a name."""
    chat.engine.answer = lambda question: says(f"Thank you, Jane Page-Kowalski: {question['text']}")
    for text in said:
        conversation_id = chat.say(text).conversation_id
        chat.turn(conversation_id)
    with chat.app.database.transaction() as session:
        session.get_one(ConversationRow, conversation_id).customer_id = customer
    return conversation_id


def kept(desk: DeskHouse, conversation_id: str) -> str:
    answer = desk.signed_in(Role.LEAD).post(f"/desk/chats/{conversation_id}/test")
    assert answer.status_code == 200, answer.text
    assert re.fullmatch(r'attachment; filename="kept_[0-9a-f]{8}\.yml"', answer.headers["content-disposition"])
    return answer.text


def loaded(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The script as the player of conversations loads it."""
    (folder / "kept.yml").write_text(script, encoding="utf-8")
    monkeypatch.setattr(player, "SCRIPTS", folder)
    ((_, one),) = player.scripts()
    return one


def test_nothing_of_the_customer_survives(desk: DeskHouse, chat_on_file: ChatHouse) -> None:
    script = kept(desk, talked(chat_on_file, *SAID)).lower()
    assert [detail for detail in THEIRS if detail in script] == []
    assert "answered: " in script


def test_the_player_loads_it_and_knows_each_of_its_moves(
    desk: DeskHouse, chat_on_file: ChatHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "scripts"
    folder.mkdir()
    script = loaded(kept(desk, talked(chat_on_file, *SAID)), folder, monkeypatch)
    moves = script["moves"]
    assert [list(move) for move in moves] == [["say"], ["say"], ["sign_in"]]
    assert moves[1]["say"] == "my server ORD-48213 was down on {-3d}, I paid 240.00 EUR and want a refund"
    assert moves[2]["sign_in"] == "amara@example.com"
    assert all(hasattr(player.Player, f"_{kind}") for move in moves for kind in move)
    assert script["end"] == {"owner": "assistant", "customer_id": "C-1001", "cases": [], "assessments": []}


def test_a_pressed_button_is_pressed_by_the_start_of_its_title(desk: DeskHouse, chat_on_file: ChatHouse) -> None:
    chat_on_file.engine.answer = lambda _: says(
        {"text": "Which one?", "buttons": [{"title": "ORD-91827, Acmecorp plan", "payload": "/inform"}]}
    )
    first = chat_on_file.say("refund please").conversation_id
    chat_on_file.turn(first)
    (line,) = chat_on_file.lines(first)
    (button,) = line.buttons
    chat_on_file.say(button.title, button=button.button_id)
    chat_on_file.turn(first)
    (script,) = yaml.safe_load(kept(desk, first))
    assert script["moves"][1] == {"press": "ORD-48213"}


def test_what_is_said_to_an_agent_is_no_part_of_it(desk: DeskHouse, chat_on_file: ChatHouse) -> None:
    conversation_id = talked(chat_on_file, "refund please", customer=None)
    chat_on_file.change(conversation_id, Change.TAKEN)
    chat_on_file.agent_says(conversation_id, "Hello, this is Ann.")
    chat_on_file.say("only for you, Ann: it is a secret")
    (script,) = yaml.safe_load(kept(desk, conversation_id))
    assert script["moves"] == [{"say": "refund please"}]
    assert script["end"]["owner"] == "waiting"


def test_leads_keep_a_test_by_a_button_and_the_audit_log_tells_of_it(desk: DeskHouse, chat_on_file: ChatHouse) -> None:
    conversation_id = talked(chat_on_file, "refund please")
    lead, agent = desk.signed_in(Role.LEAD), desk.signed_in(Role.AGENT)
    page = f"/desk/chats/{conversation_id}"
    assert f'action="{page}/test"' in lead.get(page).text
    assert f'action="{page}/test"' not in agent.get(page).text
    assert agent.post(f"{page}/test").status_code == 403
    lead.post(f"{page}/test")
    (entry,) = desk.app.audit.entries(Wanted(act="keep_chat_as_test"), 9)
    assert (entry.who, entry.conversation_id, entry.customer_id) == ("Lead", conversation_id, "C-77")


def test_without_the_back_office_nothing_is_kept_as_no_name_is_taken_out_for_certain(
    chat_on_file: ChatHouse,
) -> None:
    with desk_house(chat_on_file.app) as desk:
        answer = desk.signed_in(Role.LEAD).post(f"/desk/chats/{talked(chat_on_file, 'refund please')}/test")
    assert answer.status_code == 409
    assert "could not be taken out for certain" in answer.text


def test_a_chat_that_an_agent_began_is_no_test(desk: DeskHouse, chat_on_file: ChatHouse) -> None:
    conversation_id = chat_on_file.say("hello").conversation_id
    with chat_on_file.app.database.transaction() as session:
        session.query(MessageRow).delete()
    answer = desk.signed_in(Role.LEAD).post(f"/desk/chats/{conversation_id}/test")
    assert (answer.status_code, "the customer did nothing" in answer.text) == (409, True)


def test_a_chat_that_is_not_there_is_not_found(desk: DeskHouse) -> None:
    assert desk.signed_in(Role.LEAD).post(f"/desk/chats/{'0' * 32}/test").status_code == 404
