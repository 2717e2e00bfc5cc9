"""The development mailbox in a real browser."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import Shop

pytestmark = pytest.mark.browser


def _write(shop: Shop, name: str, text: str) -> None:
    mail = EmailMessage()
    mail["To"], mail["Subject"] = "amara@example.com", "Your code"
    mail.set_content(text)
    shop.settings.mailbox.mkdir(exist_ok=True)
    aside = shop.settings.mailbox / f"{name}.part"
    aside.write_bytes(mail.as_bytes())
    aside.rename(shop.settings.mailbox / f"{name}.eml")


def test_a_new_mail_shows_up_beside_the_chat_and_its_code_goes_into_it(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    expect(page.get_by_text("No mail yet.")).to_be_visible()
    _write(shop, "one", "Your code is 482913.")
    page.get_by_role("button", name="Put 482913 in the chat").click()
    expect(page.get_by_label("Your message")).to_have_value("482913")


def test_the_mailbox_page_refreshes_and_shows_text_as_text(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}/mailbox")
    _write(shop, "one", "<script>alert(1)</script> & more")
    expect(page.locator(".mail pre")).to_have_text("<script>alert(1)</script> & more")
    _write(shop, "two", "The second.")
    expect(page.locator(".mail pre").first).to_have_text("The second.")
