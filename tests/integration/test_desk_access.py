"""Who comes in at the desk, and what keeps others out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from refunds.desk.permissions import Role
from refunds.desk.sessions import IDLE, LONGEST
from tests.desk_house import PASSWORD, DeskHouse
from web.desk.guard import COOKIE


def test_an_agent_signs_in_and_comes_to_the_page_they_wanted(desk: DeskHouse) -> None:
    agent, visitor = desk.agent(), desk.visitor()
    led = visitor.get("/desk/account")
    assert (led.status_code, led.headers["location"]) == (303, "/desk/sign-in?next=%2Fdesk%2Faccount")
    answer = visitor.post("/desk/sign-in", login=agent.login.upper(), password=PASSWORD, next="/desk/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/account")
    assert agent.name in visitor.get("/desk/account").text


def test_a_wrong_password_and_an_unknown_login_look_alike(desk: DeskHouse) -> None:
    agent = desk.agent()
    wrong = desk.visitor().post("/desk/sign-in", login=agent.login, password="not that one at all")
    unknown = desk.visitor().post("/desk/sign-in", login="nobody@desk.example", password="not that one at all")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(agent.login, "") == unknown.text.replace("nobody@desk.example", "")


def test_the_session_cookie_is_for_the_desk_and_no_script(desk: DeskHouse) -> None:
    agent = desk.agent()
    answer = desk.visitor().post("/desk/sign-in", login=agent.login, password=PASSWORD)
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "Path=/desk", "SameSite=lax"))


def test_a_form_without_the_sessions_token_changes_nothing(desk: DeskHouse) -> None:
    visitor = desk.signed_in()
    assert visitor.post("/desk/away", csrf="", away="yes").status_code == 403
    assert visitor.post("/desk/away", csrf=desk.signed_in(Role.LEAD).csrf, away="yes").status_code == 403
    assert not desk.app.accounts.find("agent@desk.example").agent.is_away
    assert visitor.post("/desk/away", away="yes").status_code == 303
    assert desk.app.accounts.find("agent@desk.example").agent.is_away


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_site_cannot_sign_anybody_in(desk: DeskHouse, headers: dict[str, str]) -> None:
    agent, visitor = desk.agent(), desk.visitor()
    form = {"login": agent.login, "password": PASSWORD}
    answer = visitor.ask("POST", "/desk/sign-in", data=form, headers=headers)
    assert (answer.status_code, COOKIE in answer.cookies) == (403, False)


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "/desk/\r\nx", "/shop"])
def test_signing_in_leads_to_no_other_place(desk: DeskHouse, path: str) -> None:
    agent = desk.agent()
    answer = desk.visitor().post("/desk/sign-in", login=agent.login, password=PASSWORD, next=path)
    assert answer.headers["location"] == "/desk/"


def test_a_session_ends_by_signing_out(desk: DeskHouse) -> None:
    visitor = desk.signed_in()
    key = visitor.cookies[COOKIE]
    assert visitor.post("/desk/sign-out").headers["location"] == "/desk/sign-in"
    assert desk.app.desk_sessions.holder(key, desk.now) is None


def test_a_session_ends_when_its_day_is_over_and_when_nobody_clicks(desk: DeskHouse) -> None:
    sessions = desk.app.desk_sessions
    key = sessions.begin(desk.agent(), desk.now, how="a test")
    assert sessions.holder(key, desk.now + IDLE + timedelta(seconds=1)) is None
    for hours in range(1, 13):
        held = sessions.holder(key, desk.now + timedelta(hours=hours)) is not None
        assert held is (timedelta(hours=hours) < LONGEST)


def test_a_stream_of_events_does_not_keep_a_session_from_being_idle(desk: DeskHouse) -> None:
    sessions, start = desk.app.desk_sessions, desk.now
    key = sessions.begin(desk.agent(), start, how="a test")
    assert sessions.holder(key, start + IDLE - timedelta(minutes=1), by_hand=False) is not None
    assert sessions.holder(key, start + IDLE + timedelta(minutes=1)) is None


def test_a_new_password_needs_the_old_one_and_ends_all_other_sessions(desk: DeskHouse) -> None:
    visitor = desk.signed_in()
    assert visitor.agent is not None
    other = desk.signed_in(visitor.agent)
    assert visitor.post("/desk/account/password", old="a wrong one", new="another good password").status_code == 422
    changed = visitor.post("/desk/account/password", old=PASSWORD, new="another good password")
    assert changed.headers["location"] == "/desk/account?changed=true"
    assert visitor.get("/desk/account").status_code == 200
    assert other.get("/desk/account").status_code == 303


def test_every_answer_of_the_desk_carries_the_security_headers(desk: DeskHouse) -> None:
    for path in ("/desk/sign-in", "/desk/", "/desk/nothing-here", "/desk/static/desk.css", "/desk/static/none"):
        answer = desk.visitor().get(path)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_too_large_is_not_read(desk: DeskHouse) -> None:
    assert desk.signed_in().post("/desk/away", away="x" * (13 * 2**20)).status_code == 413


def test_too_many_tries_from_one_network_are_put_off(desk: DeskHouse) -> None:
    visitor = desk.visitor()
    tries = [visitor.post("/desk/sign-in", login=f"a{n}", password="b").status_code for n in range(21)]
    assert tries == [401] * 20 + [429]


def test_htmx_is_told_where_to_sign_in_and_a_program_is_refused(desk: DeskHouse) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1/desk/account"}
    answer = desk.visitor().get("/desk/account", **asked)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/desk/sign-in?next=%2Fdesk%2Faccount")
    assert desk.visitor().get("/desk/account", Accept="application/json").json() == {"detail": "Please sign in."}


def test_demo_agents_sign_in_in_development_and_the_page_says_so(desk: DeskHouse) -> None:
    from refunds.desk import demo

    visitor = desk.visitor()
    page = visitor.get("/desk/sign-in").text
    assert demo.PASSWORD in page
    assert "ann@jjsg.example" in page
    assert visitor.post("/desk/sign-in", login="ann@jjsg.example", password=demo.PASSWORD).status_code == 303
