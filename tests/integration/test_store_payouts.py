from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from refunds.cases import store
from refunds.cases.lifecycle import GAVE_BACK, UNDER_WAY, PayoutEvent, PayoutState
from refunds.cases.payout import Payout
from refunds.cases.payout_store import (
    add_payout,
    change_payout,
    get_payout,
    note_on_payout,
    payout_of_refund,
    payouts_of,
)
from refunds.database import Database
from refunds.errors import NotFound, RefundsError, TransitionRefused
from refunds.tables import PayoutRow
from tests.integration.payout_rows import all_at_once, minutes, recorded, requested, stored_case, stored_payout


def changed(database: Database, payout: Payout, event: PayoutEvent, **fields: Any) -> Payout:
    with database.transaction() as session:
        return change_payout(session, payout, event, who="system", now=minutes(5), **fields)


def read(database: Database, payout_id: str) -> Payout:
    with database.reading() as session:
        return get_payout(session, payout_id)


def test_a_payout_is_read_as_it_was_stored_also_with_its_case(database: Database) -> None:
    payout = stored_payout(database)
    assert read(database, payout.payout_id) == payout
    with database.reading() as session:
        assert store.get(session, payout.case_id).payouts == (payout,)


def test_each_change_is_a_happening_with_who_when_and_why(database: Database) -> None:
    first = stored_payout(database)
    sent = changed(database, first, PayoutEvent.SENT, sends=1, first_sent_at=minutes(5), last_sent_at=minutes(5))
    accepted = changed(database, sent, PayoutEvent.ACCEPTED, refund_id="RF-1", submitted_at=minutes(5))
    failed = changed(database, accepted, PayoutEvent.FAILED, reason="lost_or_stolen_card")
    assert read(database, first.payout_id) == failed
    assert [(each.what, each.state_before, each.state_after, each.reason) for each in failed.happenings] == [
        ("requested", None, "requested", None),
        ("sent", "requested", "requested", None),
        ("accepted", "requested", "submitted", None),
        ("failed", "submitted", "failed", "lost_or_stolen_card"),
    ]
    assert [each.who for each in failed.happenings] == ["agent Kim", "system", "system", "system"]
    assert (failed.sends, failed.refund_id, failed.reason) == (1, "RF-1", "lost_or_stolen_card")


def test_the_same_transaction_reads_what_it_changed(database: Database) -> None:
    payout = stored_payout(database)
    with database.transaction() as session:
        get_payout(session, payout.payout_id)
        sent = change_payout(session, payout, PayoutEvent.SENT, who="system", now=minutes(5), sends=1)
        assert get_payout(session, payout.payout_id) == sent
        assert store.get(session, payout.case_id).payouts == (sent,)


def test_a_trace_that_comes_later_is_noted_without_a_happening(database: Database) -> None:
    payout = stored_payout(database)
    with database.transaction() as session:
        noted = note_on_payout(session, payout, minutes(5), trace_type="arn", trace_value="7123")
    assert read(database, payout.payout_id) == noted
    assert (noted.state, noted.happenings, noted.version) == (payout.state, payout.happenings, payout.version + 1)


def test_a_payout_is_found_by_billing_s_number(database: Database) -> None:
    payout = changed(database, stored_payout(database), PayoutEvent.ACCEPTED, refund_id="RF-1")
    with database.reading() as session:
        assert payout_of_refund(session, "RF-1") == payout.payout_id
        assert payout_of_refund(session, "RF-2") is None


def test_a_payout_that_nobody_made_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound, match="P-9"):
        read(database, "P-9")


def test_a_case_without_payouts_has_none(database: Database) -> None:
    case = stored_case(database)
    with database.reading() as session:
        assert payouts_of(session, []) == {}
        assert payouts_of(session, [case.case_id])[case.case_id] == []


