"""The whole chat without a mouse, and on a small screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import (
    ORDERS,
    SUMMARY,
    WHEN,
    arrived,
    case_line,
    choice,
    connected,
    field,
    launcher,
    log,
    own,
    widget,
)
from tests.browser.shop import Shop
from tests.world import wait_until

pytestmark = pytest.mark.browser
MOST_STOPS = 40


def _tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab until the element of that accessible name has the focus."""
    heard = []
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        heard.append(_focused(page))
        if name in heard[-1]:
            return
    raise AssertionError(f"{name!r} is not reached by {key}: {heard}")


def _focused(page: Page) -> str:
    return str(
        page.evaluate(
            """() => {
                let at = document.activeElement
                while (at?.shadowRoot) at = at.shadowRoot.activeElement
                const label = at?.labels?.[0]?.textContent
                return at?.ariaLabel || label || at?.textContent || at?.tagName || ''
            }"""
        )
    )


def test_a_refund_is_asked_for_and_filed_by_keys_alone(page: Page, shop: Shop) -> None:
    page.set_viewport_size({"width": 900, "height": 800})
    shop.script.answers = {
        "I want money back": [ORDERS],
        "ORD-48213 Compute": [WHEN],
        "2026-11-11": [SUMMARY],
        "Yes, file it": [case_line("Filed", 1, "Filed.")],
    }
    page.goto(shop.url)
    _tab_to(page, "Chat about refunds")
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    _tab_to(page, "Get money back", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    expect(choice(page, "ORD-48213")).to_be_visible()
    _tab_to(page, "Compute L, monthly", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(log(page).get_by_label("Day")).to_be_visible()
    _tab_to(page, "Conversation", "Shift+Tab")  # a day has several stops; this comes to its first
    _tab_to(page, "Day")
    page.keyboard.type("11112026")  # reads the same wherever the day stands
    _tab_to(page, "Use this")
    page.keyboard.press("Enter")
    expect(choice(page, "Yes, file it")).to_be_visible()
    _tab_to(page, "Yes, file it", "Shift+Tab")
    page.keyboard.press("Space")
    expect(log(page).get_by_role("region", name="Case R-7K2MQ")).to_be_visible()
    expect(own(page)).to_have_text(["I want money back", "ORD-48213 Compute", "2026-11-11", "Yes, file it"])
    expect(field(page)).to_be_focused()


def test_every_control_is_reached_and_seen_when_it_has_the_focus(page: Page, shop: Shop) -> None:
    shop.script.welcome["withdrawal"] = True
    page.goto(shop.url)
    connected(page)  # else "Withdraw from contract" is not there yet
    field(page).focus()
    for name in ("Send", "Talk to a person", "Withdraw from contract", "Close the chat"):
        _tab_to(page, name)
        outline = page.evaluate(
            "getComputedStyle(document.querySelector('jjsg-refunds').shadowRoot.activeElement).outlineStyle"
        )
        assert outline != "none", name
    _tab_to(page, "Attach a file", "Shift+Tab")
    _tab_to(page, "More", "Shift+Tab")


def test_escape_closes_the_menu_then_the_question_then_the_chat_and_gives_the_focus_back(
    page: Page, shop: Shop
) -> None:
    page.goto(shop.url)
    field(page).fill("hello")
    field(page).press("Enter")
    more = widget(page).get_by_role("button", name="More")
    arrived(page)
    more.press("Enter")
    _tab_to(page, "Start over")
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "false")
    more.press("Enter")
    _tab_to(page, "Start over")
    page.keyboard.press("Enter")
    expect(widget(page).get_by_role("button", name="Keep this one")).to_be_focused()
    page.keyboard.press("Escape")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(widget(page).get_by_role("dialog")).to_be_hidden()
    expect(launcher(page)).to_be_focused()
    assert len(shop.script.conversations) == 1


def test_the_menu_closes_when_the_focus_goes_on(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    more = widget(page).get_by_role("button", name="More")
    more.press("Enter")
    field(page).focus()
    expect(more).to_have_attribute("aria-expanded", "false")


def test_shift_and_enter_begin_a_new_line(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    before = field(page).bounding_box()
    field(page).press_sequentially("one")
    field(page).press("Shift+Enter")
    field(page).press_sequentially("two")
    after = field(page).bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"]
    field(page).press("Enter")
    expect(own(page)).to_be_visible()
    wait_until(lambda: shop.script.texts() == ["one\ntwo"])


def test_a_phone_gives_the_chat_the_whole_screen_and_keeps_the_focus_in_it(page: Page, shop: Shop) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(reduced_motion="reduce")
    page.goto(shop.url)
    launcher(page).click()
    box = widget(page).get_by_role("dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 800}
    expect(launcher(page)).to_be_hidden()
    expect(field(page)).to_be_focused()
    seen = set()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.localName"))
    assert seen == {"jjsg-refunds"}
    widget(page).get_by_role("button", name="Close the chat").click()
    expect(launcher(page)).to_be_focused()


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_overflows_a_narrow_screen(page: Page, shop: Shop, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    shop.script.answers = {"go": [ORDERS, {"text": "x" * 200}, case_line("Waiting for information", 1), WHEN, SUMMARY]}
    page.goto(shop.url)
    launcher(page).click()
    field(page).fill("go")
    field(page).press("Enter")
    expect(choice(page, "Yes, file it")).to_be_visible()
    wide = page.evaluate(
        """() => [...document.querySelector('jjsg-refunds').shadowRoot.querySelectorAll('.panel *')]
            .filter(one => !one.closest('.unseen'))
            .map(one => [one.className || one.localName, one.getBoundingClientRect()])
            .filter(([name, box]) => box.right > innerWidth + 0.5 || box.left < -0.5)
            .map(([name]) => name)"""
    )
    assert wide == []
