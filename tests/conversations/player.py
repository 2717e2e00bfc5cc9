"""Plays a conversation script against the real processes and judges it by what is in the database afterwards.

A script is YAML (scripts/*.yml), a list of moves and the end state:

* ``say``: words; ``press``: the title, or the start of it, of a button among the latest answers;
* ``sign_in``: an address: gives it when asked, reads the code from the mail, sends it;
* ``code``: ``right``, ``wrong``, or the code for another address;
* ``stop`` / ``start``: a process; ``keep_asking``: says it again every second or so until ``hears`` is heard;
* after each move ``hears``: texts that the answers must hold, ``not``: texts they must not hold (case is ignored),
  ``offers``: starts of button titles. ``{-4d}`` in any text becomes that day, written like
  "20 November 2026", ``{-4d_short}`` like "Fri 20 Nov 2026".
* ``end``: ``cases``, ``assessments`` (rows with the fields that matter), ``owner``, ``reason``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.stack import Stack, wait_for

SCRIPTS = Path(__file__).parent / "scripts"
_DAY = re.compile(r"\{([+-]\d+)d(_short)?\}")


def scripts() -> list[tuple[str, dict[str, Any]]]:
    """All scripts: (file:name, script), in the order of the files."""
    found = []
    for file in sorted(SCRIPTS.glob("*.yml")):
        for script in yaml.safe_load(file.read_text(encoding="utf-8")):
            found.append((f"{file.stem}: {script['name']}", script))
    return found


def with_days(text: str) -> str:
    """``{-4d}`` written as that day from now, as a customer does; ``{-4d_short}`` as the assistant does."""

    def written(found: re.Match[str]) -> str:
        day = datetime.now(UTC) + timedelta(days=int(found[1]))
        return f"{day:%a} {day.day} {day:%b %Y}" if found[2] else f"{day.day} {day:%B %Y}"

    return _DAY.sub(written, text)


@dataclass
class Player:
    """One customer of one script."""

    stack: Stack
    sender: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    _awaited: str = ""

    def play(self, script: dict[str, Any]) -> None:
        """Make every move; raises ``AssertionError`` where the answers or the end state are not as written."""
        for number, move in enumerate(script["moves"], start=1):
            self._make(move)
            self._judge_answers(move, f"move {number} {move}")
        self._judge_end(script.get("end", {}))

    # Moves ---------------------------------------------------------------------------------

    def _make(self, move: dict[str, Any]) -> None:
        kinds = {"say", "press", "sign_in", "code", "stop", "start", "keep_asking"} & set(move)
        assert len(kinds) == 1, f"a move does one thing: {move}"
        kind = kinds.pop()
        self._awaited = with_days(move.get("hears", [""])[0])
        getattr(self, f"_{kind}")(move[kind])

    def _say(self, words: str) -> None:
        self.lines = self.stack.say(self.sender, with_days(words))

    def _press(self, title: str) -> None:
        title = with_days(title)
        offered = [button for line in self.lines for button in line.get("buttons") or []]
        chosen = next((button for button in offered if button["title"].startswith(title)), None)
        assert chosen, f"no button {title!r} among {[button['title'] for button in offered]}"
        self.lines = self.stack.say(self.sender, chosen["payload"])

    def _sign_in(self, address: str) -> None:
        before = len(self.stack.mails(address))
        self._say(address)
        wait_for("the mail with the code", lambda: len(self.stack.mails(address)) > before, 10)
        self._say(self.stack.code_for(address))

    def _code(self, which: str) -> None:
        right = self.stack.code_for(which.removeprefix("wrong for ").removeprefix("for "))
        self._say(f"{(int(right) + 1) % 1000000:06}" if which.startswith("wrong") else right)

    def _stop(self, process: str) -> None:
        self.stack.stop(process)

    def _start(self, process: str) -> None:
        self.stack.start(process)

    def _keep_asking(self, words: str) -> None:
        def answered() -> bool:
            self._say(words)
            return self._awaited.lower() in self.heard.lower()

        wait_for(f"an answer with {self._awaited!r}", answered, 30, pause=1)

    # Judging -------------------------------------------------------------------------------

    @property
    def heard(self) -> str:
        """All texts of the latest answers."""
        return "\n".join(line.get("text") or "" for line in self.lines)

    def _judge_answers(self, move: dict[str, Any], where: str) -> None:
        if not {"stop", "start"} & set(move):
            assert self.heard.strip(), f"{where}: no answer"
        for text in move.get("hears", []):
            assert with_days(text).lower() in self.heard.lower(), f"{where}: {text!r} is not in\n{self.heard}"
        for text in move.get("not", []):
            assert with_days(text).lower() not in self.heard.lower(), f"{where}: {text!r} is in\n{self.heard}"
        titles = [button["title"] for line in self.lines for button in line.get("buttons") or []]
        for start in move.get("offers", []):
            assert any(title.startswith(with_days(start)) for title in titles), f"{where}: no {start!r} in {titles}"

    def _judge_end(self, end: dict[str, Any]) -> None:
        chat = next(row for row in self.stack.refunds("chat", "list", "--json") if row["address"] == self.sender)
        for name in ("owner", "reason", "customer_id"):
            if name in end:
                assert chat[name] == end[name], f"the conversation's {name} is {chat[name]!r}"
        conversation = chat["conversation_id"]
        self._judge_rows("case", end.get("cases", []), conversation)
        self._judge_rows("assessment", end.get("assessments", []), conversation)

    def _judge_rows(self, kind: str, wanted: list[dict[str, Any]], conversation: str) -> None:
        rows = [r for r in self.stack.refunds(kind, "list", "--json") if r["conversation_id"] == conversation]
        assert len(rows) == len(wanted), f"{len(rows)} {kind} rows instead of {len(wanted)}: {rows}"
        for want, row in zip(wanted, rows, strict=True):
            for name, value in want.items():
                if name == "clauses":
                    assert row["clauses"][: len(value)] == value, f"clauses {row['clauses']}"
                elif name == "events":
                    assert [event["what"] for event in row["events"]] == value, f"events {row['events']}"
                else:
                    assert row[name] == value, f"{kind} {name} is {row[name]!r} instead of {value!r}"
