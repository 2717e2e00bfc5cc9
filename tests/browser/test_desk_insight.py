"""The page of insight in a real browser: charts that stand on their tables, in light and in dark, for everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from refunds.desk.insight.figures import FIGURES
from refunds.desk.permissions import Role
from tests.browser.desk import looks_right
from tests.browser.test_desk_access import sign_in
from tests.chat_house import ChatHouse, served
from tests.desk_house import DeskHouse, desk_house
from tests.insight_world import drawn
from tests.world import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
# Where pictures go, when somebody wants to look at them.
PERIOD = "first=2026-10-11&last=2026-11-24"
_BARS_AS_DRAWN = """() => Chart.getChart(document.querySelector('canvas[data-chart=containment-table]'))
    .data.datasets.map(({label, data}) => [label, data])"""
_COLOUR_OF_WORDS = "() => Chart.getChart(document.querySelector('canvas')).options.scales.x.ticks.color"


@pytest.fixture
def house(chat_on_file: ChatHouse) -> Iterator[DeskHouse]:
    with desk_house(chat_on_file.app) as made:
        drawn(3).store(made.app.database)
        yield made


def test_charts_show_what_their_tables_say_and_a_sentence_is_learnt_in_light_and_in_dark(
    house: DeskHouse, page: Page
) -> None:
    lead = house.agent(Role.LEAD)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    with served(house.app) as url:
        sign_in(page, f"{url}/desk", lead.login)
        page.goto(f"{url}/desk/insight?{PERIOD}")
        expect(page.get_by_role("img", name="drawn from the table below")).to_have_count(len(FIGURES))
        assert as_drawn(page) == in_the_table(page)
        words = page.evaluate(_COLOUR_OF_WORDS)
        looks_right(page, "desk-insight")
        page.emulate_media(color_scheme="dark")
        wait_until(lambda: page.evaluate(_COLOUR_OF_WORDS) != words)
        page.get_by_label("Channel").select_option("slack")
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page.get_by_text("slack; days are")).to_be_visible()
        page.goto(f"{url}/desk/insight/sentences?{PERIOD}")
        page.get_by_label("It means").first.select_option("ask_refund_status")
        page.get_by_role("button", name="Into review").first.click()
        expect(page.get_by_role("status")).to_contain_text("It is in review now")
        looks_right(page, "desk-sentences")
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_text("1 sentence.")).to_be_visible()


def as_drawn(page: Page) -> list[list[object]]:
    drawn: list[list[object]] = page.evaluate(_BARS_AS_DRAWN)
    return drawn


def in_the_table(page: Page) -> list[list[object]]:
    """The columns of the table that are drawn, each with its title."""
    table = page.locator("#containment-table")
    titles = table.locator("thead th").all_inner_texts()
    rows = [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]
    return [[titles[place], [int(row[place]) for row in rows]] for place in range(1, 6)]
