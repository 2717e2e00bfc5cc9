"""/desk/people/for/{chat}: what a customer said elsewhere is written down, decided, read out to them, and filed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi import Path as PathPart
from fastapi.responses import RedirectResponse

from refunds.app import App
from refunds.case_words import method_words
from refunds.chat.conversations import new_id
from refunds.desk.accounts import Agent
from refunds.desk.opened_for import InHand
from refunds.desk.permissions import Act
from refunds.errors import BackOfficeError, ConfirmationOutdated, NotFound, NothingSaid, NotVerified
from refunds.filing import FILED_AS_CASE, KEPT_AS_ASSESSMENT, Assessed
from refunds.policy.decision import Detail
from refunds.policy.request import Claim, NamedTime, RefundRequest
from web.desk.guard import needs
from web.desk.pages import render

Opens = Annotated[Agent, needs(Act.OPEN_FOR_CUSTOMER)]
Id = Annotated[str, PathPart(pattern="^[0-9a-f]{32}$")]
Key = Annotated[str, Form(pattern="^[0-9a-f]{32}$")]
CLAIMS = (
    (Claim.FAILURE, "It failed, or there was a problem"),
    (Claim.WRONG_CHARGE, "Charged twice, a wrong amount, or an unknown charge"),
    (Claim.WITHDRAWAL, "Withdraws from the contract"),
    (Claim.EARLY_END, "Ended it early, for reasons of their own"),
)
_ASK = {
    Detail.REASON: "Ask what happened: none of the grounds was named, and the records show none.",
    Detail.TIME: "Ask when it happened.",
    Detail.NARROWER_TIME: "Ask for a closer time: three days at most.",
}
_AWAY = "The back office does not answer. Nothing was filed; please try again soon."
_OUTDATED = "The records have changed since, so nothing was filed. This is how it stands now: please read it out again."


class RequestForm:
    """What a customer asks for, as the agent filled it in; days are the desk's."""

    def __init__(  # noqa: PLR0917 - the form's fields
        self,
        order: Annotated[str, Form(max_length=60)],
        words: Annotated[str, Form(max_length=4000)] = "",
        claims: Annotated[list[Claim] | None, Form()] = None,
        first_day: Annotated[str, Form(pattern=r"^(\d{4}-\d\d-\d\d)?$")] = "",
        last_day: Annotated[str, Form(pattern=r"^(\d{4}-\d\d-\d\d)?$")] = "",
        day_unknown: Annotated[bool, Form()] = False,
    ) -> None:
        self.order, self.words, self.claims = order, words, claims or []
        self.first_day, self.last_day, self.day_unknown = first_day, last_day, day_unknown

    def request(self, now: datetime, zone: Any) -> RefundRequest:
        """The request in the policy's terms; raises ``ValueError`` for days that are none or go backwards."""
        return RefundRequest(
            order_id=self.order,
            words=self.words,
            claims=frozenset(self.claims),
            time=self._time(now, zone),
            time_unknown=self.day_unknown and not self.first_day,
            withdrawn_at=now if Claim.WITHDRAWAL in self.claims else None,
        )

    def _time(self, now: datetime, zone: Any) -> NamedTime | None:
        if not self.first_day:
            return None
        first = date.fromisoformat(self.first_day)
        last = date.fromisoformat(self.last_day or self.first_day)
        start = datetime.combine(first, time(), zone)
        end = min(datetime.combine(last + timedelta(days=1), time(), zone), now)
        if end <= start:
            raise ValueError("The days must lie in the past, the first before the last.")
        return NamedTime(start.astimezone(UTC), end.astimezone(UTC))


