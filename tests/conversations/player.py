"""Plays a conversation script against the real processes and judges it by what is in the database afterwards.

A script is YAML (scripts/*.yml), a list of moves and the end state:

* ``say``: words; ``press``: the title, or the start of it, of a button among the latest answers;
* ``sign_in``: an address: gives it when asked, reads the code from the mail, sends it;
* ``code``: ``right``, ``wrong``, or the code for another address;
* ``refunds``: a command of a colleague, such as ``case approve {case} --as ann``; ``{case}`` is the newest case,
  ``{case of ORD-48213}`` that of an order; ``until``: waits until such a case holds what is written
  (``order_id`` chooses it, ``payout`` are fields of its newest payout);
* ``mail``: waits until a mail to the address ``to`` holds the texts ``holds``; ``due``: has the worker do at once what
  it would do later, by the kind of outbox row;
* ``become``: somebody else, in a chat of their own; ``away``: hours pass, all that was said so far is so much older;
* ``stop`` / ``start``: a process; ``keep_asking``: says it again every second or so until ``hears`` is heard;
* after each move ``hears``: texts that the answers must hold, ``not``: texts they must not hold (case is ignored),
  ``offers``: starts of button titles. ``{-4d}`` in any text becomes that day, written like
  "20 November 2026", ``{-4d_short}`` like "Fri 20 Nov 2026".
* ``end``: ``cases``, ``assessments`` (rows with the fields that matter), ``owner``, ``reason``, ``tasks`` (kinds of
  what a colleague has to do).
"""

from __future__ import annotations

import re
import shlex
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import update

from refunds.database import Database
from refunds.settings import read_settings
from refunds.tables import OutboxRow
from tests.stack import Stack, wait_for

SCRIPTS = Path(__file__).parent / "scripts"
_DAY = re.compile(r"\{([+-]\d+)d(_short)?\}")
_CASE = re.compile(r"\{case(?: of (ORD-\d+))?\}")
# Moves that the customer doesn't make: nobody answers them.
_UNANSWERED = {"stop", "start", "refunds", "until", "become", "away", "mail", "due"}

