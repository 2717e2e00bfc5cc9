"""What admins and auditors look after: agents' accounts, and the audit log."""

from web.desk.admin.agents import AgentPages
from web.desk.admin.audit_log import AuditPages

__all__ = ["AgentPages", "AuditPages"]
