"""/desk/people/identity/{chat}: verify a customer whom no code reaches; /desk/people/seconds/{check}: confirm that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi import Path as PathPart
from fastapi.responses import RedirectResponse

from refunds.app import App
from refunds.desk.accounts import Agent
from refunds.desk.identity_checks import CheckRefused, Result
from refunds.desk.identity_questions import Question
from refunds.desk.permissions import Act
from refunds.errors import BackOfficeError, NotFound
from web.desk.guard import needs
from web.desk.pages import render

Verifies = Annotated[Agent, needs(Act.VERIFY_CUSTOMER)]
Seconds = Annotated[Agent, needs(Act.SECOND_VERIFICATION)]
Id = Annotated[str, PathPart(pattern="^[0-9a-f]{32}$")]
Short = Annotated[str, Form(max_length=120)]
SERVICES = (
    "Compute",
    "Object Storage",
    "Block Storage",
    "Managed Database",
    "Managed Kubernetes",
    "CDN",
    "Web Hosting",
    "Domain Names",
    "Backup",
    "E-mail",
)
_AWAY = "The back office does not answer. Nothing was counted; please try again soon."
_TOLD = {
    Result.FAILED: "Not all answers were right, so the customer is not verified. Don't say which one was wrong.",
    Result.WAITS_FOR_SECOND: (
        "All answers were right. Much is at stake here, so another agent has to confirm it, under “Phone and mail”."
    ),
}


class IdentityPages:
    """Asks, judges and confirms; what the customer answers is compared and kept nowhere."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.router = APIRouter(prefix="/people")
        self.router.add_api_route("/identity/{conversation_id}", self.whom, methods=["GET"])
        self.router.add_api_route("/identity/{conversation_id}/questions", self.questions, methods=["POST"])
        self.router.add_api_route("/identity/{conversation_id}", self.judge, methods=["POST"])
        self.router.add_api_route("/seconds/{check_id}", self.second, methods=["POST"])

    def whom(self, request: Request, agent: Verifies, conversation_id: Id) -> Response:
        """Who does the customer say they are?"""
        self._app.opened_for.in_hand(agent, conversation_id, datetime.now(UTC))
        return self._whom(request, conversation_id)

    def questions(self, request: Request, agent: Verifies, conversation_id: Id, named: Short) -> Response:
        """What to ask whoever says that they are that customer."""
        now = datetime.now(UTC)
        try:
            customer = self._app.identity_checks.find(named)
            asked = self._app.identity_checks.asked(agent, conversation_id, customer.customer_id, now)
        except NotFound:
            return self._whom(request, conversation_id, "No customer has that address, order number or id.", named)
        except CheckRefused as error:
            return self._whom(request, conversation_id, str(error), named)
        except BackOfficeError:
            return self._whom(request, conversation_id, _AWAY, named)
        about = {"conversation_id": conversation_id, "customer_id": customer.customer_id}
        self._app.audit.seen(agent, "saw_identity_questions", now, **about)
        methods = [(key.removeprefix("method_"), self._app.words.say(key)) for key in self._method_names()]
        return render(
            request,
            "people/questions.html",
            chat=conversation_id,
            asked=asked,
            Question=Question,
            services=[("", "They don't know"), *((name, name) for name in SERVICES)],
            methods=methods,
        )

    def judge(  # noqa: PLR0917 - one field a question
        self,
        request: Request,
        agent: Verifies,
        conversation_id: Id,
        customer_id: Short,
        service: Short = "",
        month: Short = "",
        amount: Short = "",
        last4: Short = "",
        method: Short = "",
        region: Short = "",
        country: Short = "",
    ) -> Response:
        """Compare what the customer said."""
        said = (service, month, amount, last4, method, region, country)
        try:
            result = self._app.identity_checks.judge(
                agent, conversation_id, customer_id, dict(zip(Question, said, strict=True)), datetime.now(UTC)
            )
        except CheckRefused as error:
            return self._whom(request, conversation_id, str(error))
        except BackOfficeError:
            return self._whom(request, conversation_id, _AWAY)
        if result is Result.PASSED:
            return RedirectResponse(f"/desk/people/for/{conversation_id}", 303)
        return self._whom(request, conversation_id, _TOLD[result])

    def second(self, agent: Seconds, check_id: Id, confirms: Annotated[bool, Form()]) -> Response:
        """Confirm another agent's check, or refuse to."""
        self._app.identity_checks.second(agent, check_id, confirms=confirms, now=datetime.now(UTC))
        return RedirectResponse("/desk/people", 303)

    def _method_names(self) -> list[str]:
        named = (name for name in self._app.words.wordings if name.startswith("method_"))
        return sorted(name for name in named if name != "method_with_last4")

    @staticmethod
    def _whom(request: Request, conversation_id: str, refused: str = "", named: str = "") -> Response:
        status = 422 if refused else 200
        return render(request, "people/whom.html", status, chat=conversation_id, named=named, refused=refused)
