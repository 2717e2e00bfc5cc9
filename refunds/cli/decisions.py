"""``refunds decide`` and ``refunds arrival``: nothing is kept."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from refunds.cli.opening import opened_backoffice, opened_policy
from refunds.cli.printing import Json, print_fields, print_json
from refunds.cli.reasons import decision_as_json, print_reasons
from refunds.cli.times import day, moment, named_time
from refunds.errors import NotFound
from refunds.policy.records import Records
from refunds.policy.request import Claim, RefundRequest
from refunds.settings import read_settings

if TYPE_CHECKING:
    from refunds.backoffice.client import BackOffice


def decide(
    order_id: Annotated[str, typer.Argument(metavar="ORDER", help="An order number such as ORD-48213.")],
    *,
    customer_says: Annotated[str, typer.Option(help="The customer's own words; only laws named are read.")] = "",
    claim: Annotated[list[Claim] | None, typer.Option(help="What is claimed; may be given several times.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="When it began, ISO 8601 (UTC without a zone).")] = None,
    end: Annotated[str | None, typer.Option("--to", help="When it ended.")] = None,
    time_unknown: Annotated[bool, typer.Option("--time-unknown", help="The customer does not know when.")] = False,
    now: Annotated[str | None, typer.Option(help="Decide as of this time.")] = None,
    as_json: Json = False,
) -> None:
    """Decide one request on fresh records, with its reasons."""
    from refunds.policy.decide import decide as decided

    request = RefundRequest(
        order_id=order_id,
        words=customer_says,
        claims=frozenset(claim or ()),
        time=named_time(start, end),
        time_unknown=time_unknown,
    )
    as_of = datetime.now(UTC) if now is None else moment(now)
    settings = read_settings()
    policy = opened_policy(settings)
    with opened_backoffice(settings) as backoffice:
        decision = decided(request, _records(backoffice, order_id), policy, as_of)
    row = {"order_id": order_id, **decision_as_json(decision)}
    if as_json:
        print_json(row)
        return
    print_fields(row, ("order_id", "outcome", "clauses", "amount", "currency", "eligible_from", "policy_version"))
    print_reasons(decision)


def arrival(
    *,
    method: Annotated[str, typer.Option(help="A method key such as card or sepa_debit.")],
    country: Annotated[str, typer.Option(help="The payment's country, such as DE.")],
    start: Annotated[str, typer.Option("--from", help="The day on which the refund is sent.")],
    funding: Annotated[str | None, typer.Option(help="balance, bank_card or bank, where it matters.")] = None,
    as_json: Json = False,
) -> None:
    """Tell when a refund should arrive."""
    from refunds.bank_days import HolidayCalendars
    from refunds.policy.arrival import arrival as window_of

    sent = datetime.combine(day(start), time(12), UTC)
    policy = opened_policy(read_settings())
    window = window_of(method, funding, country.upper(), sent, policy, HolidayCalendars())
    row: dict[str, Any] = {
        "earliest": window.earliest.isoformat(),
        "typical": window.typical.isoformat(),
        "latest": window.latest.isoformat(),
        "counts": [window.earliest_count, window.typical_count, window.latest_count],
        "unit": window.unit.value,
        "latest_unit": window.latest_unit.value,
        "basis": window.basis,
        "provisional": window.provisional,
        "worry_from": window.worry_from.isoformat(),
        "person_only": window.person_only,
        "note": window.note,
    }
    if as_json:
        print_json(row)
    else:
        print_fields(row, ("earliest", "typical", "latest", "basis", "provisional", "worry_from", "note"))


def _records(backoffice: BackOffice, order_id: str) -> Records:
    try:
        return backoffice.records_for(order_id)
    except NotFound as error:
        raise NotFound(f"there is no order {order_id}") from error
