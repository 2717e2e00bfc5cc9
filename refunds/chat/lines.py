"""Writing what a customer reads: numbered lines, and the buttons that were offered with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.chat.conversations import new_id
from refunds.chat.message import Reply
from refunds.tables import ButtonRow, ConversationRow, LineRow

ASSISTANT, AGENT, NOTICE = "assistant", "agent", "notice"


def add_lines(
    session: Session,
    conversation: ConversationRow,
    replies: Iterable[Reply],
    *,
    author: str,
    in_reply_to: str | None,
    now: datetime,
) -> None:
    """Number ``replies`` on in a locked conversation; ``in_reply_to`` is the message they answer, None for none."""
    for reply in replies:
        conversation.last_number += 1
        conversation.updated_at = now
        session.add(
            LineRow(
                conversation_id=conversation.conversation_id,
                number=conversation.last_number,
                author=author,
                text=reply.text,
                card=reply.card,
                in_reply_to=in_reply_to,
                said_at=now,
            )
        )
        session.add_all(_offered(conversation, reply))


def _offered(conversation: ConversationRow, reply: Reply) -> list[ButtonRow]:
    return [
        ButtonRow(
            button_id=new_id(),
            conversation_id=conversation.conversation_id,
            number=conversation.last_number,
            place=place,
            title=button.title,
            payload=button.payload,
        )
        for place, button in enumerate(reply.buttons)
    ]


def offered_button(session: Session, conversation_id: str, button_id: str) -> ButtonRow | None:
    """The button of that id, if it was offered in this very conversation."""
    return session.scalars(
        select(ButtonRow).where(ButtonRow.button_id == button_id, ButtonRow.conversation_id == conversation_id)
    ).one_or_none()


def latest_button_titled(session: Session, conversation: ConversationRow, title: str) -> ButtonRow | None:
    """The button of that title, in whatever case, among the lines of the latest answer."""
    buttons = session.scalars(
        select(ButtonRow)
        .where(
            ButtonRow.conversation_id == conversation.conversation_id,
            ButtonRow.number >= _first_of_latest_answer(session, conversation),
        )
        .order_by(ButtonRow.number.desc(), ButtonRow.place)
    )
    wanted = title.strip().casefold()
    return next((button for button in buttons if button.title.strip().casefold() == wanted), None)


def _first_of_latest_answer(session: Session, conversation: ConversationRow) -> int:
    last = session.get(LineRow, (conversation.conversation_id, conversation.last_number))
    if last is None or last.in_reply_to is None:
        return conversation.last_number
    numbers = session.scalars(
        select(LineRow.number).where(LineRow.in_reply_to == last.in_reply_to, LineRow.author == last.author)
    )
    return min(numbers)
