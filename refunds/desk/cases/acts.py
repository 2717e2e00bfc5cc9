"""What agents do with cases at the desk: by Review and Payouts, with a trace in the audit log before it happens."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import Event, move
from refunds.cases.tasks import finish_task, get_task
from refunds.database import Database
from refunds.desk.accounts import Agent
from refunds.desk.audit import Audit
from refunds.desk.cases import assignment
from refunds.desk.permissions import Act, may
from refunds.errors import RefundsError
from refunds.money import Money
from refunds.notify.notices import Notices, Occasion
from refunds.outbox import retry
from refunds.payouts import Payouts
from refunds.review import Review, ReviewRefused

# Reading a case takes its time; a chat waits less long for its agent (refunds/desk/presence.py).
LEFT_AFTER = timedelta(minutes=30)


class CaseActs:
    """Each act names the agent, and the version of the case that they saw; it raises what Review raises.

    The audit log tells of an act before it is tried, and of a refusal after: what was tried and is not told as refused
    stands among the case's events.
    """

    def __init__(self, database: Database, review: Review, payouts: Payouts, notices: Notices, audit: Audit) -> None:
        self._database = database
        self._review = review
        self._payouts = payouts
        self._notices = notices
        self._audit = audit

    def start(self, agent: Agent, case_id: str, version: int, now: datetime) -> None:
        """Begin to verify the case, and see to it."""
        with self._tried(agent, "start_case", case_id, version, now):
            self._review.start(case_id, who=agent.name, now=now, version=version)
        self.assign(agent, [case_id], agent.agent_id, now)

    def approve(self, agent: Agent, case_id: str, version: int, now: datetime, *, route: str | None = None) -> Case:
        """Approve the case; where somebody did so before, this is the second approval, which takes a lead."""
        with self._tried(agent, "approve_case", case_id, version, now, route=route) as case:
            if case.first_approver is not None and not may(agent.role, Act.SECOND_APPROVAL):
                raise ReviewRefused("the second approval is a lead's to give")
            return self._review.approve(case_id, who=agent.name, now=now, version=version, route=route)

    def reject(self, agent: Agent, case_id: str, version: int, now: datetime, *, reason: str, clause: str) -> None:
        """Say no by a clause, for a reason that the customer reads."""
        with self._tried(agent, "reject_case", case_id, version, now, clause=clause):
            self._review.reject(case_id, reason=reason, clause=clause, who=agent.name, now=now, version=version)

    def ask(self, agent: Agent, case_id: str, version: int, now: datetime, *, items: Sequence[str]) -> None:
        """Ask the customer for what the check needs."""
        with self._tried(agent, "ask_customer", case_id, version, now):
            self._review.ask(case_id, items=items, who=agent.name, now=now, version=version)

    def take_answer(self, agent: Agent, case_id: str, version: int, now: datetime, *, words: str) -> None:
        """Take down what the customer told elsewhere."""
        with self._tried(agent, "take_answer", case_id, version, now):
            self._review.give_information(case_id, words, who=agent.name, now=now, version=version)

    def change_amount(
        self, agent: Agent, case_id: str, version: int, now: datetime, *, amount: Money, reason: str
    ) -> None:
        """Set how much goes back."""
        with self._tried(agent, "change_amount", case_id, version, now, amount=str(amount)):
            self._review.change_amount(case_id, amount, reason=reason, who=agent.name, now=now, version=version)

    def withdraw(self, agent: Agent, case_id: str, version: int, now: datetime, *, reason: str) -> None:
        """Take the case back on the customer's wish."""
        with self._tried(agent, "withdraw_case", case_id, version, now):
            self._review.withdraw(case_id, reason=reason, who=agent.name, now=now, version=version)

    def appeal(self, agent: Agent, case_id: str, version: int, now: datetime, *, reason: str) -> None:
        """Have a rejected case checked again."""
        with self._tried(agent, "appeal_case", case_id, version, now):
            self._review.appeal(case_id, reason=reason, who=agent.name, now=now, version=version)

    def pay_again(self, agent: Agent, case_id: str, version: int, now: datetime, *, route: str | None) -> None:
        """Send the money of an approved case again, along ``route`` or as before."""
        with self._tried(agent, "pay_again", case_id, version, now, route=route) as case:
            if case.version != version:
                raise ReviewRefused(f"case {case_id} changed meanwhile; look at it again")
            self._payouts.pay_again(case_id, route=route, who=agent.name, now=now)

    def refusal_preview(self, case_id: str, *, reason: str, clause: str, now: datetime) -> list[str]:
        """What the customer would read, word for word; raises ``NotFound``, ``KeyError`` for an unknown clause."""
        return self._preview(case_id, Event.REJECTED, Occasion.REJECTED, now, reason=reason.strip(), clause=clause)

    def question_preview(self, case_id: str, *, items: Sequence[str], now: datetime) -> list[str]:
        """The same of what they would be asked for."""
        asked = [item.strip() for item in items if item.strip()]
        return self._preview(case_id, Event.INFORMATION_ASKED, Occasion.INFORMATION_NEEDED, now, items=asked)

    def assign(self, agent: Agent, case_ids: Collection[str], to: str | None, now: datetime) -> list[str]:
        """Give open cases to ``to`` (None: back to the queue); those that changed hands.

        Raises ``ReviewRefused`` where somebody who may not gives them to another or takes another's away, and
        where the receiver says to be away.
        """
        with self._database.transaction() as session:
            if not may(agent.role, Act.ASSIGN):
                if to not in (None, agent.agent_id):
                    raise ReviewRefused("giving cases to others is a lead's to do")
                case_ids = assignment.not_anothers(session, case_ids, agent.agent_id)
            if to is not None and assignment.says_to_be_away(session, to):
                raise ReviewRefused("whoever is away gets no cases: they would come straight back")
            changed = assignment.assign(session, case_ids, to, now)
            for case_id in changed:
                self._audit.note(session, agent, "assign_case", now, case_id=case_id, to=to)
        return changed

    def put_back(self, now: datetime) -> int:
        """Give open cases of who left the desk half an hour ago, or says to be away, back to the queue; how many.

        Raises ``DatabaseUnavailable``.
        """
        with self._database.reading() as session:
            if not assignment.left_behind(session, now - LEFT_AFTER):
                return 0
        with self._database.transaction() as session:
            left = {case_id: name for case_id, _, name in assignment.left_behind(session, now - LEFT_AFTER)}
            returned = assignment.assign(session, left, None, now)
            for case_id in returned:
                self._audit.note(session, "the desk itself", "case_put_back", now, case_id=case_id, agent=left[case_id])
        return len(returned)

    def finish_task(self, agent: Agent, task_id: str, now: datetime) -> None:
        """Mark a task as done; raises ``NotFound`` and ``TransitionRefused``."""
        with self._database.transaction() as session:
            task = get_task(session, task_id)
            finish_task(session, task_id, who=agent.name, now=now)
            self._audit.note(session, agent, "finish_task", now, case_id=task.case_id, task=task.kind)

    def retry(self, agent: Agent, task_id: str, now: datetime) -> None:
        """Let the dead row of a task live again; raises ``NotFound`` and ``TransitionRefused``."""
        with self._database.reading() as session:
            task = get_task(session, task_id)
        self._audit.did(agent, "retry_outbox", now, case_id=task.case_id, effect=task.details.get("effect"))
        retry(self._database, task.details.get("outbox_id", ""), who=agent.name, now=now)

    def _preview(self, case_id: str, event: Event, occasion: Occasion, now: datetime, **details: object) -> list[str]:
        with self._database.reading() as session:
            case = store.get(session, case_id)
            move(case.state, event)
            return self._notices.preview(session, case, occasion, now=now, **details)

    @contextmanager
    def _tried(
        self, agent: Agent, act: str, case_id: str, version: int, now: datetime, **details: object
    ) -> Iterator[Case]:
        with self._database.reading() as session:
            case = store.get(session, case_id)
        about = {"case_id": case_id, "customer_id": case.customer_id}
        told = {name: value for name, value in details.items() if value is not None}
        self._audit.did(agent, act, now, **about, version=version, **told)
        try:
            yield case
        except RefundsError as error:
            self._audit.did(agent, f"{act}_refused", now, **about, version=version, why=type(error).__name__)
            raise
