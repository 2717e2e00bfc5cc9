"""The whole house behind a real browser: from the page to a filed case."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import requests
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.axe import violations
from tests.browser.chat import answers, choice, field, launcher, log, more, own, say, widget
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.processes]

ANSWERED_WITHIN_MS = 20_000
MOST_STOPS = 20
NO_PERSON = re.compile("automated .*?assistant, not a person")
CASE_NUMBER = re.compile(r"R-[2-9A-HJ-NP-Z]{5}")


@pytest.fixture(autouse=True)
def _from_the_beginning(stack: Stack) -> None:
    stack.reset()


def _say_first(page: Page, text: str) -> None:
    """Say something in a new conversation and wait for the answer; that no person speaks was told before it, once."""
    say(page, text)
    expect(answers(page)).not_to_have_count(0, timeout=ANSWERED_WITHIN_MS)
    assert len(NO_PERSON.findall(log(page).inner_text())) == 1


def _try_the_refund(page: Page) -> None:
    page.get_by_role("button", name="Put it in the chat").first.click()
    field(page).press("Enter")


def _file(page: Page) -> str:
    """Confirm the summary; the number of the case that the card shows."""
    choice(page, "Yes, file it").click(timeout=ANSWERED_WITHIN_MS)
    card = log(page).locator("section.case")
    expect(card).to_contain_text("€240.00", timeout=ANSWERED_WITHIN_MS)
    expect(card.get_by_role("group", name="When the money arrives")).to_be_visible()
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
    expect(log(page)).to_contain_text("mail", timeout=ANSWERED_WITHIN_MS)
    say(page, "amara@example.com")
    page.get_by_role("button", name=re.compile(r"Put \d{6} in the chat")).click(timeout=ANSWERED_WITHIN_MS)
    field(page).press("Enter")
    number = _file(page)
    assert [case["case_id"] for case in stack.refunds("case", "list", "--json")] == [number]


def test_a_reload_shows_the_conversation_as_it_was_kept(page: Page, stack: Stack) -> None:
    page.goto(stack.url)
    _say_first(page, "Hello, my card is 4242 4242 4242 4242")
    before = answers(page).all_inner_texts()
    page.reload()
    expect(log(page)).to_contain_text("my card is [card number removed]")
    assert answers(page).all_inner_texts() == before
    assert own(page).count() == 1


def test_a_second_tab_shows_what_is_said_in_the_first(page: Page, stack: Stack) -> None:
    page.goto(stack.url)
    _say_first(page, "Hello")
    second = page.context.new_page()
    second.goto(stack.url)
    expect(answers(second)).not_to_have_count(0)
    before = answers(second).count()
    say(page, "thank you very much")
    expect(log(second)).to_contain_text("thank you very much")
    expect(answers(second)).not_to_have_count(before, timeout=ANSWERED_WITHIN_MS)


def test_a_page_survives_a_restart_of_the_web_process(page: Page, stack: Stack) -> None:
    page.goto(stack.url)
    _say_first(page, "Hello")
    before = answers(page).count()
    stack.stop("web")
    expect(widget(page).get_by_role("status")).to_contain_text("Reconnecting")
    say(page, "thank you very much")
    stack.start("web")
    expect(answers(page)).not_to_have_count(before, timeout=ANSWERED_WITHIN_MS)
    assert own(page).count() == 2


def test_a_file_goes_with_the_case_that_is_filed(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/?customer_id=C-1001")
    note: FilePayload = {"name": "error log.txt", "mimeType": "text/plain", "buffer": b"connection refused"}
    with page.expect_file_chooser() as chooser:
        widget(page).get_by_role("button", name="Attach a file").click()
    chooser.value.set_files([note])
    expect(widget(page).locator(".is-ready")).to_contain_text("error log.txt", timeout=ANSWERED_WITHIN_MS)
    _try_the_refund(page)
    expect(log(page).locator(".by-customer .file")).to_contain_text("error log.txt")
    _file(page)
    expect(log(page)).to_contain_text("I've got error log.txt")
    with page.expect_download() as download:
        log(page).get_by_role("button", name="Save error log.txt").click()
    assert download.value.path().read_bytes() == b"connection refused"


def test_a_file_that_is_no_picture_is_refused_with_the_reason(page: Page, stack: Stack) -> None:
    page.goto(stack.url)
    script: FilePayload = {"name": "x.png", "mimeType": "image/png", "buffer": b"<script>alert(1)</script>\xff\x00"}
    with page.expect_file_chooser() as chooser:
        widget(page).get_by_role("button", name="Attach a file").click()
    chooser.value.set_files([script])
    expect(widget(page).locator(".is-refused")).to_contain_text("not this kind of file", timeout=ANSWERED_WITHIN_MS)


def test_starting_over_closes_the_chat_and_the_transcript_needs_to_know_who_asks(page: Page, stack: Stack) -> None:
    page.goto(stack.url)
    _say_first(page, "Hello")
    more(page, "Mail me the conversation")
    expect(widget(page).get_by_role("status")).to_contain_text("I don't know yet who you are")
    more(page, "Start over")
    widget(page).get_by_role("button", name="Start a new chat").click()
    expect(own(page)).to_have_count(0)
    _say_first(page, "Hello again")
    owners = [chat["owner"] for chat in stack.refunds("chat", "list", "--json")]
    assert sorted(owners) == ["assistant", "closed"]


def test_a_person_who_is_asked_for_is_waited_for(page: Page, stack: Stack) -> None:
    page.goto(stack.url)
    widget(page).get_by_role("button", name="Talk to a person").click()
    expect(widget(page)).to_contain_text("Waiting for a person", timeout=ANSWERED_WITHIN_MS)
    expect(widget(page).get_by_role("button", name="Talk to a person")).to_have_count(0)


def test_a_case_is_filed_by_keys_alone_under_the_strictest_policy(page: Page, stack: Stack) -> None:
    policy = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    token = requests.get(f"{stack.url}/demo/identity", params={"customer_id": "C-1001"}, timeout=5).json()["token"]
    html = f'<html lang="en"><title>A host</title><script src="/widget.js" data-identity="{token}"></script></html>'
    headers = {"Content-Security-Policy": policy, "Content-Type": "text/html"}
    page.route(f"{stack.url}/host", lambda route: route.fulfill(body=html, headers=headers))
    page.goto(f"{stack.url}/host")
    page.keyboard.press("Tab")
    expect(launcher(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    page.keyboard.type("My Compute servers in eu-central were down three days ago. I want my money back for ORD-48213.")
    page.keyboard.press("Enter")
    expect(choice(page, "Yes, file it")).to_be_visible(timeout=ANSWERED_WITHIN_MS)
    for _ in range(MOST_STOPS):
        page.keyboard.press("Shift+Tab")
        if choice(page, "Yes, file it").evaluate("button => button.getRootNode().activeElement === button"):
            break
    page.keyboard.press("Enter")
    expect(log(page).locator("section.case")).to_contain_text("€240.00", timeout=ANSWERED_WITHIN_MS)
    assert violations(page) == []
    cases = stack.refunds("case", "list", "--json")
    assert [(case["order_id"], case["outcome"]) for case in cases] == [("ORD-48213", "eligible")]


def test_a_day_is_chosen_where_the_assistant_asks_when_it_happened(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/?customer_id=C-1001")
    _say_first(page, "Compute in order ORD-48213 failed, I want my money back")
    picker = log(page).locator("fieldset.date")
    expect(picker).to_be_visible(timeout=ANSWERED_WITHIN_MS)
    day = picker.get_by_label("Day")
    assert day.get_attribute("max") == datetime.now(UTC).date().isoformat()
    day.fill((datetime.now(UTC) - timedelta(days=3)).date().isoformat())
    choice(page, "Use this").click()
    _file(page)