def test_a_move_that_the_lifecycle_forbids_leaves_the_payout(database: Database) -> None:
    payout = stored_payout(database)
    with pytest.raises(TransitionRefused):
        changed(database, payout, PayoutEvent.SUCCEEDED)
    assert read(database, payout.payout_id) == payout


def test_a_change_made_on_an_old_version_is_refused_and_leaves_no_happening(database: Database) -> None:
    old = stored_payout(database)
    sent = changed(database, old, PayoutEvent.SENT)
    with pytest.raises(TransitionRefused, match="changed meanwhile"):
        changed(database, old, PayoutEvent.ACCEPTED, refund_id="RF-1")
    with pytest.raises(TransitionRefused, match="changed meanwhile"), database.transaction() as session:
        note_on_payout(session, old, minutes(5), trace_value="7123")
    assert read(database, old.payout_id) == sent


def test_of_many_who_learn_the_same_at_once_one_writes_it(database: Database) -> None:
    payout = stored_payout(database)
    ends = all_at_once(6, lambda place: changed(database, payout, PayoutEvent.ACCEPTED, refund_id="RF-1"))
    assert sum(isinstance(end, Payout) for end in ends) == 1
    assert all(isinstance(end, Payout | TransitionRefused) for end in ends)
    assert [each.what for each in read(database, payout.payout_id).happenings] == ["requested", "accepted"]


@pytest.mark.parametrize("state", sorted(UNDER_WAY))
def test_no_second_payout_is_stored_while_one_is_under_way(database: Database, state: PayoutState) -> None:
    first = stored_payout(database)
    in_state(database, first, state)
    with pytest.raises(IntegrityError), database.transaction() as session:
        add_payout(session, requested(attempt=2), who="agent Kim")


@pytest.mark.parametrize("state", sorted(GAVE_BACK))
def test_another_attempt_is_stored_after_one_that_gave_its_money_back(database: Database, state: PayoutState) -> None:
    first = stored_payout(database)
    in_state(database, first, state)
    with database.transaction() as session:
        second = add_payout(session, requested(attempt=2), who="agent Kim")
    with database.reading() as session:
        assert [each.payout_id for each in payouts_of(session, [first.case_id])[first.case_id]] == [
            first.payout_id,
            second.payout_id,
        ]


def test_of_many_who_pay_a_case_at_once_one_makes_the_payout(database: Database) -> None:
    stored_case(database)
    recorded(database)

    def pay(place: int) -> bool:
        try:
            with database.transaction() as session:
                add_payout(session, requested(attempt=1 + place % 2), who=f"agent {place}")
        except IntegrityError:
            return False
        return True

    assert sum(end is True for end in all_at_once(6, pay)) == 1


@pytest.mark.parametrize(
    "same",
    [
        {"payout_id": "other", "attempt": 2},  # the key
        {"payout_id": "other", "idempotency_key": "other"},  # the attempt
    ],
)
def test_a_key_and_an_attempt_are_used_once(database: Database, same: dict[str, Any]) -> None:
    in_state(database, stored_payout(database), PayoutState.FAILED)
    with pytest.raises(IntegrityError), database.transaction() as session:
        add_payout(session, replace(requested(), **same), who="agent Kim")


def test_billing_s_number_belongs_to_one_payout(database: Database) -> None:
    changed(database, stored_payout(database), PayoutEvent.ACCEPTED, refund_id="RF-1")
    other = stored_case(database, "R-9ABCD")
    with database.transaction() as session:
        second = add_payout(session, requested(other.case_id), who="agent Kim")
    with pytest.raises((IntegrityError, RefundsError)):
        changed(database, second, PayoutEvent.ACCEPTED, refund_id="RF-1")


def in_state(database: Database, payout: Payout, state: PayoutState) -> None:
    """The payout in a state, however it came there."""
    with database.transaction() as session:
        session.execute(update(PayoutRow).where(PayoutRow.payout_id == payout.payout_id).values(state=state.value))
