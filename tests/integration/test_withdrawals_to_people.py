"""A withdrawal from the contract that is said to a person, or to nobody yet, is stamped all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from refunds.chat.lines import add_lines
from refunds.chat.message import Button, Reply
from refunds.chat.outcomes import WITHDRAW
from refunds.chat.ownership import Change
from refunds.tables import ConversationRow, MessageRow, OutboxRow, WithdrawalStatementRow
from tests.chat_house import ChatHouse

SAID = "I hereby withdraw from the contract for ORD-48213."


def waits(chat: ChatHouse, *, verified: bool = False, taken: bool = False) -> str:
    """A conversation whose customer waits for a person, or has one."""
    conversation_id = chat.say("hello").conversation_id
    chat.turn(conversation_id)
    chat.change(conversation_id, Change.PERSON_NEEDED)
    if taken:
        chat.change(conversation_id, Change.TAKEN)
    if verified:
        with chat.app.database.transaction() as session:
            row = session.get_one(ConversationRow, conversation_id)
            row.customer_id, row.verified_by = "C-1001", "mail"
            row.verified_until = datetime.now(UTC) + timedelta(hours=1)
    return conversation_id


def stamps(chat: ChatHouse) -> list[WithdrawalStatementRow]:
    with chat.app.database.reading() as session:
        found = list(session.scalars(select(WithdrawalStatementRow)))
        session.expunge_all()
        return found


def effects(chat: ChatHouse) -> set[str]:
    with chat.app.database.reading() as session:
        return set(session.scalars(select(OutboxRow.kind)))


def said(chat: ChatHouse, text: str, button: str | None = None) -> MessageRow:
    admitted = chat.say(text, button=button)
    chat.turn(admitted.conversation_id)
    return chat.message(admitted.message_id)


@pytest.mark.parametrize("taken", [False, True])
def test_it_is_stamped_with_the_time_it_came_and_acknowledged_by_mail(chat: ChatHouse, taken: bool) -> None:
    conversation_id = waits(chat, verified=True, taken=taken)
    message = said(chat, SAID)
    (stamp,) = stamps(chat)
    assert (stamp.said_at, stamp.words) == (message.received_at, SAID)
    assert (stamp.customer_id, stamp.order_id) == ("C-1001", "ORD-48213")
    assert effects(chat) == {"withdrawal_mail", "withdrawal_look"}
    line = chat.lines(conversation_id)[-1]
    assert "recorded your withdrawal from the contract" in line.text
    assert bool(line.buttons) is not taken
    assert chat.owner(conversation_id) == ("agent" if taken else "waiting")


def test_of_who_did_not_show_who_they_are_it_is_stamped_and_a_person_looks(chat: ChatHouse) -> None:
    conversation_id = waits(chat)
    said(chat, SAID)
    (stamp,) = stamps(chat)
    assert stamp.customer_id is None
    assert effects(chat) == {"withdrawal_look"}
    assert "As soon as it is known whose account it is" in chat.lines(conversation_id)[-1].text


def test_the_button_says_it_too(chat: ChatHouse) -> None:
    conversation_id = waits(chat, verified=True)
    with chat.app.database.transaction() as session:
        row = session.get_one(ConversationRow, conversation_id)
        reply = Reply("You may withdraw.", (Button("Withdraw from the contract", WITHDRAW),))
        (line,) = add_lines(session, row, [reply], author="notice", in_reply_to=None, now=datetime.now(UTC))
    said(chat, "", button=line.buttons[0].button_id)
    assert [stamp.words for stamp in stamps(chat)] == ["Withdraw from the contract"]


@pytest.mark.parametrize(
    "text",
    [
        "Can I withdraw from the contract?",
        "I don't want to withdraw from the contract.",
        "I withdraw my refund request",
        "I want to withdraw money",
        "When is somebody there?",
    ],
)
def test_a_question_a_refusal_and_another_withdrawal_are_none(chat: ChatHouse, text: str) -> None:
    waits(chat, verified=True)
    said(chat, text)
    assert stamps(chat) == []
