"""What all steps of the talk share: a thread of their own, the notice at first contact, and the edge of the process."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.talk import Talk
from refunds.app import App
from refunds.errors import BackOfficeUnavailable

log = structlog.get_logger()
# Its widget tells that no person answers before anything is said, in the customer's language.
SAYS_IT_ITSELF = frozenset({"website"})


class Step(Action, ABC):
    """One step of the talk. A subclass gives ``step_name`` and ``take``; it may block, it runs in a thread."""

    app: ClassVar[App]
    step_name: ClassVar[str]
    first_look: ClassVar[Callable[[Talk], bool]]

    def name(self) -> str:
        """The action's name in the domain."""
        return self.step_name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer one message; a failure is told to the service, which keeps the message and tries again."""
        with structlog.contextvars.bound_contextvars(conversation_id=tracker.sender_id):
            return await asyncio.to_thread(self._take_guarded, dispatcher, tracker)

    def _take_guarded(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[dict[str, Any]]:
        try:
            talk = Talk(self.app, tracker, dispatcher)
            if talk.metadata.get("first") and talk.metadata.get("channel") not in SAYS_IT_ITSELF:
                talk.say("utter_ai_notice")
            misunderstood = talk.frame.misunderstood
            if not type(self).first_look(talk):
                self.take(talk)
            if talk.frame.misunderstood == misunderstood:
                talk.frame.misunderstood = 0  # only misunderstandings in a row count
            return talk.frame.as_events(talk.pending)
        except BackOfficeUnavailable:
            return self._fail(dispatcher, "back_office")
        except Exception as error:  # noqa: BLE001 - the edge of the process: it logs and answers
            log.error("step_failed", step=self.step_name, error=type(error).__name__, where=_where(error))
            return self._fail(dispatcher, "action")

    @staticmethod
    def _fail(dispatcher: CollectingDispatcher, why: str) -> list[dict[str, Any]]:
        dispatcher.messages.clear()
        dispatcher.utter_message(json_message={"failure": why})
        return []

    @abstractmethod
    def take(self, talk: Talk) -> None:
        """Answer the message of ``talk``."""


def _where(error: BaseException) -> str:
    """The innermost place of ours in an error's trace, without its values."""
    places = []
    trace = error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " < ".join(reversed(places[-4:]))


def payload(intent: str, **values: Any) -> str:
    """The command that a button stands for, such as ``/choose_order{"order_number": "ORD-48213"}``."""
    return f"/{intent}{json.dumps(values)}" if values else f"/{intent}"
