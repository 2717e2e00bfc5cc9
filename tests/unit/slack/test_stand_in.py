"""The stand-in refuses what Slack refuses: a client that were wrong would be told so here, as there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.slack_server import BOT_TOKEN, SlackServer, slack_server

BUTTON = {"type": "button", "action_id": "a", "value": "v", "text": {"type": "plain_text", "text": "Yes"}}


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server() as running:
        yield running


def ask(slack: SlackServer, method: str, token: str = BOT_TOKEN, **arguments: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.post(f"{slack.api}{method}", json=arguments, headers=headers, timeout=5)


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": "hello"}, "channel_not_found"),
        ({"channel": "nowhere", "text": "hello"}, "channel_not_found"),
        ({"channel": "D1"}, "no_text"),
        ({"channel": "D1", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "D1", "text": "x", "metadata": {"event_type": "line"}}, "invalid_metadata_format"),
        ({"channel": "D1", "text": "x", "thread_ts": "yesterday"}, "invalid_thread_ts"),
    ],
)
def test_a_broken_message_is_refused(slack: SlackServer, arguments: dict[str, Any], error: str) -> None:
    assert ask(slack, "chat.postMessage", **arguments).json() == {"ok": False, "error": error}
    assert slack.posted == []


@pytest.mark.parametrize(
    "block",
    [
        section(""),
        section("x" * 3001),
        {"type": "section"},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11},
        {"type": "section", "text": {"type": "html", "text": "x"}},
        actions(),
        actions(*({**BUTTON, "action_id": str(n)} for n in range(26))),
        actions(BUTTON, BUTTON),
        actions({**BUTTON, "text": {"type": "plain_text", "text": "x" * 76}}),
        actions({**BUTTON, "value": "x" * 2001}),
        actions({"type": "static_select", "action_id": "a", "placeholder": BUTTON["text"], "options": []}),
        actions({"type": "datepicker", "action_id": "a", "initial_date": "25.11.2026"}),
        {"type": "carousel_of_ours"},
    ],
)
def test_a_broken_block_is_refused(slack: SlackServer, block: dict[str, Any]) -> None:
    answer = ask(slack, "chat.postMessage", channel="D1", text="x", blocks=[block]).json()
    assert answer["error"] == "invalid_blocks"


def test_more_than_fifty_blocks_are_refused(slack: SlackServer) -> None:
    assert ask(slack, "chat.postMessage", channel="D1", text="x", blocks=[section("x")] * 51).json()["ok"] is False


def test_nobody_posts_without_the_bots_token(slack: SlackServer) -> None:
    assert ask(slack, "chat.postMessage", token="xoxb-other", channel="D1", text="x").json()["error"] == "invalid_auth"
    assert ask(slack, "chat.postMessage", token="", channel="D1", text="x").json()["error"] == "not_authed"


def test_too_many_messages_are_told_when_to_come_again(slack: SlackServer) -> None:
    slack.limits["chat.postMessage"], slack.retry_after = 1, 3
    answer = ask(slack, "chat.postMessage", channel="D1", text="x")
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["error"]) == (429, "3", "ratelimited")
    assert ask(slack, "chat.postMessage", channel="D1", text="x").json()["ok"] is True


def test_metadata_is_shown_only_to_who_asks_for_it(slack: SlackServer) -> None:
    metadata = {"event_type": "line", "event_payload": {"number": 1}}
    ask(slack, "chat.postMessage", channel="D1", text="x", metadata=metadata)
    assert ask(slack, "conversations.history", channel="D1").json()["messages"][0]["metadata"] is None
    asked = ask(slack, "conversations.history", channel="D1", include_all_metadata=True).json()
    assert asked["messages"][0]["metadata"] == metadata


def test_what_others_write_in_a_channel_is_not_read_without_the_scope(slack: SlackServer) -> None:
    assert ask(slack, "conversations.history", channel="C1").json()["error"] == "missing_scope"


def test_a_home_of_another_kind_is_refused(slack: SlackServer) -> None:
    view = {"type": "modal", "blocks": [section("x")]}
    assert ask(slack, "views.publish", user_id="U1", view=view).json()["error"] == "invalid_arguments"


def test_a_refresh_token_is_good_once(slack: SlackServer) -> None:
    given = {"client_id": "111.222", "client_secret": "client secret of tests", "grant_type": "refresh_token"}
    first = ask(slack, "oauth.v2.access", refresh_token="xoxe-1-first-refresh", **given).json()
    assert first["ok"] is True
    again = ask(slack, "oauth.v2.access", refresh_token="xoxe-1-first-refresh", **given).json()
    assert again["error"] == "invalid_refresh_token"


def test_a_file_is_given_to_the_bot_alone(slack: SlackServer) -> None:
    slack.keep_file("log.txt", b"it failed")
    [file_id] = slack.files
    url = f"{slack.url}/files-pri/{file_id}/log.txt"
    assert requests.get(url, timeout=5).content.startswith(b"<html>")
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    assert requests.get(url, headers=headers, timeout=5).content == b"it failed"
