"""GET /health tells what waits for a person, without calling the process ill for it."""

from __future__ import annotations

from dataclasses import replace

import requests

from refunds.cases.tasks import open_task
from refunds.database import Database
from tests.chat_house import ChatHouse, served
from tests.integration.filing_world import NOW


def test_health_counts_open_tasks_and_dead_letters_and_stays_well(chat_on_file: ChatHouse) -> None:
    with chat_on_file.app.database.transaction() as session:
        open_task(session, "trace", "one", NOW)
        open_task(session, "outbox_dead", "two", NOW)
    with served(chat_on_file.app) as url:
        health = requests.get(f"{url}/health", timeout=10)
    assert health.status_code == 200
    told = health.json()
    assert (told["status"], told["open_tasks"], told["dead_letters"]) == ("ok", 2, 1)


def test_health_without_a_database_counts_nothing(chat_on_file: ChatHouse) -> None:
    nowhere = Database("postgresql://127.0.0.1:1/nothing")
    with served(replace(chat_on_file.app, database=nowhere)) as url:
        health = requests.get(f"{url}/health", timeout=10)
    nowhere.close()
    assert (health.status_code, health.json()["status"]) == (503, "down")
    assert "open_tasks" not in health.json()
