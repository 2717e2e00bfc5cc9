"""Questions that change nothing: a customer's orders and cases, arrival times, what the policy says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from refunds.backoffice.client import BackOffice
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.expected import window_of
from refunds.cases.following import Following, whereabouts
from refunds.cases.promises import PromiseKind, promises_of
from refunds.cases.receipt import read_receipt
from refunds.database import Database
from refunds.days import BankCalendars
from refunds.errors import NotFound
from refunds.policy.arrival import ArrivalWindow, arrival
from refunds.policy.book import ArrivalFigures, PolicyBook
from refunds.policy.decision import Decision, Outcome
from refunds.policy.records import Order, Payment, RefundMade
from refunds.policy.request import RefundRequest
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

    def as_promised(self, case: Case) -> Case:
        """``case`` with the days that its customer was given last: a first one may have been replaced."""
        with self.database.reading() as session:
            open_ones = {each.kind: each.day for each in promises_of(session, case.case_id) if each.ended_at is None}
        return replace(
            case,
            verification_due=open_ones.get(PromiseKind.VERIFY_BY, case.verification_due),
            payout_due=open_ones.get(PromiseKind.PAY_BY, case.payout_due),
        )

    def following(self, case: Case, today: date, zone: ZoneInfo) -> Following:
        """Where the money of a case is on ``today`` and whose turn it is; days are those of ``zone``."""
        told = bool(case.payouts) or self._may_tell_arrival(case)
        return whereabouts(case, today, self.arrival_of(case, zone) if told else None)

    def _may_tell_arrival(self, case: Case) -> bool:
        """Before any payout: only where the answer was yes to an amount that can go back the way it came."""
        return bool(case.outcome is Outcome.ELIGIBLE and case.amount and not self.decision_of(case).payout_needs_review)

    def refunds_on_record(self, order: Order) -> list[RefundMade]:
        """What went back on an order already, whoever sent it."""
        return list(self.backoffice.refunds_of(order.payment.payment_id))

    def refunds_beside(self, case: Case) -> list[RefundMade]:
        """What billing shows on the payment of a case besides the payouts of this system, oldest first."""
        made = self.backoffice.refunds_of(case.payment_id)
        known = {payout.payout_id for payout in case.payouts}
        numbers = {payout.refund_id for payout in case.payouts}
        beside = [refund for refund in made if refund.reference not in known and refund.refund_id not in numbers]
        return sorted(beside, key=lambda refund: refund.created_at)

    def order_of(self, case: Case) -> Order:
        """The order that a case is about, as it was when filed."""
        return read_receipt(case.receipt).records.order

    def payment_of(self, case: Case) -> Payment:
        """The payment that a case is about, as it was when filed."""
        return self.order_of(case).payment

    def request_of(self, case: Case) -> RefundRequest:
        """The request that a case was filed with."""
        return read_receipt(case.receipt).request

    def decision_of(self, case: Case) -> Decision:
        """The decision that a case was filed with."""
        return read_receipt(case.receipt).decision

    def arrival_of(self, case: Case, zone: ZoneInfo) -> ArrivalWindow:
        """When the money of a case should arrive, by its newest payout, before that if sent on the day promised."""
        return window_of(case, case.payouts[-1] if case.payouts else None, self.policy, self.calendars, zone)

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
