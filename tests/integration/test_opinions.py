"""How a case was handled, over a real database: asked once when it has ended, answered once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from refunds.cases import store
from refunds.cases.lifecycle import CaseState, Event
from refunds.cases.satisfaction import Opinion, Rating, opinion_of
from refunds.chat.message import Line
from refunds.chat.transcript import Transcript
from refunds.database import Database
from refunds.notify.opinions import Opinions
from refunds.tables import ButtonRow, ConversationRow, PolicyVersionRow
from tests.unit.notify.matters import AMARA, NOW, POLICY, WORDS, case

CHAT = "c" * 32
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class House:
    """A case in a conversation, and the worker's part."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.opinions = Opinions(database, WORDS, POLICY)
        self.case = case(CaseState.PAID)

    def files(self, state: CaseState = CaseState.PAID, **conversation: Any) -> None:
        """Store the case in ``state``, and its conversation."""
        self.case = replace(case(state), conversation_id=CHAT, updated_at=NOW)
        with self.database.transaction() as session:
            session.add(PolicyVersionRow(version=self.case.policy_version, content={}, first_used_at=NOW))
            known = {"channel": "telegram", "address": "a", "customer_id": AMARA.customer_id, "owner": "assistant"}
            times = {"created_at": NOW, "updated_at": NOW}
            session.add(ConversationRow(conversation_id=CHAT, **(known | times | conversation)))
            session.flush()
            store.add(session, self.case, who="customer", why="confirmed", decision={})

    def ask(self, after: timedelta = timedelta()) -> int:
        return self.opinions.ask(NOW + after)

    def lines(self) -> list[Line]:
        return Transcript(self.database).since(CHAT, 0)

    def opinion(self) -> Opinion | None:
        with self.database.reading() as session:
            return opinion_of(session, self.case.case_id)

    def answers(self, rating: Rating, where: str = CHAT, at: datetime = NOW) -> bool:
        return self.opinions.answer(where, self.case.case_id, rating, at)


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


def test_the_question_is_the_next_line_of_the_chat_with_a_button_for_each_answer(house: House) -> None:
    house.files()
    assert house.ask() == 1
    (line,) = house.lines()
    assert line.author == "notice"
    assert house.case.case_id in line.text
    assert [button.title for button in line.buttons] == ["Well", "So-so", "Badly"]
    with house.database.reading() as session:
        payloads = session.scalars(select(ButtonRow.payload).order_by(ButtonRow.place)).all()
    assert payloads[0] == '/rate_case{"case_number": "R-7K2MQ", "rating": "good"}'
    opinion = house.opinion()
    assert opinion is not None
    assert (opinion.channel, opinion.rating) == ("telegram", None)


def test_a_case_is_asked_about_once_also_where_it_ends_again(house: House) -> None:
    house.files()
    assert [house.ask(), house.ask()] == [1, 0]
    with house.database.transaction() as session:
        back = store.change(
            session, store.get(session, "R-7K2MQ"), Event.PAYOUT_REVERSED, who="billing", why="back", now=NOW
        )
        store.change(session, back, Event.PAID, who="billing", why="paid", now=NOW)
    assert house.ask(timedelta(hours=1)) == 0
    assert len(house.lines()) == 1


@on_postgresql
def test_of_workers_at_the_same_moment_one_asks(house: House) -> None:
    house.files()
    opened = threading.Barrier(4)

    def ask(_number: int) -> int:
        opened.wait(10)
        return house.ask()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, range(4))) == 1
    assert len(house.lines()) == 1


@pytest.mark.parametrize(
    "state", [CaseState.SUBMITTED, CaseState.VERIFYING, CaseState.INFO_REQUESTED, CaseState.APPROVED]
)
def test_nobody_is_asked_about_a_case_that_has_not_ended(house: House, state: CaseState) -> None:
    house.files(state)
    assert house.ask(timedelta(days=4)) == 0


def test_after_a_no_there_are_three_days_to_appeal_first(house: House) -> None:
    house.files(CaseState.REJECTED)
    assert house.ask(timedelta(days=2)) == 0
    assert house.ask(timedelta(days=3)) == 1


def test_a_request_taken_back_is_asked_about_after_its_answer_was_read(house: House) -> None:
    house.files(CaseState.WITHDRAWN)
    assert house.ask(timedelta(seconds=5)) == 0
    assert house.ask(timedelta(minutes=1)) == 1


def test_what_ended_long_ago_is_asked_about_no_more(house: House) -> None:
    house.files()
    assert house.ask(timedelta(days=10)) == 0


@pytest.mark.parametrize(
    "standing",
    [{"owner": "agent"}, {"owner": "waiting"}, {"owner": "closed"}, {"customer_id": None}, {"customer_id": "C-1002"}],
    ids=["with a person", "waits for one", "ended", "signed out", "another customer"],
)
def test_nobody_is_asked_where_the_assistant_does_not_have_their_chat(house: House, standing: dict[str, Any]) -> None:
    house.files(**standing)
    assert house.ask() == 0
    assert house.opinion() is None


def test_who_spoke_with_a_person_is_asked_after_that(house: House) -> None:
    house.files(owner="agent")
    house.ask()
    with house.database.transaction() as session:
        session.get_one(ConversationRow, CHAT).owner = "assistant"
    assert house.ask(timedelta(hours=2)) == 1


def test_the_first_answer_is_kept_and_stays(house: House) -> None:
    house.files()
    house.ask()
    assert house.answers(Rating.BAD)
    assert not house.answers(Rating.GOOD, at=NOW + timedelta(minutes=1))
    opinion = house.opinion()
    assert opinion is not None
    assert (opinion.rating, opinion.answered_at) == (Rating.BAD, NOW)


def test_nobody_answers_for_another_chat_or_unasked(house: House) -> None:
    house.files()
    assert not house.answers(Rating.BAD)
    house.ask()
    assert not house.answers(Rating.BAD, where="d" * 32)
    opinion = house.opinion()
    assert opinion is not None
    assert opinion.rating is None
