"""A real HTTP server that speaks the engine's contract and answers as a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Question = dict[str, Any]
Answer = dict[str, Any] | int | bytes
TOKEN = "a token for tests that is long enough"


def says(*replies: str | dict[str, Any], state: dict[str, Any] | None = None, failed: str | None = None) -> Answer:
    """An answer with these replies; a dict is a whole reply."""
    whole = [{"text": reply} if isinstance(reply, str) else reply for reply in replies]
    return {
        "replies": whole,
        "state": state or {"slots": {}, "active_loop": None},
        "reading": {"intent": "inform", "confidence": 1.0, "entities": [], "ranking": []},
        "failed": failed,
    }


def echo(question: Question) -> Answer:
    """Repeat what was said, and count in the state how often the engine was asked."""
    asked = (question["state"] or {"slots": {}})["slots"].get("asked", 0) + 1
    said = question.get("payload") or question["text"]
    return says(f"{asked}: {said}", state={"slots": {"asked": asked}, "active_loop": None})


def needs_person(text: str, reason: str = "customer_asked") -> Answer:
    """An answer by which an action asks for a person."""
    ask = {"owner": "waiting", "reason": reason, "summary": {"order": "ORD-1"}}
    return says(text, {"custom": {"ask": ask}})


def hang_until(let_go: threading.Event, answer: Callable[[Question], Answer] = echo) -> Callable[[Question], Answer]:
    """Answers that come only when the test lets go."""

    def late(question: Question) -> Answer:
        let_go.wait(20)
        return answer(question)

    return late


class FakeEngine:
    """``answer`` makes an answer (a status or raw bytes for a broken one); ``questions`` holds what was asked."""

    def __init__(self, port: int = 0) -> None:
        self.answer: Callable[[Question], Answer] = echo
        self.questions: list[Question] = []
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def said(self) -> list[str]:
        """What the engine was told, in the order it was asked."""
        return [question.get("payload") or question["text"] for question in self.questions]

    def stop(self) -> None:
        """Answer nobody any more: connections are refused from now on."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256


def _handler(engine: FakeEngine) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            question = json.loads(self.rfile.read(length))
            if self.headers["Authorization"] != f"Bearer {TOKEN}" or self.path != "/webhooks/turn/webhook":
                self._send(401, b"")
                return
            engine.questions.append(question)
            answer = engine.answer(question)
            if isinstance(answer, int):
                self._send(answer, b"")
            else:
                self._send(200, answer if isinstance(answer, bytes) else json.dumps(answer).encode())

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def fake_engine(port: int = 0) -> Iterator[FakeEngine]:
    """A fake engine, stopped at the end."""
    engine = FakeEngine(port)
    try:
        yield engine
    finally:
        engine.stop()