# Of a case or an assessment: what is the same whenever the same was said.
_LASTING = ("order_id", "state", "outcome", "clauses", "amount", "currency", "payment_method", "channel")


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
    """One customer of one script; ``patience`` is how many seconds it waits for what others do."""

    stack: Stack
    sender: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    patience: float = 30
    _awaited: str = ""

    def play(self, script: dict[str, Any]) -> None:
        """Make every move; raises ``AssertionError`` where the answers or the end state are not as written."""
        for number, move in enumerate(script["moves"], start=1):
            self._make(move)
            self._judge_answers(move, f"move {number} {move}")
        self._judge_end(script.get("end", {}))

    # Moves ---------------------------------------------------------------------------------

    def _make(self, move: dict[str, Any]) -> None:
        kinds = {"say", "press", "sign_in", "code", "keep_asking", *_UNANSWERED} & set(move)
        assert len(kinds) == 1, f"a move does one thing: {move}"
        kind = kinds.pop()
        self._awaited = with_days(move.get("hears", [""])[0])
        getattr(self, f"_{kind}")(move[kind])

    def _say(self, words: str) -> None:
        self._send(self._with_cases(with_days(words)))

    def _send(self, message: str) -> None:
        self.lines = self.stack.say(self.sender, message)

    def _press(self, title: str) -> None:
        title = with_days(title)
        offered = [button for line in self.lines for button in line.get("buttons") or []]
        chosen = next((button for button in offered if button["title"].startswith(title)), None)
        assert chosen, f"no button {title!r} among {[button['title'] for button in offered]}"
        self._send(chosen["payload"])

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

    def _refunds(self, command: str) -> None:
        self.stack.refunds(*shlex.split(self._with_cases(command)))

    def _mail(self, wanted: dict[str, Any]) -> None:
        texts = [" ".join(with_days(text).split()) for text in wanted["holds"]]

        def is_there() -> bool:
            mails = [" ".join(mail.split()) for mail in self.stack.mails(wanted["to"])]
            return any(all(text in mail for text in texts) for mail in mails)

        wait_for(f"a mail to {wanted['to']} with {texts}", is_there, self.patience, pause=0.2)

    def _due(self, kind: str) -> None:
        database = Database(read_settings(self.stack.environ).database_url)
        with database.transaction() as session:
            session.execute(update(OutboxRow).where(OutboxRow.kind == kind).values(due_at=datetime.now(UTC)))
        database.close()

    def _become(self, who: str) -> None:
        self.sender, self.lines = f"{self.sender}-{who}", []

    def _away(self, hours: int) -> None:
        with closing(sqlite3.connect(self.stack.var / "refunds.sqlite", timeout=10)) as connection, connection:
            connection.execute(
                "UPDATE messages SET received_at = strftime('%Y-%m-%d %H:%M:%f', received_at, ?) || '000'",
                (f"-{hours} hours",),
            )

    def _until(self, wanted: dict[str, Any]) -> None:
        def holds() -> bool:
            case = self._case(wanted.get("order_id"))
            payouts = case["payouts"][-1:] or [{}]
            told = {**case, "payout": {name: payouts[0].get(name) for name in wanted.get("payout", {})}}
            return all(told[name] == value for name, value in wanted.items())

        wait_for(f"a case with {wanted}", holds, self.patience, pause=0.2)

    def _with_cases(self, text: str) -> str:
        return _CASE.sub(lambda found: str(self._case(found[1])["case_id"]), text)

    def _case(self, order_id: str | None) -> dict[str, Any]:
        """The newest case of the script, or that of an order; nobody else files any."""
        rows = self.stack.refunds("case", "list", "--json")
        case: dict[str, Any] = [row for row in rows if order_id in (None, row["order_id"])][-1]
        return case

    def _chat(self) -> dict[str, Any]:
        chats: list[dict[str, Any]] = self.stack.refunds("chat", "list", "--json")
        return next(chat for chat in chats if chat["address"] == self.sender)

    def _keep_asking(self, words: str) -> None:
        def answered() -> bool:
            self._say(words)
            return self._awaited.lower() in self.heard.lower()

        wait_for(f"an answer with {self._awaited!r}", answered, self.patience, pause=1)

    def end(self) -> dict[str, Any]:
        """How it ended, without what differs each time: numbers, moments and what the worker has still to do."""
        chat = self._chat()
        rows = {
            kind: [
                row
                for row in self.stack.refunds(kind, "list", "--json")
                if row["conversation_id"] == chat["conversation_id"]
            ]
            for kind in ("case", "assessment")
        }
        return {
            **{name: chat[name] for name in ("owner", "reason", "customer_id")},
            **{kind: [{name: row.get(name) for name in _LASTING} for row in found] for kind, found in rows.items()},
            "events": [[event["what"] for event in row["events"]] for row in rows["case"]],
        }

    # Judging -------------------------------------------------------------------------------

    @property
    def heard(self) -> str:
        """All texts of the latest answers."""
        return "\n".join(line.get("text") or "" for line in self.lines)

    def _judge_answers(self, move: dict[str, Any], where: str) -> None:
        if not _UNANSWERED & set(move):
            assert self.heard.strip(), f"{where}: no answer"
        for text in move.get("hears", []):
            assert with_days(text).lower() in self.heard.lower(), f"{where}: {text!r} is not in\n{self.heard}"
        for text in move.get("not", []):
            assert with_days(text).lower() not in self.heard.lower(), f"{where}: {text!r} is in\n{self.heard}"
        titles = [button["title"] for line in self.lines for button in line.get("buttons") or []]
        for start in move.get("offers", []):
            assert any(title.startswith(with_days(start)) for title in titles), f"{where}: no {start!r} in {titles}"

    def _judge_end(self, end: dict[str, Any]) -> None:
        chat = self._chat()
        for name in ("owner", "reason", "customer_id"):
            if name in end:
                assert chat[name] == end[name], f"the conversation's {name} is {chat[name]!r}"
        if "tasks" in end:
            wanted = sorted(end["tasks"])
            wait_for(f"the tasks {wanted}", lambda: self._tasks() == wanted, self.patience, pause=0.2)
        conversation = chat["conversation_id"]
        self._judge_rows("case", end.get("cases", []), conversation)
        self._judge_rows("assessment", end.get("assessments", []), conversation)

    def _tasks(self) -> list[str]:
        return sorted(task["kind"] for task in self.stack.refunds("task", "list", "--json"))

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
