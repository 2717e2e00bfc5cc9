"""The trained model's two components, asked without the dialogue around them."""

from pathlib import Path
from typing import Dict, List, Tuple

from rasa_ext.details import Details, now_of
from rasa_ext.evaluation.figures import Reading
from rasa_ext.evaluation.rows import STANDS_FOR, DetailRow, as_text
from rasa_ext.intent_classifier import SentenceIntentClassifier
from rasa_ext.mends.without_tensorflow import stand_in_for_tensorflow

ROOT = Path(__file__).resolve().parent.parent.parent


class TrainedModel:
    """The newest model in models/; FileNotFoundError when there is none."""

    def __init__(self) -> None:
        stand_in_for_tensorflow()
        from rasa.core.agent import Agent

        agent = Agent.load(str(ROOT / "models"))
        if agent.processor is None:
            raise FileNotFoundError("There is no model in models/: make train")
        # Rasa offers no way to a component; through it 8,000 sentences would take a minute longer.
        nodes = list(agent.processor.graph_runner._instantiated_nodes.values())
        components = [node._component for node in nodes]
        self.intents = next(one for one in components if isinstance(one, SentenceIntentClassifier))
        self.details = next(one for one in components if isinstance(one, Details))

    def read(self, text: str, meant: str) -> Reading:
        """The reading of one sentence; intents of ours count as those that they stand for."""
        likely: Dict[str, float] = {}
        for one in self.intents.rank(text):
            likely.setdefault(STANDS_FOR.get(one["name"], one["name"]), one["confidence"])
        return Reading(text, meant, list(likely.items()))

    def find(self, row: DetailRow) -> List[Tuple[str, str]]:
        """The details found in one message, as the row holds its own."""
        now = now_of({"now": row.now, "zone": row.zone})
        repairs = self.intents.repairs(row.text)
        return [(found.entity, as_text(found.value)) for found in self.details.find(row.text, now, repairs)]

    def wishes(self, text: str) -> List[str]:
        """The two likeliest readings of a text."""
        return [name for name, _ in self.read(text, "").ranking[:2]]
