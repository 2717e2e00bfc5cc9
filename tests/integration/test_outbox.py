"""The outbox on both databases: claims, repeats, backoff and the end of trying."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from refunds import outbox
from refunds.database import Database
from refunds.outbox import Claimed
from refunds.tables import OutboxRow

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def seconds(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


def write(database: Database, key: str = "k", *, due_at: datetime | None = None) -> None:
    with database.transaction() as session:
        outbox.write(session, "case_filed", key, {"case_id": "R-7K2MQ"}, NOW, due_at=due_at)


def claim_one(database: Database, now: datetime = NOW) -> Claimed:
    (claimed,) = outbox.claim(database, now, limit=1)
    return claimed


def the_row(database: Database) -> OutboxRow:
    with database.reading() as session:
        row = session.scalars(select(OutboxRow)).one()
        session.expunge(row)
        return row


def test_a_row_is_claimed_by_one_worker_with_what_was_written(database: Database) -> None:
    write(database)
    claimed = claim_one(database)
    assert (claimed.kind, claimed.key, claimed.payload) == ("case_filed", "k", {"case_id": "R-7K2MQ"})
    assert claimed.attempt == 1
    assert outbox.claim(database, NOW, limit=1) == []


def test_the_same_key_again_is_the_same_row(database: Database) -> None:
    write(database)
    write(database)
    assert len(outbox.claim(database, NOW, limit=9)) == 1


def test_what_is_dropped_with_its_transaction_never_happens(database: Database) -> None:
    with database.transaction() as session:
        outbox.write(session, "case_filed", "k", {}, NOW)
        session.rollback()
    assert outbox.claim(database, NOW, limit=1) == []


def test_a_row_waits_until_it_is_due_and_the_longest_due_comes_first(database: Database) -> None:
    write(database, "later", due_at=seconds(10))
    write(database, "sooner", due_at=seconds(5))
    assert outbox.claim(database, NOW, limit=9) == []
    assert [each.key for each in outbox.claim(database, seconds(10), limit=9)] == ["sooner", "later"]


def test_a_done_row_is_never_claimed_again(database: Database) -> None:
    write(database)
    assert outbox.done(database, claim_one(database), NOW)
    assert outbox.claim(database, seconds(3600), limit=1) == []
    assert the_row(database).done_at == NOW


def test_a_claim_expires_after_a_minute(database: Database) -> None:
    write(database)
    claim_one(database)
    assert outbox.claim(database, seconds(59), limit=1) == []
    assert claim_one(database, seconds(60)).attempt == 2


def test_a_worker_whose_claim_expired_settles_nothing(database: Database) -> None:
    write(database)
    late = claim_one(database)
    current = claim_one(database, seconds(60))
    assert not outbox.done(database, late, seconds(61))
    assert not outbox.failed(database, late, "Error", seconds(61))
    assert the_row(database).done_at is None
    assert outbox.done(database, current, seconds(62))


def test_a_failed_row_is_tried_again_later_each_time(database: Database) -> None:
    write(database)
    now, waits = NOW, []
    for _ in range(outbox.ATTEMPTS - 1):
        outbox.failed(database, claim_one(database, now), "MailFailed", now)
        due_at = the_row(database).due_at
        assert outbox.claim(database, due_at - timedelta(seconds=1), limit=1) == []
        waits.append((due_at - now).total_seconds())
        now = due_at
    assert waits == [5, 15, 45, 135, 405, 1215, 3600]


def test_a_row_that_failed_eight_times_is_dead_and_says_why(database: Database) -> None:
    write(database)
    now = NOW
    for _ in range(outbox.ATTEMPTS):
        outbox.failed(database, claim_one(database, now), "MailFailed", now)
        now += timedelta(hours=2)
    assert outbox.claim(database, now, limit=1) == []
    row = the_row(database)
    assert row.dead_at is not None
    assert row.last_error == "MailFailed"


def test_a_row_that_kills_its_workers_is_dead_after_eight_claims(database: Database) -> None:
    write(database)
    for number in range(outbox.ATTEMPTS):
        claim_one(database, seconds(60 * number))
    assert outbox.claim(database, seconds(60 * outbox.ATTEMPTS), limit=1) == []
    assert the_row(database).dead_at is not None


def test_workers_that_claim_at_once_never_get_the_same_row(database: Database) -> None:
    for number in range(30):
        write(database, f"k{number}")
    together = threading.Barrier(6)

    def work(_number: int) -> list[str]:
        together.wait(timeout=10)
        taken: list[str] = []
        while claimed := outbox.claim(database, NOW, limit=2):
            taken += [each.key for each in claimed]
        return taken

    with ThreadPoolExecutor(6) as pool:
        taken = [key for keys in pool.map(work, range(6)) for key in keys]
    # A worker may leave early when the rest is locked; nothing is taken twice.
    assert len(taken) == len(set(taken))
    left = [each.key for each in outbox.claim(database, NOW, limit=30)]
    assert sorted(taken + left) == sorted(f"k{number}" for number in range(30))
