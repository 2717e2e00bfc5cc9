"""Accounts, tries and sessions on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from refunds.database import Database
from refunds.desk.accounts import LOCKED_FOR, MOST_TRIES, Accounts, Agent
from refunds.desk.audit import Audit, Wanted
from refunds.desk.demo import add_demo_agents, demo_agents
from refunds.desk.passwords import Passwords
from refunds.desk.permissions import Role
from refunds.desk.refusals import AccountRefused, SignInRefused
from refunds.desk.sessions import Sessions
from refunds.errors import NotFound
from refunds.tables import AgentRow, DeskSessionRow
from tests.desk_house import PASSWORD, PASSWORDS

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
WRONG = "not the right one at all"


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database, Audit(database), PASSWORDS)


def add(accounts: Accounts, name: str = "Ann", role: Role = Role.AGENT, password: str | None = PASSWORD) -> Agent:
    return accounts.add(f"{name.lower()}@desk.example", name, role, password, NOW, by="a test")


def comes_in(accounts: Accounts, login: str, password: str, now: datetime = NOW) -> bool:
    try:
        return accounts.sign_in(login, password, now).login == login
    except SignInRefused:
        return False


def test_a_password_is_kept_as_an_argon2_hash_alone(accounts: Accounts, database: Database) -> None:
    agent = add(accounts)
    with database.reading() as session:
        row = session.get_one(AgentRow, agent.agent_id)
        assert row.password_hash is not None
        assert row.password_hash.startswith("$argon2id$")
    assert comes_in(accounts, agent.login, PASSWORD)


def test_a_hash_with_older_parameters_is_made_anew_at_the_next_sign_in(accounts: Accounts, database: Database) -> None:
    agent = add(accounts)
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert comes_in(Accounts(database, Audit(database), stronger), agent.login, PASSWORD)
    with database.reading() as session:
        assert "m=16,t=2" in (session.get_one(AgentRow, agent.agent_id).password_hash or "")


def test_five_wrong_tries_lock_an_account_for_a_quarter_of_an_hour(accounts: Accounts) -> None:
    agent = add(accounts)
    for _ in range(MOST_TRIES):
        assert not comes_in(accounts, agent.login, WRONG)
    assert not comes_in(accounts, agent.login, PASSWORD)
    assert not comes_in(accounts, agent.login, PASSWORD, NOW + LOCKED_FOR - timedelta(seconds=1))
    assert comes_in(accounts, agent.login, PASSWORD, NOW + LOCKED_FOR)


def test_the_right_password_starts_the_count_of_tries_anew(accounts: Accounts) -> None:
    agent = add(accounts)
    for _ in range(3):
        for _ in range(MOST_TRIES - 1):
            assert not comes_in(accounts, agent.login, WRONG)
        assert comes_in(accounts, agent.login, PASSWORD)


def test_many_guesses_at_once_are_no_more_than_five(database: Database) -> None:
    judged = []

    class Counting(Passwords):
        def check(self, stored: str | None, password: str) -> bool:
            judged.append(stored is not None)
            return super().check(stored, password)

    accounts = Accounts(database, Audit(database), Counting(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
    agent = add(accounts)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: comes_in(accounts, agent.login, WRONG), range(24)))
    assert (len(judged), sum(judged)) == (24, MOST_TRIES)


def test_an_unknown_login_costs_the_same_work_as_a_wrong_password(database: Database) -> None:
    worked = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            worked.append(hash)
            return super().verify(hash, password)

    hasher = Watched(time_cost=1, memory_cost=8, parallelism=1)
    accounts = Accounts(database, Audit(database), Passwords(hasher))
    without = add(accounts, "Olga", password=None)
    for login in (add(accounts).login, without.login, "nobody@desk.example"):
        assert not comes_in(accounts, login, WRONG)
    parameters = {str(each).split("$")[3] for each in worked}
    assert (len(worked), len(parameters)) == (3, 1)


def test_a_lock_stands_in_the_audit_log(accounts: Accounts, database: Database) -> None:
    agent = add(accounts)
    for _ in range(MOST_TRIES):
        comes_in(accounts, agent.login, WRONG)
    (entry,) = Audit(database).entries(Wanted(act="locked_after_tries"), 10)
    assert entry.who == "Ann"


def test_a_disabled_agent_is_out_at_once_and_may_come_back(accounts: Accounts, database: Database) -> None:
    sessions = Sessions(database, Audit(database))
    agent = add(accounts)
    key = sessions.begin(agent, NOW, how="a test")
    accounts.disable(agent.agent_id, NOW, by="a test")
    assert sessions.holder(key, NOW) is None
    assert not comes_in(accounts, agent.login, PASSWORD)
    accounts.enable(agent.agent_id, NOW, by="a test")
    assert comes_in(accounts, agent.login, PASSWORD)


def test_a_new_password_ends_sessions_and_locks(accounts: Accounts, database: Database) -> None:
    sessions = Sessions(database, Audit(database))
    agent = add(accounts)
    key = sessions.begin(agent, NOW, how="a test")
    for _ in range(MOST_TRIES):
        comes_in(accounts, agent.login, WRONG)
    accounts.set_password(agent.agent_id, "another good password", NOW, by="a test")
    assert sessions.holder(key, NOW) is None
    assert not comes_in(accounts, agent.login, PASSWORD)
    assert comes_in(accounts, agent.login, "another good password")


def test_only_a_digest_of_a_sessions_key_is_kept(accounts: Accounts, database: Database) -> None:
    key = Sessions(database, Audit(database)).begin(add(accounts), NOW, how="a test")
    with database.reading() as session:
        (row,) = session.query(DeskSessionRow).all()
    assert len(row.digest) == 64
    assert key not in row.digest


def test_a_role_changes_from_the_next_click_on(accounts: Accounts, database: Database) -> None:
    sessions = Sessions(database, Audit(database))
    agent = add(accounts)
    key = sessions.begin(agent, NOW, how="a test")
    accounts.set_role(agent.agent_id, Role.LEAD, NOW, by="a test")
    held = sessions.holder(key, NOW)
    assert held is not None
    assert held.role is Role.LEAD


@pytest.mark.parametrize(
    ("login", "name", "password"),
    [
        ("ann@desk.example", "Another", PASSWORD),
        ("another@desk.example", "Ann", PASSWORD),
        ("two words", "Two", PASSWORD),
        ("", "Nobody", PASSWORD),
        ("nameless@desk.example", "  ", PASSWORD),
        ("short@desk.example", "Short", "eleven char"),
        ("itself@desk.example", "Itself", "Itself@desk.example"),
    ],
)
def test_an_account_that_does_not_do_is_refused(accounts: Accounts, login: str, name: str, password: str) -> None:
    add(accounts)
    with pytest.raises(AccountRefused):
        accounts.add(login, name, Role.AGENT, password, NOW, by="a test")
    assert len(accounts.listed()) == 1


def test_the_last_admin_can_neither_be_disabled_nor_made_something_else(accounts: Accounts) -> None:
    admin = add(accounts, "Adam", Role.ADMIN)
    acts: list[Callable[[], None]] = [
        lambda: accounts.disable(admin.agent_id, NOW, by="a test"),
        lambda: accounts.set_role(admin.agent_id, Role.AGENT, NOW, by="a test"),
    ]
    for act in acts:
        with pytest.raises(AccountRefused, match="last admin"):
            act()
    add(accounts, "Eve", Role.ADMIN)
    acts[0]()


def test_of_two_admins_who_disable_each_other_at_once_one_stays(accounts: Accounts) -> None:
    both = [add(accounts, name, Role.ADMIN) for name in ("Adam", "Eve")]

    def disable(agent: Agent) -> bool:
        try:
            accounts.disable(agent.agent_id, NOW, by="a test")
        except AccountRefused:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(disable, both)) == [False, True]


def test_an_identity_provider_opens_the_account_of_its_subject_or_of_a_verified_mail(accounts: Accounts) -> None:
    agent = add(accounts, password=None)
    assert accounts.known_by("subject-1", "Ann@desk.example") == agent
    assert accounts.known_by("subject-1", "ann-married@desk.example") == agent
    for subject, mail in (("subject-2", "ann@desk.example"), ("subject-3", None), ("subject-4", "eve@desk.example")):
        with pytest.raises(SignInRefused):
            accounts.known_by(subject, mail)
    assert not comes_in(accounts, agent.login, PASSWORD)


def test_demo_agents_are_made_once_however_often_they_are_asked_for(accounts: Accounts) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: add_demo_agents(accounts, NOW), range(4)))
    assert len(accounts.listed()) == len(demo_agents(accounts)) == 5


def test_an_agent_who_is_not_there_is_not_found(accounts: Accounts) -> None:
    with pytest.raises(NotFound):
        accounts.find("nobody@desk.example")
    with pytest.raises(NotFound):
        accounts.disable("none", NOW, by="a test")
