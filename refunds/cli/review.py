"""``refunds case approve|reject|ask ...``: what a person may do with a case. Each prints the case afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

import typer

from refunds.cli.opening import opened_review
from refunds.cli.options import AsName, CaseNumber, Version
from refunds.cli.printing import Json, cell, print_json
from refunds.settings import read_settings

if TYPE_CHECKING:
    from refunds.cases.case import Case
    from refunds.cli.opening import ReviewRoom

app = typer.Typer()

Reason = Annotated[str, typer.Option(metavar="WORDS", help="Why; it stands in the case's events.")]
Route = Annotated[
    str | None,
    typer.Option(help="account_credit or bank_transfer, agreed with the customer where the original way is closed."),
]


@app.command()
def start(case_id: CaseNumber, *, who: AsName, version: Version = None, as_json: Json = False) -> None:
    """Take a submitted case up."""
    with opened_review(read_settings()) as room:
        case = room.review.start(case_id, who=who, now=_now(), version=version)
    _print_case(case, as_json)


@app.command()
def approve(
    case_id: CaseNumber, *, who: AsName, route: Route = None, version: Version = None, as_json: Json = False
) -> None:
    """Approve a case, so that its money is sent; a large amount takes a second person."""
    with opened_review(read_settings()) as room:
        case = room.review.approve(case_id, who=who, now=_now(), version=version, route=route)
    _print_case(case, as_json)


@app.command()
def reject(
    case_id: CaseNumber,
    *,
    who: AsName,
    clause: Annotated[str | None, typer.Option(help="The clause it rests on, such as P1.b.")] = None,
    reason: Annotated[str | None, typer.Option(metavar="WORDS", help="Why, for the customer to read.")] = None,
    version: Version = None,
    as_json: Json = False,
) -> None:
    """Reject a case; without clause and reason, by what the policy found or, failing that, by the check itself."""
    with opened_review(read_settings()) as room:
        clause = clause or _clause_found(room, case_id)
        reason = reason or _reason_for(room, clause)
        case = room.review.reject(case_id, reason=reason, clause=clause, who=who, now=_now(), version=version)
    _print_case(case, as_json)


@app.command()
def ask(
    case_id: CaseNumber,
    *,
    who: AsName,
    item: Annotated[
        list[str] | None,
        typer.Option(metavar="WORDS", help="What is needed, as a known item (error_messages) or in words; repeatable."),
    ] = None,
    version: Version = None,
    as_json: Json = False,
) -> None:
    """Ask the customer for information; without items, for what fits what they claim."""
    with opened_review(read_settings()) as room:
        items = [_item_words(room, each) for each in item or _items_that_fit(room, case_id)]
        case = room.review.ask(case_id, items=items, who=who, now=_now(), version=version)
    _print_case(case, as_json)


@app.command()
def answer(
    case_id: CaseNumber,
    *,
    who: AsName,
    words: Annotated[str, typer.Option(metavar="WORDS", help="What the customer told.")],
    version: Version = None,
    as_json: Json = False,
) -> None:
    """Take down the information that was asked for."""
    with opened_review(read_settings()) as room:
        case = room.review.give_information(case_id, words, who=who, now=_now(), version=version)
    _print_case(case, as_json)


@app.command()
def amount(
    case_id: CaseNumber,
    value: Annotated[str, typer.Argument(metavar="AMOUNT", help="In the payment's currency, such as 120.00.")],
    *,
    who: AsName,
    reason: Reason,
    version: Version = None,
    as_json: Json = False,
) -> None:
    """Set how much goes back."""
    from refunds.money import Money

    with opened_review(read_settings()) as room:
        wanted = Money(_decimal(value), _case(room, case_id).currency)
        case = room.review.change_amount(case_id, wanted, reason=reason, who=who, now=_now(), version=version)
    _print_case(case, as_json)


@app.command()
def withdraw(
    case_id: CaseNumber,
    *,
    who: AsName,
    reason: Reason = "the customer took the request back",
    version: Version = None,
    as_json: Json = False,
) -> None:
    """Take a case back on the customer's wish."""
    with opened_review(read_settings()) as room:
        case = room.review.withdraw(case_id, reason=reason, who=who, now=_now(), version=version)
    _print_case(case, as_json)


@app.command()
def appeal(
    case_id: CaseNumber,
    *,
    who: AsName,
    reason: Reason = "the customer wants it checked again",
    version: Version = None,
    as_json: Json = False,
) -> None:
    """Have a rejected case checked again."""
    with opened_review(read_settings()) as room:
        case = room.review.appeal(case_id, reason=reason, who=who, now=_now(), version=version)
    _print_case(case, as_json)


@app.command()
def pay(case_id: CaseNumber, *, who: AsName, route: Route = None, as_json: Json = False) -> None:
    """Send the money of an approved case again, along another route or as before."""
    with opened_review(read_settings()) as room:
        room.payouts.pay_again(case_id, route=route, who=who, now=_now())
        case = _case(room, case_id)
    _print_case(case, as_json)


def _case(room: ReviewRoom, case_id: str) -> Case:
    from refunds.cases import store

    with room.database.reading() as session:
        return store.get(session, case_id)


def _clause_found(room: ReviewRoom, case_id: str) -> str:
    from refunds.review.refusal import clause_of_refusal

    return clause_of_refusal(_case(room, case_id))


def _reason_for(room: ReviewRoom, clause: str) -> str:
    """The clause in plain words; the check's own clause says only that there is one."""
    from refunds.review.refusal import NOT_CONFIRMED

    if clause == NOT_CONFIRMED:
        return room.words.say("refusal_not_confirmed")
    return next((each.plain for each in room.policy.clauses if each.id == clause), clause)


def _items_that_fit(room: ReviewRoom, case_id: str) -> list[str]:
    from refunds.cases.receipt import read_receipt
    from refunds.review.checklist import fitting_items

    then = read_receipt(_case(room, case_id).receipt)
    return list(fitting_items(then.request, then.records.customer))


def _item_words(room: ReviewRoom, item: str) -> str:
    from refunds.review.checklist import Item

    return room.words.say(f"information_{item}") if item in set(Item) else item


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite():
        raise typer.BadParameter(f"{text!r} is no amount such as 120.00")
    return value


def _now() -> datetime:
    return datetime.now(UTC)


def _print_case(case: Case, as_json: bool) -> None:
    row = case.as_json()
    if as_json:
        print_json(row)
        return
    payout = f", payout {row['payouts'][-1]['state']}" if row["payouts"] else ""
    last = row["events"][-1]
    typer.echo(
        f"{row['case_id']} {row['state']}, {cell(row['amount'])} {row['currency']}{payout}: "
        f"{last['what'].replace('_', ' ')} by {last['who']} (version {row['version']})"
    )
