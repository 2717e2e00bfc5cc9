"""GET /widget.js: the chat widget's build, for the script tag of any host page. `make widget` makes it."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from fastapi import APIRouter, Request, Response

_HERE = Path(__file__).parent
_HEADERS = {
    # Host pages name no version, so they must come to ask whether it is still the same.
    "Cache-Control": "public, max-age=300",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}


class WidgetScript:
    """The script, read and compressed once."""

    def __init__(self) -> None:
        self._plain = (_HERE / "refund-widget.js").read_bytes()
        self._gzipped = gzip.compress(self._plain, mtime=0)
        self._licences = (_HERE / "LICENCES.txt").read_text(encoding="utf-8")
        self._etag = f'W/"{hashlib.sha256(self._plain).hexdigest()[:32]}"'
        self.router = APIRouter()
        self.router.add_api_route("/widget.js", self.serve, methods=["GET"], include_in_schema=False)
        self.router.add_api_route("/widget-licences.txt", self.licences, methods=["GET"], include_in_schema=False)

    def serve(self, request: Request) -> Response:
        """The script; 304 to who has it already."""
        headers = {**_HEADERS, "ETag": self._etag}
        if request.headers.get("If-None-Match") == self._etag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(self._gzipped, media_type="text/javascript", headers=headers)
        return Response(self._plain, media_type="text/javascript", headers=headers)

    def licences(self) -> Response:
        """The licences of the libraries in the script, which they want to be handed out with it."""
        return Response(self._licences, media_type="text/plain", headers=_HEADERS)
