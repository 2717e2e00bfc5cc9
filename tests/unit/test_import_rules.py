"""The import rules of pyproject.toml speak of the whole house."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from refunds.settings import ROOT


def layered() -> set[str]:
    """Every module that the layers name."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    house = next(contract for contract in contracts if contract["id"] == "house")
    return set(re.findall(r"[\w.]+", " ".join(house["layers"])))


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def test_every_module_of_the_product_stands_on_one_of_the_floors() -> None:
    named = layered()
    modules = [module_of(path) for path in (ROOT / "refunds").rglob("*.py") if path.name != "__init__.py"]
    outside = [name for name in modules if not any(name == room or name.startswith(f"{room}.") for room in named)]
    assert outside == []
