"""Verification by a signed token of the host site."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from refunds.database import Database
from refunds.errors import NotVerified
from refunds.identity import Identity
from refunds.identity.tokens import AUDIENCE, site_keys
from refunds.settings import Settings, read_settings
from tests.integration.people_world import AMARA, BRUNO, NOW, People, on_sqlite, people_over

pytestmark = on_sqlite

SOON = int((NOW + timedelta(minutes=5)).timestamp())
GOOD = {"sub": AMARA.customer_id, "aud": AUDIENCE, "exp": SOON}


@pytest.fixture
def people(database: Database, tmp_path: Path) -> People:
    return people_over(database, tmp_path)


def key(people: People) -> str:
    [found] = site_keys(people.settings)
    return found


def identity_with(people: People, settings: Settings) -> Identity:
    one = people.identity
    return Identity(people.database, people.office, one._mailer, one._words, settings)


def without_signature(claims: dict[str, Any]) -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def test_the_sites_token_verifies_the_customer_it_names(people: People) -> None:
    assert people.sign_in(people.identity.site_token(AMARA.customer_id, NOW))
    assert people.customer() == AMARA.customer_id
    assert people.row().verified_by == "site"
    assert people.customer(now=NOW + timedelta(hours=12)) is None


def test_the_demo_sites_token_is_good_for_an_hour(people: People) -> None:
    token = people.identity.site_token(AMARA.customer_id, NOW)
    assert people.sign_in(token, now=NOW + timedelta(minutes=60))
    assert not people.sign_in(token, now=NOW + timedelta(minutes=61))


@pytest.mark.parametrize(
    "claims",
    [
        {**GOOD, "aud": "another-service"},
        {**GOOD, "exp": int(NOW.timestamp()) - 60},
        {**GOOD, "exp": "later"},
        {**GOOD, "exp": True, "nbf": False},
        {**GOOD, "nbf": SOON},
        {**GOOD, "sub": ""},
        {**GOOD, "sub": 1001},
        {"sub": AMARA.customer_id, "exp": SOON},
        {"sub": AMARA.customer_id, "aud": AUDIENCE},
        {"aud": AUDIENCE, "exp": SOON},
    ],
)
def test_a_token_with_wrong_or_missing_claims_is_refused(people: People, claims: dict[str, Any]) -> None:
    payload = json.dumps(claims).encode()
    token = jwt.PyJWS().encode(payload, key(people), algorithm="HS256")
    assert not people.sign_in(token)
    assert people.customer() is None


def test_a_token_without_signature_is_refused(people: People) -> None:
    assert not people.sign_in(without_signature(GOOD))


def test_a_token_of_another_key_or_algorithm_is_refused(people: People) -> None:
    assert not people.sign_in(jwt.encode(GOOD, "k" * 64, algorithm="HS256"))
    assert not people.sign_in(jwt.encode(GOOD, key(people), algorithm="HS512"))
    assert not people.sign_in(jwt.encode(GOOD, people.settings.secret.ljust(64, "!"), algorithm="HS256"))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "{}", "\0", "é.é.é"])
def test_what_is_no_token_is_refused(people: People, token: str) -> None:
    assert not people.sign_in(token)


def test_a_changed_token_is_refused(people: People) -> None:
    head, _, signature = people.identity.site_token(AMARA.customer_id, NOW).split(".")
    claims = base64.urlsafe_b64encode(json.dumps({**GOOD, "sub": BRUNO.customer_id}).encode()).rstrip(b"=").decode()
    assert not people.sign_in(f"{head}.{claims}.{signature}")


def test_a_refused_token_leaves_a_verification_as_it_was(people: People) -> None:
    people.sign_in(people.identity.site_token(AMARA.customer_id, NOW))
    people.sign_in("forged")
    assert people.customer() == AMARA.customer_id


def test_the_agreed_key_is_used_where_one_is_set(people: People, tmp_path: Path) -> None:
    agreed = "agreed with the host site in 32 characters"
    settings = read_settings({"REFUNDS_VAR": str(tmp_path), "REFUNDS_IDENTITY_KEY": agreed})
    assert site_keys(settings) == (agreed,)


def test_while_a_site_changes_its_key_tokens_of_the_old_and_the_new_one_are_good(
    people: People, tmp_path: Path
) -> None:
    old, new = "the old key agreed with the host site", "the new key agreed with the host site"
    both = {"REFUNDS_VAR": str(tmp_path), "REFUNDS_IDENTITY_KEY": f"{new}, {old}"}
    people.identity = identity_with(people, read_settings(both))
    assert people.sign_in(jwt.encode(GOOD, old, algorithm="HS256"))
    assert people.sign_in(jwt.encode(GOOD, new, algorithm="HS256"))
    assert not people.sign_in(jwt.encode(GOOD, "a key that was never agreed on with us", algorithm="HS256"))
    people.identity = identity_with(people, read_settings({**both, "REFUNDS_IDENTITY_KEY": new}))
    assert not people.sign_in(jwt.encode(GOOD, old, algorithm="HS256"))


def test_a_sites_clock_may_be_a_minute_off(people: People) -> None:
    ends = {**GOOD, "exp": int(NOW.timestamp())}
    begins = {**GOOD, "nbf": int(NOW.timestamp())}

    def seconds(number: int) -> datetime:
        return NOW + timedelta(seconds=number)

    assert people.sign_in(jwt.encode(ends, key(people), algorithm="HS256"), now=seconds(59))
    assert not people.sign_in(jwt.encode(ends, key(people), algorithm="HS256"), now=seconds(60))
    assert people.sign_in(jwt.encode(begins, key(people), algorithm="HS256"), now=seconds(-60))
    assert not people.sign_in(jwt.encode(begins, key(people), algorithm="HS256"), now=seconds(-61))


def test_production_without_an_agreed_key_takes_and_makes_no_token(people: People, tmp_path: Path) -> None:
    production = read_settings(
        {
            "REFUNDS_PROFILE": "production",
            "REFUNDS_VAR": str(tmp_path),
            "REFUNDS_BACKOFFICE_URL": "https://backoffice.jjsg.example",
            "REFUNDS_SMTP_URL": "smtps://mail.jjsg.example",
            "REFUNDS_RASA_TOKEN": "r" * 32,
            "REFUNDS_WEBHOOK_SECRET": "w" * 32,
            "REFUNDS_SECRET": people.settings.secret.ljust(32, "!"),
            "REFUNDS_PUBLIC_URL": "https://refunds.jjsg.example",
        }
    )
    token = people.identity.site_token(AMARA.customer_id, NOW)
    people.identity = identity_with(people, production)
    assert not people.sign_in(token)
    with pytest.raises(NotVerified, match="REFUNDS_IDENTITY_KEY"):
        people.identity.site_token(AMARA.customer_id, NOW)
