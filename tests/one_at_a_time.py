"""Tests that start real processes share one worker of ``pytest -n``: two such at once would fight for the cores."""

from __future__ import annotations

import pytest

HEAVY = ("engine", "processes", "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put every heavy test into the same group, which ``--dist loadgroup`` keeps together."""
    for item in items:
        if any(item.get_closest_marker(name) for name in HEAVY):
            item.add_marker(pytest.mark.xdist_group("processes"))
