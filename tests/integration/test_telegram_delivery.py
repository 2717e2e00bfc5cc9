"""What becomes of lines when Telegram is slow, full, away, or cuts the line: none lost, a repeat counted."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import NoReturn

import pytest
import requests
from structlog.testing import capture_logs

from refunds.chat.admission import Admitted
from refunds.chat.deliveries import was_taken
from refunds.chat.message import Incoming, Line
from refunds.chat.ownership import Change
from refunds.telegram_bot import open_bot
from tests.chat_house import ChatHouse, served
from tests.fake_engine import says
from tests.telegram_house import AMARA, TelegramHouse, telegram_house, telegram_settings, with_telegram
from tests.telegram_rules import Refusal
from tests.telegram_server import BOT_TOKEN, telegram_server
from tests.world import wait_until
from web.connectors.outgoing import Addressed, NotTaken, Refused
from web.connectors.telegram.delivery import TelegramDelivery

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def _no_file(*_: str) -> NoReturn:
    raise AssertionError("no file is sent here")


@pytest.fixture
def house(chat_on_file: ChatHouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramHouse]:
    monkeypatch.setattr("web.connectors.outgoing.WAITS", (0.1, 0.1, 0.1))
    with telegram_house(chat_on_file) as running:
        yield running


def test_a_line_waits_as_long_as_telegram_says_and_those_behind_it_wait_too(house: TelegramHouse) -> None:
    house.telegram.will("sendMessage", Refusal(429, "Too Many Requests: retry after 1", retry_after=1))
    house.chat.engine.answer = lambda _: says("one", "two")
    house.say("hello")
    house.hears("one", "two")
    wait_until(lambda: house.counts.sent == 2)
    assert house.counts.unsure == 0


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_line_that_telegram_could_not_take_is_sent_again(house: TelegramHouse, status: int) -> None:
    house.telegram.will("sendMessage", Refusal(status, "Internal Server Error") if status == 500 else status)
    house.say("hello")
    house.hears("1: hello")
    wait_until(lambda: house.counts.sent == 1)
    assert house.counts.unsure == 0


def test_a_line_whose_outcome_nobody_knows_is_repeated_once_and_counted(house: TelegramHouse) -> None:
    house.telegram.will("sendMessage", "after")
    house.say("hello")
    house.hears("1: hello", "1: hello")
    wait_until(lambda: house.counts.sent == 1)
    assert house.counts.unsure == 1


def test_a_line_that_was_cut_before_telegram_took_it_arrives(house: TelegramHouse) -> None:
    house.telegram.will("sendMessage", "before")
    house.say("hello")
    house.hears("1: hello")


def test_a_repeat_whose_outcome_is_unknown_as_well_is_given_up_and_the_next_line_goes(house: TelegramHouse) -> None:
    house.telegram.will("sendMessage", "before", 504)
    house.chat.engine.answer = lambda _: says("one", "two")
    house.say("hello")
    house.hears("two")
    wait_until(lambda: house.counts.sent == 1)
    assert (house.counts.failed, house.counts.unsure) == (1, 1)


def test_who_blocked_the_bot_is_noticed_and_counts_as_not_reached(house: TelegramHouse) -> None:
    house.say("hello")
    house.hears("1: hello")
    conversation_id = house.conversation()
    house.telegram.blocked.add(AMARA)
    house.chat.change(conversation_id, Change.TAKEN)
    house.chat.agent_says(conversation_id, "Are you there?")
    wait_until(lambda: house.counts.failed == 1)
    with house.chat.app.database.reading() as session:
        assert not was_taken(session, conversation_id, 2)
    house.telegram.blocked.clear()
    house.chat.agent_says(conversation_id, "Good that you are back.")
    house.hears("1: hello", "Good that you are back.")


def test_a_long_line_goes_on_behind_the_parts_that_arrived(house: TelegramHouse) -> None:
    long = "\n".join(letter * 3000 for letter in "abc")
    house.chat.engine.answer = lambda _: says(long)
    sent = itertools.count()
    send = house.telegram.send_message

    def second_fails(fields: dict[str, str]) -> dict[str, object]:
        if next(sent) == 1:
            raise Refusal(429, "Too Many Requests", retry_after=1)
        return send(fields)

    house.telegram.methods["sendMessage"] = second_fails
    house.say("tell me")
    house.hears(*(letter * 3000 for letter in "abc"))


def test_the_house_starts_and_keeps_what_is_said_while_telegram_is_away(
    chat_on_file: ChatHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.connectors.outgoing.WAITS", (0.1,))
    with telegram_server() as away:
        port = int(away.api.rsplit(":", 1)[1])
        update = away.message(AMARA, "hello")
    with served(with_telegram(chat_on_file.app, away)) as url:
        assert away.tell(url, update).status_code == 200
        wait_until(lambda: chat_on_file.engine.said == ["hello"])
        with telegram_server(port) as back:
            back.chats.add(AMARA)
            wait_until(lambda: back.texts(AMARA) == ["1: hello"])


def test_polling_brings_what_was_said_once_and_confirms_it(chat_on_file: ChatHouse) -> None:
    with telegram_house(chat_on_file, polling=True, secret=None) as house:
        first, second = (house.telegram.message(AMARA, text) for text in ("one", "two"))
        assert house.telegram.tell(house.url, first).status_code == 404
        house.telegram.pending += [first, second]
        house.hears("1: one", "2: two")
        wait_until(lambda: house.telegram.pending == [])
        house.telegram.pending += [{**first, "update_id": second["update_id"] + 1}]
        wait_until(lambda: house.telegram.pending == [])
        house.hears("1: one", "2: two")


def test_polling_goes_on_when_telegram_refuses_or_is_away(
    chat_on_file: ChatHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.connectors.telegram.polling.PAUSE", 0.05)
    monkeypatch.setattr("web.connectors.telegram.polling.LONGEST_PAUSE", 0.05)
    with telegram_house(chat_on_file, polling=True, secret=None) as house:
        house.telegram.webhook = {"url": "https://elsewhere.example.com"}
        house.telegram.will("getUpdates", 502, "before")
        wait_until(lambda: len(house.telegram.called("getUpdates")) > 3)
        house.telegram.pending.append(house.telegram.message(AMARA, "one"))
        house.telegram.webhook = {}
        house.hears("1: one")


def test_of_two_web_processes_one_polls_at_a_time_and_the_other_goes_on_when_it_ends(chat_on_file: ChatHouse) -> None:
    with telegram_server() as telegram, ExitStack() as first, ExitStack() as second:
        app = with_telegram(chat_on_file.app, telegram, polling=True, secret=None)
        house = TelegramHouse(first.enter_context(served(app)), telegram, chat_on_file)
        wait_until(lambda: telegram.polls > 0)
        second.enter_context(served(app))
        telegram.pending += [telegram.message(AMARA, text) for text in "abc"]
        house.hears("1: a", "2: b", "3: c")
        first.close()
        telegram.pending.append(telegram.message(AMARA, "d"))
        house.hears("1: a", "2: b", "3: c", "4: d")
        assert telegram.conflicts == 0


def test_while_somebody_else_polls_with_the_same_token_nothing_is_lost_and_the_log_says_so(
    chat_on_file: ChatHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.connectors.telegram.polling.PAUSE", 0.05)
    with capture_logs() as logs, telegram_house(chat_on_file, polling=True, secret=None) as house:
        wait_until(lambda: bool(house.telegram.called("getUpdates")))
        poll = f"{house.telegram.api}/bot{BOT_TOKEN}/getUpdates"
        wait_until(lambda: requests.post(poll, {"timeout": 1}, timeout=5).ok and house.telegram.conflicts > 0)
        house.telegram.pending.append(house.telegram.message(AMARA, "one"))
        house.hears("1: one")
    told = [one for one in logs if one["event"] == "telegram_not_polled"]
    assert "somebody else polls" in told[0]["hint"]


def test_an_update_that_nobody_can_read_and_one_that_breaks_us_hold_up_no_other(
    chat_on_file: ChatHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.connectors.telegram.polling.PAUSE", 0.05)
    monkeypatch.setattr("web.connectors.telegram.polling.LONGEST_PAUSE", 0.05)
    admit = chat_on_file.app.admission.admit

    def breaks(incoming: Incoming, now: datetime) -> Admitted:
        if incoming.text == "breaks":
            raise ValueError("of what a customer wrote")
        return admit(incoming, now)

    monkeypatch.setattr(chat_on_file.app.admission, "admit", breaks)
    with telegram_house(chat_on_file, polling=True, secret=None) as house:
        unreadable = house.telegram.message(AMARA, "private words")
        unreadable["message"]["chat"] = "of a kind that comes with the next version"
        later = [house.telegram.message(AMARA, text) for text in ("breaks", "one")]
        house.telegram.pending += [unreadable, *later]
        house.hears("1: one")
        wait_until(lambda: house.telegram.pending == [])


def test_two_web_processes_send_each_line_once_and_in_order(chat_on_file: ChatHouse) -> None:
    chat_on_file.engine.answer = lambda question: says(*(f"{question['text']}{number}" for number in range(5)))
    with telegram_house(chat_on_file) as house, served(with_telegram(chat_on_file.app, house.telegram)) as other:
        for number, text in enumerate("abcd"):
            update = house.telegram.message(AMARA, text)
            assert house.telegram.tell((house.url, other)[number % 2], update).status_code == 200
        house.hears(*(f"{text}{number}" for text in "abcd" for number in range(5)))
        wait_until(lambda: house.counts.sent == 20)
        assert house.counts.unsure == 0


@pytest.mark.parametrize(
    ("mishap", "expected"),
    [
        (Refusal(400, "Bad Request: chat not found"), Refused),
        (Refusal(403, "Forbidden: user is deactivated"), Refused),
        (Refusal(401, "Unauthorized"), NotTaken),
    ],
    ids=["bad request", "forbidden", "unauthorized"],
)
def test_what_telegram_says_is_told_apart_and_never_names_the_token(mishap: Refusal, expected: type[Exception]) -> None:
    async def took(_: str) -> None:
        """Nothing comes in parts here."""

    async def send(api: str) -> None:
        bot = open_bot(telegram_settings(telegram, api=api))
        try:
            line = Line("c", 1, "assistant", "hello", NOW)
            await TelegramDelivery(bot, _no_file).send(Addressed(str(AMARA), (), took), line)
        finally:
            await bot.session.close()

    with telegram_server() as telegram:
        telegram.will("sendMessage", mishap)
        with pytest.raises(expected) as caught:
            asyncio.run(send(telegram.api))
        assert BOT_TOKEN not in str(caught.value)
    with pytest.raises(NotTaken, match="cannot be reached"):
        asyncio.run(send("http://127.0.0.1:9"))
