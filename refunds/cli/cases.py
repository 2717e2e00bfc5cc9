"""``refunds case ...`` and ``refunds assessment ...``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from refunds.cli import review
from refunds.cli.opening import opened_database, opened_review
from refunds.cli.options import CaseNumber
from refunds.cli.printing import Json, cell, print_fields, print_json, print_rows
from refunds.cli.reasons import print_reasons, reason_as_json
from refunds.settings import read_settings

if TYPE_CHECKING:
    from refunds.cases.notices import Notice
    from refunds.cases.promises import Promise

app = typer.Typer(help="Filed refund requests.", no_args_is_help=True)
app.add_typer(review.app)
assessments = typer.Typer(help="Decisions told but not filed.", no_args_is_help=True)

LISTED = ("case_id", "order_id", "state", "outcome", "clauses", "amount", "currency", "channel")
DAYS = ("verification_due", "payout_due", "statutory_due")
SHOWN = (*LISTED, "payment_method", "conversation_id", "filed_at", *DAYS, "evidence", "version")
ASSESSED = ("order_id", "outcome", "clauses", "amount", "currency", "eligible_from", "conversation_id")


@app.command("list")
def list_cases(as_json: Json = False) -> None:
    """List all cases, oldest first."""
    from refunds.cases import store

    with opened_database(read_settings()) as database, database.reading() as session:
        rows = [case.as_json() for case in store.list_cases(session)]
    if as_json:
        print_json(rows)
    else:
        print_rows(rows, LISTED, none="no cases")


@app.command()
def show(case_id: CaseNumber, as_json: Json = False) -> None:
    """Show one case with its payouts, the days its customer was given, what they were told, and what happened."""
    from refunds.cases import store
    from refunds.cases.notices import notices_of
    from refunds.cases.promises import promises_of

    with opened_database(read_settings()) as database, database.reading() as session:
        row = store.get(session, case_id).as_json()
        row["promises"] = [_promise_as_json(promise) for promise in promises_of(session, row["case_id"])]
        row["notices"] = [_notice_as_json(notice) for notice in notices_of(session, row["case_id"])]
    if as_json:
        print_json(row)
    else:
        _print_shown(row)


@app.command()
def explain(case_id: CaseNumber, as_json: Json = False) -> None:
    """Decide a case again from its stored facts and the policy of its day; exit code 3 where it differs."""
    with opened_review(read_settings()) as room:
        explained = room.filing.explain(case_id)
    again = explained.decision_again
    row: dict[str, Any] = {
        "case_id": explained.case.case_id,
        "same": explained.same,
        "outcome": again.outcome.value,
        "clauses": list(again.clauses),
        "amount": None if again.amount is None else str(again.amount.total.value),
        "policy_version": again.policy_version,
        "reasons": [reason_as_json(reason) for reason in again.reasons],
    }
    if as_json:
        print_json(row)
    else:
        print_fields(row, ("case_id", "same", "outcome", "clauses", "amount", "policy_version"))
        print_reasons(again)
    if not explained.same:
        raise typer.Exit(3)


@assessments.command("list")
def list_assessments(as_json: Json = False) -> None:
    """List all assessments, oldest first."""
    from refunds.cases.assessments import list_assessments as stored_assessments

    with opened_database(read_settings()) as database, database.reading() as session:
        rows = [assessment.as_json() for assessment in stored_assessments(session)]
    if as_json:
        print_json(rows)
    else:
        print_rows(rows, ASSESSED, none="no assessments")


def _promise_as_json(promise: Promise) -> dict[str, Any]:
    return {
        "kind": promise.kind.value,
        "day": promise.day.isoformat(),
        "zone": promise.zone,
        "basis": promise.basis,
        "given_at": promise.given_at.isoformat(),
        "outcome": promise.outcome and promise.outcome.value,
    }


def _notice_as_json(notice: Notice) -> dict[str, Any]:
    return {
        "occasion": notice.occasion,
        "told_at": notice.told_at.isoformat(),
        "line_number": notice.line_number,
        "mailed_at": notice.mailed_at and notice.mailed_at.isoformat(),
    }


def _print_shown(row: dict[str, Any]) -> None:
    print_fields(row, SHOWN)
    for payout in row["payouts"]:
        trace = payout["trace"] and f"{payout['trace']['type']} {payout['trace']['value']}"
        why = payout["reason"] and f" ({payout['reason']})"
        amount = f"{payout['amount']} {payout['currency']} by {payout['route']}"
        typer.echo(f"payout {payout['attempt']}: {payout['state']}{why or ''}, {amount}, trace {cell(trace)}")
    for promise in row["promises"]:
        typer.echo(f"{promise['kind']} {promise['day']}, {promise['outcome'] or 'open'} ({promise['basis']})")
    for notice in row["notices"]:
        typer.echo(f"{notice['told_at']}  told: {notice['occasion']}{', mailed' if notice['mailed_at'] else ''}")
    for event in row["events"]:
        typer.echo(f"{event['at']}  {event['what']} by {event['who']}: {event['why']}")
