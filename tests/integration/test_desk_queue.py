"""Reading the queue on both databases: who waits, whose, all, and what a search finds."""

from __future__ import annotations

import pytest

from refunds.desk.chats.queue import QueuePage, View, counts, queue_page
from tests.chat_house import ChatHouse
from tests.desk_world import DeskWorld, desk_over


@pytest.fixture
def desk(chat: ChatHouse) -> DeskWorld:
    return desk_over(chat)


def page(desk: DeskWorld, view: View, search: str = "", number: int = 1) -> QueuePage:
    with desk.chat.app.database.reading() as session:
        return queue_page(session, view, search, number, desk.ann.agent_id, desk.now, desk.now.date())


def ids(found: QueuePage) -> set[str]:
    return {chat.conversation_id for chat in found.chats}


def test_views_hold_who_waits_what_is_mine_and_all(desk: DeskWorld) -> None:
    waiting, mine = desk.waiting_chat("bruno"), desk.taken_chat()
    free = desk.chat.say("hello", address="chen").conversation_id
    assert ids(page(desk, View.WAITING)) == {waiting}
    assert ids(page(desk, View.MINE)) == {mine}
    assert ids(page(desk, View.ALL)) == {waiting, mine, free}
    desk.holding.assign(desk.leo, waiting, desk.ann.agent_id, desk.now)
    assert ids(page(desk, View.MINE)) == {waiting, mine}
    with desk.chat.app.database.reading() as session:
        assert counts(session, desk.ann.agent_id) == {View.WAITING: 1, View.MINE: 2}


def test_a_search_wants_every_word_somewhere_in_the_chat_in_whatever_case(desk: DeskWorld) -> None:
    chat = desk.chat.say("The Database was DOWN, 100% of it; schöne Grüße", address="one").conversation_id
    desk.chat.say("more of Monday", address="one")
    desk.chat.say("the database is fine", address="two")
    for search in ("database down", "DATABASE monday", "100% down", "Grüße", chat[:8], "one", "rest one"):
        assert ids(page(desk, View.ALL, search)) == {chat}, search
    for search in ("database nothing", "1000%", "d_wn"):
        assert ids(page(desk, View.ALL, search)) == set(), search


def test_a_page_past_the_end_is_the_last_one(desk: DeskWorld) -> None:
    chat = desk.waiting_chat()
    found = page(desk, View.WAITING, number=9)
    assert (found.page, found.pages, found.found, ids(found)) == (1, 1, 1, {chat})
