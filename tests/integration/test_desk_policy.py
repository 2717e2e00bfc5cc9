"""The policy at the desk: what is in force, what a change would have decided, and two people who make it live."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import fields, replace
from html import unescape
from pathlib import Path

import httpx
import pytest

from refunds.desk.audit import Wanted
from refunds.desk.permissions import Role
from refunds.desk.policy_changes import PolicyChanges
from refunds.policy.book import Settings
from refunds.policy_activation import policy_in_force
from refunds.policy_lint import Kind
from refunds.policy_trial import settings_that_decide
from refunds.settings import ROOT
from tests.chat_house import ChatHouse
from tests.desk_house import DeskHouse, Visitor, desk_house
from tests.integration.filing_world import CONFIRMED, NOW, POLICY, REQUEST, RecordsOffice, filing, records
from web.desk.policy.words import BY_FILES, FINDINGS, SETTINGS

TEN_DAYS = {"name": ["problem_solution_period"], "value": ["10"]}
NO_GROSS = "/desk/policy/what-if?name=vendor_fault_levels&value=intentional"
WHY = "ten days are usual"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of policy/ that a test may change."""
    return Path(shutil.copytree(ROOT / "policy", tmp_path / "policy"))


@pytest.fixture
def house(chat_on_file: ChatHouse, folder: Path) -> Iterator[DeskHouse]:
    app = chat_on_file.app
    with desk_house(replace(app, policy_changes=PolicyChanges(app.database, app.audit, app.policy, folder))) as house:
        yield house


