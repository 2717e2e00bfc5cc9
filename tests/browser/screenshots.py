"""``python -m tests.browser.screenshots [FOLDER]``: the pictures of docs/images, taken of the whole house at work.

It starts a house of its own, so nothing that runs already is touched. The amounts and days are the demo world's.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET
from tests.stack import ROOT, Stack

Scheme = Literal["light", "dark"]
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
PATIENCE_MS = 30_000


def take_all(folder: Path) -> None:
    """Write every picture into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var, sync_playwright() as playwright:
        house = Stack(Path(var), ROOT / "sandbox" / "world.json")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            house.refunds("migrate")
            house.start()
            _take(browser, house, folder / "chat.png", DESKTOP)
            _take(browser, house, folder / "chat-dark.png", DESKTOP, "dark")
            _take(browser, house, folder / "chat-phone.png", PHONE)
        finally:
            browser.close()
            house.stop()


def _take(browser: Browser, house: Stack, file: Path, size: ViewportSize, scheme: Scheme = "light") -> None:
    """File the case of ORD-48213 as its customer, and picture the page with the case card and the mail about it."""
    house.reset()
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="en-GB", timezone_id="Europe/Berlin")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{house.url}/?customer_id=C-1001")
    page.get_by_role("button", name="Put it in the chat").first.click()
    page.get_by_label("Your message").press("Enter")
    page.get_by_role("button", name="Yes, file it").click()
    page.locator(".chat-case").wait_for()
    expect(page.locator(".mail")).to_have_count(1, timeout=PATIENCE_MS)
    page.screenshot(path=file)
    context.close()


if __name__ == "__main__":
    take_all(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
