"""The chat by mail: whole, as it is kept, to its verified customer's address, and not too often."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any, cast

import pytest

from refunds import outbox, worker
from refunds.app import App
from refunds.chat.file_kinds import CleanFile
from refunds.chat.message import Incoming
from refunds.errors import BackOfficeUnavailable
from refunds.notify.transcript_mails import MAIL, MAILS_AN_HOUR
from refunds.policy.records import Customer
from refunds.tables import ConversationRow
from tests.chat_house import ChatHouse, database_down, served
from tests.integration.people_world import mails_in, text_of
from tests.website_client import tab

NOW = datetime.now(UTC)


class OneCustomer:
    """A back office that knows Ada, while it is there."""

    is_away = False

    def customer(self, customer_id: str) -> Customer:
        if self.is_away:
            raise BackOfficeUnavailable("away")
        return Customer(customer_id, "Ada", "ada@example.com", "business", "DE")


class House:
    """A chat at ``a1`` and a worker's hands."""

    def __init__(self, chat: ChatHouse) -> None:
        self.chat = chat
        self.office = OneCustomer()
        mails = replace(chat.app.transcript_mails, backoffice=cast("Any", self.office))
        self.app: App = replace(chat.app, transcript_mails=mails)

    def says(self, text: str, files: tuple[str, ...] = ()) -> str:
        """The conversation in which it was said and answered."""
        incoming = Incoming("website", "a1", secrets.token_hex(8), text, zone="Europe/Berlin", files=files)
        conversation_id = self.app.admission.admit(incoming, datetime.now(UTC)).conversation_id
        self.chat.turn(conversation_id)
        return conversation_id

    def verified(self, conversation_id: str, until: datetime = NOW + timedelta(hours=12)) -> None:
        with self.app.database.transaction() as session:
            row = session.get_one(ConversationRow, conversation_id)
            row.customer_id, row.verified_by, row.verified_until = "C-1", "mail", until

    def asks(self, conversation_id: str | None, now: datetime | None = None) -> str | None:
        return self.app.transcript_mails.ask(conversation_id, now or datetime.now(UTC))

    def carries_out(self) -> None:
        """The worker does what the outbox holds, as often as it is claimed."""
        for claimed in outbox.claim(self.app.database, datetime.now(UTC), limit=20):
            worker.EFFECTS[claimed.kind](self.app, claimed, datetime.now(UTC))

    @property
    def mails(self) -> list[EmailMessage]:
        return mails_in(self.app.settings.mailbox)


@pytest.fixture
def house(chat_on_file: ChatHouse) -> House:
    return House(chat_on_file)


def test_a_verified_customer_gets_all_that_was_said_as_it_is_kept(house: House) -> None:
    file = house.app.attachments.receive("website", "a1", CleanFile("log.txt", "text/plain", b"down"), NOW)
    conversation_id = house.says("my card is 4111 1111 1111 1111 <b>& why</b>", (file.attachment_id,))
    house.chat.agent_says(conversation_id, "I am Kim.")
    house.verified(conversation_id)
    assert house.asks(conversation_id) is None
    house.says("this came after")
    house.carries_out()
    [mail] = house.mails
    text = text_of(mail)
    assert mail["To"] == "ada@example.com"
    told = ["You, ", "my card is [card number removed] <b>& why</b>", "[file: log.txt]", "Assistant, ", "Colleague, "]
    places = [text.index(words) for words in (*told, "I am Kim.")]
    assert places == sorted(places)
    assert "this came after" not in text
    assert "CET" in text or "CEST" in text
    html = cast("EmailMessage", mail.get_body(("html",))).get_content()
    assert "&lt;b&gt;&amp; why&lt;/b&gt;" in html


def test_a_mail_that_is_made_twice_is_the_same_mail(house: House) -> None:
    conversation_id = house.says("hello")
    house.verified(conversation_id)
    house.asks(conversation_id)
    now = datetime.now(UTC)  # the link's time of expiry is told in seconds
    [claimed] = outbox.claim(house.app.database, now, limit=5)
    worker.EFFECTS[MAIL](house.app, claimed, now)
    before = text_of(house.mails[0])
    house.says("more")
    (house.app.settings.mailbox / next(house.app.settings.mailbox.glob("*.eml")).name).unlink()
    worker.EFFECTS[MAIL](house.app, claimed, now)
    [mail] = house.mails
    assert text_of(mail) == before


def test_a_back_office_that_is_away_leaves_the_mail_for_later(house: House) -> None:
    conversation_id = house.says("hello")
    house.verified(conversation_id)
    house.asks(conversation_id)
    house.office.is_away = True
    with pytest.raises(BackOfficeUnavailable):
        house.carries_out()
    assert house.mails == []


def test_nobody_who_has_not_shown_who_they_are_gets_a_mail(house: House) -> None:
    conversation_id = house.says("hello")
    unverified = house.chat.words("utter_transcript_unverified")
    assert house.asks(conversation_id) == unverified
    house.verified(conversation_id, until=NOW - timedelta(seconds=1))
    assert house.asks(conversation_id) == unverified
    assert house.asks(None) == house.asks("0" * 32) == house.chat.words("utter_transcript_empty")
    house.carries_out()
    assert house.mails == []


def test_three_mails_an_hour_are_enough(house: House) -> None:
    conversation_id = house.says("hello")
    house.verified(conversation_id)
    now = datetime.now(UTC)
    refused = house.chat.words("utter_transcript_too_many", most=MAILS_AN_HOUR)
    assert [house.asks(conversation_id, now) for _ in range(4)] == [None, None, None, refused]
    assert house.asks(conversation_id, now + timedelta(minutes=61)) is None


def test_a_customer_asks_for_it_in_the_chat(house: House) -> None:
    with served(house.app) as url, tab(url) as page:
        assert page.ask("transcript", {}) == {"sent": False, "why": house.chat.words("utter_transcript_empty")}
        page.say("hello")
        page.hears("1: hello")
        unverified = {"sent": False, "why": house.chat.words("utter_transcript_unverified")}
        assert page.ask("transcript") == unverified
        house.verified(house.chat.engine.questions[0]["conversation_id"])
        with database_down(house.app):
            assert page.ask("transcript") == {"sent": False, "why": house.chat.words("utter_transcript_not_now")}
        assert page.ask("transcript", {}) == {"sent": True}
    house.carries_out()
    assert len(house.mails) == 1
