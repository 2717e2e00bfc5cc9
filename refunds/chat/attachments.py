"""Files that customers send in a chat: their rows, and their content in a folder that no web server serves.

A file belongs to the conversation in which it was received, goes out with one of its messages, and becomes evidence of
the case that is filed there next, or that asked for information.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from refunds.cases.lifecycle import CaseState
from refunds.chat.conversations import found_or_made, live, locked, new_id
from refunds.chat.masking import mask
from refunds.chat.message import Attachment
from refunds.database import Database
from refunds.errors import NotFound, RefundsError
from refunds.tables import AttachmentRow, CarryOnRow, CaseRow, ConversationRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from refunds.chat.file_kinds import CleanFile

MOST_FILES = 10
# Whoever chose a file and did not send it within this time thought better of it.
UNSAID_KEPT = timedelta(days=1)


class TooManyFiles(RefundsError):
    """The conversation has as many files as one may have."""


class Attachments:
    """Receives files and finds them again. ``folder`` holds their content, each under its id."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def receive(self, channel: str, address: str, file: CleanFile, now: datetime) -> Attachment:
        """Keep a file for the conversation at ``address``; it is said with a message later.

        Raises ``TooManyFiles`` and ``DatabaseUnavailable``; nothing is kept then.
        """
        return self._received(file, lambda session: found_or_made(session, channel, address, now), now)

    def refuse_if_full(self, channel: str, address: str) -> None:
        """Raise ``TooManyFiles`` where ``receive`` would: before anybody fetches a file, which costs more."""
        with self._database.reading() as session:
            conversation = live(session, channel, address)
            if conversation is not None and _count(session, conversation) >= MOST_FILES:
                raise TooManyFiles(f"the conversation has {MOST_FILES} files")

    def receive_of_agent(self, conversation_id: str, file: CleanFile, now: datetime) -> Attachment:
        """Keep an agent's file for a chat; it goes out with a line. Raises as ``receive``, and ``NotFound``."""

        def chat(session: Session) -> ConversationRow:
            row = locked(session, conversation_id)
            if row is None:
                raise NotFound("there is no such chat")
            return row

        return self._received(file, chat, now)

    def find_in(self, conversation_id: str, attachment_id: str) -> tuple[Attachment, Path]:
        """A file of one chat, for the desk, with where its content lies. Raises as ``find`` does."""
        with self._database.reading() as session:
            row = session.get(AttachmentRow, attachment_id)
            if row is None or row.conversation_id != conversation_id:
                raise NotFound("there is no such file")
            return _attachment(row), self._folder / row.attachment_id

    def find(self, channel: str, address: str, attachment_id: str) -> tuple[Attachment, Path]:
        """A file of any conversation at ``address``, with where its content lies.

        Raises ``NotFound``, and ``DatabaseUnavailable``.
        """
        query = (
            select(AttachmentRow)
            .join(ConversationRow, ConversationRow.conversation_id == AttachmentRow.conversation_id)
            .where(
                AttachmentRow.attachment_id == attachment_id,
                ConversationRow.channel == channel,
                ConversationRow.address == address,
            )
        )
        with self._database.reading() as session:
            row = session.scalars(query).one_or_none()
            if row is None:
                raise NotFound("there is no such file")
            return _attachment(row), self._folder / row.attachment_id

    def forget_unsaid(self, now: datetime) -> int:
        """Throw away files that were never said with a message; returns how many."""
        old = select(AttachmentRow).where(
            AttachmentRow.message_id.is_(None),
            AttachmentRow.line_number.is_(None),
            AttachmentRow.received_at < now - UNSAID_KEPT,
        )
        with self._database.transaction() as session:
            rows = session.scalars(old.with_for_update()).all()
            for row in rows:
                session.delete(row)
        for row in rows:
            (self._folder / row.attachment_id).unlink(missing_ok=True)
        return len(rows)

    def _received(self, file: CleanFile, chat_in: Callable[[Session], ConversationRow], now: datetime) -> Attachment:
        attachment = Attachment(new_id(), mask(file.name), file.kind, len(file.content))
        # Content first: a row must never name a file that is not there.
        path = self._written(attachment.attachment_id, file.content)
        try:
            with self._database.transaction() as session:
                _add(session, chat_in(session), attachment, now)
        except BaseException:
            path.unlink()
            raise
        return attachment

    def _written(self, name: str, content: bytes) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, aside = tempfile.mkstemp(dir=self._folder, prefix=".")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        return Path(aside).replace(self._folder / name)


def say_with(
    session: Session, conversation: ConversationRow, message_id: str, attachment_ids: Sequence[str]
) -> tuple[list[Attachment], str | None]:
    """Files go out with a message of their locked conversation; also the case that they answer, where one asked.

    Raises ``NotFound`` for a file that is another conversation's, an agent's, or was said before.
    """
    unsaid = select(AttachmentRow).where(
        AttachmentRow.attachment_id.in_(attachment_ids),
        AttachmentRow.conversation_id == conversation.conversation_id,
        AttachmentRow.message_id.is_(None),
        AttachmentRow.line_number.is_(None),
    )
    rows = {row.attachment_id: row for row in session.scalars(unsaid)}
    if set(attachment_ids) != set(rows):
        raise NotFound("there is no such file, or it was said before")
    case_id = _asking_case(session, conversation.conversation_id)
    for row in rows.values():
        row.message_id, row.case_id = message_id, case_id
    return [_attachment(rows[one]) for one in dict.fromkeys(attachment_ids)], case_id


