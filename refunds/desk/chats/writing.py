"""What an agent writes: one line on the customer's screen, however often the browser sends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.chat.admission import LONGEST_TEXT
from refunds.chat.attachments import join_line, move_files
from refunds.chat.conversations import locked
from refunds.chat.deliveries import was_taken
from refunds.chat.lines import AGENT, add_lines
from refunds.chat.masking import mask
from refunds.chat.message import Reply
from refunds.database import Database
from refunds.desk.accounts import Agent
from refunds.desk.audit import Audit
from refunds.desk.chats.holding import refuse_unless_held
from refunds.errors import NotFound, NothingSaid
from refunds.tables import ConversationRow, LineRow

NO_FILES_TO = frozenset({"phone", "mail"})
"""Channels that do not bring the customer an agent's files."""


@dataclass(frozen=True)
class Writing:
    """Keeps agents' lines."""

    database: Database
    audit: Audit

    def say(
        self,
        agent: Agent,
        conversation_id: str,
        sent_key: str,
        text: str,
        now: datetime,
        *,
        files: Sequence[str] = (),
    ) -> int:
        """The number of the line; the same ``sent_key`` again is the line that stands already.

        ``files`` are ids of files that were received for the chat. Card numbers and the like are masked, as the
        customer's are. Raises ``NothingSaid`` for no words, too many, or files where none go, ``NotFound``,
        ``HeldByAnother`` or ``NotHeld`` (nobody but its holder speaks), and ``DatabaseUnavailable``: then it is to be
        sent again.
        """
        said = mask(text.replace("\0", "").strip())
        with self.database.transaction() as session:
            row = locked(session, conversation_id)
            if row is None:
                raise NotFound("there is no such chat")
            before = _line_sent(session, conversation_id, sent_key)
            if before is not None:
                return before
            refuse_unless_held(session, row, agent)
            if files and row.channel in NO_FILES_TO:
                raise NothingSaid(f"Files cannot be sent to {row.channel.title()}: say what is in it, or mail it.")
            if not (said or files) or len(said) > LONGEST_TEXT:
                raise NothingSaid(f"Write something, of {LONGEST_TEXT} characters at most.")
            number = _said(session, row, agent, said, sent_key, now)
            join_line(session, conversation_id, number, files)
            self._note(session, agent, row, number, now)
            return number

    def say_again(self, agent: Agent, conversation_id: str, number: int, now: datetime) -> int:
        """A line that the customer's channel refused, with its files, as a new line; asked twice it is the same one.

        Raises as ``say`` does, and ``NotFound`` for a line that was not refused or is no agent's.
        """
        sent_key = f"again:{number}"
        with self.database.transaction() as session:
            row = locked(session, conversation_id)
            line = session.get(LineRow, (conversation_id, number))
            if row is None or line is None or line.author != AGENT or was_taken(session, conversation_id, number):
                raise NotFound("there is no line to send again")
            before = _line_sent(session, conversation_id, sent_key)
            if before is not None:
                return before
            refuse_unless_held(session, row, agent)
            again = _said(session, row, agent, line.text, sent_key, now)
            move_files(session, conversation_id, number, again)
            self._note(session, agent, row, again, now)
            return again

    def _note(self, session: Session, agent: Agent, row: ConversationRow, number: int, now: datetime) -> None:
        about = {"conversation_id": row.conversation_id, "customer_id": row.customer_id}
        self.audit.note(session, agent, "wrote", now, **about, number=number)


def _said(  # noqa: PLR0917 - a line and what is known of it
    session: Session, row: ConversationRow, agent: Agent, text: str, sent_key: str, now: datetime
) -> int:
    signed = {"agent_name": agent.name, "sent_key": sent_key}
    [line] = add_lines(session, row, [Reply(text)], author=AGENT, in_reply_to=None, now=now, **signed)
    return line.number


def _line_sent(session: Session, conversation_id: str, sent_key: str) -> int | None:
    query = select(LineRow.number).where(LineRow.conversation_id == conversation_id, LineRow.sent_key == sent_key)
    return session.scalars(query).one_or_none()
