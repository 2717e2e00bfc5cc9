"""Each figure of the desk's insight, counted once more in plain loops over the same small worlds, on both databases."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from refunds.database import Database
from refunds.desk.chats.holding import TAKEN_OVER
from refunds.desk.insight import chats
from refunds.desk.insight.figures import FIGURES, channels
from refunds.desk.insight.scope import Scope
from refunds.desk.opened_for import Came
from refunds.tables import AssessmentRow, CaseRow, ConversationRow, HandOffRow, MessageRow
from tests.databases import bare_database, make_tables
from tests.insight_world import HOURS, NOW, TODAY, ZONE, InsightWorld, NoHolidays, drawn, scope_of

SCOPES = (
    scope_of(date(2026, 10, 11)),
    scope_of(date(2026, 10, 26), "website"),
    scope_of(date(2026, 10, 26), "a channel that nobody uses"),
    scope_of(date(2026, 11, 5), None, date(2026, 11, 12)),
)
WORLDS = [
    *(("sqlite", seed) for seed in range(4)),
    ("postgresql", 4),
    *(pytest.param(("sqlite", seed), marks=pytest.mark.soak) for seed in range(5, 40)),
    *(pytest.param(("postgresql", seed), marks=pytest.mark.soak) for seed in range(40, 45)),
]
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Counted:
    """A stored world, and its figures as the desk counts them."""

    world: InsightWorld
    database: Database

    def rows(self, key: str, scope: Scope) -> Rows:
        with self.database.reading() as session:
            return list(FIGURES[key](session, scope).rows)


@pytest.fixture(scope="module", params=WORLDS, ids=lambda which: f"{which[0]}-{which[1]}")
def counted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_with_tables: Path
) -> Iterator[Counted]:
    kind, seed = request.param
    folder = tmp_path_factory.mktemp("insight")
    with bare_database(kind, folder) as url:
        if kind == "sqlite":
            copyfile(sqlite_with_tables, url.removeprefix("sqlite:///"))
        else:
            make_tables(url)
        database = Database(url)
        world = drawn(seed)
        world.store(database)
        yield Counted(world, database)
        database.close()


each_scope = pytest.mark.parametrize("scope", SCOPES, ids=("long", "website", "nothing", "a-week"))


def is_in(moment: datetime, scope: Scope) -> bool:
    return scope.period.first <= moment.astimezone(ZONE).date() <= scope.period.last


def is_of(channel: str, scope: Scope) -> bool:
    return scope.period.channel in (None, channel)


def part(some: int, of: int) -> float | None:
    return some / of if of else None


def filed_in(world: InsightWorld, scope: Scope) -> list[CaseRow]:
    return [case for case in world.cases if is_in(case.filed_at, scope) and is_of(case.channel, scope)]


def told_in(world: InsightWorld, scope: Scope) -> list[AssessmentRow]:
    """The last told of each order in each chat, unless a case came of it."""
    last: dict[tuple[str, str], AssessmentRow] = {}
    filed = {(case.conversation_id, case.order_id) for case in world.cases}
    for told in sorted(world.assessments, key=lambda told: told.assessment_id, reverse=True):
        chat = world.chat_of(told.conversation_id)
        which = (told.conversation_id, told.order_id)
        if which in filed or not is_in(told.told_at, scope) or not is_of(chat.channel, scope):
            continue
        if which not in last or told.told_at >= last[which].told_at:
            last[which] = told
    return list(last.values())


@each_scope
def test_requests_are_cases_filed_and_decisions_told_by_their_day(counted: Counted, scope: Scope) -> None:
    rows: Rows = []
    day = scope.period.first
    while day <= scope.period.last:
        filed = sum(case.filed_at.astimezone(ZONE).date() == day for case in filed_in(counted.world, scope))
        told = sum(each.told_at.astimezone(ZONE).date() == day for each in told_in(counted.world, scope))
        rows.append((day, filed, told, filed + told))
        day += timedelta(days=1)
    assert counted.rows("requests", scope) == rows


@each_scope
def test_outcomes_are_counted_by_the_strongest_clause_and_by_what_was_decided(counted: Counted, scope: Scope) -> None:
    places = {"approved": 1, "rejected": 2, "withdrawn": 3}
    table: dict[tuple[str, str], list[int]] = {}
    for told in told_in(counted.world, scope):
        table.setdefault((told.outcome, (told.clauses or ["none"])[0]), [0] * 5)[0] += 1
    for case in filed_in(counted.world, scope):
        place = 4
        for event in counted.world.events_of(case):
            place = {**places, "appealed": 4}.get(event.what, place)
        table.setdefault((case.outcome, (case.clauses or ["none"])[0]), [0] * 5)[place] += 1
    expected = [(*which, *numbers, sum(numbers)) for which, numbers in sorted(table.items())]
    assert counted.rows("outcomes", scope) == expected


def end_of(world: InsightWorld, chat: ConversationRow) -> str | None:
    """How far a chat came; None for one that nobody wrote in."""
    hand_offs = world.hand_offs_of(chat)
    if any(each.reason in ("phone", "mail") for each in hand_offs):
        return "opened"
    if not any(each.text or not each.payload for each in world.messages_of(chat)):
        return None
    if not hand_offs:
        return "assistant"
    if any(each.taken_at and each.reason != "taken_over" for each in hand_offs):
        return "asked"
    if any(each.taken_at for each in hand_offs):
        return "unasked"
    return "waiting" if any(not each.ended_at for each in hand_offs) else "left"


@each_scope
def test_each_chat_is_counted_once_at_the_furthest_it_came(counted: Counted, scope: Scope) -> None:
    began = [chat for chat in counted.world.chats if is_in(chat.created_at, scope) and is_of(chat.channel, scope)]
    ended = [(chat.channel, end) for chat in began if (end := end_of(counted.world, chat))]
    rows: Rows = []
    for channel in (*sorted({channel for channel, _ in ended}), "all"):
        ends = [end for one, end in ended if channel in (one, "all")]
        by_end = [ends.count(end) for end in ("assistant", "left", "waiting", "asked", "unasked")]
        theirs = len(ends) - ends.count("opened")
        rows.append((channel, *by_end, theirs, part(by_end[0], theirs), ends.count("opened")))
    assert counted.rows("containment", scope) == rows
    assert sum(rows[-1][1:6]) + rows[-1][8] == len(ended)


def needed_in(world: InsightWorld, scope: Scope) -> list[HandOffRow]:
    """Hand-offs that an answer of the assistant brought about."""
    found = []
    for each in world.hand_offs:
        chat = world.chat_of(each.conversation_id)
        if is_in(each.opened_at, scope) and is_of(chat.channel, scope):
            found.append(each)
    return [each for each in found if each.reason not in ("phone", "mail", "taken_over")]


@each_scope
def test_hand_offs_are_counted_by_reason_the_commonest_first(counted: Counted, scope: Scope) -> None:
    needed = needed_in(counted.world, scope)
    rows: Rows = []
    for reason in {each.reason for each in needed}:
        of_it = [each for each in needed if each.reason == reason]
        rows.append((reason, len(of_it), sum(bool(each.taken_at) for each in of_it), len(of_it) / len(needed)))
    assert counted.rows("hand-off-reasons", scope) == sorted(rows, key=lambda row: (-row[1], row[0]))


def answered_by(world: InsightWorld, chat: ConversationRow, last: datetime, following: datetime | None) -> str:
    with_people = [
        each
        for each in world.hand_offs_of(chat)
        if (following is None or each.opened_at < following) and (each.ended_at is None or each.ended_at >= last)
    ]
    if any(each.taken_at for each in with_people):
        return "A person"
    return "Nobody: it waited in vain" if with_people else "The assistant"


@each_scope
def test_a_solution_lasts_when_its_customer_is_silent_for_seven_days(counted: Counted, scope: Scope) -> None:
    by_person: dict[str, list[MessageRow]] = {}
    chat_of = {chat.conversation_id: chat for chat in counted.world.chats}
    for message in sorted(counted.world.messages, key=lambda each: (each.received_at, each.message_id)):
        if message.text or not message.payload:
            chat = chat_of[message.conversation_id]
            by_person.setdefault(chat.customer_id or f"{chat.channel}:{chat.address}", []).append(message)
    table = {name: [0, 0] for name in ("The assistant", "A person", "Nobody: it waited in vain")}
    for said in by_person.values():
        for place, message in enumerate(said):
            last, chat = message.received_at, chat_of[message.conversation_id]
            following = said[place + 1].received_at if place + 1 < len(said) else None
            goes_on = following is not None and following - last <= timedelta(hours=6)
            too_new = last > NOW - timedelta(days=7)
            if goes_on or too_new or not is_in(last, scope) or not is_of(chat.channel, scope):
                continue
            came_back = following is not None and following - last <= timedelta(days=7)
            table[answered_by(counted.world, chat, last, following)][came_back] += 1
    expected = [(name, *two, sum(two), part(two[0], sum(two))) for name, two in table.items()]
    assert counted.rows("lasting", scope) == expected


def open_minutes(start: datetime, end: datetime) -> timedelta:
    """Minute by minute."""
    minutes = 0
    while start < end:
        local = start.astimezone(ZONE)
        of_day = timedelta(hours=local.hour, minutes=local.minute)
        shifts = [shift for shift in HOURS.shifts if shift.weekday == local.weekday()]
        is_open = any(shift.opens <= of_day < shift.closes for shift in shifts)
        minutes += is_open and not NoHolidays().is_public_holiday("DE", local.date())
        start += timedelta(minutes=1)
    return timedelta(minutes=minutes)


def row_of(what: str, spans: Iterable[timedelta], target: str = "none is set", *more: int) -> tuple[Any, ...]:
    ordered = sorted(each.total_seconds() for each in spans)
    middle = timedelta(seconds=statistics.median(ordered)) if ordered else None
    nine = next((timedelta(seconds=s) for i, s in enumerate(ordered, 1) if i * 10 >= len(ordered) * 9), None)
    kept, late = more or (None, None)
    within = None if kept is None else part(kept, len(ordered))
    return (what, len(ordered), middle, nine, target, kept, within, late)


def first_answers(world: InsightWorld, scope: Scope) -> Iterator[timedelta]:
    for message in world.messages:
        chat = world.chat_of(message.conversation_id)
        lines = [each for each in world.lines if each.in_reply_to == message.message_id and each.author == "assistant"]
        if message.position == 1 and lines and is_in(message.received_at, scope) and is_of(chat.channel, scope):
            yield min(each.said_at for each in lines) - message.received_at


def answers_of_people(world: InsightWorld, scope: Scope) -> Iterator[timedelta]:
    for each in needed_in(world, scope):
        said = [
            line.said_at
            for line in world.lines
            if line.conversation_id == each.conversation_id and line.author == "agent"
        ]
        during = [at for at in said if each.opened_at <= at <= (each.ended_at or NOW)]
        if during:
            yield open_minutes(each.opened_at, min(during))


def case_times(
    world: InsightWorld, scope: Scope, since: Callable[[CaseRow, int], datetime], *ends: str
) -> Iterator[tuple[CaseRow, timedelta, datetime]]:
    for case in world.cases:
        first = next((event for event in world.events_of(case) if event.what in ends), None)
        if first and is_in(first.at, scope) and is_of(case.channel, scope):
            yield case, first.at - since(case, first.number), first.at


@each_scope
def test_times_are_measured_against_their_targets(counted: Counted, scope: Scope) -> None:
    world, target = counted.world, timedelta(minutes=10)
    took = [open_minutes(each.opened_at, each.taken_at) for each in needed_in(world, scope) if each.taken_at]
    waiting = [
        each
        for each in world.hand_offs
        if not each.ended_at
        and each.reason not in ("phone", "mail", "taken_over")
        and world.chat_of(each.conversation_id).owner == "waiting"
        and is_of(world.chat_of(each.conversation_id).channel, scope)
    ]
    overdue = sum(open_minutes(each.opened_at, NOW) > target for each in waiting)

    def approved_before(case: CaseRow, number: int) -> datetime:
        return [event.at for event in world.events_of(case)[: number - 1] if event.what == "approved"][-1]

    decided = list(case_times(world, scope, lambda case, _: case.filed_at, "approved", "rejected"))
    paid = list(case_times(world, scope, approved_before, "paid"))
    in_time = [at.astimezone(ZONE).date() <= date.fromisoformat(case.verification_due) for case, _, at in decided]
    paid_in_time = [at.astimezone(ZONE).date() <= date.fromisoformat(case.payout_due) for case, _, at in paid]
    mine = [case for case in world.cases if is_of(case.channel, scope)]
    undecided = [
        case
        for case in mine
        if case.state in ("submitted", "verifying", "appealed") and date.fromisoformat(case.verification_due) < TODAY
    ]
    unpaid = [case for case in mine if case.state == "approved" and date.fromisoformat(case.payout_due) < TODAY]
    assert counted.rows("times", scope) == [
        row_of("first answer of the assistant", first_answers(world, scope)),
        row_of("a person taking the chat", took, "10 min of open desk", sum(each <= target for each in took), overdue),
        row_of("first answer of a person", answers_of_people(world, scope)),
        row_of("the decision", [span for _, span, _ in decided], "the case's check day", sum(in_time), len(undecided)),
        row_of(
            "the money with the bank",
            [span for _, span, _ in paid],
            "the case's payout day",
            sum(paid_in_time),
            len(unpaid),
        ),
    ]


@each_scope
def test_sentences_are_understood_in_doubt_or_outside(counted: Counted, scope: Scope) -> None:
    numbers = [0, 0, 0]
    for message in counted.world.messages:
        chat = counted.world.chat_of(message.conversation_id)
        if message.payload or not message.reading or not is_in(message.received_at, scope):
            continue
        if is_of(chat.channel, scope):
            numbers[1 if message.reading.get("doubtful") else 2 * (message.reading["intent"] == "out_of_scope")] += 1
    rows = [(number, part(number, sum(numbers))) for number in numbers]
    assert [row[1:] for row in counted.rows("understanding", scope)] == rows


@each_scope
def test_satisfaction_is_what_those_who_were_asked_said(counted: Counted, scope: Scope) -> None:
    asked = [each for each in counted.world.asked if is_in(each.asked_at, scope) and is_of(each.channel, scope)]
    rows: Rows = []
    for channel in (*sorted({each.channel for each in asked}), "all"):
        said = [each.rating for each in asked if channel in (each.channel, "all")]
        good, ok, bad, silent = (said.count(rating) for rating in ("good", "ok", "bad", None))
        answered = good + ok + bad
        shares = (part(answered, len(said)), part(good, answered))
        rows.append((channel, good, ok, bad, silent, len(said), *shares))
    assert counted.rows("satisfaction", scope) == rows


def test_the_worlds_hold_something_for_every_figure(counted: Counted) -> None:
    rows = {key: counted.rows(key, SCOPES[0]) for key in FIGURES}
    assert sum(row[3] for row in rows["requests"]) > 20
    assert len(rows["outcomes"]) > 5
    assert rows["containment"][-1][6] > 10
    assert len(rows["hand-off-reasons"]) > 1
    assert sum(row[3] for row in rows["lasting"]) > 10
    assert all(row[1] for row in rows["times"])
    assert all(row[1] for row in rows["understanding"])
    assert rows["satisfaction"][-1][5] > 5


def test_channels_are_those_of_chats_and_of_cases(counted: Counted) -> None:
    with counted.database.reading() as session:
        assert channels(session) == ["phone", "rest", "slack", "website"]


def test_chats_that_agents_began_or_took_are_known_by_the_names_that_the_desk_gives_them() -> None:
    assert set(chats.BEGUN_BY_AGENTS) == set(Came)
    assert chats.TAKEN_UNASKED == TAKEN_OVER