def join_line(session: Session, conversation_id: str, number: int, attachment_ids: Sequence[str]) -> None:
    """An agent's files go out with their line of the locked conversation.

    Raises ``NotFound`` for a file that is another conversation's or went out before.
    """
    if not attachment_ids:
        return
    unsaid = select(AttachmentRow).where(
        AttachmentRow.attachment_id.in_(attachment_ids),
        AttachmentRow.conversation_id == conversation_id,
        AttachmentRow.message_id.is_(None),
        AttachmentRow.line_number.is_(None),
    )
    rows = session.scalars(unsaid).all()
    if {row.attachment_id for row in rows} != set(attachment_ids):
        raise NotFound("there is no such file, or it went out before")
    for row in rows:
        row.line_number = number


def move_files(session: Session, conversation_id: str, number: int, to: int) -> None:
    """An agent's files that went out with the line ``number`` go with the line ``to`` instead."""
    mine = (AttachmentRow.conversation_id == conversation_id) & (AttachmentRow.line_number == number)
    session.execute(update(AttachmentRow).where(mine).values(line_number=to))


def files_of_lines(session: Session, conversation_id: str) -> dict[int, tuple[Attachment, ...]]:
    """The agents' files of a conversation by the number of the line that they went out with."""
    query = select(AttachmentRow).where(
        AttachmentRow.conversation_id == conversation_id, AttachmentRow.line_number.is_not(None)
    )
    found: dict[int, tuple[Attachment, ...]] = {}
    for row in session.scalars(query.order_by(AttachmentRow.received_at)):
        number = row.line_number or 0
        found[number] = (*found.get(number, ()), _attachment(row))
    return found


def join_case(session: Session, conversation_id: str | None, case_id: str) -> None:
    """What was said in the conversation and is evidence of no case yet becomes evidence of this one; so does what was
    said where the conversation was carried on from, unless somebody else had shown there who they are.
    """
    customer = select(CaseRow.customer_id).where(CaseRow.case_id == case_id).scalar_subquery()
    carried_from = (
        select(ConversationRow.conversation_id)
        .join(CarryOnRow, CarryOnRow.conversation_id == ConversationRow.conversation_id)
        .where(CarryOnRow.used_by == conversation_id)
        .where(or_(ConversationRow.customer_id.is_(None), ConversationRow.customer_id == customer))
    )
    here = AttachmentRow.conversation_id == conversation_id
    session.execute(
        update(AttachmentRow)
        .where(
            or_(here, AttachmentRow.conversation_id.in_(carried_from)),
            AttachmentRow.message_id.is_not(None),
            AttachmentRow.case_id.is_(None),
        )
        .values(case_id=case_id)
    )


def files_of_case(session: Session, case_id: str, conversation_id: str | None) -> list[Attachment]:
    """The evidence of a case in the order it came: its own, and what its conversation has that is no other case's."""
    loose = (AttachmentRow.conversation_id == conversation_id) & AttachmentRow.case_id.is_(None)
    query = select(AttachmentRow).where(
        AttachmentRow.message_id.is_not(None), or_(AttachmentRow.case_id == case_id, loose)
    )
    return [_attachment(row) for row in session.scalars(query.order_by(AttachmentRow.received_at))]


def files_said(session: Session, conversation_id: str) -> dict[str, tuple[Attachment, ...]]:
    """The files of a conversation by the message that they were said with."""
    query = select(AttachmentRow).where(
        AttachmentRow.conversation_id == conversation_id, AttachmentRow.message_id.is_not(None)
    )
    found: dict[str, tuple[Attachment, ...]] = {}
    for row in session.scalars(query.order_by(AttachmentRow.received_at)):
        said_with = row.message_id or ""
        found[said_with] = (*found.get(said_with, ()), _attachment(row))
    return found


def _add(session: Session, conversation: ConversationRow, attachment: Attachment, now: datetime) -> None:
    if _count(session, conversation) >= MOST_FILES:
        raise TooManyFiles(f"the conversation has {MOST_FILES} files")
    session.add(
        AttachmentRow(
            attachment_id=attachment.attachment_id,
            conversation_id=conversation.conversation_id,
            name=attachment.name,
            kind=attachment.kind,
            size=attachment.size,
            received_at=now,
        )
    )


def _count(session: Session, conversation: ConversationRow) -> int:
    mine = AttachmentRow.conversation_id == conversation.conversation_id
    return session.execute(select(func.count()).select_from(AttachmentRow).where(mine)).scalar_one()


def _asking_case(session: Session, conversation_id: str) -> str | None:
    asking = (CaseRow.conversation_id == conversation_id) & (CaseRow.state == CaseState.INFO_REQUESTED)
    return session.scalars(select(CaseRow.case_id).where(asking).order_by(CaseRow.updated_at.desc())).first()


def _attachment(row: AttachmentRow) -> Attachment:
    return Attachment(row.attachment_id, row.name, row.kind, row.size)
