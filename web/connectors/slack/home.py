"""The App Home: a person's cases, once the direct message knows who they are; before that, how to show it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from refunds.case_words import case_card
from refunds.cases.case import Case
from refunds.chat.transcript import Transcript
from refunds.enquiries import Enquiries
from refunds.identity import Identity
from refunds.words import Words
from web.connectors.slack.api import SlackApi
from web.connectors.slack.blocks import Block, case_facts, section
from web.connectors.slack.events import CHANNEL
from web.connectors.slack.people import People, Person
from web.connectors.slack.texts import escaped

MOST_CASES = 10


class Home:
    """Publishes the App Home. ``default_zone`` is for people of whom Slack tells none."""

    def __init__(  # noqa: PLR0917 - what a home is made from
        self,
        api: SlackApi,
        people: People,
        transcript: Transcript,
        identity: Identity,
        enquiries: Enquiries,
        words: Words,
        default_zone: ZoneInfo,
    ) -> None:
        self._api = api
        self._people = people
        self._transcript = transcript
        self._identity = identity
        self._enquiries = enquiries
        self._words = words
        self._default_zone = default_zone

    async def publish(self, user: str, address: str) -> None:
        """Show ``user`` what stands now; raises as ``SlackApi.call`` does, and ``DatabaseUnavailable``."""
        person = await self._people.person(user)
        blocks = await asyncio.to_thread(self._blocks, address, person, datetime.now(UTC))
        await self._api.call("views.publish", user_id=user, view={"type": "home", "blocks": blocks})

    def _blocks(self, address: str, person: Person, now: datetime) -> list[Block]:
        title = {"type": "header", "text": {"type": "plain_text", "text": self._words.say("slack_home_title")}}
        return [title, *self._body(self._customer(address, now), person, now)]

    def _customer(self, address: str, now: datetime) -> str | None:
        standing = self._transcript.standings(CHANNEL, [address]).get(address)
        return self._identity.verified_customer(standing.conversation_id, now) if standing else None

    def _body(self, customer_id: str | None, person: Person, now: datetime) -> list[Block]:
        if customer_id is None:
            return [section(self._words.say("slack_home_unknown"))]
        cases = self._enquiries.cases_of(customer_id)
        if not cases:
            return [section(self._words.say("slack_home_none"))]
        zone = ZoneInfo(person.zone) if person.zone else self._default_zone
        shown = [block for case in cases[:MOST_CASES] for block in self._case(case, zone, person.locale, now)]
        return [*shown, *self._foot(len(cases), zone, person.locale, now)]

    def _case(self, case: Case, zone: ZoneInfo, locale: str | None, now: datetime) -> list[Block]:
        promised = self._enquiries.as_promised(case)
        following = self._enquiries.following(promised, now.astimezone(zone).date(), zone)
        return [*case_facts(case_card(self._words, promised, following, locale), self._words), {"type": "divider"}]

    def _foot(self, count: int, zone: ZoneInfo, locale: str | None, now: datetime) -> list[Block]:
        says = [self._words.say("slack_home_as_of", moment=self._words.moment(now, zone, locale))]
        if count > MOST_CASES:
            says.insert(0, self._words.say("slack_home_more", shown=MOST_CASES, all=count))
        elements: list[dict[str, Any]] = [{"type": "mrkdwn", "text": escaped(text)} for text in says]
        return [{"type": "context", "elements": elements}]
