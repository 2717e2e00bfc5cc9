"""A policy with one of its settings changed, before anybody writes it into a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from refunds.cases.plain import dump
from refunds.days import BusinessDays, CalendarDays
from refunds.errors import SettingsError
from refunds.policy.book import PolicyBook, Settings

MOST_DAYS = 3650
"""As policy/schema/settings.json has it."""
_BASES = ("full", "unused_term")
_KNOWN = {
    "serious_severities": ("low", "medium", "high", "critical"),
    "vendor_fault_levels": ("intentional", "gross", "ordinary", "third_party", "maintenance"),
}


def settings_that_decide(policy: PolicyBook) -> dict[str, str]:
    """Each setting that ``with_setting`` changes, with its value as it is written there."""
    told: dict[str, str] = {}
    for name in (field.name for field in fields(Settings) if field.name in _changeable()):
        value = getattr(policy.settings, name)
        if isinstance(value, Mapping):
            told |= {f"{name}.{clause}": basis for clause, basis in sorted(value.items())}
        elif isinstance(value, frozenset):
            told[name] = ", ".join(each for each in _KNOWN[name] if each in value)
        else:
            told[name] = str(value.count)
    return told


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


def named_by_content(policy: PolicyBook) -> PolicyBook:
    """``policy`` as a version that can be made live: its clauses' day, "+", a hash of all that it holds.

    Files that say the same have a hash of their own, made from their text (``refunds.policy_files``).
    """
    content = {name: part for name, part in dump(policy).items() if name != "version"}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    day = policy.version.partition("+")[0]
    return replace(policy, version=f"{day}+{hashlib.sha256(canonical.encode()).hexdigest()[:12]}")


def _changeable() -> set[str]:
    """Limits and targets decide no request, and so change no past decision."""
    left_out = {"automatic_approval_limit", "second_approver_above", "verification_target", "payout_target"}
    return {field.name for field in fields(Settings)} - left_out


def _value(name: str, now: Any, text: str) -> Any:
    if isinstance(now, CalendarDays | BusinessDays):
        if not (text.isascii() and text.isdigit()) or len(text) > len(str(MOST_DAYS)) or int(text) > MOST_DAYS:
            raise SettingsError(f"{name} is a number of days up to {MOST_DAYS}, not {text!r}")
        return type(now)(int(text))
    values = frozenset(part.strip() for part in text.split(",") if part.strip())
    if not values or not values <= set(_KNOWN[name]):
        raise SettingsError(f"{name} holds some of {', '.join(_KNOWN[name])}, with commas between")
    return values


def _basis(now: Any, clause: str, text: str) -> dict[str, str]:
    if clause not in now or text not in _BASES:
        raise SettingsError(f"write amount_basis.P1.a or amount_basis.P1.b, and one of {', '.join(_BASES)}")
    return {**now, clause: text}
