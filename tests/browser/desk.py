"""Looking at pages of the desk: nothing wrong in them, in whatever size and scheme agents have them."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import axe
from tests.world import wait_until

SIZES = {"desktop": (1280, 720), "tablet": (820, 1180)}
# Signs a demo agent in, by name, and opens a room of the desk: ``desk("ann", "cases")``.
Worker = Callable[[str, str], Page]


def pictured(page: Page, name: str) -> None:
    """Keep a picture where somebody wants some: in the folder ``DESK_PICTURES``."""
    if folder := os.environ.get("DESK_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def looks_right(page: Page, name: str) -> None:
    """No rule of accessibility is broken and nothing is wider than the screen, in both schemes and sizes.

    Colours do not fade over meanwhile, which axe would take for a lack of contrast. Ends light, at a desk.
    """
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        for size, (width, height) in reversed(SIZES.items()):
            page.set_viewport_size({"width": width, "height": height})
            # Charts take another size a moment after the window does.
            wait_until(partial(page.evaluate, "document.documentElement.scrollWidth <= innerWidth"))
            pictured(page, f"{name}-{scheme}-{size}")
        assert axe.violations(page, "html") == [], f"{name} {scheme}"
