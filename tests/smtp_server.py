"""A mail server for tests: takes mails over a real socket, and can refuse."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Post:
    """What the server was told, and how it answers: ``answers`` holds a command's answer where it is not 250."""

    answers: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    port: int = 0


class _Talk(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        post = self.server.post
        self._answer(post.answers.get("CONNECT", "220 test"))
        for line in self.rfile:
            command = line.decode().strip()
            post.commands.append(command)
            self._obey(command.split(" ", maxsplit=1)[0].upper().split(":")[0], post)
            if command.upper() == "QUIT":
                return

    def _obey(self, verb: str, post: Post) -> None:
        if verb in post.answers:
            self._answer(post.answers[verb])
        elif verb == "DATA":
            self._answer("354 go on")
            post.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self._answer("250 taken")
        else:
            self._answer({"QUIT": "221 bye"}.get(verb, "250 ok"))

    def _answer(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, post: Post) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.post = post


@contextmanager
def smtp_server(**answers: str) -> Iterator[Post]:
    """A mail server on a free port; ``RCPT="550 no"`` refuses every receiver, and so on."""
    post = Post(answers)
    with _Server(post) as server:
        post.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield post
        server.shutdown()
        thread.join(timeout=5)
