"""The numbered queue towards Slack and Telegram: in order, one holder at a time, and deaths counted."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from refunds.chat.conversations import found_or_made
from refunds.chat.deliveries import CLAIM_HOLDS, Deliveries, Outgoing, was_taken
from refunds.chat.lines import AGENT, add_lines
from refunds.chat.message import Button, Reply
from refunds.database import Database

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
LATER = NOW + CLAIM_HOLDS


@pytest.fixture
def deliveries(database: Database) -> Deliveries:
    return Deliveries(database)


def lines_for(database: Database, *texts: str, channel: str = "telegram", address: str = "7") -> str:
    with database.transaction() as session:
        conversation = found_or_made(session, channel, address, NOW)
        replies = [Reply(text, (Button("Yes", "/affirm"),)) for text in texts]
        add_lines(session, conversation, replies, author=AGENT, in_reply_to=None, now=NOW)
        return conversation.conversation_id


def taken(deliveries: Deliveries, conversation_id: str, token: str = "a", now: datetime = NOW) -> Outgoing:
    outgoing = deliveries.take("telegram", conversation_id, token, now)
    assert outgoing is not None
    return outgoing


def test_lines_go_out_by_number_each_after_the_one_before_was_settled(
    database: Database, deliveries: Deliveries
) -> None:
    conversation_id = lines_for(database, "one", "two")
    assert deliveries.due("telegram", NOW) == [conversation_id]
    first = taken(deliveries, conversation_id)
    assert (first.address, first.line.text, first.attempt, first.unsure) == ("7", "one", 1, False)
    assert [button.title for button in first.line.buttons] == ["Yes"]
    deliveries.sent(first, "101", NOW)
    second = taken(deliveries, conversation_id)
    assert second.line.text == "two"
    deliveries.sent(second, "102", NOW)
    assert deliveries.take("telegram", conversation_id, "a", NOW) is None
    assert deliveries.due("telegram", NOW) == []


def test_a_line_that_is_being_sent_is_nobody_elses_until_the_claim_runs_out(
    database: Database, deliveries: Deliveries
) -> None:
    conversation_id = lines_for(database, "one")
    taken(deliveries, conversation_id)
    assert deliveries.take("telegram", conversation_id, "b", LATER - timedelta(seconds=1)) is None
    assert deliveries.due("telegram", LATER - timedelta(seconds=1)) == []
    assert deliveries.due("telegram", LATER) == [conversation_id]
    assert taken(deliveries, conversation_id, "b", LATER).unsure


def test_who_was_too_slow_settles_nothing_any_more(database: Database, deliveries: Deliveries) -> None:
    conversation_id = lines_for(database, "one")
    slow = taken(deliveries, conversation_id)
    quick = taken(deliveries, conversation_id, "b", LATER)
    deliveries.sent(slow, "101", LATER)
    assert deliveries.due("telegram", LATER + CLAIM_HOLDS) == [conversation_id]
    deliveries.sent(quick, "102", LATER)
    assert deliveries.due("telegram", LATER + CLAIM_HOLDS) == []


def test_a_line_that_was_not_taken_waits_for_its_time_and_holds_up_those_behind_it(
    database: Database, deliveries: Deliveries
) -> None:
    conversation_id = lines_for(database, "one", "two")
    deliveries.failed(taken(deliveries, conversation_id), "rate limit", NOW, NOW + timedelta(seconds=7))
    assert deliveries.take("telegram", conversation_id, "b", NOW + timedelta(seconds=6)) is None
    again = taken(deliveries, conversation_id, "b", NOW + timedelta(seconds=7))
    assert (again.line.text, again.attempt, again.unsure) == ("one", 2, False)


def test_a_line_that_fails_for_good_lets_the_next_one_go_and_counts_as_not_taken(
    database: Database, deliveries: Deliveries
) -> None:
    conversation_id = lines_for(database, "one", "two")
    deliveries.failed(taken(deliveries, conversation_id), "blocked", NOW, None)
    second = taken(deliveries, conversation_id)
    assert second.line.text == "two"
    deliveries.sent(second, "102", NOW)
    with database.reading() as session:
        assert [was_taken(session, conversation_id, number) for number in (1, 2)] == [False, True]
    counts = deliveries.counts("telegram")
    assert (counts.waiting, counts.sent, counts.failed, counts.unsure) == (0, 1, 1, 0)


def test_an_unknown_outcome_is_counted(database: Database, deliveries: Deliveries) -> None:
    conversation_id = lines_for(database, "one")
    deliveries.unsettled(taken(deliveries, conversation_id), "timeout", NOW + timedelta(seconds=2))
    assert deliveries.counts("telegram").unsure == 1
    assert deliveries.take("telegram", conversation_id, "b", NOW) is None
    assert taken(deliveries, conversation_id, "b", NOW + timedelta(seconds=2)).unknown == 1


def test_a_line_in_parts_goes_on_behind_the_parts_that_were_taken(database: Database, deliveries: Deliveries) -> None:
    conversation_id = lines_for(database, "one")
    first = taken(deliveries, conversation_id)
    deliveries.took_part(first, "101", NOW)
    deliveries.took_part(first, "102", NOW)
    deliveries.failed(first, "rate limit", NOW, NOW)
    assert taken(deliveries, conversation_id, "b").taken == ("101", "102")


def test_a_channel_takes_no_line_of_another(database: Database, deliveries: Deliveries) -> None:
    conversation_id = lines_for(database, "one", channel="website")
    assert deliveries.due("telegram", NOW) == []
    assert deliveries.take("telegram", conversation_id, "a", NOW) is None
    assert deliveries.take("telegram", "nobody", "a", NOW) is None


def test_of_many_who_want_a_line_at_once_one_gets_it(database: Database, deliveries: Deliveries) -> None:
    conversation_id = lines_for(database, "one")
    got: list[Outgoing | None] = []
    threads = [
        threading.Thread(
            target=lambda token=str(number): got.append(deliveries.take("telegram", conversation_id, token, NOW))
        )
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in got if one is not None]) == 1
