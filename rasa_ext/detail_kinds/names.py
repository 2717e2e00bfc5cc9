"""Payment methods, services and regions by the words of data/nlu/synonyms.yml."""

import re
from dataclasses import dataclass
from typing import Dict, Iterator, List, Tuple

from rasa_ext.detail_kinds.detail import Detail, without_overlaps

# These words mean something else too: they count after "paid with", "by", "in region" and the like, or alone.
_NEEDS_LEAD = {"ideal", "global", "wire", "credit", "debit", "iban"}
_LEAD = re.compile(
    r"\b(?:pa(?:id|yed|y)|by|with|via|through|using|used?|over|region|in|as)\s+(?:my |an? |the )?$", re.I
)
# As a product it is written "E-mail"; "email" is mostly the customer's address, unless it is all they say.
_NEEDS_TO_BE_ALONE = {"email", "e-mail"}
# These hold a word of the vocabulary and name nothing of it.
_NOTHING = ["sim card", "gift card", "business card", "graphics card", "id card", "network card", "cardboard"]
# A wallet or a named kind of card says more than "card".
_GENERIC_METHOD = "card"
# A brand is a card beside a wallet too: "to my Visa, not to PayPal".
_BRAND = re.compile(r"visa|master\s?card|amex|american express", re.I)
_CARD_OR_WALLET_OF_CARDS = ("card_", "apple_pay", "google_pay")
_SAYS_MORE = ("card_", "apple_pay", "google_pay", "paypal", "klarna", "alipay", "wechat_pay", "unionpay")


@dataclass(frozen=True)
class Vocabulary:
    """The phrases that name something: phrase in lower case -> (entity, value)."""

    phrases: Dict[str, Tuple[str, str]]

    @classmethod
    def of(cls, values: Dict[str, List[str]], synonyms: Dict[str, str]) -> "Vocabulary":
        """From the values of each entity and the synonyms of each value; a value names itself."""
        entity_of = {value: entity for entity, listed in values.items() for value in listed}
        phrases = {value.replace("_", " ").lower(): (entity, value) for value, entity in entity_of.items()}
        for phrase, value in synonyms.items():
            if value in entity_of:
                phrases[phrase.lower()] = (entity_of[value], value)
        return cls(phrases)

    def pattern(self) -> "re.Pattern[str]":
        """Matches the longest phrase at each place; blanks, hyphens and underscores are the same."""
        longest_first = sorted([*self.phrases, *_NOTHING], key=len, reverse=True)
        written = [r"[\s_-]*".join(map(re.escape, re.split(r"[\s_-]+", phrase))) for phrase in longest_first]
        return re.compile(rf"(?<![\w@.-])(?:{'|'.join(written)})(?![\w@]|\.\w)", re.IGNORECASE)


class NameFinder:
    """Finds the names of a vocabulary in a text."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._pattern = vocabulary.pattern()
        self._values = {_squeezed(phrase): named for phrase, named in vocabulary.phrases.items()}

    def find(self, text: str) -> Iterator[Detail]:
        """`payment_method`, `service` and `region`, each value once."""
        matches = (match for match in self._pattern.finditer(text) if match.group().lower() not in _NOTHING)
        found = [self._detail(match) for match in matches if _stands_for_itself(match)]
        methods = [detail.value for detail in found if detail.entity == "payment_method"]
        said = set()
        for detail in without_overlaps(found):
            says_more = _CARD_OR_WALLET_OF_CARDS if _BRAND.search(text[detail.start : detail.end]) else _SAYS_MORE
            generic = detail.value == _GENERIC_METHOD and any(method.startswith(says_more) for method in methods)
            if not generic and detail.value not in said:
                said.add(detail.value)
                yield detail

    def _detail(self, match: "re.Match[str]") -> Detail:
        entity, value = self._values[_squeezed(match.group())]
        return Detail(match.start(), match.end(), entity, value)


def _squeezed(phrase: str) -> str:
    return re.sub(r"[\s_-]+", "", phrase.lower())


def _stands_for_itself(match: "re.Match[str]") -> bool:
    written = match.group().lower()
    if written not in _NEEDS_LEAD | _NEEDS_TO_BE_ALONE or match.group() == "E-mail":
        return True
    alone = not match.string.replace(match.group(), "").strip(" .!,")
    led = written in _NEEDS_LEAD and _LEAD.search(match.string[: match.start()]) is not None
    return alone or led
