"""A whole talk on Slack with the real engine: who it is, the order, the summary, the case, and what the home shows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests.slack_house import AMARA
from tests.slack_server import BOT_TOKEN, SIGNING_SECRET, Payload, SlackServer, slack_server
from tests.stack import ROOT, Stack, free_ports, wait_for

pytestmark = [pytest.mark.engine, pytest.mark.processes]


@contextmanager
def web_on_slack(stack: Stack, slack: SlackServer) -> Iterator[str]:
    """One more web process of the same house, which speaks with Slack."""
    [port] = free_ports(1)
    environ = stack.environ | {
        "REFUNDS_WEB_PORT": str(port),
        "REFUNDS_SLACK_BOT_TOKEN": BOT_TOKEN,
        "REFUNDS_SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "REFUNDS_SLACK_API": slack.api,
    }
    url = f"http://127.0.0.1:{port}"
    with (stack.var / "web-slack.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "web"], cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        wait_for("web with Slack", lambda: _answers(url))
        yield url
    finally:
        process.terminate()
        process.wait(15)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/health", timeout=2).ok
    except requests.RequestException:
        return False


class Talk:
    """A person in their direct message."""

    def __init__(self, slack: SlackServer, url: str) -> None:
        self.slack = slack
        self.url = url

    def say(self, text: str) -> None:
        """Say something."""
        assert self.slack.tell(self.url, self.slack.message(AMARA, text)).ok

    def hears(self, part: str) -> None:
        """The person reads a line with ``part`` in it."""
        direct = self.slack.direct(AMARA)
        wait_for(f"{part!r} on Slack", lambda: any(part in text for text in self.slack.texts(direct)), seconds=40)

    def choose(self, title: str) -> None:
        """Press the button of that title as soon as it is offered."""
        message, button = wait_for(f"the button {title!r}", lambda: self._offered(title), seconds=40)
        assert self.slack.tell_press(self.url, self.slack.press(AMARA, message, button)).ok

    def _offered(self, title: str) -> tuple[Payload, Payload] | None:
        for message in self.slack.posted[::-1]:
            elements = [one for block in message["blocks"] or () for one in block.get("elements", ())]
            for element in elements:
                if element["type"] == "button" and title in element["text"]["text"]:
                    return message, element
        return None


def test_a_refund_is_filed_on_slack_after_a_mailed_code_and_stands_in_the_home(stack: Stack) -> None:
    stack.reset()
    with slack_server() as slack, web_on_slack(stack, slack) as url:
        talk = Talk(slack, url)
        three_days_ago = (datetime.now(UTC) - timedelta(days=3)).strftime("%d %B %Y")
        mention = slack.mention(AMARA, f"my servers in ORD-48213 were down on {three_days_ago}, money back please")
        assert slack.tell(url, mention).ok
        talk.hears("e-mail address on your account")
        talk.say("<mailto:amara@example.com|amara@example.com>")
        talk.say(stack.code_for("amara@example.com"))
        talk.choose("Yes, file it")
        wait_for("the case", lambda: stack.refunds("case", "list", "--json"), seconds=40)
        [case] = stack.refunds("case", "list", "--json")
        assert (case["order_id"], case["channel"]) == ("ORD-48213", "slack")
        assert slack.tell(url, slack.home_opened(AMARA)).ok
        wait_for("the home", lambda: case["case_id"] in str(slack.homes.get(AMARA)))
        talk.hears(case["case_id"])
        public = slack.texts("C0GENERAL")
    assert len(public) == 1
    assert not any(private in public[0] for private in ("ORD-48213", case["case_id"], "amara"))
    assert case["case_id"] in str([one["blocks"] for one in slack.posted])
    assert slack.refused == []
    assert BOT_TOKEN not in (stack.var / "web-slack.log").read_text()
