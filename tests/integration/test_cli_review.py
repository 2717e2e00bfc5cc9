"""``refunds case approve|reject|ask ...`` against a real sandbox: the command, its defaults, and its exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from refunds.cases.lifecycle import Event
from refunds.database import Database
from refunds.policy.request import Claim
from tests.integration.command_line import Run, runner
from tests.integration.people_world import on_sqlite
from tests.integration.review_world import (
    AGENT,
    BOUGHT_TODAY,
    CLOSED,
    LARGE,
    OTHER,
    UNCERTAIN,
    UNPAID,
    ReviewDesk,
    opened_desk,
    sandbox_of_reviews,
)

pytestmark = on_sqlite
AS_KIM = ("--as", AGENT, "--json")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sandbox_of_reviews(tmp_path_factory.mktemp("sandbox")) as url:
        yield url


@pytest.fixture
def desk(database: Database, sandbox: str) -> Iterator[ReviewDesk]:
    with opened_desk(database, sandbox) as opened:
        yield opened


@pytest.fixture
def run(
    desk: ReviewDesk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Run]:
    """Runs ``refunds`` on the desk's database and sandbox."""
    monkeypatch.setenv("REFUNDS_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("REFUNDS_DATABASE_URL", desk.database.url)
    monkeypatch.setenv("REFUNDS_BACKOFFICE_URL", desk.url)
    yield runner(monkeypatch, capsys)
    structlog.reset_defaults()


def test_a_case_is_approved(desk: ReviewDesk, run: Run) -> None:
    case = desk.filed()
    printed = run("case", "approve", case.case_id.lower(), "--as", AGENT)
    assert (printed.code, printed.err) == (0, "")
    expected = f"{case.case_id} approved, 240.00 EUR, payout requested: approved by {AGENT} (version 2)\n"
    assert printed.out == expected
    shown = run("case", "show", case.case_id, "--json").json
    assert [(each["state"], each["amount"], each["route"]) for each in shown["payouts"]] == [
        ("requested", "240.00", "card")
    ]
    assert "payout 1: requested, 240.00 EUR by card, trace -" in run("case", "show", case.case_id).out


def test_what_is_refused_is_said_and_ends_with_2(desk: ReviewDesk, run: Run) -> None:
    case = desk.filed()
    desk.dispute(case.order_id)
    printed = run("case", "approve", case.case_id, *AS_KIM)
    assert (printed.code, printed.out) == (2, "")
    assert "disputed at the bank" in printed.err
    assert "Traceback" not in printed.err


def test_a_version_that_is_not_the_one_looked_at_is_refused(desk: ReviewDesk, run: Run) -> None:
    case = desk.filed()
    assert run("case", "start", case.case_id, "--version", "1", *AS_KIM).json["state"] == "verifying"
    printed = run("case", "approve", case.case_id, "--version", "1", *AS_KIM)
    assert (printed.code, printed.err) == (2, f"case {case.case_id} changed meanwhile; look at it again\n")


@pytest.mark.parametrize("command", ["start", "approve", "reject", "ask", "withdraw", "appeal", "pay"])
def test_a_case_that_does_not_exist_is_not_found(run: Run, command: str) -> None:
    printed = run("case", command, "R-22222", *AS_KIM)
    assert (printed.code, printed.out, printed.err) == (1, "", "there is no case R-22222\n")


@pytest.mark.parametrize("command", ["start", "approve", "reject", "ask", "withdraw", "appeal", "pay"])
def test_a_decision_without_a_name_is_refused(desk: ReviewDesk, run: Run, command: str) -> None:
    case = desk.filed()
    assert run("case", command, case.case_id, "--json").code == 2
    assert desk.case(case) == case


def test_a_back_office_that_does_not_answer_ends_with_3(
    desk: ReviewDesk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = desk.filed()
    monkeypatch.setenv("REFUNDS_BACKOFFICE_URL", "http://127.0.0.1:9")
    assert run("case", "approve", case.case_id, *AS_KIM).code == 3
    assert desk.case(case) == case


def test_two_people_approve_a_large_amount(desk: ReviewDesk, run: Run) -> None:
    case = desk.filed(LARGE)
    assert run("case", "approve", case.case_id, *AS_KIM).json["events"][-1]["what"] == "first_approved"
    assert run("case", "approve", case.case_id, *AS_KIM).code == 2
    assert run("case", "approve", case.case_id, "--as", OTHER, "--json").json["state"] == "approved"


def test_a_rejection_needs_no_more_than_a_name(desk: ReviewDesk, run: Run) -> None:
    rejected = run("case", "reject", desk.filed().case_id, *AS_KIM).json
    assert (rejected["state"], rejected["events"][-1]["why"]) == (
        "rejected",
        "P2.b: We checked your request, and we could not confirm one of the grounds on which we refund.",
    )


def test_a_rejected_appeal_repeats_the_clause_of_the_first_no(desk: ReviewDesk, run: Run) -> None:
    rejected = run("case", "reject", desk.filed(UNPAID, appeal=True).case_id, *AS_KIM).json
    assert rejected["events"][-1]["why"] == "P3.a: An approved refund is paid by the method you paid with."


def test_a_rejection_takes_a_clause_and_a_reason(desk: ReviewDesk, run: Run) -> None:
    case = desk.filed()
    assert run("case", "reject", case.case_id, "--clause", "P7", *AS_KIM).code == 2
    rejected = run("case", "reject", case.case_id, "--clause", "P1.b", "--reason", "Solved in time.", *AS_KIM).json
    assert rejected["events"][-1]["why"] == "P1.b: Solved in time."


def test_asking_without_items_asks_for_what_fits_the_claim(desk: ReviewDesk, run: Run) -> None:
    asked = run("case", "ask", desk.filed(UNCERTAIN, Claim.WRONG_CHARGE).case_id, *AS_KIM).json
    assert asked["state"] == "info_requested"
    assert asked["events"][-1]["why"] == (
        "the date, the amount and the reference of each charge you mean; "
        "the line of your statement that shows the charge (cover your card and account number)"
    )


def test_items_are_known_ones_or_words_and_the_answer_is_taken_down(desk: ReviewDesk, run: Run) -> None:
    case = desk.filed(BOUGHT_TODAY, Claim.WITHDRAWAL)
    asked = run("case", "ask", case.case_id, "--item", "ticket_number", "--item", "a photo of the cat", *AS_KIM).json
    assert asked["events"][-1]["why"] == "the number of your support ticket, if you opened one; a photo of the cat"
    answered = run("case", "answer", case.case_id, "--words", "T-9001, no cat", *AS_KIM).json
    assert (answered["state"], answered["events"][-1]["why"]) == ("verifying", "T-9001, no cat")


def test_an_amount_is_set_in_the_payment_s_currency(desk: ReviewDesk, run: Run) -> None:
    case = desk.filed()
    changed = run("case", "amount", case.case_id, "120.5", "--reason", "half", *AS_KIM).json
    assert (changed["amount"], changed["currency"]) == ("120.50", "EUR")
    for wrong in ("much", "nan", "1e9", "240.01", "0"):
        assert run("case", "amount", case.case_id, wrong, "--reason", "so", *AS_KIM).code == 2
    assert run("case", "amount", case.case_id, "1.00", *AS_KIM).code == 2


def test_a_case_is_taken_back_or_appealed_with_no_more_than_a_name(desk: ReviewDesk, run: Run) -> None:
    first = desk.filed()
    assert run("case", "withdraw", first.case_id, *AS_KIM).json["state"] == "withdrawn"
    second = desk.filed(message="again")
    run("case", "reject", second.case_id, *AS_KIM)
    assert run("case", "appeal", second.case_id, *AS_KIM).json["state"] == "appealed"


def test_money_whose_way_was_closed_is_sent_along_the_agreed_one(desk: ReviewDesk, run: Run) -> None:
    case = desk.filed(CLOSED)
    assert run("case", "approve", case.case_id, *AS_KIM).json["payouts"] == []
    paid = run("case", "pay", case.case_id, "--route", "account_credit", *AS_KIM).json
    assert [(each["state"], each["route"]) for each in paid["payouts"]] == [("requested", "account_credit")]
    assert desk.case(case).events[-1].what == Event.ROUTE_AGREED
    assert run("case", "pay", case.case_id, *AS_KIM).code == 2


def test_a_route_can_be_named_with_the_approval(desk: ReviewDesk, run: Run) -> None:
    case = desk.filed(CLOSED)
    paid = run("case", "approve", case.case_id, "--route", "bank_transfer", *AS_KIM).json
    assert [each["route"] for each in paid["payouts"]] == ["bank_transfer"]
