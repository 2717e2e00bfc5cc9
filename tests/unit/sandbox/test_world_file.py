"""A world file is read whole, or refused with its line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.check_world import main, schema
from sandbox.world_file import WorldError, load_world
from sandbox.world_times import resolve
from tests.world import ROOT, SHARED_WORLD, Entry, customer, order, ticket, world, write_world

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def refusal(file: Path, content: Entry) -> str:
    with pytest.raises(WorldError) as refused:
        load_world(write_world(file, content), NOW)
    return str(refused.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("-10d", NOW - timedelta(days=10)),
        ("-36h", NOW - timedelta(hours=36)),
        ("+20d", NOW + timedelta(days=20)),
        ("-5m", NOW - timedelta(minutes=5)),
        ("0d", NOW),
        ("2026-11-20T10:00:00+01:00", datetime(2026, 11, 20, 9, 0, tzinfo=UTC)),
        ("2026-11-20T10:00:00Z", datetime(2026, 11, 20, 10, 0, tzinfo=UTC)),
        ("2026-11-20T10:00", datetime(2026, 11, 20, 10, 0, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
    ],
)
def test_a_time_is_iso_or_relative_to_now(written: str, meant: datetime) -> None:
    assert resolve(written, NOW) == meant


@pytest.mark.parametrize("written", ["yesterday", "", "-10", "10x", "-1.5d"])
def test_anything_else_is_no_time(written: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        resolve(written, NOW)


def test_the_shared_world_is_sound() -> None:
    assert len(load_world(SHARED_WORLD, NOW).orders) == 12


def test_times_of_a_world_are_whole_seconds(tmp_path: Path) -> None:
    file = write_world(tmp_path / "world.json", world())
    read = load_world(file, NOW.replace(microsecond=123))
    assert read.orders[0].purchased_at == NOW - timedelta(days=12)


def test_unknown_fields_are_ignored(tmp_path: Path) -> None:
    content = world(orders=[order(colour="blue", payment={"mood": "good"})], weather="rain")
    assert load_world(write_world(tmp_path / "world.json", content), NOW).orders[0].order_id == "ORD-10001"


def test_lists_that_are_missing_are_empty(tmp_path: Path) -> None:
    file = write_world(tmp_path / "world.json", {"customers": [customer()], "orders": [order()]})
    assert load_world(file, NOW).incidents == []


def test_a_wrong_value_is_named_with_file_line_and_reason(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    told = refusal(file, world(tickets=[ticket(severity="awful")]))
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "awful" in text)
    assert told.startswith(f"{file}:{line}: tickets.0.severity: Input should be 'low'")


def test_a_missing_field_is_named_with_the_line_of_its_owner(tmp_path: Path) -> None:
    broken = order()
    del broken["amount"]
    file = tmp_path / "world.json"
    told = refusal(file, world(orders=[broken]))
    assert "orders.0.amount: Field required" in told
    assert f"{file}:{1 + file.read_text().splitlines().index('  {', 8)}:" in told


def test_no_json_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    file.write_text('{\n "customers": [\n  oops\n]}')
    with pytest.raises(WorldError, match=r"world\.json:3: no JSON"):
        load_world(file, NOW)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match="cannot be read"):
        load_world(tmp_path / "nowhere.json", NOW)


@pytest.mark.parametrize("amount", [240.0, {"value": 240.0, "currency": "EUR"}, {"value": "240", "currency": "euro"}])
def test_money_is_text_and_a_currency_code(tmp_path: Path, amount: object) -> None:
    assert "orders.0.amount" in refusal(tmp_path / "world.json", world(orders=[order(amount=amount)]))


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    told = refusal(tmp_path / "world.json", world(orders=[order(), order()]))
    assert "orders.1.order_id: ORD-10001 stands here twice" in told
    assert "orders.1.payment.payment_id: PAY-10001 stands here twice" in told


def test_a_name_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    refund = {"refund_id": "RF-1", "payment_id": "PAY-9", "amount": {"value": "1", "currency": "EUR"}}
    content = world(
        customers=[],
        tickets=[ticket(order_id="ORD-9")],
        refunds=[{**refund, "status": "succeeded", "created_at": "-1d"}],
    )
    told = refusal(tmp_path / "world.json", content)
    assert "no customer C-1" in told
    assert "no order ORD-9" in told
    assert "no payment PAY-9" in told


def test_the_checker_counts_broken_worlds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = write_world(tmp_path / "broken.json", world(customers=[]))
    assert main([str(SHARED_WORLD), str(broken)]) == 1
    assert "broken.json:" in capsys.readouterr().err


def test_the_checker_says_how_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "check_world FILE" in capsys.readouterr().err


def test_the_schema_for_editors_is_that_of_the_reader() -> None:
    assert json.loads((ROOT / "sandbox" / "world.schema.json").read_text()) == json.loads(schema())
