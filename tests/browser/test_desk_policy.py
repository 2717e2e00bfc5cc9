"""In a browser: the policy tried out, put forward and signed; a chat kept as a test; a case that tells its news."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from refunds.desk.permissions import Role
from tests.browser.desk import looks_right
from tests.browser.test_desk_access import sign_in
from tests.chat_house import ChatHouse, served
from tests.desk_house import DeskHouse, desk_house
from tests.integration.filing_world import CONFIRMED, NOW, REQUEST, filing

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def house(chat_on_file: ChatHouse) -> Iterator[DeskHouse]:
    with desk_house(chat_on_file.app) as made:
        yield made


def filed(house: DeskHouse) -> str:
    work = filing(house.app.database)
    shown = work.assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    return work.file(REQUEST, **CONFIRMED, confirmed_digest=shown.digest, now=NOW).case_id


def test_a_lead_tries_a_change_out_and_puts_it_forward_and_another_signs_it(house: DeskHouse, page: Page) -> None:
    ann, leo, case_id = house.agent(Role.LEAD, "Ann"), house.agent(Role.ADMIN, "Leo"), filed(house)
    with served(house.app) as url:
        sign_in(page, f"{url}/desk", ann.login)
        page.get_by_role("link", name="Policy", exact=True).click()
        expect(page.get_by_text("Yes: each rule can hold")).to_be_visible()
        looks_right(page, "desk-policy")
        page.get_by_label("Faults we pay for").fill("intentional")
        page.get_by_role("button", name="Try it out").click()
        expect(page.get_by_role("status")).to_contain_text("1 of 1 past decisions would be others")
        expect(page.get_by_role("link", name=case_id)).to_be_visible()
        looks_right(page, "desk-what-if")
        page.get_by_label("Why it changes").fill("Gross errors are rare now.")
        page.get_by_role("button", name="Put it forward").click()
        expect(page.get_by_role("status")).to_contain_text("Somebody else reads what it changes")
        expect(page.get_by_text("You put it forward: somebody else signs it.")).to_be_visible()
        page.goto("about:blank")  # a page without its session goes to the sign-in by itself, whenever it notices
        page.context.clear_cookies()
        sign_in(page, f"{url}/desk", leo.login)
        page.goto(f"{url}/desk/policy")
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Sign: make it live").click()
        expect(page.get_by_role("status")).to_contain_text("It is in force")


def test_an_open_case_tells_of_a_colleague_and_keeps_what_is_typed(house: DeskHouse, page: Page) -> None:
    ann, ben, case_id = house.agent(Role.AGENT, "Ann"), house.agent(Role.AGENT, "Ben"), filed(house)
    with served(house.app) as url:
        sign_in(page, f"{url}/desk", ben.login)
        with page.expect_response(lambda answer: f"/cases/{case_id}/news" in answer.url):
            page.goto(f"{url}/desk/cases/{case_id}")
        expect(page.get_by_text("This case changed while you looked")).to_have_count(0)
        page.locator("summary", has_text="Reject").click()
        page.get_by_label("Reason, which the customer reads").fill("It was solved in time.")
        house.app.case_acts.start(ann, case_id, 1, house.now)
        expect(page.get_by_text("verification started by Ann")).to_be_visible()
        expect(page.get_by_label("Reason, which the customer reads")).to_have_value("It was solved in time.")
        looks_right(page, "desk-case-news")


def test_one_click_saves_a_chat_as_a_test(house: DeskHouse, chat_on_file: ChatHouse, page: Page) -> None:
    lead, chat = house.agent(Role.LEAD), chat_on_file.say("my server ORD-91827 was down").conversation_id
    with served(house.app) as url:
        sign_in(page, f"{url}/desk", lead.login)
        page.goto(f"{url}/desk/chats/{chat}")
        with page.expect_download() as saved:
            page.get_by_role("button", name="Keep as a test").click()
    assert '- say: "my server ORD-48213 was down"' in saved.value.path().read_text(encoding="utf-8")
