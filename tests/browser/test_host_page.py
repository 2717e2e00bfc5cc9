"""The widget on pages of others: strict policies, another origin, and what a host may do with it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.chat import (
    ORDERS,
    SUMMARY,
    WHEN,
    answers,
    arrived,
    case_line,
    choice,
    field,
    launcher,
    log,
    own,
    say,
    widget,
)
from tests.browser.shop import LIMITS, Shop
from tests.world import wait_until

pytestmark = pytest.mark.browser


def _visit(page: Page, shop: Shop, attributes: str = "", html: str = "", origin: str | None = None) -> None:
    """A host page with the one script tag, under the strictest policy that docs/embedding.md names."""
    shop.script.page = (
        f'<!doctype html><html lang="en"><title>A host</title><h1>A host</h1>{html}'
        f'<script src="{shop.url}/widget.js" {attributes}></script></html>'
    )
    socket = shop.url.replace("http", "ws")
    shop.script.policy = (
        f"default-src 'none'; script-src {shop.url}; connect-src {shop.url} {socket}; style-src 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'"
    )
    page.goto(f"{origin or shop.url}/host")


def test_the_strictest_policy_of_another_origin_lets_everything_work(page: Page, shop: Shop) -> None:
    shop.script.answers = {
        "go": [{"text": "**Hello** [you](https://example.com)"}, case_line("Filed", 1), ORDERS],
        "ORD-48213 Compute": [WHEN],
        "2026-11-22": [SUMMARY],
    }
    _visit(page, shop, origin=shop.other_origin)
    launcher(page).click()
    say(page, "go")
    choice(page, "ORD-48213").click()
    log(page).get_by_label("Day").fill("2026-11-22")
    choice(page, "Use this").click()
    expect(choice(page, "Yes, file it")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        widget(page).get_by_role("button", name="Attach a file").click()
    note: FilePayload = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"hello"}
    chooser.value.set_files([note])
    expect(widget(page).locator(".is-ready")).to_be_visible()
    assert widget(page).locator(".panel").evaluate("panel => getComputedStyle(panel).position") == "fixed"
    assert page.context.cookies() == []
    # A breach of the policy fails every test of this folder: see the fixture `page`.


def test_a_second_script_tag_changes_nothing(page: Page, shop: Shop) -> None:
    _visit(page, shop, html=f'<script src="{shop.url}/widget.js" data-title="First"></script>')
    expect(widget(page)).to_have_count(1)
    launcher(page).click()
    expect(widget(page).get_by_role("dialog", name="First")).to_be_visible()


def test_a_stranger_who_does_not_open_the_chat_costs_no_connection(page: Page, shop: Shop) -> None:
    _visit(page, shop)
    expect(launcher(page)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert shop.script.greetings == []


def test_a_script_that_is_added_late_starts_the_widget_too(page: Page, shop: Shop) -> None:
    shop.script.page = "<!doctype html><html lang=en><title>Host</title>"
    page.goto(f"{shop.url}/host")
    page.add_script_tag(url=f"{shop.url}/widget.js")
    launcher(page).click()
    expect(field(page)).to_be_focused()


@pytest.mark.parametrize(
    ("locale", "launcher_says", "notice"),
    [
        ("de-AT", "Chat zu Erstattungen", "automatischen Assistenten"),
        ("zh-Hans-CN", "退款咨询", "自动助手"),
        ("fr", "Chat about refunds", "automated assistant"),
        ("not a locale!", "Chat about refunds", "automated assistant"),
    ],
)
def test_the_widget_speaks_the_locales_language(
    page: Page, shop: Shop, locale: str, launcher_says: str, notice: str
) -> None:
    _visit(page, shop, f'data-locale="{locale}"')
    expect(launcher(page)).to_have_accessible_name(launcher_says)
    launcher(page).click()
    expect(log(page)).to_contain_text(notice)


def test_a_host_opens_closes_speaks_and_listens(page: Page, shop: Shop) -> None:
    shop.script.answers = {"hello": [{"text": "Hello to you."}]}
    _visit(page, shop)
    page.evaluate(
        """() => {
            window.heard = []
            for (const event of ['open', 'close', 'unread', 'message', 'speaking'])
                JJSGRefunds.on(event, told => heard.push([event, told ?? null]))
            JJSGRefunds.open()
        }"""
    )
    expect(field(page)).to_be_focused()
    page.evaluate("JJSGRefunds.say('hello')")
    expect(answers(page)).to_have_text("Hello to you.")
    page.evaluate("JJSGRefunds.close()")
    expect(widget(page).get_by_role("dialog")).to_be_hidden()
    shop.emit("speaking", {"owner": "agent", "agent": "Anna"})
    shop.add_lines({"author": "agent", "name": "Anna", "text": "Hello."})
    expect(launcher(page)).to_have_accessible_name("Chat about refunds, 1 new")
    page.evaluate("JJSGRefunds.suggest('What I meant')")
    expect(field(page)).to_have_value("What I meant")
    wait_until(lambda: page.evaluate("heard.at(-1)") == ["unread", 0])
    heard = page.evaluate("heard")
    assert heard == [
        ["open", None],
        ["message", {"author": "assistant", "text": "Hello to you."}],
        *([["unread", 1], ["unread", 0]] if ["unread", 1] in heard[:3] else []),
        ["close", None],
        ["speaking", {"owner": "agent", "agent": "Anna"}],
        ["message", {"author": "agent", "text": "Hello."}],
        ["unread", 1],
        ["open", None],
        ["unread", 0],
    ]


def test_a_listener_that_left_hears_nothing(page: Page, shop: Shop) -> None:
    _visit(page, shop)
    page.evaluate("window.heard = []; JJSGRefunds.on('open', () => heard.push('open'))()")
    page.evaluate("JJSGRefunds.open()")
    expect(field(page)).to_be_visible()
    assert page.evaluate("heard") == []


def test_an_identity_comes_by_attribute_by_function_and_leaves_with_the_customer(page: Page, shop: Shop) -> None:
    token = "e30.eyJzdWIiOiJDLTEifQ.x"  # {"sub": "C-1"}
    shop.script.answers = {"hello": [{"text": "Hello to you."}]}
    _visit(page, shop, f'data-identity="{token}"')
    launcher(page).click()
    say(page, "hello")
    expect(answers(page)).to_have_text("Hello to you.")
    page.evaluate("JJSGRefunds.setIdentity(null)")
    expect(answers(page)).to_have_count(0)
    expect(log(page)).to_contain_text("How can I help")
    page.evaluate("JJSGRefunds.setIdentity(async () => 'e30.eyJzdWIiOiJDLTIifQ.x')")
    say(page, "hello")
    expect(answers(page)).to_have_text("Hello to you.")
    greeted: list[Any] = [greeting.get("identity") for greeting in shop.script.greetings]
    assert [greeted[0], greeted[-1]] == [token, "e30.eyJzdWIiOiJDLTIifQ.x"]
    assert None in greeted
    assert shop.script.greetings[-1].get("token") != "chat-0"


def test_a_widget_that_was_destroyed_is_gone_and_may_come_again(page: Page, shop: Shop) -> None:
    shop.script.page = "<!doctype html><html lang=en><title>Host</title>"
    page.goto(f"{shop.url}/host")
    page.add_script_tag(url=f"{shop.url}/widget.js")
    page.evaluate("JJSGRefunds.open()")
    expect(field(page)).to_be_visible()
    page.evaluate("JJSGRefunds.destroy()")
    expect(widget(page)).to_have_count(0)
    assert page.evaluate("'JJSGRefunds' in window") is False
    page.add_script_tag(url=f"{shop.url}/widget.js")
    expect(launcher(page)).to_be_visible()


def test_a_host_sets_colours_and_theme_by_its_own_style_sheet(page: Page, shop: Shop) -> None:
    _visit(page, shop, 'data-theme="dark"')
    dark = launcher(page).evaluate("button => getComputedStyle(button).backgroundColor")
    assert dark == "rgb(45, 212, 191)"
    page.evaluate("document.querySelector('jjsg-refunds').style.setProperty('--refunds-accent', 'rgb(90, 20, 160)')")
    expect(launcher(page)).to_have_css("background-color", "rgb(90, 20, 160)")


def test_a_hosts_rules_do_not_reach_into_the_widget(page: Page, shop: Shop) -> None:
    _visit(page, shop)
    page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet()
            sheet.replaceSync('* { font-size: 40px !important; color: red !important } button { display: none }')
            document.adoptedStyleSheets = [sheet]
        }"""
    )
    launcher(page).click()
    expect(field(page)).to_have_css("font-size", "15px")
    expect(launcher(page)).to_be_visible()


