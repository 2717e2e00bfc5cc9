"""Questions that change nothing: a customer's orders and cases, arrival times, what the policy says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from refunds.backoffice.client import BackOffice
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.receipt import read_receipt
from refunds.database import Database
from refunds.days import BankCalendars
from refunds.errors import NotFound
from refunds.policy.arrival import ArrivalWindow, arrival
from refunds.policy.book import ArrivalFigures, PolicyBook
from refunds.policy.decision import Decision
from refunds.policy.records import Order, Payment, RefundMade
from refunds.policy_questions import PolicyFinding, find_in_policy, policy_figures


@dataclass(frozen=True)
class Enquiries:
    """Reads the back office, the case store and the policy book on a customer's behalf."""

    database: Database
    backoffice: BackOffice
    policy: PolicyBook
    calendars: BankCalendars

    def orders_of(self, customer_id: str) -> list[Order]:
        """The customer's orders, newest first."""
        return sorted(self.backoffice.orders_of(customer_id), key=lambda order: order.purchased_at, reverse=True)

    def order_of_ticket(self, customer_id: str, ticket_id: str) -> str | None:
        """The customer's order that a ticket is about; None where no order of theirs has it."""
        for order in self.orders_of(customer_id):
            if any(ticket.ticket_id == ticket_id for ticket in self.backoffice.tickets_of(order.order_id)):
                return order.order_id
        return None

    def cases_of(self, customer_id: str) -> list[Case]:
        """The customer's cases, newest first."""
        with self.database.reading() as session:
            return store.cases_of(session, customer_id)

    def case(self, customer_id: str, case_id: str) -> Case:
        """One case of the customer; raises ``NotFound`` for another's as for one that does not exist."""
        found = next((case for case in self.cases_of(customer_id) if case.case_id == case_id), None)
        if found is None:
            raise NotFound(f"no case {case_id} on this account")
        return found

    def refunds_on_record(self, order: Order) -> list[RefundMade]:
        """What went back on an order already, whoever sent it."""
        return list(self.backoffice.refunds_of(order.payment.payment_id))

    def payment_of(self, case: Case) -> Payment:
        """The payment that a case is about, as it was when filed."""
        _, records, _, _ = read_receipt(case.receipt)
        return records.order.payment

    def decision_of(self, case: Case) -> Decision:
        """The decision that a case was filed with."""
        return read_receipt(case.receipt).decision

    def arrival_of(self, case: Case, zone: ZoneInfo) -> ArrivalWindow:
        """When the money of a case should arrive if it is sent on the day promised."""
        payment = self.payment_of(case)
        sent = datetime.combine(case.payout_due, time(12), UTC)
        return self.arrival(payment.method, payment.funding, payment.country, sent, zone)

    def arrival(
        self, method: str, funding: str | None, country: str | None, sent: datetime, zone: ZoneInfo
    ) -> ArrivalWindow:
        """When a refund sent at ``sent`` should arrive."""
        return arrival(method, funding, country, sent, self.policy, self.calendars, zone)

    def figures(self, method: str, funding: str | None) -> ArrivalFigures:
        """The figures that hold for a method with its funding; those of an unknown method where there are none."""
        table = self.policy.arrival
        row = table.methods.get(method)
        return row.by_funding.get(funding or "", row.figures) if row else table.unknown_method

    def policy_answer(self, question: str) -> PolicyFinding:
        """What the policy has to say to a question."""
        return find_in_policy(question, self.policy)

    def policy_figures(self) -> Mapping[str, str]:
        """The figures that the policy's sentences name."""
        return policy_figures(self.policy)
