"""``python -m tests.mutation``: the share of small errors in the policy's rules that the tests notice, after mutmut."""

from __future__ import annotations

import json
import sys

from refunds.settings import ROOT

NEEDED = 0.9


def main() -> int:
    """Print the share; 0 when it is what we ask for or more."""
    counts = json.loads((ROOT / "mutants" / "mutmut-cicd-stats.json").read_text())
    noticed = counts["killed"] + counts["timeout"]
    made = counts["total"] - counts["skipped"]
    print(f"{noticed} of {made} mutants noticed: {noticed / made:.1%}, {NEEDED:.0%} needed")
    return 0 if noticed / made >= NEEDED else 1


if __name__ == "__main__":
    sys.exit(main())
