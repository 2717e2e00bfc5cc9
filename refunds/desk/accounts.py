"""Agents' accounts: made by an admin or a command, opened by a password or by an identity provider's word."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds.database import Database
from refunds.desk.audit import Audit
from refunds.desk.passwords import Passwords, refuse_weak
from refunds.desk.permissions import Role
from refunds.desk.refusals import AccountRefused, SignInRefused
from refunds.errors import NotFound
from refunds.tables import AgentRow, DeskSessionRow

MOST_TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
NOT_RIGHT = (
    f"That login and password do not go together. After {MOST_TRIES} wrong tries in a row an account rests for "
    f"{LOCKED_FOR.seconds // 60} minutes; an admin can set a new password."
)
NOT_KNOWN = "Your sign-in worked, but there is no agent of that name here. Ask an admin to add you."


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who works at the desk. ``name`` is what customers read; ``seen_at`` their last sign of life."""

    agent_id: str
    login: str
    name: str
    role: Role
    is_away: bool
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """An agent as admins see them. ``has_password`` is false for those who come by the identity provider alone."""

    agent: Agent
    is_disabled: bool
    locked_until: datetime | None
    has_password: bool
    made_at: datetime


class Accounts:
    """Makes and changes accounts, and says who somebody is. ``by`` is who makes the change, for the audit log."""

    def __init__(self, database: Database, audit: Audit, passwords: Passwords | None = None) -> None:
        self._database = database
        self._audit = audit
        self._passwords = passwords or Passwords()

    def add(self, login: str, name: str, role: Role, password: str | None, now: datetime, *, by: Agent | str) -> Agent:
        """A new agent; without ``password`` one who signs in by the identity provider.

        Raises ``AccountRefused`` for a login or name that is taken or does not do, and for a weak password.
        """
        login, name = _readable(login).lower(), _readable(name)
        _refuse_unfit(login, name)
        row = AgentRow(agent_id=secrets.token_hex(16), login=login, name=name, role=role, made_at=now)
        row.password_hash = None if password is None else self._hash(password, login)
        row.failed_tries, row.is_away = 0, False
        try:
            with self._database.transaction() as session:
                session.add(row)
                session.flush()
                self._audit.note(session, by, "added_agent", now, login=login, role=role)
        except IntegrityError:
            raise AccountRefused("Another agent has that login or name already.") from None
        return agent_of(row)

    def listed(self) -> list[Account]:
        """All accounts, by name."""
        with self._database.reading() as session:
            return [_account(row) for row in session.scalars(select(AgentRow).order_by(AgentRow.name))]

    def find(self, login: str) -> Account:
        """The account of ``login``; raises ``NotFound``."""
        with self._database.reading() as session:
            row = session.scalar(select(AgentRow).where(AgentRow.login == login.strip().lower()))
        if row is None:
            raise NotFound(f"There is no agent {login}.")
        return _account(row)

    def set_role(self, agent_id: str, role: Role, now: datetime, *, by: Agent | str) -> None:
        """Give an agent another role, from their next click on; raises ``AccountRefused`` for the last admin."""
        with self._database.transaction() as session:
            if role is not Role.ADMIN:
                _refuse_last_admin(session, agent_id)
            row = _locked(session, agent_id)
            before, row.role = row.role, role
            self._audit.note(session, by, "changed_role", now, login=row.login, before=before, role=role)

    def disable(self, agent_id: str, now: datetime, *, by: Agent | str) -> None:
        """Let an agent in no more and end their sessions; raises ``AccountRefused`` for the last admin."""
        with self._database.transaction() as session:
            _refuse_last_admin(session, agent_id)
            row = _locked(session, agent_id)
            row.disabled_at = row.disabled_at or now
            _end_sessions(session, agent_id)
            self._audit.note(session, by, "disabled_agent", now, login=row.login)

    def enable(self, agent_id: str, now: datetime, *, by: Agent | str) -> None:
        """Let an agent in again."""
        with self._database.transaction() as session:
            row = _locked(session, agent_id)
            row.disabled_at = None
            self._audit.note(session, by, "enabled_agent", now, login=row.login)

    def set_password(self, agent_id: str, password: str, now: datetime, *, by: Agent | str) -> None:
        """A new password: ends the agent's sessions and any lock; raises ``AccountRefused`` for a weak one."""
        with self._database.reading() as session:
            login = session.scalar(select(AgentRow.login).where(AgentRow.agent_id == agent_id)) or ""
        hashed = self._hash(password, login)
        with self._database.transaction() as session:
            row = _locked(session, agent_id)
            row.password_hash, row.failed_tries, row.locked_until = hashed, 0, None
            _end_sessions(session, agent_id)
            self._audit.note(session, by, "set_password", now, login=login)

    def set_away(self, agent: Agent, is_away: bool, now: datetime) -> None:
        """What an agent says of themselves: new chats are not for them now."""
        with self._database.transaction() as session:
            _locked(session, agent.agent_id).is_away = is_away
            self._audit.note(session, agent, "went_away" if is_away else "came_back", now)

    def sign_in(self, login: str, password: str, now: datetime) -> Agent:
        """Who comes with this login and password; raises ``SignInRefused``, after the same work for all reasons.

        A try is counted before it is judged: however many come at once, no more than ``MOST_TRIES`` are.
        """
        row = self._counted_try(login.strip().lower(), now)
        is_right = self._passwords.check(row.password_hash if row else None, password)
        if row is None or not is_right:
            raise SignInRefused(NOT_RIGHT)
        self._forget_tries(row, password)
        return agent_of(row)

    def is_password_of(self, agent: Agent, password: str, now: datetime) -> bool:
        """Whether somebody who is signed in knows their password; a wrong one counts as a try to sign in."""
        try:
            return self.sign_in(agent.login, password, now) == agent
        except SignInRefused:
            return False

    def known_by(self, subject: str, verified_mail: str | None) -> Agent:
        """Whom an identity provider speaks of: the agent of its ``subject``, else of the login that is either.

        The first time, the subject is kept: later the mail may change. Raises ``SignInRefused``.
        """
        with self._database.transaction() as session:
            row = session.scalar(select(AgentRow).where(AgentRow.oidc_subject == subject))
            if row is None:
                login = verified_mail.strip().lower() if verified_mail else subject
                row = session.scalar(select(AgentRow).where(AgentRow.login == login))
            if row is None or row.disabled_at or row.oidc_subject not in (None, subject):
                raise SignInRefused(NOT_KNOWN)
            row.oidc_subject = subject
            return agent_of(row)

    def _counted_try(self, login: str, now: datetime) -> AgentRow | None:
        """The agent, with one more try on their account; None for an unknown, disabled or locked one."""
        counted = (
            update(AgentRow)
            .where(AgentRow.login == login, AgentRow.disabled_at.is_(None))
            .where(or_(AgentRow.locked_until.is_(None), AgentRow.locked_until <= now))
            .values(failed_tries=AgentRow.failed_tries + 1)
            .returning(AgentRow)
        )
        with self._database.transaction() as session:
            row = session.scalar(counted)
            if row is not None and row.failed_tries >= MOST_TRIES:
                row.failed_tries, row.locked_until = 0, now + LOCKED_FOR
                self._audit.note(session, agent_of(row), "locked_after_tries", now)
            return row

    def _forget_tries(self, row: AgentRow, password: str) -> None:
        hashed = row.password_hash
        if hashed and self._passwords.is_outdated(hashed):
            hashed = self._passwords.hash(password)
        with self._database.transaction() as session:
            kept = _locked(session, row.agent_id)
            if kept.password_hash != row.password_hash:  # a new one was set meanwhile: this was the old one
                raise SignInRefused(NOT_RIGHT)
            kept.password_hash, kept.failed_tries, kept.locked_until = hashed, 0, None

    def _hash(self, password: str, login: str) -> str:
        refuse_weak(password, login)
        return self._passwords.hash(password)


