"""How quick whole answers are, through web, engine, action server and SQLite: drives a running stack over REST.

``python -m launcher during python -m benchmarks.answers`` prints the times by kind of message, with 1, 8, 32 and 100
customers at once, at 10, 100 and 500 turns of one conversation, and what each process uses for an answer.
"""

from __future__ import annotations

import re
import secrets
import time
from email import message_from_bytes, policy
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measure import (
    Connection,
    Question,
    Times,
    at_once,
    load,
    megabytes,
    one_after_the_other,
    processor_seconds,
)
from launcher.running import SPAWNED
from refunds.settings import Settings, read_settings

# A talk that touches understanding, rules, an action and a side question, and needs no customer. Most of it is in words
# that were never said before, since the engine remembers how it read the same words.
TALK = (
    "hello",
    "how long does a paypal refund take? {word} is my shop",
    "my server {word} is down",
    "what are the rules for {word}?",
    "thanks",
)
CUSTOMERS = {1: 30, 8: 10, 32: 4, 100: 2}
"""How many talks each of so many customers holds."""
GROWTH = (10, 100, 500)
# Amara of sandbox/world.json: her order was down, so that it is decided on records of the back office.
ADDRESS, ORDER = "amara@example.com", "ORD-48213"
KINDS = {
    "greeting": "hello",
    "policy question": "what are the rules for {word}?",
    "arrival": "how long does a paypal refund take? {word} is my shop",
    "status": "where is my refund for {word}?",
    "request, with the back office": f"my server {{word}} in {ORDER} failed three days ago, I want my money back",
}
ROUNDS = 25


class Customer:
    """One customer over REST, each under a name of its own."""

    def __init__(self, settings: Settings) -> None:
        self._connection = Connection(settings.web_port)
        self._mailbox = settings.mailbox
        self._name = f"benchmark-{secrets.token_hex(4)}"

    def say(self, text: str) -> list[dict[str, Any]]:
        """What is answered; raises ``RuntimeError`` where nothing is, for then a figure would mean nothing."""
        body = {"sender": self._name, "message": text}
        answers: list[dict[str, Any]] = self._connection.post("/webhooks/rest/webhook", body)
        if not answers:
            raise RuntimeError(f"no answer to {text!r}")
        return answers

    def question(self, text: str) -> Question:
        """Saying ``text``, to be timed; ``{word}`` in it is a new one."""
        said = text.format(word=f"web-{secrets.token_hex(3)}")
        return lambda: self.say(said)

    def sign_in(self) -> None:
        """Show by a mailed code that this is Amara; raises ``RuntimeError`` when no code comes."""
        before = set(self._mailbox.glob("*.eml"))
        self.question(KINDS["request, with the back office"])()
        self.say(ADDRESS)
        self.say(self._code(before))

    def _code(self, before: set[Path]) -> str:
        for _ in range(100):
            for file in set(self._mailbox.glob("*.eml")) - before:
                body = message_from_bytes(file.read_bytes(), policy=policy.default).get_body(("plain",))
                code = re.search(r"\b\d{6}\b", body.get_content() if body else "")
                if code:
                    return code[0]
            time.sleep(0.05)  # the pause of a poll
        raise RuntimeError("no code was mailed")


def main() -> None:
    """Measure and print."""
    settings = read_settings()
    pids = _pids(settings.var)
    one_after_the_other(_talk(Customer(settings)) * 5)  # warm
    print("By kind of message, one customer:")
    for kind, times in _kinds(Customer(settings)).items():
        print(f"  {kind:30} {times}")
    print("Talks of five messages, so many customers at once, and processor milliseconds of an answer:")
    for customers, talks in CUSTOMERS.items():
        print(f"  {customers:3} customers  {_measured(settings, customers, talks, pids)}")
    print("An answer after so many turns of one conversation, ms: " + _growth(Customer(settings)))
    print("Memory, MB: " + ", ".join(f"{name} {megabytes(pid)}" for name, pid in pids.items()))
    print(load())


def _talk(customer: Customer) -> list[Question]:
    return [customer.question(text) for text in TALK]


def _kinds(customer: Customer) -> dict[str, Times]:
    customer.sign_in()
    return {kind: one_after_the_other([customer.question(text) for _ in range(ROUNDS)]) for kind, text in KINDS.items()}


def _measured(settings: Settings, customers: int, talks: int, pids: dict[str, int]) -> str:
    def used() -> dict[str, float]:
        return {"client": time.process_time(), **{name: processor_seconds(pid) for name, pid in pids.items()}}

    before = used()
    times = at_once([_talk(Customer(settings)) for _ in range(customers * talks)], customers)
    each = {name: (after - before[name]) * 1000 / times.answers for name, after in used().items()}
    shown = ", ".join(f"{name} {milliseconds:.1f}" for name, milliseconds in each.items())
    return f"{times}; {sum(each.values()):.1f} ms ({shown})"


def _growth(customer: Customer) -> str:
    taken = []
    for text in islice(cycle(TALK), max(GROWTH) + 5):
        question = customer.question(text)
        started = time.perf_counter()
        question()
        taken.append((time.perf_counter() - started) * 1000)
    return ", ".join(f"{length}: {median(taken[length - 5 : length + 5]):.1f}" for length in GROWTH)


def _pids(var: Path) -> dict[str, int]:
    """The running processes, as the supervisor's log names them."""
    log = (var / "logs" / "supervisord.log").read_text(errors="replace")
    return {match["name"]: int(match["pid"]) for match in SPAWNED.finditer(log)}


if __name__ == "__main__":
    main()