def text(answer: httpx.Response) -> str:
    """A page's words, as they are read."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def change_file(folder: Path, old: str, new: str, name: str = "settings.yml") -> None:
    file = folder / name
    content = file.read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new), encoding="utf-8")


def in_force(house: DeskHouse) -> int:
    policy = policy_in_force(house.app.database, house.app.policy)
    return policy.settings.problem_solution_period.count


def audited(house: DeskHouse) -> list[str]:
    acts = [each.act for each in reversed(house.app.audit.entries(Wanted(), 50))]
    return [act for act in acts if "policy" in act]


def put_forward(house: DeskHouse, name: str = "Ann") -> Visitor:
    lead = house.signed_in(house.agent(Role.LEAD, name))
    answer = lead.post("/desk/policy/propose", why=WHY, base="live", **TEN_DAYS)
    assert answer.headers["location"] == "/desk/policy?done=proposed"
    return lead


def test_the_page_shows_the_version_in_force_its_hash_and_who_signed_it(house: DeskHouse) -> None:
    answer = house.signed_in(Role.AUDITOR).get("/desk/policy")
    shown = text(answer)
    assert f"In force: {house.app.policy.version}" in shown
    assert "first start" in shown
    assert "Days after the first report" in shown
    assert 'value="7"' in answer.text
    assert audited(house) == ["see_policy"]


def test_agents_neither_see_nor_change_the_policy_and_auditors_only_see_it(house: DeskHouse) -> None:
    assert house.signed_in(Role.AGENT).get("/desk/policy").status_code == 403
    auditor = house.signed_in(Role.AUDITOR)
    assert auditor.get("/desk/policy/what-if").status_code == 200
    assert auditor.post("/desk/policy/propose", why=WHY, **TEN_DAYS).status_code == 403
    assert auditor.post("/desk/policy/sign", number="1").status_code == 403


def test_what_if_shows_which_case_would_be_decided_otherwise_and_what_it_costs(house: DeskHouse) -> None:
    work = filing(house.app.database)
    shown = work.assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    case = work.file(REQUEST, **CONFIRMED, confirmed_digest=shown.digest, now=NOW)
    page = text(house.signed_in(Role.LEAD).get(NO_GROSS))
    assert "1 of 1 past decisions would be others" in page
    assert f"{case.case_id} " in page
    assert re.search(r"EUR 240\.00 0\.00 -240\.00", page)
    assert "eligible, 240.00 EUR" in page
    assert "settings / vendor fault levels gross, intentional intentional" in page
    (looked,) = house.app.audit.entries(Wanted(act="try_policy"), 9)
    assert looked.details["changes"] == ["settings / vendor_fault_levels: gross, intentional -> intentional"]


def test_what_if_tries_out_answers_that_nobody_filed(house: DeskHouse) -> None:
    work = filing(house.app.database, RecordsOffice({"ORD-10001": records(fault="ordinary")}))
    work.assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    also_ordinary = "/desk/policy/what-if?name=vendor_fault_levels&value=intentional,gross,ordinary"
    page = text(house.signed_in(Role.LEAD).get(also_ordinary))
    assert "ORD-10001 told, not filed" in page
    assert "EUR 0.00 240.00 240.00" in page


def test_a_value_that_cannot_be_is_refused_with_what_may_be_written(house: DeskHouse) -> None:
    lead = house.signed_in(Role.LEAD)
    for value in ("ten", "99999999999", "-1"):
        answer = lead.get(f"/desk/policy/what-if?name=problem_solution_period&value={value}")
        assert answer.status_code == 422
        assert "is a number of days up to 3650" in text(answer)
        assert f'value="{value}"' in answer.text
    assert lead.get("/desk/policy/what-if?name=colour&value=blue").status_code == 422
    assert lead.get("/desk/policy/what-if?base=no-such-version").status_code == 422


def test_two_people_make_a_change_live_and_the_audit_log_tells_of_both(house: DeskHouse) -> None:
    put_forward(house)
    leo = house.signed_in(house.agent(Role.ADMIN, "Leo"))
    page = text(leo.get("/desk/policy"))
    assert "settings / problem solution period 7 10" in page
    assert f"Put forward by Ann, {house.now.day}" in page
    assert in_force(house) == 7
    assert leo.post("/desk/policy/sign", number="2").headers["location"] == "/desk/policy?done=signed"
    assert in_force(house) == 10
    assert "It is in force" in text(leo.get("/desk/policy?done=signed"))
    assert audited(house) == ["propose_policy", "see_policy", "sign_policy"]
    (proposed,) = house.app.audit.entries(Wanted(act="propose_policy"), 9)
    assert (proposed.who, proposed.details["changes"]) == ("Ann", ["settings / problem_solution_period: 7 -> 10"])


def test_who_put_it_forward_does_not_sign_it_and_the_attempt_is_audited(house: DeskHouse) -> None:
    ann = put_forward(house)
    assert "You put it forward: somebody else signs it." in text(ann.get("/desk/policy"))
    refused = ann.post("/desk/policy/sign", number="2")
    assert (refused.status_code, in_force(house)) == (409, 7)
    assert "Ann put it forward: somebody else signs it" in text(refused)
    assert "sign_policy_refused" in audited(house)


def test_a_version_that_is_waiting_can_be_tried_out_by_who_signs_it(house: DeskHouse) -> None:
    put_forward(house)
    leo = house.signed_in(house.agent(Role.LEAD, "Leo"))
    link = re.search(r'href="(/desk/policy/what-if\?base=[^"]+)"', leo.get("/desk/policy").text)
    assert link
    page = text(leo.get(unescape(link[1])))
    assert "settings / problem solution period 7 10" in page
    assert "Put it forward" not in page


@pytest.mark.parametrize(
    ("why", "value", "complaint"), [(" ", "10", "say why the policy changes"), (WHY, "7", "nothing would change")]
)
def test_a_proposal_without_reason_or_change_is_refused(house: DeskHouse, why: str, value: str, complaint: str) -> None:
    form = {"why": why, "name": ["problem_solution_period"], "value": [value]}
    answer = house.signed_in(Role.LEAD).post("/desk/policy/propose", **form)
    assert (answer.status_code, complaint in text(answer)) == (422, True)
    assert "Waits for a signature" not in text(answer)


def test_an_unsound_policy_is_told_in_words_and_not_put_forward(house: DeskHouse, folder: Path) -> None:
    lead = house.signed_in(Role.LEAD)
    assert "Yes: each rule can hold" in text(lead.get("/desk/policy/findings"))
    change_file(folder, '  "PT": Atlantic/Azores\n', "", "zones.yml")
    assert "A gap: something that no clause speaks to , PT: a right counts its days" in text(
        lead.get("/desk/policy/findings")
    )
    refused = lead.post("/desk/policy/propose", why=WHY, base="files")
    assert (refused.status_code, "it is not sound: gap: PT" in text(refused)) == (422, True)


def test_two_clauses_that_speak_to_the_same_are_told_in_words(house: DeskHouse, folder: Path) -> None:
    change_file(folder, "topics: [outage, ", "topics: [outage, law, ", "clauses.yml")
    page = text(house.signed_in(Role.LEAD).get("/desk/policy/findings"))
    assert "An overlap: two places say something about the same , P1.a and P1.c: the topic 'law'" in page


def test_a_rule_without_its_test_is_found_by_the_page_too(
    house: DeskHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.app.policy_changes, "_tests", tmp_path)
    assert "A rule that no test checks , P1.a" in text(house.signed_in(Role.LEAD).get("/desk/policy/findings"))


def test_every_kind_of_finding_and_every_setting_has_words() -> None:
    assert set(FINDINGS) == set(Kind)
    assert set(SETTINGS) == set(settings_that_decide(POLICY))
    others = {field.name for field in fields(Settings)} - {name.partition(".")[0] for name in SETTINGS}
    assert others == set(BY_FILES)


def test_files_that_say_something_else_are_shown_and_put_forward(house: DeskHouse, folder: Path) -> None:
    lead = house.signed_in(Role.LEAD)
    assert "They say what the version in force says." in text(lead.get("/desk/policy/findings"))
    change_file(folder, "problem_solution_period: 7 ", "problem_solution_period: 10 ")
    assert "settings / problem solution period 7 10" in text(lead.get("/desk/policy/findings"))
    assert "settings / problem solution period 7 10" in text(lead.get("/desk/policy/what-if?base=files"))
    assert lead.post("/desk/policy/propose", why=WHY, base="files").status_code == 303
    house.signed_in(Role.ADMIN).post("/desk/policy/sign", number="2")
    assert in_force(house) == 10


def test_files_that_cannot_be_read_are_told_with_their_line(house: DeskHouse, folder: Path) -> None:
    change_file(folder, "problem_solution_period: 7 ", "problem_solution_period: seven ")
    lead = house.signed_in(Role.LEAD)
    assert re.search(r"settings\.yml:3: ", text(lead.get("/desk/policy/findings")))
    assert lead.post("/desk/policy/propose", why=WHY, base="files").status_code == 422
