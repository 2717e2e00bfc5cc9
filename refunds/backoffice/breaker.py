"""A circuit breaker: a back office that keeps failing is left alone for a while, and callers hear so at once.

Our own, because pybreaker holds its lock during the call: 64 threads would wait for one another.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from refunds.errors import BackOfficeUnavailable

_log = structlog.get_logger()


class CircuitBreaker:
    """Opens after ``failures_to_open`` failures in a row; each ``rest_seconds`` after that, one call may try.

    ``clock`` gives seconds that only grow.
    """

    def __init__(
        self, failures_to_open: int = 5, rest_seconds: float = 3.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._failures_to_open = failures_to_open
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._resting_since: float | None = None

    def admit(self) -> None:
        """Let a call through, or raise ``BackOfficeUnavailable`` while the back office is left alone."""
        with self._lock:
            if self._resting_since is None:
                return
            now = self._clock()
            if now - self._resting_since < self._rest_seconds:
                raise BackOfficeUnavailable("the back office failed several times and is left alone for a moment")
            # This call is the trial; the others rest on, also where the trial never reports back.
            self._resting_since = now

    def failed(self) -> None:
        """Count a call that got no answer."""
        with self._lock:
            self._failures += 1
            if self._failures < self._failures_to_open:
                return
            opened = self._resting_since is None
            self._resting_since = self._clock()
        if opened:
            _log.warning("back_office_left_alone", failures=self._failures_to_open, rest_seconds=self._rest_seconds)

    def succeeded(self) -> None:
        """An answer came: all is well again."""
        with self._lock:
            closed = self._resting_since is not None
            self._failures = 0
            self._resting_since = None
        if closed:
            _log.info("back_office_answers_again")
