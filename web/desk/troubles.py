"""What an error becomes: a page for a person, a sentence for htmx, JSON for a program."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from refunds.desk.refusals import AccountRefused, ExampleRefused
from refunds.errors import DatabaseUnavailable, NotFound, TransitionRefused, Unstorable
from web.desk.guard import Forbidden, SignInNeeded
from web.desk.pages import render

SIGN_IN = "/desk/sign-in"
_KNOWN: dict[type[Exception], tuple[int, str, str]] = {
    Forbidden: (403, "Not allowed", ""),
    NotFound: (404, "Not found", "There is nothing here. It may have been moved, or the address has a slip in it."),
    TransitionRefused: (409, "Somebody was faster", ""),
    AccountRefused: (422, "That does not do", ""),
    ExampleRefused: (422, "That does not do", ""),
    RequestValidationError: (422, "That does not do", "Something in the form is missing or cannot be read."),
    Unstorable: (422, "That does not do", "A character in it cannot be kept, or it is too long. Nothing was changed."),
    DatabaseUnavailable: (503, "Not now", "The database does not answer. Nothing was changed; please try again soon."),
}


def answer_errors(desk: FastAPI) -> None:
    """Have ``desk`` answer what its pages raise."""
    desk.add_exception_handler(SignInNeeded, _to_sign_in)
    desk.add_exception_handler(HTTPException, _answered)
    for known in _KNOWN:
        desk.add_exception_handler(known, _answered)


async def _to_sign_in(request: Request, _: Exception) -> Response:
    """People are led to sign in and back; htmx is told where; programs get 401."""
    if request.headers.get("HX-Request"):
        there = urlsplit(request.headers.get("HX-Current-URL", "")).path
        return PlainTextResponse("Please sign in.", 401, headers={"HX-Redirect": _with_next(there)})
    if "text/html" not in request.headers.get("Accept", ""):
        return JSONResponse({"detail": "Please sign in."}, 401)
    asked = f"{request.url.path}?{request.url.query}".removesuffix("?") if request.method == "GET" else ""
    return RedirectResponse(_with_next(asked), 303)


def _with_next(path: str) -> str:
    return f"{SIGN_IN}?next={quote(path, safe='')}" if path and path not in ("/desk/", SIGN_IN) else SIGN_IN


async def _answered(request: Request, error: Exception) -> Response:
    status, title, sentence = _told(error)
    if request.headers.get("HX-Request"):
        return PlainTextResponse(sentence, status)
    if "text/html" not in request.headers.get("Accept", ""):
        return JSONResponse({"detail": sentence}, status)
    return render(request, "error.html", status, title=title, sentence=sentence)


def _told(error: Exception) -> tuple[int, str, str]:
    """Status, title and sentence; an error without a sentence of its own here was raised with one to be read."""
    if isinstance(error, HTTPException):
        if error.status_code == 404:
            return _KNOWN[NotFound]
        return error.status_code, HTTPStatus(error.status_code).phrase, str(error.detail)
    status, title, sentence = next(told for kind, told in _KNOWN.items() if isinstance(error, kind))
    return status, title, sentence or str(error)
