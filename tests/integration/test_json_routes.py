"""Schemathesis reads what routes say they take, and sends them that, and what they don't.

The seed stands, so that what fails once fails again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
import requests
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
)

from refunds.desk.permissions import Role
from tests.chat_house import ChatHouse, served
from tests.desk_house import desk_house, token_of
from tests.fake_engine import needs_person
from tests.integration.test_desk_permissions import pages_of
from web.desk.guard import COOKIE

Operation = APIOperation[Any, Any, Any, Any]
SITE_JSON = {
    *("/chat/open", "/demo/identity", "/health", "/notices/keep", "/notices/open", "/notices/rate"),
    *("/webhooks/backoffice", "/webhooks/rest/webhook"),
}
DESK_JSON = {f"/chats/{{conversation_id}}/{act}" for act in ("say", "typing", "files")}
NOT_HERE = ("/live", "/sign-out", "/account/password", "/agents/")
"""Endless, or the end of the session that asks; the last decides who may sign in."""
LETTING_GO = ("/close", "/hand-back", "/release", "/assign")
"""Asked last: after them the chat is in other hands."""
OF_THE_CHAT = "/chats/{conversation_id}"


@dataclass(frozen=True)
class Served:
    """The web process at ``url``, and an admin who has ``chat`` in hand and asks it with ``headers``."""

    url: str
    api: FastAPI
    chat: str
    headers: dict[str, str]

    def ask_the_desk(self, case: Case[Any]) -> Response:
        """What the desk answers a program; no redirect is followed."""
        if OF_THE_CHAT in case.operation.path:
            case.path_parameters["conversation_id"] = self.chat
        return case.call(base_url=f"{self.url}/desk", headers=self.headers, allow_redirects=False)


@pytest.fixture
def house(chat: ChatHouse) -> Iterator[Served]:
    chat.engine.answer = lambda _: needs_person("a person comes")
    conversation_id = chat.say("I want a person").conversation_id
    chat.turn(conversation_id)
    with desk_house(chat.app) as desk, served(desk.app) as url:
        admin = desk.agent(Role.ADMIN, "Ada")
        desk.app.chat_holding.take(admin, conversation_id, desk.now)
        key = desk.app.desk_sessions.begin(admin, desk.now, how="a test")
        headers = {"Cookie": f"{COOKIE}={key}", "X-CSRF-Token": token_of(desk.app, key), "Accept": "application/json"}
        yield Served(url, desk.api, conversation_id, headers)


def test_the_sites_json_routes_take_what_they_say_and_refuse_all_else_in_json(house: Served) -> None:
    found = operations(house.api)
    assert {each.path for each in found} == SITE_JSON
    for case in (case for each in found for case in cases(each, 3)):
        answer = case.call(base_url=house.url)
        case.validate_response(
            answer,
            checks=[
                not_a_server_error,
                content_type_conformance,
                response_schema_conformance,
                negative_data_rejection,
            ],
        )


def test_the_desks_json_routes_refuse_with_a_sentence_in_json(house: Served) -> None:
    found = [each for each in operations(pages_of(house.api)) if each.path in DESK_JSON]
    assert len(found) == len(DESK_JSON)
    said = set()
    for case in (case for each in found for case in cases(each, 12)):
        answer = house.ask_the_desk(case)
        case.validate_response(answer, checks=[not_a_server_error])
        said.add((case.operation.path.rpartition("/")[2], answer.status_code))
        if answer.status_code >= 400:
            told = answer.json()
            assert told.get("detail") or told.get("why"), case.as_curl_command()
    assert {("say", 409), ("say", 422), ("files", 200), ("files", 422), ("typing", 204)} <= said


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_whatever_is_sent_no_route_of_the_desk_breaks(house: Served) -> None:
    found = [each for each in operations(pages_of(house.api)) if not each.path.startswith(NOT_HERE)]
    for operation in sorted(found, key=lambda each: each.path.endswith(LETTING_GO)):
        for case in cases(operation, 20):
            case.validate_response(house.ask_the_desk(case), checks=[not_a_server_error])


def test_a_character_that_no_column_takes_is_looked_for_in_vain_or_refused_with_a_sentence(house: Served) -> None:
    for path in ("/chats?view=all&q=%00", "/cases?text=%00", "/audit?who=%00", "/audit.csv?act=a%00"):
        answer = requests.get(f"{house.url}/desk{path}", headers=house.headers, timeout=10)
        assert answer.status_code in (200, 422), path
    for path in (f"/chats/{house.chat}/note", f"/chats/{house.chat}/say"):
        form = {"text": "a \0 b", "sent_key": "a key \0 of mine"}
        answer = requests.post(
            f"{house.url}/desk{path}", form, headers=house.headers, timeout=10, allow_redirects=False
        )
        assert answer.status_code in (200, 303) or "cannot be kept" in answer.json()["detail"]


def operations(api: FastAPI) -> list[Operation]:
    read = schemathesis.openapi.from_dict(api.openapi()).get_all_operations()
    return [each.ok() for each in read if isinstance(each, Ok)]


def cases(operation: Operation, examples: int) -> Iterator[Case[Any]]:
    """So many requests as the route wants them, and so many that it doesn't."""
    for mode in GenerationMode:
        yield from _made(operation, mode, examples)


def _made(operation: Operation, mode: GenerationMode, examples: int) -> list[Case[Any]]:
    made: list[Case[Any]] = []

    @seed(14)
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def make(case: Case[Any]) -> None:
        made.append(case)

    with suppress(Unsatisfiable):  # of a route that takes nothing, nothing wrong can be asked
        make()
    return made
