"""What another policy would have decided: every case and assessment once more, and what the difference costs."""

from refunds.policy_trial.changes import Change, changes
from refunds.policy_trial.comparison import Cost, Difference, Past, Trial, try_out
from refunds.policy_trial.past import past_decisions
from refunds.policy_trial.proposal import named_by_content, settings_that_decide, with_setting

__all__ = [
    "Change",
    "Cost",
    "Difference",
    "Past",
    "Trial",
    "changes",
    "named_by_content",
    "past_decisions",
    "settings_that_decide",
    "try_out",
    "with_setting",
]
