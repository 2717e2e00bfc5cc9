"""The desk over a back office that knows one customer with one order: for pages about who phones or writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from refunds.app import App
from refunds.cases import store
from refunds.cases.case import Case
from refunds.desk.audit import Wanted
from refunds.enquiries import Enquiries
from refunds.errors import BackOfficeUnavailable
from refunds.filing import Filing
from refunds.money import Money
from refunds.policy.records import Customer, Incident, Order, Records
from tests.desk_house import DeskHouse, desk_house
from tests.integration.filing_world import records
from tests.integration.people_world import AMARA

NOW = datetime.now(UTC)
FAILED_ON = NOW - timedelta(days=3)


@dataclass
class Office:
    """A back office with Amara's one order, paid by card, and a gross failure three days ago."""

    amount: Money
    is_away: bool = False

    def find_customer_by_email(self, address: str) -> Customer | None:
        return AMARA if address == AMARA.email else None

    def customer(self, _customer_id: str) -> Customer:
        return AMARA

    def orders_of(self, _customer_id: str) -> list[Order]:
        if self.is_away:
            raise BackOfficeUnavailable("away")
        return [self.records_for("ORD-10001").order]

    def records_for(self, order_id: str) -> Records:
        if self.is_away:
            raise BackOfficeUnavailable("away")
        found = records(order_id)
        bought = NOW - timedelta(days=12)
        paid = replace(found.order.payment, amount=self.amount, last4="4242", captured_at=bought)
        order = replace(
            found.order,
            customer_id=AMARA.customer_id,
            amount=self.amount,
            payment=paid,
            purchased_at=bought,
            term_start=bought,
            term_end=bought + timedelta(days=30),
        )
        failed = Incident(
            "INC-1", order.service, order.region, FAILED_ON, FAILED_ON + timedelta(hours=9), "gross", "power lost"
        )
        return replace(found, customer=AMARA, order=order, incidents=(failed,))


@dataclass(frozen=True)
class House:
    desk: DeskHouse
    office: Office

    @property
    def app(self) -> App:
        return self.desk.app

    def cases(self) -> list[Case]:
        with self.app.database.reading() as session:
            return store.cases_of(session, AMARA.customer_id)

    def acts(self) -> set[str]:
        return {entry.act for entry in self.app.audit.entries(Wanted(), 50)}


@contextmanager
def people_house(app: App) -> Iterator[House]:
    """The desk of ``app`` over such a back office."""
    office = Office(Money.of("240.00", "EUR"))
    known = cast("Any", office)
    filing = Filing(app.database, known, app.policy, app.calendars, app.payouts, app.notices)
    changed = replace(
        app,
        filing=filing,
        opened_for=replace(app.opened_for, filing=filing),
        identity_checks=replace(app.identity_checks, backoffice=known),
        enquiries=Enquiries(app.database, known, app.policy, app.calendars),
        notice_mails=replace(app.notice_mails, backoffice=known),
    )
    with desk_house(changed) as made:
        yield House(made, office)
