"""The one channel, spoken by the web process only: `POST /webhooks/turn/webhook` (docs/decisions/engine.md).

Rasa's `--auth-token` does not guard channels, so this one checks its token itself.
"""

import hmac
import logging
import os
from datetime import datetime
from typing import Any, Awaitable, Callable, Dict, Optional

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from rasa_ext.turn import Turn, take_turn

logger = logging.getLogger(__name__)
TOKEN_VARIABLE = "REFUNDS_RASA_TOKEN"


class MalformedTurn(ValueError):
    """The request's body is not a turn; the text says what is wrong."""


class TurnChannel(InputChannel):
    """Takes a message with its conversation's state and returns replies with the new state."""

    def __init__(self, token: str) -> None:
        self._bearer = f"Bearer {token}".encode()

    @classmethod
    def name(cls) -> str:
        """The name in the address."""
        return "turn"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "TurnChannel":
        """The channel with the token of the environment; ValueError when there is none."""
        token = os.environ.get(TOKEN_VARIABLE, "")
        if not token:
            raise ValueError(f"{TOKEN_VARIABLE} is not set: the engine answers nobody without a token")
        return cls(token)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes; Rasa's own handler is not used, since it returns no state."""
        routes = Blueprint("turn_channel")

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), self._bearer):
                return response.json({"error": "a token is needed"}, status=401)
            try:
                turn = read_turn(request.json)
            except MalformedTurn as error:
                return response.json({"error": str(error)}, status=400)
            outcome = await take_turn(request.app.ctx.agent, turn)
            if outcome.failed:
                logger.warning("turn failed conversation=%s why=%s", turn.conversation_id, outcome.failed)
            return response.json(vars(outcome))

        return routes


def read_turn(body: Any) -> Turn:
    """The turn that a request's body describes; raises MalformedTurn with what is missing or wrong."""
    if not isinstance(body, dict):
        raise MalformedTurn("the body must be an object")
    missing = [name for name in ("conversation_id", "message_id", "now") if not isinstance(body.get(name), str)]
    if missing:
        raise MalformedTurn(f"missing: {', '.join(missing)}")
    text, payload = body.get("text"), body.get("payload")
    if isinstance(text, str) == isinstance(payload, str):
        raise MalformedTurn("exactly one of text and payload must be given")
    if payload is not None and not payload.startswith("/"):
        raise MalformedTurn("a payload begins with a slash")
    if not _is_moment(body["now"]):
        raise MalformedTurn("now must be an ISO time with its offset")
    metadata = {
        **(body.get("metadata") or {}),
        "message_id": body["message_id"],
        "now": body["now"],
        "zone": body.get("zone"),
    }
    return Turn(body["conversation_id"], body["message_id"], text, payload, body.get("state"), metadata)


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).tzinfo is not None
    except ValueError:
        return False
