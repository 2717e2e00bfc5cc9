"""Notices over a real database: told once, in the chat where the customer reads it, and by mail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

from refunds.backoffice.client import BackOffice
from refunds.bank_days import HolidayCalendars
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import CaseState, PayoutState
from refunds.cases.notices import Notice, notices_of
from refunds.cases.payout import Payout
from refunds.cases.promises import PromiseKind, promise
from refunds.chat.conversations import new_id
from refunds.chat.links import ChatLinks
from refunds.chat.message import Line
from refunds.chat.transcript import Transcript
from refunds.database import Database
from refunds.errors import BackOfficeUnavailable, MailFailed, NotFound
from refunds.money import Money
from refunds.notify import FileMailer, Notices, Occasion
from refunds.notify.mails import NoticeMails
from refunds.policy.records import Customer
from refunds.tables import ButtonRow, ConversationRow, DeliveryRow, OutboxRow, PolicyVersionRow
from tests.integration.people_world import mails_in, text_of
from tests.unit.notify.matters import AMARA, NOW, POLICY, WORDS, case, payout

SITE = "https://chat.example.com"
LINKS = ChatLinks(SITE, "a secret of tests that is long enough to be one")
PAID = payout()
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@dataclass
class Office:
    """A back office that knows one customer, or is away."""

    customer_now: Customer = AMARA
    is_away: bool = False

    def customer(self, customer_id: str) -> Customer:
        if self.is_away:
            raise BackOfficeUnavailable("away")
        assert customer_id == self.customer_now.customer_id
        return self.customer_now


class House:
    """A case with a conversation over a database, and shorthand for telling and mailing."""

    def __init__(self, database: Database, mailbox: Path) -> None:
        self.database = database
        self.office = Office()
        self.mailbox = mailbox
        self.notices = Notices(WORDS, POLICY, HolidayCalendars())
        mailer = FileMailer(mailbox, "JJSG refunds <refunds@jjsg.example>")
        self.mails = NoticeMails(database, cast("BackOffice", self.office), WORDS, mailer, LINKS)
        self.case = case(CaseState.PAID)

    def files(self, *, conversation: bool = True, **fields: Any) -> None:
        """Store the case, and the conversation that it was filed in with ``fields``."""
        conversation_id = new_id() if conversation else None
        self.case = replace(self.case, conversation_id=conversation_id)
        with self.database.transaction() as session:
            session.add(PolicyVersionRow(version=self.case.policy_version, content={}, first_used_at=NOW))
            if conversation_id:
                known = {"channel": "website", "address": "a", "customer_id": AMARA.customer_id, "locale": "en-GB"}
                times = {"created_at": NOW, "updated_at": NOW}
                session.add(ConversationRow(conversation_id=conversation_id, **(known | times | fields)))
            session.flush()
            store.add(session, self.case, who="customer", why="confirmed", decision={})

    def tell(
        self, occasion: Occasion = Occasion.PAID, *, key: str = "paid:p", sent: Payout | None = PAID, **details: Any
    ) -> None:
        with self.database.transaction() as session:
            self.notices.tell(session, self.case, occasion, key=key, now=NOW, payout=sent, **details)

    def told(self) -> list[Notice]:
        with self.database.reading() as session:
            return notices_of(session, self.case.case_id)

    def lines(self) -> list[Line]:
        return Transcript(self.database).since(str(self.case.conversation_id), 0)

    def outbox(self) -> list[OutboxRow]:
        with self.database.transaction() as session:
            return list(session.scalars(select(OutboxRow)))

    def mail(self) -> EmailMessage:
        """Mail the one notice, as the worker does, and read it."""
        self.mails.send(self.told()[0].notice_id, NOW)
        (mail,) = mails_in(self.mailbox)
        return mail

    def reads(self, number: int) -> None:
        """The customer is given the line of that number."""
        Transcript(self.database).mark_delivered(str(self.case.conversation_id), number)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return House(database, tmp_path / "mailbox")


def delayed(house: House) -> None:
    house.tell(Occasion.DELAYED, key="delayed", sent=payout(PayoutState.PENDING, reason="processing"))


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_a_notice_is_the_next_line_of_the_conversation_with_buttons_and_the_case_card(house: House) -> None:
    house.files(last_number=4)
    house.tell()
    (line,) = house.lines()
    assert (line.number, line.author, line.in_reply_to) == (5, "notice", None)
    assert "ARN 74537604221431003881234" in line.text
    assert [button.title for button in line.buttons] == [WORDS.say("button_where")]
    assert line.card is not None
    assert (line.card["type"], line.card["case_id"], line.card["state"]) == ("case", "R-7K2MQ", "paid")
    with house.database.reading() as session:
        assert session.scalars(select(ButtonRow.payload)).one() == '/choose_case{"case_number": "R-7K2MQ"}'
    (notice,) = house.told()
    assert (notice.conversation_id, notice.line_number) == (house.case.conversation_id, 5)


def test_the_worker_is_to_mail_it_at_once(house: House) -> None:
    house.files()
    house.tell()
    (row,) = house.outbox()
    assert (row.kind, row.payload) == ("notice_mail", {"notice_id": house.told()[0].notice_id})
    assert row.due_at == NOW


def test_the_same_key_tells_nothing_again(house: House) -> None:
    house.files()
    house.tell()
    house.tell(Occasion.REVERSED)
    assert len(house.told()) == len(house.lines()) == len(house.outbox()) == 1


@on_postgresql
@pytest.mark.parametrize("conversation", [True, False])
def test_of_transactions_at_the_same_moment_one_tells_it(house: House, conversation: bool) -> None:
    house.files(conversation=conversation)
    opened = threading.Barrier(6)

    def tell(_number: int) -> None:
        with house.database.transaction() as session:
            session.execute(select(OutboxRow.key))  # the snapshot of each is from before any told it
            opened.wait(10)
            house.notices.tell(session, house.case, Occasion.PAID, key="paid:p", now=NOW, payout=PAID)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(tell, range(6)))
    assert len(house.told()) == len(house.outbox()) == 1
    assert len(house.lines()) == (1 if conversation else 0)


def test_many_that_tell_different_things_number_their_lines_without_a_gap(house: House) -> None:
    house.files()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: house.tell(key=f"paid:{number}"), range(12)))
    assert [line.number for line in house.lines()] == list(range(1, 13))
    assert sorted(notice.line_number or 0 for notice in house.told()) == list(range(1, 13))


def test_what_is_dropped_with_its_event_was_never_told(house: House) -> None:
    house.files()

    def fail() -> None:
        with house.database.transaction() as session:
            house.notices.tell(session, house.case, Occasion.PAID, key="paid:p", now=NOW, payout=PAID)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not house.told()
    assert not house.lines()
    assert not house.outbox()


@pytest.mark.parametrize(
    "standing",
    [{"owner": "closed"}, {"customer_id": None}, {"customer_id": "C-1002"}],
    ids=["closed", "signed out", "another customer"],
)
def test_a_chat_that_is_not_the_customers_any_more_hears_nothing_but_the_mail_goes(
    house: House, standing: dict[str, Any]
) -> None:
    house.files(**standing)
    house.tell()
    assert house.lines() == []
    assert house.told()[0].line_number is None
    assert house.mail()["To"] == AMARA.email


def test_without_a_conversation_the_mail_goes_at_once_also_with_passing_news(house: House) -> None:
    house.files(conversation=False)
    delayed(house)
    (row,) = house.outbox()
    assert row.due_at == NOW
    assert "takes longer" in text_of(house.mail())


def test_a_received_request_is_mailed_and_not_said_again_in_the_chat(house: House) -> None:
    house.files()
    house.tell(Occasion.RECEIVED, key="received", sent=None)
    assert house.lines() == []
    assert "R-7K2MQ" in house.mail()["Subject"]


def test_passing_news_that_was_read_in_the_chat_is_not_mailed(house: House) -> None:
    house.files()
    delayed(house)
    (row,) = house.outbox()
    assert row.due_at == NOW + timedelta(minutes=2)
    house.reads(1)
    house.mails.send(house.told()[0].notice_id, NOW)
    assert mails_in(house.mailbox) == []


def test_passing_news_is_mailed_to_who_is_away(house: House) -> None:
    house.files(last_number=3, delivered_number=3)
    delayed(house)
    assert house.mail()["To"] == AMARA.email


def test_passing_news_is_mailed_to_who_blocked_the_channel(house: House) -> None:
    house.files()
    delayed(house)
    with house.database.transaction() as session:
        conversation_id = str(house.case.conversation_id)
        session.add(DeliveryRow(conversation_id=conversation_id, number=1, state="failed", attempts=1, unknown=0))
    house.reads(1)  # settled: the queue goes on behind it
    assert house.mail()["To"] == AMARA.email


def test_a_lasting_record_is_mailed_also_to_who_read_it(house: House) -> None:
    house.files()
    house.tell()
    house.reads(1)
    assert house.mail()["To"] == AMARA.email


def test_a_mail_holds_sentences_facts_and_the_way_into_the_chat_in_both_forms(house: House) -> None:
    house.files()
    house.tell()
    mail = house.mail()
    assert mail["Subject"] == "Your refund of €240.00 was made: case R-7K2MQ"
    assert mail["Message-ID"] == "<paid-p@jjsg.example>"
    for part in (
        "Hello Amara Okafor,",
        "ORD-48213",
        "€240.00",
        "Visa card ending 4242",
        "Tue 1 Dec 2026",
        "ARN 74537604221431003881234",
        f"{SITE}/chat#case=R-7K2MQ",
    ):
        assert part in text_of(mail)
        assert part in html_of(mail)
    assert "Case: R-7K2MQ\nOrder: ORD-48213\n" in text_of(mail)
    assert f'<a href="{SITE}/chat#case=R-7K2MQ' in html_of(mail)


def test_a_hostile_name_and_reason_are_no_markup(house: House) -> None:
    house.files()
    house.office.customer_now = replace(AMARA, name='<img src=x onerror="alert(1)">{amount}')
    house.tell(Occasion.REJECTED, key="no", sent=None, reason="<script>{order}</script>", clause="P1.b")
    mail = house.mail()
    assert "<img" not in html_of(mail)
    assert "<script" not in html_of(mail)
    assert "&lt;script&gt;{order}&lt;/script&gt;" in html_of(mail)
    assert "<script>{order}</script>" in text_of(mail)


def test_amounts_are_written_for_the_conversations_locale(house: House) -> None:
    house.case = replace(house.case, amount=Money.of("75", "AUD"), currency="AUD")
    house.files(locale="en-AU")
    house.tell(Occasion.WITHDRAWN, key="w", sent=None)
    assert dict(house.told()[0].values["facts"])["Amount"] == "$75.00"


def test_the_day_promised_last_is_the_one_that_is_told(house: House) -> None:
    house.files()
    later = NOW.date() + timedelta(days=9)
    with house.database.transaction() as session:
        promise(session, house.case.case_id, PromiseKind.VERIFY_BY, later, "Europe/Berlin", "P2.b", NOW)
    house.tell(Occasion.APPEALED, key="a", sent=None)
    assert "Thu 3 Dec 2026" in house.lines()[0].text


def test_a_mail_goes_once(house: House) -> None:
    house.files()
    house.tell()
    house.mail()
    assert house.told()[0].mailed_at == NOW
    (file,) = house.mailbox.iterdir()
    file.unlink()
    house.mails.send(house.told()[0].notice_id, NOW)
    assert mails_in(house.mailbox) == []


def test_after_a_crash_between_mailing_and_noting_it_the_same_mail_goes_again(house: House) -> None:
    house.files()
    house.tell()
    with _dies_before_noting(house):
        house.mails.send(house.told()[0].notice_id, NOW)
    assert house.told()[0].mailed_at is None
    (before,) = mails_in(house.mailbox)
    assert house.mail()["Message-ID"] == before["Message-ID"]
    assert house.told()[0].mailed_at == NOW


def test_what_cannot_be_mailed_now_is_not_noted_as_mailed(house: House) -> None:
    house.files()
    house.tell()
    notice_id = house.told()[0].notice_id
    house.office.is_away = True
    with pytest.raises(BackOfficeUnavailable):
        house.mails.send(notice_id, NOW)
    house.office.is_away = False
    house.mailbox.write_text("a file where the folder should be")
    with pytest.raises(MailFailed):
        house.mails.send(notice_id, NOW)
    assert house.told()[0].mailed_at is None


def test_a_notice_that_is_not_there_cannot_be_mailed(house: House) -> None:
    with pytest.raises(NotFound):
        house.mails.send("nothing", NOW)


@contextmanager
def _dies_before_noting(house: House) -> Iterator[None]:
    """The process is killed once the mail has left: its transaction never begins."""
    mails = house.mails

    class Dying(Database):
        def transaction(self) -> Any:
            raise KeyboardInterrupt

    house.mails = replace(mails, database=Dying(house.database.url))
    with pytest.raises(KeyboardInterrupt):
        yield
    house.mails.database.close()
    house.mails = mails


def test_a_case_of_another_keeps_its_own_notices(house: House) -> None:
    house.files()
    house.tell()
    other: Case = replace(house.case, case_id="R-9ZZZZ", order_id="ORD-2", filing_key="other", conversation_id=None)
    with house.database.transaction() as session:
        store.add(session, other, who="customer", why="confirmed", decision={})
        house.notices.tell(session, other, Occasion.RECEIVED, key="received:R-9ZZZZ", now=NOW)
        assert [notice.key for notice in notices_of(session, other.case_id)] == ["received:R-9ZZZZ"]
    assert [notice.key for notice in house.told()] == ["paid:p"]
