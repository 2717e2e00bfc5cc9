"""Agents' passwords: what is good enough, and argon2 around it."""

from __future__ import annotations

import threading
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from refunds.desk.refusals import AccountRefused

SHORTEST = 12
LONGEST = 200
# Each takes 64 MiB while it is worked on: a flood of tries must not take the machine's memory.
HASHED_AT_ONCE = 4


class Passwords:
    """Hashes and checks; ``hasher`` holds argon2's parameters."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._at_once = threading.BoundedSemaphore(HASHED_AT_ONCE)

    def hash(self, password: str) -> str:
        """What is stored instead of ``password``."""
        with self._at_once:
            return self._hasher.hash(password)

    def check(self, stored: str | None, password: str) -> bool:
        """Whether ``password`` is the one behind ``stored``; where nothing is stored it takes just as long."""
        with self._at_once:
            try:
                self._hasher.verify(stored or self._nobodys, password[:LONGEST])
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether ``stored`` was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(stored)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("no agent has this password")


def refuse_weak(password: str, login: str) -> None:
    """Raise ``AccountRefused`` for a password that is too short, too long or is the login."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountRefused(f"A password needs {SHORTEST} to {LONGEST} characters.")
    if password.lower() == login:
        raise AccountRefused("A password must not be the login.")
