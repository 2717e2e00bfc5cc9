"""Alarms: each is raised by what it names and by nothing else, on both databases, and told where operators look."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import requests
from sqlalchemy.orm import Session

from refunds.cases.lifecycle import PayoutEvent
from refunds.cases.payout_store import change_payout
from refunds.chat.lines import NOTICE, add_lines
from refunds.chat.message import Reply
from refunds.database import Database
from refunds.desk.insight.alarms import ALARMS, alarms, standing
from refunds.tables import AgentRow, ConversationRow, OutboxRow
from tests.chat_house import ChatHouse, served
from tests.desk_house import DeskHouse, desk_house
from tests.integration.filing_world import NOW
from tests.integration.payout_rows import stored_payout
from web.desk.guard import COOKIE

GONE_AFTER = timedelta(minutes=5)
LONG_AGO = NOW - timedelta(days=4)


def overdue(session: Session) -> None:
    session.add(OutboxRow(outbox_id="1", key="1", kind="k", payload={}, written_at=LONG_AGO, due_at=LONG_AGO))


def claimed(session: Session) -> None:
    row = OutboxRow(outbox_id="1", key="1", kind="k", payload={}, written_at=LONG_AGO, due_at=LONG_AGO)
    row.claimed_until = NOW + timedelta(seconds=30)
    session.add(row)


def dead(session: Session) -> None:
    row = OutboxRow(outbox_id="1", key="1", kind="k", payload={}, written_at=NOW, due_at=NOW, dead_at=NOW)
    session.add(row)


def waiting(session: Session) -> None:
    chat = ConversationRow(conversation_id="c", channel="rest", address="a", owner="waiting")
    chat.created_at = chat.updated_at = NOW
    session.add(chat)


def agent(session: Session, *, seen_ago: timedelta, away: bool = False) -> None:
    row = AgentRow(agent_id="a", login="a", name="A", role="agent", made_at=NOW, seen_at=NOW - seen_ago, is_away=away)
    session.add(row)


def waiting_with_an_agent(session: Session) -> None:
    waiting(session)
    agent(session, seen_ago=timedelta(minutes=1))


def waiting_with_an_agent_who_is_away(session: Session) -> None:
    waiting(session)
    agent(session, seen_ago=timedelta(minutes=1), away=True)


def waiting_with_an_agent_who_left(session: Session) -> None:
    waiting(session)
    agent(session, seen_ago=timedelta(minutes=6))


def said(session: Session, minutes_ago: int, *, channel: str = "telegram", delivered: int = 0) -> None:
    chat = ConversationRow(conversation_id="c", channel=channel, address="7", owner="assistant")
    chat.created_at = chat.updated_at = NOW
    session.add(chat)
    session.flush()
    at = NOW - timedelta(minutes=minutes_ago)
    add_lines(session, chat, [Reply("hello")], author=NOTICE, in_reply_to=None, now=at)
    chat.delivered_number = delivered


@pytest.mark.parametrize(
    ("happens", "raised"),
    [
        (lambda _: None, set()),
        (overdue, {"outbox_stuck"}),
        (claimed, set()),
        (dead, {"dead_letters"}),
        (partial(said, minutes_ago=5), {"lines_late"}),
        (partial(said, minutes_ago=4), set()),
        (partial(said, minutes_ago=5, delivered=1), set()),
        (partial(said, minutes_ago=5, channel="website"), set()),
        (waiting, {"queue_without_agents"}),
        (waiting_with_an_agent, set()),
        (waiting_with_an_agent_who_is_away, {"queue_without_agents"}),
        (waiting_with_an_agent_who_left, {"queue_without_agents"}),
    ],
)
def test_an_alarm_is_raised_by_what_it_names(
    database: Database, happens: Callable[[Session], None], raised: set[str]
) -> None:
    with database.transaction() as session:
        happens(session)
    with database.reading() as session:
        stands = standing(session, NOW, gone_after=GONE_AFTER)
    assert set(alarms(stands, desk_open=True, engine_answers=True)) == raised


def test_a_payout_that_billing_has_is_without_news_after_three_days(database: Database) -> None:
    payout = stored_payout(database)
    late = NOW + timedelta(days=3)

    def raised() -> set[str]:
        with database.reading() as session:
            stands = standing(session, late, gone_after=GONE_AFTER)
        return set(alarms(stands, desk_open=True, engine_answers=True))

    assert raised() == set()
    with database.transaction() as session:
        change_payout(session, payout, PayoutEvent.ACCEPTED, who="billing", now=NOW)
    assert raised() == {"payouts_without_news"}


def test_nobody_needs_to_be_there_while_the_desk_is_closed(database: Database) -> None:
    with database.transaction() as session:
        waiting(session)
    with database.reading() as session:
        stands = standing(session, NOW, gone_after=GONE_AFTER)
    assert alarms(stands, desk_open=False, engine_answers=True) == {}


@pytest.mark.parametrize("engine_answers", [True, False])
def test_a_silent_engine_and_a_silent_database_are_alarms_of_their_own(engine_answers: bool) -> None:
    up = alarms(None, desk_open=True, engine_answers=engine_answers)
    assert list(up) == ["database_silent", *(() if engine_answers else ("engine_silent",))]


def test_operators_read_alarms_on_health_and_as_metrics(chat_on_file: ChatHouse) -> None:
    with chat_on_file.app.database.transaction() as session:
        overdue(session)
    with served(chat_on_file.app) as url:
        health = requests.get(f"{url}/health", timeout=10).json()
        metrics = requests.get(f"{url}/metrics", timeout=10)
    assert health["alarms"] == {"outbox_stuck": "1 effects are overdue: is a worker running?"}
    assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = metrics.text.splitlines()
    for expected in ("refunds_outbox_overdue 1", "refunds_engine_answers 1", "refunds_database_answers 1"):
        assert expected in lines
    shown = [line for line in lines if line.startswith("refunds_alarm{")]
    assert shown == [f'refunds_alarm{{name="{name}"}} {int(name == "outbox_stuck")}' for name in ALARMS]


def alarms_at_the_desk(desk: DeskHouse, url: str) -> str:
    """What a signed-in agent is shown by the web process at ``url``."""
    key = desk.app.desk_sessions.begin(desk.agent(name=secrets.token_hex(4)), desk.now, how="a test")
    return requests.get(f"{url}/desk/alarms", cookies={COOKIE: key}, timeout=10).text.strip()


def test_the_desk_shows_what_is_up_where_work_begins(chat_on_file: ChatHouse) -> None:
    with desk_house(chat_on_file.app) as desk, served(desk.app) as url:
        agent = desk.signed_in()
        for page in ("/desk/tasks", "/desk/cases", "/desk/chats"):
            assert 'hx-get="/desk/alarms" hx-trigger="load' in agent.get(page).text
        assert alarms_at_the_desk(desk, url) == ""
        with desk.app.database.transaction() as session:
            overdue(session)
        assert "1 effects are overdue: is a worker running?" in alarms_at_the_desk(desk, url)


def test_an_engine_that_does_not_answer_is_told_on_health_as_a_metric_and_at_the_desk(
    chat_on_file: ChatHouse,
) -> None:
    chat_on_file.engine.answer = lambda _: 500
    with desk_house(chat_on_file.app) as desk, served(desk.app) as url:
        health = requests.get(f"{url}/health", timeout=10).json()
        metrics = requests.get(f"{url}/metrics", timeout=10).text
        shown = alarms_at_the_desk(desk, url)
    assert health["status"] == "degraded"
    assert health["alarms"] == {"engine_silent": "The engine does not answer: messages are kept and answered later."}
    assert 'refunds_alarm{name="engine_silent"} 1' in metrics
    assert "The engine does not answer" in shown


def test_a_database_that_does_not_answer_is_an_alarm_too(chat_on_file: ChatHouse) -> None:
    nowhere = Database("postgresql://127.0.0.1:1/nothing")
    with served(replace(chat_on_file.app, database=nowhere)) as url:
        health = requests.get(f"{url}/health", timeout=10)
        metrics = requests.get(f"{url}/metrics", timeout=10).text
    nowhere.close()
    assert (health.status_code, set(health.json()["alarms"])) == (503, {"database_silent"})
    assert 'refunds_alarm{name="database_silent"} 1' in metrics
    assert "refunds_database_answers 0" in metrics
