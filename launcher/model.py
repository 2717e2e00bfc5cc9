"""The trained model: whether it was made from what stands in the checkout now, and training it."""

from __future__ import annotations

import hashlib
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from launcher.console import LaunchError, say, tail
from launcher.processes import ENGINE_PYTHON
from refunds.settings import ROOT

MODEL = Path("models") / "refund-assistant.tar.gz"
INPUTS = MODEL.with_name("refund-assistant.inputs")
LONGEST_SECONDS = 900
SILENCE_SECONDS = 15
STEP = re.compile(r"Starting to train component '(\w+)'")


def train_if_needed(root: Path, log: Path) -> None:
    """Train when there is no model or what it was trained from has changed since.

    Raises ``LaunchError`` with the end of the log when training fails.
    """
    digest = digest_of_inputs(root)
    if digest == _trained_from(root):
        return
    say("Training the model (about a minute and a half on an idle machine).")
    started = time.monotonic()
    _train(log)
    (root / INPUTS).write_text(digest + "\n")
    say(f"Trained in {time.monotonic() - started:.0f} s.")


def digest_of_inputs(root: Path) -> str:
    """A hash over everything that a model is trained from, names and contents."""
    whole = hashlib.sha256()
    for path in sorted(_inputs(root)):
        whole.update(f"{path.relative_to(root)}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _inputs(root: Path) -> Iterator[Path]:
    yield from (root / "config.yml", root / "domain.yml")
    yield from (path for path in (root / "data").rglob("*") if path.is_file())
    yield from (root / "rasa_ext").rglob("*.py")
    yield from (root / "rasa_ext").rglob("*.onnx")
    yield from (root / "requirements").glob("engine*.txt")


def _trained_from(root: Path) -> str:
    return (root / INPUTS).read_text().strip() if (root / MODEL).exists() and (root / INPUTS).exists() else ""


def _train(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        training = subprocess.Popen(
            [ENGINE_PYTHON, "-m", "rasa_ext", "train"], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _follow(training, log)
        finally:
            training.kill()
            training.wait(timeout=10)
    if training.returncode:
        raise LaunchError(f"Training failed; the end of {log}:\n{tail(log, 30)}")


def _follow(training: subprocess.Popen[bytes], log: Path) -> None:
    """Tell now and then how far it is, until it ends."""
    started = time.monotonic()
    while time.monotonic() - started < LONGEST_SECONDS:
        try:
            training.wait(timeout=SILENCE_SECONDS)
            return
        except subprocess.TimeoutExpired:
            steps = STEP.findall(log.read_text(errors="replace"))
            say(f"  {time.monotonic() - started:3.0f} s  {steps[-1] if steps else 'starting'}")
    raise LaunchError(f"Training took longer than {LONGEST_SECONDS} s; see {log}")
