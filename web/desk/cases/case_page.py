"""One case with all that it rests on; after a refused act the same page with what was typed and what changed since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Request, Response

from refunds.app import App
from refunds.cases.case import Case
from refunds.cases.lifecycle import TRANSITIONS, Event
from refunds.cases.notice_wishes import wishes_of
from refunds.cases.payout_failures import OTHER_ROUTES
from refunds.days import local_day
from refunds.desk.accounts import Agent
from refunds.desk.cases.assignment import assignable
from refunds.desk.cases.file import CaseFile, case_file
from refunds.desk.cases.grounds import rests_on
from refunds.desk.cases.news import case_mark
from refunds.desk.cases.task_words import task_words
from refunds.desk.permissions import Act
from refunds.errors import BackOfficeError, NotFound
from refunds.review.checklist import Item, fitting_items
from refunds.review.refusal import clause_of_refusal
from web.desk.guard import needs
from web.desk.pages import render

_log = structlog.get_logger()
DONE = {
    "start": "You see to this case now.",
    "approve": "Approved. The customer was told, and the money is sent by itself.",
    "first": "Your approval is kept. This amount needs a second person: a lead.",
    "approve_waits": "Approved, and the customer was told. The way it was paid is closed: agree another one with them.",
    "reject": "Rejected. The customer reads what you saw in the preview.",
    "ask": "The customer was asked. The case waits for their answer.",
    "answer": "The answer stands in the case; the check begins again.",
    "amount": "The amount was changed.",
    "withdraw": "The request was taken back, and the customer was told.",
    "appeal": "The case is checked again, and the customer was told.",
    "pay": "The money is sent again by itself.",
    "assign": "The case changed hands.",
    "promise": "The day is noted. If it is not kept by three o'clock, the customer hears before it is over.",
    "kept": "The day counts as kept.",
    "notices": "The customer hears from us as they wish now.",
}

Seer = Annotated[Agent, needs(Act.SEE_CASES)]


class CasePage:
    """Shows a case."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.router = APIRouter()
        self.router.add_api_route("/cases/{case_id}", self._get, methods=["GET"])
        self.router.add_api_route("/cases/{case_id}/billing", self._billing, methods=["GET"])
        self.router.add_api_route("/cases/{case_id}/news", self._news_since, methods=["GET"])

    def show(
        self,
        request: Request,
        agent: Agent,
        case_id: str,
        status: int = 200,
        *,
        said: str = "",
        refused: str = "",
        typed: Mapping[str, Any] | None = None,
        seen_version: int | None = None,
    ) -> Response:
        """The page as the case stands now; ``seen_version`` is the one that the agent acted on in vain."""
        now = datetime.now(UTC)
        with self._app.database.reading() as session:
            mark = case_mark(session, case_id)
            file = case_file(session, case_id)
            agents = assignable(session)
            wishes = wishes_of(session, file.case.customer_id)
        case = file.case
        self._app.audit.seen(agent, "see_case", now, case_id=case_id, customer_id=case.customer_id)
        values = {
            "file": file,
            "mark": mark,
            "case": case,
            "agents": agents,
            "wishes": wishes,
            "wishes_told": self._app.wishing.told(wishes),
            "open_acts": _open_acts(case),
            "news": _news(case, seen_version),
            "typed": typed or {},
            "tasks": [(task, task_words(task.kind, task.details)) for task in file.tasks],
            "today": local_day(now, self._app.settings.desk_hours.zone),
            **self._choices(file),
        }
        return render(request, "cases/case.html", status, **values, said=said, refused=refused)

    def _get(self, request: Request, case_id: str, agent: Seer, done: str = "") -> Response:
        return self.show(request, agent, case_id, said=DONE.get(done, ""))

    def _news_since(self, request: Request, case_id: str, agent: Seer, seen: int, mark: str = "") -> Response:
        """What happened after the version ``seen``, as a part of the page: what somebody types there stays.

        Empty where ``mark`` says that the page shows the case as it stands.
        """
        with self._app.database.reading() as session:
            if mark and mark == case_mark(session, case_id):
                return Response(media_type="text/html")
            case = case_file(session, case_id).case
        self._app.audit.seen(agent, "see_case", datetime.now(UTC), case_id=case_id, customer_id=case.customer_id)
        return render(request, "cases/news.html", case_id=case_id, events=_news(case, seen))

    def _billing(self, request: Request, case_id: str, agent: Seer) -> Response:
        """What billing says of the payment at this moment, as a part of the page."""
        with self._app.database.reading() as session:
            case = case_file(session, case_id).case
        now = datetime.now(UTC)
        self._app.audit.seen(agent, "see_billing", now, case_id=case_id, customer_id=case.customer_id)
        try:
            records = self._app.backoffice.records_for(case.order_id)
        except (BackOfficeError, NotFound) as error:
            _log.warning("desk_billing_not_shown", why=type(error).__name__)
            return render(request, "cases/billing.html", records=None)
        return render(request, "cases/billing.html", records=records)

    def _choices(self, file: CaseFile) -> dict[str, Any]:
        words, decided = self._app.words, file.decided
        fitting = fitting_items(decided.request, decided.records.customer)
        items = [*fitting, *(item for item in Item if item not in fitting)]
        return {
            "clause_texts": {clause.id: clause for clause in file.policy.clauses},
            "clauses_now": self._app.policy.clauses,
            "clause_found": clause_of_refusal(file.case),
            "items": [(item.value, words.say(f"information_{item.value}"), item in fitting) for item in items],
            "rests_on": rests_on(decided),
            "routes": OTHER_ROUTES,
            "needs_second": file.case.amount is not None
            and self._app.policy.settings.needs_second_approver(file.case.amount),
        }


def _open_acts(case: Case) -> set[str]:
    """The events that may happen to a case in its state."""
    return {event.value for state, event in TRANSITIONS if state is case.state and event in _BY_HAND}


_BY_HAND = frozenset(
    {
        Event.VERIFICATION_STARTED,
        Event.INFORMATION_ASKED,
        Event.INFORMATION_GIVEN,
        Event.AMOUNT_CHANGED,
        Event.APPROVED,
        Event.REJECTED,
        Event.WITHDRAWN,
        Event.APPEALED,
        Event.ROUTE_AGREED,
    }
)


def _news(case: Case, seen_version: int | None) -> list[Any]:
    """What happened to the case after the version that somebody saw; each event raises it by one."""
    if seen_version is None or seen_version >= case.version:
        return []
    return list(case.events[-(case.version - seen_version) :])
