"""Lines that are cut, servers that go, several tabs: nothing is lost and nothing is said twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import WHEN, answers, arrived, choice, field, launcher, log, own, say, widget
from tests.browser.shop import Shop
from tests.world import wait_until

pytestmark = pytest.mark.browser
WAITS = "Kept, not sent yet"


def test_a_message_that_is_not_received_is_kept_and_sent_again(page: Page, shop: Shop) -> None:
    shop.script.refusal = {"why": "It could not be stored just now."}
    page.goto(shop.url)
    say(page, "one")
    say(page, "two")
    expect(log(page)).to_contain_text("It could not be stored just now.")
    shop.script.refusal = None
    expect(log(page).locator(".unsent")).to_have_count(0, timeout=15_000)
    shop.script.answers = {"four": [{"text": "Got all four."}]}
    say(page, "three")
    say(page, "four")
    expect(log(page)).to_contain_text("Got all four.")
    wait_until(lambda: shop.script.texts() == ["one", "two", "three", "four"])


def test_a_message_that_is_refused_for_good_makes_way_and_its_reason_is_told(page: Page, shop: Shop) -> None:
    shop.script.refusal = {"why": "That is no file of yours.", "final": True}
    page.goto(shop.url)
    say(page, "one")
    expect(widget(page).get_by_role("status")).to_have_text("That is no file of yours.")
    expect(own(page)).to_have_count(0)
    shop.script.refusal = None
    say(page, "two")
    expect(widget(page).get_by_role("status")).to_be_empty()
    expect(own(page)).to_have_text(["two"])
    wait_until(lambda: shop.script.texts() == ["two"])


def test_a_message_whose_acknowledgement_was_lost_stands_once(page: Page, shop: Shop) -> None:
    shop.script.lose_next_acknowledgement = True
    shop.script.answers = {"hello": [{"text": "Hello to you."}], "again": [{"text": "Still here."}]}
    page.goto(shop.url)
    say(page, "hello")
    say(page, "again")
    expect(log(page)).to_contain_text("Still here.", timeout=15_000)
    wait_until(lambda: shop.script.texts() == ["hello", "again"])
    expect(own(page)).to_have_text(["hello", "again"])
    expect(answers(page)).to_have_text(["Hello to you.", "Still here."])


def test_what_is_written_while_the_server_is_away_arrives_when_it_is_back(page: Page, shop: Shop) -> None:
    shop.script.answers = {"hello": [{"text": "Hello to you."}], "are you there": [{"text": "Back again."}]}
    page.goto(shop.url)
    say(page, "hello")
    expect(log(page)).to_contain_text("Hello to you.")
    shop.stop()
    expect(widget(page).get_by_role("status")).to_contain_text("Reconnecting")
    say(page, "are you there")
    expect(log(page)).to_contain_text(WAITS)
    shop.start()
    expect(log(page)).to_contain_text("Back again.", timeout=15_000)
    expect(widget(page).get_by_role("status")).to_be_empty()
    expect(log(page)).not_to_contain_text(WAITS)
    wait_until(lambda: shop.script.texts() == ["hello", "are you there"])
    expect(answers(page)).to_have_text(["Hello to you.", "Back again."])


def test_a_browser_without_network_keeps_what_is_said_in_order(page: Page, shop: Shop) -> None:
    shop.script.answers = {"one": [{"text": "Got one."}], "three": [{"text": "Got all three."}]}
    page.goto(shop.url)
    say(page, "one")
    expect(log(page)).to_contain_text("Got one.")  # so it is acknowledged too
    page.context.set_offline(True)
    shop.stop()  # the browser's own switch leaves open connections alone
    expect(widget(page).get_by_role("status")).to_contain_text("Reconnecting")
    shop.start()
    say(page, "two")
    say(page, "three")
    expect(log(page).get_by_text(WAITS)).to_have_count(2)
    page.context.set_offline(False)
    expect(log(page)).to_contain_text("Got all three.", timeout=15_000)
    wait_until(lambda: shop.script.texts() == ["one", "two", "three"])


def test_lines_that_came_while_the_line_was_cut_are_shown_and_read_aloud(page: Page, shop: Shop) -> None:
    shop.script.answers = {"hello": [{"text": "Hello to you."}]}
    page.goto(shop.url)
    say(page, "hello")
    expect(log(page)).to_contain_text("Hello to you.")
    shop.stop()
    for lines in shop.script.conversations.values():
        lines.append({**lines[-1], "number": 2, "author": "notice", "text": "It was paid."})
    shop.start()
    expect(answers(page)).to_have_text(["Hello to you."])
    expect(widget(page).locator("[aria-live=polite]")).to_have_text("Notice: It was paid.", timeout=15_000)


def test_a_reload_takes_the_conversation_up_again_in_mid_question(page: Page, shop: Shop) -> None:
    shop.script.answers = {"refund": [WHEN], "I don't know": [{"text": "No matter."}]}
    page.goto(shop.url)
    say(page, "refund")
    expect(choice(page, "I don't know")).to_be_visible()
    page.reload()
    expect(own(page)).to_have_text("refund")
    expect(log(page).get_by_label("Day")).to_be_visible()
    choice(page, "I don't know").click()
    expect(log(page)).to_contain_text("No matter.")
    assert len(shop.script.conversations) == 1


def test_two_tabs_show_the_same_chat_and_the_same_count_of_unread_lines(page: Page, shop: Shop) -> None:
    page.set_viewport_size({"width": 900, "height": 800})
    shop.script.answers = {"hello": [{"text": "Hello to you."}]}
    page.goto(shop.url)
    launcher(page).click()
    say(page, "hello")
    expect(log(page)).to_contain_text("Hello to you.")
    field(page).press("Escape")
    second = page.context.new_page()
    second.set_viewport_size({"width": 900, "height": 800})
    second.goto(shop.url)
    expect(launcher(second)).to_have_accessible_name("Chat about refunds")
    shop.add_lines({"text": "One."}, {"text": "Two."})
    for tab in (page, second):
        expect(launcher(tab)).to_have_accessible_name("Chat about refunds, 2 new")
    launcher(second).click()
    expect(answers(second)).to_have_text(["Hello to you.", "One.", "Two."])
    expect(launcher(page)).to_have_accessible_name("Chat about refunds")
    say(second, "thanks")
    launcher(page).click()
    expect(own(page)).to_have_text(["hello", "thanks"])


def test_a_refused_connection_tells_the_servers_reason(page: Page, shop: Shop) -> None:
    shop.script.connection_refusal = "Too many chats from here are open. Please try again in a minute."
    page.goto(shop.url)
    expect(widget(page).get_by_role("status")).to_have_text(shop.script.connection_refusal)
    shop.script.connection_refusal = None
    expect(widget(page).get_by_role("status")).to_be_empty(timeout=15_000)


def test_a_page_without_storage_can_chat_too(page: Page, shop: Shop) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
    )
    shop.script.answers = {"hello": [{"text": "Hello to you."}]}
    page.goto(shop.url)
    say(page, "hello")
    expect(log(page)).to_contain_text("Hello to you.")


def test_only_the_token_is_kept_and_no_cookie(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    say(page, "my number is 4711")
    arrived(page)
    kept = page.evaluate("Object.values(localStorage)")
    assert kept == list(shop.script.conversations)
    assert page.context.cookies() == []
    assert page.evaluate("sessionStorage.length") == 0
