"""What another policy would have decided: every case and assessment once more, and what the difference costs."""

from refunds.policy_trial.comparison import Cost, Difference, Past, Trial, try_out
from refunds.policy_trial.past import past_decisions
from refunds.policy_trial.proposal import with_setting

__all__ = ["Cost", "Difference", "Past", "Trial", "past_decisions", "try_out", "with_setting"]
