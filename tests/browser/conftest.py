"""A browser, a page that tolerates no error of its own, and a shop to visit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from refunds.desk.demo import PASSWORD
from refunds.settings import read_settings
from tests.browser.desk import Worker
from tests.browser.shop import Shop
from tests.stack import Stack

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WORLD = Path(__file__).parent / "world.json"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for this folder. Playwright keeps an event loop running, in which no other test could use its own."""
    if CHROMIUM is None:
        pytest.skip("chromium is not on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a fresh profile. Errors in its scripts and breaches of its content policy fail the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/Berlin")
    context.set_default_timeout(10_000)
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda message: troubles.extend(_breach(message)))
    yield opened
    context.close()
    assert troubles == []


def _breach(message: ConsoleMessage) -> list[str]:
    return [message.text] if "Content Security Policy" in message.text else []


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    settings = read_settings({"REFUNDS_VAR": str(tmp_path), "REFUNDS_SANDBOX_WORLD": str(WORLD)})
    opened = Shop(settings)
    opened.start()
    yield opened
    opened.stop()


@pytest.fixture
def desk(browser: Browser, stack: Stack) -> Iterator[Worker]:
    """Signs a demo agent in, each in a browser of their own; breaches of the content policy fail the test."""
    troubles: list[str] = []
    contexts = []

    def signed_in(name: str, room: str) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-GB")
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.extend(_breach(message)))
        page.goto(f"{stack.url}/desk/sign-in?next=/desk/{room}")
        page.get_by_label("Login").fill(f"{name}@jjsg.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page).to_have_url(f"{stack.url}/desk/{room}")
        return page

    yield signed_in
    for context in contexts:
        context.close()
    assert troubles == []
