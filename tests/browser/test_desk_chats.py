"""Chats at the desk of the real house: a customer in the widget, two agents in two browsers, one story."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.chat import field, log, say, widget
from tests.browser.desk import Worker, looks_right
from tests.browser.test_the_house import ANSWERED_WITHIN_MS
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.processes, pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def _from_the_beginning(stack: Stack) -> None:
    stack.reset()


def asks_for_a_person(page: Page, stack: Stack) -> None:
    """A signed-in customer wants a person."""
    page.goto(f"{stack.url}/?customer_id=C-1001")
    say(page, "I want to talk to a human please")
    expect(log(page)).to_contain_text("in line for a colleague", timeout=ANSWERED_WITHIN_MS)


def picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (64, 20), "darkslateblue").save(written, "PNG")
    return written.getvalue()


def test_a_chat_goes_to_one_of_two_agents_and_back_to_the_assistant_with_what_was_agreed(
    page: Page, stack: Stack, desk: Worker
) -> None:
    ann, ben = desk("ann", "chats"), desk("ben", "chats")
    asks_for_a_person(page, stack)

    # Both see it come without a reload, and both press "take".
    for agent in (ann, ben):
        agent.get_by_role("link", name="I want to talk to a human please").click()
    ann.get_by_role("button", name="Take this chat").click()
    expect(log(page)).to_contain_text("Ann is with you now")
    expect(ben.locator("#standing")).to_contain_text("Ann")
    looks_right(ann, "chat")

    # Each sees the other write.
    expect(widget(page).locator(".header")).to_contain_text("Ann")
    field(page).press_sequentially("It is")
    expect(ann.locator(".desk-typing")).to_have_text("The customer is writing …")
    ann.get_by_label("Your answer").press_sequentially("Hello")
    expect(page.get_by_label("Customer service is writing")).to_be_visible()

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
    looks_right(ann, "chat-handed-back")
    [chat] = stack.refunds("chat", "list", "--json")
    assert chat["owner"] == "assistant"


def test_two_who_take_at_once_and_the_second_is_told(page: Page, stack: Stack, desk: Worker) -> None:
    ann, ben = desk("ann", "chats"), desk("ben", "chats")
    asks_for_a_person(page, stack)
    looks_right(ann, "queue")
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
    ann = desk("ann", "chats")
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
