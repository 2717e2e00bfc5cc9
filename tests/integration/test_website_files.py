"""POST and GET /chat/files: the conversation's token alone opens them, and nothing of theirs runs in a browser."""

from __future__ import annotations

import http.client
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
import requests

from refunds.chat.attachments import MOST_FILES
from refunds.chat.file_kinds import LARGEST_FILE, MOST_PIXELS
from tests.chat_house import ChatHouse, database_down, served
from tests.unit.chat.test_file_kinds import picture
from tests.website_client import Tab, tab
from tests.world import wait_until
from web.connectors.website_limits import OF_FILES
from web.connectors.website_token import make_token

NOW = datetime.now(UTC)
FORM = "multipart/form-data; boundary=b"
HOST = "https://shop.example"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def send(
    url: str, token: str | None, content: bytes = b"it was down", name: str = "down.txt", **headers: str
) -> requests.Response:
    """Send a file as the widget does."""
    bearer = {} if token is None else {"Authorization": f"Bearer {token}"}
    return requests.post(f"{url}/chat/files", files={"file": (name, content)}, headers=bearer | headers, timeout=20)


def fetch(url: str, token: str, attachment_id: str) -> requests.Response:
    return requests.get(f"{url}/chat/files/{attachment_id}", headers={"Authorization": f"Bearer {token}"}, timeout=20)


def folder(chat: ChatHouse) -> list[str]:
    kept = chat.app.settings.attachments
    return [path.name for path in kept.iterdir()] if kept.exists() else []


def said_in(page: Tab, attachment: dict[str, Any]) -> None:
    assert page.say(files=[attachment["id"]]) == {"received": True}


