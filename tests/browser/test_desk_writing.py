"""An agent's words in a real browser: none is lost by a reload, a refusal, or a desk that is away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from refunds.desk.permissions import Role
from tests.browser.test_desk_access import house, sign_in, url
from tests.chat_house import ChatHouse
from tests.desk_house import DeskHouse
from tests.fake_engine import needs_person
from tests.world import wait_until

__all__ = ["house", "url"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
TAB_OF_TESTS = """
window.told = []
window.Notification = class {
  static permission = "granted"
  static requestPermission() {}
  constructor(title) { told.push(title) }
}
window.AudioContext = class {
  destination = {}; currentTime = 0
  createGain() { return { gain: {}, connect: (to) => to } }
  createOscillator() { return { frequency: {}, connect: (to) => to, start: () => told.push("a tone"), stop() {} } }
}
"""


def waiting_chat(chat: ChatHouse, address: str = "amara") -> str:
    chat.engine.answer = lambda _: needs_person("a person comes")
    conversation_id = chat.say("I want a person", address=address).conversation_id
    wait_until(lambda: chat.owner(conversation_id) == "waiting")
    return conversation_id


@pytest.fixture
def mine(chat_on_file: ChatHouse, house: DeskHouse, url: str, page: Page) -> str:
    """A chat in the hands of the agent who looks at it, with a clock that tests move."""
    conversation_id = waiting_chat(chat_on_file)
    agent = house.agent(Role.AGENT, "Ann")
    house.app.chat_holding.take(agent, conversation_id, house.now)
    page.clock.install()
    sign_in(page, url, agent.login)
    page.goto(f"{url}/chats/{conversation_id}")
    return conversation_id


def test_a_line_that_the_desk_does_not_take_is_kept_and_goes_out_once(
    chat_on_file: ChatHouse, page: Page, mine: str
) -> None:
    page.route("**/say", lambda route: route.abort())
    write(page, "I found it.")
    expect(page.locator("#unsent")).to_contain_text("does not answer yet")
    wait_until(lambda: _after_a_pause(page, "not sent: the desk does not answer."), seconds=30)
    page.reload()
    expect(page.locator("#unsent")).to_contain_text("I found it.")
    page.unroute("**/say")
    page.clock.run_for(4000)
    expect(page.locator("#said")).to_contain_text("I found it.")
    expect(page.locator("#unsent li")).to_have_count(0)
    page.reload()
    expect(page.locator("#unsent li")).to_have_count(0)
    assert chat_on_file.heard(mine).count("I found it.") == 1


def test_a_line_refused_because_somebody_else_has_the_chat_goes_back_into_the_field(
    house: DeskHouse, page: Page, mine: str
) -> None:
    lead, cleo = house.agent(Role.LEAD), house.agent(Role.AGENT, "Cleo")
    page.route("**/standing", lambda route: route.abort())  # as if all happened in the same moment
    house.app.chat_holding.assign(lead, mine, cleo.agent_id, house.now)
    house.app.chat_holding.take(cleo, mine, house.now)
    write(page, "I found it.")
    expect(page.locator("#unsent")).to_contain_text("not sent: Cleo has this chat.")
    page.get_by_role("button", name="Put back into the field").click()
    expect(page.get_by_label("Your answer")).to_have_value("I found it.")


def test_what_was_typed_outlives_a_reload_until_it_is_sent_or_the_agent_signs_out(page: Page, mine: str) -> None:
    page.get_by_label("Your answer").fill("Half a sent")
    page.get_by_label("A note").fill("Call them at five")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#notes")).to_contain_text("Call them at five")
    expect(page.get_by_label("Your answer")).to_have_value("Half a sent")
    expect(page.get_by_label("A note")).to_have_value("")
    page.get_by_role("button", name="Sign out").click()
    assert page.evaluate("sessionStorage.length") == 0


def test_who_looks_at_the_queue_hears_and_sees_that_somebody_waits(
    chat_on_file: ChatHouse, house: DeskHouse, url: str, page: Page
) -> None:
    page.add_init_script(TAB_OF_TESTS)
    sign_in(page, url, house.agent().login)
    page.goto(f"{url}/chats")
    waiting_chat(chat_on_file, "ada")
    expect(page.locator("#counts")).to_contain_text("1 waiting")
    assert page.evaluate("told") == []
    page.get_by_label("Sound and notice").check()
    waiting_chat(chat_on_file, "ben")
    expect(page.locator("#counts")).to_contain_text("2 waiting")
    assert page.evaluate("told") == ["a tone", "A customer waits for a person"]


def write(page: Page, text: str) -> None:
    page.get_by_label("Your answer").fill(text)
    page.get_by_role("button", name="Send").click()


def _after_a_pause(page: Page, text: str) -> bool:
    """Whether a line that was not sent says ``text`` once the pause before its next try is over."""
    page.clock.run_for(4000)
    return text in page.locator("#unsent").inner_text()