def test_on_a_page_from_right_to_left_the_widget_is_too(page: Page, shop: Shop) -> None:
    shop.script.answers = {"go": [{"text": "Hello. שלום"}, case_line("Filed", 1)]}
    page.set_viewport_size({"width": 900, "height": 800})
    page.emulate_media(reduced_motion="reduce")
    _visit(page, shop)
    page.evaluate("document.documentElement.dir = 'rtl'")
    launcher(page).click()
    say(page, "go")
    expect(answers(page)).to_have_count(2)
    panel, mine, theirs = (
        place.evaluate("place => place.getBoundingClientRect().left")
        for place in (widget(page).get_by_role("dialog"), own(page), answers(page).first)
    )
    assert panel < 100
    assert mine < theirs
    for words in (answers(page).first.locator("p"), log(page).locator(".ai-notice"), log(page).locator("time").last):
        expect(words).to_have_css("direction", "ltr")  # or a full stop would stand on the wrong side


def test_a_server_of_before_files_offers_none(page: Page, shop: Shop) -> None:
    shop.script.welcome = {"speaking": "assistant"}
    _visit(page, shop)
    launcher(page).click()
    say(page, "hello")
    arrived(page)
    expect(widget(page).get_by_role("button", name="Attach a file")).to_have_count(0)
    shop.script.welcome = {"speaking": "assistant", "limits": LIMITS}
    page.reload()
    launcher(page).click()
    expect(widget(page).get_by_role("button", name="Attach a file")).to_be_visible()