class CaseForPages:
    """From what was said to a case, through the same check and the same yes as in a chat."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.router = APIRouter(prefix="/people/for/{conversation_id}")
        self.router.add_api_route("", self.page, methods=["GET"])
        for path, act in (("words", self.write_down), ("preview", self.preview), ("file", self.file)):
            self.router.add_api_route(f"/{path}", act, methods=["POST"])

    def page(self, request: Request, agent: Opens, conversation_id: Id) -> Response:
        """How the conversation stands, with the next step."""
        return self._page(request, agent, conversation_id)

    def write_down(
        self,
        request: Request,
        agent: Opens,
        conversation_id: Id,
        words: Annotated[str, Form(max_length=4000)],
        key: Key,
    ) -> Response:
        """Keep what the customer said."""
        try:
            self._app.opened_for.write_down(agent, conversation_id, words, key, datetime.now(UTC))
        except NothingSaid:
            return self._page(request, agent, conversation_id, refused="There were no words in it.")
        return RedirectResponse(f"/desk/people/for/{conversation_id}", 303)

    def preview(
        self, request: Request, agent: Opens, conversation_id: Id, form: Annotated[RequestForm, Depends()]
    ) -> Response:
        """What to read out."""
        return self._read_out(request, agent, conversation_id, form)

    def file(  # noqa: PLR0917 - the form's fields
        self,
        request: Request,
        agent: Opens,
        conversation_id: Id,
        form: Annotated[RequestForm, Depends()],
        digest: Annotated[str, Form(max_length=64)],
        key: Key,
        appeal: Annotated[bool, Form()] = False,
    ) -> Response:
        """The customer said yes to what was read out."""
        now = datetime.now(UTC)
        try:
            asked = form.request(now, self._zone)
            case = self._app.opened_for.file(
                agent, conversation_id, asked, confirmed_digest=digest, key=key, now=now, appeal=appeal
            )
        except ConfirmationOutdated:
            return self._read_out(request, agent, conversation_id, form, refused=_OUTDATED)
        except (NotVerified, ValueError) as error:
            return self._page(request, agent, conversation_id, refused=str(error), form=form)
        except BackOfficeError:
            return self._page(request, agent, conversation_id, refused=_AWAY, form=form)
        said = f"Case {case.case_id} is filed. The customer hears so by mail."
        return self._page(request, agent, conversation_id, said=said, case_id=case.case_id)

    def _read_out(
        self, request: Request, agent: Agent, conversation_id: str, form: RequestForm, refused: str = ""
    ) -> Response:
        now = datetime.now(UTC)
        try:
            asked = form.request(now, self._zone)
            assessed = self._app.opened_for.preview(agent, conversation_id, asked, now)
        except (NotVerified, ValueError) as error:
            return self._page(request, agent, conversation_id, refused=str(error), form=form)
        except NotFound:
            return self._page(request, agent, conversation_id, refused="That order is not this customer's.", form=form)
        except BackOfficeError:
            return self._page(request, agent, conversation_id, refused=_AWAY, form=form)
        missing = assessed.decision.missing
        if missing:
            ask = " ".join(_ASK[each.detail] for each in missing)
            return self._page(request, agent, conversation_id, refused=ask, form=form)
        return render(
            request,
            "people/read_out.html",
            409 if refused else 200,
            chat=conversation_id,
            form=form,
            refused=refused,
            key=new_id(),
            **self._shown(assessed),
        )

    def _shown(self, assessed: Assessed) -> dict[str, Any]:
        decision, words = assessed.decision, self._app.words
        return {
            "assessed": assessed,
            "amount": words.money(decision.amount.total) if decision.amount else None,
            "method": method_words(words, assessed.records.order.payment),
            "checked_by": words.day(assessed.verification_due),
            "paid_by": words.day(assessed.payout_due),
            "reasons": [
                (self._app.policy.clause(reason.clause), reason)
                for reason in decision.reasons
                if reason.outcome == decision.outcome
            ],
            "may_file": decision.outcome in FILED_AS_CASE and assessed.open_case is None,
            "may_appeal": decision.outcome in KEPT_AS_ASSESSMENT and assessed.open_case is None,
        }

    def _page(
        self,
        request: Request,
        agent: Agent,
        conversation_id: str,
        *,
        refused: str = "",
        said: str = "",
        case_id: str | None = None,
        form: RequestForm | None = None,
    ) -> Response:
        now = datetime.now(UTC)
        chat = self._app.opened_for.in_hand(agent, conversation_id, now)
        about = {"conversation_id": conversation_id, "customer_id": chat.customer_id}
        self._app.audit.seen(agent, "saw_chat", now, **about)
        orders, away = self._orders(agent, chat)
        return render(
            request,
            "people/case_for.html",
            422 if refused else 200,
            chat=chat,
            orders=orders,
            claims=CLAIMS,
            form=form,
            key=new_id(),
            case_id=case_id,
            refused=refused or away,
            said=said,
        )

    def _orders(self, agent: Agent, chat: InHand) -> tuple[list[tuple[str, str]], str]:
        """The verified customer's orders to choose from, or why there are none."""
        if chat.customer_id is None:
            return [], ""
        try:
            orders = self._app.enquiries.orders_of(chat.customer_id)
        except BackOfficeError:
            return [], _AWAY
        about = {"conversation_id": chat.conversation_id, "customer_id": chat.customer_id}
        self._app.audit.seen(agent, "saw_orders", datetime.now(UTC), **about)
        money = self._app.words.money
        return [(each.order_id, f"{each.order_id} · {each.plan} · {money(each.amount)}") for each in orders], ""

    @property
    def _zone(self) -> Any:
        return self._app.settings.desk_hours.zone
