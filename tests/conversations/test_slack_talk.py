"""Whole talks on Slack with the real engine: a case from the first word to the money, and a person of the desk."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.desk_client import Colleague
from tests.slack_server import BOT_TOKEN, SIGNING_SECRET, TEAM, Payload, SlackServer, slack_server
from tests.stack import Stack, wait_for

pytestmark = [pytest.mark.engine, pytest.mark.processes]
PEOPLE = itertools.count(1)


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    with slack_server() as running:
        yield running


@pytest.fixture(scope="module")
def web(stack: Stack, slack: SlackServer) -> Iterator[Stack]:
    """One more web process of the same house, with Slack on."""
    second = stack.one_more_web(
        REFUNDS_SLACK_BOT_TOKEN=BOT_TOKEN, REFUNDS_SLACK_SIGNING_SECRET=SIGNING_SECRET, REFUNDS_SLACK_API=slack.api
    )
    yield second
    second.stop("web")


@dataclass
class Talk:
    """A person in their direct message; nobody else of this module is the same one."""

    slack: SlackServer
    web: Stack
    user: str

    def say(self, text: str) -> None:
        """Say something."""
        assert self.slack.tell(self.web.url, self.slack.message(self.user, text)).ok

    def hears(self, *parts: str) -> None:
        """The person reads a line with all of these in it."""

        def is_there() -> bool:
            texts = self.slack.texts(self.slack.direct(self.user))
            return any(all(part in text for part in parts) for text in texts)

        wait_for(f"{parts!r} on Slack", is_there, seconds=40)

    def choose(self, title: str) -> None:
        """Press the button of that title as soon as it is offered."""
        message, button = wait_for(f"the button {title!r}", lambda: self._offered(title), seconds=40)
        assert self.slack.tell_press(self.web.url, self.slack.press(self.user, message, button)).ok

    def chat(self) -> dict[str, Any]:
        """The person's conversation, as ``refunds chat list`` has it."""
        chats = self.web.refunds("chat", "list", "--json")
        return next(chat for chat in chats if chat["address"] == f"{TEAM}:{self.user}")

    def _offered(self, title: str) -> tuple[Payload, Payload] | None:
        mine = [one for one in self.slack.posted if one["channel"] == self.slack.direct(self.user)]
        for message in mine[::-1]:
            elements = [one for block in message["blocks"] or () for one in block.get("elements", ())]
            for element in elements:
                if element["type"] == "button" and title in element["text"]["text"]:
                    return message, element
        return None


@pytest.fixture
def talk(stack: Stack, slack: SlackServer, web: Stack) -> Talk:
    stack.reset()
    return Talk(slack, web, f"U0PERSON{next(PEOPLE)}")


def test_a_refund_is_filed_after_a_mailed_code_and_followed_to_the_money(talk: Talk) -> None:
    slack, stack = talk.slack, talk.web
    three_days_ago = (datetime.now(UTC) - timedelta(days=3)).strftime("%d %B %Y")
    mention = slack.mention(talk.user, f"my servers in ORD-48213 were down on {three_days_ago}, money back please")
    assert slack.tell(stack.url, mention).ok
    talk.hears("e-mail address on your account")
    talk.say("<mailto:amara@example.com|amara@example.com>")
    talk.say(stack.code_for("amara@example.com"))
    talk.choose("Yes, file it")
    wait_for("the case", lambda: stack.refunds("case", "list", "--json"), seconds=40)
    [case] = stack.refunds("case", "list", "--json")
    assert (case["order_id"], case["channel"]) == ("ORD-48213", "slack")
    assert slack.tell(stack.url, slack.home_opened(talk.user)).ok
    wait_for("the home", lambda: case["case_id"] in str(slack.homes.get(talk.user)))
    talk.hears(case["case_id"])
    talk.say("where is my refund?")
    talk.hears("ORD-48213", "is waiting for a colleague's check")
    stack.refunds("case", "approve", case["case_id"], "--as", "ann")
    talk.hears("approved", case["case_id"])
    wait_for("the payout", lambda: stack.refunds("case", "list", "--json")[0]["state"] == "paid", seconds=40)
    talk.say("and now, where is my refund?")
    talk.hears("is paid", "€240.00", "ARN 7")
    public = slack.texts("C0GENERAL")
    assert len(public) == 1
    assert not any(private in public[0] for private in ("ORD-48213", case["case_id"], "amara"))
    assert case["case_id"] in str([one["blocks"] for one in slack.posted])
    assert slack.refused == []
    assert BOT_TOKEN not in stack.log("web")


def test_whoever_asks_for_a_person_reads_what_that_person_writes_and_goes_on_with_the_assistant(talk: Talk) -> None:
    talk.say("I want to talk to a human")
    wait_for("the line of those who wait", lambda: talk.chat()["owner"] == "waiting", seconds=40)
    conversation, ann = talk.chat()["conversation_id"], Colleague(talk.web.url)
    ann.take(conversation)
    ann.say(conversation, "Good day, what is it about?")
    talk.hears("Good day, what is it about?")
    talk.say("the invoice of my colleague")
    wait_for("their words at the desk", lambda: "the invoice of my colleague" in ann.page(conversation))
    ann.hand_back(conversation)
    wait_for("the assistant", lambda: talk.chat()["owner"] == "assistant", seconds=40)
    talk.say("how long does a refund to a card take?")
    talk.hears("business days")
    signed = [one["blocks"] for one in talk.slack.posted if one["text"].endswith("Good day, what is it about?")]
    assert "*Ann*" in str(signed)
