"""Going on in another channel: the matter comes along, who the customer is does not, and a code is good once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from refunds.carry_on import GOOD_FOR, Carried, CarryOn
from refunds.chat.attachments import files_of_case
from refunds.chat.conversations import found_or_made
from refunds.chat.file_kinds import CleanFile
from refunds.chat.lines import ASSISTANT, add_lines
from refunds.chat.message import Button, Incoming, Reply
from refunds.chat.ownership import Change
from refunds.errors import NotFound
from refunds.tables import ConversationRow
from tests.chat_house import ChatHouse, served
from tests.fake_engine import echo, says
from tests.integration.filing_world import CONFIRMED, REQUEST, filing
from tests.telegram_house import AMARA, BEN, TelegramHouse, telegram_house
from tests.website_client import tab
from tests.world import wait_until

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
STATE = {"slots": {"order": "ORD-1", "asked": 1}, "active_loop": None}


@pytest.fixture
def carry_on(chat: ChatHouse) -> CarryOn:
    return CarryOn(chat.app.database, chat.app.words)


def begun(chat: ChatHouse, **columns: Any) -> str:
    """A chat on the website in which something was asked."""
    with chat.app.database.transaction() as session:
        row = found_or_made(session, "website", "amara", NOW)
        row.state, row.zone = STATE, "Europe/Berlin"
        for name, value in columns.items():
            setattr(row, name, value)
        asked = Reply("When did it happen?", (Button("Today", "/inform"),))
        add_lines(session, row, [asked], author=ASSISTANT, in_reply_to=None, now=NOW)
        return row.conversation_id


def row_of(chat: ChatHouse, conversation_id: str) -> ConversationRow:
    with chat.app.database.transaction() as session:
        return session.get_one(ConversationRow, conversation_id)


def test_the_state_and_the_open_question_come_along(chat: ChatHouse, carry_on: CarryOn) -> None:
    begun(chat)
    carried, here = carry_on.use(carry_on.make("website", "amara", NOW), "telegram", "7", "m1", NOW)
    assert carried is Carried.GOES_ON
    row = row_of(chat, here)
    assert (row.state, row.zone, row.channel) == (STATE, "Europe/Berlin", "telegram")
    lines = chat.lines(here)
    assert [line.text for line in lines] == [chat.words("utter_carried_on"), "When did it happen?"]
    assert [button.title for button in lines[1].buttons] == ["Today"]


def test_who_the_customer_is_does_not_come_along_nor_what_was_said_last(chat: ChatHouse, carry_on: CarryOn) -> None:
    begun(chat, customer_id="C-1", verified_by="code", verified_until=NOW + timedelta(hours=1))
    _, here = carry_on.use(carry_on.make("website", "amara", NOW), "telegram", "7", "m1", NOW)
    row = row_of(chat, here)
    assert (row.customer_id, row.verified_by, row.verified_until) == (None, None, None)
    assert chat.heard(here) == [chat.words("utter_carried_on"), chat.words("utter_carried_on_show_again")]


def test_a_code_is_good_once_and_for_a_quarter_of_an_hour(chat: ChatHouse, carry_on: CarryOn) -> None:
    begun(chat)
    code = carry_on.make("website", "amara", NOW)
    assert carry_on.use(code, "telegram", "7", "m1", NOW)[0] is Carried.GOES_ON
    assert carry_on.use(code, "telegram", "8", "m1", NOW)[0] is Carried.UNKNOWN
    late = carry_on.make("website", "amara", NOW)
    assert carry_on.use(late, "telegram", "8", "m1", NOW + GOOD_FOR)[0] is Carried.UNKNOWN
    old = carry_on.make("website", "amara", NOW)
    carry_on.make("website", "amara", NOW)
    assert carry_on.use(old, "telegram", "8", "m1", NOW)[0] is Carried.UNKNOWN
    assert carry_on.use("0" * 32, "telegram", "8", "m1", NOW)[0] is Carried.UNKNOWN


def test_the_same_code_brought_again_by_the_same_chat_says_nothing_more(chat: ChatHouse, carry_on: CarryOn) -> None:
    begun(chat)
    code = carry_on.make("website", "amara", NOW)
    _, here = carry_on.use(code, "telegram", "7", "m1", NOW)
    assert carry_on.use(code, "telegram", "7", "m1", NOW) == (Carried.GOES_ON, here)
    assert len(chat.lines(here)) == 2


@pytest.mark.parametrize("change", [Change.PERSON_NEEDED, Change.TAKEN])
def test_a_chat_with_a_person_is_not_carried_on(chat: ChatHouse, carry_on: CarryOn, change: Change) -> None:
    there = begun(chat)
    code = carry_on.make("website", "amara", NOW)
    chat.change(there, change)
    carried, here = carry_on.use(code, "telegram", "7", "m1", NOW)
    assert carried is Carried.WITH_A_PERSON
    assert chat.heard(here) == [chat.words("utter_carry_on_with_a_person")]
    assert row_of(chat, here).state is None


def test_a_chat_with_a_person_here_stays_with_them(chat: ChatHouse, carry_on: CarryOn) -> None:
    begun(chat)
    with chat.app.database.transaction() as session:
        here = found_or_made(session, "telegram", "7", NOW).conversation_id
    chat.change(here, Change.TAKEN)
    assert carry_on.use(carry_on.make("website", "amara", NOW), "telegram", "7", "m1", NOW)[0] is Carried.BUSY_HERE


@pytest.mark.parametrize(("showed", "comes_along"), [(None, True), ("C-1", True), ("C-9", False)])
def test_what_was_sent_before_is_evidence_of_the_case_that_is_filed_here_unless_it_is_somebody_elses(
    chat: ChatHouse, carry_on: CarryOn, showed: str | None, comes_along: bool
) -> None:
    file = chat.app.attachments.receive("website", "amara", CleanFile("log.txt", "text/plain", b"down"), NOW)
    chat.app.admission.admit(Incoming("website", "amara", "m1", "", files=(file.attachment_id,)), NOW)
    begun(chat, customer_id=showed)
    _, here = carry_on.use(carry_on.make("website", "amara", NOW), "telegram", "7", "m1", NOW)
    office = filing(chat.app.database)
    told: dict[str, Any] = {"customer_id": "C-1", "conversation_id": here, "now": NOW}
    digest = office.assess(REQUEST, **told).digest
    case = office.file(REQUEST, **{**CONFIRMED, **told, "confirmed_digest": digest})
    with chat.app.database.reading() as session:
        evidence = files_of_case(session, case.case_id, here)
    assert [one.name for one in evidence] == (["log.txt"] if comes_along else [])


def test_without_a_chat_there_is_no_code(carry_on: CarryOn) -> None:
    with pytest.raises(NotFound):
        carry_on.make("website", "nobody", NOW)


@pytest.fixture
def house(chat_on_file: ChatHouse) -> Iterator[TelegramHouse]:
    with telegram_house(chat_on_file) as running:
        yield running


def test_a_customer_goes_on_in_telegram_where_the_website_stopped(house: TelegramHouse) -> None:
    asked = {"text": "Which day?", "buttons": [{"title": "Today", "payload": "/inform"}]}
    house.chat.engine.answer = lambda q: says(asked, state=STATE) if q.get("text") == "refund" else echo(q)
    with tab(house.url) as page:
        page.say("refund")
        page.hears("Which day?")
        assert page.welcome["carry_on"] == ["telegram"]
        headers = {"Authorization": f"Bearer {page.token}"}
        ways = requests.post(f"{house.url}/chat/carry-on/", headers=headers, timeout=10).json()
    assert (ways["minutes"], ways["slack"]) == (15, None)
    link, start = ways["telegram"].split("?start=")
    assert link == "https://t.me/jjsg_refunds_bot"
    house.say(f"/start {start}")
    house.hears(house.words("utter_carried_on"), "Which day?")
    house.press("Today")
    house.hears(house.words("utter_carried_on"), "Which day?", "2: /inform")
    house.say(start, BEN)
    house.hears(house.words("utter_carry_on_unknown"), person=BEN)
    assert len(house.telegram.texts(AMARA)) == 3


def test_a_code_is_given_to_the_holder_of_a_chat_alone(house: TelegramHouse) -> None:
    address = f"{house.url}/chat/carry-on/"
    assert requests.post(address, timeout=10).status_code == 401
    assert requests.post(address, headers={"Authorization": "Bearer forged"}, timeout=10).status_code == 401
    with tab(house.url) as page:
        wait_until(lambda: bool(page.token))
        headers = {"Authorization": f"Bearer {page.token}"}
        answers = [requests.post(address, headers=headers, timeout=10) for _ in range(11)]
    assert answers[0].status_code == 404
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_without_telegram_and_slack_there_is_nowhere_to_go_on(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        page.say("hello")
        page.hears("1: hello")
        headers = {"Authorization": f"Bearer {page.token}"}
        ways = requests.post(f"{url}/chat/carry-on/", headers=headers, timeout=10).json()
    assert (page.welcome["carry_on"], ways["telegram"], ways["slack"]) == ([], None, None)
