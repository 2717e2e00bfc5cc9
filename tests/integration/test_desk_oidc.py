"""Signing in at the desk through an OpenID provider, and every way in which that must fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pytest_httpserver import HTTPServer

from refunds.desk.audit import Wanted
from refunds.desk.oidc_settings import OidcSettings, read_oidc_settings
from refunds.errors import SettingsError
from tests.chat_house import ChatHouse
from tests.desk_house import DeskHouse, Visitor, desk_house
from tests.oidc_provider import CLIENT, Provider
from web.desk.guard import COOKIE

ANN = {"sub": "1234", "email": "Agent@desk.example", "email_verified": True}


@pytest.fixture
def provider(httpserver: HTTPServer) -> Provider:
    made = Provider(httpserver, dict(ANN))
    made.serve()
    return made


@pytest.fixture
def desk(chat_on_file: ChatHouse, provider: Provider) -> Iterator[DeskHouse]:
    app = chat_on_file.app
    settings = replace(app.settings, oidc=OidcSettings(provider.issuer, *CLIENT))
    with desk_house(replace(app, settings=settings)) as house:
        house.agent()
        yield house


def go_through(visitor: Visitor, provider: Provider, **returned: str) -> httpx.Response:
    """Begin here, sign in there, come back; ``returned`` replaces what the provider sends back."""
    begun = visitor.get("/desk/oidc/begin?next=/desk/account")
    back = {**provider.authorize(begun.headers["location"]), **returned}
    return visitor.get(f"/desk/oidc/done?{urlencode(back)}")


def refused(visitor: Visitor, answer: httpx.Response, status: int = 401) -> bool:
    return answer.status_code == status and COOKIE not in visitor.cookies


def test_an_agent_whom_the_provider_vouches_for_comes_in(desk: DeskHouse, provider: Provider) -> None:
    visitor = desk.visitor()
    answer = go_through(visitor, provider)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/account")
    assert visitor.get("/desk/account").status_code == 200
    assert desk.app.audit.entries(Wanted(act="signed_in"), 1)[0].details == {"how": "identity provider"}


def test_the_sign_in_page_offers_it(desk: DeskHouse) -> None:
    assert "/desk/oidc/begin" in desk.visitor().get("/desk/sign-in").text


def test_a_mail_that_changed_later_does_not_matter(desk: DeskHouse, provider: Provider) -> None:
    go_through(desk.visitor(), provider)
    provider.claims["email"] = "married@desk.example"
    assert go_through(desk.visitor(), provider).status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "99", "email": "stranger@desk.example", "email_verified": True},
        {"sub": "99", "email": "agent@desk.example", "email_verified": False},
        {"sub": "99", "email": "agent@desk.example", "email_verified": "true"},
        {"sub": "99", "email": "agent@desk.example"},
        {"sub": "99"},
    ],
)
def test_an_account_at_the_provider_is_not_enough(desk: DeskHouse, provider: Provider, claims: dict[str, Any]) -> None:
    provider.claims, visitor = claims, desk.visitor()
    answer = go_through(visitor, provider)
    assert refused(visitor, answer)
    assert "Ask an admin to add you" in answer.text


def test_another_subject_with_the_mail_of_an_agent_is_not_that_agent(desk: DeskHouse, provider: Provider) -> None:
    go_through(desk.visitor(), provider)
    provider.claims, visitor = {**ANN, "sub": "5678"}, desk.visitor()
    assert refused(visitor, go_through(visitor, provider))


def test_a_disabled_agent_stays_out(desk: DeskHouse, provider: Provider) -> None:
    desk.app.accounts.disable(desk.app.accounts.find("agent@desk.example").agent.agent_id, desk.now, by="a test")
    visitor = desk.visitor()
    assert refused(visitor, go_through(visitor, provider))


@pytest.mark.parametrize(
    "spoilt",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "somebody-else"},
        {"aud": ["desk", "somebody-else"], "azp": "somebody-else"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_for_us_now_and_this_attempt_is_refused(
    desk: DeskHouse, provider: Provider, spoilt: dict[str, Any]
) -> None:
    def change(token: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in (token | spoilt).items() if value is not None}

    provider.change, visitor = change, desk.visitor()
    assert refused(visitor, go_through(visitor, provider))


def test_a_token_that_another_key_signed_is_refused(desk: DeskHouse, provider: Provider) -> None:
    provider.signing_key, visitor = rsa.generate_private_key(65537, 2048), desk.visitor()
    assert refused(visitor, go_through(visitor, provider))


@pytest.mark.parametrize(("algorithm", "key"), [("HS256", CLIENT[1]), ("none", "")])
def test_a_token_signed_by_a_shared_secret_or_not_at_all_is_refused(
    desk: DeskHouse, provider: Provider, algorithm: str, key: str
) -> None:
    provider.algorithm, provider.signing_key, visitor = algorithm, key, desk.visitor()
    assert refused(visitor, go_through(visitor, provider))


def test_a_state_of_another_attempt_and_an_answer_without_a_code_are_refused(
    desk: DeskHouse, provider: Provider
) -> None:
    for returned in ({"state": "another"}, {"code": ""}, {"code": "made-up"}):
        visitor = desk.visitor()
        assert refused(visitor, go_through(visitor, provider, **returned))


def test_another_browser_than_the_one_that_began_does_not_come_in(desk: DeskHouse, provider: Provider) -> None:
    begun = desk.visitor().get("/desk/oidc/begin")
    back, other = provider.authorize(begun.headers["location"]), desk.visitor()
    assert refused(other, other.get(f"/desk/oidc/done?{urlencode(back)}"))


@pytest.mark.parametrize("metadata", [{"issuer": "https://evil.example"}, {"jwks_uri": "http://127.0.0.1:9/keys"}])
def test_a_provider_that_is_another_or_half_down_lets_nobody_in(
    desk: DeskHouse, provider: Provider, httpserver: HTTPServer, metadata: dict[str, str]
) -> None:
    visitor = desk.visitor()
    back = provider.authorize(visitor.get("/desk/oidc/begin").headers["location"])
    httpserver.clear()
    provider.serve(**metadata)
    assert refused(visitor, visitor.get(f"/desk/oidc/done?{urlencode(back)}"), 503)


def test_a_provider_that_is_down_is_said_so_and_passwords_still_work(desk: DeskHouse, httpserver: HTTPServer) -> None:
    httpserver.clear()
    httpserver.expect_request("/.well-known/openid-configuration").respond_with_data("down", status=502)
    answer = desk.visitor().get("/desk/oidc/begin")
    assert (answer.status_code, "sign in with a password" in answer.text) == (503, True)


def test_half_a_setting_or_an_address_without_tls_stops_the_start() -> None:
    whole = {"REFUNDS_OIDC_ISSUER": "https://id.example", "REFUNDS_OIDC_CLIENT_ID": "a"}
    with pytest.raises(SettingsError, match="REFUNDS_OIDC_CLIENT_SECRET must be set too"):
        read_oidc_settings(whole)
    with pytest.raises(SettingsError, match="https://"):
        read_oidc_settings({**whole, "REFUNDS_OIDC_CLIENT_SECRET": "b", "REFUNDS_OIDC_ISSUER": "http://id.example"})
    assert read_oidc_settings({}) is None
