"""``python -m launcher.training_data``: what is wrong with domain and training data, by our rules and by Rasa's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from launcher.processes import ENGINE_PYTHON
from launcher.rules_check import problems_with_rules
from launcher.sentences_check import problems as problems_with_sentences
from launcher.sentences_check import sentences
from refunds.settings import ROOT

WARNING = re.compile(r"UserWarning: (.*?)(?:\x1b|$)", re.MULTILINE)
# The service says these itself, by name: Rasa sees no rule that does.
SAID_BY_THE_SERVICE = re.compile(r"The utterance '\w+' is not used in any story or rule\.")
WITHOUT_SENTENCES = re.compile(r"The intent '(\w+)' is listed in the domain file, but is not found in the NLU")
CODE = ("actions", "refunds", "rasa_ext")
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}


def main() -> int:
    """Validate; 0 when the rules are sound, Rasa accepts the data and warns of nothing that matters."""
    problems = [*_rules_problems(), *problems_with_sentences(sentences(Path(ROOT, "data", "nlu")))]
    said = subprocess.run(
        [ENGINE_PYTHON, "-W", "ignore::DeprecationWarning", "-m", "rasa", "data", "validate", "--data", "data"],
        cwd=ROOT, env={**os.environ, **QUIET}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    problems += problems_in(said.stdout + said.stderr, _code())
    if said.returncode:
        problems.append(said.stderr[-4000:])
    for problem in problems:
        print(f"training data: {problem}", file=sys.stderr)
    return 1 if problems else 0


def problems_in(output: str, code: str) -> Iterator[str]:
    """The warnings in Rasa's ``output`` that matter.

    An intent without sentences is fine when a button or the service brings it about, so that ``code`` names it.
    """
    for warning in WARNING.findall(output):
        silent = WITHOUT_SENTENCES.match(warning)
        if SAID_BY_THE_SERVICE.match(warning) or (silent and re.search(rf"\b{silent[1]}\b", code)):
            continue
        yield warning


def _rules_problems() -> Iterator[str]:
    files = [str(path.relative_to(ROOT)) for path in sorted(Path(ROOT, "data", "rules").glob("*.yml"))]
    domain, *rules = (yaml.safe_load(Path(ROOT, file).read_text(encoding="utf-8")) for file in ("domain.yml", *files))
    return problems_with_rules(domain, dict(zip(files, rules, strict=True)))


def _code() -> str:
    return "\n".join(path.read_text() for folder in CODE for path in sorted(Path(ROOT, folder).rglob("*.py")))


if __name__ == "__main__":
    sys.exit(main())
