"""The same facts in other words, order, mood, spelling and channel end the same (`wordings.yml`)."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conversations.player import Player
from tests.conversations.website_player import WebsitePlayer
from tests.stack import Stack
from tests.website_client import tab

pytestmark = [pytest.mark.engine, pytest.mark.processes]

SCENARIOS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "wordings.yml").read_text(encoding="utf-8"))
WORDINGS = [(scenario, wording) for scenario in SCENARIOS for wording in scenario["wordings"]]
NAMES = [f"{scenario['scenario']}: {wording['how']}" for scenario, wording in WORDINGS]


@pytest.mark.parametrize(("scenario", "wording"), WORDINGS, ids=NAMES)
def test_the_end_does_not_depend_on_the_wording(
    stack: Stack, scenario: dict[str, Any], wording: dict[str, Any]
) -> None:
    stack.reset()
    *moves, last = wording["moves"]
    judged = {"hears": scenario["last_hears"]} if "last_hears" in scenario else {}
    script = {"moves": [*moves, {**last, **judged}], "end": scenario["end"]}
    customer = Player(stack, f"customer-{uuid.uuid4().hex[:8]}")
    if wording.get("channel") != "website":
        customer.play({**script, "moves": [*scenario.get("before", []), *script["moves"]]})
        return
    if "before" in scenario:
        # What was filed over REST is asked after in the website's chat: the rows are the first chat's.
        customer.play({"moves": scenario["before"], "end": scenario["end"]})
        script["end"] = {"owner": "assistant"}
    with tab(stack.url) as page:
        WebsitePlayer.in_tab(stack, page).play(script)


def test_each_scenario_has_eight_wordings_over_both_channels() -> None:
    for scenario in SCENARIOS:
        channels = [wording.get("channel", "rest") for wording in scenario["wordings"]]
        assert len(channels) == 8, scenario["scenario"]
        assert set(channels) == {"rest", "website"}, scenario["scenario"]
