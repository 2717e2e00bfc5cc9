"""P1.c: a law or regulation calls for the refund."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from refunds.days import CalendarDays
from refunds.policy.book import PolicyBook
from refunds.policy.decision import Decision, Detail, Outcome
from refunds.policy.records import Customer
from refunds.policy.statutory import rights_named
from refunds.policy.wording import after_words
from tests.unit.policy.cases import (
    BUSINESS,
    CONSUMER,
    EARLY_END,
    FAILURE,
    NOTHING,
    NOW,
    POLICY,
    WITHDRAWAL,
    WRONG_CHARGE,
    ago,
    asking,
    at,
    decided,
    facts,
    incident,
    reason,
    records,
    rules,
    ticket,
    with_settings,
    words,
)

WITHDRAWN = "p1c_withdrawal"
OTHER = "p1c_other_rights"


def consumer(country: str | None = "DE", kind: str | None = "consumer") -> Customer:
    return replace(CONSUMER, country=country, kind=kind)


def bought(days: float, **fields: Any) -> dict[str, Any]:
    return {"purchased_at": ago(days), "term_start": ago(days), "term_end": ago(days - 30), **fields}


def test_p1c_a_consumer_in_the_eu_withdraws_within_fourteen_days() -> None:
    decision = decided(asking(WITHDRAWAL), records(customer=CONSUMER))
    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.clauses == ("P1.c",)
    assert decision.ends_contract
    assert decision.amount is not None
    assert (str(decision.amount.total), decision.amount.basis) == ("300.00 EUR", "withdrawal")
    found = reason(decision, WITHDRAWN)
    assert words(found) == (
        "you bought as a consumer; your country on record is DE; "
        "the right stands in Directive 2011/83/EU on consumer rights, articles 9 to 16; "
        "you bought it on 12 Nov; you asked on 24 Nov; that was 12 days after the purchase (up to 14 days count); "
        "the money must be sent by 8 Dec"
    )
    assert facts(found) == [
        ("kind", "consumer"), ("country", "DE"), ("right", "EU-W"), ("bought", "2026-11-12"),
        ("asked", "2026-11-24"), ("withdrawal_day", "12"), ("pay_back_by", "2026-12-08"),
    ]  # fmt: skip


@pytest.mark.parametrize("country", ["PT", "FR", "NO", "IS", "LI", "GB"])
def test_p1c_the_right_holds_in_the_eu_the_eea_and_the_uk(country: str) -> None:
    decision = decided(asking(EARLY_END), records(customer=consumer(country)))
    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.clauses == ("P1.c",)


@pytest.mark.parametrize("country", ["US", "CH", "AU", "BR"])
def test_p1c_elsewhere_a_consumer_has_no_such_right(country: str) -> None:
    decision = decided(asking(WITHDRAWAL), records(customer=consumer(country)))
    assert decision.outcome is Outcome.NOT_ELIGIBLE
    assert decision.clauses == ("P1.c",)
    assert words(reason(decision, WITHDRAWN)) == f"you bought as a consumer; your country on record is {country}"


def test_p1c_a_business_has_no_right_to_withdraw() -> None:
    decision = decided(asking(WITHDRAWAL))
    assert decision.outcome is Outcome.NOT_ELIGIBLE
    assert decision.clauses == ("P1.c",)
    assert words(reason(decision, WITHDRAWN)) == "you bought as a business; your country on record is DE"


def test_p1c_a_withdrawal_is_tried_from_the_records_whatever_is_claimed() -> None:
    for claims in (NOTHING, EARLY_END, WRONG_CHARGE):
        assert decided(asking(claims), records(customer=CONSUMER)).outcome is Outcome.ELIGIBLE


@pytest.mark.parametrize(
    ("day", "outcome"), [(0, Outcome.ELIGIBLE), (14, Outcome.ELIGIBLE), (15, Outcome.NOT_ELIGIBLE)]
)
def test_p1c_the_day_of_purchase_is_day_0_and_day_14_the_last(day: int, outcome: Outcome) -> None:
    decision = decided(asking(WITHDRAWAL), records(customer=CONSUMER, **bought(day)))
    assert decision.outcome is outcome
    assert f"{after_words(day, 'the purchase')} (up to 14 days count)" in words(reason(decision, WITHDRAWN))
    assert ("must be sent" in words(reason(decision, WITHDRAWN))) is (outcome is Outcome.ELIGIBLE)


def test_p1c_the_last_day_ends_at_midnight_where_the_customer_lives() -> None:
    known = records(customer=consumer("PT"), purchased_at=datetime(2026, 11, 10, 12, tzinfo=UTC))
    last_minute = datetime(2026, 11, 25, 0, 59, tzinfo=UTC)  # 24 Nov 23:59 on the Azores
    azores = asking(WITHDRAWAL, zone="Atlantic/Azores")
    assert decided(azores, known, now=last_minute).outcome is Outcome.ELIGIBLE
    assert decided(azores, known, now=last_minute.replace(hour=1, minute=0)).outcome is Outcome.NOT_ELIGIBLE
    lisbon = replace(azores, zone="Europe/Lisbon")
    assert decided(lisbon, known, now=last_minute).outcome is Outcome.NOT_ELIGIBLE


@pytest.mark.parametrize("zone", [None, "Nowhere/Land", "../etc/passwd"])
def test_p1c_where_the_zone_is_not_known_the_latest_one_of_the_country_counts(zone: str | None) -> None:
    known = records(customer=consumer("PT"), purchased_at=datetime(2026, 11, 10, 12, tzinfo=UTC))
    last_minute = datetime(2026, 11, 25, 0, 59, tzinfo=UTC)
    assert decided(asking(WITHDRAWAL, zone=zone), known, now=last_minute).outcome is Outcome.ELIGIBLE


def test_p1c_the_stamp_of_an_earlier_statement_decides_the_deadline() -> None:
    known = records(customer=CONSUMER, **bought(20))
    decision = decided(asking(WITHDRAWAL, withdrawn_at=ago(6)), known)
    assert decision.outcome is Outcome.ELIGIBLE
    assert tuple(value for _, value in facts(reason(decision, WITHDRAWN))[-3:]) == ("2026-11-18", "14", "2026-12-02")


@pytest.mark.parametrize("stamp", [ago(20.1), ago(-1)])
def test_p1c_a_stamp_from_before_the_purchase_or_from_the_future_is_none(stamp: datetime) -> None:
    known = records(customer=CONSUMER, **bought(20))
    assert decided(asking(WITHDRAWAL, withdrawn_at=stamp), known).outcome is Outcome.NOT_ELIGIBLE


@pytest.mark.parametrize("stamp", [ago(20), NOW])
def test_p1c_a_stamp_at_the_purchase_or_now_counts(stamp: datetime) -> None:
    known = records(customer=CONSUMER, **bought(20))
    decision = decided(asking(WITHDRAWAL, withdrawn_at=stamp), known)
    assert dict(facts(reason(decision, WITHDRAWN)))["asked"] == stamp.date().isoformat()


def test_p1c_a_purchase_that_the_clocks_put_into_the_future_is_day_0() -> None:
    decision = decided(asking(WITHDRAWAL), records(customer=CONSUMER, **bought(-1)))
    assert decision.outcome is Outcome.ELIGIBLE
    assert "that was the day of the purchase" in words(reason(decision, WITHDRAWN))


def test_p1c_a_waiver_on_record_ends_the_right_only_by_a_persons_word() -> None:
    known = records(customer=CONSUMER, consumer_waiver=True)
    decision = decided(asking(WITHDRAWAL), known)
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.clauses == ("P1.c",)
    assert not decision.ends_contract
    assert decision.amount is not None
    assert ("waiver", "on record") in facts(reason(decision, WITHDRAWN))
    assert "; a waiver is on record; " in words(reason(decision, WITHDRAWN))


def test_p1c_with_a_waiver_an_early_end_is_no_withdrawal() -> None:
    decision = decided(asking(EARLY_END), records(customer=CONSUMER, consumer_waiver=True))
    assert decision.outcome is Outcome.NOT_ELIGIBLE
    assert decision.clauses == ("P5.b", "P1.c")


@pytest.mark.parametrize(
    ("customer", "said"),
    [
        (consumer("DE", None), "whether you bought as a consumer is not known; your country on record is DE"),
        (consumer(None), "you bought as a consumer; your country is not known"),
        (consumer(None, None), "whether you bought as a consumer is not known; your country is not known"),
    ],
)
def test_p1c_a_customer_who_may_be_a_consumer_in_the_eu_is_looked_at_by_a_person(customer: Customer, said: str) -> None:
    decision = decided(asking(), records(customer=customer))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.clauses == ("P1.c",)
    assert words(reason(decision, WITHDRAWN)).startswith(said)
    values = dict(facts(reason(decision, WITHDRAWN)))
    assert (values["kind"], values["country"]) == (customer.kind or "", customer.country or "")
    late = decided(asking(WITHDRAWAL), records(customer=replace(customer, country="DE"), **bought(15)))
    assert late.outcome is Outcome.NOT_ELIGIBLE


def test_p1c_of_two_rights_that_may_apply_the_longer_window_counts_and_the_sooner_pay_back() -> None:
    longer = tuple(
        replace(r, window=CalendarDays(20), pay_back=CalendarDays(30)) if r.id == "UK-C" else r
        for r in POLICY.statutory
    )
    known = records(customer=consumer(None), **bought(15))
    decision = decided(asking(), known, replace(POLICY, statutory=longer))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert "15 days after the purchase (up to 20 days count); the money must be sent by 8 Dec" in words(
        reason(decision, WITHDRAWN)
    )


def test_p1c_the_contract_ends_also_where_another_ground_pays_and_the_customer_withdraws() -> None:
    known = records(customer=CONSUMER, incidents=(incident(),))
    both = decided(asking(FAILURE | WITHDRAWAL, at(3.5)), known)
    assert both.clauses == ("P1.a", "P1.c")
    assert both.ends_contract
    assert both.amount is not None
    assert both.amount.basis == "full"
    failure_alone = decided(asking(FAILURE, at(3.5)), known)
    assert failure_alone.clauses == ("P1.a", "P1.c")
    assert not failure_alone.ends_contract


def test_p1c_the_contract_ends_where_the_withdrawal_gives_the_larger_amount() -> None:
    known = records(customer=CONSUMER, incidents=(incident(),))
    policy = with_settings(amount_basis={"P1.a": "unused_term", "P1.b": "full"})
    decision = decided(asking(FAILURE, at(3.5)), known, policy)
    assert decision.ends_contract
    assert decision.amount is not None
    assert (str(decision.amount.total), decision.amount.basis) == ("300.00 EUR", "withdrawal")


def test_p1c_the_contract_does_not_end_by_a_withdrawal_that_is_too_late() -> None:
    known = records(customer=CONSUMER, incidents=(incident(),), **bought(20))
    assert not decided(asking(FAILURE | WITHDRAWAL, at(3.5)), known).ends_contract


@pytest.mark.parametrize("country", ["DE", "GB", "US", "CN", "AU", "BR", None])
def test_p1c_a_consumer_who_reports_a_defect_is_never_refused(country: str | None) -> None:
    known = records(customer=consumer(country), tickets=(ticket(10, solved=8),), **bought(30))
    decision = decided(asking(FAILURE, at(9)), known)
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.clauses == ("P1.c",)
    assert decision.amount is None
    assert ("right", "ANY-D") in facts(reason(decision, OTHER))


def test_p1c_a_customer_of_unknown_kind_may_be_a_consumer_with_a_defect() -> None:
    known = records(customer=replace(BUSINESS, kind=None), tickets=(ticket(10, solved=8),), **bought(30))
    assert decided(asking(FAILURE, at(9)), known).outcome is Outcome.NEEDS_REVIEW


@pytest.mark.parametrize(("country", "reviewed"), [("AU", True), (None, True), ("DE", False), ("US", False)])
def test_p1c_in_australia_a_business_with_a_defect_is_not_refused_either(country: str | None, reviewed: bool) -> None:
    known = records(customer=replace(BUSINESS, country=country), tickets=(ticket(10, solved=8),))
    decision = decided(asking(FAILURE, at(9)), known)
    assert (OTHER in rules(decision)) is reviewed
    if reviewed:
        assert facts(reason(decision, OTHER)) == [("right", "AU")]
        assert (
            words(reason(decision, OTHER)) == "Australian Consumer Law, consumer guarantees (businesses too) may apply"
        )


def test_p1c_a_defect_is_a_claim_of_failure_and_not_a_ticket() -> None:
    decision = decided(asking(EARLY_END), records(customer=consumer("US"), tickets=(ticket(10, solved=8),)))
    assert OTHER not in rules(decision)
    assert decision.outcome is Outcome.NOT_ELIGIBLE


def test_p1c_a_withdrawal_may_arise_from_a_law_that_a_person_decides() -> None:
    decision = decided(asking(WITHDRAWAL), records(customer=consumer("CN")))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert facts(reason(decision, OTHER)) == [("right", "CN-7"), ("right", "CN-P")]


def in_force(right_id: str, day: date | None) -> PolicyBook:
    rights = tuple(replace(r, in_force_from=day) if r.id == right_id else r for r in POLICY.statutory)
    return replace(POLICY, statutory=rights)


@pytest.mark.parametrize(
    ("day", "applies"),
    [(None, False), (date(2026, 11, 25), False), (date(2026, 11, 24), True), (date(2020, 1, 1), True)],
)
def test_p1c_a_right_applies_from_the_day_it_is_in_force(day: date | None, applies: bool) -> None:
    known = records(customer=consumer("GB"), **bought(40))
    assert (OTHER in rules(decided(asking(WITHDRAWAL), known, in_force("UK-S", day)))) is applies
    withdrawal = decided(asking(WITHDRAWAL), records(customer=consumer("GB")), in_force("UK-C", day))
    assert (withdrawal.outcome is Outcome.ELIGIBLE) is applies


def test_p1c_the_british_subscription_contracts_are_not_in_force_yet() -> None:
    decision = decided(asking(WITHDRAWAL), records(customer=consumer("GB"), **bought(40)))
    assert decision.outcome is Outcome.NOT_ELIGIBLE


LAWS = [
    ("my Consumer   Rights Act says so", "UK-D"),
    ("see Directive 2011/83/EU", "EU-W"),
    ("under 2019/770 I get it", "EU-C"),
    ("by the Ｃonsumer guarantee", "AU"),
    ("BY LAW you must", "ANY-D"),
    ("我要按消费者权益保护法退款", "CN-7"),
    ("ROSCA!", "US-F"),
    ("das ist Gewährleistung", "EU-C"),
]


@pytest.mark.parametrize(("said", "right"), LAWS)
def test_p1c_whoever_names_a_law_gets_a_person(said: str, right: str) -> None:
    assert right in {named.id for named in rights_named(said, POLICY.statutory)}
    decision = decided(asking(EARLY_END, words=said))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.clauses == ("P1.c",)
    assert ("right", right) in facts(reason(decision, OTHER))
    assert words(reason(decision, OTHER)).startswith("you named ")


def test_p1c_the_name_of_a_law_is_a_reason_of_its_own() -> None:
    decision = decided(asking(words="by law I get it back"))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.missing == ()


@pytest.mark.parametrize(
    "said", ["", "my brother in law", "nearby lawn", "aftcx", "a legal rightsizing", "baby lawyer"]
)
def test_p1c_other_words_name_no_law(said: str) -> None:
    assert rights_named(said, POLICY.statutory) == ()


def test_p1c_a_law_both_named_and_arising_is_listed_once() -> None:
    known = records(customer=consumer("GB"), **bought(30))
    decision = decided(asking(FAILURE, at(9), words="consumer rights act"), known)
    assert facts(reason(decision, OTHER)) == [("right", "UK-D"), ("right", "ANY-D")]
    assert words(reason(decision, OTHER)) == (
        "you named Consumer Rights Act 2015, sections 44 to 45 and 54 to 56; "
        "The law of the consumer's own country on faulty services may apply"
    )


def test_p1c_a_failure_is_asked_about_before_a_withdrawal_is_told() -> None:
    decision = decided(asking(FAILURE), records(customer=CONSUMER))
    assert decision.outcome is Outcome.INCOMPLETE
    assert [missing.detail for missing in decision.missing] == [Detail.TIME]


def right_of(decision: Decision) -> dict[str, str]:
    return dict(facts(reason(decision, WITHDRAWN)))


def test_p1c_a_law_that_both_sides_know_names_itself_by_the_country() -> None:
    assert right_of(decided(asking(), records(customer=consumer("GB"))))["right"] == "UK-C"
    assert right_of(decided(asking(), records(customer=consumer("SE"))))["right"] == "EU-W"
