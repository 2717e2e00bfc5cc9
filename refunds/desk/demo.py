"""Agents to try the desk with, in development. In production nobody comes in by these, and none may be there."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from refunds.desk.accounts import Accounts
from refunds.desk.permissions import Role
from refunds.desk.refusals import AccountRefused
from refunds.errors import SettingsError

PASSWORD = "try the refund desk"
AGENTS = (
    ("ann@jjsg.example", "Ann", Role.AGENT),
    ("ben@jjsg.example", "Ben", Role.AGENT),
    ("leo@jjsg.example", "Leo", Role.LEAD),
    ("ada@jjsg.example", "Ada", Role.AUDITOR),
    ("adm@jjsg.example", "Adam", Role.ADMIN),
)
LOGINS = frozenset(login for login, _, _ in AGENTS)


def add_demo_agents(accounts: Accounts, now: datetime) -> None:
    """Add those demo agents that are not there yet; several processes may do so at once."""
    there = {account.agent.login for account in accounts.listed()}
    for login, name, role in AGENTS:
        if login not in there:
            with suppress(AccountRefused):
                accounts.add(login, name, role, PASSWORD, now, by="development profile")


def demo_agents(accounts: Accounts) -> list[str]:
    """The logins of demo agents that could sign in."""
    listed = accounts.listed()
    return [each.agent.login for each in listed if each.agent.login in LOGINS and not each.is_disabled]


def refuse_demo_agents(accounts: Accounts) -> None:
    """Raise ``SettingsError`` where a demo agent could sign in: their password is known to everybody."""
    if there := demo_agents(accounts):
        raise SettingsError(
            f"not fit for production:\n- the demo agents {', '.join(there)} are in the database: disable each "
            "(refunds desk disable LOGIN), or begin with an empty one"
        )
