"""/desk/policy: the version in force, what is wrong with it, a change tried out, put forward and signed by another."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from refunds.app import App
from refunds.desk.accounts import Agent
from refunds.desk.permissions import Act, may
from refunds.desk.policy_changes import FILES, LIVE
from refunds.errors import DataFileError, NotFound, SettingsError, TransitionRefused
from refunds.policy_trial import settings_that_decide
from web.desk.guard import needs
from web.desk.pages import render
from web.desk.policy.words import BY_FILES, FINDINGS, SETTINGS

MOST_SHOWN = 200
_DONE = {
    "proposed": "It is put forward. Somebody else reads what it changes and signs it.",
    "signed": "It is in force. All that runs starts again with it within seconds; decided cases keep theirs.",
}
_WRONG = (SettingsError, DataFileError, NotFound, TransitionRefused)

Seer = Annotated[Agent, needs(Act.SEE_POLICY)]
Changer = Annotated[Agent, needs(Act.CHANGE_POLICY)]
Short = Annotated[str, Query(max_length=200)]
Many = Annotated[list[Annotated[str, Query(max_length=200)]] | None, Query(max_length=20)]


class PolicyPages:
    """What leads, auditors and admins see of the policy, and what the first and the last do about it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._trying = Lock()
        self.router = APIRouter()
        self.router.add_api_route("/policy", self._show, methods=["GET"])
        self.router.add_api_route("/policy/findings", self._findings, methods=["GET"])
        self.router.add_api_route("/policy/what-if", self._what_if, methods=["GET"])
        self.router.add_api_route("/policy/propose", self._propose, methods=["POST"])
        self.router.add_api_route("/policy/sign", self._sign, methods=["POST"])

    def _show(self, request: Request, agent: Seer, done: str = "") -> Response:
        self._app.audit.seen(agent, "see_policy", datetime.now(UTC))
        return self._page(request, said=_DONE.get(done, ""))

    def _findings(self, request: Request, agent: Seer) -> Response:
        """What is wrong with the version in force and with the files; it takes a moment, so the page asks for it."""
        now, policy = datetime.now(UTC), self._app.policy_changes
        live, files = policy.check_live(now), policy.check_files(now)
        return render(request, "policy/findings.html", live=live, files=files, words=FINDINGS)

    def _what_if(
        self, request: Request, agent: Seer, base: Short = LIVE, name: Many = None, value: Many = None
    ) -> Response:
        """What a change would have decided; one at a time, as it decides everything once more."""
        if not self._trying.acquire(blocking=False):
            return self._page(
                request, 409, refused="A change is being tried out at this moment; please ask again soon."
            )
        try:
            values = _paired(name, value)
            changed, trial = self._app.policy_changes.try_out(agent, base, values, datetime.now(UTC))
        except _WRONG as error:
            return self._page(request, 422, refused=str(error), values=_paired(name, value))
        finally:
            self._trying.release()
        # A version by its name is put forward already.
        may_propose = may(agent.role, Act.CHANGE_POLICY) and base in (LIVE, FILES)
        tried: dict[str, Any] = {"base": base, "values": values, "changed_places": changed, "trial": trial}
        return render(request, "policy/what_if.html", **tried, most=MOST_SHOWN, may_propose=may_propose)

    def _propose(  # noqa: PLR0917 - the form's fields
        self,
        request: Request,
        agent: Changer,
        why: Annotated[str, Form(max_length=2000)] = "",
        base: Annotated[str, Form(max_length=200)] = LIVE,
        name: Annotated[list[str] | None, Form(max_length=20)] = None,
        value: Annotated[list[str] | None, Form(max_length=20)] = None,
    ) -> Response:
        values = _paired(name, value)
        try:
            self._app.policy_changes.propose(agent, base, values, why, datetime.now(UTC))
        except _WRONG as error:
            return self._page(request, 422, refused=str(error), values=values)
        return RedirectResponse("/desk/policy?done=proposed", 303)

    def _sign(self, request: Request, agent: Changer, number: Annotated[int, Form(ge=1, le=1_000_000)]) -> Response:
        try:
            self._app.policy_changes.sign(agent, number, datetime.now(UTC))
        except _WRONG as error:
            return self._page(request, 409, refused=str(error))
        return RedirectResponse("/desk/policy?done=signed", 303)

    def _page(
        self, request: Request, status: int = 200, *, values: dict[str, str] | None = None, **told: str
    ) -> Response:
        standing = self._app.policy_changes.standing()
        values = settings_that_decide(standing.in_force) | (values or {})
        rows = [(name, words, values[name]) for name, words in SETTINGS.items()]
        shown: dict[str, Any] = {"standing": standing, "settings": rows, "by_files": BY_FILES, "live": LIVE}
        return render(request, "policy/policy.html", status, **shown, **told)


def _paired(names: list[str] | None, values: list[str] | None) -> dict[str, str]:
    """The form's settings, each a name and, beside it, a value."""
    return dict(zip(names or (), values or (), strict=False))
