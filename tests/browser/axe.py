"""axe-core, as npm installed it beside the widget."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

SOURCE = Path(__file__).resolve().parents[2] / "widget" / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, part: str = "jjsg-refunds") -> list[str]:
    """What axe finds wrong or cannot decide in the widget now, or in another ``part`` of the page.

    Each is a rule with the elements concerned. The contrast of what lies under an open menu is no question.
    """
    if not SOURCE.exists():
        pytest.skip("axe-core is not installed (`make widget` installs it)")
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE.read_text(encoding="utf-8"))  # as a script tag the page's policy would forbid it
    found = page.evaluate(
        """async ([part, standards]) => {
            const {violations, incomplete} = await axe.run(part, {runOnly: standards})
            const isCovered = ({any}) => any.some(({data}) => /Overlap|Obscur/.test(data?.messageKey))
            const told = ({id, nodes}) => [id, ...nodes.map(node => node.html.slice(0, 160))]
            const undecided = incomplete.map(one => ({...one, nodes: one.nodes.filter(node => !isCovered(node))}))
            return [...violations, ...undecided.filter(({nodes}) => nodes.length)].map(told)
        }""",
        [part, STANDARDS],
    )
    return [" | ".join(rule) for rule in found]
