"""Small worlds of chats and cases, drawn by a seed and kept as plain rows, to count figures in another way."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from refunds.database import Database
from refunds.desk.insight.period import Period
from refunds.desk.insight.scope import Scope
from refunds.desk_hours import read_desk_hours
from refunds.tables import (
    AssessmentRow,
    CaseEventRow,
    CaseRow,
    ConversationRow,
    HandOffRow,
    LineRow,
    MessageRow,
    PolicyVersionRow,
    SatisfactionRow,
)

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
TODAY = date(2026, 11, 24)
HOURS = read_desk_hours("Mon-Fri 09:00-18:00, Sat 10:00-14:00", "Europe/Berlin", "DE")
CHANNELS = ("website", "slack", "rest")
REASONS = (
    "customer_asked",
    "customer_asked",
    "complaint",
    "answer_failed",
    "taken_over",
    "taken_over",
    "phone",
    "mail",
)
INTENTS = ("request_refund", "inform", "out_of_scope")
# A case's later events, as the lifecycle allows them.
LIVES = (
    (),
    ("information_asked",),
    ("approved",),
    ("approved", "paid"),
    ("approved", "paid", "payout_reversed"),
    ("approved", "paid", "payout_reversed", "paid", "closed"),
    ("rejected",),
    ("rejected", "appealed"),
    ("rejected", "appealed", "approved", "payout_failed", "paid"),
    ("rejected", "closed"),
    ("first_approved", "withdrawn"),
)
ENDS = {
    "": "submitted", "information_asked": "info_requested", "approved": "approved", "paid": "paid",
    "payout_reversed": "approved", "closed": "closed", "rejected": "rejected", "appealed": "appealed",
    "withdrawn": "withdrawn",
}  # fmt: skip


class NoHolidays:
    """A country that works whenever its desk is open, but for one day."""

    def is_public_holiday(self, country: str, day: date) -> bool:
        return day == date(2026, 11, 17)


def scope_of(first: date, channel: str | None = None, last: date = TODAY) -> Scope:
    return Scope(Period(first, last, ZONE, channel), NOW, HOURS, NoHolidays(), timedelta(minutes=10))


@dataclass
class InsightWorld:
    """Rows by what they are. ``chance`` has drawn all of them."""

    chance: random.Random
    chats: list[ConversationRow] = field(default_factory=list)
    messages: list[MessageRow] = field(default_factory=list)
    lines: list[LineRow] = field(default_factory=list)
    hand_offs: list[HandOffRow] = field(default_factory=list)
    assessments: list[AssessmentRow] = field(default_factory=list)
    cases: list[CaseRow] = field(default_factory=list)
    events: list[CaseEventRow] = field(default_factory=list)
    asked: list[SatisfactionRow] = field(default_factory=list)

    def chat_of(self, conversation_id: str) -> ConversationRow:
        return next(chat for chat in self.chats if chat.conversation_id == conversation_id)

    def messages_of(self, chat: ConversationRow) -> list[MessageRow]:
        return [each for each in self.messages if each.conversation_id == chat.conversation_id]

    def hand_offs_of(self, chat: ConversationRow) -> list[HandOffRow]:
        return [each for each in self.hand_offs if each.conversation_id == chat.conversation_id]

    def events_of(self, case: CaseRow) -> list[CaseEventRow]:
        return [each for each in self.events if each.case_id == case.case_id]

    def store(self, database: Database) -> None:
        with database.transaction() as session:
            session.add(PolicyVersionRow(version="v1", content={}, first_used_at=NOW))
            for rows in (self.chats, self.messages, self.lines, self.hand_offs, self.assessments, self.cases):
                session.flush()
                session.add_all(rows)
            session.flush()
            session.add_all([*self.events, *self.asked])


def drawn(seed: int) -> InsightWorld:
    """Forty-five chats and thirty cases within the last sixty days; the same for the same seed."""
    world = InsightWorld(random.Random(seed))
    for number in range(45):
        _chat(world, number)
    for number in range(30):
        _case(world, number)
    for number in range(25):
        _assessment(world, number)
    return world


def _moment(chance: random.Random) -> datetime:
    """A full minute; often a border: midnight in the desk's zone, or the minute before it."""
    day = TODAY - timedelta(days=chance.randrange(60))
    if chance.random() < 0.3:
        return datetime.combine(day, time(), ZONE).astimezone(UTC) - timedelta(minutes=chance.randrange(2))
    return min(datetime.combine(day, time(), UTC) + timedelta(minutes=chance.randrange(24 * 60)), NOW)


def _soon(chance: random.Random, after: datetime) -> datetime:
    """After a wait of any length, often one at a border; not in the future."""
    borders = (1, 9, 10, 11, 6 * 60, 6 * 60 + 1, 7 * 24 * 60, 7 * 24 * 60 + 1)
    minutes = chance.choice(borders) if chance.random() < 0.6 else chance.randrange(3 * 24 * 60)
    return min(after + timedelta(minutes=minutes), NOW)


def _chat(world: InsightWorld, number: int) -> None:
    chance = world.chance
    began = _moment(chance)
    row = ConversationRow(
        conversation_id=f"{number:032}",
        channel=chance.choice(CHANNELS),
        address=f"address {number % 7}",
        owner="closed",
        customer_id=chance.choice([None, f"C-{number % 4}"]),
        created_at=began,
        updated_at=began,
    )
    world.chats.append(row)
    at = began
    for position in range(1, chance.choice([1, 1, 2, 3, 4, 5])):
        _message(world, row, position, at)
        at = _soon(chance, at)
    for place in range(chance.choice([0, 0, 0, 1, 1, 2])):
        began = _soon(chance, began)
        _hand_off(world, row, place, began)


