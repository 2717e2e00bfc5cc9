"""Which rules fit a state is worked out once for each state: Rasa compares every rule with it at each prediction.

The answer follows from the rules and the states alone, and the states from intent, last action and pending question,
so there are some thousands of them at most.
"""

import json
from typing import Dict, List, Set, Text

from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.domain import State
from rasa.shared.nlu.constants import TEXT

from rasa_ext.mends.version import require_mended_version

# A bound against surprises: what does not fit in is worked out again.
_MOST_STATES = 20_000
_possible_keys = RulePolicy._get_possible_keys


def mend_rule_lookup() -> None:
    """Replaces RulePolicy._get_possible_keys for the whole process."""
    require_mended_version()
    RulePolicy._get_possible_keys = _remembered


def _remembered(self: RulePolicy, lookup: Dict[Text, Text], states: List[State]) -> Set[Text]:
    known = self.__dict__.setdefault("_known_keys", {}).setdefault(id(lookup), {})
    if not known:
        known["looks_at_words"] = any(_looks_at_words(key) for key in lookup)
    if known["looks_at_words"]:
        return _possible_keys(self, lookup, states)
    # No rule looks at the customer's words, so they change nothing, and are not kept.
    wordless = [{part: _without_words(values) for part, values in state.items()} for state in states]
    key = json.dumps(wordless, sort_keys=True)
    if key not in known:
        if len(known) > _MOST_STATES:
            return _possible_keys(self, lookup, states)
        known[key] = frozenset(_possible_keys(self, lookup, states))
    return known[key]


def _looks_at_words(rule: Text) -> bool:
    return any(TEXT in values for state in json.loads(rule) for values in state.values())


def _without_words(values: Dict[Text, object]) -> Dict[Text, object]:
    return {name: value for name, value in values.items() if name != TEXT}
