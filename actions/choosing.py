"""Which of the offered orders is meant, when it is told in words: by place, price, plan, card or day."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from refunds.policy.records import Order

_PLACES = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4}
_WORD = re.compile(r"[a-z][a-z-]+|\d+")
_CHEAP = frozenset({"cheap", "cheaper", "cheapest", "small", "smaller", "smallest"})
_DEAR = frozenset({"expensive", "dearest", "big", "bigger", "biggest", "large", "larger", "largest"})
_COMMON = frozenset(
    [
        "the",
        "one",
        "a",
        "an",
        "my",
        "of",
        "for",
        "with",
        "order",
        "service",
        "monthly",
        "yearly",
        "it",
        "is",
        "was",
        "that",
        "and",
        "in",
        "on",
        "please",
    ]
)


def chosen_order(text: str, offered: Sequence[Order], days: Sequence[date] = ()) -> Order | None:
    """The one order of ``offered`` that ``text`` points at; None where none or several fit.

    ``days`` are days named in the text: a purchase day singles an order out.
    """
    words = _WORD.findall(text.lower())
    place = _place(words, len(offered))
    if place is not None:
        return offered[place]
    ways: list[Callable[[], list[Order]]] = [
        lambda: [order for order in offered if order.order_id.split("-")[-1] in words],
        lambda: [order for order in offered if order.payment.last4 in words],
        lambda: [order for order in offered if str(order.amount.value).removesuffix(".00") in words],
        lambda: [order for order in offered if order.purchased_at.date() in days],
        lambda: _extreme(words, offered),
        lambda: _best_named(words, offered),
    ]
    for way in ways:
        if len(found := way()) == 1:
            return found[0]
    return None


def _place(words: list[str], count: int) -> int | None:
    if "last" in words and "one" in words:
        return count - 1
    places = [_PLACES[word] for word in words if word in _PLACES]
    if not places and len(words) == 1 and words[0].isdigit() and 1 <= int(words[0]) <= count:
        places = [int(words[0]) - 1]
    return places[0] if len(places) == 1 and places[0] < count else None


def _extreme(words: list[str], offered: Sequence[Order]) -> list[Order]:
    same_currency = len({order.amount.currency for order in offered}) == 1
    if same_currency and _CHEAP & set(words):
        return [min(offered, key=lambda order: order.amount.value)]
    if same_currency and _DEAR & set(words):
        return [max(offered, key=lambda order: order.amount.value)]
    if {"newest", "latest", "newer", "recent"} & set(words):
        return [max(offered, key=lambda order: order.purchased_at)]
    if {"oldest", "older"} & set(words):
        return [min(offered, key=lambda order: order.purchased_at)]
    return []


def _best_named(words: list[str], offered: Sequence[Order]) -> list[Order]:
    said = set(words) - _COMMON
    scores = {order.order_id: len(said & _names(order)) for order in offered}
    best = max(scores.values(), default=0)
    return [order for order in offered if best and scores[order.order_id] == best]


def _names(order: Order) -> set[str]:
    return set(_WORD.findall(f"{order.plan} {order.service} {order.region}".lower())) - _COMMON