def _message(world: InsightWorld, chat: ConversationRow, position: int, at: datetime) -> None:
    chance = world.chance
    is_start = position > 1 and chance.random() < 0.1
    name = f"{chat.conversation_id[:28]}{len(world.messages):04}"
    reading: dict[str, Any] = {"intent": chance.choice(INTENTS), "confidence": chance.random(), "entities": []}
    if chance.random() < 0.8:
        reading["doubtful"] = chance.random() < 0.3
    row = MessageRow(
        message_id=name,
        conversation_id=chat.conversation_id,
        position=position,
        channel_message_id=name,
        text="" if is_start else f"sentence {len(world.messages)}",
        payload="/go_on" if is_start else chance.choice([None, None, None, "/affirm"]),
        status="done",
        reading=chance.choice([reading, reading, reading, None, {}]),
        received_at=at,
    )
    world.messages.append(row)
    for author in chance.choice([(), ("assistant",), ("assistant", "assistant"), ("notice",), ("agent",)]):
        in_reply_to = None if author == "agent" else row.message_id
        _line(world, chat, author, _soon(chance, at), in_reply_to)


def _line(
    world: InsightWorld, chat: ConversationRow, author: str, at: datetime, in_reply_to: str | None = None
) -> None:
    chat.last_number = (chat.last_number or 0) + 1
    row = LineRow(conversation_id=chat.conversation_id, number=chat.last_number, author=author, text="line")
    row.said_at, row.in_reply_to = at, in_reply_to
    world.lines.append(row)


def _hand_off(world: InsightWorld, chat: ConversationRow, place: int, opened: datetime) -> None:
    chance = world.chance
    row = HandOffRow(hand_off_id=f"{chat.conversation_id[1:]}{place}", conversation_id=chat.conversation_id)
    row.reason, row.summary, row.opened_at = chance.choice(REASONS), {}, opened
    row.taken_at = _soon(chance, opened) if chance.random() < 0.6 else None
    row.ended_at = _soon(chance, row.taken_at or opened) if chance.random() < 0.7 else None
    if row.taken_at and chance.random() < 0.7:
        _line(world, chat, "agent", _soon(chance, row.taken_at))
    if row.ended_at is None and row.taken_at is None:
        # An address has one chat that is not closed.
        chat.owner, chat.address = "waiting", f"waits {chat.conversation_id}"
    world.hand_offs.append(row)


def _case(world: InsightWorld, number: int) -> None:
    chance = world.chance
    filed, life = _moment(chance), chance.choice(LIVES)
    chat = chance.choice(world.chats)
    due = (filed + timedelta(days=chance.randrange(1, 5))).date()
    row = CaseRow(
        case_id=f"R-{number:05}",
        order_id=f"ORD-{number}",
        customer_id="C-1",
        payment_id=f"PAY-{number}",
        payment_method="card",
        state=ENDS[life[-1] if life else ""],
        outcome=chance.choice(["eligible", "needs_review", "not_eligible"]),
        clauses=chance.choice([["P1.a"], ["P1.b", "P1.a"], ["P1.c"], []]),
        currency="EUR",
        words="words",
        evidence=[],
        policy_version="v1",
        receipt={},
        receipt_hash="h",
        channel=chance.choice([*CHANNELS, "phone"]),
        conversation_id=chance.choice([chat.conversation_id, None]),
        filing_key=f"key {number}",
        verification_due=due.isoformat(),
        payout_due=(due + timedelta(days=chance.randrange(4))).isoformat(),
        filed_at=filed,
        updated_at=filed,
    )
    world.cases.append(row)
    at = filed
    for place, what in enumerate(("filed", *life), start=1):
        event = CaseEventRow(case_id=row.case_id, number=place, who="Ann", what=what, state_after="", why="")
        event.at, event.policy_version = at, "v1"
        world.events.append(event)
        at = _soon(chance, at)
    if life and chance.random() < 0.7:
        _asked(world, row)


def _asked(world: InsightWorld, case: CaseRow) -> None:
    chance = world.chance
    row = SatisfactionRow(
        case_id=case.case_id, customer_id=case.customer_id, channel=chance.choice([*CHANNELS, "mail"])
    )
    row.asked_at, row.rating = _moment(chance), chance.choice(["good", "good", "ok", "bad", None])
    row.answered_at = row.asked_at if row.rating else None
    world.asked.append(row)


def _assessment(world: InsightWorld, number: int) -> None:
    chance = world.chance
    case = chance.choice(world.cases)
    chat = case.conversation_id if case.conversation_id and chance.random() < 0.3 else None
    row = AssessmentRow(
        assessment_id=f"{number:032}",
        conversation_id=chat or chance.choice(world.chats[:6]).conversation_id,
        customer_id="C-1",
        order_id=case.order_id if chat else f"ORD-{chance.randrange(3)}",
        outcome=chance.choice(["eligible", "not_yet", "not_eligible"]),
        clauses=chance.choice([["P1.a"], ["P1.b"], []]),
        currency="EUR",
        policy_version="v1",
        receipt={},
        receipt_hash="h",
        told_hash=f"{number}",
        told_at=_moment(chance),
    )
    world.assessments.append(row)
