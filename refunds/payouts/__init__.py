"""Money on its way back: requested, sent once, followed until it is there or must go another way."""

from refunds.payouts.sending import Payouts

__all__ = ["Payouts"]
