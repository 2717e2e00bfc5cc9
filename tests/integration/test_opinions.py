"""How a case was handled, over a real database: asked once when it has ended, answered once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select

from refunds.backoffice.client import BackOffice
from refunds.cases import store
from refunds.cases.lifecycle import CaseState, Event
from refunds.cases.notice_wishes import NoticeWishes, Way, keep_wishes
from refunds.cases.satisfaction import Opinion, Rating, opinion_of
from refunds.chat.links import ChatLinks
from refunds.chat.message import Line
from refunds.chat.transcript import Transcript
from refunds.database import Database
from refunds.notify import FileMailer
from refunds.notify.opinion_mails import OpinionMails
from refunds.notify.opinions import Opinions
from refunds.tables import ButtonRow, ConversationRow, OutboxRow, PolicyVersionRow
from refunds.worker import EFFECTS
from tests.integration.people_world import mails_in, text_of
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

    def answers(self, rating: Rating, where: str | None = CHAT, at: datetime = NOW) -> bool:
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
    [{"owner": "closed"}, {"customer_id": None}, {"customer_id": "C-1002"}],
    ids=["ended", "signed out", "another customer"],
)
def test_whose_chat_is_not_theirs_any_more_is_asked_by_mail_once(house: House, standing: dict[str, Any]) -> None:
    house.files(**standing)
    assert [house.ask(), house.ask()] == [1, 0]
    assert house.lines() == []
    with house.database.reading() as session:
        (row,) = session.scalars(select(OutboxRow)).all()
    assert (row.kind, row.payload) == ("opinion_mail", {"case_id": house.case.case_id})
    assert row.kind in EFFECTS
    assert house.opinions.waits_for(house.case.case_id)
    assert house.answers(Rating.OK, where=None)
    assert not house.opinions.waits_for(house.case.case_id)


def test_who_wishes_no_mail_is_not_asked_by_mail(house: House) -> None:
    house.files(owner="closed")
    with house.database.transaction() as session:
        keep_wishes(session, AMARA.customer_id, NoticeWishes(Way.CHAT), who="customer", now=NOW)
    assert house.ask() == 0


def test_the_mail_asks_and_leads_to_the_page_with_the_answers(house: House, tmp_path: Path) -> None:
    house.files(owner="closed")
    links = ChatLinks("https://chat.example.com", "a secret of tests that is long enough to be one")
    mailer = FileMailer(tmp_path, "JJSG refunds <refunds@jjsg.example>")
    office = cast("BackOffice", SimpleNamespace(customer=lambda _customer_id: AMARA))
    mails = OpinionMails(house.database, office, WORDS, mailer, links)
    mails.send(house.case.case_id, NOW)
    mails.send(house.case.case_id, NOW)  # after a crash: the same mail
    (mail,) = mails_in(tmp_path)
    assert mail["To"] == AMARA.email
    assert "How well did we handle it" in text_of(mail)
    assert "https://chat.example.com/notices#link=" in text_of(mail)


@pytest.mark.parametrize("owner", ["agent", "waiting"])
def test_nobody_is_asked_while_a_person_has_their_chat(house: House, owner: str) -> None:
    house.files(owner=owner)
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
