"""A person's zone and language, and their direct message with the app, asked of Slack now and then."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from zoneinfo import available_timezones

import structlog

from web.connectors.slack.api import SlackApi, SlackRefused, SlackUnavailable

_log = structlog.get_logger()
KEPT_SECONDS = 3600.0
FAILURE_KEPT_SECONDS = 30.0
MOST_KEPT = 10_000
# A message waits no longer than this for its writer's zone: Slack wants its acknowledgement within three seconds.
PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class Person:
    """What Slack says of somebody: IANA zone and BCP 47 locale, as far as it says."""

    zone: str | None = None
    locale: str | None = None


class People:
    """Asks ``users.info`` once an hour a person, and for one person once at a time."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._known: dict[str, tuple[float, Person]] = {}
        self._asking: dict[str, asyncio.Task[Person]] = {}
        self._channels: dict[str, str] = {}

    async def person(self, user: str) -> Person:
        """Who writes; nothing is known of them where Slack does not say so in time."""
        until, known = self._known.get(user, (0.0, Person()))
        if time.monotonic() < until:
            return known
        task = self._asking.get(user)
        if task is None:
            task = self._asking[user] = asyncio.create_task(self._ask(user))
            task.add_done_callback(lambda _: self._asking.pop(user, None))
        done, _ = await asyncio.wait([task], timeout=PATIENCE)
        if done:
            return task.result()
        # Their next words need not wait as well; what Slack answers in the end still counts.
        return self._keep(user, known, FAILURE_KEPT_SECONDS)

    async def direct_channel(self, user: str) -> str:
        """The id of a person's direct message with the app; raises as ``SlackApi.call`` does."""
        if user not in self._channels:
            answer = await self._api.call("conversations.open", users=user)
            _make_room(self._channels)
            self._channels[user] = str(answer["channel"]["id"])
        return self._channels[user]

    async def _ask(self, user: str) -> Person:
        try:
            answer = await self._api.call("users.info", user=user, include_locale=True)
        except (SlackRefused, SlackUnavailable) as error:
            _log.warning("slack_person_unknown", why=str(error))
            return self._keep(user, self._known.get(user, (0.0, Person()))[1], FAILURE_KEPT_SECONDS)
        told = answer["user"]
        zone = told.get("tz")
        person = Person(zone if zone in available_timezones() else None, told.get("locale"))
        return self._keep(user, person, KEPT_SECONDS)

    def _keep(self, user: str, person: Person, seconds: float) -> Person:
        _make_room(self._known)
        self._known[user] = (time.monotonic() + seconds, person)
        return person


def _make_room(kept: dict[str, object] | dict[str, str] | dict[str, tuple[float, Person]]) -> None:
    """Forget the longest known one where there are too many."""
    if len(kept) >= MOST_KEPT:
        del kept[next(iter(kept))]
