"""The widget as tests use it: by what a customer sees and hears, not by how it is built."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

ORDER = {
    "order_id": "ORD-48213",
    "service": "Compute",
    "region": "eu-central",
    "plan": "Compute L, monthly",
    "amount": "€240.00",
    "bought": "Thu, 12 Nov 2026",
}
ORDERS: dict[str, Any] = {
    "text": "Which order is it about?",
    "buttons": [{"title": "ORD-48213 Compute", "id": "b1"}, {"title": "None of these", "id": "b2"}],
    "card": {"type": "orders", "orders": [ORDER]},
}
WINDOW = {"earliest": "Tue, 1 Dec 2026", "typical": "Fri, 4 Dec 2026", "latest": "Thu, 10 Dec 2026"}
SUMMARY: dict[str, Any] = {
    "text": "This is what I understood. Shall I file it?",
    "buttons": [{"title": "Yes, file it", "id": "b3"}, {"title": "No", "id": "b4"}],
    "card": {
        "type": "summary",
        "order_id": "ORD-48213",
        "amount": "€240.00",
        "method": "Visa card ending 4242",
        "arrival": WINDOW,
        "clauses": ["P1.a", "P1.b"],
    },
}
WHEN: dict[str, Any] = {
    "text": "When did it happen? A day is enough.",
    "buttons": [{"title": "I don't know", "id": "b5"}],
    "card": {"type": "date", "min": "2026-08-01", "max": "2026-11-25"},
}
WAYS_ON: dict[str, Any] = {
    "minutes": 15,
    "telegram": "https://t.me/jjsg_refunds_bot?start=CARRYON1f",
    "slack": "CARRYON-1f",
}
STEPS = ("Filed", "A person checks it", "Payment sent")


def case_line(state: str, steps_done: int, text: str = "Your case.", **line: Any) -> dict[str, Any]:
    """A line with the card of case R-7K2MQ."""
    steps = [{"title": title, "done": nth < steps_done} for nth, title in enumerate(STEPS)]
    card = {"type": "case", "case_id": "R-7K2MQ", "order_id": "ORD-48213", "state": state, "amount": "€240.00"}
    return {"text": text, "card": {**card, "steps": steps, "arrival": WINDOW}, **line}


def widget(page: Page) -> Locator:
    """The widget's own part of the page."""
    return page.locator("jjsg-refunds")


def log(page: Page) -> Locator:
    """What was said."""
    return page.get_by_role("log")


def field(page: Page) -> Locator:
    """Where the customer writes."""
    return page.get_by_label("Your message")


def launcher(page: Page) -> Locator:
    """The round button that opens the chat; with it open it closes it."""
    return widget(page).locator(".launcher")


def say(page: Page, text: str) -> None:
    """Write something and send it."""
    field(page).fill(text)
    field(page).press("Enter")


def connected(page: Page) -> None:
    """The server has welcomed this tab. What is said before waits in the browser, and nothing marks it."""
    expect(widget(page).locator(".lamp.is-online")).to_have_count(1)


def arrived(page: Page) -> None:
    """This tab is connected and hears what the server tells; what was said is sent, and none of it was held back."""
    expect(own(page)).not_to_have_count(0)
    connected(page)
    expect(log(page).locator(".unsent")).to_have_count(0)


def choice(page: Page, name: str) -> Locator:
    """A button in what was said."""
    return log(page).get_by_role("button", name=name)


def answers(page: Page) -> Locator:
    """What the assistant said, a bubble each."""
    return log(page).locator(".by-assistant .bubble")


def own(page: Page) -> Locator:
    """What the customer said, a bubble each."""
    return log(page).locator(".by-customer .bubble")


def more(page: Page, item: str) -> None:
    """Choose from the menu behind "More"."""
    widget(page).get_by_role("button", name="More").click()
    widget(page).get_by_role("button", name=item).click()
