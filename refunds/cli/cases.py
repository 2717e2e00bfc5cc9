"""``refunds case ...`` and ``refunds assessment ...``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from refunds.cases.numbers import normalise
from refunds.cli.opening import opened_database, opened_filing
from refunds.cli.printing import Json, print_fields, print_json, print_rows
from refunds.cli.reasons import print_reasons, reason_as_json
from refunds.settings import read_settings

app = typer.Typer(help="Filed refund requests.", no_args_is_help=True)
assessments = typer.Typer(help="Decisions told but not filed.", no_args_is_help=True)

CaseNumber = Annotated[str, typer.Argument(help="A case number such as R-K7M2X.", metavar="ID")]
LISTED = ("case_id", "order_id", "state", "outcome", "clauses", "amount", "currency", "channel")
SHOWN = (*LISTED, "payment_method", "conversation_id", "filed_at", "verification_due", "payout_due", "evidence")
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
    """Show one case with what happened to it."""
    from refunds.cases import store

    with opened_database(read_settings()) as database, database.reading() as session:
        row = store.get(session, normalise(case_id)).as_json()
    if as_json:
        print_json(row)
        return
    print_fields(row, SHOWN)
    for event in row["events"]:
        typer.echo(f"{event['at']}  {event['what']} by {event['who']}: {event['why']}")


@app.command()
def explain(case_id: CaseNumber, as_json: Json = False) -> None:
    """Decide a case again from its stored facts and the policy of its day; exit code 3 where it differs."""
    with opened_filing(read_settings()) as filing:
        explained = filing.explain(normalise(case_id))
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
