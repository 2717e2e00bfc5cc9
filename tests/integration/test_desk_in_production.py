"""What of the desk belongs to development alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from refunds.app import App
from refunds.desk import demo
from refunds.desk.accounts import Accounts
from refunds.desk.permissions import Role
from refunds.errors import SettingsError
from tests.desk_house import DeskHouse, desk_house
from web.__main__ import main


def in_production(app: App) -> App:
    return replace(app, settings=replace(app.settings, profile="production"))


def test_production_does_not_start_while_a_demo_agent_could_sign_in(
    desk: DeskHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo.add_demo_agents(desk.app.accounts, desk.now)
    monkeypatch.setattr("web.__main__.open_app", lambda: in_production(desk.app))
    with pytest.raises(SettingsError, match=r"demo agents ada@jjsg.example, .* are in the database"):
        main()


def test_production_neither_makes_nor_names_nor_lets_in_demo_agents(desk: DeskHouse) -> None:
    demo.add_demo_agents(desk.app.accounts, desk.now)
    with desk_house(in_production(desk.app)) as house:
        visitor = house.visitor()
        assert demo.PASSWORD not in visitor.get("/desk/sign-in").text
        assert visitor.post("/desk/sign-in", login="Ann@jjsg.example", password=demo.PASSWORD).status_code == 401


def test_disabled_demo_agents_do_not_keep_production_from_starting(desk: DeskHouse) -> None:
    accounts: Accounts = desk.app.accounts
    demo.add_demo_agents(accounts, desk.now)
    desk.agent()
    accounts.add("real@desk.example", "Real", Role.ADMIN, None, desk.now, by="a test")
    for login in demo.LOGINS:
        accounts.disable(accounts.find(login).agent.agent_id, desk.now, by="a test")
    demo.refuse_demo_agents(accounts)


def test_in_production_the_cookie_travels_by_tls_alone(desk: DeskHouse) -> None:
    agent = desk.agent()
    with desk_house(in_production(desk.app)) as house:
        answer = house.visitor().post("/desk/sign-in", login=agent.login, password="a password for tests")
    assert "Secure" in answer.headers["set-cookie"]
