"""The committed build of the chat widget: that it is current is told without Node, and how it is served."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from launcher import widget
from web.widget import WidgetScript


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A widget of one source file with a build that is current."""
    sources, served = tmp_path / "widget", tmp_path / "web"
    (sources / "src").mkdir(parents=True)
    served.mkdir()
    (sources / "src" / "main.ts").write_text("start()", encoding="utf-8")
    (served / widget.SCRIPT).write_text("start()", encoding="utf-8")
    monkeypatch.setattr(widget, "SOURCES", sources)
    monkeypatch.setattr(widget, "SERVED", served)
    _record(served)
    return tmp_path


def _record(served: Path) -> None:
    record = {"sources": widget.digest_of_sources(), "script": widget.digest([(served / widget.SCRIPT).read_bytes()])}
    (served / widget.RECORD).write_text(json.dumps(record), encoding="utf-8")


def test_a_build_of_the_present_sources_is_current(house: Path) -> None:
    assert widget.problems_with_build() == []


@pytest.mark.parametrize("change", ["new text", "new file", "new name", "new lock"])
def test_a_build_that_is_older_than_its_sources_is_told(house: Path, change: str) -> None:
    main = house / "widget" / "src" / "main.ts"
    match change:
        case "new text":
            main.write_text("stop()", encoding="utf-8")
        case "new file":
            (house / "widget" / "src" / "deep").mkdir()
            (house / "widget" / "src" / "deep" / "more.css").write_text("", encoding="utf-8")
        case "new name":
            main.rename(main.with_name("start.ts"))
        case _:
            (house / "widget" / "package-lock.json").write_text("{}", encoding="utf-8")
    assert "older than widget/" in widget.problems_with_build()[0]


def test_a_build_that_was_changed_by_hand_is_told(house: Path) -> None:
    (house / "web" / widget.SCRIPT).write_text("stop()", encoding="utf-8")
    assert "changed by hand" in widget.problems_with_build()[0]


def test_a_build_that_grew_too_large_for_a_page_is_told(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(widget, "MOST_GZIPPED", 10)
    assert "bytes gzipped" in widget.problems_with_build()[0]


def _get(path: str, **headers: str) -> httpx.Response:
    api = FastAPI()
    api.include_router(WidgetScript().router)

    async def fetch() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://web") as client:
            return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return asyncio.run(fetch())


def test_the_script_is_served_compressed_to_any_origin_and_asked_for_anew() -> None:
    answer = _get("/widget.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(gzip.compress(answer.content)) < widget.MOST_GZIPPED
    again = _get("/widget.js", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_a_client_without_compression_gets_the_same_script() -> None:
    plain = _get("/widget.js", Accept_Encoding="identity")
    assert "Content-Encoding" not in plain.headers
    assert plain.content == _get("/widget.js").content


def test_the_libraries_licences_are_handed_out() -> None:
    licences = _get("/widget-licences.txt").text
    for name in ("preact", "socket.io-client", "engine.io-client"):
        assert f"== {name}\n" in licences
