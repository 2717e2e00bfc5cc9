"""How a customer hears about their cases without having asked: shown, and changed by a button or in words."""

from __future__ import annotations

from datetime import time

from actions.claims import wants_money
from actions.notice_words import Wish, wish_in
from actions.steps import Step, payload
from actions.talk import Buttons, Talk
from actions.who import ask_who, hear_who
from refunds.cases.notice_wishes import NIGHT, NoticeWishes, QuietHours, Way

TOPIC = "notices"
_CUSTOMER = "customer"
_NIGHT, _ANY_TIME = "night", "any_time"


class WishNotices(Step):
    """The customer chooses by a button, or wants to see what holds."""

    step_name = "action_wish_notices"

    def take(self, talk: Talk) -> None:
        """Keep what the button says, and say what holds now."""
        _take(talk, _of_button(talk.detail("wish")))


def hear_notice_wish(talk: Talk) -> bool:
    """Take words that wish notices on another way or at other hours; False for all others."""
    if talk.asked in ("email", "code"):
        return hear_who(talk, TOPIC)
    wish = wish_in(talk.text)
    if wish is None or talk.detail("order_number") or wants_money(talk.text, {}):
        return False
    _take(talk, wish)
    return True


def go_on_notices(talk: Talk) -> None:
    """After a code: keep what was wished before it."""
    kept, talk.frame.notice_wish = talk.frame.notice_wish or {}, None
    _take(talk, _of_json(kept))


def _take(talk: Talk, wish: Wish) -> None:
    if talk.customer_id is None:
        talk.frame.topic, talk.frame.notice_wish = TOPIC, _as_json(wish)
        if not talk.detail("email"):
            talk.say("utter_notices_who")
        ask_who(talk)
        return
    if talk.frame.topic == TOPIC:
        talk.frame.topic, talk.pending = None, None
    wishes = _kept(talk, talk.customer_id, wish)
    name = "utter_notices_now" if wish == Wish() else "utter_notices_changed"
    talk.say(name, _buttons(talk, wishes), wishes=talk.app.wishing.told(wishes))


def _kept(talk: Talk, customer_id: str, wish: Wish) -> NoticeWishes:
    wishing = talk.app.wishing
    if wish.way is not None:
        return wishing.choose_way(customer_id, wish.way, who=_CUSTOMER, now=talk.now)
    if wish.quiet is not None or wish.any_time:
        return wishing.choose_quiet(customer_id, wish.quiet, zone=talk.zone_name, who=_CUSTOMER, now=talk.now)
    return wishing.of(customer_id)


def _buttons(talk: Talk, wishes: NoticeWishes) -> Buttons:
    """The other ways, and quiet at night or no quiet any more."""
    names = [way.value for way in Way if way is not wishes.way]
    names.append(_ANY_TIME if wishes.quiet else _NIGHT)
    return [talk.button(f"button_notices_{name}", payload("wish_notices", wish=name)) for name in names]


def _of_button(name: str | None) -> Wish:
    if name == _NIGHT:
        return Wish(quiet=NIGHT)
    if name == _ANY_TIME:
        return Wish(any_time=True)
    return Wish(way=Way(name)) if name else Wish()


def _as_json(wish: Wish) -> dict[str, str]:
    """The wish as the talk's frame keeps it; what is not wished is left out."""
    kept = {"way": wish.way and wish.way.value, "any_time": "yes" if wish.any_time else None}
    if wish.quiet:
        kept |= {"start": wish.quiet.start.isoformat(), "end": wish.quiet.end.isoformat()}
    return {name: value for name, value in kept.items() if value}


def _of_json(kept: dict[str, str]) -> Wish:
    way = Way(kept["way"]) if "way" in kept else None
    quiet = QuietHours(time.fromisoformat(kept["start"]), time.fromisoformat(kept["end"])) if "start" in kept else None
    return Wish(way, quiet, "any_time" in kept)
