"""Calls over HTTP: one session, short timeouts, bounded retries, a circuit breaker, and a deadline over all of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Final

import requests
import stamina
import urllib3
from requests.adapters import HTTPAdapter

from refunds.backoffice.answers import Answer, TryAgain, read_answer
from refunds.backoffice.breaker import CircuitBreaker
from refunds.backoffice.deadline import Deadline

_CONNECT_SECONDS: Final = 1.0
_READ_SECONDS: Final = 2.5
_ATTEMPTS: Final = 3
_LONGEST_BACKOFF: Final = 0.5
_LONGEST_ASKED_PAUSE: Final = 2.0  # a customer waits: a back office that asks for more is tried after this
_CALLERS: Final = 64
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """What to ask. ``name`` stands in errors and logs and holds no customer's details.

    All calls may be repeated: reading changes nothing, and what creates carries an ``Idempotency-Key`` header,
    the same in every attempt.
    """

    name: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None


class Transport:
    """Speaks HTTP with one back office, from many threads at once."""

    def __init__(self, base_url: str, token: str | None, breaker: CircuitBreaker) -> None:
        self._base_url = base_url.rstrip("/")
        self._breaker = breaker
        self._session = _session(token)

    def ask(self, call: Call, deadline: Deadline) -> object:
        """The JSON value of the answer; raises as ``read_answer`` does, at the latest when ``deadline`` passes."""
        retries = stamina.retry_context(
            on=_worth_repeating(deadline),
            attempts=_ATTEMPTS,
            timeout=None,
            wait_initial=0.1,
            wait_max=_LONGEST_BACKOFF,
            wait_jitter=0.2,
        )
        for attempt in retries:
            with attempt:
                return read_answer(self._exchange(call, deadline))
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def _exchange(self, call: Call, deadline: Deadline) -> Answer:
        self._breaker.admit()
        try:
            answer = self._send(call, deadline)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as failure:
            self._breaker.failed()
            # The library's own text holds the address asked for, with the customer's in it: only its kind is told.
            raise TryAgain(f"{call.name}: {type(failure).__name__}") from None
        if answer.shows_life:
            self._breaker.succeeded()
        else:
            self._breaker.failed()
        return answer

    def _send(self, call: Call, deadline: Deadline) -> Answer:
        left = max(deadline.left, 0.01)
        with self._session.request(
            call.method,
            self._base_url + call.path,
            params=call.query,
            headers=call.headers,
            json=call.body,
            timeout=(min(_CONNECT_SECONDS, left), min(_READ_SECONDS, left)),
            allow_redirects=False,
            stream=True,
        ) as response:
            return Answer(call.name, response.status_code, response.headers, _read_body(response, deadline))


def _read_body(response: requests.Response, deadline: Deadline) -> bytes:
    """The whole body. A read timeout bounds each piece only, so that a body that drips is cut at the deadline."""
    body = b""
    while piece := response.raw.read1(_CHUNK, decode_content=False):
        body += piece
        if deadline.left <= 0:
            raise requests.Timeout("the answer drips")
    return body


def _worth_repeating(deadline: Deadline) -> Callable[[Exception], bool | float]:
    """Whether to try again, or after which pause, as stamina asks for it."""

    def decide(failure: Exception) -> bool | float:
        if not isinstance(failure, TryAgain):
            return False
        if failure.after is None:
            return deadline.leaves_an_attempt_after(_LONGEST_BACKOFF)
        pause = min(failure.after, _LONGEST_ASKED_PAUSE) + random.uniform(0, 0.1)
        return pause if deadline.leaves_an_attempt_after(pause) else False

    return decide


def _session(token: str | None) -> requests.Session:
    session = requests.Session()
    # A proxy or a .netrc of the machine must not come between us and the back office.
    session.trust_env = False
    # Cookies would be state that threads share.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # Bodies are read piece by piece as they come, so they must come as they are.
    session.headers.update({"Accept": "application/json", "Accept-Encoding": "identity"})
    if token:
        session.headers["Authorization"] = f"Bearer {token}"
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=_CALLERS)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
