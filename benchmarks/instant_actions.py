"""An action server that answers every call at once, so that only the engine is measured: a process of its own."""

from __future__ import annotations

import asyncio
import json
import re
import sys

LENGTH = re.compile(rb"content-length: *(\d+)", re.I)


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the calls of one connection, each with one line of text and no change of slots."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            found = LENGTH.search(head)
            call = json.loads(await reader.readexactly(int(found[1]) if found else 0))
            said = {"events": [], "responses": [{"text": f"an answer of {call['next_action']}", "buttons": []}]}
            body = json.dumps(said).encode()
            start = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            writer.write(b"%b%d\r\n\r\n%b" % (start, len(body), body))
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main(port: int) -> None:
    """Serve until ended."""
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
