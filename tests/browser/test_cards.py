"""What stands beside a line: summary, case, days of arrival, a day to choose."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import SUMMARY, WHEN, WINDOW, answers, case_line, choice, field, log, own, say
from tests.browser.shop import Shop

pytestmark = pytest.mark.browser


def test_a_summary_card_shows_what_would_be_filed(page: Page, shop: Shop) -> None:
    shop.script.answers = {"go": [SUMMARY]}
    page.goto(shop.url)
    say(page, "go")
    card = log(page).get_by_role("region", name="Order ORD-48213")
    for told in ("€240.00", "Visa card ending 4242", "P1.a, P1.b", *WINDOW.values()):
        expect(card).to_contain_text(told)


def test_a_case_card_shows_number_state_amount_steps_and_window(page: Page, shop: Shop) -> None:
    shop.script.answers = {"yes": [case_line("Filed", 1)]}
    page.goto(shop.url)
    say(page, "yes")
    card = log(page).get_by_role("region", name="Case R-7K2MQ")
    for told in ("R-7K2MQ", "Filed", "€240.00", "Usually by", *WINDOW.values()):
        expect(card).to_contain_text(told)
    expect(card.get_by_role("listitem")).to_have_text(
        ["Done: Filed", "To come: A person checks it", "To come: Payment sent"]
    )


def test_a_case_that_moves_on_changes_its_older_cards_too(page: Page, shop: Shop) -> None:
    shop.script.answers = {"yes": [case_line("Filed", 1)]}
    page.goto(shop.url)
    say(page, "yes")
    cards = log(page).locator(".case")
    expect(cards).to_have_count(1)
    shop.add_lines(case_line("Approved", 2, "It was approved.", author="notice"))
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("Approved")
    expect(cards.first).to_contain_text("newest state below")
    expect(cards.first).not_to_contain_text("Payment sent")
    expect(cards.last).to_contain_text("Done: A person checks it")


def test_a_step_that_failed_is_told_as_failed(page: Page, shop: Shop) -> None:
    line = case_line("Payment failed", 2)
    line["card"]["steps"][2]["failed"] = True
    shop.script.answers = {"yes": [line]}
    page.goto(shop.url)
    say(page, "yes")
    expect(log(page).get_by_role("listitem").last).to_have_text("Failed: Payment sent")


def test_days_that_are_known_are_drawn_to_scale_with_today_among_them(page: Page, shop: Shop) -> None:
    page.clock.set_fixed_time("2026-11-26T10:00:00Z")
    dates = {"earliest": "2026-12-01", "typical": "2026-12-02", "latest": "2026-12-11"}
    shop.script.answers = {"when": [{"text": "By card.", "card": {"type": "arrival", **WINDOW, "dates": dates}}]}
    page.goto(shop.url)
    say(page, "when")
    line = log(page).get_by_role("group", name="When the money arrives")
    expect(line).to_contain_text("Today")
    left = [line.locator(mark).evaluate("mark => parseFloat(mark.style.insetInlineStart)") for mark in (
        ".now", ".is-earliest", ".is-typical", ".is-latest"
    )]  # fmt: skip
    assert [round(place) for place in left] == [4, 35, 41, 96]


def test_a_day_and_a_time_are_chosen_and_said_in_words(page: Page, shop: Shop) -> None:
    shop.script.answers = {"refund": [WHEN]}
    page.goto(shop.url)
    say(page, "refund")
    expect(choice(page, "Use this")).to_be_disabled()
    log(page).get_by_label("Day").fill("2026-11-26")
    expect(choice(page, "Use this")).to_be_disabled()
    log(page).get_by_label("Day").fill("2026-11-22")
    log(page).get_by_label("Time, if you know it").fill("14:30")
    choice(page, "Use this").click()
    expect(own(page).last).to_have_text("2026-11-22 14:30")
    expect(log(page).get_by_label("Day")).to_have_count(0)
    expect(field(page)).to_be_focused()


def test_a_day_may_be_told_without_a_time_or_not_at_all(page: Page, shop: Shop) -> None:
    shop.script.answers = {"refund": [WHEN], "again": [WHEN]}
    page.goto(shop.url)
    say(page, "refund")
    log(page).get_by_label("Day").fill("2026-11-22")
    choice(page, "Use this").click()
    expect(own(page).last).to_have_text("2026-11-22")
    say(page, "again")
    choice(page, "I don't know").click()
    expect(own(page).last).to_have_text("I don't know")


def test_a_day_is_told_once_however_many_names_it_has(page: Page, shop: Shop) -> None:
    one_day = {"earliest": "Tue 8 Dec", "typical": "Tue 8 Dec", "latest": "Tue 8 Dec"}
    span = {"earliest": "Tue 8 Dec", "typical": "Fri 11 Dec", "latest": "Fri 11 Dec"}
    shop.script.answers = {
        "go": [{"text": "By card.", "card": {"type": "arrival", **days}} for days in (one_day, span)]
    }
    page.goto(shop.url)
    say(page, "go")
    lines = log(page).get_by_role("group", name="When the money arrives")
    expect(lines.first.locator("dl")).to_have_text("ArrivesTue 8 Dec")
    expect(lines.last.locator("dl")).to_have_text("EarliestTue 8 DecLatestFri 11 Dec")


@pytest.mark.parametrize(
    "card",
    [
        {"type": "constructor", "html": "<b>no</b>"},
        {"type": "orders", "orders": None},
        {"type": "case", "case_id": "R-7K2MQ", "steps": 7, "arrival": {"dates": {}}},
    ],
    ids=["unknown", "broken", "of the wrong form"],
)
def test_a_card_that_cannot_be_drawn_is_left_out(page: Page, shop: Shop, card: dict[str, object]) -> None:
    shop.script.answers = {"hello": [{"text": "The text says all.", "card": card}, {"text": "Next."}]}
    page.goto(shop.url)
    say(page, "hello")
    expect(answers(page)).to_have_text(["The text says all.", "Next."])
