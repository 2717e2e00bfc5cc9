"""Writing what a customer reads: numbered lines, and the buttons that were offered with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, insert, select
from sqlalchemy.orm import Session, aliased

from refunds.chat.conversations import new_id
from refunds.chat.message import Attachment, Line, OfferedButton, Reply
from refunds.database import Base
from refunds.tables import ButtonRow, ConversationRow, LineRow

ASSISTANT, AGENT, NOTICE = "assistant", "agent", "notice"
_INSERT_LINE, _INSERT_BUTTON = (insert(Base.metadata.tables[row.__tablename__]) for row in (LineRow, ButtonRow))


def _buttons_of_latest_answer() -> Select[ButtonRow]:
    conversation_id: BindParameter[str] = bindparam("conversation_id")
    last_number: BindParameter[int] = bindparam("last_number")
    answer = aliased(LineRow)
    first_of_answer = (
        select(func.min(answer.number))
        .join(LineRow, (answer.in_reply_to == LineRow.in_reply_to) & (answer.author == LineRow.author))
        .where(LineRow.conversation_id == conversation_id, LineRow.number == last_number)
        .scalar_subquery()
    )
    return (
        select(ButtonRow)
        .where(
            ButtonRow.conversation_id == conversation_id,
            ButtonRow.number >= func.coalesce(first_of_answer, last_number),
        )
        .order_by(ButtonRow.number.desc(), ButtonRow.place)
    )


_BUTTONS_OF_LATEST_ANSWER = _buttons_of_latest_answer()


def add_lines(
    session: Session,
    conversation: ConversationRow,
    replies: Iterable[Reply],
    *,
    author: str,
    in_reply_to: str | None,
    now: datetime,
    agent_name: str | None = None,
    sent_key: str | None = None,
) -> list[Line]:
    """Number ``replies`` on in a locked conversation; ``in_reply_to`` is the message they answer, None for none.

    ``sent_key`` is for a single reply: no two lines of a conversation have the same.
    """
    lines: list[dict[str, Any]] = []
    buttons: list[dict[str, Any]] = []
    added = []
    for reply in replies:
        conversation.last_number += 1
        conversation.updated_at = now
        line: dict[str, Any] = {
            "conversation_id": conversation.conversation_id,
            "number": conversation.last_number,
            "author": author,
            "text": reply.text,
            "card": reply.card,
            "in_reply_to": in_reply_to,
            "said_at": now,
            "agent_name": agent_name,
        }
        offered = _offered(conversation, reply)
        lines.append(line | {"sent_key": sent_key})
        buttons += offered
        shown = tuple(OfferedButton(button["title"], button["button_id"]) for button in offered)
        added.append(Line(**line, buttons=shown))
    _insert(session, lines, buttons)
    return added


def _insert(session: Session, lines: list[dict[str, Any]], buttons: list[dict[str, Any]]) -> None:
    # Many rows that nobody changes again: as objects of the session they take three times as long.
    if session.new:
        session.flush()  # the message that they answer may be among them
    if lines:
        session.execute(_INSERT_LINE, lines)
    if buttons:
        session.execute(_INSERT_BUTTON, buttons)


def line_of(row: LineRow, buttons: Iterable[ButtonRow], files: tuple[Attachment, ...] = ()) -> Line:
    """A line with its buttons in order, as a customer reads it."""
    return Line(
        conversation_id=row.conversation_id,
        number=row.number,
        author=row.author,
        text=row.text,
        said_at=row.said_at,
        buttons=tuple(OfferedButton(button.title, button.button_id) for button in buttons),
        card=row.card,
        in_reply_to=row.in_reply_to,
        agent_name=row.agent_name,
        files=files,
    )


def _offered(conversation: ConversationRow, reply: Reply) -> list[dict[str, Any]]:
    return [
        {
            "button_id": new_id(),
            "conversation_id": conversation.conversation_id,
            "number": conversation.last_number,
            "place": place,
            "title": button.title,
            "payload": button.payload,
        }
        for place, button in enumerate(reply.buttons)
    ]


def offered_button(session: Session, conversation_id: str, button_id: str) -> ButtonRow | None:
    """The button of that id, if it was offered in this very conversation."""
    return session.scalars(
        select(ButtonRow).where(ButtonRow.button_id == button_id, ButtonRow.conversation_id == conversation_id)
    ).one_or_none()


def latest_button_titled(session: Session, conversation: ConversationRow, title: str) -> ButtonRow | None:
    """The button of that title, in whatever case, among the lines of the latest answer."""
    place = {"conversation_id": conversation.conversation_id, "last_number": conversation.last_number}
    buttons = session.scalars(_BUTTONS_OF_LATEST_ANSWER, place)
    wanted = title.strip().casefold()
    return next((button for button in buttons if button.title.strip().casefold() == wanted), None)
