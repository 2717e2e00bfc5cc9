"""Connections to the engine: used again while they are good, and never after an answer that was not whole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from refunds.chat.engine.connections import EngineConnections
from refunds.errors import EngineUnavailable
from tests.raw_server import raw_server

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"


def asked(url: str, times: int = 1) -> list[tuple[int, bytes]]:
    async def ask() -> list[tuple[int, bytes]]:
        connections = EngineConnections(url, "token")
        try:
            return [await connections.post("/path", b"[]") for _ in range(times)]
        finally:
            await connections.close()

    return asyncio.run(ask())


def test_an_answer_in_pieces_is_put_together() -> None:
    with raw_server([WHOLE[:10], WHOLE[10:40], WHOLE[40:-1], WHOLE[-1:]], pause=0.01, kept=True) as server:
        assert asked(server.url) == [(200, b"{}")]
    assert server.requests[0].startswith(b"POST /path HTTP/1.1\r\n")
    assert b"Authorization: Bearer token\r\n" in server.requests[0]
    assert server.requests[0].endswith(b"\r\n\r\n[]")


def test_a_connection_is_used_again() -> None:
    with raw_server([WHOLE], kept=True) as server:
        assert asked(server.url, 3) == [(200, b"{}")] * 3


def test_a_connection_that_the_engine_closed_is_not_used_again() -> None:
    with raw_server([WHOLE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")]) as server:
        assert asked(server.url, 3) == [(200, b"{}")] * 3


@pytest.mark.parametrize(
    "script",
    [
        [b""],
        [WHOLE[:20]],
        [WHOLE[:-1]],
        [b"HTTP/1.1 200 OK\r\n\r\n{}"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: much\r\n\r\n{}"],
        [b"SMTP ready\r\n\r\n"],
        [b"x" * 100_000],
    ],
    ids=str,
)
def test_what_is_no_whole_answer_is_refused_and_the_next_one_is_read_on_a_new_connection(
    script: Sequence[bytes],
) -> None:
    async def ask(url: str) -> tuple[int, bytes]:
        connections = EngineConnections(url, "token")
        with pytest.raises(EngineUnavailable):
            await connections.post("/path", b"[]")
        answer = await connections.post("/path", b"[]")
        await connections.close()
        return answer

    with raw_server(script, [WHOLE]) as server:
        assert asyncio.run(ask(server.url)) == (200, b"{}")
