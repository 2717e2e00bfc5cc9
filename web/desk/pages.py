"""How pages of the desk are made: the layout with its places, and values that every template knows.

Templates are looked for in ``web/desk/templates`` and in the folder ``templates`` of each room beside it.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from refunds.desk.accounts import Agent
from refunds.desk.permissions import Act, may

_HERE = Path(__file__).parent
_FOLDERS = [_HERE / "templates", *sorted(_HERE.glob("*/templates"))]


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere the navigation leads to, for those who may."""

    title: str
    path: str
    act: Act


PLACES = (
    Place("Chats", "/desk/chats", Act.SEE_CHATS),
    Place("Cases", "/desk/cases", Act.SEE_CASES),
    Place("Phone and mail", "/desk/people", Act.OPEN_FOR_CUSTOMER),
    Place("Tasks", "/desk/tasks", Act.SEE_TASKS),
    Place("Insight", "/desk/insight", Act.SEE_INSIGHT),
    Place("Policy", "/desk/policy", Act.SEE_POLICY),
    Place("Audit", "/desk/audit", Act.SEE_AUDIT),
    Place("Agents", "/desk/agents", Act.MANAGE_AGENTS),
)


_ZONE: ContextVar[ZoneInfo] = ContextVar("desk_zone")
"""Of the page being made: macros see nothing else of it."""


def _desk_time(at: datetime) -> str:
    """A moment as the desk's clock shows it: 3 Nov 2026, 14:05."""
    return format_datetime(at, "d MMM y, HH:mm", tzinfo=_ZONE.get(), locale="en_GB")


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDERS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["desk_time"] = _desk_time
    return made


_TEMPLATES = _environment()


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page ``template``. It knows ``agent`` (None before signing in), ``csrf``, ``may(Act)``, ``Act``, ``nav``,
    ``here``, and the filter ``desk_time``; ``said`` and ``refused`` are sentences shown on top.
    """
    _ZONE.set(request.app.state.settings.desk_hours.zone)
    return HTMLResponse(_TEMPLATES.get_template(template).render(_known(request) | values), status)


def places_of(request: Request, agent: Agent) -> list[Place]:
    """Where ``agent`` may go, of what this installation has."""
    there: frozenset[str] = request.app.state.paths
    return [place for place in PLACES if place.path.removeprefix("/desk") in there and may(agent.role, place.act)]


def _known(request: Request) -> dict[str, Any]:
    agent: Agent | None = getattr(request.state, "agent", None)
    path = request.url.path
    return {
        "agent": agent,
        "csrf": getattr(request.state, "csrf", ""),
        "Act": Act,
        "may": lambda act: agent is not None and may(agent.role, act),
        "nav": [_shown(place, path) for place in places_of(request, agent)] if agent else [],
        "here": path,
        "said": "",
        "refused": "",
    }


def _shown(place: Place, path: str) -> dict[str, Any]:
    is_here = path == place.path or path.startswith(f"{place.path}/")
    return {"title": place.title, "path": place.path, "is_here": is_here}
