"""How long customers may wait for people: times of the desk, in minutes in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from refunds.errors import SettingsError

LONGEST = 24 * 60


@dataclass(frozen=True, slots=True)
class DeskTargets:
    """``take_within``: an agent should have taken a chat. ``gone_after``: an agent without a sign of life is gone.

    ``mail_after``: an agent's line that nobody read in the chat is mailed.
    """

    take_within: timedelta = timedelta(minutes=10)
    gone_after: timedelta = timedelta(minutes=5)
    mail_after: timedelta = timedelta(minutes=5)


def read_desk_targets(env: Mapping[str, str]) -> DeskTargets:
    """The targets from ``env``; raises ``SettingsError`` for one that is no number of minutes."""
    usual = DeskTargets()
    return DeskTargets(
        take_within=_minutes(env, "REFUNDS_DESK_TAKE_MINUTES", usual.take_within),
        gone_after=_minutes(env, "REFUNDS_DESK_GONE_MINUTES", usual.gone_after),
        mail_after=_minutes(env, "REFUNDS_DESK_MAIL_MINUTES", usual.mail_after),
    )


def _minutes(env: Mapping[str, str], name: str, default: timedelta) -> timedelta:
    text = env.get(name)
    if not text:
        return default
    if not text.isdigit() or not 0 < int(text) <= LONGEST:
        raise SettingsError(f"{name} is {text!r}; it must be minutes between 1 and {LONGEST}")
    return timedelta(minutes=int(text))
