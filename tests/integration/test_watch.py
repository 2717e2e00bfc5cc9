"""What nobody asks for, on both databases: days that slip, late money, silent payouts, cases that are over."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from structlog.testing import capture_logs

from refunds import outbox
from refunds.cases.promises import PromiseKind, PromiseOutcome, end_promise, promise
from refunds.cases.tasks import finish_task, open_task
from refunds.cases.watching import held, with_money_due, with_quiet_payout
from refunds.database import Database
from refunds.errors import DatabaseUnavailable, TransitionRefused
from refunds.tables import CaseRow, OutboxRow, PayoutRow
from refunds.watch.arrivals import OVERDUE
from refunds.watch.payouts import QUIET
from tests.integration.filing_world import NOW
from tests.integration.watch_world import WatchHouse, at

VERIFY, PAY, ARRIVE, LAW = PromiseKind.VERIFY_BY, PromiseKind.PAY_BY, PromiseKind.ARRIVE_BY, PromiseKind.STATUTORY_BY
ANSWER = PromiseKind.ANSWER_BY


@pytest.fixture
def house(database: Database) -> WatchHouse:
    house = WatchHouse(database)
    house.file()
    return house


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


# --- days that slip: checked by Thursday 26 November, sent by Tuesday 1 December


def test_a_day_that_may_still_be_kept_is_left_alone(house: WatchHouse) -> None:
    house.watch.tick(at("11-26", "13:59"))
    assert house.ended(VERIFY) == [(day("11-26"), None)]
    assert house.told("slipping") == []


def test_a_check_that_is_not_done_by_three_o_clock_of_its_day_is_told_before_it_is_late(house: WatchHouse) -> None:
    house.watch.tick(at("11-26", "14:00"))
    assert house.ended(VERIFY) == [(day("11-26"), "slipped"), (day("11-30"), None)]
    (told,) = house.told("slipping")
    assert "26 Nov 2026" in told
    assert "30 Nov 2026" in told
    (task,) = house.tasks("overdue_verification")
    assert (task.case_id, task.details) == (house.case_id, {"day": "2026-11-26"})


def test_a_new_day_says_what_it_rests_on_and_is_the_case_s_own(house: WatchHouse) -> None:
    version = house.case.version
    house.watch.tick(at("11-26", "14:00"))
    assert house.promises(VERIFY)[-1].basis == "the target again from 2026-11-26, as 2026-11-26 could not be kept"
    assert (house.case.verification_due, house.case.version) == (day("11-30"), version + 1)


def test_a_person_who_looked_at_the_case_before_its_day_moved_is_told_so(house: WatchHouse) -> None:
    version = house.case.version
    house.watch.tick(at("11-26", "14:00"))
    with pytest.raises(TransitionRefused, match="changed meanwhile"):
        house.review.start(house.case_id, who="Kim", now=at("11-26", "14:01"), version=version)


def test_a_second_look_at_the_same_moment_tells_nothing_again(house: WatchHouse) -> None:
    for _ in range(2):
        house.watch.tick(at("11-26", "14:00"))
    assert len(house.told("slipping")) == 1
    assert len(house.tasks("overdue_verification")) == 1
    assert len(house.promises(VERIFY)) == 2


def test_a_worker_that_was_away_for_days_tells_it_late_but_tells_it(house: WatchHouse) -> None:
    house.watch.tick(at("11-27", "06:00"))
    assert house.ended(VERIFY) == [(day("11-26"), "slipped"), (day("12-01"), None)]


def test_after_two_new_days_no_third_is_given_and_the_customer_hears_just_that(house: WatchHouse) -> None:
    for moment in ("11-26", "11-30", "12-02"):
        house.watch.tick(at(moment, "14:00"))
    assert house.ended(VERIFY) == [(day(each), "slipped") for each in ("11-26", "11-30", "12-02")]
    *_, last = [told for told in house.told("slipping") if "checked" in told]
    assert "no other day" in last
    assert len(house.tasks("overdue_verification")) == 3


def test_a_case_that_was_decided_in_time_slips_nothing(house: WatchHouse) -> None:
    house.review.reject(house.case_id, reason="It was mended in time.", clause="P1.b", who="Kim", now=NOW)
    house.watch.tick(at("12-20"))
    assert house.told("slipping") == []


def test_a_customer_who_was_asked_for_something_hears_of_no_day_that_slips(house: WatchHouse) -> None:
    house.review.ask(house.case_id, items=["Your log"], who="Kim", now=NOW)
    house.watch.tick(at("12-20"))
    assert house.told("slipping") == []


def test_a_payout_that_is_not_sent_in_time_gets_the_target_again_from_that_day(house: WatchHouse) -> None:
    house.approved()
    house.watch.tick(at("11-27", "14:00"))
    assert house.ended(PAY)[-2:] == [(day("11-27"), "slipped"), (day("12-02"), None)]
    assert house.case.payout_due == day("12-02")
    (told,) = house.told("slipping")
    assert "2 Dec 2026" in told
    assert [task.details for task in house.tasks("overdue_payout")] == [{"day": "2026-11-27"}]


def test_a_payout_that_was_stopped_gets_no_new_day_that_nobody_can_keep(house: WatchHouse) -> None:
    payout = house.approved()
    house.billing.dispute()
    house.payouts.send(payout.payout_id, NOW)
    house.watch.tick(at("11-27", "14:00"))
    assert house.ended(PAY)[-1] == (day("11-27"), "slipped")
    assert "no other day" in house.told("slipping")[0]


def test_a_day_that_an_agent_gave_is_told_before_it_is_over_and_a_person_is_woken(house: WatchHouse) -> None:
    with house.database.transaction() as session:
        promise(session, house.case_id, ANSWER, day("11-25"), "Europe/Berlin", "Kim: call back", NOW)
    house.watch.tick(at("11-25", "13:59"))
    assert house.told("slipping") == []
    house.watch.tick(at("11-25", "14:00"))
    assert house.ended(ANSWER) == [(day("11-25"), "slipped")]
    (told,) = house.told("slipping")
    assert "you'd hear from us" in told
    assert "25 Nov 2026" in told
    assert "name no other day" in told
    (task,) = house.tasks("overdue_answer")
    assert (task.case_id, task.details) == (house.case_id, {"day": "2026-11-25"})


def test_a_day_is_over_when_it_is_over_where_the_customer_lives(house: WatchHouse) -> None:
    with house.database.transaction() as session:
        promise(session, house.case_id, VERIFY, day("11-26"), "Pacific/Honolulu", "for this test", NOW)
    house.watch.tick(at("11-27", "00:59"))
    assert house.told("slipping") == []
    house.watch.tick(at("11-27", "01:00"))
    assert len(house.told("slipping")) == 1


def test_money_that_billing_holds_back_beyond_its_day_of_arrival_is_told_without_a_new_day(house: WatchHouse) -> None:
    house.submitted()
    house.watch.tick(at("12-08", "14:00"))
    assert house.ended(ARRIVE)[-1] == (day("12-08"), "slipped")
    (told,) = house.told("slipping")
    assert "was to be there by Tue 8 Dec 2026" in told
    assert "The payment provider still has it" in told


def test_several_workers_that_look_at_once_do_everything_once(house: WatchHouse) -> None:
    together = threading.Barrier(3)

    def look(_number: int) -> None:
        together.wait(timeout=10)
        house.watch.tick(at("11-26", "14:00"))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(look, range(3)))
    assert len(house.told("slipping")) == 1
    assert house.ended(VERIFY) == [(day("11-26"), "slipped"), (day("11-30"), None)]


# --- the law's last day


def by_law(house: WatchHouse, last: str) -> None:
    with house.database.transaction() as session:
        promise(session, house.case_id, LAW, day(last), "Europe/Berlin", "P1.c", NOW)


def test_a_person_is_woken_three_days_before_the_law_s_last_day_and_on_it(house: WatchHouse) -> None:
    by_law(house, "12-08")
    house.watch.tick(at("12-04"))
    assert house.tasks("statutory_due") == []
    for moment in ("12-05", "12-06", "12-07"):
        house.watch.tick(at(moment))
    assert [task.details for task in house.tasks("statutory_due")] == [{"day": "2026-12-08"}]
    for moment in ("12-08", "12-09"):
        house.watch.tick(at(moment))
    assert len(house.tasks("statutory_due")) == 2


def test_nobody_is_woken_for_money_that_was_sent_in_time(house: WatchHouse) -> None:
    by_law(house, "12-08")
    house.submitted()
    house.watch.tick(at("12-08"))
    assert house.tasks("statutory_due") == []


# --- money that is late: sent on 24 November, at the bank by Tuesday 8 December


def test_on_the_first_day_to_worry_the_customer_gets_a_text_for_their_bank_and_a_trace_is_opened(
    house: WatchHouse,
) -> None:
    payout = house.paid()
    house.watch.tick(at("12-08", "22:59"))
    assert house.told("overdue") == []
    for _ in range(2):
        house.watch.tick(at("12-08", "23:00"))  # midnight in Berlin
    (told,) = house.told("overdue")
    assert "ARN 7453" in told
    (task,) = house.tasks("trace")
    expected = {"payout_id": payout.payout_id, "trace_type": "arn", "trace_value": "7453"}
    assert (task.case_id, task.details) == (house.case_id, expected)


def test_no_day_off_is_a_day_to_worry(house: WatchHouse) -> None:
    house.paid()
    with house.database.transaction() as session:
        promise(session, house.case_id, ARRIVE, day("12-12"), "Europe/Berlin", "a later day", NOW)
    house.watch.tick(at("12-12"))
    assert house.told("overdue") == []
    house.watch.tick(at("12-13"))
    assert len(house.told("overdue")) == 1


@pytest.mark.parametrize("told", [{"kind": "reversal"}, {"status": "failed"}])
def test_nobody_is_sent_to_their_bank_for_money_that_does_not_come_that_way(
    house: WatchHouse, told: dict[str, str]
) -> None:
    payout = house.approved()
    house.billing.create_refund("PAY-10001", payout.amount, "", "", reference=payout.payout_id, route=None)
    house.billing.tell(**{"status": "succeeded", **told})
    house.payouts.follow(payout.payout_id, NOW)
    house.watch.tick(at("12-20"))
    assert house.told("overdue") == []
    assert house.tasks("trace") == []


def test_a_credit_on_the_account_with_us_has_arrived_when_it_was_made(house: WatchHouse) -> None:
    house.paid()
    with house.database.transaction() as session:
        session.execute(update(PayoutRow).values(route="account_credit"))
    house.watch.tick(at("12-20"))
    assert house.told("overdue") == []


def test_money_that_came_back_is_not_late(house: WatchHouse) -> None:
    payout = house.paid()
    house.billing.tell(status="reversed")
    house.payouts.follow(payout.payout_id, at("11-25"))
    house.watch.tick(at("12-20"))
    assert house.told("overdue") == []


# --- payouts of which nothing is heard


def follow_ups(house: WatchHouse) -> list[str]:
    return [row.key.split(":")[1] for row in house.outbox("payout_follow")]


def test_billing_is_asked_once_a_day_about_a_payout_that_was_quiet_for_two_days(house: WatchHouse) -> None:
    payout = house.submitted()
    house.watch.tick(NOW + timedelta(days=2, seconds=-1))
    assert follow_ups(house) == []
    for moment in (at("11-26"), at("11-26", "20:00"), at("11-27")):
        house.watch.tick(moment)
    assert follow_ups(house) == ["2026-11-26", "2026-11-27"]
    assert {row.payload["payout_id"] for row in house.outbox("payout_follow")} == {payout.payout_id}


def test_a_payout_without_news_after_its_last_day_is_a_task(house: WatchHouse) -> None:
    payout = house.submitted()
    house.watch.tick(at("12-11"))  # three business days after 8 December
    assert house.tasks("payout_without_news") == []
    house.watch.tick(at("12-12"))
    (task,) = house.tasks("payout_without_news")
    assert task.details == {"payout_id": payout.payout_id, "refund_id": "RF-1", "state": "submitted"}


def test_a_payout_that_nothing_will_send_is_a_task(house: WatchHouse) -> None:
    payout = house.approved()
    with house.database.transaction() as session:
        session.execute(delete(OutboxRow).where(OutboxRow.kind == "payout_send"))
    house.watch.tick(NOW + timedelta(minutes=14))
    assert house.tasks("payout_not_sent") == []
    for _ in range(2):
        house.watch.tick(NOW + timedelta(minutes=15))
    (task,) = house.tasks("payout_not_sent")
    assert (task.case_id, task.details) == (house.case_id, {"payout_id": payout.payout_id})


def test_a_payout_whose_row_is_dead_is_a_task_and_one_whose_row_waits_is_none(house: WatchHouse) -> None:
    house.approved()
    house.watch.tick(NOW + timedelta(hours=1))
    assert house.tasks("payout_not_sent") == []
    with house.database.transaction() as session:
        session.execute(update(OutboxRow).values(dead_at=NOW))
    house.watch.tick(NOW + timedelta(hours=1))
    assert len(house.tasks("payout_not_sent")) == 1


# --- cases that are over: 30 days after 8 December is 7 January


def january(number: int) -> datetime:
    return datetime.combine(date(2027, 1, number), at("11-24").timetz())


def test_a_paid_case_is_closed_when_no_failure_can_be_heard_of_any_more(house: WatchHouse) -> None:
    house.paid()
    house.watch.tick(january(7))
    assert house.state == "paid"
    house.watch.tick(january(8))
    assert house.state == "closed"
    assert house.case.events[-1].who == "policy"
    assert house.ended(ARRIVE)[-1] == (day("12-08"), "kept")
    assert house.tasks("trace") == []
    assert len(house.tasks("trace", done=True)) == 1


def test_a_case_whose_money_is_missing_stays_open_until_it_was_traced(house: WatchHouse) -> None:
    house.paid()
    house.watch.tick(at("12-09"))
    with house.database.transaction() as session:
        end_promise(session, house.case_id, ARRIVE, PromiseOutcome.SLIPPED, at("12-09"))  # as the customer says so
    house.watch.tick(january(20))
    assert house.state == "paid"
    with house.database.transaction() as session:
        for task in house.tasks("trace"):
            finish_task(session, task.task_id, who="Kim", now=january(20))
    house.watch.tick(january(20))
    assert house.state == "closed"
    assert house.ended(ARRIVE)[-1] == (day("12-08"), "slipped")


def test_a_case_that_was_paid_late_is_kept_open_for_thirty_days_from_when_it_should_arrive(house: WatchHouse) -> None:
    house.paid(now=january(5))
    house.watch.tick(january(5) + timedelta(days=40))
    assert house.state == "paid"
    house.watch.tick(january(5) + timedelta(days=50))
    assert house.state == "closed"


# --- tasks that time has answered


def test_a_task_whose_matter_was_settled_is_done_by_itself(house: WatchHouse) -> None:
    house.watch.tick(at("11-26", "14:00"))
    house.submitted(at("11-26", "15:00"))
    house.watch.tick(at("11-26", "15:01"))
    assert house.tasks("overdue_verification") == []
    (task,) = house.tasks("overdue_verification", done=True)
    assert task.done_by == "watch"


def test_a_task_that_still_holds_stays(house: WatchHouse) -> None:
    by_law(house, "11-27")
    house.watch.tick(at("11-26", "14:00"))
    house.watch.tick(at("11-26", "15:00"))
    assert len(house.tasks("overdue_verification")) == 1
    assert len(house.tasks("statutory_due")) == 1


def test_what_a_person_was_asked_by_others_is_theirs_to_finish(house: WatchHouse) -> None:
    with house.database.transaction() as session:
        open_task(session, "agree_route", "k", NOW, case_id=house.case_id)
    house.watch.tick(at("11-25"))
    assert len(house.tasks("agree_route")) == 1


# --- what breaks


def test_a_case_that_cannot_be_seen_to_is_a_task_and_stops_no_other(house: WatchHouse) -> None:
    broken = house.case_id
    with house.database.transaction() as session:
        session.execute(update(CaseRow).values(receipt={}, order_id="ORD-2", filing_key="another"))
    house.file()
    with capture_logs() as logged:
        house.watch.tick(at("11-26", "14:00"))
    assert [(task.case_id, task.details["error"]) for task in house.tasks("watch_failed")] == [(broken, "KeyError")]
    assert [task.case_id for task in house.tasks("overdue_verification")] == [house.case_id]
    assert [event["event"] for event in logged] == ["watch_failed"]


def test_a_look_writes_nothing_where_nothing_is_to_be_done(house: WatchHouse) -> None:
    before = house.case, len(outbox_rows(house))
    house.watch.tick(NOW)
    assert (house.case, len(outbox_rows(house))) == before


def outbox_rows(house: WatchHouse) -> list[outbox.Waiting]:
    with house.database.reading() as session:
        return outbox.waiting(session)


def test_a_case_that_was_seen_to_is_not_held_again_at_each_look(house: WatchHouse) -> None:
    house.submitted()
    for moment, asked in ((at("11-26"), []), (at("11-27"), [house.case_id])):
        house.watch.tick(at("11-26"))
        with house.database.reading() as session:
            assert with_quiet_payout(session, moment - QUIET, f"payout_follow:{moment.date()}:") == asked
    house.billing.tell(status="succeeded")
    house.payouts.follow(house.payout.payout_id, at("11-27"))
    house.watch.tick(at("12-15"))
    with house.database.reading() as session:
        assert with_money_due(session, day("12-31"), OVERDUE) == []
        assert with_money_due(session, day("12-31"), "something else:") == [house.case_id]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_held_case_can_be_changed_by_nobody_else(house: WatchHouse) -> None:
    mine = select(CaseRow.case_id).where(CaseRow.case_id == house.case_id).with_for_update(key_share=True, nowait=True)
    with house.database.transaction() as session:
        held(session, house.case_id)
        with pytest.raises(DatabaseUnavailable), house.database.transaction() as another:
            another.execute(mine)
    with house.database.transaction() as session:
        assert session.scalars(mine).all() == [house.case_id]
