"""Every route of the desk, by role: the whole matrix, walked over what is really served."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from refunds.desk.permissions import ACTS, Act, Role, may
from tests.desk_house import DeskHouse, Visitor
from web.desk.guard import Gate, Needs

OPEN_TO_ALL = {("GET", "/sign-in"), ("POST", "/sign-in")}
ENDLESS = {"/live"}
"""A stream of events: its refusals are asked for here, its answer is not."""
OWN = {"/away", "/account/password", "/sign-out", "/cases/filters", "/cases/filters/forget", "/people/beat"}
"""What everybody changes: their account, their saved filters, whether they are there."""
LOOKING = {
    *(Act.OWN_ACCOUNT, Act.SEE_CHATS, Act.SEE_CASES, Act.SEE_TASKS, Act.SEE_INSIGHT, Act.SEE_AUDIT, Act.SEE_POLICY),
}


@dataclass(frozen=True)
class Way:
    """One method of one route, and the acts that it asks for."""

    method: str
    path: str
    acts: frozenset[Act]
    is_gated: bool

    @property
    def address(self) -> str:
        """With something in place of each parameter; that nothing of the name is there makes no difference."""
        return "/desk" + re.sub(r"\{[^}]*\}", "none", self.path)


def ways(api: FastAPI) -> Iterator[Way]:
    """All that the desk serves but its static files."""
    for route in iter_route_contexts(pages_of(api).routes):
        if isinstance(route.original_route, APIRoute):
            calls = list(asked(route.dependant))
            acts = frozenset(call.act for call in calls if isinstance(call, Needs))
            for method in sorted(route.methods or ()):
                yield Way(method, str(route.path), acts, any(isinstance(call, Gate) for call in calls))


def pages_of(api: FastAPI) -> FastAPI:
    mounted: Any = next(route for route in api.routes if getattr(route, "path", "") == "/desk")
    pages: FastAPI = mounted.app.app
    return pages


def asked(dependant: Dependant) -> Iterator[Any]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from asked(inner)


def status(visitor: Visitor, way: Way, **form: str) -> int:
    if way.method == "POST":
        return visitor.post(way.address, **form).status_code
    return visitor.get(way.address).status_code


def test_every_route_names_its_act_and_stands_behind_the_gate(desk: DeskHouse) -> None:
    found = list(ways(desk.api))
    assert len(found) > 15
    bare = [(way.method, way.path) for way in found if not (way.acts and way.is_gated)]
    assert set(bare) == OPEN_TO_ALL
    other = [way for way in found if way.method not in ("GET", "POST")]
    assert other == []


def test_nothing_but_routes_and_static_files_is_mounted(desk: DeskHouse) -> None:
    served = [route.original_route for route in iter_route_contexts(pages_of(desk.api).routes)]
    others = [getattr(route, "path", "") for route in served if not isinstance(route, APIRoute)]
    assert others == ["/static"]


def test_without_a_sign_in_every_route_leads_to_the_sign_in_page(desk: DeskHouse) -> None:
    visitor = desk.visitor()
    for way in ways(desk.api):
        if way.is_gated:
            answer = visitor.post(way.address) if way.method == "POST" else visitor.get(way.address)
            assert (answer.status_code, answer.headers["location"][:13]) == (303, "/desk/sign-in"), way
            assert visitor.ask(way.method, way.address, headers={"Accept": "*/*"}).status_code == 401, way


def test_without_the_sessions_token_every_change_is_refused(desk: DeskHouse) -> None:
    admin = desk.signed_in(Role.ADMIN)
    for way in ways(desk.api):
        if way.is_gated and way.method == "POST":
            assert status(admin, way, csrf="") == 403, way
            assert status(admin, way, csrf="0" * 64) == 403, way


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_let_through_to_what_it_may_and_to_nothing_else(desk: DeskHouse, role: Role) -> None:
    visitor = desk.signed_in(role)
    # Signing out and a new password come last: they end the session.
    for way in sorted(ways(desk.api), key=lambda way: way.path in ("/sign-out", "/account/password")):
        if not way.is_gated:
            continue
        if not all(may(role, act) for act in way.acts):
            assert status(visitor, way) == 403, way
        elif way.path not in ENDLESS:
            assert status(visitor, way) not in (401, 403, 500), way


def test_an_auditor_changes_nothing_but_their_own(desk: DeskHouse) -> None:
    assert ACTS[Role.AUDITOR] <= LOOKING
    changing = [way for way in ways(desk.api) if way.method == "POST" and way.is_gated]
    theirs = {way.path for way in changing if all(may(Role.AUDITOR, act) for act in way.acts)}
    assert theirs == OWN


def test_roles_build_on_each_other() -> None:
    assert ACTS[Role.AGENT] < ACTS[Role.LEAD] < ACTS[Role.ADMIN] == set(Act)
    assert Act.MANAGE_AGENTS not in ACTS[Role.LEAD] | ACTS[Role.AUDITOR]
    assert Act.SEE_AUDIT not in ACTS[Role.LEAD]
    assert Act.SEE_INSIGHT not in ACTS[Role.AGENT]
    assert Act.SECOND_APPROVAL not in ACTS[Role.AGENT]