def test_a_file_is_sent_said_shown_in_every_tab_and_fetched_again(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as one, tab(url, token=one.token) as two:
        sent = send(url, one.token, picture("PNG"), "../screen.PNG")
        assert sent.status_code == 200
        file = sent.json()
        assert {**file, "id": "", "bytes": 0} == {"id": "", "name": "screen.png", "kind": "image/png", "bytes": 0}
        said_in(one, file)
        told = chat_on_file.words("utter_file_received", file="screen.png")
        one.hears(told)
        two.hears("", told)
        assert two.lines[0]["files"] == [file]
        got = fetch(url, two.token, file["id"])
        assert len(got.content) == file["bytes"]
        with tab(url, token=one.token) as three:
            assert three.welcome["lines"][0]["files"] == [file]


def test_a_browser_may_only_save_a_file(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        got = fetch(url, page.token, send(url, page.token, name="März 1.txt").json()["id"])
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert "M%C3%A4rz%201.txt" in got.headers["Content-Disposition"]
    assert got.headers["Content-Type"].startswith("text/plain")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert got.headers["Cache-Control"] == "private, no-store"


def test_the_limits_stand_in_the_welcome(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        limits = page.welcome["limits"]
    assert (limits["text"], limits["file_bytes"]) == (4000, LARGEST_FILE)
    assert limits["file_types"][:2] == ["image/png", "image/jpeg"]


@pytest.mark.parametrize("what", ["none", "forged", "expired", "of a site", "unsigned", "scheme"])
def test_without_the_conversations_token_no_file_comes_in_or_out(chat_on_file: ChatHouse, what: str) -> None:
    secret = chat_on_file.app.settings.secret
    with served(chat_on_file.app) as url, tab(url) as page:
        file = send(url, page.token).json()
        address = jwt.decode(page.token, options={"verify_signature": False})["sub"]
        token = {
            "none": "",
            "forged": make_token(address, "x" * 32, NOW),
            "expired": make_token(address, secret, NOW - timedelta(days=31)),
            "of a site": chat_on_file.app.identity.site_token(address, NOW),
            "unsigned": jwt.encode({"sub": address, "aud": "website-conversation"}, "", "none"),
            "scheme": f"x {page.token}",
        }[what]
        for refused in (send(url, token), fetch(url, token, file["id"])):
            assert refused.status_code == 401
            assert refused.json() == {"why": chat_on_file.words("utter_file_of_no_chat")}
        assert folder(chat_on_file) == [file["id"]]


def test_another_chats_file_is_as_good_as_none(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as mine, tab(url) as theirs:
        file = send(url, theirs.token).json()
        for attachment_id in (file["id"], "0" * 32, "..%2f..%2frefunds.sqlite", "%00", "x" * 3000):
            refused = fetch(url, mine.token, attachment_id)
            assert refused.status_code == 404, attachment_id
        unknown = mine.say("look", files=[file["id"]])
        assert unknown == {"received": False, "why": chat_on_file.words("utter_file_unknown"), "final": True}
        said_in(theirs, file)


def test_what_is_refused_is_told_why_in_a_sentence(chat_on_file: ChatHouse) -> None:
    largest = {"most": 5, "pixels": MOST_PIXELS // 10**6}
    cases = [
        (SVG, 415, "utter_file_kind"),
        (b"", 400, "utter_file_empty"),
        (picture("PNG")[:50], 400, "utter_file_broken"),
        (b"a" * (LARGEST_FILE + 1), 413, "utter_file_too_large"),
        (b"a" * (LARGEST_FILE + 100_000), 413, "utter_file_too_large"),
    ]
    with served(chat_on_file.app) as url, tab(url) as page:
        for content, status, name in cases:
            refused = send(url, page.token, content, "photo.png")
            assert (refused.status_code, refused.json()["why"]) == (status, chat_on_file.words(name, **largest))
    assert folder(chat_on_file) == []


def test_a_body_without_end_is_not_read_to_its_end(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=20)
        connection.putrequest("POST", "/chat/files")
        for name, value in {
            "Authorization": f"Bearer {page.token}",
            "Content-Type": FORM,
            "Transfer-Encoding": "chunked",
        }.items():
            connection.putheader(name, value)
        connection.endheaders()
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for chunk in (head, *[b"a" * 100_000] * 60):
            connection.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        assert connection.getresponse().status == 413
        connection.close()
        assert folder(chat_on_file) == []
        assert send(url, page.token).status_code == 200


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"no boundary"),
        (FORM, b"no parts"),
        (
            FORM,
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nwords\r\n--b--\r\n',
        ),
        (
            FORM,
            b'--b\r\nContent-Disposition: form-data; filename="a"\r\n\r\nx\r\n--b--\r\n',
        ),
    ],
)
def test_a_form_without_a_file_is_refused(chat_on_file: ChatHouse, kind: str, body: bytes) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        headers = {"Authorization": f"Bearer {page.token}", "Content-Type": kind}
        refused = requests.post(f"{url}/chat/files", data=body, headers=headers, timeout=20)
    assert refused.status_code == 400
    assert refused.json()["why"]


def test_a_chat_holds_no_more_than_ten_files_and_a_network_sends_no_more_a_minute(chat_on_file: ChatHouse) -> None:
    assert OF_FILES.burst == MOST_FILES
    with served(chat_on_file.app) as url, served(chat_on_file.app) as other, tab(url) as page:
        assert [send(url, page.token).status_code for _ in range(MOST_FILES)] == [200] * MOST_FILES
        flood = send(url, page.token)
        assert (flood.status_code, flood.headers["Retry-After"]) == (429, "6")
        assert flood.json()["why"] == chat_on_file.words("utter_too_fast", seconds=6)
        full = send(other, page.token)
        assert (full.status_code, full.json()["why"]) == (409, chat_on_file.words("utter_file_too_many", most=10))
    assert len(folder(chat_on_file)) == MOST_FILES


def test_without_a_database_no_file_is_said_to_be_kept(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        with database_down(chat_on_file.app):
            refused = send(url, page.token)
        assert (refused.status_code, refused.json()["why"]) == (503, chat_on_file.words("utter_file_not_received"))
        assert folder(chat_on_file) == []
        assert send(url, page.token).status_code == 200


def test_pages_of_listed_sites_may_send_files_and_others_are_told_nothing(chat_on_file: ChatHouse) -> None:
    settings = replace(chat_on_file.app.settings, widget_origins=(HOST,))
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    with served(replace(chat_on_file.app, settings=settings)) as url, tab(url) as page:
        for origin, allowed in ((HOST, HOST), ("https://evil.example", None), ("null", None)):
            asked = requests.options(f"{url}/chat/files", headers={"Origin": origin, **asks}, timeout=20)
            assert asked.headers.get("Access-Control-Allow-Origin") == allowed
            assert asked.ok is (allowed is not None)
        assert send(url, page.token, SVG, Origin=HOST).headers["Access-Control-Allow-Origin"] == HOST
        assert "Access-Control-Allow-Credentials" not in send(url, page.token, Origin=HOST).headers


def test_a_file_joins_its_message_once_however_often_that_is_sent(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        file = send(url, page.token).json()
        again = {"id": "m1", "text": "", "files": [file["id"]]}
        assert [page.send(again), page.send(again)] == [{"received": True}] * 2
        wait_until(lambda: len(page.lines) == 1)
        page.say("more")
        page.hears(chat_on_file.words("utter_file_received", file="down.txt"), "1: more")
