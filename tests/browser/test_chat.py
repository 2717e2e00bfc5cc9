"""The chat in a real browser, against a scripted server."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.shop import Shop

pytestmark = pytest.mark.browser

ORDERS = {
    "number": 2,
    "text": "Which order is it about?",
    "buttons": [{"title": "ORD-48213 Compute", "id": "b1"}, {"title": "None of these", "id": "b2"}],
    "card": {
        "type": "orders",
        "orders": [
            {
                "order_id": "ORD-48213",
                "service": "Compute",
                "region": "eu-central",
                "plan": "Compute L, monthly",
                "amount": "€240.00",
                "bought": "2026-11-12",
            }
        ],
    },
}
CASE = {
    "type": "case",
    "case_id": "R-7K2MQ",
    "order_id": "ORD-48213",
    "state": "submitted",
    "amount": "€240.00",
    "steps": [{"title": "Filed", "done": True}, {"title": "A person checks it", "done": False}],
    "arrival": {"earliest": "2026-12-01", "typical": "2026-12-04", "latest": "2026-12-10"},
}


def _say(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def _log(page: Page) -> Locator:
    return page.get_by_role("log")


def test_what_is_said_is_answered_and_the_writing_sign_goes(page: Page, shop: Shop) -> None:
    shop.script.answers = {"hello": [{"text": "I am an automated assistant."}]}
    page.goto(shop.url)
    _say(page, "hello")
    expect(_log(page)).to_contain_text("I am an automated assistant.")
    expect(page.get_by_label("The assistant is writing")).to_be_hidden()
    assert shop.script.texts() == ["hello"]


def test_while_the_assistant_writes_a_sign_shows_it(page: Page, shop: Shop) -> None:
    shop.script.keep_typing = True
    page.goto(shop.url)
    _say(page, "hello")
    expect(page.get_by_label("The assistant is writing")).to_be_visible()


def test_words_are_never_markup(page: Page, shop: Shop) -> None:
    shop.script.answers = {"<img src=x>": [{"text": "<b>bold</b>", "buttons": [{"title": "<i>yes</i>", "id": "b1"}]}]}
    page.goto(shop.url)
    _say(page, "<img src=x>")
    expect(_log(page)).to_contain_text("<b>bold</b>")
    expect(page.get_by_role("button", name="<i>yes</i>")).to_be_visible()
    assert page.locator("[role=log] :is(img, b)").count() == 0


def test_an_order_is_chosen_by_its_button_once(page: Page, shop: Shop) -> None:
    shop.script.answers = {"refund": [ORDERS]}
    page.goto(shop.url)
    _say(page, "refund")
    order = page.get_by_role("button", name="ORD-48213")
    expect(order).to_contain_text("Compute L, monthly")
    expect(order).to_contain_text("bought\u00a012\u00a0Nov\u00a02026")
    order.click()
    expect(order).to_be_disabled()
    expect(page.get_by_role("button", name="None of these")).to_be_disabled()
    expect(page.get_by_label("Your message")).to_be_focused()
    expect(_log(page)).to_contain_text("ORD-48213 Compute")
    page.wait_for_function("!document.querySelector('.chat-held')")
    assert [message.get("button") for message in shop.script.said] == [None, "b1"]


def test_newer_choices_put_older_ones_out_of_use(page: Page, shop: Shop) -> None:
    first = {"text": "One?", "buttons": [{"title": "First", "id": "b1"}]}
    second = {"text": "Two?", "buttons": [{"title": "Second", "id": "b2"}]}
    shop.script.answers = {"go": [first, second]}
    page.goto(shop.url)
    _say(page, "go")
    expect(page.get_by_role("button", name="Second")).to_be_enabled()
    expect(page.get_by_role("button", name="First")).to_be_disabled()


def test_a_case_card_shows_number_amount_steps_and_window(page: Page, shop: Shop) -> None:
    shop.script.answers = {"yes": [{"text": "Filed.", "card": CASE}]}
    page.goto(shop.url)
    _say(page, "yes")
    for told in (
        "R-7K2MQ",
        "€240.00",
        "A person checks it",
        "1\u00a0Dec\u00a02026 to 10\u00a0Dec\u00a02026",
        "Usually by",
    ):
        expect(_log(page)).to_contain_text(told)


def test_a_summary_card_shows_what_would_be_filed(page: Page, shop: Shop) -> None:
    card = {
        "type": "summary",
        "order_id": "ORD-48213",
        "amount": "€240.00",
        "method": "Visa card ending 4242",
        "arrival": {"earliest": "Tue 8 Dec 2026", "latest": "Tue 8 Dec 2026"},
        "clauses": ["P1.a", "P1.b"],
    }
    shop.script.answers = {"go": [{"text": "Shall I file this?", "card": card}]}
    page.goto(shop.url)
    _say(page, "go")
    for told in ("€240.00", "Visa card ending 4242", "P1.a, P1.b"):
        expect(_log(page)).to_contain_text(told)
    expect(_log(page).get_by_role("definition").nth(3)).to_have_text("Tue 8 Dec 2026")


def test_an_answer_longer_than_the_log_is_shown_from_its_beginning(page: Page, shop: Shop) -> None:
    shop.script.answers = {"rules": [{"text": f"Rule {nth}. " + "word " * 60} for nth in range(10)]}
    page.goto(shop.url)
    _say(page, "rules")
    expect(page.get_by_text("Rule 0.")).to_be_in_viewport()
    expect(page.get_by_text("Rule 9.")).not_to_be_in_viewport()


def test_a_card_of_an_unknown_kind_is_left_out(page: Page, shop: Shop) -> None:
    card = {"type": "constructor", "html": "<b>no</b>"}
    shop.script.answers = {"hello": [{"text": "The text says all.", "card": card}]}
    page.goto(shop.url)
    _say(page, "hello")
    expect(page.locator(".chat-by-assistant")).to_have_text("Assistant: The text says all.")


def test_a_message_that_is_not_received_is_kept_and_sent_again(page: Page, shop: Shop) -> None:
    shop.script.refusal = "It could not be stored just now."
    page.goto(shop.url)
    _say(page, "one")
    _say(page, "two")
    expect(_log(page)).to_contain_text("It could not be stored just now.")
    shop.script.refusal = None
    expect(_log(page)).not_to_contain_text("It could not be stored just now.")
    page.wait_for_function("!document.querySelector('.chat-held')")
    _say(page, "three")
    shop.script.answers = {"four": [{"text": "Got all four."}]}
    _say(page, "four")
    expect(_log(page)).to_contain_text("Got all four.")
    assert shop.script.texts() == ["one", "two", "three", "four"]


def test_a_message_whose_acknowledgement_was_lost_stands_once(page: Page, shop: Shop) -> None:
    shop.script.lose_next_acknowledgement = True
    shop.script.answers = {"hello": [{"text": "Hello to you."}], "again": [{"text": "Still here."}]}
    page.goto(shop.url)
    _say(page, "hello")
    _say(page, "again")
    expect(_log(page)).to_contain_text("Still here.")
    assert shop.script.texts() == ["hello", "again"]
    assert page.locator(".chat-by-customer").count() == 2
    assert page.get_by_text("Hello to you.").count() == 1


def test_what_is_written_while_the_server_is_away_arrives_when_it_is_back(page: Page, shop: Shop) -> None:
    shop.script.answers = {"hello": [{"text": "Hello to you."}], "are you there": [{"text": "Back again."}]}
    page.goto(shop.url)
    _say(page, "hello")
    expect(_log(page)).to_contain_text("Hello to you.")
    shop.stop()
    expect(page.get_by_role("status")).to_contain_text("Reconnecting")
    _say(page, "are you there")
    shop.start()
    expect(_log(page)).to_contain_text("Back again.")
    expect(page.get_by_role("status")).to_be_empty()
    assert shop.script.texts() == ["hello", "are you there"]
    assert page.get_by_text("Hello to you.").count() == 1


def test_a_reload_takes_the_conversation_up_again(page: Page, shop: Shop) -> None:
    shop.script.answers = {"hello": [{"text": "Hello to you.", "buttons": [{"title": "Go on", "id": "b1"}]}]}
    page.goto(shop.url)
    _say(page, "hello")
    expect(_log(page)).to_contain_text("Hello to you.")
    page.reload()
    expect(_log(page)).to_contain_text("hello")
    expect(page.get_by_role("button", name="Go on")).to_be_enabled()
    assert len(shop.script.conversations) == 1


def test_starting_over_opens_a_new_conversation(page: Page, shop: Shop) -> None:
    shop.script.answers = {"hello": [{"text": "Hello to you."}]}
    page.goto(shop.url)
    _say(page, "hello")
    expect(_log(page)).to_contain_text("Hello to you.")
    page.get_by_role("button", name="Start over").click()
    expect(_log(page)).not_to_contain_text("Hello to you.")
    _say(page, "hello")
    expect(_log(page)).to_contain_text("Hello to you.")
    assert len(shop.script.conversations) == 2


def test_the_keyboard_alone_opens_and_closes_the_chat(page: Page, shop: Shop) -> None:
    page.set_viewport_size({"width": 900, "height": 800})
    page.goto(shop.url)
    launcher = page.get_by_role("button", name="Chat about refunds")
    expect(page.get_by_role("dialog")).to_be_hidden()
    launcher.press("Enter")
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(launcher).to_be_focused()


def test_lines_that_come_while_the_chat_is_closed_are_counted(page: Page, shop: Shop) -> None:
    shop.script.refusal = "Wait."
    shop.script.answers = {"hello": [{"text": "One."}, {"text": "Two."}]}
    page.goto(shop.url)
    _say(page, "hello")
    expect(_log(page)).to_contain_text("Wait.")
    page.keyboard.press("Escape")
    shop.script.refusal = None
    expect(page.get_by_role("button", name="Chat about refunds, 2 new")).to_be_visible()


def test_the_customer_chosen_on_the_page_is_told_to_the_chat_by_a_signed_token(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    page.get_by_text("Signed in as").click()
    page.get_by_role("link", name="Amara Okafor").click()
    expect(page.get_by_text("Storage 5 TB, yearly")).to_be_visible()
    expect(_log(page)).to_contain_text("Tell what went wrong")
    shop.script.answers = {"hello": [{"text": "Hello to you."}]}
    _say(page, "hello")
    expect(_log(page)).to_contain_text("Hello to you.")
    guest, signed_in = shop.script.greetings[0], shop.script.greetings[-1]
    assert "identity" not in guest
    assert signed_in == {"identity": "signed:C-1001", "zone": "Europe/Berlin", "locale": "en-GB"}


def test_a_sentence_to_try_is_put_in_the_chat_and_not_sent(page: Page, shop: Shop) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(shop.url)
    page.get_by_role("button", name="Put it in the chat").nth(1).click()
    expect(page.get_by_label("Your message")).to_have_value("How long does a refund to PayPal take?")
    assert shop.script.said == []
