"""Starts the engine: Rasa's server with the mends, our channel, and a check that the model really answers."""

import asyncio
import logging
import os
from pathlib import Path
from typing import Any

from rasa_ext.mends.without_tensorflow import stand_in_for_tensorflow

stand_in_for_tensorflow()

from rasa.core.agent import Agent  # noqa: E402 - Rasa's server is imported after the stand-ins
from rasa.core.exceptions import AgentNotReady  # noqa: E402
from rasa.core.run import serve_application  # noqa: E402
from rasa.core.utils import AvailableEndpoints  # noqa: E402

from rasa_ext.channel import TOKEN_VARIABLE  # noqa: E402
from rasa_ext.mends.action_calls import mend_action_calls  # noqa: E402
from rasa_ext.mends.graph_runner import mend_graph_runner  # noqa: E402
from rasa_ext.mends.repeated_work import mend_repeated_work  # noqa: E402
from rasa_ext.mends.rule_lookup import mend_rule_lookup  # noqa: E402
from rasa_ext.request_tracker import RequestTrackerStore  # noqa: E402

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent
MENDS = (mend_action_calls, mend_graph_runner, mend_repeated_work, mend_rule_lookup)


class EngineMisconfigured(RuntimeError):
    """The engine would answer, but not as this project needs it to."""


def serve() -> None:
    """Serves on 127.0.0.1:REFUNDS_RASA_PORT until told to stop; needs REFUNDS_RASA_TOKEN and a trained model."""
    token = os.environ.get(TOKEN_VARIABLE)
    if not token:
        raise SystemExit(f"{TOKEN_VARIABLE} is not set: the engine answers nobody without a token (`make run` sets it)")
    for mend in MENDS:
        mend()
    os.environ.setdefault("REFUNDS_ACTIONS_PORT", "5055")
    serve_application(
        model_path=str(ROOT / "models"),
        interface="127.0.0.1",
        port=int(os.environ.get("REFUNDS_RASA_PORT", "5005")),
        credentials=str(ROOT / "credentials.yml"),
        auth_token=token,
        endpoints=AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml")),
        server_listeners=[(_stop_unless_ready, "after_server_start")],
    )


async def _stop_unless_ready(app: Any, loop: asyncio.AbstractEventLoop) -> None:
    # Rasa says "up and running" and answers [] also when the model failed to load.
    # Better to end at once, so that the supervisor and the log show it.
    try:
        agent = app.ctx.agent
        _keep_nothing(agent)
        understood = await agent.parse_message("hello")
    except (AgentNotReady, EngineMisconfigured) as error:
        logger.critical("engine not ready: %s; run `make train`", error)
        os._exit(1)
    logger.info("engine ready model=%s intent_of_hello=%s", agent.model_id, understood["intent"]["name"])


def _keep_nothing(agent: Agent) -> None:
    # Rasa falls back to a store in memory when ours fails to import, and again when ours fails in a turn.
    store = getattr(agent.tracker_store, "_tracker_store", None)
    if agent.processor is None or not isinstance(store, RequestTrackerStore):
        raise EngineMisconfigured("no model in models/, or not the request's tracker store in endpoints.yml")
    agent.tracker_store = agent.processor.tracker_store = store
