"""Stock Rasa beside ours: its own default pipeline and policies (DIET, TED) on our sentences and rules.

It is trained once, with two epochs, into a folder that is kept: more epochs cost training time and change the numbers
in the networks, not how many there are, so serving is as quick. TED learns from stories alone, so each rule without a
condition stands there as a story too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import yaml

from benchmarks.measure import Connection
from tests.stack import ENGINE_PYTHON, ROOT, free_ports, wait_for

EPOCHS = 2
ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
}
CONFIG: dict[str, Any] = {
    "recipe": "default.v1",
    "assistant_id": "stock",
    "language": "en",
    "pipeline": [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": EPOCHS, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": EPOCHS, "constrain_similarities": True},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ],
    "policies": [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": EPOCHS},
        {"name": "TEDPolicy", "max_history": 5, "epochs": EPOCHS, "constrain_similarities": True},
    ],
}


@dataclass(frozen=True, slots=True)
class Stock:
    """A running stock Rasa. ``ready_seconds`` is from its start to its first answer."""

    port: int
    pid: int
    ready_seconds: float

    def say(self, connection: Connection, sender: str, text: str) -> None:
        """One message over its own REST channel; raises ``RuntimeError`` where nothing is answered."""
        answer = connection.post("/webhooks/rest/webhook", {"sender": sender, "message": text})
        if not answer:
            raise RuntimeError(f"stock Rasa said nothing to {text!r}")


def trained_stock(folder: Path) -> dict[str, Any]:
    """Train it into ``folder`` unless it is there; gives ``seconds`` and ``epochs`` of the training that was done."""
    record = folder / "training.json"
    if not record.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copytree(ROOT / "data", folder / "data")
        (folder / "data" / "stories.yml").write_text(yaml.safe_dump({"version": "3.1", "stories": _stories()}))
        (folder / "config.yml").write_text(yaml.safe_dump(CONFIG))
        shutil.copy(ROOT / "domain.yml", folder)
        started = time.monotonic()
        with (folder / "train.log").open("wb") as log:
            command = [str(ENGINE_PYTHON), "-m", "rasa", "train", "--fixed-model-name", "stock"]
            subprocess.run(command, cwd=folder, env=_environ(), stdout=log, stderr=log, check=True, timeout=3600)
        record.write_text(json.dumps({"seconds": round(time.monotonic() - started), "epochs": EPOCHS}))
    read: dict[str, Any] = json.loads(record.read_text())
    return read


def _stories() -> list[dict[str, Any]]:
    rules = [
        rule for file in (ROOT / "data" / "rules").glob("*.yml") for rule in yaml.safe_load(file.read_text())["rules"]
    ]
    return [{"story": rule["rule"], "steps": rule["steps"]} for rule in rules if "condition" not in rule]


@contextmanager
def running_stock(folder: Path, actions_port: int) -> Iterator[Stock]:
    """Serve what was trained, its actions at ``actions_port``, until the block ends."""
    (port,) = free_ports(1)
    (folder / "endpoints.yml").write_text(
        yaml.safe_dump({"action_endpoint": {"url": f"http://127.0.0.1:{actions_port}/webhook"}})
    )
    (folder / "credentials.yml").write_text("rest:\n")
    started = time.monotonic()
    with (folder / "run.log").open("wb") as log:
        command = [str(ENGINE_PYTHON), "-m", "rasa", "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port)]
        process = subprocess.Popen(command, cwd=folder, env=_environ(), stdout=log, stderr=log)
    try:
        wait_for("stock Rasa", lambda: _answers(port) or process.poll() is not None, seconds=300)
        yield Stock(port, process.pid, time.monotonic() - started)
    finally:
        process.terminate()
        process.wait(20)


def _environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("REFUNDS_")} | ENVIRONMENT


def _answers(port: int) -> bool:
    try:
        answer = requests.post(f"http://127.0.0.1:{port}/model/parse", json={"text": "hello"}, timeout=10)
        return answer.ok and answer.json()["intent"]["name"] is not None
    except (requests.RequestException, KeyError, ValueError):
        return False
