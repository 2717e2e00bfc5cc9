"""How much one customer and one network may ask of a process, and the count of what was refused.

Each process counts for itself: behind a balancer, so many processes give so many times as much.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass

import structlog

from refunds.words import Words

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a minute in the long run, ``burst`` of them at once."""

    per_minute: float
    burst: int


# Faster than anybody writes, and enough at once for what a browser kept while it was offline.
OF_A_CHAT = Rate(30, 20)
# An office behind one address: connections, messages and all else that its people do.
OF_AN_ADDRESS = Rate(120, 60)
# A browser gives a sign of writing every three seconds at most.
OF_SIGNS = Rate(40, 10)
# Each costs up to a few seconds of work and five megabytes of disk.
OF_FILES = Rate(10, 10)
TABS_OF_AN_ADDRESS = 20
_KEPT_AT_MOST = 10_000


class Allowance:
    """Buckets that fill up by ``rate``; each taking empties one by one. ``now`` is any clock of seconds."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._left: dict[Hashable, tuple[float, float]] = {}

    def wait(self, key: Hashable, now: float) -> float:
        """Take one of ``key``'s: 0 when that is fine, else the seconds until it is; nothing is taken then."""
        left = self._now_left(key, now)
        if left < 1:
            return (1 - left) * 60 / self._rate.per_minute
        self._left[key] = (left - 1, now)
        if len(self._left) > _KEPT_AT_MOST:
            self._forget_full(now)
        return 0

    def _now_left(self, key: Hashable, now: float) -> float:
        left, then = self._left.get(key, (float(self._rate.burst), now))
        return min(self._rate.burst, left + (now - then) * self._rate.per_minute / 60)

    def _forget_full(self, now: float) -> None:
        self._left = {key: kept for key, kept in self._left.items() if self._now_left(key, now) < self._rate.burst}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A sentence for the customer, and the whole seconds after which the same may be fine."""

    why: str
    retry_after: int


class Refusals:
    """Counts refusals; a line of the log at the first, second, fourth and so on, so that a flood fills no disk."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def note(self, what: str, why: str) -> None:
        """One more ``what`` was refused because of ``why``."""
        self._counts[what, why] += 1
        count = self._counts[what, why]
        if count & (count - 1) == 0:
            _log.warning("chat_refused", what=what, why=why, count=count)


class Limits:
    """What each chat and each network may still ask of this process, and the sentences for when they may not."""

    def __init__(self, words: Words, refusals: Refusals) -> None:
        self._words = words
        self._refusals = refusals
        self._chats = Allowance(OF_A_CHAT)
        self._networks = Allowance(OF_AN_ADDRESS)

    def refuse_tab(self, network: str, open_tabs: int) -> str | None:
        """Why one more tab may not connect from ``network``, which has so many; None: it may."""
        if open_tabs >= TABS_OF_AN_ADDRESS:
            self._refusals.note("connect", "tabs")
            return self._words.say("utter_too_many_tabs")
        refusal = self._refused("connect", self._networks, network)
        return None if refusal is None else refusal.why

    def refuse(self, what: str, chat: str, network: str) -> Refusal | None:
        """Why a chat may not ask ``what`` now; None: it may, and has."""
        return self._refused(what, self._networks, network) or self._refused(what, self._chats, chat)

    def _refused(self, what: str, allowance: Allowance, key: str) -> Refusal | None:
        seconds = math.ceil(allowance.wait(key, time.monotonic()))
        if not seconds:
            return None
        self._refusals.note(what, "rate")
        return Refusal(self._words.say("utter_too_fast", seconds=seconds), seconds)
