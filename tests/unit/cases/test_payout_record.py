from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from refunds.cases.lifecycle import PayoutState
from refunds.cases.payout import Payout, PayoutHappening, payout_key
from refunds.money import Money

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PAYOUT = Payout(
    payout_id="P-1",
    case_id="R-7K2MQ",
    attempt=1,
    payment_id="PAY-1",
    route="card",
    original_route=True,
    amount=Money.of("240.00", "EUR"),
    state=PayoutState.REQUESTED,
    idempotency_key=payout_key("R-7K2MQ", 1),
    requested_at=NOW,
    updated_at=NOW,
)
FACTS = st.tuples(st.text(max_size=8), st.integers(1, 99))


@given(FACTS, FACTS)
def test_a_key_belongs_to_one_attempt_of_one_case(one: tuple[str, int], other: tuple[str, int]) -> None:
    assert (payout_key(*one) == payout_key(*other)) == (one == other)
    assert len(payout_key(*one)) == 64


def test_a_key_is_the_same_in_whatever_process_and_release_makes_it() -> None:
    assert payout_key("R-7K2MQ", 1) == "1d4f2f9e4846c74f2d062b1f8e513eb8de367757b3dc360b0b67e2aabbbf1a21"


def test_a_payout_is_printed_with_amounts_as_text_and_what_happened_to_it() -> None:
    happened = PayoutHappening(NOW, "system", "requested", None, PayoutState.REQUESTED, None)
    printed = replace(PAYOUT, trace_type="arn", trace_value="7123", happenings=(happened,)).as_json()
    assert (printed["amount"], printed["currency"], printed["state"]) == ("240.00", "EUR", "requested")
    assert printed["trace"] == {"type": "arn", "value": "7123"}
    assert [(event["what"], event["state_before"], event["state_after"]) for event in printed["events"]] == [
        ("requested", None, "requested")
    ]


def test_a_payout_without_a_trace_prints_none() -> None:
    printed = PAYOUT.as_json()
    assert (printed["trace"], printed["submitted_at"], printed["succeeded_at"]) == (None, None, None)
