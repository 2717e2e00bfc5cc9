"""How quick answers are over REST: drives a running stack with 1 and 8 customers at once.

``python -m benchmarks.answers [URL]``; prints the median, the 95th percentile and answers a second.
"""

from __future__ import annotations

import secrets
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles

import requests

from refunds.settings import read_settings

# A talk that touches understanding, rules, an action and a side question, and needs no customer.
TALK = ("hello", "how long does a paypal refund take?", "my server is down", "what are the rules?", "thanks")
TALKS_EACH = 6
TIMEOUT_SECONDS = 20


class NoAnswer(RuntimeError):
    """The stack took a message and said nothing, so its figures would mean nothing."""


def main() -> None:
    """Warm up with one talk, then measure."""
    url = sys.argv[1] if len(sys.argv) > 1 else read_settings().site_url
    _talk(url)
    for customers in (1, 8):
        print(_measured(url, customers))


def _measured(url: str, customers: int) -> str:
    began = time.perf_counter()
    with ThreadPoolExecutor(customers) as pool:
        talks = [pool.submit(_talk, url) for _ in range(customers * TALKS_EACH)]
        taken = [seconds for talk in talks for seconds in talk.result()]
    rate = len(taken) / (time.perf_counter() - began)
    p50, p95 = median(taken) * 1000, quantiles(taken, n=20)[-1] * 1000
    return f"{customers} at once: p50 {p50:.0f} ms, p95 {p95:.0f} ms, {rate:.0f} answers/s ({len(taken)} answers)"


def _talk(url: str) -> list[float]:
    """Seconds that each answer of one customer's talk took; raises ``NoAnswer`` for a message without one."""
    sender = f"benchmark-{secrets.token_hex(4)}"
    with requests.Session() as session:
        return [_seconds(session, url, sender, text) for text in TALK]


def _seconds(session: requests.Session, url: str, sender: str, text: str) -> float:
    began = time.perf_counter()
    answer = session.post(
        f"{url}/webhooks/rest/webhook", json={"sender": sender, "message": text}, timeout=TIMEOUT_SECONDS
    )
    assert answer.ok, f"{answer.status_code} for {text!r}"
    assert answer.json(), f"no answer to {text!r}"
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
