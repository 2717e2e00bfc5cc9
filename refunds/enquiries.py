"""Questions that change nothing: a customer's orders and cases, arrival times, what the policy says."""

from __future__ import annotations

import re
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
from refunds.policy.book import Clause, PolicyBook
from refunds.policy.records import Order, Payment, RefundMade

_WORD = re.compile(r"[a-z0-9]+")


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

    def clauses_about(self, question: str) -> list[Clause]:
        """The clauses that answer a question, the best first; empty where the policy says nothing about it."""
        words = _WORD.findall(question.lower())
        scored = [(_matches(clause, words), clause) for clause in self.policy.clauses]
        # P1 is the rule above all others: it answers only what no other clause does.
        special = [(score, clause) for score, clause in scored if score and clause.id != "P1"]
        found = special or [(score, clause) for score, clause in scored if score]
        best = max((score for score, _ in found), default=0)
        return [clause for score, clause in found if score == best]


def _matches(clause: Clause, words: list[str]) -> int:
    """How many letters of the question the clause's topics cover: longer topics say more."""
    text = " ".join(["", *words, ""])
    return sum(len(topic) for topic in clause.topics if f" {topic.lower()}" in text)
