"""What Rasa's validation does not see in the dialogue's rules: contradictions, and looks behind the last question.

Rasa reports intents and actions that the domain does not know; of two rules that contradict each other it takes one,
and a rule that looks further back never fits, since the engine keeps nothing between two messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

THE_QUESTION = "pending_question"

Parsed = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as its file has it: conditions and steps, each a mapping with one key."""

    file: str
    name: str
    condition: tuple[Any, ...]
    steps: tuple[Any, ...]

    @property
    def place(self) -> str:
        """Where it stands, for a message."""
        return f"{self.file}: rule {self.name!r}"

    @property
    def intents(self) -> list[str]:
        """What the customer says in it."""
        return [str(step["intent"]) for step in self.steps if "intent" in step]

    @property
    def actions(self) -> list[str]:
        """What it does."""
        return [str(step["action"]) for step in self.steps if "action" in step]

    @property
    def slots_asked(self) -> list[tuple[str, Any]]:
        """The slots in its conditions with the value that each must have."""
        return [pair for condition in self.condition for pair in _slots_set(condition)]


def problems_with_rules(domain: Parsed, files: Mapping[str, Parsed]) -> Iterator[str]:
    """What is wrong with the rules in ``files`` (parsed, by name), each with its place."""
    rules = [rule for file, parsed in files.items() for rule in _rules(file, parsed)]
    for file, parsed in files.items():
        if parsed.get("stories"):
            yield f"{file}: holds stories, which look behind the last question"
    for rule in rules:
        yield from _looks_behind(rule)
        yield from _unknown_to(domain, rule)
    yield from _contradictions(rules)
    yield from _without_a_rule(domain, rules)


def _rules(file: str, parsed: Parsed) -> Iterator[Rule]:
    for row in parsed.get("rules") or []:
        yield Rule(file, str(row.get("rule")), tuple(row.get("condition") or ()), tuple(row.get("steps") or ()))


def _slots_set(condition: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(condition, Mapping):
        return
    for slot in condition.get("slot_was_set") or ():
        yield from slot.items() if isinstance(slot, Mapping) else [(str(slot), None)]


def _looks_behind(rule: Rule) -> Iterator[str]:
    """A rule is one message and one action, under a condition on the last question at most."""
    kinds = [next(iter(step), None) if isinstance(step, Mapping) else step for step in rule.steps]
    if kinds != ["intent", "action"]:
        yield f"{rule.place}: must be one intent and one action, not {kinds}: anything more looks behind"
    elif [len(step) for step in rule.steps] != [1, 1]:
        yield f"{rule.place}: looks at more than the intent; what else was said is the action's to judge"
    for condition in rule.condition:
        if set(condition) != {"slot_was_set"}:
            yield f"{rule.place}: a condition on {sorted(condition)} looks behind the last question"
    for slot, _ in rule.slots_asked:
        if slot != THE_QUESTION:
            yield f"{rule.place}: a condition on slot {slot!r} looks behind the last question"
    if len(rule.slots_asked) > 1:
        yield f"{rule.place}: more than one condition on the last question"


def _unknown_to(domain: Parsed, rule: Rule) -> Iterator[str]:
    slots: Mapping[str, Any] = domain.get("slots") or {}
    known = {"intent": _names(domain.get("intents")), "action": _names(domain.get("actions")), "slot": set(slots)}
    used = {"intent": rule.intents, "action": rule.actions, "slot": [slot for slot, _ in rule.slots_asked]}
    for kind, names in used.items():
        for name in names:
            if name not in known[kind]:
                yield f"{rule.place}: the domain knows no {kind} {name!r}"
    for slot, value in rule.slots_asked:
        values = (slots.get(slot) or {}).get("values")
        if values is not None and value is not None and value not in values:
            yield f"{rule.place}: {slot} is never {value!r}"


def _contradictions(rules: list[Rule]) -> Iterator[str]:
    first: dict[tuple[Any, ...], Rule] = {}
    names: dict[str, Rule] = {}
    for rule in rules:
        trigger = (*rule.intents, *sorted(map(str, rule.slots_asked)))
        other = first.setdefault(trigger, rule)
        if other is not rule:
            verb = "repeats" if other.actions == rule.actions else "contradicts"
            yield f"{rule.place} {verb} {other.place}"
        if names.setdefault(rule.name, rule) is not rule:
            yield f"{rule.place}: {names[rule.name].file} has a rule of that name"


def _without_a_rule(domain: Parsed, rules: list[Rule]) -> Iterator[str]:
    """Intents and actions that no rule leads anywhere."""
    # Without a condition: else the words are lost where nothing or something else was asked.
    always = {intent for rule in rules if not rule.condition for intent in rule.intents}
    for intent in sorted(_names(domain.get("intents")) - always):
        yield f"domain.yml: intent {intent!r} has no rule that holds whatever was asked"
    done = {action for rule in rules for action in rule.actions}
    for action in sorted(_names(domain.get("actions")) - done):
        yield f"domain.yml: action {action!r} is in no rule"


def _names(listed: Any) -> set[str]:
    return {str(next(iter(row)) if isinstance(row, Mapping) else row) for row in listed or ()}
