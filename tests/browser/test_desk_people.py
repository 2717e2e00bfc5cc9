"""Somebody phones: verified by questions and two agents, a case in their name, and a mail that leads into the chat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from refunds import outbox
from refunds.chat.links import GOOD_FOR
from refunds.desk.permissions import Role
from refunds.money import Money
from tests.browser.chat import field, log
from tests.browser.desk import looks_right
from tests.chat_house import ChatHouse, served
from tests.desk_house import PASSWORD
from tests.integration.people_world import AMARA, mails_in, text_of
from tests.people_house import FAILED_ON, NOW, House, people_house

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
ANSWERS = {
    "How much did you pay for it?": "5000",
    "In which month did you order it?": f"{NOW - timedelta(days=12):%Y-%m}",
    "What are the last four digits of the card you paid with?": "4242",
    "In which region does it run?": "eu-central",
    "Which country is on your account?": "DE",
}


@pytest.fixture
def house(chat_on_file: ChatHouse) -> Iterator[House]:
    with people_house(chat_on_file.app) as made:
        yield made


@pytest.fixture
def url(house: House) -> Iterator[str]:
    with served(house.app) as address:
        yield address


def sign_in(page: Page, url: str, login: str) -> None:
    page.goto(f"{url}/desk/sign-in")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Phone and mail").click()
    expect(page.get_by_role("heading", name="Phone and mail")).to_be_visible()


def answer_all(page: Page) -> None:
    page.get_by_label("Which service did you order last?").select_option("Compute")
    for label, answer in ANSWERS.items():
        if page.get_by_label(label).count():
            page.get_by_label(label).fill(answer)
    if page.get_by_label("How did you pay?").count():
        page.get_by_label("How did you pay?").select_option("card")


def mailed_link(house: House) -> str:
    """The link of the mail that tells that the case was received."""
    app = house.app
    for claimed in outbox.claim(app.database, datetime.now(UTC) + timedelta(hours=1), limit=10):
        if claimed.kind == "notice_mail":
            app.notice_mails.send(claimed.payload["notice_id"], datetime.now(UTC))
    (mail,) = mails_in(app.settings.mailbox)
    found = re.search(r"http\S+/chat#\S+", text_of(mail))
    assert found
    return found[0].replace(app.settings.site_url, "")


def test_who_phones_is_verified_by_two_agents_gets_a_case_and_comes_back_by_the_mails_link(
    house: House, url: str, page: Page, browser: Browser
) -> None:
    house.office.amount = Money.of("5000.00", "EUR")
    ann, leo = house.desk.agent(name="Ann"), house.desk.agent(Role.LEAD, "Leo")
    sign_in(page, url, ann.login)
    page.get_by_role("button", name="Somebody is on the phone").click()
    page.get_by_label("Their words").fill("My servers were down")
    page.get_by_role("button", name="Keep it").click()
    looks_right(page, "for-unverified")
    page.get_by_role("link", name="Verify by questions").click()
    page.get_by_label("Who do they say they are?").fill(AMARA.email)
    looks_right(page, "whom")
    page.get_by_role("button", name="Show the questions").click()
    looks_right(page, "questions")
    answer_all(page)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("alert").filter(has_text="another agent has to confirm it")).to_be_visible()

    context = browser.new_context(viewport={"width": 1280, "height": 720})
    other = context.new_page()
    sign_in(other, url, leo.login)
    looks_right(other, "people")
    other.get_by_role("button", name="Confirm C-1001", exact=True).click()
    expect(other.get_by_text("No check waits.")).to_be_visible()

    page.get_by_role("link", name="Back").click()
    page.get_by_label("It failed, or there was a problem").check()
    page.get_by_label("It began on").fill(f"{FAILED_ON:%Y-%m-%d}")
    looks_right(page, "for-verified")
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("A refund is due")).to_be_visible()
    looks_right(page, "read-out")
    page.get_by_role("button", name="They said yes: file it").click()
    expect(page.get_by_role("status").filter(has_text="is filed")).to_be_visible()

    link = mailed_link(house)
    other.goto(f"{url}{link}")
    expect(log(other)).to_contain_text("My servers were down")
    expect(log(other)).to_contain_text("Leo has confirmed who you are")
    assert "#" not in other.url
    looks_right(other, "chat-page")
    other.reload()
    expect(log(other)).to_contain_text("My servers were down")
    context.close()


def test_a_link_that_is_too_old_opens_a_new_chat_and_says_so(house: House, url: str, page: Page) -> None:
    link = house.app.reopening.links.to("0" * 32, datetime.now(UTC) - GOOD_FOR, case_id="R-7K2MQ")
    page.goto(url + link.removeprefix(house.app.settings.site_url))
    expect(page.get_by_role("status").filter(has_text="older than a week")).to_be_visible()
    expect(field(page)).to_have_value("Where is my refund R-7K2MQ?")
    looks_right(page, "chat-page-old-link")
