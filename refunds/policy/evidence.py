"""What the vendor's records say to a failure that a customer claims: incidents that meet it, tickets that cover it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from refunds.policy.records import Incident, Ticket
from refunds.policy.request import NamedTime
from refunds.policy.situation import Situation

VAGUE = timedelta(days=3)


def incidents_of_order(situation: Situation) -> tuple[Incident, ...]:
    """Incidents while the customer had the service, from the purchase to its end, newest first."""
    order = situation.order
    stopped = order.terminated_at or (order.term_end if order.status == "ended" else None)
    had_it = NamedTime(min(order.purchased_at, order.term_start), stopped or situation.now)
    met = (i for i in situation.records.incidents if _meets(i.started_at, i.ended_at, had_it))
    return tuple(sorted(met, key=lambda incident: (incident.started_at, incident.incident_id), reverse=True))


def incidents_met(situation: Situation) -> tuple[Incident, ...]:
    """Those among them that overlap the time named; all of them where no time is named."""
    time = situation.request.time
    known = incidents_of_order(situation)
    return tuple(i for i in known if time is None or _meets(i.started_at, i.ended_at, time))


def tickets_of_order(situation: Situation) -> tuple[Ticket, ...]:
    """Tickets about something that arose after the purchase, oldest first."""
    after = (t for t in situation.records.tickets if situation.order.purchased_at <= t.opened_at)
    return tuple(sorted(after, key=lambda ticket: (ticket.opened_at, ticket.ticket_id)))


def tickets_covering(situation: Situation) -> tuple[Ticket, ...]:
    """Tickets whose opened-to-solved span meets the time named; all where the customer does not know it."""
    time = situation.request.time
    return tuple(t for t in tickets_of_order(situation) if time is None or _meets(t.opened_at, t.solved_at, time))


def is_vague(situation: Situation) -> bool:
    """Whether the time named spans more than three days by the customer's clock.

    "Since last Monday" says when it began; it is narrowed only where incidents in that time could be meant.
    """
    time = situation.request.time
    if time is None or (time.ongoing and not incidents_met(situation)):
        return False
    start, end = (moment.astimezone(situation.zone).replace(tzinfo=None) for moment in (time.start, time.end))
    return end - start > VAGUE


def has_usable_time(situation: Situation) -> bool:
    """Whether the time named is known well enough to match records by it."""
    return situation.request.time is not None and not is_vague(situation)


def problem_end(incident: Incident, situation: Situation) -> datetime:
    """The last moment of the problem: of the incident and the time named together, but not after now."""
    time = situation.request.time
    ends = [incident.ended_at, time.end if time else None, situation.now]
    return min(end.astimezone(UTC) for end in ends if end is not None)


def _meets(start: datetime, end: datetime | None, time: NamedTime) -> bool:
    return start <= time.end and (end is None or time.start <= end)
