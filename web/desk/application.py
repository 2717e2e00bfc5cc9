"""The rooms of the desk put together behind one gate."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from refunds.app import App
from refunds.chat.turns import Turns
from web.alarms import Alarms
from web.desk import cases, chats, insight, people
from web.desk.admin import AgentPages, AuditPages
from web.desk.alarms import AlarmsPart
from web.desk.guard import Gate, only_from_here
from web.desk.headers import SecureAnswers
from web.desk.live import Live
from web.desk.oidc import OidcSigningIn
from web.desk.own_account import OwnAccount
from web.desk.policy import PolicyPages
from web.desk.signing_in import SigningIn
from web.desk.troubles import answer_errors

_STATIC = Path(__file__).parent / "static"


def desk(app: App, turns: Turns, alarms: Alarms) -> SecureAnswers:
    """The application to mount under ``/desk``; ``turns`` and ``alarms`` are those of this process."""
    made = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(only_from_here)])
    made.state.settings = app.settings
    made.mount("/static", StaticFiles(directory=_STATIC))
    for public in _open_to_all(app):
        made.include_router(public)
    gate = Gate(app.desk_sessions, app.settings)
    rooms = _rooms(app, turns, alarms)
    for room in rooms:
        made.include_router(room, dependencies=[Depends(gate)])
    made.state.paths = frozenset(getattr(route, "path", "") for room in rooms for route in room.routes)
    answer_errors(made)
    return SecureAnswers(made)


def _open_to_all(app: App) -> list[APIRouter]:
    """What needs no sign-in, because it is the way to it."""
    provider = app.settings.oidc
    by_provider = [OidcSigningIn(app, provider).public] if provider else []
    return [SigningIn(app, has_provider=provider is not None).public, *by_provider]


def _rooms(app: App, turns: Turns, alarms: Alarms) -> list[APIRouter]:
    return [
        OwnAccount(app).router,
        Live(app.database, turns).router,
        AlarmsPart(alarms).router,
        *chats.rooms(app, turns),
        *cases.rooms(app),
        *people.rooms(app),
        *insight.rooms(app),
        PolicyPages(app).router,
        AgentPages(app).router,
        AuditPages(app).router,
    ]
