"""The pipeline's intent classifier: names the likeliest intent, ranks the others, says when it is in doubt."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from rasa_ext.intent_model import IntentModel
from rasa_ext.intent_parts import with_second_wish
from rasa_ext.intent_sentences import is_long, read_long
from rasa_ext.intent_training import teach
from rasa_ext.mended import REPAIRS_KEY, Repair, mended
from rasa_ext.sentence_encoder import ENCODER_NAME, SentenceEncoder
from rasa_ext.spelling import Spelling
from rasa_ext.vector_cache import cached_vectors

DOUBTFUL_KEY = "doubtful"
_VECTORS = Path(".rasa", "sentence_vectors.npz")
_RANKED = 10
# Greetings, thanks, yes and no, and the plain wish come in the same few words over and over: a fifth of a turn's time.
_REMEMBERED = 2000


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceIntentClassifier(IntentClassifier, GraphComponent):
    """MiniLM and n-grams into logistic regression (docs/decisions/engine.md has the figures).

    The message gets `intent`, `intent_ranking`, and `doubtful`: true where the likeliest intent is less likely
    than `doubt_below`. The intent itself is never replaced here: the channel does that, for the dialogue only.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`strength`: C of the regression; `doubt_below`: a probability, set from held-out sentences."""
        return {"strength": 5.0, "doubt_below": 0.4}

    def __init__(self, config: Dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._encoder = SentenceEncoder()
        self._model: Optional[IntentModel] = None
        self._spelling = Spelling({})
        self._read = lru_cache(_REMEMBERED)(self._likelihoods)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceIntentClassifier:
        """A classifier that still has to be trained."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceIntentClassifier:
        """A trained classifier; ValueError when the model archive holds none."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._take(IntentModel.load(folder))
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the classifier on all sentences that have an intent, and keeps it with the model."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        texts = [example.get(TEXT) for example in examples]
        intents = [example.get(INTENT) for example in examples]
        model = teach(texts, intents, self._encoder, self._config["strength"], self._vectors)
        with self._storage.write_to(self._resource) as folder:
            model.save(folder)
        self._take(model)
        return self._resource

    def _vectors(self, texts: List[str]) -> np.ndarray:
        return cached_vectors(_VECTORS, ENCODER_NAME, texts, self._encoder.encode_all)

    def _take(self, model: IntentModel) -> None:
        self._model = model
        self._spelling = Spelling(model.words, self._encoder.whole_words, self._encoder.common_words)

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds intent, ranking and doubt to each message."""
        for message in messages:
            self._classify(message)
        return messages

    def _classify(self, message: Message) -> None:
        text = message.get(TEXT) or ""
        repairs = self.repairs(text)
        if repairs:
            message.set(REPAIRS_KEY, repairs, add_to_output=True)
        ranking = self._ranking(mended(text, repairs))
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking[:_RANKED], add_to_output=True)
        doubtful = ranking[0]["confidence"] < self._config["doubt_below"]
        message.set(DOUBTFUL_KEY, doubtful, add_to_output=True)

    def repairs(self, text: str) -> List[Repair]:
        """The words of a text that are read otherwise than they were written."""
        return self._spelling.repairs(text)

    def rank(self, text: str) -> List[Dict[str, Any]]:
        """All intents as `{"name", "confidence"}`, likeliest first; a long text is read sentence by sentence."""
        return self._ranking(mended(text, self.repairs(text)))

    def _ranking(self, text: str) -> List[Dict[str, Any]]:
        if self._model is None:
            raise ValueError("The intent classifier was asked before it was trained")
        intents = self._model.intents
        if is_long(text):
            likely = read_long(text, intents, self._read)
        else:
            likely = with_second_wish(self._read(text), text, intents, self._read)
        return [{"name": intents[i], "confidence": float(likely[i])} for i in likely.argsort()[::-1]]

    def _likelihoods(self, text: str) -> np.ndarray:
        assert self._model is not None
        return self._model.probabilities(text, self._encoder.encode(text))
