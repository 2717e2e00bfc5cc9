"""Going on in Telegram or Slack, from the menu of the chat."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import WAYS_ON, arrived, field, log, more, say, widget
from tests.browser.shop import NO_WAY_ON, Shop
from tests.chat_house import ChatHouse
from tests.fake_engine import echo, says
from tests.telegram_house import telegram_house

pytestmark = pytest.mark.browser


def test_the_menu_leads_into_telegram_where_the_question_stands_again(page: Page, chat_on_file: ChatHouse) -> None:
    asked = {"text": "Which day?", "buttons": [{"title": "Today", "payload": "/inform"}]}
    chat_on_file.engine.answer = lambda q: says(asked) if q.get("text") == "refund" else echo(q)
    with telegram_house(chat_on_file) as house:
        page.goto(house.url)
        say(page, "refund")
        expect(log(page)).to_contain_text("Which day?")
        more(page, "Go on in Telegram")
        link = widget(page).get_by_role("link", name="Open Telegram")
        expect(link).to_be_focused()
        address = link.get_attribute("href") or ""
        assert address.startswith("https://t.me/jjsg_refunds_bot?start=CARRYON")
        house.say(f"/start {address.partition('=')[2]}")
        house.hears(house.words("utter_carried_on"), "Which day?")


def test_a_word_for_slack_is_shown_and_copied_and_said_to_be_good_for_a_quarter_of_an_hour(
    page: Page, shop: Shop
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shop.script.welcome["carry_on"] = ["telegram", "slack"]
    shop.script.ways_on = WAYS_ON
    page.goto(shop.url)
    say(page, "hello")
    arrived(page)
    more(page, "Go on in Telegram or Slack")
    expect(widget(page)).to_contain_text("Good once, for 15 minutes")
    expect(widget(page).locator("code")).to_have_text(WAYS_ON["slack"])
    widget(page).get_by_role("button", name="Copy", exact=True).click()
    expect(widget(page).get_by_role("status")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == WAYS_ON["slack"]
    page.keyboard.press("Escape")
    expect(field(page)).to_be_focused()


@pytest.mark.parametrize(
    ("ways", "told"),
    [
        ({"why": "That was too fast."}, "That was too fast."),
        (NO_WAY_ON, "That isn't possible just now. Please try again in a minute."),
    ],
)
def test_without_a_way_the_reason_is_told_and_the_chat_goes_on(
    page: Page, shop: Shop, ways: dict[str, object], told: str
) -> None:
    shop.script.welcome["carry_on"] = ["slack"]
    shop.script.ways_on = ways
    page.goto(shop.url)
    say(page, "hello")
    arrived(page)
    more(page, "Go on in Slack")
    expect(widget(page).get_by_role("status")).to_have_text(told)
    expect(field(page)).to_be_visible()


def test_going_on_elsewhere_is_offered_only_where_the_server_can_and_no_person_is_left_behind(
    page: Page, shop: Shop
) -> None:
    page.goto(shop.url)
    say(page, "hello")
    arrived(page)
    menu = widget(page).get_by_role("button", name="More")
    menu.click()
    expect(widget(page).get_by_role("button", name="Start over")).to_be_visible()
    entry = widget(page).get_by_role("button", name="Go on in Telegram")
    expect(entry).to_have_count(0)
    shop.script.welcome["carry_on"] = ["telegram"]
    page.reload()
    menu.click()
    expect(entry).to_be_enabled()
    shop.emit("speaking", {"owner": "waiting"})
    expect(entry).to_have_count(0)
