"""Talking in a real browser, against a scripted server."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import ORDERS, answers, arrived, choice, connected, field, launcher, log, more, own, say, widget
from tests.browser.shop import Shop
from tests.world import wait_until

pytestmark = pytest.mark.browser


def test_what_is_said_is_answered_and_the_writing_sign_goes(page: Page, shop: Shop) -> None:
    shop.script.answers = {"hello": [{"text": "I am an automated assistant."}]}
    page.goto(shop.url)
    say(page, "hello")
    expect(log(page)).to_contain_text("I am an automated assistant.")
    expect(page.get_by_label("The assistant is writing")).to_have_count(0)
    wait_until(lambda: shop.script.texts() == ["hello"])


def test_while_the_assistant_writes_a_sign_shows_it(page: Page, shop: Shop) -> None:
    shop.script.keep_typing = True
    page.goto(shop.url)
    say(page, "hello")
    expect(page.get_by_label("The assistant is writing")).to_be_visible()


def test_before_anything_is_said_a_notice_tells_that_no_person_answers(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    expect(log(page)).to_contain_text("automated assistant, not a person")
    choice(page, "Where is my refund?").click()
    expect(own(page)).to_have_text("Where is my refund?")
    expect(log(page)).to_contain_text("automated assistant, not a person")
    wait_until(lambda: shop.script.texts() == ["Where is my refund?"])


def test_an_order_is_chosen_by_its_card_once(page: Page, shop: Shop) -> None:
    shop.script.answers = {"refund": [ORDERS]}
    page.goto(shop.url)
    say(page, "refund")
    order = choice(page, "ORD-48213")
    for told in ("Compute L, monthly", "€240.00", "bought\u00a0Thu,\u00a012\u00a0Nov\u00a02026"):
        expect(order).to_contain_text(told)
    order.click()
    expect(order).to_have_count(0)
    expect(choice(page, "None of these")).to_have_count(0)
    expect(field(page)).to_be_focused()
    expect(own(page).last).to_have_text("ORD-48213 Compute")
    arrived(page)
    wait_until(lambda: [message.get("button") for message in shop.script.said] == [None, "b1"])


def test_newer_choices_put_older_ones_out_of_use(page: Page, shop: Shop) -> None:
    first = {"text": "One?", "buttons": [{"title": "First", "id": "b1"}]}
    second = {"text": "Two?", "buttons": [{"title": "Second", "id": "b2"}]}
    shop.script.answers = {"go": [first, second]}
    page.goto(shop.url)
    say(page, "go")
    expect(choice(page, "Second")).to_be_enabled()
    expect(choice(page, "First")).to_have_count(0)


def test_a_notice_leaves_the_choices_of_a_question_open(page: Page, shop: Shop) -> None:
    question = {"text": "File it?", "buttons": [{"title": "Yes", "id": "b1"}]}
    notice = {"text": "Paid.", "author": "notice", "buttons": [{"title": "Where is it?", "id": "b2"}]}
    shop.script.answers = {"go": [question, notice]}
    page.goto(shop.url)
    say(page, "go")
    for title in ("Where is it?", "Yes"):
        expect(choice(page, title)).to_be_enabled()


def test_an_answer_longer_than_the_log_is_shown_from_its_beginning(page: Page, shop: Shop) -> None:
    shop.script.answers = {"rules": [{"text": f"Rule {nth}. " + "word " * 60} for nth in range(10)]}
    page.goto(shop.url)
    say(page, "rules")
    expect(log(page).get_by_text("Rule 0.")).to_be_in_viewport()
    expect(log(page).get_by_text("Rule 9.")).not_to_be_in_viewport()
    widget(page).get_by_role("button", name="New messages").click()
    expect(log(page).get_by_text("Rule 9.")).to_be_in_viewport()


def test_who_reads_further_up_is_not_pulled_down_by_what_comes(page: Page, shop: Shop) -> None:
    shop.script.answers = {"rules": [{"text": f"Rule {nth}. " + "word " * 60} for nth in range(10)]}
    page.goto(shop.url)
    say(page, "rules")
    expect(log(page)).to_contain_text("Rule 9.")  # before that there is nothing to scroll
    log(page).evaluate("log => log.scrollTo(0, 0)")
    expect(widget(page).get_by_role("button", name="New messages")).to_be_visible()
    shop.add_lines({"author": "notice", "text": "Your refund was paid."})
    expect(log(page).get_by_text("Your refund was paid.")).to_be_attached()
    assert log(page).evaluate("log => log.scrollTop") == 0


def test_starting_over_asks_first_and_opens_a_new_conversation(page: Page, shop: Shop) -> None:
    shop.script.answers = {"hello": [{"text": "Hello to you."}]}
    page.goto(shop.url)
    say(page, "hello")
    expect(log(page)).to_contain_text("Hello to you.")
    more(page, "Start over")
    expect(widget(page).get_by_role("button", name="Keep this one")).to_be_focused()
    widget(page).get_by_role("button", name="Keep this one").click()
    expect(log(page)).to_contain_text("Hello to you.")
    more(page, "Start over")
    widget(page).get_by_role("button", name="Start a new chat").click()
    expect(log(page)).not_to_contain_text("Hello to you.")
    expect(field(page)).to_be_focused()
    say(page, "hello")
    expect(log(page)).to_contain_text("Hello to you.")
    assert [len(lines) for lines in shop.script.conversations.values()] == [2, 2]


def test_a_refused_start_over_keeps_the_conversation_and_tells_why(page: Page, shop: Shop) -> None:
    shop.script.start_over_refusal = "I couldn't start over just now."
    page.goto(shop.url)
    say(page, "hello")
    wait_until(lambda: shop.script.texts() == ["hello"])
    arrived(page)
    more(page, "Start over")
    widget(page).get_by_role("button", name="Start a new chat").click()
    expect(widget(page).get_by_role("status")).to_have_text("I couldn't start over just now.")
    expect(own(page)).to_have_text("hello")


def test_the_conversation_can_be_copied_and_mailed(page: Page, shop: Shop) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shop.script.answers = {"hello": [{"text": "Hello to you."}]}
    page.goto(shop.url)
    say(page, "hello")
    expect(log(page)).to_contain_text("Hello to you.")
    more(page, "Copy the conversation")
    expect(widget(page).get_by_role("status")).to_have_text("The conversation was copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert [line for line in copied.splitlines() if line in ("hello", "Hello to you.")] == ["hello", "Hello to you."]
    more(page, "Mail me the conversation")
    expect(widget(page).get_by_role("status")).to_contain_text("on its way")
    assert shop.script.mailed == 1


def test_a_person_is_in_reach_until_one_is_there_and_is_named(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    widget(page).get_by_role("button", name="Talk to a person").click()
    expect(own(page)).to_have_text("I want to talk to a person")
    arrived(page)
    shop.emit("speaking", {"owner": "waiting"})
    expect(widget(page)).to_contain_text("Waiting for a person")
    shop.emit("speaking", {"owner": "agent", "agent": "Anna"})
    shop.add_lines({"author": "agent", "name": "Anna", "text": "Hello, how can I help?"})
    expect(widget(page).locator(".header")).to_contain_text("Anna, customer service")
    expect(log(page).locator(".by-agent")).to_contain_text("Anna")
    expect(widget(page).get_by_role("button", name="Talk to a person")).to_have_count(0)


def test_agent_and_customer_see_each_other_write(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    say(page, "hello")
    arrived(page)
    field(page).press_sequentially("nobody but the assistant reads this")
    assert shop.script.signs == []
    shop.emit("speaking", {"owner": "agent", "agent": "Anna"})
    expect(widget(page).locator(".header")).to_contain_text("Anna, customer service")
    field(page).press_sequentially("one sign for many keys")
    wait_until(lambda: shop.script.signs == [{"on": True}])
    writes = page.get_by_label("Customer service is writing")
    shop.emit("typing", {"on": True, "who": "agent"})
    expect(writes).to_be_visible()
    shop.emit("typing", {"on": False, "who": "assistant"})
    expect(writes).to_be_visible()
    shop.add_lines({"author": "agent", "name": "Anna", "text": "I found it."})
    expect(log(page).locator(".by-agent")).to_contain_text("I found it.")
    expect(writes).to_have_count(0)


def test_a_sign_of_writing_that_is_not_given_again_ends(page: Page, shop: Shop) -> None:
    page.clock.install()
    page.goto(shop.url)
    say(page, "hello")
    arrived(page)
    shop.emit("speaking", {"owner": "agent", "agent": "Anna"})
    shop.emit("typing", {"on": True, "who": "agent"})
    expect(page.get_by_label("Customer service is writing")).to_be_visible()
    page.clock.fast_forward(10_000)
    expect(page.get_by_label("Customer service is writing")).to_have_count(0)


def test_an_agents_file_is_saved_and_not_shown(page: Page, shop: Shop) -> None:
    shop.script.files["f0"] = ("credit\u202etxt.exe", b"EUR 60.00")
    page.goto(shop.url)
    say(page, "hello")
    arrived(page)
    file = {"id": "f0", "name": "credit\u202etxt.exe", "kind": "text/plain", "bytes": 9}
    shop.add_lines({"author": "agent", "name": "Anna", "text": "", "files": [file]})
    with page.expect_download() as saved:
        log(page).get_by_role("button", name="Save credittxt.exe").click()
    assert saved.value.suggested_filename == "credittxt.exe"
    assert saved.value.path().read_bytes() == b"EUR 60.00"


@pytest.mark.parametrize(
    ("locale", "button", "message"),
    [
        ("de", "Mit einem Menschen sprechen", ("Ich möchte mit einem Menschen sprechen", "ask_for_human")),
        ("de", "Vertrag widerrufen", ("Ich möchte meinen Vertrag widerrufen", "withdraw_from_contract")),
        ("zh-CN", "申请退款", ("我想申请退款", "request_refund")),
        ("en", "How long does it take?", ("How long does a refund take?", "ask_refund_arrival")),
    ],
)
def test_the_widgets_own_buttons_speak_the_customers_language_and_need_no_understanding(
    page: Page, shop: Shop, locale: str, button: str, message: tuple[str, str]
) -> None:
    shop.script.welcome["withdrawal"] = True
    shop.script.page = (
        f'<!doctype html><html lang="{locale}"><title>Host</title>'
        f'<script src="/widget.js" data-locale="{locale}" defer></script></html>'
    )
    page.goto(f"{shop.url}/host")
    page.wait_for_function("!!window.JJSGRefunds")
    page.evaluate("JJSGRefunds.open()")
    widget(page).get_by_role("button", name=button, exact=True).click()
    expect(own(page)).to_have_text(message[0])
    wait_until(lambda: [(one["text"], one["wish"]) for one in shop.script.said] == [message])


def test_a_withdrawal_has_a_button_only_where_the_law_asks_for_one(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    button = widget(page).get_by_role("button", name="Withdraw from contract")
    expect(widget(page).get_by_role("button", name="Talk to a person")).to_be_visible()
    expect(button).to_have_count(0)
    shop.script.welcome["withdrawal"] = True
    page.reload()
    button.click()
    expect(own(page)).to_have_text("I want to withdraw from my contract")


def test_a_message_that_is_too_long_is_not_sent_and_not_cut(page: Page, shop: Shop) -> None:
    shop.script.welcome["limits"] = {"text": 10, "file_bytes": 1, "file_types": []}
    page.goto(shop.url)
    expect(widget(page).get_by_role("button", name="Attach a file")).to_be_visible()
    say(page, "twelve chars")
    expect(widget(page).get_by_role("alert")).to_have_text("2 characters too many")
    assert shop.script.said == []
    expect(field(page)).to_have_value("twelve chars")


def test_lines_that_come_while_the_chat_is_closed_are_counted(page: Page, shop: Shop) -> None:
    shop.script.answers = {"hello": [{"text": "Hello to you."}]}
    page.goto(shop.url)
    say(page, "hello")
    expect(log(page)).to_contain_text("Hello to you.")
    field(page).press("Escape")
    shop.add_lines({"text": "One."}, {"text": "Two."})
    expect(launcher(page)).to_have_accessible_name("Chat about refunds, 2 new")
    page.reload()
    expect(launcher(page)).to_have_accessible_name("Close the chat")


def test_the_count_of_unread_lines_outlives_a_reload_and_ends_with_reading(page: Page, shop: Shop) -> None:
    page.set_viewport_size({"width": 900, "height": 800})
    shop.script.answers = {"hello": [{"text": "Hello to you."}]}
    page.goto(shop.url)
    launcher(page).click()
    say(page, "hello")
    expect(log(page)).to_contain_text("Hello to you.")
    field(page).press("Escape")
    shop.add_lines({"text": "One."}, {"text": "Two."})
    expect(launcher(page)).to_have_accessible_name("Chat about refunds, 2 new")
    page.reload()
    expect(launcher(page)).to_have_accessible_name("Chat about refunds, 2 new")
    launcher(page).click()
    expect(answers(page)).to_have_count(3)
    field(page).press("Escape")
    expect(launcher(page)).to_have_accessible_name("Chat about refunds")
    wait_until(lambda: list(shop.script.read.values()) == [3])


def test_a_new_line_is_read_aloud_and_a_restored_chat_is_not(page: Page, shop: Shop) -> None:
    spoken = widget(page).locator("[aria-live=polite]")
    shop.script.answers = {"go": [{"text": "File it?", "buttons": [{"title": "Yes", "id": "b1"}]}]}
    page.goto(shop.url)
    say(page, "go")
    expect(spoken).to_have_text("Assistant: File it? Yes")
    page.reload()
    expect(log(page)).to_contain_text("File it?")
    expect(spoken).to_be_empty()


def test_the_customer_chosen_on_the_page_is_told_to_the_chat_by_a_signed_token(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    connected(page)
    page.get_by_text("Signed in as").click()
    page.get_by_role("link", name="Amara Okafor").click()
    expect(page.get_by_text("Storage 5 TB, yearly")).to_be_visible()
    shop.script.answers = {"hello": [{"text": "Hello to you."}]}
    say(page, "hello")
    expect(log(page)).to_contain_text("Hello to you.")
    guest, signed_in = shop.script.greetings[0], shop.script.greetings[-1]
    assert "identity" not in guest
    assert signed_in["identity"].count(".") == 2
    assert (signed_in["zone"], signed_in["locale"]) == ("Europe/Berlin", "en-GB")


def test_who_signs_in_takes_the_guests_chat_along_and_the_next_guest_does_not_see_it(page: Page, shop: Shop) -> None:
    shop.script.answers = {"hello": [{"text": "Hello to you."}]}
    page.goto(shop.url)
    say(page, "hello")
    expect(log(page)).to_contain_text("Hello to you.")
    page.goto(f"{shop.url}/?customer_id=C-1001")
    expect(log(page)).to_contain_text("Hello to you.")
    page.goto(shop.url)
    expect(log(page)).to_contain_text("How can I help")
    expect(log(page)).not_to_contain_text("Hello to you.")


def test_a_sentence_to_try_is_put_in_the_chat_and_not_sent(page: Page, shop: Shop) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(shop.url)
    page.get_by_role("button", name="Put it in the chat").nth(1).click()
    expect(field(page)).to_have_value("How long does a refund to PayPal take?")
    assert shop.script.said == []


def test_a_mails_link_opens_the_chat_with_the_question_and_sends_nothing(page: Page, shop: Shop) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{shop.url}/?case=R-7K2MQ")
    expect(field(page)).to_have_value("Where is my refund R-7K2MQ?")
    assert shop.script.said == []


def test_a_link_that_names_no_case_puts_nothing_in_the_chat(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}/?case=pay%20me%20now")
    expect(field(page)).to_have_value("")
