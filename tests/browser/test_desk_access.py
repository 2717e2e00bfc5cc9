"""Coming in at the desk, and what admins and auditors see, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from refunds.desk.accounts import MOST_TRIES
from refunds.desk.permissions import Role
from tests.browser import axe
from tests.browser.desk import SIZES, pictured
from tests.chat_house import ChatHouse, served
from tests.desk_house import PASSWORD, DeskHouse, desk_house

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def house(chat_on_file: ChatHouse) -> Iterator[DeskHouse]:
    with desk_house(chat_on_file.app) as made:
        yield made


@pytest.fixture
def url(house: DeskHouse) -> Iterator[str]:
    with served(house.app) as address:
        yield f"{address}/desk"


def sign_in(page: Page, url: str, login: str, password: str = PASSWORD) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_an_agent_comes_in_goes_away_and_signs_out_with_the_keyboard_alone(
    house: DeskHouse, url: str, page: Page
) -> None:
    agent = house.agent()
    page.goto(f"{url}/account")
    for text in (agent.login, PASSWORD):
        page.keyboard.press("Tab")
        while page.evaluate("document.activeElement.tagName") != "INPUT":
            page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    go_to(page, "Here – go away")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Away – come back")).to_be_visible()
    go_to(page, "Sign out")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.goto(f"{url}/account")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def go_to(page: Page, name: str) -> None:
    """Tab on until the button of that name has the focus."""
    for _ in range(30):
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached by Tab")


def test_wrong_passwords_are_told_and_the_sixth_try_finds_a_locked_door(house: DeskHouse, url: str, page: Page) -> None:
    agent = house.agent()
    for _ in range(MOST_TRIES):
        sign_in(page, url, agent.login, "not the right one")
        expect(page.get_by_role("alert").filter(has_text="do not go together")).to_be_visible()
        expect(page.get_by_label("Login")).to_have_value(agent.login)
    sign_in(page, url, agent.login)
    expect(page.get_by_role("alert").filter(has_text="rests for 15 minutes")).to_be_visible()
    pictured(page, "sign-in-refused")


def test_an_admin_adds_an_agent_and_is_asked_before_disabling_one(house: DeskHouse, url: str, page: Page) -> None:
    admin = house.agent(Role.ADMIN)
    sign_in(page, url, admin.login)
    page.get_by_role("link", name="Agents", exact=True).click()
    page.get_by_label("Login").fill("nele@desk.example")
    page.get_by_label("Name", exact=True).fill("Nele")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("shown this once")).to_be_visible()
    pictured(page, "agent-added")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Disable Nele").click()
    expect(page.get_by_role("button", name="Disable Nele")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Disable Nele").click()
    expect(page.get_by_role("button", name="Enable Nele")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("tablet", "dark")])
def test_the_pages_are_free_of_what_axe_finds(
    house: DeskHouse, url: str, browser: Browser, size: str, scheme: str
) -> None:
    admin, agent = house.agent(Role.ADMIN), house.agent()
    house.app.accounts.set_away(agent, True, house.now)
    house.app.audit.seen(agent, "saw_case", house.now, case_id="R-K7M2X", customer_id="C-1001")
    width, height = SIZES[size]
    scheme_of_page: Literal["dark", "light"] = "dark" if scheme == "dark" else "light"
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme_of_page)
    page = context.new_page()
    page.goto(f"{url}/sign-in")
    look_over(page, f"sign-in-{size}-{scheme}")
    sign_in(page, url, admin.login)
    for name in ("account", "agents", "audit"):
        page.goto(f"{url}/{name}")
        look_over(page, f"{name}-{size}-{scheme}")
    page.goto(f"{url}/nothing-here")
    look_over(page, f"nothing-{size}-{scheme}")
    context.close()


def look_over(page: Page, name: str) -> None:
    pictured(page, name)
    assert axe.violations(page, "html") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"
