"""What the talk and the notices both say of a case: the way its money goes, the days of a window, and the card."""

from __future__ import annotations

from typing import Any

from refunds.cases.case import Case
from refunds.cases.following import Following, milestones
from refunds.policy.arrival import ArrivalWindow
from refunds.policy.records import Payment
from refunds.words import Words


def method_words(words: Words, payment: Payment) -> str:
    """The way money went and goes back, as after "your": "Visa card ending 4242", "PayPal"."""
    name = route_words(words, payment.method)
    brand = (payment.brand or "").replace("_", " ").title()
    if brand.endswith("card"):
        name = f"{brand}{name.removeprefix('card')}" if name.startswith("card") else f"{brand} {name}"
    elif brand and brand.lower() not in name.lower():
        name = f"{brand} {name}"
    return words.say("method_with_last4", method=name, last4=payment.last4) if payment.last4 else name


def route_words(words: Words, route: str) -> str:
    """A method key in words; its own name where the catalogue has none."""
    name = f"method_{route}"
    return words.say(name) if name in words.wordings else route.replace("_", " ")


def holder_words(words: Words, route: str) -> str:
    """Who has the money once it has left us along ``route``: "PayPal", "your bank"."""
    name = f"holder_{route}"
    return words.say(name if name in words.wordings else "holder_bank")


def reason_words(words: Words, kind: str, reason: str | None) -> str:
    """Billing's code for why a payout failed (``kind`` failure) or waits (``waits``), in words; also one unknown."""
    name = f"{kind}_{(reason or 'unknown').lower()}"
    return words.say(name if name in words.wordings else f"{kind}_unknown")


def case_card(words: Words, case: Case, following: Following, locale: str | None) -> dict[str, Any]:
    """A case as a small card: number, amount, steps done and to come, arrival window; all of it in the text too."""
    return {
        "type": "case",
        "case_id": case.case_id,
        "order_id": case.order_id,
        "state": words.say(f"state_{case.state.value}"),
        "amount": words.money(case.amount, locale) if case.amount else None,
        "steps": [{"title": words.say(f"step_{name}"), "done": done} for name, done in milestones(case, following)],
        "arrival": _arrival(words, following.window, locale) if following.window else None,
    }


def _arrival(words: Words, window: ArrivalWindow, locale: str | None) -> dict[str, Any]:
    """A window's days in words, and as ISO days for a time line to scale."""
    days = {"earliest": window.earliest, "typical": window.typical, "latest": window.latest}
    return {**window_days(words, window, locale), "dates": {name: day.isoformat() for name, day in days.items()}}


def window_days(words: Words, window: ArrivalWindow, locale: str | None) -> dict[str, str]:
    """The days of a window, as the customer reads them: ``earliest``, ``typical``, ``latest``."""
    return {
        name: words.day(day, locale)
        for name, day in (("earliest", window.earliest), ("typical", window.typical), ("latest", window.latest))
    }
