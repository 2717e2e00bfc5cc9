"""The page to which every notice's mail leads: how its reader hears from us, seen and changed by the mail's link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from refunds.app import App
from refunds.cases import store
from refunds.cases.notice_wishes import NoticeWishes, QuietHours, Way
from refunds.cases.satisfaction import Rating, note_asked, opinion_of
from refunds.chat.links import NOTICES_GOOD_FOR, ChatLinks
from refunds.tables import PolicyVersionRow
from tests.chat_house import ChatHouse, database_down, served
from tests.integration.people_world import mails_in, text_of
from tests.integration.test_notices import House
from tests.unit.notify.matters import AMARA, NOW, case


def link_of(address: str) -> str:
    return parse_qs(urlsplit(address).fragment)["link"][0]


@pytest.fixture
def app(chat_on_file: ChatHouse) -> App:
    """With a case of Amara's."""
    app = chat_on_file.app
    filed = replace(case(), conversation_id=None)
    with app.database.transaction() as session:
        session.merge(PolicyVersionRow(version=filed.policy_version, content={}, first_used_at=NOW))
        session.flush()
        store.add(session, filed, who="customer", why="confirmed", decision={})
    return app


@dataclass(frozen=True)
class Browser:
    """Asks the web process at ``url``."""

    url: str

    def get(self, path: str) -> requests.Response:
        return requests.get(self.url + path, timeout=5)

    def post(self, path: str, json: dict[str, Any]) -> requests.Response:
        return requests.post(self.url + path, json=json, timeout=5)


@pytest.fixture
def browser(app: App) -> Iterator[Browser]:
    with served(app) as url:
        yield Browser(url)


@pytest.fixture
def link(app: App) -> str:
    return link_of(app.links.to_notices("R-7K2MQ", datetime.now(UTC)))


def kept(browser: Browser, link: str, **chosen: Any) -> int:
    body = {"link": link, "way": "chat", "quiet_from": "", "quiet_to": "", **chosen}
    return browser.post("/notices/keep", json=body).status_code


def test_the_page_is_there_and_lets_nothing_in_from_elsewhere(browser: Browser) -> None:
    for path in ("/notices", "/notices/page.js"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "How you hear from us" in browser.get("/notices").text


def test_who_comes_by_the_link_sees_what_holds(browser: Browser, link: str) -> None:
    answer = browser.post("/notices/open", json={"link": link})
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["way"], shown["quiet_from"]) == ("usual", "")
    assert "What decides a case comes by mail too" in shown["told"]


def test_what_they_choose_is_kept_for_the_cases_customer(browser: Browser, app: App, link: str) -> None:
    assert kept(browser, link, way="needed", quiet_from="21:00", quiet_to="07:00", zone="Asia/Tokyo") == 200
    wishes = app.wishing.of(AMARA.customer_id)
    assert wishes == NoticeWishes(Way.NEEDED, QuietHours(time(21), time(7)), "Asia/Tokyo")
    assert browser.post("/notices/open", json={"link": link}).json()["quiet_to"] == "07:00"


def test_a_zone_that_is_none_is_left_out(browser: Browser, app: App, link: str) -> None:
    assert kept(browser, link, quiet_from="21:00", quiet_to="07:00", zone="Mars/Olympus\0") == 200
    assert app.wishing.of(AMARA.customer_id).zone is None


def test_what_cannot_be_kept_is_refused(browser: Browser, app: App, link: str) -> None:
    for chosen in ({"way": "pigeon"}, {"quiet_from": "21:00"}, {"quiet_from": "08:00", "quiet_to": "08:00"}):
        assert kept(browser, link, **chosen) == 422
    assert app.wishing.of(AMARA.customer_id) == NoticeWishes()


def test_who_was_asked_by_mail_how_it_was_answers_once(browser: Browser, app: App, link: str) -> None:
    assert rated(browser, link) == 404  # nothing was asked
    assert browser.post("/notices/open", json={"link": link}).json()["asks_about"] is None
    with app.database.transaction() as session:
        assert note_asked(session, case(), "mail", None, NOW)
    assert browser.post("/notices/open", json={"link": link}).json()["asks_about"] == "R-7K2MQ"
    assert rated(browser, link, "splendid") == 422
    assert [rated(browser, link), rated(browser, link, "good")] == [204, 404]
    assert browser.post("/notices/open", json={"link": link}).json()["asks_about"] is None
    with app.database.reading() as session:
        opinion = opinion_of(session, "R-7K2MQ")
    assert opinion is not None
    assert opinion.rating is Rating.BAD


def rated(browser: Browser, link: str, rating: str = "bad") -> int:
    return browser.post("/notices/rate", json={"link": link, "rating": rating}).status_code


def bad_links(app: App) -> Iterator[str]:
    now = datetime.now(UTC)
    yield "nonsense"
    yield link_of(app.links.to_notices("R-7K2MQ", now - NOTICES_GOOD_FOR - timedelta(seconds=1)))
    yield link_of(app.links.to_notices("R-22222", now))  # no such case
    yield link_of(ChatLinks("x", "another secret that is long enough to be one").to_notices("R-7K2MQ", now))
    yield link_of(app.links.to("a" * 32, now))  # signed by us, for something else


def test_a_link_that_is_none_shows_and_changes_nothing(browser: Browser, app: App) -> None:
    for bad in bad_links(app):
        assert browser.post("/notices/open", json={"link": bad}).status_code == 404
        assert kept(browser, bad) == 404
    assert app.wishing.of(AMARA.customer_id) == NoticeWishes()


def test_a_database_that_is_away_is_said(browser: Browser, app: App, link: str) -> None:
    with database_down(app):
        assert kept(browser, link) == 503


def test_every_notices_mail_leads_there(database: Any, tmp_path: Any) -> None:
    house = House(database, tmp_path / "mailbox")
    house.files()
    house.tell()
    text = text_of(house.mail())
    address = text[text.index("https://chat.example.com/notices#") :].split()[0]
    assert house.mails.links.case_of(link_of(address), NOW) == house.case.case_id
    assert len(mails_in(house.mailbox)) == 1
