"""/desk/insight/sentences: what was not understood, put into review as examples by one click, and accepted or not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from refunds.app import App
from refunds.desk.accounts import Agent
from refunds.desk.insight.figures import channels
from refunds.desk.insight.intents import taught_intents
from refunds.desk.insight.learning import ExampleState, decide, examples, not_understood, propose
from refunds.desk.insight.scrubbing import LONGEST
from refunds.desk.permissions import Act
from web.desk.guard import needs
from web.desk.insight.asked import scope_of
from web.desk.pages import render

SENTENCES = "/desk/insight/sentences"
_DONE = {"proposed": "It is in review now.", "accepted": "It is an example now.", "rejected": "It will be no example."}

Seer = Annotated[Agent, needs(Act.SEE_INSIGHT)]
Teacher = Annotated[Agent, needs(Act.TEACH)]


class SentencePages:
    """Sentences, and what becomes of them."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._intents = taught_intents(app.settings.sentences_folder)
        self.router = APIRouter(prefix="/insight/sentences")
        self.router.add_api_route("", self._show, methods=["GET"])
        self.router.add_api_route("", self._propose, methods=["POST"])
        self.router.add_api_route("/{message_id}/accept", self._accept, methods=["POST"])
        self.router.add_api_route("/{message_id}/reject", self._reject, methods=["POST"])

    def _show(self, request: Request, agent: Seer, done: str = "") -> Response:
        scope = scope_of(self._app, request)
        with self._app.database.reading() as session:
            values: dict[str, Any] = {
                "sentences": not_understood(session, scope),
                "channels": channels(session),
                "in_review": examples(session, ExampleState.IN_REVIEW),
                "accepted": examples(session, ExampleState.ACCEPTED),
            }
        self._app.audit.seen(agent, "see_sentences", scope.now, **scope.period.query)
        query: dict[str, Any] = {"intents": self._intents, "longest": LONGEST, "query": urlencode(scope.period.query)}
        return render(
            request, "insight/sentences.html", said=_DONE.get(done, ""), period=scope.period, **query, **values
        )

    def _propose(
        self,
        request: Request,
        agent: Teacher,
        message_id: Annotated[str, Form(max_length=32)],
        text: Annotated[str, Form(max_length=LONGEST)],
        intent: Annotated[str, Form(max_length=60)],
    ) -> Response:
        now = datetime.now(UTC)
        with self._app.database.transaction() as session:
            words = propose(session, message_id, text, intent, self._intents, agent.name, now)
            self._app.audit.note(session, agent, "proposed_example", now, intent=intent, words=words)
        return self._back(request, "proposed")

    def _accept(self, request: Request, message_id: str, agent: Teacher) -> Response:
        return self._decide(request, message_id, ExampleState.ACCEPTED, agent)

    def _reject(self, request: Request, message_id: str, agent: Teacher) -> Response:
        return self._decide(request, message_id, ExampleState.REJECTED, agent)

    def _decide(self, request: Request, message_id: str, state: ExampleState, agent: Agent) -> Response:
        now = datetime.now(UTC)
        with self._app.database.transaction() as session:
            decided = decide(session, message_id, state, agent.name, now)
            told = {"intent": decided.intent, "words": decided.text}
            self._app.audit.note(session, agent, f"{state}_example", now, **told)
        return self._back(request, state.value)

    def _back(self, request: Request, done: str) -> Response:
        """To the page in the period from which the form was sent."""
        query = scope_of(self._app, request).period.query | {"done": done}
        return RedirectResponse(f"{SENTENCES}?{urlencode(query)}", 303)
