"""The buttons under a notice: each stands for a command that the talk knows, about the very case."""

from __future__ import annotations

import json

import pytest
import yaml

from refunds.cases.lifecycle import CaseState, PayoutState
from refunds.notify.choices import choices
from refunds.notify.occasions import Occasion
from refunds.settings import ROOT
from tests.unit.notify.matters import case, matter, payout
from tests.unit.notify.test_sentences import EXAMPLES

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text())
INTENTS = {name for intent in DOMAIN["intents"] for name in intent}
PERSON = "/ask_for_human"


def payloads(occasion: Occasion) -> list[str]:
    return [button.payload for button in choices(EXAMPLES[occasion], occasion)]


@pytest.mark.parametrize("occasion", list(Occasion))
def test_every_button_is_a_command_that_the_talk_knows_about_this_case(occasion: Occasion) -> None:
    assert payloads(occasion)
    for payload in payloads(occasion):
        intent, brace, values = payload.removeprefix("/").partition("{")
        assert intent in INTENTS
        if payload != PERSON:
            details = json.loads(brace + values)
            assert details.pop("case_number") == "R-7K2MQ"
            assert set(details) <= set(DOMAIN["entities"])


@pytest.mark.parametrize("occasion", [Occasion.FAILED, Occasion.REVERSED])
def test_where_another_way_is_to_be_agreed_the_ways_are_offered(occasion: Occasion) -> None:
    routes = [json.loads(each.partition("{")[1] + each.partition("{")[2])["route"] for each in payloads(occasion)[:2]]
    assert routes == ["account_credit", "bank_transfer"]
    assert payloads(occasion)[-1] == PERSON


def test_what_is_tried_again_by_itself_offers_no_other_way() -> None:
    about = matter(case(), payout(PayoutState.FAILED, reason="insufficient_funds"), next_route="again", retry=True)
    assert [button.payload for button in choices(about, Occasion.FAILED)] == ['/choose_case{"case_number": "R-7K2MQ"}']


def test_a_refusal_can_be_appealed_by_its_button() -> None:
    assert payloads(Occasion.REJECTED) == ['/appeal{"case_number": "R-7K2MQ"}', PERSON]


def test_a_closed_route_offers_the_others_with_the_approval() -> None:
    about = matter(case(CaseState.APPROVED, closed=True), route_closed=True)
    assert len(choices(about, Occasion.APPROVED)) == 3
