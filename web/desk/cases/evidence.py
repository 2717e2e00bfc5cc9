"""Files that customers sent as evidence: pictures are drawn anew and shown, everything else is only saved."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Response

from refunds.app import App
from refunds.desk.accounts import Agent
from refunds.desk.cases.file import case_file
from refunds.desk.cases.pictures import NotDrawn, drawn_anew
from refunds.desk.permissions import Act
from refunds.errors import NotFound
from web.desk.guard import needs

# Whatever the file is, the browser must run nothing of it.
_HARMLESS = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}

Seer = Annotated[Agent, needs(Act.SEE_CASES)]


class Evidence:
    """The files of a case."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.router = APIRouter()
        self.router.add_api_route("/cases/{case_id}/files/{file_id}", self._save, methods=["GET"])
        self.router.add_api_route("/cases/{case_id}/files/{file_id}/picture", self._picture, methods=["GET"])

    def _save(self, case_id: str, file_id: str, agent: Seer) -> Response:
        """The file itself, to be saved and never opened in the page."""
        name, _, content = self._content(agent, "save_evidence", case_id, file_id)
        saved = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return Response(content, media_type="application/octet-stream", headers=_HARMLESS | saved)

    def _picture(self, case_id: str, file_id: str, agent: Seer) -> Response:
        """A picture, drawn anew as PNG; 404 for what is none."""
        _, kind, content = self._content(agent, "see_evidence", case_id, file_id)
        if not kind.startswith("image/"):
            raise NotFound("this file is no picture")
        try:
            return Response(drawn_anew(content), media_type="image/png", headers=_HARMLESS)
        except NotDrawn as error:
            raise NotFound("this picture cannot be drawn") from error

    def _content(self, agent: Agent, act: str, case_id: str, file_id: str) -> tuple[str, str, bytes]:
        with self._app.database.reading() as session:
            file = case_file(session, case_id)
        found = next((each for each in file.files if each.attachment_id == file_id), None)
        if found is None:
            raise NotFound("there is no such file")
        about = {"case_id": case_id, "customer_id": file.case.customer_id}
        self._app.audit.seen(agent, act, datetime.now(UTC), **about, file=file_id)
        try:
            return found.name, found.kind, (self._app.settings.attachments / found.attachment_id).read_bytes()
        except FileNotFoundError as error:
            raise NotFound("the file's content is not here any more") from error
