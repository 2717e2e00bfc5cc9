"""The whole house behind a real browser: from the page to a filed case."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.processes]

ANSWERED_WITHIN_MS = 20_000
FIRST_WORDS = "automated refund assistant"
CASE_NUMBER = re.compile(r"R-[2-9A-HJ-NP-Z]{5}")


@pytest.fixture(autouse=True)
def _from_the_beginning(stack: Stack) -> None:
    stack.reset()


def _log(page: Page) -> Locator:
    return page.get_by_role("log")


def _say(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def _say_first(page: Page, text: str) -> None:
    """Say something in a new conversation and wait for the answer, which says first who is speaking."""
    _say(page, text)
    expect(_log(page)).to_contain_text(FIRST_WORDS, timeout=ANSWERED_WITHIN_MS)


def _try_the_refund(page: Page) -> None:
    page.get_by_role("button", name="Put it in the chat").first.click()
    page.get_by_label("Your message").press("Enter")


def _file(page: Page) -> str:
    """Confirm the summary; the number of the case that the card shows."""
    page.get_by_role("button", name="Yes, file it").click(timeout=ANSWERED_WITHIN_MS)
    card = page.locator(".chat-case")
    expect(card).to_contain_text("€240.00", timeout=ANSWERED_WITHIN_MS)
    expect(card).to_contain_text("Arrives")
    found = CASE_NUMBER.search(card.inner_text())
    assert found is not None
    return found.group()


def test_a_signed_in_customer_files_a_case_and_the_command_line_shows_it(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/?customer_id=C-1001")
    _try_the_refund(page)
    case = stack.refunds("case", "show", _file(page), "--json")
    assert (case["order_id"], case["outcome"], case["channel"]) == ("ORD-48213", "eligible", "website")
    assert (case["amount"], case["currency"], case["clauses"][0]) == ("240.00", "EUR", "P1.a")


def test_a_guest_shows_who_they_are_by_the_code_in_the_mailbox_beside_the_chat(page: Page, stack: Stack) -> None:
    page.goto(stack.url)
    _try_the_refund(page)
    expect(_log(page)).to_contain_text("mail", timeout=ANSWERED_WITHIN_MS)
    _say(page, "amara@example.com")
    page.get_by_role("button", name=re.compile(r"Put \d{6} in the chat")).click(timeout=ANSWERED_WITHIN_MS)
    page.get_by_label("Your message").press("Enter")
    number = _file(page)
    assert [case["case_id"] for case in stack.refunds("case", "list", "--json")] == [number]


def test_a_reload_shows_the_conversation_as_it_was_kept(page: Page, stack: Stack) -> None:
    page.goto(stack.url)
    _say_first(page, "Hello, my card is 4242 4242 4242 4242")
    answers = page.locator(".chat-by-assistant").all_inner_texts()
    page.reload()
    expect(_log(page)).to_contain_text("my card is [card number removed]")
    assert page.locator(".chat-by-assistant").all_inner_texts() == answers
    assert page.locator(".chat-by-customer").count() == 1


def test_a_second_tab_shows_what_is_said_in_the_first(page: Page, stack: Stack) -> None:
    page.goto(stack.url)
    _say_first(page, "Hello")
    second = page.context.new_page()
    second.goto(stack.url)
    expect(_log(second)).to_contain_text(FIRST_WORDS)
    answers = second.locator(".chat-by-assistant").count()
    _say(page, "thank you very much")
    expect(_log(second)).to_contain_text("thank you very much")
    expect(second.locator(".chat-by-assistant")).not_to_have_count(answers, timeout=ANSWERED_WITHIN_MS)


def test_a_page_survives_a_restart_of_the_web_process(page: Page, stack: Stack) -> None:
    page.goto(stack.url)
    _say_first(page, "Hello")
    answers = page.locator(".chat-by-assistant").count()
    stack.stop("web")
    expect(page.get_by_role("status")).to_contain_text("Reconnecting")
    _say(page, "thank you very much")
    stack.start("web")
    expect(page.locator(".chat-by-assistant")).not_to_have_count(answers, timeout=ANSWERED_WITHIN_MS)
    assert page.locator(".chat-by-customer").count() == 2