def agent_of(row: AgentRow) -> Agent:
    """The agent of a row."""
    return Agent(row.agent_id, row.login, row.name, Role(row.role), row.is_away, row.seen_at)


def _end_sessions(session: Session, agent_id: str) -> None:
    """Sign an agent out everywhere."""
    session.query(DeskSessionRow).filter_by(agent_id=agent_id).delete()


def _account(row: AgentRow) -> Account:
    is_disabled, has_password = row.disabled_at is not None, row.password_hash is not None
    return Account(agent_of(row), is_disabled, row.locked_until, has_password, row.made_at)


def _locked(session: Session, agent_id: str) -> AgentRow:
    row = session.get(AgentRow, agent_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such agent.")
    return row


def _refuse_last_admin(session: Session, agent_id: str) -> None:
    """Somebody must be left who can let others in. Admins are locked together, so that no two leave at once."""
    admins = select(AgentRow.agent_id).where(AgentRow.role == Role.ADMIN, AgentRow.disabled_at.is_(None))
    if session.scalars(admins.order_by(AgentRow.agent_id).with_for_update()).all() == [agent_id]:
        raise AccountRefused("This is the last admin: make another one first.")


def _readable(text: str) -> str:
    return " ".join(text.split())


def _refuse_unfit(login: str, name: str) -> None:
    if not login or len(login) > 120 or " " in login or not login.isprintable():
        raise AccountRefused("A login is one word of at most 120 characters, such as a mail address.")
    if not name or len(name) > 80 or not name.isprintable():
        raise AccountRefused("A name of at most 80 characters is needed: customers read it.")
