"""Who a conversation's customer is: shown by a mailed code or by the host site's token, kept here, and never a slot."""

from refunds.identity.verification import Identity

__all__ = ["Identity"]
