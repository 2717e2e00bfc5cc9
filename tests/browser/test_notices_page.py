"""The page below every mail in a real browser: what holds is shown, what is chosen is kept, on the browser's clock."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from refunds.cases import store
from refunds.cases.notice_wishes import NoticeWishes, QuietHours, Way
from refunds.cases.satisfaction import note_asked
from refunds.tables import PolicyVersionRow
from tests.browser import axe
from tests.chat_house import ChatHouse, served
from tests.unit.notify.matters import AMARA, NOW, case

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
# Where pictures go, when somebody wants to look at them.
PICTURES = os.environ.get("DESK_PICTURES")


def test_a_mails_reader_chooses_and_comes_back_to_it(chat_on_file: ChatHouse, page: Page) -> None:
    app = chat_on_file.app
    filed = replace(case(), conversation_id=None)
    with app.database.transaction() as session:
        session.merge(PolicyVersionRow(version=filed.policy_version, content={}, first_used_at=NOW))
        session.flush()
        store.add(session, filed, who="customer", why="confirmed", decision={})
        assert note_asked(session, filed, "mail", None, NOW)
    with served(app) as url:
        _, _, link = app.links.to_notices(filed.case_id, datetime.now(UTC)).partition("#")
        page.goto(f"{url}/notices#{link}")
        status = page.locator("#told")
        expect(status).to_contain_text("at any time of the day")
        assert "link=" not in page.url
        page.get_by_role("button", name="Badly").click()
        expect(page.get_by_text("Thank you for being frank")).to_be_visible()
        expect(page.get_by_role("button", name="Badly")).to_be_hidden()
        page.get_by_label("News about your refund cases comes").select_option("away")
        page.get_by_label("Not between").fill("21:30")
        page.get_by_label("and", exact=True).fill("07:00")
        page.get_by_role("button", name="Keep this").click()
        expect(status).to_contain_text("Kept.")
        expect(status).to_contain_text("Between 21:30 and 07:00")
        wishes = NoticeWishes(Way.AWAY, QuietHours(time(21, 30), time(7)), "Europe/Berlin")
        assert app.wishing.of(AMARA.customer_id) == wishes
        page.get_by_label("and", exact=True).fill("")
        page.get_by_role("button", name="Keep this").click()
        expect(status).to_contain_text("Nothing was changed")
        assert app.wishing.of(AMARA.customer_id) == wishes
        assert axe.violations(page, "html") == []
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / "notices.png", full_page=True)
        page.goto(f"{url}/notices#link=nonsense")
        expect(status).to_contain_text("notification settings")
        expect(page.get_by_role("button", name="Keep this")).to_be_hidden()
