"""The pipeline's extractor: every detail of the design's table, with its value in the design's form."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, Dict, Iterator, List, Optional, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from rasa_ext.detail_kinds.amounts import find_amounts
from rasa_ext.detail_kinds.card_digits import find_last4
from rasa_ext.detail_kinds.detail import Detail, without_overlaps
from rasa_ext.detail_kinds.email import find_emails
from rasa_ext.detail_kinds.names import NameFinder, Vocabulary
from rasa_ext.detail_kinds.numbers import find_numbers
from rasa_ext.detail_kinds.times.spans import find_times
from rasa_ext.mended import REPAIRS_KEY, Repair, as_written, mended

logger = logging.getLogger(__name__)
_FILE = "vocabulary.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class Details(GraphComponent):
    """Finds details by rule, also in the spelling that the classifier repaired.

    Times are resolved against `now` and `zone` of the message's metadata. Training only collects the words of
    data/nlu/synonyms.yml.
    """

    def __init__(self, storage: ModelStorage, resource: Resource, vocabulary: Vocabulary) -> None:
        self._storage = storage
        self._resource = resource
        self._names = NameFinder(vocabulary)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Details:
        """An extractor without names yet."""
        return cls(model_storage, resource, Vocabulary({}))

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Details:
        """The extractor with the names that were collected at training."""
        with model_storage.read_from(resource) as folder:
            phrases = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return cls(model_storage, resource, Vocabulary({phrase: tuple(named) for phrase, named in phrases.items()}))

    def train(self, training_data: TrainingData) -> Resource:
        """Keeps the lookup tables and synonyms as the vocabulary of names."""
        values = {table["name"]: table["elements"] for table in training_data.lookup_tables}
        vocabulary = Vocabulary.of(values, training_data.entity_synonyms)
        with self._storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(vocabulary.phrases), encoding="utf-8")
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds the details found to each message's entities."""
        for message in messages:
            repairs = message.get(REPAIRS_KEY) or []
            found = self.find(message.get(TEXT) or "", now_of(message.get("metadata")), repairs)
            entities = [
                {"entity": d.entity, "start": d.start, "end": d.end, "value": d.value, "extractor": "Details"}
                for d in found
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages

    def find(self, text: str, now: datetime, repairs: Sequence[Repair] = ()) -> List[Detail]:
        """The details of a text in its order; what is surer comes first where two claim the same words.

        One in repaired words counts where none was written, or where it takes in all that was: "tuseday at 10".
        """
        written = without_overlaps([*find_emails(text), *self._by_sureness(text, now)])
        if not repairs:
            return written
        read = [
            detail
            for detail in self._in_repaired(text, now, repairs)
            if all(detail.covers(other) or not detail.overlaps(other) for other in written)
        ]
        return without_overlaps([*read, *written])

    def _in_repaired(self, text: str, now: datetime, repairs: Sequence[Repair]) -> Iterator[Detail]:
        # Not an address: it is nowhere but where it was written.
        for found in without_overlaps(self._by_sureness(mended(text, repairs), now)):
            start, end = as_written(found.start, found.end, repairs)
            detail = replace(found, start=start, end=end)
            if any(detail.start < repair.end and repair.start < detail.end for repair in repairs):
                yield detail

    def _by_sureness(self, text: str, now: datetime) -> Iterator[Detail]:
        yield from find_numbers(text)
        yield from find_last4(text)
        yield from find_amounts(text)
        yield from find_times(text, now)
        yield from self._names.find(text)


def now_of(metadata: Optional[Dict[str, Any]]) -> datetime:
    """The conversation's now in its zone: `now` is ISO with an offset, `zone` an IANA name; else the clock and UTC."""
    given = metadata or {}
    now = (
        datetime.fromisoformat(given["now"].replace("Z", "+00:00")) if given.get("now") else datetime.now(timezone.utc)
    )
    if now.tzinfo is None:
        now = now.replace(tzinfo=timezone.utc)
    try:
        return now.astimezone(ZoneInfo(given.get("zone") or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        logger.warning("unknown time zone, read as UTC")
        return now.astimezone(timezone.utc)
