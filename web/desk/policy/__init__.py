"""The desk's page of the policy: what is in force, what a change would have decided, and how it is made live."""

from web.desk.policy.pages import PolicyPages

__all__ = ["PolicyPages"]
