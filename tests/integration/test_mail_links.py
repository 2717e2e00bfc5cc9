"""A link in a mail leads back into its very conversation, and gives away nothing to whom it was passed on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from refunds.chat.links import GOOD_FOR, ChatLinks
from refunds.chat.reopening import Reopening
from refunds.database import Database
from refunds.tables import ConversationRow
from tests.chat_house import ChatHouse, database_down, served
from tests.integration.people_world import NOW, People, people_over
from web.connectors.website_token import address_of, make_token

SECRET = "a secret of tests that is long enough to be one"
LINKS = ChatLinks("https://chat.example.com/", SECRET)


@pytest.fixture
def people(database: Database, tmp_path: Path) -> People:
    return people_over(database, tmp_path)


def chat(people: People, channel: str = "website", **more: object) -> str:
    conversation_id = people.conversation("one")
    with people.database.transaction() as session:
        row = session.get_one(ConversationRow, conversation_id)
        row.channel, row.customer_id = channel, "C-1001"
        row.verified_by, row.verified_until = "mail", NOW + timedelta(hours=3)
    return conversation_id


def row(people: People, conversation_id: str) -> ConversationRow:
    with people.database.transaction() as session:
        return session.get_one(ConversationRow, conversation_id)


def link_of(address: str) -> str:
    return parse_qs(urlsplit(address).fragment)["link"][0]


def reopening(people: People) -> Reopening:
    return Reopening(people.database, LINKS)


def test_a_link_names_the_page_the_case_and_a_token_where_no_server_on_the_way_sees_them() -> None:
    address = LINKS.to("a" * 32, NOW, case_id="R-7K2MQ")
    parts = urlsplit(address)
    assert (parts.netloc, parts.path, parts.query) == ("chat.example.com", "/chat", "")
    assert parse_qs(parts.fragment)["case"] == ["R-7K2MQ"]
    assert LINKS.conversation_of(link_of(address), NOW) == "a" * 32
    assert LINKS.to(None, NOW) == "https://chat.example.com/chat"


@pytest.mark.parametrize(
    "link",
    [
        "",
        "nonsense",
        link_of(ChatLinks("x", "another secret that is long enough to be one").to("a" * 32, NOW)),
        link_of(LINKS.to("a" * 32, NOW - GOOD_FOR)),
        make_token("a" * 32, SECRET, NOW),  # signed by us, for something else
    ],
)
def test_what_is_forged_too_old_or_for_something_else_is_no_link(link: str) -> None:
    assert LINKS.conversation_of(link, NOW) is None


def test_who_comes_by_a_link_reads_the_conversation_and_shows_anew_who_they_are(people: People) -> None:
    conversation_id = chat(people)
    link = link_of(LINKS.to(conversation_id, NOW))
    address = reopening(people).open(link, None, NOW + timedelta(hours=1))
    after = row(people, conversation_id)
    assert address == after.address == "one"
    assert after.verified_until == NOW + timedelta(hours=1)
    assert people.customer("one", now=NOW + timedelta(hours=1)) is None
    assert after.customer_id == "C-1001"


def test_in_the_browser_that_has_the_conversation_a_link_changes_nothing(people: People) -> None:
    conversation_id = chat(people)
    assert reopening(people).open(link_of(LINKS.to(conversation_id, NOW)), "one", NOW) == "one"
    assert people.customer("one", now=NOW) == "C-1001"


def test_who_phoned_finds_the_conversation_as_a_chat(people: People) -> None:
    conversation_id = chat(people, "phone")
    link = link_of(LINKS.to(conversation_id, NOW))
    address = reopening(people).open(link, None, NOW)
    after = row(people, conversation_id)
    assert (after.channel, after.address) == ("website", address)
    assert reopening(people).open(link, None, NOW) == address


@pytest.mark.parametrize("channel", ["rest", "slack", "telegram"])
def test_a_conversation_of_another_channel_is_not_moved(people: People, channel: str) -> None:
    conversation_id = chat(people, channel)
    assert reopening(people).open(link_of(LINKS.to(conversation_id, NOW)), None, NOW) is None
    assert people.customer("one", now=NOW) == "C-1001"


@contextmanager
def page(chat_on_file: ChatHouse) -> Iterator[str]:
    with served(chat_on_file.app) as url:
        yield url


def test_the_page_with_the_chat_lets_nothing_in_from_elsewhere(chat_on_file: ChatHouse) -> None:
    with page(chat_on_file) as url:
        for path in ("/chat", "/chat/page.js", "/chat/page.css"):
            answer = requests.get(url + path, timeout=5)
            assert answer.status_code == 200, path
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_links_token_is_given_for_the_conversations_own_and_only_while_it_is_good(chat_on_file: ChatHouse) -> None:
    app, now = chat_on_file.app, datetime.now(UTC)
    admitted = chat_on_file.say("hello")
    with app.database.transaction() as session:
        session.get_one(ConversationRow, admitted.conversation_id).channel = "website"
    links = ChatLinks(app.settings.site_url, app.settings.secret)
    good = {"link": link_of(links.to(admitted.conversation_id, now))}
    with page(chat_on_file) as url:
        answer = requests.post(f"{url}/chat/open", json=good, timeout=5)
        assert answer.status_code == 200
        assert address_of(answer.json()["token"], app.settings.secret) == "amara"
        old = {"link": link_of(links.to(admitted.conversation_id, now - GOOD_FOR))}
        assert requests.post(f"{url}/chat/open", json=old, timeout=5).status_code == 404
        assert requests.post(f"{url}/chat/open", json={"link": "x" * 1001}, timeout=5).status_code == 422
        with database_down(app):
            assert requests.post(f"{url}/chat/open", json=good, timeout=5).status_code == 503
