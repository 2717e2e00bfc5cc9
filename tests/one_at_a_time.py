"""Tests that start real processes stay on one worker of ``pytest -n`` with those that share what they started.

The shared house of all conversations is started once; every other file's processes once a file. The two workers
then hold at most two sets of processes, as the machine has two cores.
"""

from __future__ import annotations

import pytest

HEAVY = ("engine", "processes", "browser")
SHARED_HOUSE = "stack"


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in its own hook of this name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put heavy tests into groups, which ``--dist loadgroup`` keeps together."""
    for item in items:
        if any(item.get_closest_marker(name) for name in HEAVY):
            shares_house = SHARED_HOUSE in getattr(item, "fixturenames", ())
            item.add_marker(pytest.mark.xdist_group(SHARED_HOUSE if shares_house else item.path.name))
