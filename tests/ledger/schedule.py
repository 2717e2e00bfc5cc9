"""One random schedule: people, workers, billing and the network act in any order, die and fail, and then all is well.

The same seed gives the same schedule, step for step. What happened stands in ``trace``.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, get_args

from refunds import outbox
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import GAVE_BACK, UNDECIDED, CaseState, PayoutState
from refunds.cases.payout_failures import OTHER_ROUTES
from refunds.errors import RefundsError
from refunds.money import Money
from sandbox.answers import PaymentChange, RefundByHand, Refused
from sandbox.world import Amount, Fault
from tests.ledger.accounts import is_at_rest
from tests.ledger.actors import Actor
from tests.ledger.billing import SANDBOX_POINTS
from tests.ledger.house import NEEDS_TWO, ORDERS, START, House
from tests.ledger.stepped import READ

AGENTS = ("Kim", "Lee", "Max")
MOMENTS = [timedelta(seconds=s) for s in (0.3, 2, 6, 31, 61)]
LONG = [timedelta(minutes=11), timedelta(hours=4), timedelta(days=1), timedelta(days=4)]
# No process holds a call longer than its deadlines; the design counts on ten minutes (payouts/sending.py).
LONGEST_STALL = timedelta(minutes=8)
FAULTS = get_args(Fault)
_BETWEEN = {"before sending.Payouts._store_intent", "after sending.Payouts._store_intent", "before POST /refunds"}
_MAY_BE_PAID_AGAIN = GAVE_BACK | {PayoutState.REQUESTED}


@dataclass
class Running:
    """An actor and since when it runs."""

    actor: Actor
    since: Any
    then: Callable[[], None] | None = None


@dataclass
class Schedule:
    """``doomed`` names points: at each of them the first who comes there dies."""

    house: House
    seed: int
    workers: int = 2
    doomed: set[str] = field(default_factory=set)
    trace: list[str] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.house.billing.mishaps.chance = self.chance
        self._deaths = 0.0
        self._running: list[Running] = []
        self._heard: list[bytes] = []
        self.forgeries_taken = 0

    # What a schedule is

    def chaos(self) -> None:
        """Some cases, and everything that may happen to them, in any order."""
        self.cases = [self.house.file(order_id) for order_id in self._orders()]
        mishaps = self.house.billing.mishaps
        self._deaths = self.chance.choice([0, 0.03, 0.1])
        mishaps.no_answer, mishaps.parked, mishaps.deaths = (
            self.chance.choice(chances) for chances in ([0, 0.02, 0.2], [0, 0.1, 0.4], [0, 0.02, 0.2])
        )
        mishaps.doomed = self.doomed & set(SANDBOX_POINTS)
        for case in self.cases:
            self._begin(case)
        for _ in range(self.chance.randint(50, 120)):
            self._happen()

    def _begin(self, case: Case) -> None:
        """Half of the cases are about a part of the payment, so that billing would pay twice if it were asked to."""
        review, now = self.house.review, self.house.clock.now
        if self.chance.random() < 0.5:
            part = self._part_of(case)
            self._carry_out("Kim", partial(review.change_amount, case.case_id, part, reason="part", who="Kim", now=now))
        if self.chance.random() < 0.7:
            self._start("Kim (approves)", partial(review.approve, case.case_id, who="Kim", now=now))

    def _orders(self) -> list[str]:
        if self._is_wanted("review.Review._approve_first"):
            return [NEEDS_TWO]
        return self.chance.sample([each["order_id"] for each in ORDERS], self.chance.choice([1, 1, 2]))

    def _happen(self) -> None:
        possible: list[tuple[float, Callable[[], object]]] = [
            # Whoever waits for money is impatient while nobody knows whether billing has made the refund.
            (5.0 if self.house.billing.is_unsure else 1.5, self._somebody_acts),
            (1.5, self._time_passes),
            # What changes between a look at billing and what follows from it is worth most.
            (6.0 if any(each.actor.at in _BETWEEN for each in self._running) else 0.5, self._billing_changes),
            (0.5, self._calls_will_fail),
            (1.0, self._webhook_arrives),
            (0.3, self._forgery_arrives),
            (0.4, lambda: self._start("watch", self.house.look_around)),
        ]
        if sum(each.actor.name.startswith("worker") for each in self._running) < self.workers:
            possible.append((4.0, lambda: self._start("worker", self.house.work)))
        if self._running:
            possible += [(12.0, self._somebody_goes_on), (2.0, self._somebody_comes_to_an_end)]
        if self.house.billing.parked:
            possible.append((0.7, self._late_call_arrives))
        weights = [weight for weight, _ in possible]
        self.chance.choices([act for _, act in possible], weights)[0]()

    # Actors

    def _start(self, name: str, act: Callable[[], object], then: Callable[[], None] | None = None) -> Running:
        running = Running(Actor(name, act), self.house.clock.now, then)
        self._running.append(running)
        self._go_on(running)
        return running

    def _somebody_goes_on(self) -> None:
        self._go_on(self.chance.choice(self._running))

    def _somebody_comes_to_an_end(self) -> None:
        self._run_through(self.chance.choice(self._running))

    def _run_through(self, running: Running) -> Running:
        while running in self._running:
            self._go_on(running)
        return running

    def _go_on(self, running: Running) -> None:
        """To the next step at which others may act, unless it dies on the way."""
        actor = running.actor
        while True:
            self._fail_workers_until_rows_die(actor)
            actor.go_on()
            if actor.is_over:
                self._leave(running)
                return
            self._note(f"{actor.name}: {actor.at}")
            if actor.at != READ:
                self.passed[actor.at] += 1
            self._make_likely(actor)
            if self._is_deadly(actor):
                self._kill(running)
                return
            if not actor.is_alone:
                return

    def _is_wanted(self, *places: str) -> bool:
        """Whether somebody is still to die at one of ``places``."""
        return any(point.endswith(places) for point in self.doomed)

    def _fail_workers_until_rows_die(self, actor: Actor) -> None:
        """Where somebody is to die with a dead row in hand, billing answers no worker."""
        if self._is_wanted("outbox.failed", "outbox.retry"):
            self.house.billing.mishaps.no_answer = 1.0 if actor.name == "worker" else 0.0

    def _make_likely(self, actor: Actor) -> None:
        """Where somebody is to die after a refusal for good, billing has something to refuse."""
        if self._is_wanted("sending.Payouts._create") and actor.at == "before POST /refunds":
            for case in self.cases:
                payment = self.house.billing.office.payment(case.payment_id)
                self._try("all goes back by hand", partial(self._refund_by_hand, case, payment.amount.value))

    def _is_deadly(self, actor: Actor) -> bool:
        if actor.at in self.doomed:
            self.doomed.remove(actor.at)
            self.house.billing.mishaps.no_answer = 0.0
            return True
        return actor.at != READ and self.chance.random() < self._deaths

    def _kill(self, running: Running) -> None:
        self._note(f"{running.actor.name} dies {running.actor.at}")
        self.killed[running.actor.at] += 1
        running.actor.kill()
        running.then = None
        self._leave(running)

    def _leave(self, running: Running) -> None:
        self._running.remove(running)
        error = running.actor.error
        if error is not None and not isinstance(error, RefundsError):
            raise error
        if error is not None:
            self._note(f"{running.actor.name} is refused: {type(error).__name__}: {error}")
        elif running.then is not None:
            running.then()

    def _finish_all(self) -> None:
        while self._running:
            self._go_on(self._running[0])

    # What may happen

    def _somebody_acts(self) -> None:
        case_id, who, now = self.chance.choice(self.cases).case_id, self.chance.choice(AGENTS), self.house.clock.now
        case = self._read(case_id)
        dead = self._dead_rows()
        if dead and self.chance.random() < 0.3:
            self._start(who, partial(outbox.retry, self.house.database, dead[0], who=who, now=now))
            return
        name, act = self._act_on(case, who, now)
        self._start(f"{who} ({name} {case_id})", act)

    def _act_on(self, case: Case, who: str, now: datetime) -> tuple[str, Callable[[], object]]:
        """What agents do with a case in its state, and now and then what does not fit it."""
        review, case_id = self.house.review, case.case_id
        acts: dict[str, Callable[[], object]] = {
            "approves": lambda: review.approve(case_id, who=who, now=now),
            "pays again": partial(self._pay_again, case_id, who, now),
            "rejects": lambda: review.reject(case_id, reason="no", clause="P1.a", who=who, now=now),
            "appeals": lambda: review.appeal(case_id, reason="yes", who=who, now=now),
            "asks": lambda: review.ask(case_id, items=["a receipt"], who=who, now=now),
            "changes": lambda: review.change_amount(case_id, self._part_of(case), reason="part", who=who, now=now),
        }
        if case.state is CaseState.REJECTED:
            name = "appeals"
        else:
            usual = ["approves"] * 16 if case.state in UNDECIDED else ["pays again"] * 16
            name = self.chance.choice([*usual, *acts])
        return name, acts[name]

    def _route(self) -> str | None:
        return self.chance.choice([None, *OTHER_ROUTES])

    def _part_of(self, case: Case) -> Money:
        assert case.amount is not None
        part = case.amount.share(self.chance.randint(1, 3), 3)
        return part if part > Money.zero(case.currency) else case.amount

    def _time_passes(self) -> None:
        """A moment; or long, once nobody is in the middle of something."""
        if self.chance.random() < 0.2:
            self._finish_all()
            self._late_calls_are_over()
            self._advance(self.chance.choice(LONG))
            return
        delta = self._until_something_is_due() if self.chance.random() < 0.5 else self.chance.choice(MOMENTS)
        last = self.house.clock.now + delta - LONGEST_STALL
        for running in [each for each in self._running if each.since < last]:
            self._kill(running)
        if any(since < last for _, _, since in self.house.billing.parked):
            self._late_calls_are_over()
        self._advance(delta)

    def _until_something_is_due(self) -> timedelta:
        with self.house.database.reading() as session:
            ahead = [row.due_at for row in outbox.waiting(session) if row.dead_at is None]
        return max(min(ahead, default=self.house.clock.now) - self.house.clock.now, MOMENTS[0])

    def _advance(self, delta: timedelta) -> None:
        self.house.clock.now += delta
        self._note(f"-- {self.house.clock.now - START} after the start")

    def _late_call_arrives(self) -> None:
        self._note("a call arrives late")
        self.house.billing.arrive()

    def _late_calls_are_over(self) -> None:
        while self.house.billing.parked:
            if self.chance.random() < 0.5:
                self._late_call_arrives()
            else:
                self._note("a call is lost")
                self.house.billing.parked.pop(0)

    def _billing_changes(self) -> None:
        """A dispute opens or ends, somebody refunds by hand, or the customer names their account."""
        office, case = self.house.billing.office, self.chance.choice(self.cases)
        payment = office.payment(case.payment_id)
        what = self.chance.choice(["dispute", "by hand", "by hand", "details"])
        if what == "dispute":
            disputed = not payment.disputed
            self._note(f"{case.payment_id} disputed: {disputed}")
            office.change_payment(case.payment_id, PaymentChange(disputed=disputed))
        elif what == "by hand":
            value = self.chance.choice([payment.amount.value, str(self._part_of(case).value)])
            self._try(f"{value} of {case.payment_id} go back by hand", lambda: self._refund_by_hand(case, value))
        else:
            self.give_details()

    def _refund_by_hand(self, case: Case, value: str) -> None:
        amount = Amount(value=value, currency=case.currency)
        self.house.billing.office.refund_by_hand(RefundByHand(payment_id=case.payment_id, amount=amount))

    def give_details(self) -> None:
        """The customers name the accounts that transfers wait for."""
        office = self.house.billing.office
        for case in self.cases:
            for refund in office.refunds_of(case.payment_id):
                if refund.status == "requires_action":
                    self._note(f"details for {refund.refund_id}")
                    office.give_details(refund.refund_id)

    def _try(self, what: str, act: Callable[[], None]) -> None:
        self._note(what)
        try:
            act()
        except Refused as refused:
            self._note(f"refused: {refused}")

    def _calls_will_fail(self) -> None:
        case = self.chance.choice(self.cases)
        faults = self.chance.choices(FAULTS, k=self.chance.choice([1, 1, 2, 3, 9]))
        self._note(f"{case.payment_id} will fail: {faults}")
        self.house.billing.office.change_payment(case.payment_id, PaymentChange(faults=faults))

    def _webhook_arrives(self) -> None:
        """The next one, an old one again, or one that is kept back and comes later, out of order."""
        event = self.house.billing.next_event()
        if event is not None and self.chance.random() < 0.3:
            self._heard.append(event.body.encode())
            self.house.billing.announcements.taken(event)
            self._note("a webhook is kept back")
        elif event is not None:
            self._heard.append(event.body.encode())
            self._deliver(event.body.encode(), lambda: self._answered(event))
        elif self._heard:
            self._deliver(self.chance.choice(self._heard), None)

    def _deliver(self, body: bytes, then: Callable[[], None] | None) -> None:
        header = self.house.sign(body)
        self._start("web", lambda: self.house.take_in(body, header), then)

    def _answered(self, event: Any) -> None:
        """The 200 reaches billing, or is lost on the way."""
        if self.chance.random() < 0.8:
            self.house.billing.announcements.taken(event)
        else:
            self.house.billing.announcements.not_taken(event, self.house.clock.now)

    def _forgery_arrives(self) -> None:
        if not self._heard:
            return
        body = self.chance.choice(self._heard)
        header = self.house.sign(body)
        forged = body.replace(b"pending", b"succeeded").replace(b"EV-", b"EX-")
        self._note("a forged webhook")
        self.forgeries_taken += self.house.take_in(forged, header)

    # Afterwards

    def settle(self) -> None:
        """No more faults and deaths: all that is due is done, until nothing is left that could bring news.

        Half of the time people see to what waits for them too: a route is agreed, a dead row is tried again.
        """
        self._deaths = 0.0
        self.house.billing.mishaps.none_any_more()
        self._finish_all()
        self._late_calls_are_over()
        for case in self.cases:
            self.house.billing.office.change_payment(case.payment_id, PaymentChange(faults=[]))
        self._note("== all is well from here")
        people_care = self.chance.random() < 0.5 or self._is_wanted("outbox.retry", "sending.Payouts.pay_again")
        for _ in range(300):
            self._do_what_is_due()
            moment = self._next_moment()
            if moment is None:
                self._carry_out("watch", self.house.look_around)
                moment = self._next_moment()
            if moment is None and people_care:
                people_care = False
                self._people_see_to_it()
            elif moment is None:
                return
            else:
                self.house.clock.now = moment
        raise AssertionError("it never comes to rest")

    def _people_see_to_it(self) -> None:
        self.house.clock.now += timedelta(hours=1)
        now = self.house.clock.now
        for outbox_id in self._dead_rows():
            self._carry_out("Kim", partial(outbox.retry, self.house.database, outbox_id, who="Kim", now=now))
        self.give_details()
        for case in map(self._read, [case.case_id for case in self.cases]):
            if case.state is CaseState.APPROVED and all(payout.state in _MAY_BE_PAID_AGAIN for payout in case.payouts):
                pay = partial(self._pay_again, case.case_id, "Kim", now)
                while self._run_through(self._start("Kim", pay)).actor.is_killed:
                    self._note("Kim tries again")

    def _pay_again(self, case_id: str, who: str, now: datetime) -> None:
        self.house.payouts.pay_again(case_id, route=self._route(), who=who, now=now)

    def _do_what_is_due(self) -> None:
        while (event := self.house.billing.next_event()) is not None:
            body = event.body.encode()
            self._carry_out("web", partial(self.house.take_in, body, self.house.sign(body)))
            self.house.billing.announcements.taken(event)
        self._carry_out("worker", self.house.work)

    def _carry_out(self, name: str, act: Callable[[], object]) -> None:
        """At once; or, where somebody is still to die, step by step, and anew by whoever follows."""
        if self.doomed:
            while self._run_through(self._start(name, act)).actor.is_killed:
                self._note(f"{name} is started again")
        else:
            act()

    def _next_moment(self) -> datetime | None:
        """When something is due that still brings news; None where only looks at what has ended are left."""
        with self.house.database.reading() as session:
            rows = [row for row in outbox.waiting(session) if row.dead_at is None]
            moments = [row.due_at for row in rows if row.kind != "payout_look" or self._brings_news(session, row)]
        if not moments:
            return None
        # What is due and was not done was claimed by somebody who died: it is free again after a minute.
        now = self.house.clock.now
        return min(moments) if min(moments) > now else now + timedelta(seconds=61)

    def _brings_news(self, session: Any, row: Any) -> bool:
        return not is_at_rest(self.house, session, row.payload["payout_id"])

    def _dead_rows(self) -> list[str]:
        with self.house.database.reading() as session:
            return [row.outbox_id for row in outbox.waiting(session, dead=True)]

    def _read(self, case_id: str) -> Case:
        with self.house.database.reading() as session:
            return store.get(session, case_id)

    def _note(self, what: str) -> None:
        self.trace.append(what)
