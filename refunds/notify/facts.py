"""The facts of a case as a mail shows them in a small table."""

from __future__ import annotations

from refunds.notify.matter import Matter
from refunds.notify.occasions import Occasion

_ALWAYS = ("case", "order", "amount", "method")
# There "approved" would read as if all were well.
_WITHOUT_STATE = frozenset({Occasion.FAILED, Occasion.STOPPED, Occasion.REVERSED, Occasion.DETAILS_NEEDED})
_SENT = ("sent", "expected", "trace")
# Days and numbers that belong to an occasion; others would tell of what may not come.
_MORE: dict[Occasion, tuple[str, ...]] = {
    Occasion.RECEIVED: ("verify_by", "pay_by"),
    Occasion.APPEALED: ("verify_by",),
    Occasion.APPROVED: ("pay_by", "expected"),
    Occasion.PAID: _SENT,
    Occasion.TRACED: _SENT,
    Occasion.OVERDUE: _SENT,
    Occasion.DELAYED: ("sent",),
    Occasion.REVERSED: ("sent", "trace"),
}


def facts(matter: Matter, occasion: Occasion) -> list[tuple[str, str]]:
    """Rows of (label, value), as they are known."""
    values = matter.values | {"expected": _span(matter.values["earliest"], matter.values["latest"])}
    state = () if occasion in _WITHOUT_STATE else ("state",)
    names = (*_ALWAYS, *state, *_more(matter, occasion))
    return [(matter.words.say(f"mail_fact_{name}"), values[name]) for name in names if name in values]


def _more(matter: Matter, occasion: Occasion) -> tuple[str, ...]:
    if matter.details.get("route_closed"):
        return ()  # nobody knows yet by which way the money goes, and so not when
    if matter.payout is not None and matter.payout.kind == "reversal":
        return ("sent",)  # the charge drops off: nothing arrives, and there is no number to find it by
    return _MORE.get(occasion, ())


def _span(earliest: str, latest: str) -> str:
    return earliest if earliest == latest else f"{earliest} – {latest}"
