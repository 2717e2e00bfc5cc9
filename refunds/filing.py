"""From a request to a decision that is told, and from a confirmed decision to a filed case."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from refunds.backoffice.client import BackOffice
from refunds.cases import store
from refunds.cases.assessments import keep_assessment
from refunds.cases.case import Case
from refunds.cases.confirmation import confirmation_digest
from refunds.cases.drafting import draft_assessment, draft_case, filing_key
from refunds.cases.lifecycle import CaseState
from refunds.cases.numbers import new_case_number
from refunds.cases.plain import dump
from refunds.cases.policy_versions import keep_policy_version, policy_of
from refunds.cases.receipt import read_receipt, receipt_hash
from refunds.cases.reservations import AboveCaptured
from refunds.cases.timetable import Timetable, payment_country, timetable
from refunds.chat.attachments import join_case
from refunds.database import Database
from refunds.days import BankCalendars
from refunds.errors import ConfirmationOutdated, NotFound
from refunds.notify.notices import Notices, Occasion
from refunds.payouts import Payouts
from refunds.policy.arrival import ArrivalWindow, arrival
from refunds.policy.book import PolicyBook
from refunds.policy.decide import decide
from refunds.policy.decision import Decision, Outcome
from refunds.policy.records import Incident, Records
from refunds.policy.request import RefundRequest
from refunds.policy.situation import Situation
from refunds.policy.vendor_fault import incidents_unclaimed
from refunds.policy.zones import customer_zone
from refunds.review import Approval, Targets

KEPT_AS_ASSESSMENT = frozenset({Outcome.NOT_ELIGIBLE, Outcome.NOT_YET})
FILED_AS_CASE = frozenset({Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW})
NUMBERS_TRIED = 5


@dataclass(frozen=True, slots=True)
class Assessed:
    """A decision with all that a customer is shown; ``digest`` is what their yes must name.

    ``arrival`` is None where no money may go back. ``open_case`` is the order's, where it has one. ``untried`` are
    incidents that may turn a no into a yes, if the customer says that they were met by them.
    """

    records: Records
    decision: Decision
    digest: str
    arrival: ArrivalWindow | None
    verification_due: date
    payout_due: date
    open_case: Case | None
    untried: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """A case and its request decided again; ``same`` unless the result or the stored receipt differs."""

    case: Case
    decision_again: Decision
    same: bool


class Filing:
    """Gathers, decides and files. No transaction is open while the back office is asked."""

    def __init__(  # noqa: PLR0917 - all that it works with
        self,
        database: Database,
        backoffice: BackOffice,
        policy: PolicyBook,
        calendars: BankCalendars,
        payouts: Payouts,
        notices: Notices,
    ) -> None:
        self._database = database
        self._backoffice = backoffice
        self._policy = policy
        self._calendars = calendars
        self._notices = notices
        self._targets = Targets(policy, calendars)
        self._approval = Approval(policy, calendars, payouts, notices)

    def assess(
        self,
        request: RefundRequest,
        *,
        customer_id: str,
        conversation_id: str,
        now: datetime,
        failure_denied: bool = False,
    ) -> Assessed:
        """Decide ``request`` on fresh records; an answer that ends here is kept as an assessment, once.

        It does not end where another ground is ``untried`` or the order has an open case, which is shown instead; with
        ``failure_denied`` the customer was asked about that. Raises ``NotFound`` for an order that does not exist or is
        another customer's, and ``BackOfficeError``.
        """
        assessed = self._assessed(request, self._records(request.order_id, customer_id), now)
        if failure_denied:
            assessed = replace(assessed, untried=())
        told = assessed.open_case is None and not assessed.untried
        if told and assessed.decision.outcome in KEPT_AS_ASSESSMENT:
            self._keep(assessed, request, conversation_id, now)
        return assessed

    def file(
        self,
        request: RefundRequest,
        *,
        customer_id: str,
        conversation_id: str,
        channel: str,
        message_id: str,
        confirmed_digest: str,
        now: datetime,
        appeal: bool = False,
    ) -> Case:
        """File what the customer confirmed, or return the case that the same message or the order has already.

        With ``appeal`` it is a no or a not-yet that the customer wants a person to check: an appealed case.

        Raises ``ConfirmationOutdated``, with nothing written, where fresh records give another answer than the
        one shown; ``NotFound`` and ``BackOfficeError`` as ``assess``.
        """
        key = filing_key(customer_id, conversation_id, message_id, request.order_id)
        with self._database.reading() as session:
            filed = store.filed_with(session, key)
        if filed is not None:
            return filed
        assessed = self._assessed(request, self._records(request.order_id, customer_id), now)
        if assessed.open_case is not None:
            return assessed.open_case
        fileable = KEPT_AS_ASSESSMENT if appeal else FILED_AS_CASE
        if assessed.digest != confirmed_digest or assessed.decision.outcome not in fileable:
            raise ConfirmationOutdated(f"order {request.order_id} is decided otherwise than was shown")
        case = self._draft(request, assessed, key=key, channel=channel, conversation_id=conversation_id, now=now)
        return self._store(replace(case, state=CaseState.APPEALED) if appeal else case, assessed)

    def explain(self, case_id: str) -> Explained:
        """Decide a case again from its stored facts and the policy of its day; raises ``NotFound``."""
        with self._database.reading() as session:
            case = store.get(session, case_id)
            policy = policy_of(session, case.policy_version)
        then = read_receipt(case.receipt)
        again = decide(then.request, then.records, policy, then.decided_at)
        return Explained(case, again, again == then.decision and receipt_hash(case.receipt) == case.receipt_hash)

    def _records(self, order_id: str, customer_id: str) -> Records:
        unknown = NotFound(f"there is no order {order_id}")
        try:
            records = self._backoffice.records_for(order_id)
        except NotFound as error:
            raise unknown from error
        if records.customer.customer_id != customer_id:
            raise unknown
        return records

    def _assessed(self, request: RefundRequest, records: Records, now: datetime) -> Assessed:
        decision = decide(request, records, self._policy, now)
        with self._database.reading() as session:
            open_case = store.open_case_of(session, request.order_id)
        zone = customer_zone(request.zone, records.customer.country, self._policy.zones)
        due = timetable(now, zone, payment_country(records), self._policy, self._calendars)
        return Assessed(
            records=records,
            decision=decision,
            digest=confirmation_digest(request.order_id, decision),
            arrival=None if decision.amount is None else self._arrival(records, due.payout_due, zone),
            verification_due=due.verification_due,
            payout_due=due.payout_due,
            open_case=open_case,
            untried=self._untried(request, records, decision, now),
        )

    def _untried(
        self, request: RefundRequest, records: Records, decision: Decision, now: datetime
    ) -> tuple[Incident, ...]:
        """Incidents beside a no to a ground of the customer's own; what the payment forbids, no incident changes."""
        is_no = decision.outcome is Outcome.NOT_ELIGIBLE and decision.clauses[0] != "P3.a"
        return incidents_unclaimed(Situation(request, records, self._policy, now)) if is_no else ()

    def _arrival(self, records: Records, payout_due: date, zone: ZoneInfo) -> ArrivalWindow:
        payment = records.order.payment
        sent = datetime.combine(payout_due, time(12), zone)
        country = payment_country(records)
        return arrival(payment.method, payment.funding, country, sent, self._policy, self._calendars, zone)

    def _keep(self, assessed: Assessed, request: RefundRequest, conversation_id: str, now: datetime) -> None:
        assessment = draft_assessment(
            request,
            assessed.records,
            assessed.decision,
            assessment_id=secrets.token_hex(16),
            conversation_id=conversation_id,
            now=now,
        )
        with self._database.transaction() as session:
            keep_policy_version(session, self._policy, now)
            keep_assessment(session, assessment)

    @staticmethod
    def _draft(
        request: RefundRequest, assessed: Assessed, *, key: str, channel: str, conversation_id: str, now: datetime
    ) -> Case:
        return draft_case(
            request,
            assessed.records,
            assessed.decision,
            Timetable(assessed.verification_due, assessed.payout_due),
            case_id=_new_number(),
            key=key,
            channel=channel,
            conversation_id=conversation_id,
            now=now,
        )

    def _store(self, case: Case, assessed: Assessed) -> Case:
        approves = self._approves(case, assessed.decision)
        for _ in range(NUMBERS_TRIED):
            try:
                return self._write(case, assessed, approves=approves)
            except AboveCaptured:
                approves = False  # another payout holds the money: a person must look
            except store.CaseTaken:
                if (there := self._already_filed(case)) is not None:
                    return there
                case = replace(case, case_id=_new_number())
        raise store.CaseTaken(f"no free case number in {NUMBERS_TRIED} tries")

    def _write(self, case: Case, assessed: Assessed, *, approves: bool) -> Case:
        now = case.filed_at
        with self._database.transaction() as session:
            keep_policy_version(session, self._policy, now)
            why = "appealed" if case.state is CaseState.APPEALED else "confirmed what was shown"
            case = store.add(session, case, who="customer", why=why, decision=dump(assessed.decision))
            join_case(session, case.conversation_id, case.case_id)
            self._targets.promise_check(session, case, now)
            self._notices.tell(session, case, Occasion.RECEIVED, key=f"received:{case.case_id}", now=now)
            if approves:
                why = f"within the automatic approval limit, by {', '.join(case.evidence)}"
                case = self._approval.carry_out(session, case, assessed.records, who="policy", why=why, now=now)
        return case

    def _approves(self, case: Case, decision: Decision) -> bool:
        sure = decision.outcome is Outcome.ELIGIBLE and case.evidence and not decision.payout_needs_review
        return bool(sure and case.amount and self._policy.settings.approves_without_person(case.amount))

    def _already_filed(self, case: Case) -> Case | None:
        with self._database.reading() as session:
            return store.filed_with(session, case.filing_key) or store.open_case_of(session, case.order_id)


def _new_number() -> str:
    return new_case_number(secrets.randbits(64))


def _payment_country(records: Records) -> str | None:
    return records.order.payment.country or records.customer.country
