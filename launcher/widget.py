"""``python -m launcher.widget``: whether the committed build of the chat widget is current; ``... build`` makes it.

A machine without Node can serve the build and check it: beside the script stand the digest of what it was made from
and its own. Where the widget's packages are installed, the check builds it once more and compares.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from refunds.settings import ROOT

SOURCES = ROOT / "widget"
SERVED = ROOT / "web" / "widget"
SCRIPT = "refund-widget.js"
RECORD = "refund-widget.json"
LICENCES = "LICENCES.txt"
MOST_GZIPPED = 50_000


def main(arguments: list[str]) -> int:
    """Check or build; 0 when all is well."""
    if arguments == ["build"]:
        build()
    problems = problems_with_build()
    for problem in problems:
        print(f"widget: {problem}", file=sys.stderr)
    return 1 if problems else 0


def build() -> None:
    """Install the packages that the lock file names, build, and record what it was made from."""
    subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=SOURCES, check=True)
    script = _built()
    (SERVED / SCRIPT).write_bytes(script)
    (SERVED / LICENCES).write_text(_licences(), encoding="utf-8")
    record = {"sources": digest_of_sources(), "script": digest([script])}
    (SERVED / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(SOURCES / "build", ignore_errors=True)


def problems_with_build() -> list[str]:
    """What is wrong with the committed build, in sentences."""
    record = json.loads((SERVED / RECORD).read_text(encoding="utf-8"))
    script = (SERVED / SCRIPT).read_bytes()
    problems = []
    if record["sources"] != digest_of_sources():
        problems.append("the build is older than widget/: run `make widget` and commit web/widget/")
    elif record["script"] != digest([script]):
        problems.append(f"web/widget/{SCRIPT} was changed by hand: change widget/ and run `make widget`")
    elif (SOURCES / "node_modules" / ".bin" / "vite").exists() and _built() != script:
        problems.append(f"building widget/ again does not give web/widget/{SCRIPT}: run `make widget`")
    size = len(gzip.compress(script))
    if size > MOST_GZIPPED:
        problems.append(f"{size} bytes gzipped, more than the {MOST_GZIPPED} that a page should have to load")
    return problems


def digest_of_sources() -> str:
    """One digest of every file that the build depends on, with its name."""
    files = [*SOURCES.glob("*.json"), *SOURCES.glob("*.ts"), *(SOURCES / "src").rglob("*.*")]
    parts = [(file.relative_to(SOURCES).as_posix().encode(), file.read_bytes()) for file in sorted(files)]
    return digest(part for name, content in parts for part in (name, content))


def _built() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "run", "--silent", "build", "--", "--outDir", folder, "--emptyOutDir", "--logLevel", "warn"],
            cwd=SOURCES, check=True,
        )  # fmt: skip
        return (Path(folder) / SCRIPT).read_bytes()


def _licences() -> str:
    """The licences of what the build contains: every package that is not for development alone."""
    packages = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    texts = []
    for place in sorted(place for place, package in packages.items() if place and not package.get("dev")):
        found = sorted((SOURCES / place).glob("LICEN[CS]E*"))
        texts += [f"== {place.removeprefix('node_modules/')}\n\n{file.read_text(encoding='utf-8')}" for file in found]
    return "\n".join(texts)


def digest(parts: Iterable[bytes]) -> str:
    """One digest of several parts, each with its length, so that no two lists of parts share one."""
    made = hashlib.sha256()
    for part in parts:
        made.update(len(part).to_bytes(8) + part)
    return made.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
