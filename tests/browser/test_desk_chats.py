"""Chats at the desk of the real house: a customer in the widget, two agents in two browsers, one story."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from refunds.desk.demo import PASSWORD
from tests.browser import axe
from tests.browser.chat import log, say
from tests.browser.test_the_house import ANSWERED_WITHIN_MS
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.processes, pytest.mark.timeout(300)]

SIZES = {"desktop": (1280, 720), "tablet": (820, 1180)}
# Where the pictures of docs/agents.md go, when somebody wants new ones.
PICTURES = os.environ.get("DESK_PICTURES")
Worker = Callable[[str], Page]


@pytest.fixture(autouse=True)
def _from_the_beginning(stack: Stack) -> None:
    stack.reset()


@pytest.fixture
def desk(browser: Browser, stack: Stack) -> Iterator[Worker]:
    """Signs a demo agent in, each in a browser of their own; breaches of the content policy fail the test."""
    troubles: list[str] = []
    contexts = []

    def signed_in(name: str) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-GB")
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda told: troubles.extend([told.text] if "Content Security Policy" in told.text else []))
        page.goto(f"{stack.url}/desk/sign-in?next=/desk/chats")
        page.get_by_label("Login").fill(f"{name}@jjsg.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page).to_have_url(f"{stack.url}/desk/chats")
        return page

    yield signed_in
    for context in contexts:
        context.close()
    assert troubles == []


def asks_for_a_person(page: Page, stack: Stack) -> None:
    """A signed-in customer wants a person."""
    page.goto(f"{stack.url}/?customer_id=C-1001")
    say(page, "I want to talk to a human please")
    expect(log(page)).to_contain_text("in line for a colleague", timeout=ANSWERED_WITHIN_MS)


def picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (64, 20), "darkslateblue").save(written, "PNG")
    return written.getvalue()


def look_at(page: Page, name: str) -> None:
    """axe in every size, light and dark; pictures where they are wanted."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {size}"
            if PICTURES:
                page.screenshot(path=Path(PICTURES) / f"{name}-{scheme}-{size}.png", full_page=True)
        assert axe.violations(page, "body") == [], f"{name} {scheme}"
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 720})


def test_a_chat_goes_to_one_of_two_agents_and_back_to_the_assistant_with_what_was_agreed(
    page: Page, stack: Stack, desk: Worker
) -> None:
    ann, ben = desk("ann"), desk("ben")
    asks_for_a_person(page, stack)

    # Both see it come without a reload, and both press "take".
    for agent in (ann, ben):
        agent.get_by_role("link", name="I want to talk to a human please").click()
    ann.get_by_role("button", name="Take this chat").click()
    expect(log(page)).to_contain_text("Ann is with you now")
    expect(ben.locator("#standing")).to_contain_text("Ann")
    look_at(ann, "chat")

    ann.get_by_label("Your answer").fill("Hello Amara, Ann here. Which order is it?")
    ann.get_by_role("button", name="Send").click()
    expect(log(page)).to_contain_text("Hello Amara, Ann here.")
    expect(ann.locator("#said")).to_contain_text("Hello Amara, Ann here.")
    expect(ann.locator("#unsent li")).to_have_count(0)
    say(page, "It is ORD-48213, all was down on Monday")
    expect(ann.locator("#said")).to_contain_text("It is ORD-48213")
    assert log(page).get_by_text("Hello Amara, Ann here.").count() == 1

    # A ready answer by keyboard alone, a file, and a note that calls a colleague.
    ann.keyboard.press("Alt+a")
    ann.keyboard.type("moment")
    ann.keyboard.press("Enter")
    ann.keyboard.press("Control+Enter")
    expect(log(page)).to_contain_text("please give me a few minutes")
    ann.locator("#file").set_input_files(FilePayload(name="shot.png", mimeType="image/png", buffer=picture()))
    expect(ann.locator("#attached")).to_contain_text("shot.png")
    ann.get_by_role("button", name="Send").click()
    expect(log(page)).to_contain_text("shot.png")
    ann.get_by_label("A note").fill("@Ben is this the same outage as yesterday?")
    ann.get_by_role("button", name="Add the note").click()
    expect(ben.get_by_role("link", name="1 for you")).to_be_visible()
    expect(ben.locator("#notes")).to_contain_text("same outage as yesterday")

    # Handing back: the assistant goes on with the order, without being told it again.
    ann.get_by_text("Hand back to the assistant").click()
    ann.get_by_label("Order", exact=True).fill("ORD-48213")
    ann.get_by_label("What you agreed").fill("the assistant checks ORD-48213 for you.")
    ann.get_by_role("button", name="Hand back", exact=True).click()
    expect(log(page)).to_contain_text("What you agreed: the assistant checks ORD-48213 for you.")
    expect(log(page)).to_contain_text("talking to me, the automated assistant, again", timeout=ANSWERED_WITHIN_MS)
    expect(log(page).locator(".by-assistant .bubble").last).to_contain_text(
        re.compile("what went wrong with ORD-48213", re.I)
    )
    expect(ann.locator("#standing")).to_contain_text("assistant")
    look_at(ann, "chat-handed-back")
    [chat] = stack.refunds("chat", "list", "--json")
    assert chat["owner"] == "assistant"


def test_two_who_take_at_once_and_the_second_is_told(page: Page, stack: Stack, desk: Worker) -> None:
    ann, ben = desk("ann"), desk("ben")
    asks_for_a_person(page, stack)
    look_at(ann, "queue")
    for agent in (ann, ben):
        agent.get_by_role("link", name="I want to talk to a human please").click()
    # Ben's page does not hear of it, as if both had pressed in the same moment.
    ben.route("**/standing", lambda route: route.abort())
    ann.get_by_role("button", name="Take this chat").click()
    expect(log(page)).to_contain_text("Ann is with you now")
    ben.get_by_role("button", name="Take this chat").click()
    expect(ben.get_by_role("alert").filter(has_text="Ann has this chat.")).to_be_visible()
    expect(ben.get_by_label("Your answer")).to_be_hidden()


def test_a_line_sent_while_the_web_process_is_down_arrives_once(page: Page, stack: Stack, desk: Worker) -> None:
    ann = desk("ann")
    asks_for_a_person(page, stack)
    ann.get_by_role("link", name="I want to talk to a human please").click()
    ann.get_by_role("button", name="Take this chat").click()
    expect(ann.get_by_label("Your answer")).to_be_visible()
    ann.wait_for_load_state("load")  # without its script the form is sent as any form, into nothing
    stack.stop("web", with_signal=9)
    ann.get_by_label("Your answer").fill("I am still here.")
    ann.get_by_role("button", name="Send").click()
    expect(ann.locator("#unsent")).to_contain_text("the desk does not answer yet")
    stack.start("web")
    expect(log(page)).to_contain_text("I am still here.", timeout=ANSWERED_WITHIN_MS)
    expect(ann.locator("#unsent li")).to_have_count(0, timeout=ANSWERED_WITHIN_MS)
    assert log(page).get_by_text("I am still here.").count() == 1
