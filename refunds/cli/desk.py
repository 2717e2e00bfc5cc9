"""``refunds desk ...``: agents' accounts and the audit log."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from refunds.cli.opening import opened_database
from refunds.cli.printing import Json, print_json, print_rows
from refunds.desk.permissions import Role
from refunds.settings import read_settings

if TYPE_CHECKING:
    from refunds.desk.accounts import Account, Accounts
    from refunds.desk.audit import Audit

app = typer.Typer(help="Agents of the desk.", no_args_is_help=True)
BY = "command line"
LISTED = ("login", "name", "role", "disabled", "locked_until", "password", "seen_at")

Login = Annotated[str, typer.Argument(help="What the agent signs in with, such as a mail address.", metavar="LOGIN")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@app.command("add-agent")
def add_agent(
    login: Login,
    name: Annotated[str, typer.Option(help="The name that customers read.")],
    role: Annotated[Role, typer.Option(help="agent, lead, auditor (looks only) or admin.")] = Role.AGENT,
    password_stdin: FromStdin = False,
    without_password: Annotated[
        bool, typer.Option("--without-password", help="The agent signs in through the identity provider alone.")
    ] = False,
) -> None:
    """Add an agent; the password is asked for, or made up and printed this once."""
    password = None if without_password else _new_password(password_stdin)
    with _opened() as (accounts, _):
        agent = accounts.add(login, name, role, password, datetime.now(UTC), by=BY)
    typer.echo(f"{agent.name} ({agent.role}) signs in as {agent.login}")


@app.command("list")
def list_agents(as_json: Json = False) -> None:
    """List all agents, by name."""
    with _opened() as (accounts, _):
        rows = [_row(account) for account in accounts.listed()]
    if as_json:
        print_json(rows)
    else:
        print_rows(rows, LISTED, none="no agents: refunds desk add-agent LOGIN --name NAME --role admin")


@app.command()
def disable(login: Login) -> None:
    """Let an agent in no more, and sign them out everywhere."""
    with _opened() as (accounts, _):
        accounts.disable(_id(accounts, login), datetime.now(UTC), by=BY)
    typer.echo(f"{login} is disabled and signed out")


@app.command()
def enable(login: Login) -> None:
    """Let a disabled agent in again."""
    with _opened() as (accounts, _):
        accounts.enable(_id(accounts, login), datetime.now(UTC), by=BY)
    typer.echo(f"{login} may sign in again")


@app.command("role")
def set_role(login: Login, role: Annotated[Role, typer.Argument(help="agent, lead, auditor or admin.")]) -> None:
    """Give an agent another role, from their next click on."""
    with _opened() as (accounts, _):
        accounts.set_role(_id(accounts, login), role, datetime.now(UTC), by=BY)
    typer.echo(f"{login} is {role} now")


@app.command("password")
def set_password(login: Login, password_stdin: FromStdin = False) -> None:
    """Give an agent a new password; it ends a lock and signs them out everywhere."""
    password = _new_password(password_stdin)
    with _opened() as (accounts, _):
        accounts.set_password(_id(accounts, login), password, datetime.now(UTC), by=BY)
    typer.echo(f"{login} has a new password")


@app.command("audit")
def check_audit(
    check: Annotated[bool, typer.Option("--check", help="Work the whole chain out again.")] = False,
    expect: Annotated[
        str, typer.Option(metavar="NUMBER:DIGEST", help="An end that was printed earlier and must still be in it.")
    ] = "",
    as_json: Json = False,
) -> None:
    """The end of the audit log; with --check, whether each row is as it was written. Exit code 1 when one is not.

    Note the printed end down somewhere else: with --expect it shows rows that are missing at the end as well.
    """
    if not check and not expect:
        raise typer.BadParameter("say what to do: --check")
    with _opened() as (_, audit):
        found = audit.check(_end(expect) if expect else None)
    told = {"count": found.count, "end": f"{found.count}:{found.head}", "broken_at": found.broken_at}
    if as_json:
        print_json(told)
    elif found.broken_at is None:
        typer.echo(f"{found.count} rows, each as it was written; the end is {told['end']}")
    else:
        typer.echo(f"row {found.broken_at} was changed or is missing", err=True)
    if found.broken_at is not None:
        raise typer.Exit(1)


@contextmanager
def _opened() -> Iterator[tuple[Accounts, Audit]]:
    from refunds.desk.accounts import Accounts
    from refunds.desk.audit import Audit

    with opened_database(read_settings()) as database:
        audit = Audit(database)
        yield Accounts(database, audit), audit


def _id(accounts: Accounts, login: str) -> str:
    return accounts.find(login).agent.agent_id


def _new_password(from_stdin: bool) -> str:
    """From standard input, from somebody at a terminal, or made up and printed."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked = ""
    if sys.stdin.isatty():
        asked = typer.prompt("Password (leave it empty to have one made up)", "", hide_input=True, show_default=False)
    if asked:
        return asked
    made = secrets.token_urlsafe(15)
    typer.echo(f"The password, shown this once: {made}")
    return made


def _end(text: str) -> tuple[int, str]:
    number, _, digest = text.partition(":")
    if not number.isdigit() or not digest:
        raise typer.BadParameter(f"{text} is not NUMBER:DIGEST", param_hint="--expect")
    return int(number), digest


def _row(account: Account) -> dict[str, Any]:
    agent = account.agent
    times = {"locked_until": account.locked_until, "seen_at": agent.seen_at}
    told = {"login": agent.login, "name": agent.name, "role": str(agent.role), "disabled": account.is_disabled}
    told["password"] = account.has_password
    return told | {name: at.isoformat() if at else None for name, at in times.items()}
