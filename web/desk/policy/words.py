"""What the settings and findings of the policy mean, for whoever reads the page."""

from __future__ import annotations

from refunds.policy_lint import Kind

SETTINGS = {
    "problem_report_window": "Days after the purchase within which a problem is first reported (P1.b)",
    "problem_solution_period": "Days after the first report that we have to solve it (P1.b)",
    "serious_severities": "Which severities count as serious (P1.b): some of low, medium, high, critical",
    "vendor_fault_levels": "Faults we pay for (P1.a): some of intentional, gross, ordinary, third_party, maintenance",
    "late_report_review_after": "Days after the problem from which a person decides (P2.a)",
    "amount_basis.P1.a": "How much goes back after our fault (P1.a): full or unused_term",
    "amount_basis.P1.b": "How much goes back for an unsolved problem (P1.b): full or unused_term",
}
BY_FILES = ("verification_target", "payout_target", "automatic_approval_limit", "second_approver_above")
"""They decide no request, so no past decision tells what another value would cost; they change by the files."""

FINDINGS = {
    Kind.NEVER_HOLDS: "A rule that can never hold",
    Kind.GAP: "A gap: something that no clause speaks to",
    Kind.OVERLAP: "An overlap: two places say something about the same",
    Kind.CLAUSE_WITHOUT_RULE: "A clause that no rule carries out",
    Kind.RULE_WITHOUT_TEST: "A rule that no test checks",
}
