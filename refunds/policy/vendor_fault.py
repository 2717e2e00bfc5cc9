"""P1.a: the service failed because of an intentional act or a gross error of the vendor."""

from __future__ import annotations

from refunds.policy.decision import Fact, Outcome, Reason
from refunds.policy.evidence import has_usable_time, incidents_met, incidents_of_order, tickets_covering
from refunds.policy.records import Incident
from refunds.policy.request import Claim
from refunds.policy.situation import Situation
from refunds.policy.wording import named_words, span_words

_CAUSES = {
    "intentional": "an intentional act of ours",
    "gross": "a gross error of ours",
    "ordinary": "an ordinary fault, not a gross error",
    "third_party": "caused by a third party",
    "maintenance": "planned maintenance",
}
_BEST_FIRST = (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW, Outcome.NOT_ELIGIBLE)


def p1a_vendor_fault(situation: Situation) -> Reason | None:
    """P1.a, tried when a failure is claimed: by the incidents that overlap the time named; None if not claimed."""
    if not situation.claims(Claim.FAILURE):
        return None
    outcome, facts = _finding(situation)
    return Reason("P1.a", "p1a_vendor_fault", outcome, (time_fact(situation), *facts))


def fault_outcome(incident: Incident, situation: Situation) -> Outcome:
    """What the fault behind one incident comes to; a fault not found yet is a person's."""
    if incident.fault in situation.policy.settings.vendor_fault_levels:
        return Outcome.ELIGIBLE
    return Outcome.NOT_ELIGIBLE if incident.fault in _CAUSES else Outcome.NEEDS_REVIEW


def incidents_unclaimed(situation: Situation) -> tuple[Incident, ...]:
    """Incidents that would carry P1.a, or may, if a failure were claimed, newest first; none where one is."""
    if situation.claims(Claim.FAILURE):
        return ()
    known = incidents_of_order(situation)
    return tuple(i for i in known if fault_outcome(i, situation) is not Outcome.NOT_ELIGIBLE)


def time_fact(situation: Situation) -> Fact:
    """The time of the failure as the customer named it."""
    time = situation.request.time
    if time is not None:
        value = f"{time.start.isoformat()}/{time.end.isoformat()}"
        return Fact("time", value, f"you said it happened {named_words(time, situation.today)}")
    if situation.request.time_unknown:
        return Fact("time", "unknown", "you don't know when it was")
    return Fact("time", "", "you haven't said yet when it was")


def _finding(situation: Situation) -> tuple[Outcome, tuple[Fact, ...]]:
    if has_usable_time(situation):
        return _at_named_time(situation)
    if situation.request.time_unknown:
        return _at_unknown_time(situation)
    return Outcome.INCOMPLETE, ()


def _at_named_time(situation: Situation) -> tuple[Outcome, tuple[Fact, ...]]:
    met = _deciding_first(situation)
    if met:
        return fault_outcome(met[0], situation), tuple(_incident_fact(incident, situation) for incident in met)
    return _without_incident(situation)


def _at_unknown_time(situation: Situation) -> tuple[Outcome, tuple[Fact, ...]]:
    """A person looks at it, unless a ticket decides and no incident could have been the vendor's fault."""
    possible = [i for i in _deciding_first(situation) if fault_outcome(i, situation) is not Outcome.NOT_ELIGIBLE]
    if possible:
        return Outcome.NEEDS_REVIEW, tuple(_incident_fact(incident, situation) for incident in possible)
    return _without_incident(situation)


def _without_incident(situation: Situation) -> tuple[Outcome, tuple[Fact, ...]]:
    none = Fact("incident", "", "no incident of ours on record explains it")
    covering = tickets_covering(situation)
    if not covering:
        return Outcome.NEEDS_REVIEW, (none, Fact("ticket", "", "no ticket covers it"))
    tickets = (Fact("ticket", ticket.ticket_id, f"ticket {ticket.ticket_id} covers it") for ticket in covering)
    return Outcome.NOT_ELIGIBLE, (none, *tickets)


def _deciding_first(situation: Situation) -> list[Incident]:
    return sorted(incidents_met(situation), key=lambda i: _BEST_FIRST.index(fault_outcome(i, situation)))


def _incident_fact(incident: Incident, situation: Situation) -> Fact:
    span = span_words(incident.started_at, incident.ended_at, situation.today)
    cause = _CAUSES.get(incident.fault, "its cause is not known yet")
    return Fact("incident", incident.incident_id, f"our records show incident {incident.incident_id}, {span}: {cause}")
