"""How soon a customer has an open chat and the first answer in it, in Chromium against the running processes.

``python -m launcher during python -m benchmarks.first_answer`` prints both, one visitor after the other, each in a
fresh profile: from the script tag to the chat that is open and connected, and from the Enter key to the answer shown.
The target is 100 ms to the first answer; the times are the page's own clock, so nothing of the measuring is in them.
"""

from __future__ import annotations

import secrets
import shutil
import time
from statistics import quantiles

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.measure import load
from refunds.settings import read_settings

VISITORS = 20
WARMED_BY = 5
"""Visitors before those that count: the engine's and the database's first times are the house's, not a customer's."""
PAUSE_SECONDS = 1.2
"""Between visitors, who share an address: it may ask for so much a minute (``web/connectors/website_limits.py``)."""
# {word} was never said before, since the engine remembers how it read the same words.
MESSAGES = (
    "hello",
    "how long does a paypal refund take? {word} is my shop",
    "my server {word} is down, I want my money back",
)
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
_HOST = "<!doctype html><html lang='en'><title>A host</title></html>"

_OPEN = """() => new Promise((done) => {
  const begun = performance.now();
  const tag = Object.assign(document.createElement("script"), {src: "/widget.js"});
  tag.onload = () => {
    JJSGRefunds.open();
    const root = document.querySelector("jjsg-refunds").shadowRoot;
    const look = () => root.querySelector(".lamp.is-online") && done(performance.now() - begun);
    new MutationObserver(look).observe(root, {subtree: true, childList: true, attributes: true});
    look();
  };
  document.head.append(tag);
})"""

_TIME_THE_ANSWER = """() => {
  const root = document.querySelector("jjsg-refunds").shadowRoot;
  window.answered = new Promise((done) => {
    let begun;
    root.addEventListener("keydown", (event) => { if (event.key === "Enter") begun = performance.now(); }, true);
    new MutationObserver(() => root.querySelector(".by-assistant .bubble") && done(performance.now() - begun))
      .observe(root, {subtree: true, childList: true});
  });
}"""


def main() -> None:
    """Measure and print."""
    url = read_settings().site_url
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGUMENTS)
        for message in MESSAGES:
            visits = [_visit(browser, url, message) for _ in range(WARMED_BY + VISITORS)][WARMED_BY:]
            opened, answered = ([visit[nth] for visit in visits] for nth in (0, 1))
            print(f"{message[:44]:46} open {_shown(opened)}   answered {_shown(answered)}")
        browser.close()
    print(load())


def _visit(browser: Browser, url: str, message: str) -> tuple[float, float]:
    """Milliseconds until the chat was open and connected, and until the first message was answered."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.route(f"{url}/host", lambda route: route.fulfill(body=_HOST, content_type="text/html"))
    page.goto(f"{url}/host")
    opened = float(page.evaluate(_OPEN))
    answered = _answered(page, message.format(word=f"web-{secrets.token_hex(3)}"))
    page.evaluate("JJSGRefunds.destroy()")  # hangs up at once, so that the next visitor finds no network full of tabs
    context.close()
    time.sleep(PAUSE_SECONDS)
    return opened, answered


def _answered(page: Page, text: str) -> float:
    field = page.get_by_label("Your message")
    field.fill(text)
    page.evaluate(_TIME_THE_ANSWER)
    field.press("Enter")
    return float(page.evaluate("answered"))


def _shown(milliseconds: list[float]) -> str:
    percentiles = quantiles(milliseconds, n=100, method="inclusive")
    return f"p50 {percentiles[49]:5.1f}  p95 {percentiles[94]:5.1f} ms"


if __name__ == "__main__":
    main()
