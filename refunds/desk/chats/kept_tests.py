"""A chat as a conversation test: what the customer did, move by move, as somebody of the test world.

The form is that of ``tests/conversations/scripts``; ``tests/conversations/player.py`` plays it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.backoffice.client import BackOffice
from refunds.chat.lines import AGENT
from refunds.chat.ownership import Owner
from refunds.chat.transcript import CUSTOMER
from refunds.database import Database
from refunds.desk.accounts import Agent
from refunds.desk.audit import Audit
from refunds.desk.chats.everyday_words import everyday_words, words_of_ours
from refunds.desk.chats.said import Said, said_in
from refunds.desk.chats.scrubbing import CUSTOMER as TEST_CUSTOMER
from refunds.desk.chats.scrubbing import MAIL, UNKNOWN_WORD, Scrubber
from refunds.errors import NotFound, NothingSaid
from refunds.identity.codes import CODE_REMOVED
from refunds.settings import ROOT
from refunds.tables import AgentRow, AssessmentRow, CasePersonRow, CaseRow, ConversationRow
from refunds.words import Words

NLU = ROOT / "data" / "nlu"
_NAME_PART = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Move:
    """One move of the customer (``say``, ``press``, ``sign_in``, ``code``) and what was answered to it."""

    kind: str
    what: str
    answers: tuple[str, ...] = ()


class KeptTests:
    """Makes tests of chats. The back office says which names must not stay."""

    def __init__(
        self, database: Database, backoffice: BackOffice, audit: Audit, words: Words, nlu_folder: Path = NLU
    ) -> None:
        self._database = database
        self._backoffice = backoffice
        self._audit = audit
        self._words = words
        self._nlu_folder = nlu_folder

    def keep(self, agent: Agent, conversation_id: str, now: datetime) -> tuple[str, str]:
        """A name for the file, and the test in YAML.

        Raises ``NotFound``, ``NothingSaid`` for a chat in which the customer did nothing, and ``BackOfficeError``: who
        they are must be known for it to be taken out.
        """
        with self._database.reading() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None:
                raise NotFound("there is no such chat")
            scrubber, said = self._scrubber(session, row), said_in(session, row)
            moves = list(_moves(said, scrubber))
            if not moves:
                raise NothingSaid("the customer did nothing in this chat that a test could play")
            has_agent = any(each.author == AGENT for each in said)
            script = _script(moves, _end(session, row, scrubber, has_agent=has_agent))
        about = {"conversation_id": conversation_id, "customer_id": row.customer_id}
        self._audit.did(agent, "keep_chat_as_test", now, **about)
        return f"kept_{_mark(moves)}.yml", script

    def _scrubber(self, session: Session, row: ConversationRow) -> Scrubber:
        customer = self._backoffice.customer(row.customer_id) if row.customer_id else None
        names = set(session.scalars(select(AgentRow.name)))
        cases = session.scalars(select(CaseRow.case_id).where(CaseRow.conversation_id == row.conversation_id)).all()
        names |= set(session.scalars(select(CasePersonRow.name).where(CasePersonRow.case_id.in_(cases))))
        names |= {customer.name} if customer else set()
        parts = frozenset(part.lower() for name in names for part in _NAME_PART.findall(name))
        everyday = everyday_words(self._nlu_folder) | words_of_ours(self._words)
        return Scrubber(everyday, parts, customer.email if customer else None, frozenset(cases))


def _moves(said: Iterable[Said], scrubber: Scrubber) -> Iterator[Move]:
    """What the customer did until an agent first spoke: from there on no assistant is tested."""
    move: Move | None = None
    for each in said:
        if each.author == AGENT:
            break
        if each.author != CUSTOMER:
            if move is not None:
                move = Move(move.kind, move.what, (*move.answers, scrubber.scrub(each.text)))
            continue
        following = _move(each, scrubber)
        if following.kind == "code" and move is not None and move.kind == "say" and move.what == MAIL:
            move = Move("sign_in", MAIL)
            continue
        if move is not None:
            yield move
        move = following
    if move is not None:
        yield move


def _move(each: Said, scrubber: Scrubber) -> Move:
    if CODE_REMOVED in each.text:
        return Move("code", f"for {MAIL}")
    text = scrubber.scrub(each.text)
    if each.pressed:
        # A press finds its button by the start of the title.
        return Move("press", text.partition(UNKNOWN_WORD)[0].rstrip(" ,;:(-") or text)
    return Move("say", text)


def _end(session: Session, row: ConversationRow, scrubber: Scrubber, *, has_agent: bool) -> dict[str, object]:
    mine = row.conversation_id
    filed = select(CaseRow.order_id).where(CaseRow.conversation_id == mine).order_by(CaseRow.filed_at)
    told = select(AssessmentRow.outcome).where(AssessmentRow.conversation_id == mine).order_by(AssessmentRow.told_at)
    is_with_people = has_agent or row.owner == Owner.AGENT
    return {
        "owner": Owner.WAITING.value if is_with_people else row.owner,
        **({"customer_id": TEST_CUSTOMER} if row.customer_id else {}),
        "cases": [{"order_id": scrubber.scrub(order_id)} for order_id in session.scalars(filed)],
        "assessments": [{"outcome": outcome} for outcome in session.scalars(told)],
    }


def _script(moves: list[Move], end: dict[str, object]) -> str:
    """The test as YAML; what was answered stands in comments, for whoever writes what should have been."""
    lines = [
        "# A chat that was kept at the desk, without its customer. Say what it shows, and what should be heard.",
        f"- name: kept chat {_mark(moves)}",
        "  moves:",
    ]
    for move in moves:
        lines.append(f"    - {move.kind}: {_quoted(move.what)}")
        lines += [f"      # answered: {answer}" for answer in move.answers if answer]
    lines += ["  end:", *(f"    {name}: {_quoted(value)}" for name, value in end.items())]
    return "\n".join(lines) + "\n"


def _mark(moves: list[Move]) -> str:
    return sha256(repr([(move.kind, move.what) for move in moves]).encode()).hexdigest()[:8]


def _quoted(value: object) -> str:
    """JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)
