"""Once an action has answered, the assistant listens, whatever the action did to the slots."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.core.constants import DEFAULT_POLICY_PRIORITY
from rasa.core.policies.policy import Policy, PolicyPrediction, confidence_scores_for
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class ListenPolicy(Policy):
    """Predicts `action_listen` after any other action, more surely than a fallback and less surely than a rule.

    A rule with a condition on a slot no longer fits once its own action has changed that slot (the next question);
    RulePolicy would then fall back, and run the fallback action until the turn is cut off.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`confidence`: between `core_fallback_threshold` of RulePolicy and 1, the confidence of a rule."""
        return {"priority": DEFAULT_POLICY_PRIORITY, "confidence": 0.9}

    def train(self, training_trackers: List[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """There is nothing to learn."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Listen, unless the customer's message is still unanswered."""
        if tracker.latest_action_name == ACTION_LISTEN_NAME:
            return self._prediction(self._default_predictions(domain))
        return self._prediction(confidence_scores_for(ACTION_LISTEN_NAME, self.config["confidence"], domain))
