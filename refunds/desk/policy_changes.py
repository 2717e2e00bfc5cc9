"""The policy at the desk: what is in force, what a change would have decided, and how two people make it live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from refunds.cases.policy_versions import policy_of
from refunds.database import Database
from refunds.desk.accounts import Agent
from refunds.desk.audit import Audit
from refunds.errors import DataFileError, NotFound, TransitionRefused
from refunds.policy.book import PolicyBook
from refunds.policy_activation import Activation, activations, policy_in_force, propose, sign
from refunds.policy_files import check_policy, load_policy
from refunds.policy_lint import Finding, lint, tests_of_rules
from refunds.policy_trial import (
    Change,
    Trial,
    changes,
    named_by_content,
    past_decisions,
    settings_that_decide,
    try_out,
    with_setting,
)
from refunds.settings import ROOT

LIVE, FILES = "live", "files"
"""What a proposal may start from: the version in force or the files of ``policy/``; else a version by its name."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The policy in force and all that was put forward, the newest first.

    ``waiting`` is the newest where nobody signed it yet; ``its_changes`` is what it would change.
    """

    in_force: PolicyBook
    history: tuple[Activation, ...]
    waiting: Activation | None
    its_changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a policy, and what it would change; ``errors`` where its files cannot be read."""

    findings: tuple[Finding, ...] = ()
    errors: tuple[DataFileError, ...] = ()
    changes: tuple[Change, ...] = ()


class PolicyChanges:
    """What leads do about the policy. ``shipped`` holds before the first start; ``folder`` is ``policy/``."""

    def __init__(self, database: Database, audit: Audit, shipped: PolicyBook, folder: Path) -> None:
        self._database = database
        self._audit = audit
        self._shipped = shipped
        self._folder = folder
        self._tests = tests_of_rules(ROOT)
        self._linted: dict[tuple[str, date], tuple[Finding, ...]] = {}

    def standing(self) -> Standing:
        """How things stand now."""
        in_force = self._in_force()
        with self._database.reading() as session:
            history = tuple(activations(session))
            waiting = next((each for each in history[:1] if each.signed_by is None), None)
            its_changes = changes(in_force, policy_of(session, waiting.version)) if waiting else ()
        return Standing(in_force, history, waiting, its_changes)

    def check_live(self, now: datetime) -> Checked:
        """What is wrong with the version in force."""
        return Checked(self._lint(self._in_force(), now))

    def check_files(self, now: datetime) -> Checked:
        """What is wrong with the files, and what they would change."""
        try:
            files = load_policy(self._folder)
        except DataFileError:
            return Checked(errors=tuple(check_policy(self._folder)))
        return Checked(self._lint(files, now), (), changes(self._in_force(), files))

    def proposal(self, base: str, values: Mapping[str, str]) -> PolicyBook:
        """The policy that ``base`` names, with the settings that ``values`` changes.

        Raises ``SettingsError``, ``DataFileError`` and ``NotFound``.
        """
        proposed = self._base(base)
        as_it_is = settings_that_decide(proposed)
        changed = {name: text.strip() for name, text in values.items() if text.strip() != as_it_is.get(name)}
        for name, text in changed.items():
            proposed = with_setting(proposed, name, text)
        return named_by_content(proposed) if changed else proposed

    def try_out(
        self, agent: Agent, base: str, values: Mapping[str, str], now: datetime
    ) -> tuple[tuple[Change, ...], Trial]:
        """What a proposal says differently, and what it would have decided. Raises as ``proposal``."""
        proposed = self.proposal(base, values)
        changed = changes(self._in_force(), proposed)
        self._audit.seen(agent, "try_policy", now, version=proposed.version, changes=_told(changed))
        with self._database.reading() as session:
            past = past_decisions(session)
        return changed, try_out(past, proposed)

    def propose(self, agent: Agent, base: str, values: Mapping[str, str], why: str, now: datetime) -> Activation:
        """Put a proposal forward; somebody else signs it. Raises as ``proposal``, and ``TransitionRefused``."""
        proposed = self.proposal(base, values)
        changed = changes(self._in_force(), proposed)
        if not changed:
            raise TransitionRefused("it says what the version in force says: nothing would change")
        if found := self._lint(proposed, now):
            raise TransitionRefused(f"it is not sound: {'; '.join(map(str, found))}")
        with self._database.transaction() as session:
            put = propose(session, proposed, who=agent.name, why=why, now=now)
            told = _told(changed)
            self._audit.note(
                session, agent, "propose_policy", now, number=put.number, version=put.version, changes=told
            )
        return put

    def sign(self, agent: Agent, number: int, now: datetime) -> Activation:
        """Make a proposal of somebody else live. Raises ``NotFound`` and ``TransitionRefused``; both are audited."""
        try:
            with self._database.transaction() as session:
                live = sign(session, number, who=agent.name, now=now)
                self._audit.note(session, agent, "sign_policy", now, number=number, version=live.version)
        except (NotFound, TransitionRefused) as error:
            self._audit.did(agent, "sign_policy_refused", now, number=number, why=str(error))
            raise
        return live

    def _lint(self, policy: PolicyBook, now: datetime) -> tuple[Finding, ...]:
        """What is found in a version, looked for once a day: it takes a quarter of a second."""
        key = (policy.version, now.date())
        if key not in self._linted:
            found = tuple(lint(policy, now, self._tests))
            self._linted = {**{old: kept for old, kept in self._linted.items() if old[1] == key[1]}, key: found}
        return self._linted[key]

    def _in_force(self) -> PolicyBook:
        return policy_in_force(self._database, self._shipped)

    def _base(self, base: str) -> PolicyBook:
        if base == FILES:
            return load_policy(self._folder)
        if base == LIVE:
            return self._in_force()
        with self._database.reading() as session:
            return policy_of(session, base)


def _told(changed: Sequence[Change]) -> list[str]:
    """At most ten changes in a line each, for the audit log."""
    return [f"{each.where}: {each.before[:60]} -> {each.after[:60]}" for each in changed[:10]]
