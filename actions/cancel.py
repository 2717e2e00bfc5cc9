"""Ending a service, as steps of the talk."""

from __future__ import annotations

from actions.claims import wants_money
from actions.ending import TOPIC, end_service, go_on_ending, keep_service
from actions.hearing import hear
from actions.request import RequestRefund
from actions.steps import Step
from actions.talk import Talk


class CancelService(Step):
    """The customer wants to end a service; with money back it is a request as well."""

    step_name = "action_cancel_service"

    def take(self, talk: Talk) -> None:
        """Lose neither wish; alone, it is collected for a person."""
        if talk.frame.topic == "refund" or wants_money(talk.mended, {}):
            RequestRefund().take(talk)
            return
        hear(talk)
        if talk.frame.topic != TOPIC:
            talk.say("utter_cancel_service")
        go_on_ending(talk)


class EndService(Step):
    """A colleague is to end it, by the button."""

    step_name = "action_end_service"

    def take(self, talk: Talk) -> None:
        """Hand over with what was collected."""
        end_service(talk)


class KeepService(Step):
    """It stays after all, by the button."""

    step_name = "action_keep_service"

    def take(self, talk: Talk) -> None:
        """Say that nothing is ended."""
        keep_service(talk)
