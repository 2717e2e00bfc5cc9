"""REST: the shape known from Rasa, each message once, late answers first, and honest words when something is down."""

from __future__ import annotations

from tests.chat_house import ChatHouse, post, served


def test_a_message_is_answered_within_its_request(chat: ChatHouse) -> None:
    with served(chat.app) as url:
        answer = post(url, "amara", "hello").json()
    assert answer == [{"recipient_id": "amara", "text": "1: hello", "buttons": []}]
