"""What an HTTP answer of the back office means: a value, or one of our errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from refunds.errors import BackOfficeRefused, BackOfficeUnavailable, NotFound

_LATER_MAY_WORK = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
_NOT_LET_IN = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class TryAgain(BackOfficeUnavailable):
    """This attempt failed, another may work; ``after`` is the pause in seconds that the back office asked for."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole HTTP answer. ``call`` names what was asked, without any customer's details."""

    call: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def shows_life(self) -> bool:
        """Whether the back office works, whatever it thought of this call."""
        return self.status < HTTPStatus.INTERNAL_SERVER_ERROR


def read_answer(answer: Answer) -> object:
    """The JSON value of a good answer.

    Raises ``TryAgain`` for a passing failure, ``NotFound``, ``BackOfficeRefused`` for what it will always refuse,
    and ``BackOfficeUnavailable`` where this installation is not let in or something else answered.
    """
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return _json(answer)
    if answer.status in _LATER_MAY_WORK or not answer.shows_life:
        raise TryAgain(f"{answer.call}: status {answer.status}", _asked_pause(answer.headers))
    if answer.status in _NOT_LET_IN:
        raise BackOfficeUnavailable(f"{answer.call}: status {answer.status}; check REFUNDS_BACKOFFICE_TOKEN")
    code, detail = _problem(answer)
    if answer.status == HTTPStatus.NOT_FOUND and code == "not_found":
        raise NotFound(f"{answer.call}: nothing of that name")
    if code is None:
        raise BackOfficeUnavailable(f"{answer.call}: status {answer.status}; check REFUNDS_BACKOFFICE_URL")
    raise BackOfficeRefused(code, detail)


def _json(answer: Answer) -> object:
    try:
        return json.loads(answer.body)
    except ValueError:
        raise TryAgain(f"{answer.call}: the answer is no JSON") from None


def _problem(answer: Answer) -> tuple[str | None, str]:
    """Code and detail of a refusal, which only the back office itself gives: a proxy's page has none."""
    try:
        told = json.loads(answer.body)
    except ValueError:
        return None, ""
    if not isinstance(told, dict) or not isinstance(told.get("code"), str):
        return None, ""
    return told["code"], str(told.get("detail", ""))


def _asked_pause(headers: Mapping[str, str]) -> float | None:
    """Seconds that ``Retry-After`` asks for, as a number or as a date; None where there is none to read."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return float(asked)
    try:
        moment = parsedate_to_datetime(asked)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
