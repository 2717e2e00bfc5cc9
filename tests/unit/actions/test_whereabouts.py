"""Every state, event and step that a case or its money may have is worded."""

from __future__ import annotations

from pathlib import Path

import pytest

from refunds.cases.following import NextStep
from refunds.cases.lifecycle import FILED, CaseState, Event, PayoutEvent, PayoutState
from refunds.cases.payout_failures import OTHER_ROUTES
from refunds.words import Words

WORDS = Words.load(Path(__file__).resolve().parents[3] / "data" / "responses")
LATE = {NextStep.AGENT_CHECKS, NextStep.WE_SEND, NextStep.CUSTOMER_GIVES_BANK_DETAILS}
NAMES = [
    *(f"state_{state}" for state in CaseState),
    *(f"status_{state}" for state in CaseState if state is not CaseState.PAID),
    *(f"status_payout_{state}" for state in PayoutState),
    *("status_payout_credited", "status_payout_charge_cancelled", "last_charge_cancelled"),
    *(f"last_case_{event}" for event in (FILED, *Event)),
    *(f"last_payout_{event}" for event in PayoutEvent if event is not PayoutEvent.SENT),
    *(f"next_step_{step}" for step in NextStep if step is not NextStep.NONE),
    *(f"next_step_{step}_late" for step in sorted(LATE)),
    *("next_step_we_send_again", "next_step_agent_checks_money", "next_step_customer_asks_bank_untraced"),
    *(f"button_route_{route}" for route in OTHER_ROUTES),
    *(f"utter_wished_{route}" for route in OTHER_ROUTES),
    *(f"step_{name}" for name in ("filed", "checked", "sent", "arrived", "came_back", "sent_again", "details")),
    *(f"step_{name}" for name in ("credited", "charge_cancelled", "rejected", "withdrawn", "closed")),
]


@pytest.mark.parametrize("name", NAMES)
def test_there_are_words_for(name: str) -> None:
    assert name in WORDS.wordings


def test_money_is_with_the_bank_only_in_the_words_for_money_that_was_paid() -> None:
    saying = [name for name in NAMES if any("now with {holder}" in text for text in WORDS.wordings[name])]
    assert saying == ["status_payout_succeeded"]
