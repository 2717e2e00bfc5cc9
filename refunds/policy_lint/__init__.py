"""Whether a policy says one thing about everything: what no schema can see, found by trying its rules out."""

from refunds.policy_lint.findings import Finding, Kind, lint, tests_of_rules

__all__ = ["Finding", "Kind", "lint", "tests_of_rules"]
