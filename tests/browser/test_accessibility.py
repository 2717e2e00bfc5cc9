"""axe-core in each state of the widget: nothing wrong and nothing undecided, in light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.chat import (
    ORDERS,
    SUMMARY,
    WAYS_ON,
    WHEN,
    arrived,
    case_line,
    choice,
    field,
    launcher,
    log,
    more,
    own,
    say,
    widget,
)
from tests.browser.shop import Shop

pytestmark = pytest.mark.browser


def _closed(page: Page, shop: Shop) -> None:
    widget(page).get_by_role("button", name="Close the chat").first.click()
    shop.add_lines({"text": "One."})
    expect(launcher(page)).to_have_accessible_name("Chat about refunds, 1 new")


def _opening(page: Page, shop: Shop) -> None:
    expect(log(page)).to_contain_text("How can I help")


def _orders(page: Page, shop: Shop) -> None:
    shop.script.answers = {"go": [{"text": "**Sorry.**\n- a\n- b [c](https://example.com)"}, ORDERS]}
    say(page, "go")
    expect(choice(page, "ORD-48213")).to_be_visible()


def _day(page: Page, shop: Shop) -> None:
    shop.script.answers = {"go": [WHEN]}
    say(page, "go")
    expect(choice(page, "Use this")).to_be_visible()


def _summary(page: Page, shop: Shop) -> None:
    shop.script.answers = {"go": [SUMMARY]}
    say(page, "go")
    expect(choice(page, "Yes, file it")).to_be_visible()


def _case(page: Page, shop: Shop) -> None:
    failed = case_line("Payment failed", 2, author="notice", buttons=[{"title": "What now?", "id": "b9"}])
    failed["card"]["steps"][2]["failed"] = True
    shop.script.answers = {"go": [case_line("Filed", 1), failed]}
    say(page, "go")
    expect(choice(page, "What now?")).to_be_visible()


def _agent_writes(page: Page, shop: Shop) -> None:
    files = [{"id": "f1", "name": "form.pdf", "kind": "application/pdf", "bytes": 1200}]
    say(page, "go")
    arrived(page)
    shop.emit("speaking", {"owner": "agent", "agent": "Anna"})
    shop.add_lines({"author": "agent", "name": "Anna", "text": "Hello.", "files": files})
    expect(log(page)).to_contain_text("Hello.")
    shop.emit("typing", {"on": True, "who": "agent"})
    expect(page.get_by_label("Customer service is writing")).to_be_visible()


def _files(page: Page, shop: Shop) -> None:
    with page.expect_file_chooser() as chooser:
        widget(page).get_by_role("button", name="Attach a file").click()
    note: FilePayload = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"hello"}
    program: FilePayload = {"name": "setup.exe", "mimeType": "application/x-msdownload", "buffer": b"x"}
    chooser.value.set_files([note, program])
    expect(widget(page).locator(".is-ready")).to_be_visible()
    expect(widget(page).locator(".is-refused")).to_be_visible()


def _lost(page: Page, shop: Shop) -> None:
    say(page, "one")
    arrived(page)
    shop.stop()
    expect(widget(page).get_by_role("status")).to_contain_text("Reconnecting")
    say(page, "two")
    expect(log(page)).to_contain_text("Kept, not sent yet")
    shop.start()


def _menu(page: Page, shop: Shop) -> None:
    say(page, "go")
    widget(page).get_by_role("button", name="More").click()
    expect(widget(page).get_by_role("button", name="Start over")).to_be_visible()


def _start_over(page: Page, shop: Shop) -> None:
    say(page, "go")
    more(page, "Start over")
    expect(widget(page).get_by_role("button", name="Start a new chat")).to_be_visible()


def _goes_on_elsewhere(page: Page, shop: Shop) -> None:
    shop.script.ways_on = WAYS_ON
    say(page, "go")
    arrived(page)
    more(page, "Go on in Telegram or Slack")
    expect(widget(page)).to_contain_text(WAYS_ON["slack"])


def _too_long(page: Page, shop: Shop) -> None:
    field(page).fill("x" * 4001)
    expect(widget(page).get_by_role("alert")).to_be_visible()


STATES = (
    _closed, _opening, _orders, _day, _summary, _case, _agent_writes, _files, _lost, _menu, _start_over,
    _goes_on_elsewhere, _too_long,
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.soak)])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__.strip("_"))
def test_axe_finds_nothing(
    page: Page, shop: Shop, state: Callable[[Page, Shop], None], scheme: Literal["light", "dark"]
) -> None:
    if scheme == "dark":
        page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    shop.script.welcome |= {"withdrawal": True, "carry_on": ["telegram", "slack"]}
    page.goto(shop.url)
    if scheme == "dark":
        launcher(page).click()
    expect(widget(page).get_by_role("button", name="Attach a file")).to_be_visible()
    state(page, shop)
    assert violations(page) == []


def test_motion_stops_for_who_wants_none(page: Page, shop: Shop) -> None:
    shop.script.keep_typing = True
    page.emulate_media(reduced_motion="reduce")
    page.goto(shop.url)
    say(page, "hello")
    expect(own(page)).to_be_visible()
    dot = page.get_by_label("The assistant is writing").locator("i").first
    expect(dot).to_have_css("animation-name", "none")


def test_where_the_system_sets_the_colours_nothing_is_lost_that_only_a_ground_drew(page: Page, shop: Shop) -> None:
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.set_viewport_size({"width": 900, "height": 800})
    shop.script.answers = {"case": [case_line("Filed", 1)]}
    page.goto(shop.url)
    launcher(page).click()
    say(page, "case")
    expect(log(page).locator("section.case")).to_be_visible()
    shop.script.keep_typing = True
    say(page, "hello")
    dot = page.get_by_label("The assistant is writing").locator("i").first
    expect(dot).to_be_visible()
    for drawn, ground in ((dot, log(page)), (log(page).locator(".track"), log(page).locator("section.case"))):
        assert _ground(drawn) != _ground(ground)
    assert _ground(log(page).locator(".span")) != _ground(log(page).locator(".track"))
    for button in (launcher(page), widget(page).get_by_role("button", name="Send")):
        expect(button).to_have_css("border-top-width", "1px")


def _ground(drawn: Locator) -> str:
    return str(drawn.evaluate("drawn => getComputedStyle(drawn).backgroundColor"))
