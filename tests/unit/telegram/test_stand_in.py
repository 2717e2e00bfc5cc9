"""The stand-in of the Bot API refuses what Telegram refuses, in Telegram's words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.telegram_server import BOT_TOKEN, TelegramServer, telegram_server
from tests.world import wait_until

CHAT = 7


@pytest.fixture(scope="module")
def telegram() -> Iterator[TelegramServer]:
    with telegram_server() as running:
        running.chats |= {CHAT, 8}
        running.blocked.add(8)
        yield running


def keyboard(*buttons: dict[str, str]) -> str:
    return json.dumps({"inline_keyboard": [[button] for button in buttons]})


def ask(telegram: TelegramServer, method: str, fields: dict[str, Any], token: str = BOT_TOKEN) -> dict[str, Any]:
    answer: dict[str, Any] = requests.post(f"{telegram.api}/bot{token}/{method}", data=fields, timeout=5).json()
    return answer


@pytest.mark.parametrize(
    ("method", "fields", "code", "said"),
    [
        ("sendMessage", {"text": "hello"}, 400, "chat_id is empty"),
        ("sendMessage", {"chat_id": CHAT}, 400, "message text is empty"),
        ("sendMessage", {"chat_id": CHAT, "text": " \n"}, 400, "message text is empty"),
        ("sendMessage", {"chat_id": CHAT, "text": "😀" * 2049}, 400, "message is too long"),
        ("sendMessage", {"chat_id": CHAT, "text": "a < b", "parse_mode": "HTML"}, 400, "can't parse entities"),
        ("sendMessage", {"chat_id": 99, "text": "hello"}, 400, "chat not found"),
        ("sendMessage", {"chat_id": 8, "text": "hello"}, 403, "blocked by the user"),
        ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": "{"}, 400, "can't parse reply keyboard"),
        (
            "sendMessage",
            {"chat_id": CHAT, "text": "x", "reply_markup": keyboard({"text": "Yes", "callback_data": "x" * 65})},
            400,
            "BUTTON_DATA_INVALID",
        ),
        ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": keyboard({"text": "Yes"})}, 400, "exactly one"),
        (
            "sendMessage",
            {"chat_id": CHAT, "text": "x", "reply_markup": keyboard(*[{"text": "a", "callback_data": "b"}] * 101)},
            400,
            "too long",
        ),
        ("editMessageReplyMarkup", {"chat_id": CHAT, "message_id": 1}, 400, "message to edit not found"),
        ("answerCallbackQuery", {"callback_query_id": "1"}, 400, "query is too old"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, 400, "MESSAGE_TOO_LONG"),
        ("getFile", {"file_id": "unknown"}, 400, "wrong file_id"),
        ("setWebhook", {"url": "http://a.example"}, 400, "HTTPS URL must be provided"),
        ("setWebhook", {"url": "https://a.example:8080/"}, 400, "ports 80, 88, 443 or 8443"),
        ("setWebhook", {"url": "https://a.example", "secret_token": "a b"}, 400, "unallowed characters"),
        ("sendChatAction", {"chat_id": CHAT, "action": "dancing"}, 400, "wrong parameter action"),
        ("setMyCommands", {"commands": json.dumps([{"command": "Help", "description": "x"}])}, 400, "COMMAND_INVALID"),
        ("doSomething", {}, 404, "Not Found"),
    ],
)
def test_a_broken_call_is_refused(
    telegram: TelegramServer, method: str, fields: dict[str, Any], code: int, said: str
) -> None:
    answer = ask(telegram, method, fields)
    assert (answer["ok"], answer["error_code"]) == (False, code)
    assert said in answer["description"]


def test_a_strange_token_is_refused(telegram: TelegramServer) -> None:
    assert ask(telegram, "getMe", {}, token="1:another")["error_code"] == 401
    assert requests.get(f"{telegram.api}/file/bot1:another/documents/x", timeout=5).status_code == 404


def test_nobody_polls_while_a_webhook_is_set(telegram: TelegramServer) -> None:
    ask(telegram, "setWebhook", {"url": "https://a.example"})
    assert ask(telegram, "getUpdates", {})["error_code"] == 409
    ask(telegram, "deleteWebhook", {})
    assert ask(telegram, "getUpdates", {})["ok"]


def test_of_two_who_poll_at_once_the_first_is_told_that_there_is_another(telegram: TelegramServer) -> None:
    before = telegram.polls
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask, telegram, "getUpdates", {"timeout": 1})
        wait_until(lambda: telegram.polls > before)
        assert ask(telegram, "getUpdates", {"timeout": 0})["ok"]
        assert "terminated by other getUpdates request" in first.result()["description"]


def test_more_than_thirty_messages_a_second_are_too_many(telegram: TelegramServer) -> None:
    answers = [ask(telegram, "sendMessage", {"chat_id": CHAT, "text": "x"}) for _ in range(telegram.most_at_once + 1)]
    assert answers[-1]["error_code"] == 429
    assert answers[-1]["parameters"]["retry_after"] == 1
