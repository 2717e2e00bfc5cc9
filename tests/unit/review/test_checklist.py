from __future__ import annotations

from dataclasses import replace

import pytest

from refunds.policy.request import Claim, RefundRequest
from refunds.review.checklist import Item, fitting_items
from tests.integration.filing_world import REQUEST, WORDS, records

CUSTOMER = records().customer
NOTHING = RefundRequest("ORD-10001")


@pytest.mark.parametrize("item", Item)
def test_every_item_has_words(item: Item) -> None:
    assert WORDS.say(f"information_{item}")


@pytest.mark.parametrize(
    ("claim", "items"),
    [
        (Claim.FAILURE, (Item.INCIDENT_TIME, Item.AFFECTED_RESOURCES, Item.ERROR_MESSAGES)),
        (Claim.WRONG_CHARGE, (Item.TRANSACTIONS, Item.STATEMENT)),
        (Claim.WITHDRAWAL, (Item.RESIDENCE, Item.USAGE)),
        (Claim.EARLY_END, (Item.REQUEST_REASON, Item.USAGE)),
        (None, (Item.REQUEST_REASON, Item.INCIDENT_TIME)),
    ],
)
def test_each_claim_is_asked_about_by_what_would_show_it(claim: Claim | None, items: tuple[Item, ...]) -> None:
    unknown = replace(CUSTOMER, kind=None)
    assert fitting_items(replace(NOTHING, claims=frozenset({claim} if claim else ())), unknown) == items


def test_what_is_known_is_not_asked_for() -> None:
    assert fitting_items(REQUEST, CUSTOMER) == (Item.AFFECTED_RESOURCES, Item.ERROR_MESSAGES)
    withdrawal = replace(NOTHING, claims=frozenset({Claim.WITHDRAWAL}))
    assert fitting_items(withdrawal, CUSTOMER) == (Item.USAGE,)


def test_the_weightiest_of_several_claims_is_asked_about() -> None:
    both = replace(NOTHING, claims=frozenset({Claim.EARLY_END, Claim.FAILURE}))
    assert Item.ERROR_MESSAGES in fitting_items(both, CUSTOMER)
