"""The demo site without a browser: what it shows, to whom, and what it keeps to itself."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from refunds.errors import DataFileError
from refunds.settings import Settings, read_settings
from web.site import router
from web.site.customers import read_customers
from web.site.mailbox import SHOWN, read_mailbox

Get = Callable[[str], httpx.Response]

CUSTOMER = {"customer_id": "C-1", "name": "Ada <i>Lovelace</i>", "email": "ada@example.com", "country": "GB"}
ORDER = {
    "order_id": "ORD-1",
    "customer_id": "C-1",
    "plan": "Compute S",
    "region": "eu-west",
    "amount": {"value": "7.50", "currency": "EUR"},
}
PATHS = ["/", "/mailbox", "/demo/mails", "/demo/identity?customer_id=C-1", "/demo/static/site.css"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    world = tmp_path / "world.json"
    world.write_text(json.dumps({"customers": [CUSTOMER], "orders": [ORDER]}))
    return read_settings({"REFUNDS_VAR": str(tmp_path), "REFUNDS_SANDBOX_WORLD": str(world)})


@pytest.fixture
def get(settings: Settings) -> Get:
    return _getter(settings)


def _getter(settings: Settings) -> Get:
    site = FastAPI()
    site.include_router(router(settings, lambda customer_id, now: f"signed:{customer_id}:{now.tzinfo}"))

    async def fetch(path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://site") as client:
            return await client.get(path)

    return lambda path: asyncio.run(fetch(path))


def _mail(mailbox: Path, name: str, text: str, *, written: int) -> None:
    mail = EmailMessage()
    mail["To"], mail["Subject"] = "ada@example.com", name
    mail.set_content(text)
    mail.add_alternative("<p>the other part</p>", subtype="html")
    _file(mailbox, name, mail.as_bytes(), written=written)


def _file(mailbox: Path, name: str, content: bytes, *, written: int) -> None:
    mailbox.mkdir(exist_ok=True)
    file = mailbox / f"{name}.eml"
    file.write_bytes(content)
    os.utime(file, (written, written))


@pytest.mark.parametrize("path", PATHS)
def test_in_development_every_page_is_there(get: Get, path: str) -> None:
    assert get(path).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_in_production_no_page_is_there(settings: Settings, path: str) -> None:
    assert _getter(replace(settings, profile="production"))(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/mailbox"])
def test_a_page_lets_nothing_in_from_elsewhere_and_holds_no_inline_code(get: Get, path: str) -> None:
    answer = get(path)
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert " style=" not in answer.text
    assert "<script>" not in answer.text


def test_a_guest_page_names_no_customer_to_the_chat(get: Get) -> None:
    assert 'data-customer=""' in get("/").text


def test_a_signed_in_page_shows_name_and_orders_as_text(get: Get) -> None:
    page = get("/?customer_id=C-1").text
    assert "Ada &lt;i&gt;Lovelace&lt;/i&gt;" in page
    assert "ORD-1" in page
    assert "7.50 EUR" in page


@pytest.mark.parametrize("path", ["/?customer_id=C-9", "/demo/identity?customer_id=C-9"])
def test_nobody_is_signed_in_as_a_customer_the_sandbox_does_not_have(get: Get, path: str) -> None:
    assert get(path).status_code == 404


def test_the_identity_is_signed_for_the_customer_chosen_and_never_cached(get: Get) -> None:
    answer = get("/demo/identity?customer_id=C-1")
    assert answer.json() == {"token": "signed:C-1:UTC"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_mail_is_shown_escaped_by_its_text_part(get: Get, settings: Settings) -> None:
    _mail(settings.mailbox, "hello", "<b>482913</b>", written=1)
    page = get("/demo/mails").text
    assert "&lt;b&gt;482913&lt;/b&gt;" in page
    assert "the other part" not in page
    assert "Put 482913 in the chat" in page


def test_the_newest_mail_comes_first_and_old_ones_are_left_out(settings: Settings) -> None:
    for written in range(1, SHOWN + 3):
        _mail(settings.mailbox, f"mail {written}", "text", written=written)
    subjects = [mail.subject for mail in read_mailbox(settings.mailbox)]
    assert subjects[0] == f"mail {SHOWN + 2}"
    assert len(subjects) == SHOWN


@pytest.mark.parametrize("text", ["no code", "1234567", "two: 123456 and 654321"])
def test_only_a_lone_number_of_six_digits_is_a_code(settings: Settings, text: str) -> None:
    _mail(settings.mailbox, "mail", text, written=1)
    assert read_mailbox(settings.mailbox)[0].code is None


@pytest.mark.parametrize(
    "content",
    [b"", b"Content-Type: text/html\n\n<p>no text part</p>", b"Content-Type: text/plain; charset=none-such\n\nx"],
)
def test_a_mail_without_readable_text_is_listed_all_the_same(settings: Settings, content: bytes) -> None:
    _file(settings.mailbox, "odd", content, written=1)
    assert [(mail.subject, mail.text) for mail in read_mailbox(settings.mailbox)] == [("(no subject)", "")]


def test_an_empty_or_missing_mailbox_says_so(get: Get) -> None:
    assert "No mail yet." in get("/demo/mails").text


@pytest.mark.parametrize(
    ("content", "said"),
    [('{"customers": [\n,', ":2: "), ('{"orders": []}', "lacks 'customers'"), ("[]", "lacks"), (None, "No such file")],
)
def test_a_broken_world_file_is_named_with_its_trouble(tmp_path: Path, content: str | None, said: str) -> None:
    world = tmp_path / "broken.json"
    if content is not None:
        world.write_text(content)
    with pytest.raises(DataFileError, match=said):
        read_customers(world)
