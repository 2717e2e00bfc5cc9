"""``refunds policy ...``: check the policy, try a change out on what was decided, and make it live by two people."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from refunds.cli.opening import opened_database, opened_policy
from refunds.cli.printing import Json, print_json, print_rows
from refunds.errors import SettingsError
from refunds.settings import ROOT, read_settings

if TYPE_CHECKING:
    from refunds.policy.book import PolicyBook
    from refunds.policy_trial import Cost, Difference, Trial

As = Annotated[str, typer.Option("--as", help="Who does it.", metavar="NAME")]
app = typer.Typer(help="The written policy.", no_args_is_help=True)
PUT_FORWARD = ("number", "version", "why", "proposed_by", "proposed_at", "signed_by", "signed_at")
CHANGED = ("request", "before", "clauses before", "after", "clauses after", "amount before", "amount after")


@app.command()
def check() -> None:
    """Check the policy: each error of its files as file:line: reason; then whether its rules make one whole.

    That is: rules that can never hold, gaps, overlaps, clauses without a rule and, in a checkout, rules without a test.
    """
    from refunds.policy_files import check_policy, load_policy
    from refunds.policy_lint import lint, tests_of_rules

    settings = read_settings()
    found: list[object] = [*check_policy(settings.policy_folder)]
    if not found:
        policy = load_policy(settings.policy_folder)
        found = [*lint(policy, datetime.now(UTC), tests_of_rules(ROOT))]
    for each in found:
        typer.echo(each, err=True)
    if found:
        raise typer.Exit(2)
    typer.echo(f"{settings.policy_folder} is sound")


@app.command("what-if")
def what_if(
    *,
    change: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE; may be given several times.")] = None,
    folder: Annotated[Path | None, typer.Option(help="A folder with a proposed policy.")] = None,
    as_json: Json = False,
) -> None:
    """Show which past requests a change would have decided otherwise, and what it would cost. Nothing is changed."""
    from refunds.policy_trial import past_decisions, try_out

    settings = read_settings()
    proposed = _proposed(opened_policy(settings), change or [], folder)
    with opened_database(settings) as database, database.reading() as session:
        trial = try_out(past_decisions(session), proposed)
    if as_json:
        print_json(_as_json(trial))
        return
    print_rows([_row(each) for each in trial.differences], CHANGED, none="no past decision would change")
    typer.echo(f"{len(trial.differences)} of {trial.decided} decisions would change")
    for cost in trial.costs:
        typer.echo(f"{cost.more} more would be eligible; a person would look at {cost.review_after}")


@app.command()
def propose(
    *,
    who: As,
    why: Annotated[str, typer.Option(help="What changes and why, for whoever signs it.")],
    folder: Annotated[Path | None, typer.Option(help="A folder with the policy; policy/ without it.")] = None,
) -> None:
    """Put the policy of a folder forward to be live. It must be sound; somebody else signs it."""
    from refunds.policy_activation import propose as put_forward
    from refunds.policy_files import load_policy

    settings = read_settings()
    policy = load_policy(folder or settings.policy_folder)
    _refuse_unsound(policy)
    with opened_database(settings) as database, database.transaction() as session:
        put = put_forward(session, policy, who=who, why=why, now=database.now(session))
    typer.echo(f"{put.version} is put forward; somebody else makes it live: refunds policy sign {put.number} --as NAME")


@app.command()
def sign(number: Annotated[int, typer.Argument(help="As `refunds policy versions` shows it.")], *, who: As) -> None:
    """Make a version live that somebody else put forward. All processes start again with it within seconds."""
    from refunds.policy_activation import sign as signed

    with opened_database(read_settings()) as database, database.transaction() as session:
        live = signed(session, number, who=who, now=database.now(session))
    typer.echo(f"{live.version} is in force; cases that were decided before keep theirs")


@app.command()
def versions(as_json: Json = False) -> None:
    """Show what was put forward and signed, the newest first; the topmost signed one is in force."""
    from refunds.policy_activation import activations

    with opened_database(read_settings()) as database, database.reading() as session:
        rows = [asdict(each) for each in activations(session)]
    for row in rows:
        row["proposed_at"] = row["proposed_at"].isoformat()
        row["signed_at"] = row["signed_at"] and row["signed_at"].isoformat()
    if as_json:
        print_json(rows)
    else:
        print_rows(rows, PUT_FORWARD, none="no version yet: the first start makes policy/ live")


def _refuse_unsound(policy: PolicyBook) -> None:
    from refunds.policy_lint import lint

    found = lint(policy, datetime.now(UTC))
    if found:
        raise SettingsError("\n".join(map(str, found)))


def _proposed(policy: PolicyBook, changes: list[str], folder: Path | None) -> PolicyBook:
    from refunds.policy_files import load_policy
    from refunds.policy_trial import with_setting

    if not changes and folder is None:
        raise SettingsError("say what to change: --set problem_solution_period=10, or --folder with a proposed policy")
    proposed = policy if folder is None else load_policy(folder)
    for change in changes:
        name, _, value = change.partition("=")
        proposed = with_setting(proposed, name.strip(), value.strip())
    return proposed


def _row(each: Difference) -> dict[str, Any]:
    values: list[Any] = [each.past.name]
    for decision in (each.before, each.after):
        values += [decision.outcome.value, list(decision.clauses)]
    amounts = [str(decision.amount.total) if decision.amount else None for decision in (each.before, each.after)]
    return dict(zip(CHANGED, [*values, *amounts], strict=True))


def _as_json(trial: Trial) -> dict[str, Any]:
    return {
        "decided": trial.decided,
        "differences": [
            {name.replace(" ", "_"): value for name, value in _row(each).items()} | {"is_case": each.past.is_case}
            for each in trial.differences
        ],
        "costs": [_cost_as_json(cost) for cost in trial.costs],
    }


def _cost_as_json(cost: Cost) -> dict[str, str]:
    names = ("eligible_before", "eligible_after", "review_before", "review_after", "more")
    return {"currency": cost.currency, **{name: str(getattr(cost, name).value) for name in names}}
