"""What a person decides about a case, and what follows from an approval."""

from refunds.review.approval import Approval
from refunds.review.payable import ReviewRefused
from refunds.review.review import Review
from refunds.review.targets import Targets

__all__ = ["Approval", "Review", "ReviewRefused", "Targets"]
