"""One case with all that it rests on and all that happened to it. Callers bring the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.notices import Notice, notices_of
from refunds.cases.policy_versions import policy_of
from refunds.cases.promises import Promise, promises_of
from refunds.cases.receipt import Decided, read_receipt
from refunds.cases.satisfaction import Opinion, opinion_of
from refunds.cases.tasks import Task, tasks_of
from refunds.chat.attachments import files_of_case
from refunds.chat.deliveries import was_taken
from refunds.chat.message import Attachment
from refunds.chat.reach import Unreached, unreached
from refunds.desk.cases.assignment import assigned_agent
from refunds.desk.cases.timeline import Happening, timeline
from refunds.policy.book import PolicyBook
from refunds.tables import ConversationRow

MOST_CONVERSATIONS = 20


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation of the case's customer. ``filed_here``: the case was filed in it; ``unreached``: why nothing gets
    to the customer there now.
    """

    conversation_id: str
    channel: str
    owner: str
    updated_at: datetime
    filed_here: bool
    unreached: Unreached | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that an agent is shown of a case. ``policy`` is the version that decided it, ``agent`` who sees to it.

    ``opinion`` is what the customer said of it once it had ended; None where they were not asked yet.
    """

    case: Case
    decided: Decided
    policy: PolicyBook
    agent: tuple[str, str] | None
    promises: list[Promise]
    tasks: list[Task]
    files: list[Attachment]
    talks: list[Talk]
    others: list[Case]
    timeline: list[Happening]
    opinion: Opinion | None


def case_file(session: Session, case_id: str) -> CaseFile:
    """The file of that case; raises ``NotFound``."""
    case = store.get(session, case_id)
    notices: list[Notice] = notices_of(session, case_id)
    return CaseFile(
        case=case,
        decided=read_receipt(case.receipt),
        policy=policy_of(session, case.policy_version),
        agent=assigned_agent(session, case_id),
        promises=promises_of(session, case_id),
        tasks=tasks_of(session, case_id),
        files=files_of_case(session, case_id, case.conversation_id),
        talks=_talks(session, case),
        others=[each for each in store.cases_of(session, case.customer_id) if each.case_id != case_id],
        timeline=timeline(case, notices, [each.notice_id for each in notices if not _was_taken(session, each)]),
        opinion=opinion_of(session, case_id),
    )


def _was_taken(session: Session, notice: Notice) -> bool:
    """Whether the chat's channel did not refuse a notice for good."""
    if notice.conversation_id is None or notice.line_number is None:
        return True
    return was_taken(session, notice.conversation_id, notice.line_number)


def _talks(session: Session, case: Case) -> list[Talk]:
    theirs = or_(
        ConversationRow.conversation_id == case.conversation_id, ConversationRow.customer_id == case.customer_id
    )
    rows = session.scalars(
        select(ConversationRow).where(theirs).order_by(ConversationRow.updated_at.desc()).limit(MOST_CONVERSATIONS)
    )
    found = rows.all()
    troubles = unreached(session, [row.conversation_id for row in found])
    return [
        Talk(
            row.conversation_id,
            row.channel,
            row.owner,
            row.updated_at,
            row.conversation_id == case.conversation_id,
            troubles.get(row.conversation_id),
        )
        for row in found
    ]
