"""A chat that is kept at the desk as a test is played again, and ends as it did."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import yaml

from refunds.app import open_app
from refunds.desk.accounts import Agent
from refunds.desk.permissions import Role
from refunds.settings import read_settings
from tests.conversations.test_scripts import played
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.processes]
LEAD = Agent("lead", "lead", "Lea", Role.LEAD, is_away=False, seen_at=None)
TALK = {
    "moves": [
        {"say": "my server ORD-48213 was down on {-3d}, I want my money back"},
        {"sign_in": "amara@example.com"},
        {"press": "Yes, file it"},
    ],
    "end": {"customer_id": "C-1001", "cases": [{"order_id": "ORD-48213"}]},
}


def test_a_kept_chat_is_played_to_the_same_end(stack: Stack) -> None:
    ended = played(stack, TALK).end()
    (chat,) = stack.refunds("chat", "list", "--json")
    app = open_app(read_settings(stack.environ))
    _, script = app.kept_tests.keep(LEAD, chat["conversation_id"], datetime.now(UTC))
    app.backoffice.close()
    app.database.close()
    (kept,) = yaml.safe_load(script)
    assert [next(iter(move)) for move in kept["moves"]] == ["say", "sign_in", "press"]
    assert played(stack, kept).end() == ended
