"""When the customer wrote before: what the engine is told about an absence."""

from __future__ import annotations

from tests.chat_house import ChatHouse


def test_the_engine_is_told_when_the_customer_wrote_before(chat: ChatHouse) -> None:
    first = chat.say("one")
    chat.turn(chat.say("two").conversation_id)
    before = chat.message(first.message_id).received_at.isoformat()
    assert [question["metadata"]["last_at"] for question in chat.engine.questions] == [None, before]


def test_another_customer_s_messages_are_no_earlier_ones(chat: ChatHouse) -> None:
    chat.say("one", address="ada")
    chat.turn(chat.say("two", address="ben").conversation_id)
    assert chat.engine.questions[-1]["metadata"]["last_at"] is None
