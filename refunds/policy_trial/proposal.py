"""A policy with one of its settings changed, before anybody writes it into a file."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from refunds.days import BusinessDays, CalendarDays
from refunds.errors import SettingsError
from refunds.policy.book import PolicyBook, Settings

_BASES = ("full", "unused_term")
_KNOWN = {
    "serious_severities": ("low", "medium", "high", "critical"),
    "vendor_fault_levels": ("intentional", "gross", "ordinary", "third_party", "maintenance"),
}


def with_setting(policy: PolicyBook, name: str, text: str) -> PolicyBook:
    """``policy`` with the setting ``name`` as ``text`` says: days as a number, several values with commas between,
    ``amount_basis.P1.a`` as full or unused_term. Its version says that it is a proposal.

    Raises ``SettingsError``, which says what may be written.
    """
    head, _, clause = name.partition(".")
    if head not in _changeable():
        raise SettingsError(f"there is no setting {name!r} that decides: {', '.join(sorted(_changeable()))}")
    now = getattr(policy.settings, head)
    value = _basis(now, clause, text) if head == "amount_basis" else _value(head, now, text)
    changed: dict[str, Any] = {head: value}
    return replace(policy, version=f"{policy.version}, {name}={text}", settings=replace(policy.settings, **changed))


def _changeable() -> set[str]:
    """Limits and targets decide no request, and so change no past decision."""
    left_out = {"automatic_approval_limit", "second_approver_above", "verification_target", "payout_target"}
    return {field.name for field in fields(Settings)} - left_out


def _value(name: str, now: Any, text: str) -> Any:
    if isinstance(now, CalendarDays | BusinessDays):
        if not text.isdigit():
            raise SettingsError(f"{name} is a number of days, not {text!r}")
        return type(now)(int(text))
    values = frozenset(part.strip() for part in text.split(",") if part.strip())
    if not values or not values <= set(_KNOWN[name]):
        raise SettingsError(f"{name} holds some of {', '.join(_KNOWN[name])}, with commas between")
    return values


def _basis(now: Any, clause: str, text: str) -> dict[str, str]:
    if clause not in now or text not in _BASES:
        raise SettingsError(f"write amount_basis.P1.a or amount_basis.P1.b, and one of {', '.join(_BASES)}")
    return {**now, clause: text}
