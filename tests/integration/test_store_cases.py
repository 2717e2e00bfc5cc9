from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import CaseState, Event
from refunds.database import Database
from refunds.errors import NotFound, TransitionRefused
from tests.integration.filing_world import CONFIRMED, NOW, REQUEST, RecordsOffice, filing, records


def filed(database: Database, order_id: str = "ORD-10001", later: int = 0) -> Case:
    """A case, filed ``later`` minutes after the others."""
    office = RecordsOffice({order_id: records(order_id)})
    request, now = replace(REQUEST, order_id=order_id), NOW + timedelta(minutes=later)
    shown = filing(database, office).assess(request, customer_id="C-1", conversation_id="conversation", now=now)
    return filing(database, office).file(request, **CONFIRMED, confirmed_digest=shown.digest, now=now)


def changed(database: Database, case: Case, event: Event) -> Case:
    """The case after ``event``."""
    with database.transaction() as session:
        return store.change(session, case, event, who="agent Kim", why="looked into it", now=NOW + timedelta(days=1))


def test_each_change_is_an_event_with_who_when_and_why(database: Database) -> None:
    case = changed(database, changed(database, filed(database), Event.VERIFICATION_STARTED), Event.APPROVED)
    assert case.state is CaseState.APPROVED
    assert [(event.what, event.state_before, event.state_after) for event in case.events] == [
        ("filed", None, "submitted"),
        ("verification_started", "submitted", "verifying"),
        ("approved", "verifying", "approved"),
    ]
    assert (case.events[2].who, case.events[2].why) == ("agent Kim", "looked into it")
    assert case.updated_at == NOW + timedelta(days=1)
    with database.reading() as session:
        assert store.get(session, case.case_id) == case


def test_a_change_that_the_lifecycle_forbids_leaves_the_case(database: Database) -> None:
    case = filed(database)
    with pytest.raises(TransitionRefused):
        changed(database, case, Event.APPEALED)
    with database.reading() as session:
        assert store.get(session, case.case_id) == case


def test_a_change_made_on_an_old_version_is_refused(database: Database) -> None:
    old = filed(database)
    changed(database, old, Event.VERIFICATION_STARTED)
    with pytest.raises(TransitionRefused, match="changed meanwhile"):
        changed(database, old, Event.REJECTED)


def test_an_ended_case_is_no_open_case(database: Database) -> None:
    case = filed(database)
    with database.reading() as session:
        assert store.open_case_of(session, "ORD-10001") == case
    changed(database, case, Event.REJECTED)
    with database.reading() as session:
        assert store.open_case_of(session, "ORD-10001") is None


def test_cases_are_listed_oldest_first_and_a_customer_s_newest_first(database: Database) -> None:
    second, first = filed(database, "ORD-2", later=1), filed(database, "ORD-1")
    with database.reading() as session:
        assert store.list_cases(session) == [first, second]
        assert store.cases_of(session, "C-1") == [second, first]
        assert store.cases_of(session, "C-2") == []


def test_a_number_that_nobody_has_is_not_found(database: Database) -> None:
    with database.reading() as session, pytest.raises(NotFound, match="R-22222"):
        store.get(session, "R-22222")
