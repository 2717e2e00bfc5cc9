"""The product over one database and the sandbox's office: real use cases, simulated time, no process and no HTTP."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from refunds import worker
from refunds.backoffice.client import BackOffice
from refunds.backoffice.signature import is_signed
from refunds.backoffice.transport import Transport
from refunds.bank_days import HolidayCalendars
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.drafting import draft_case
from refunds.cases.policy_versions import keep_policy_version
from refunds.cases.timetable import Timetable
from refunds.chat.conversations import found_or_made
from refunds.chat.links import ChatLinks
from refunds.notify import FileMailer, Notices
from refunds.notify.mails import NoticeMails
from refunds.payouts import Payouts
from refunds.policy.decide import decide
from refunds.policy.request import Claim, NamedTime, RefundRequest
from refunds.policy_files import load_policy
from refunds.review import Review
from refunds.settings import ROOT
from refunds.watch import Watch
from refunds.webhooks import take_in
from refunds.words import Words
from sandbox.webhooks import signature
from tests.ledger.billing import Billing, Line
from tests.ledger.stepped import SteppedDatabase
from tests.world import Entry, customer, incident, order, world
from web.webhooks import EventTold

if TYPE_CHECKING:
    from refunds.app import App

START = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SECRET = "the sandbox's and ours"
POLICY = load_policy(ROOT / "policy")
WORDS = Words.load(ROOT / "data" / "responses")
CALENDARS = HolidayCalendars()
LINKS = ChatLinks("https://shop.example", "a secret of tests that is long enough to be one")
_FAILED_AT = START - timedelta(days=3)


@dataclass
class Clock:
    """The one time of a schedule."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


def _order(number: int, value: str = "240.00", currency: str = "EUR", **payment: Any) -> Entry:
    long_ago = (START - timedelta(days=12)).isoformat()
    later = (START + timedelta(days=18)).isoformat()
    amount = {"value": value, "currency": currency}
    times = {"purchased_at": long_ago, "term_start": long_ago, "term_end": later}
    return order(f"ORD-{number}", amount=amount, payment={"captured_at": long_ago, **payment}, **times)


# One order for each thing that may become of its refund.
ORDERS = [
    _order(1),
    _order(2, sandbox_refund="fail:expired_or_canceled_card"),
    _order(3, "10.01", sandbox_refund="fail:insufficient_funds"),
    _order(4, sandbox_refund="reverse:account_closed"),
    _order(5, sandbox_refund="cancel:merchant_request"),
    _order(6, sandbox_refund="requires_action:bank_details"),
    _order(7, sandbox_refund="pending:insufficient_funds"),
    _order(8, "5000", "JPY", settled_at=(START + timedelta(days=1)).isoformat()),
    _order(9, "1500.00"),
    _order(10, "99.99", method="sepa_transfer"),
]
NEEDS_TWO = "ORD-9"  # above the amount that one person may approve
WORLD = world(
    customers=[customer()],
    orders=ORDERS,
    incidents=[incident(started_at=_FAILED_AT.isoformat(), ended_at=(_FAILED_AT + timedelta(hours=20)).isoformat())],
    refund_delay_seconds=40.0,
)


class NearBackOffice(BackOffice):
    """The client of the back office on a line without HTTP."""

    def __init__(self, line: Line) -> None:
        self._transport = cast("Transport", line)


class House:
    """What all processes share, and what each of them does."""

    def __init__(self, database: SteppedDatabase, clock: Clock, billing: Billing, folder: Path) -> None:
        self.database = database
        self.clock = clock
        self.billing = billing
        self.mailbox = folder / "mailbox"
        self._backoffice = NearBackOffice(Line(billing, database))
        notices = Notices(WORDS, POLICY, CALENDARS)
        self.payouts = Payouts(database, self._backoffice, POLICY, CALENDARS, notices)
        self.review = Review(database, self._backoffice, POLICY, CALENDARS, self.payouts, notices)
        mailer = FileMailer(self.mailbox, "Refunds <refunds@example.com>")
        self._app = cast(
            "App",
            SimpleNamespace(
                database=database,
                payouts=self.payouts,
                notices=notices,
                notice_mails=NoticeMails(database, self._backoffice, WORDS, mailer, LINKS),
                watch=Watch(database, POLICY, CALENDARS, notices),
            ),
        )
        self._heartbeat = worker.Heartbeat(folder / "worker.heartbeat")

    def work(self) -> None:
        """A worker's tick of the outbox: all that is due."""
        worker.carry_out_what_is_due(self._app, self._heartbeat, threading.Event())

    def look_around(self) -> None:
        """A worker's tick of the watch."""
        worker.watch(self._app)

    def take_in(self, body: bytes, header: str) -> bool:
        """What the web process does with a webhook; False where it is refused."""
        if not is_signed(body, header, SECRET, self.clock.now):
            return False
        take_in(self.database, EventTold.model_validate_json(body).event(), self.clock.now)
        return True

    def sign(self, body: bytes) -> str:
        """How the sandbox signs at this moment."""
        return signature(body, SECRET, self.clock.now)

    def file(self, order_id: str) -> Case:
        """A submitted case for the whole amount, in a conversation of its own."""
        draft = _draft(self._backoffice, order_id)
        with self.database.transaction() as session:
            keep_policy_version(session, POLICY, START)
            conversation = found_or_made(session, "rest", order_id, START)
            conversation.customer_id = draft.customer_id
            case = replace(draft, conversation_id=conversation.conversation_id)
            return store.add(session, case, who="customer", why="confirmed what was shown", decision={})


_DRAFTS: dict[str, Case] = {}


def _draft(backoffice: BackOffice, order_id: str) -> Case:
    """The world is always the same at the start, and so are the cases."""
    if order_id not in _DRAFTS:
        request = RefundRequest(
            order_id=order_id,
            words="it was down all day",
            claims=frozenset({Claim.FAILURE}),
            time=NamedTime(_FAILED_AT, _FAILED_AT + timedelta(hours=1)),
        )
        records = backoffice.records_for(order_id)
        decision = decide(request, records, POLICY, START)
        due = Timetable(START.date() + timedelta(days=2), START.date() + timedelta(days=6))
        _DRAFTS[order_id] = draft_case(
            request,
            records,
            decision,
            due,
            case_id=f"R-{order_id[4:]}",
            key=order_id,
            channel="rest",
            conversation_id=order_id,
            now=START,
        )
    return _DRAFTS[order_id]
