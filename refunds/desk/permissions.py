"""Who may do what at the desk: a role and its acts, in one table."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is at the desk."""

    AGENT = "agent"
    LEAD = "lead"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Act(StrEnum):
    """What can be done or seen at the desk. Each page and each button asks for one of these."""

    OWN_ACCOUNT = "own_account"
    SEE_CHATS = "see_chats"
    TAKE_CHAT = "take_chat"
    TAKE_OVER = "take_over"
    ASSIGN = "assign"
    WRITE = "write"
    CLOSE = "close"
    NOTE = "note"
    VERIFY_CUSTOMER = "verify_customer"
    SECOND_VERIFICATION = "second_verification"
    OPEN_FOR_CUSTOMER = "open_for_customer"
    SEE_CASES = "see_cases"
    DECIDE_CASE = "decide_case"
    SECOND_APPROVAL = "second_approval"
    SEE_TASKS = "see_tasks"
    DO_TASK = "do_task"
    KEEP_TEST = "keep_test"
    SEE_INSIGHT = "see_insight"
    TEACH = "teach"
    SEE_AUDIT = "see_audit"
    SEE_POLICY = "see_policy"
    CHANGE_POLICY = "change_policy"
    MANAGE_AGENTS = "manage_agents"


_SEEING = frozenset({Act.OWN_ACCOUNT, Act.SEE_CHATS, Act.SEE_CASES, Act.SEE_TASKS})
_AGENT = _SEEING | {
    Act.TAKE_CHAT,
    Act.TAKE_OVER,
    Act.WRITE,
    Act.CLOSE,
    Act.NOTE,
    Act.VERIFY_CUSTOMER,
    Act.SECOND_VERIFICATION,
    Act.OPEN_FOR_CUSTOMER,
    Act.DECIDE_CASE,
    Act.DO_TASK,
}
_LEAD = _AGENT | {
    Act.ASSIGN,
    Act.SECOND_APPROVAL,
    Act.KEEP_TEST,
    Act.SEE_INSIGHT,
    Act.TEACH,
    Act.SEE_POLICY,
    Act.CHANGE_POLICY,
}

ACTS: dict[Role, frozenset[Act]] = {
    Role.AGENT: _AGENT,
    Role.LEAD: _LEAD,
    Role.AUDITOR: _SEEING | {Act.SEE_INSIGHT, Act.SEE_AUDIT, Act.SEE_POLICY},
    Role.ADMIN: frozenset(Act),
}
"""Auditors look at everything and change nothing. An agent takes for themselves; a lead also gives to others."""


def may(role: Role, act: Act) -> bool:
    """Whether ``role`` is allowed ``act``."""
    return act in ACTS[role]
