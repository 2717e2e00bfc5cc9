"""The action server: answers the engine only, on the loopback interface, with a token."""

from __future__ import annotations

import uvicorn
from rasa_sdk.executor import ActionExecutor

from actions import (
    answers,
    appeal,
    cancel,
    charge,
    detail,
    handoff,
    information,
    missing_money,
    notice_wishes,
    opinion,
    refund_status,
    reminding,
    request,
    route_wish,
    smalltalk,
    taking_back,
    verify,
    withdraw,
)
from actions.first_look import first_look
from actions.server import ActionServer
from actions.steps import Step
from refunds.app import App, open_app
from refunds.logs import set_up_logs
from refunds.policy_activation import leave_when_policy_changes
from refunds.settings import read_settings

TOPICS = (
    request,
    appeal,
    detail,
    verify,
    withdraw,
    taking_back,
    reminding,
    refund_status,
    missing_money,
    notice_wishes,
    opinion,
    route_wish,
    information,
    answers,
    cancel,
    charge,
    handoff,
    smalltalk,
)


def all_steps(app: App) -> list[Step]:
    """Every step of the talk, wired to ``app``."""
    Step.app, Step.first_look = app, first_look
    found = [kind for topic in TOPICS for kind in vars(topic).values() if isinstance(kind, type)]
    return [kind() for kind in dict.fromkeys(found) if issubclass(kind, Step) and kind is not Step]


def make_server(app: App) -> ActionServer:
    """The action server for ``app``."""
    executor = ActionExecutor()
    for step in all_steps(app):
        executor.register_action(step)
    return ActionServer(executor, app.settings.rasa_token)


def main() -> None:
    """Serve until told to stop."""
    settings = read_settings()
    set_up_logs("actions", settings)
    app = open_app(settings)
    leave_when_policy_changes(app.database, app.policy)
    uvicorn.run(
        make_server(app),
        host="127.0.0.1",
        port=settings.actions_port,
        log_config=None,
        access_log=False,
        # Longer than the engine keeps an idle connection.
        timeout_keep_alive=60,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
