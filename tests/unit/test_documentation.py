"""What the documentation lists is all there is."""

from __future__ import annotations

import json
import re
import tomllib

from refunds.settings import ROOT

CODE = ("refunds", "actions", "web", "sandbox", "rasa_ext", "launcher", "bootstrap", "tests")


def test_every_environment_variable_is_documented() -> None:
    documented = (ROOT / "docs/operators.md").read_text() + (ROOT / "docs/developers.md").read_text()
    read = {
        name
        for folder in CODE
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"\"(REFUNDS_[A-Z0-9_]+)\"", path.read_text())
    }
    assert sorted(name for name in read if f"{name}`" not in documented and f"{name}=" not in documented) == []


def test_every_direct_dependency_is_explained() -> None:
    explained = set(re.findall(r"^\| ([\w.-]+) \|", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE))
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    named = {re.split(r"[\[=<>~ ]", need)[0] for group in groups.values() for need in group if isinstance(need, str)}
    widget = json.loads((ROOT / "widget" / "package.json").read_text())
    named |= widget["dependencies"].keys() | widget["devDependencies"].keys()
    assert explained - {"package"} == named
