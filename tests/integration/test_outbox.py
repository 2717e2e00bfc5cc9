"""The outbox on both databases: claims, repeats, backoff and the end of trying."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from refunds import outbox
from refunds.cases.tasks import Task, list_tasks
from refunds.database import Database
from refunds.errors import NotFound, TransitionRefused
from refunds.outbox import Claimed
from refunds.tables import OutboxRow
from tests.integration.filing_world import CONFIRMED, REQUEST, RecordsOffice, filing

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


def test_three_workers_with_connections_of_their_own_lose_nothing_and_share_nothing(database: Database) -> None:
    """Each effect is between its claim and its done; no two of a row ever overlap, and each row is done once."""
    keys = {f"k{number:03}" for number in range(200)}
    for key in keys:
        write(database, key)
    in_hand: set[str] = set()
    overlapped: list[str] = []
    done: list[str] = []
    guard, together = threading.Lock(), threading.Barrier(3)

    def carry_out(mine: Database, claimed: Claimed) -> None:
        with guard:
            overlapped.extend({claimed.key} & in_hand)
            in_hand.add(claimed.key)
        assert outbox.done(mine, claimed, NOW)
        with guard:
            in_hand.discard(claimed.key)
            done.append(claimed.key)

    def work(_number: int) -> None:
        mine = Database(database.url)
        together.wait(timeout=10)
        while len(done) < len(keys):
            for claimed in outbox.claim(mine, NOW, limit=1):
                carry_out(mine, claimed)
        mine.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert overlapped == []
    assert sorted(done) == sorted(keys)


def dead_row(database: Database, payload: dict[str, str], begun: datetime = NOW, key: str = "k") -> datetime:
    """A row that failed eight times; gives when it died."""
    with database.transaction() as session:
        outbox.write(session, "payout_send", key, payload, begun)
    return die(database, begun)


def die(database: Database, now: datetime) -> datetime:
    for _ in range(outbox.ATTEMPTS):
        now += timedelta(hours=2)
        assert outbox.failed(database, claim_one(database, now), "BackOfficeUnavailable", now)
    return now


def tasks(database: Database, *, done: bool = False) -> list[Task]:
    with database.reading() as session:
        return list_tasks(session, done=done)


def filed(database: Database) -> str:
    office = RecordsOffice()
    shown = filing(database, office).assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    case_id = filing(database, office).file(REQUEST, **CONFIRMED, confirmed_digest=shown.digest, now=NOW).case_id
    with database.transaction() as session:
        session.execute(delete(OutboxRow))
    return case_id


def test_a_row_that_dies_is_a_task_for_a_person_about_its_case(database: Database) -> None:
    case_id = filed(database)
    died = dead_row(database, {"case_id": case_id})
    (task,) = tasks(database)
    assert (task.kind, task.case_id, task.opened_at) == ("outbox_dead", case_id, died)
    assert task.details == {
        "outbox_id": the_row(database).outbox_id,
        "effect": "payout_send",
        "error": "BackOfficeUnavailable",
        "payload": {"case_id": case_id},
    }


def test_a_row_about_a_case_that_is_not_there_is_a_task_all_the_same(database: Database) -> None:
    dead_row(database, {"case_id": "R-99999"})
    (task,) = tasks(database)
    assert task.case_id is None


def test_a_row_that_kills_its_workers_is_a_task_too(database: Database) -> None:
    write(database)
    for number in range(outbox.ATTEMPTS + 1):
        outbox.claim(database, seconds(60 * number), limit=1)
    (task,) = tasks(database)
    assert task.details["error"] == "claimed and never finished"


def test_a_worker_that_is_late_for_a_dead_row_settles_nothing(database: Database) -> None:
    write(database)
    claimed = [claim_one(database, seconds(60 * number)) for number in range(outbox.ATTEMPTS)]
    assert outbox.claim(database, seconds(60 * outbox.ATTEMPTS), limit=1) == []
    assert not outbox.failed(database, claimed[-1], "Late", seconds(500))
    assert not outbox.done(database, claimed[-1], seconds(500))
    assert len(tasks(database)) == 1


def test_a_dead_row_lives_again_when_a_person_says_so_and_its_task_is_done(database: Database) -> None:
    died = dead_row(database, {})
    outbox.retry(database, the_row(database).outbox_id, who="Kim", now=died)
    assert claim_one(database, died).attempt == 1
    assert tasks(database) == []
    (task,) = tasks(database, done=True)
    assert (task.done_by, task.done_at) == ("Kim", died)


def test_a_row_that_dies_again_after_a_retry_is_a_new_task(database: Database) -> None:
    died = dead_row(database, {})
    outbox.retry(database, the_row(database).outbox_id, who="Kim", now=died)
    again = die(database, died)
    (task,) = tasks(database)
    assert task.opened_at == again


def test_the_retry_of_one_row_leaves_the_task_of_another(database: Database) -> None:
    died = dead_row(database, {})
    outbox_id = the_row(database).outbox_id
    dead_row(database, {}, died, key="another")
    outbox.retry(database, outbox_id, who="Kim", now=died)
    assert [task.details["outbox_id"] == outbox_id for task in tasks(database)] == [False]


def test_only_a_dead_row_can_be_retried(database: Database) -> None:
    write(database)
    outbox_id = the_row(database).outbox_id
    with pytest.raises(TransitionRefused, match="is tried"):
        outbox.retry(database, outbox_id, who="Kim", now=NOW)
    outbox.done(database, claim_one(database), NOW)
    with pytest.raises(TransitionRefused, match="is done"):
        outbox.retry(database, outbox_id, who="Kim", now=NOW)
    with pytest.raises(NotFound, match="nobody"):
        outbox.retry(database, "nobody", who="Kim", now=NOW)


def test_rows_that_wait_are_listed_the_longest_due_first_and_the_dead_alone_where_asked(database: Database) -> None:
    write(database, "done")
    outbox.done(database, claim_one(database), NOW)
    dead_row(database, {"payout_id": "p"}, key="dead")
    write(database, "open", due_at=seconds(-5))
    with database.reading() as session:
        every, dead = outbox.waiting(session), outbox.waiting(session, dead=True)
    assert [row.kind for row in every] == ["case_filed", "payout_send"]
    assert dead == every[1:]
    assert (dead[0].attempts, dead[0].last_error, dead[0].payload) == (8, "BackOfficeUnavailable", {"payout_id": "p"})


def test_what_was_done_a_month_ago_is_forgotten_in_batches_and_nothing_else(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_BATCH", 2)
    for number in range(5):
        write(database, f"old{number}")
        outbox.done(database, claim_one(database), NOW)
    write(database, "newer")
    outbox.done(database, claim_one(database), seconds(1))
    write(database, "never done")
    dead_row(database, {}, key="dead")
    assert outbox.forget_done(database, NOW + timedelta(days=30)) == 0
    assert outbox.forget_done(database, NOW + timedelta(days=30, microseconds=1)) == 5
    with database.reading() as session:
        assert {row.key for row in session.scalars(select(OutboxRow))} == {"newer", "never done", "dead"}
