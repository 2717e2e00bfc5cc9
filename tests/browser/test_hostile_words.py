"""Words, names and links that try to be more than words."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import answers, arrived, choice, log, own, say, widget
from tests.browser.shop import Shop

pytestmark = pytest.mark.browser


def test_words_are_never_markup(page: Page, shop: Shop) -> None:
    shop.script.answers = {"<img src=x>": [{"text": "<b>bold</b>", "buttons": [{"title": "<i>yes</i>", "id": "b1"}]}]}
    page.goto(shop.url)
    say(page, "<img src=x>")
    expect(answers(page)).to_have_text("<b>bold</b>")
    expect(choice(page, "<i>yes</i>")).to_be_visible()
    expect(own(page)).to_have_text("<img src=x>")
    assert log(page).locator("img, b, i").count() == 0


def test_bold_lists_and_links_are_drawn(page: Page, shop: Shop) -> None:
    text = (
        "It is **yours**:\n- one\n- [the policy](https://example.com/p?a=1&b=2)\n\n3. third\nSee https://example.com/x."
    )
    shop.script.answers = {"go": [{"text": text}]}
    page.goto(shop.url)
    say(page, "go")
    bubble = answers(page)
    expect(bubble.locator("strong")).to_have_text("yours")
    expect(bubble.get_by_role("listitem")).to_have_count(3)
    expect(bubble.locator("ol")).to_have_attribute("start", "3")
    links = bubble.get_by_role("link")
    assert [link.get_attribute("href") for link in links.all()] == [
        "https://example.com/p?a=1&b=2",
        "https://example.com/x",
    ]
    assert {link.get_attribute("rel") for link in links.all()} == {"noopener noreferrer nofollow"}


@pytest.mark.parametrize(
    "text",
    [
        "[win](javascript:alert(1))",
        "[win](JaVaScRiPt:alert(1))",
        "[win](data:text/html,<script>alert(1)</script>)",
        "[win](vbscript:x)",
        "[win](//evil.example)",
        "[win](http:evil)",
        "[win](https://)",
        "![win](ftp://x.example/pixel.gif)",
        "<a onclick=alert(1)>win</a>",
        "**<script>alert(1)</script>",
    ],
)
def test_a_link_that_is_not_plain_stays_text(page: Page, shop: Shop, text: str) -> None:
    shop.script.answers = {"go": [{"text": text}]}
    page.goto(shop.url)
    say(page, "go")
    expect(answers(page)).to_have_text(text)
    assert answers(page).locator("a, img, script").count() == 0


def test_markdown_that_the_customer_writes_stays_as_written(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    say(page, "**x** [y](https://example.com)")
    expect(own(page)).to_have_text("**x** [y](https://example.com)")
    assert own(page).locator("a, strong").count() == 0


def test_a_very_long_and_nested_text_is_drawn_in_a_moment(page: Page, shop: Shop) -> None:
    shop.script.answers = {"go": [{"text": "**[(" * 5000}, {"text": "[a](" * 5000}, {"text": "Still here."}]}
    page.goto(shop.url)
    say(page, "go")
    expect(answers(page).last).to_have_text("Still here.", timeout=3000)


def test_a_file_name_cannot_turn_its_ending_round_or_be_markup(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    say(page, "hello")
    arrived(page)
    files = [{"id": "f1", "name": "<b>\u202egnp.exe\u2066\n", "kind": "image/png", "bytes": 1200}]
    shop.add_lines({"author": "agent", "name": "<i>Anna</i>\u202e", "text": "See this.", "files": files})
    expect(log(page).locator(".file-name")).to_have_text("<b>gnp.exe")
    expect(log(page).get_by_role("button", name="Save <b>gnp.exe")).to_be_visible()
    assert widget(page).locator(".log :is(b, i)").count() == 0
