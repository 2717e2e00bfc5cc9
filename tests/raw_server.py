"""A server that misbehaves below HTTP: each request gets the next of the pieces of bytes that a test wrote down."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress


class RawServer:
    """Answers the first request with the first script, and so on, the last one for ever.

    A script is pieces of bytes sent as they are, ``pause`` seconds apart. After a script the connection is closed,
    unless it is ``kept``.
    """

    def __init__(self, scripts: Sequence[Sequence[bytes]], pause: float, kept: bool) -> None:
        self._scripts = list(scripts)
        self._pause = pause
        self._kept = kept
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.requests: list[bytes] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def run(self) -> None:
        """Serve until ended, a thread a connection."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def end(self) -> None:
        """Stop serving and wake whatever pauses."""
        self._ended.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while request := _read_request(connection):
                for piece in self._next_script(request):
                    connection.sendall(piece)
                    if self._pause and self._ended.wait(self._pause):
                        return
                if not self._kept:
                    return

    def _next_script(self, request: bytes) -> Sequence[bytes]:
        with self._lock:
            self.requests.append(request)
            return self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]


def _read_request(connection: socket.socket) -> bytes:
    """Head and body of one request; empty where the client has gone."""
    request = b""
    while not _is_whole(request):
        piece = connection.recv(65536)
        if not piece:
            return b""
        request += piece
    return request


def _is_whole(request: bytes) -> bool:
    head, ended, body = request.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().splitlines() if line.startswith(b"content-length:")]
    return bool(ended) and len(body) >= int(lengths[0] if lengths else 0)


@contextmanager
def raw_server(*scripts: Sequence[bytes], pause: float = 0, kept: bool = False) -> Iterator[RawServer]:
    """A ``RawServer`` on a free port."""
    server = RawServer(scripts, pause, kept)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.end()
        thread.join(timeout=5)
