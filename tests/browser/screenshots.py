"""``python -m tests.browser.screenshots [FOLDER]``: the pictures of docs/images, taken of the whole house at work.

It starts a house of its own, so nothing that runs already is touched. The amounts and days are the demo world's.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.browser.chat import choice, field, launcher, log, say, widget
from tests.browser.conftest import CHROMIUM, QUIET
from tests.stack import ROOT, Stack

Scheme = Literal["light", "dark"]
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
PATIENCE_MS = 30_000
SETTLED_MS = 3_500
"""After this nothing moves any more, and what was read aloud is gone."""


class Photographer:
    """Takes pictures of one house, each in a fresh browser profile and an empty world."""

    def __init__(self, browser: Browser, house: Stack, folder: Path) -> None:
        self._browser = browser
        self._house = house
        self._folder = folder

    @contextmanager
    def visit(
        self, name: str, path: str = "/", *, size: ViewportSize = PHONE, scheme: Scheme = "light", locale: str = "en-GB"
    ) -> Iterator[Page]:
        """A page to bring into the state that is pictured as ``name`` on leaving."""
        self._house.reset()
        context = self._browser.new_context(
            viewport=size,
            color_scheme=scheme,
            locale=locale,
            timezone_id="Europe/Berlin",
            device_scale_factor=1 if size == DESKTOP else 2,
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(self._house.url + path)
        yield page
        page.mouse.move(0, 0)
        page.wait_for_timeout(SETTLED_MS)
        page.screenshot(path=self._folder / f"{name}.png")
        context.close()

    def approve(self, case_id: str) -> None:
        """What a colleague does with the case."""
        self._house.refunds("case", "approve", case_id, "--as", "anna")


def take_all(folder: Path) -> None:
    """Write every picture into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var, sync_playwright() as playwright:
        house = Stack(Path(var), ROOT / "sandbox" / "world.json")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            house.refunds("migrate")
            house.start()
            _take(Photographer(browser, house, folder))
        finally:
            browser.close()
            house.stop()


PAGES: tuple[tuple[str, ViewportSize, Scheme], ...] = (
    ("chat", DESKTOP, "light"),
    ("chat-dark", DESKTOP, "dark"),
    ("chat-phone", PHONE, "light"),
)


def _take(photographer: Photographer) -> None:
    for name, size, scheme in PAGES:
        with photographer.visit(name, "/?customer_id=C-1001", size=size, scheme=scheme) as page:
            _file(page)
            expect(page.locator(".mail")).to_have_count(1, timeout=PATIENCE_MS)
            _to_the_end(page)
    with photographer.visit("chat-opening") as page:
        launcher(page).click()
    with photographer.visit("chat-orders", "/?customer_id=C-1001") as page:
        launcher(page).click()
        say(page, "I want a refund")
        log(page).locator(".order").first.wait_for()
    with photographer.visit("chat-approved", "/?customer_id=C-1001", scheme="dark") as page:
        photographer.approve(_file(page))
        expect(log(page).locator("section.case")).to_contain_text("paid", timeout=PATIENCE_MS)
        _to_the_end(page)
    with photographer.visit("chat-person") as page:
        launcher(page).click()
        widget(page).get_by_role("button", name="Talk to a person").click()
        log(page).locator(".by-assistant").first.wait_for()
    with photographer.visit("chat-chinese", locale="zh-CN") as page:
        page.evaluate("document.documentElement.lang = 'zh-Hans'; JJSGRefunds.destroy()")
        page.add_script_tag(url="/widget.js")
        launcher(page).click()


def _file(page: Page) -> str:
    """File the case of ORD-48213; its number."""
    page.get_by_role("button", name="Put it in the chat").first.click()
    field(page).press("Enter")
    choice(page, "Yes, file it").click()
    card = log(page).locator("section.case")
    card.wait_for()
    found = re.search(r"R-\w{5}", card.inner_text())
    assert found is not None
    return found.group()


def _to_the_end(page: Page) -> None:
    log(page).evaluate("log => log.scrollTo(0, log.scrollHeight)")


if __name__ == "__main__":
    take_all(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
