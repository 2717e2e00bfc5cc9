"""Whether a policy says one thing about everything: what no schema can see, found by trying its rules out."""

from refunds.policy_lint.findings import Finding, Kind, lint

__all__ = ["Finding", "Kind", "lint"]
