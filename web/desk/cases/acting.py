"""What an agent does with a case. Each form carries the version that they saw; a refusal is shown with the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from refunds.app import App
from refunds.cases import store
from refunds.cases.lifecycle import CaseState
from refunds.cases.reservations import AboveCaptured
from refunds.desk.accounts import Agent
from refunds.desk.permissions import Act
from refunds.errors import BackOfficeError, TransitionRefused
from refunds.money import Money
from refunds.review import ReviewRefused
from refunds.review.checklist import Item
from web.desk.cases.case_page import CasePage
from web.desk.guard import needs
from web.desk.pages import render

_AWAY = "Billing does not answer just now. Nothing was changed; please try again in a minute."
_DECIDES = needs(Act.DECIDE_CASE)
Decider = Annotated[Agent, _DECIDES]
Text = Annotated[str, Form(max_length=4000)]


@dataclass(frozen=True, slots=True)
class Hand:
    """An agent at a case: the request, who, which case, and the version of it that they saw."""

    request: Request
    agent: Agent
    case_id: str
    version: int


def _hand(request: Request, agent: Decider, case_id: str, version: Annotated[int, Form()]) -> Hand:
    return Hand(request, agent, case_id, version)


AtHand = Annotated[Hand, Depends(_hand)]


class CaseActing:
    """Forms of the case page."""

    def __init__(self, app: App, page: CasePage) -> None:
        self._app = app
        self._acts = app.case_acts
        self._page = page
        self.router = APIRouter()
        for name, act in (
            ("start", self._start),
            ("approve", self._approve),
            ("reject/preview", self._preview_refusal),
            ("reject", self._reject),
            ("ask/preview", self._preview_question),
            ("ask", self._ask),
            ("answer", self._answer),
            ("amount", self._change_amount),
            ("withdraw", self._withdraw),
            ("appeal", self._appeal),
            ("pay", self._pay),
            ("assign", self._assign),
            ("promise", self._promise),
            ("promise/kept", self._keep_promise),
        ):
            self.router.add_api_route(f"/cases/{{case_id}}/{name}", act, methods=["POST"], dependencies=[_DECIDES])

    def _start(self, at: AtHand) -> Response:
        return self._done(at, "start", lambda now: self._acts.start(at.agent, at.case_id, at.version, now))

    def _approve(self, at: AtHand, route: Text = "") -> Response:
        def approve(now: datetime) -> str:
            case = self._acts.approve(at.agent, at.case_id, at.version, now, route=route or None)
            if case.state is not CaseState.APPROVED:
                return "first"
            return "approve" if self._has_payout(at.case_id) else "approve_waits"

        return self._done(at, "approve", approve, route=route)

    def _preview_refusal(self, at: AtHand, clause: Text, reason: Text = "") -> Response:
        typed = {"clause": clause, "reason": reason}
        if not reason.strip() or clause not in {each.id for each in self._app.policy.clauses}:
            return self._refused(at, "A refusal needs a clause and a reason.", 422, typed)

        def preview(now: datetime) -> Response:
            told = self._acts.refusal_preview(at.case_id, reason=reason, clause=clause, now=now)
            return _preview(at, "reject", "Reject and send this", told, typed)

        return self._done(at, "reject", preview, **typed)

    def _reject(self, at: AtHand, clause: Text, reason: Text) -> Response:
        def reject(now: datetime) -> None:
            self._acts.reject(at.agent, at.case_id, at.version, now, reason=reason, clause=clause)

        return self._done(at, "reject", reject, clause=clause, reason=reason)

    def _preview_question(
        self, at: AtHand, items: Annotated[list[str] | None, Form()] = None, more: Text = ""
    ) -> Response:
        asked = self._in_words(items or [], more)
        typed: dict[str, Any] = {"items": items or [], "more": more}
        if not asked:
            return self._refused(at, "Say what is needed.", 422, typed)

        def preview(now: datetime) -> Response:
            told = self._acts.question_preview(at.case_id, items=asked, now=now)
            return _preview(at, "ask", "Ask the customer this", told, {"asked": asked})

        return self._done(at, "ask", preview, **typed)

    def _ask(self, at: AtHand, asked: Annotated[list[str], Form()]) -> Response:
        def ask(now: datetime) -> None:
            self._acts.ask(at.agent, at.case_id, at.version, now, items=asked)

        return self._done(at, "ask", ask, items=[], more="\n".join(asked))

    def _answer(self, at: AtHand, words: Text) -> Response:
        def answer(now: datetime) -> None:
            self._acts.take_answer(at.agent, at.case_id, at.version, now, words=words)

        return self._done(at, "answer", answer, words=words)

    def _change_amount(self, at: AtHand, amount: Text, why_amount: Text) -> Response:
        def change(now: datetime) -> None:
            wanted = self._money(at.case_id, amount)
            self._acts.change_amount(at.agent, at.case_id, at.version, now, amount=wanted, reason=why_amount)

        return self._done(at, "amount", change, amount=amount, why_amount=why_amount)

    def _withdraw(self, at: AtHand, why: Text) -> Response:
        def withdraw(now: datetime) -> None:
            self._acts.withdraw(at.agent, at.case_id, at.version, now, reason=why)

        return self._done(at, "withdraw", withdraw, why=why)

    def _appeal(self, at: AtHand, why: Text) -> Response:
        def appeal(now: datetime) -> None:
            self._acts.appeal(at.agent, at.case_id, at.version, now, reason=why)

        return self._done(at, "appeal", appeal, why=why)

    def _pay(self, at: AtHand, route: Text = "") -> Response:
        def pay(now: datetime) -> None:
            self._acts.pay_again(at.agent, at.case_id, at.version, now, route=route or None)

        return self._done(at, "pay", pay, route=route)

    def _assign(self, at: AtHand, to: Text) -> Response:
        receiver = {"nobody": None, "me": at.agent.agent_id}.get(to, to)

        def assign(now: datetime) -> None:
            if not self._acts.assign(at.agent, [at.case_id], receiver, now):
                raise ReviewRefused("the case did not change hands: it has ended, or another agent sees to it")

        return self._done(at, "assign", assign)

    def _promise(self, at: AtHand, day: Annotated[date, Form()], matter: Text = "") -> Response:
        def give(now: datetime) -> None:
            self._app.given_days.give(at.agent, at.case_id, day, matter, now)

        return self._done(at, "promise", give, day=day, matter=matter)

    def _keep_promise(self, at: AtHand) -> Response:
        return self._done(at, "kept", lambda now: self._app.given_days.keep(at.agent, at.case_id, now))

    def _done(self, at: Hand, name: str, act: Callable[[datetime], str | Response | None], **typed: Any) -> Response:
        """Do it and lead back to the case; or show the case with the reason why not, and what was typed."""
        try:
            done = act(datetime.now(UTC)) or name
        except (ReviewRefused, TransitionRefused, AboveCaptured) as error:
            return self._refused(at, f"Nothing was changed: {str(error).rstrip('.')}.", 409, typed)
        except BackOfficeError:
            return self._refused(at, _AWAY, 503, typed)
        if isinstance(done, Response):
            return done
        return RedirectResponse(f"/desk/cases/{at.case_id}?done={done}", 303)

    def _refused(self, at: Hand, why: str, status: int, typed: dict[str, Any]) -> Response:
        shown = self._page.show(
            at.request, at.agent, at.case_id, status, refused=why, typed=typed, seen_version=at.version
        )
        if at.request.headers.get("HX-Request"):  # a part of the page was asked for, and all of it is news now
            shown.headers.update({"HX-Retarget": "body", "HX-Reswap": "innerHTML"})
            shown.status_code = 200
        return shown

    def _in_words(self, items: list[str], more: str) -> list[str]:
        known = [self._app.words.say(f"information_{item}") for item in items if item in set(Item)]
        return [*known, *(line.strip() for line in more.splitlines() if line.strip())]

    def _money(self, case_id: str, amount: str) -> Money:
        with self._app.database.reading() as session:
            currency = store.get(session, case_id).currency
        try:
            value = Decimal(amount.strip())
        except InvalidOperation:
            value = Decimal("nan")
        if not value.is_finite():
            raise ReviewRefused(f"{amount!r} is no amount such as 120.00")
        return Money(value, currency)

    def _has_payout(self, case_id: str) -> bool:
        with self._app.database.reading() as session:
            return bool(store.get(session, case_id).payouts)


def _preview(at: Hand, act: str, button: str, told: list[str], kept: dict[str, Any]) -> Response:
    """What the customer will read, with what is sent when the agent says so."""
    values: dict[str, Any] = {"case_id": at.case_id, "version": at.version, "act": act, "button": button}
    values |= {"told": told, "kept": kept, "fragment": bool(at.request.headers.get("HX-Request"))}
    return render(at.request, "cases/preview.html", **values)
