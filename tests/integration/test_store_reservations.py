from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from refunds.cases.reservations import AboveCaptured, record_payment, release, reserve
from refunds.database import Database
from refunds.errors import NotFound
from refunds.money import Money
from refunds.tables import PaymentRow
from tests.integration.payout_rows import CAPTURED, NOTHING, NOW, PAYMENT, all_at_once, euros, minutes, recorded


def set_aside(database: Database, amount: Money, payment_id: str = PAYMENT) -> None:
    with database.transaction() as session:
        reserve(session, payment_id, amount, minutes(1))


def freed(database: Database, amount: Money) -> None:
    with database.transaction() as session:
        release(session, PAYMENT, amount, minutes(2))


def held(database: Database) -> tuple[int, int, int]:
    """Captured, outside and reserved, in cents."""
    with database.reading() as session:
        row = session.get_one(PaymentRow, PAYMENT)
        return row.captured_minor, row.outside_minor, row.reserved_minor


def test_what_was_captured_can_be_set_aside_to_the_cent(database: Database) -> None:
    recorded(database)
    set_aside(database, euros("239.99"))
    set_aside(database, euros("0.01"))
    assert held(database) == (24000, 0, 24000)


def test_a_cent_above_what_was_captured_is_refused_and_nothing_set_aside(database: Database) -> None:
    recorded(database)
    with pytest.raises(AboveCaptured, match=r"240\.01"):
        set_aside(database, euros("240.01"))
    set_aside(database, CAPTURED)
    with pytest.raises(AboveCaptured):
        set_aside(database, euros("0.01"))
    assert held(database) == (24000, 0, 24000)


def test_what_went_back_by_other_hands_cannot_be_set_aside(database: Database) -> None:
    recorded(database, outside=euros("100.00"))
    with pytest.raises(AboveCaptured):
        set_aside(database, euros("140.01"))
    set_aside(database, euros("140.00"))
    assert held(database) == (24000, 10000, 14000)


def test_what_is_freed_can_be_set_aside_again(database: Database) -> None:
    recorded(database)
    set_aside(database, CAPTURED)
    freed(database, CAPTURED)
    set_aside(database, CAPTURED)
    assert held(database) == (24000, 0, 24000)


def test_more_than_was_set_aside_cannot_be_freed(database: Database) -> None:
    recorded(database)
    set_aside(database, euros("10.00"))
    with pytest.raises(IntegrityError):
        freed(database, euros("10.01"))
    assert held(database) == (24000, 0, 1000)


def test_nothing_is_set_aside_or_freed_of_a_payment_that_was_not_recorded(database: Database) -> None:
    with pytest.raises(NotFound):
        set_aside(database, CAPTURED)
    with pytest.raises(NotFound):
        freed(database, CAPTURED)


def test_a_payment_recorded_again_keeps_what_is_set_aside(database: Database) -> None:
    recorded(database)
    set_aside(database, euros("100.00"))
    recorded(database, outside=euros("140.00"))
    assert held(database) == (24000, 14000, 10000)


def test_a_refund_made_elsewhere_that_leaves_too_little_is_refused_when_recorded(database: Database) -> None:
    recorded(database)
    set_aside(database, euros("100.00"))
    with pytest.raises(AboveCaptured):
        recorded(database, outside=euros("140.01"))
    assert held(database) == (24000, 0, 10000)


def test_a_new_payment_of_which_more_went_back_than_came_in_is_refused(database: Database) -> None:
    with pytest.raises(AboveCaptured):
        recorded(database, outside=euros("240.01"))


@pytest.mark.parametrize("threads", [8])
def test_many_who_set_aside_at_once_never_take_more_than_was_captured(database: Database, threads: int) -> None:
    recorded(database, outside=euros("30.00"))
    ends = all_at_once(threads, lambda place: set_aside(database, euros("60.00")))
    assert [end for end in ends if end is not None and not isinstance(end, AboveCaptured)] == []
    assert ends.count(None) == 3
    assert held(database) == (24000, 3000, 18000)


def test_setting_aside_and_freeing_at_once_loses_nothing(database: Database) -> None:
    recorded(database)
    set_aside(database, euros("80.00"))

    def act(place: int) -> None:
        (freed if place % 2 else set_aside)(database, euros("20.00"))

    assert all_at_once(8, act) == [None] * 8
    assert held(database) == (24000, 0, 8000)


def test_two_who_record_the_same_new_payment_at_once_make_one_row(database: Database) -> None:
    def record_and_reserve(place: int) -> None:
        with database.transaction() as session:
            record_payment(session, PAYMENT, CAPTURED, NOTHING, NOW)
            reserve(session, PAYMENT, euros("50.00"), NOW)

    assert all_at_once(4, record_and_reserve) == [None] * 4
    assert held(database) == (24000, 0, 20000)


def test_two_who_record_a_refund_made_elsewhere_while_a_third_reserves_cannot_pass_the_check(
    database: Database,
) -> None:
    recorded(database)

    def act(place: int) -> None:
        if place % 2:
            set_aside(database, euros("150.00"))
        else:
            recorded(database, outside=euros("100.00"))

    ends = all_at_once(4, act)
    assert all(end is None or isinstance(end, AboveCaptured) for end in ends)
    captured, outside, reserved = held(database)
    assert outside + reserved <= captured
