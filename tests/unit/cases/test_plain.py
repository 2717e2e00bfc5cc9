from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refunds.cases.plain import dump, load
from refunds.money import Money
from refunds.policy.decision import Decision
from refunds.policy.records import Records
from refunds.policy.request import RefundRequest

st.register_type_strategy(
    Money, st.builds(Money.from_minor, st.integers(-(10**12), 10**12), st.sampled_from(("EUR", "JPY", "KWD")))
)


@dataclass(frozen=True)
class Sample:
    days: Mapping[str, date]
    limit: Decimal | None = None


@pytest.mark.parametrize("kind", [RefundRequest, Records, Decision])
@settings(max_examples=40)
@given(data=st.data())
def test_a_record_survives_json_and_back(kind: Any, data: st.DataObject) -> None:
    record = data.draw(st.from_type(kind))
    assert load(kind, json.loads(json.dumps(dump(record)))) == record


def test_mappings_days_and_decimals_survive_too() -> None:
    sample = Sample({"a": date(2026, 11, 24)}, Decimal("1.50"))
    assert load(Sample, dump(sample)) == sample


def test_a_field_that_is_not_there_takes_its_default() -> None:
    assert load(Sample, {"days": {}}) == Sample({})


def test_a_field_that_is_known_no_more_is_left_out() -> None:
    assert load(Sample, {"days": {}, "gone": 1}) == Sample({})


def test_a_time_keeps_its_moment() -> None:
    moment = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert dump(moment) == "2026-11-24T09:30:00+00:00"
    assert load(datetime, dump(moment)) == moment


@pytest.mark.parametrize("value", [1.5, object(), {1, 2}])
def test_what_has_no_exact_plain_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="has no plain form"):
        dump(value)
