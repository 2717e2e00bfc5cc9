"""Sentences as they arrive from thumbs, dictation and haste: seeded, so that a figure can be had again.

Used to measure (`rasa_ext/evaluate.py`) and to train on copies; never while serving. Words that hold a digit, an @ or
a slash are left alone: numbers, addresses and identifiers are details, and no intent hangs on them.
"""

import random
import re
from typing import Callable, Dict, List

_NEIGHBOURS = {
    "a": "qwsz", "b": "vghn", "c": "xdfv", "d": "serfcx", "e": "wsdr", "f": "drtgvc", "g": "ftyhbv", "h": "gyujnb",
    "i": "ujko", "j": "huikmn", "k": "jiolm", "l": "kop", "m": "njk", "n": "bhjm", "o": "iklp", "p": "ol", "q": "wa",
    "r": "edft", "s": "awedxz", "t": "rfgy", "u": "yhji", "v": "cfgb", "w": "qase", "x": "zsdc", "y": "tghu",
    "z": "asx",
}  # fmt: skip
_TEXTING = {
    "you": "u", "your": "ur", "you're": "ur", "are": "r", "please": "pls", "thanks": "thx", "because": "cuz",
    "to": "2", "for": "4", "with": "w/", "message": "msg", "tomorrow": "tmrw", "and": "n", "okay": "k", "people": "ppl",
    "about": "abt", "before": "b4", "want to": "wanna", "going to": "gonna", "money": "mony", "the": "da",
    "what": "wat",
    "have": "hav", "don't": "dont", "know": "kno", "account": "acct",
    "payment": "pmt", "see": "c", "why": "y",
}  # fmt: skip
_FILLERS = ("um", "uh", "so", "like", "well", "okay so", "you know")
# What dictation hears for what was said.
_HEARD = {
    "their": "there", "there": "their", "your": "you're", "you're": "your", "its": "it's", "it's": "its", "to": "too",
    "for": "four", "whole": "hole", "buy": "by", "site": "sight", "wait": "weight", "paid": "payed", "been": "bean",
    "refund": "re fund", "can't": "cant", "server": "serve her", "charged": "charge", "week": "weak", "new": "knew",
}  # fmt: skip


def typed_badly(text: str, dice: random.Random, rate: float = 0.35) -> str:
    """Letters swapped, dropped, doubled or hit beside the key, in about `rate` of the longer words."""
    return " ".join(_mistyped(word, dice) if dice.random() < rate else word for word in text.split(" "))


def run_on(text: str, dice: random.Random) -> str:
    """About every fourth blank forgotten, now and then one set within a word."""
    joined = re.sub(r" ", lambda _: "" if dice.random() < 0.25 else " ", text)
    return " ".join(_split(word, dice) if dice.random() < 0.05 else word for word in joined.split(" "))


def texted(text: str, dice: random.Random) -> str:
    """Short forms of a phone, lower case, few points, some vowels left out."""
    lowered = re.sub(r"[.,;:!]+(?!\w)", "", text.lower())
    for long, short in _TEXTING.items():
        if dice.random() < 0.7:
            lowered = re.sub(rf"(?<![\w'@.-]){long}(?![\w'@.-])", short, lowered)
    return " ".join(_without_vowel(word, dice) if dice.random() < 0.2 else word for word in lowered.split(" "))


def shouted(text: str, dice: random.Random) -> str:
    """All in capitals, often with more marks at the end."""
    return text.upper() + dice.choice(("", "!", "!!", "!!!", "???"))


def dictated(text: str, dice: random.Random) -> str:
    """No punctuation and no capitals, a filler here and there, words that sound alike mistaken."""
    words = re.sub(r"[.,;:!?]+(?!\w)", "", text.lower()).split()
    heard = [_HEARD[word] if word in _HEARD and dice.random() < 0.4 else word for word in words]
    for _ in range(len(heard) // 6 + 1):
        heard.insert(dice.randrange(len(heard) + 1), dice.choice(_FILLERS))
    return " ".join(heard)


def heavily_typed(text: str, dice: random.Random) -> str:
    """The worst of it: many typos, some blanks forgotten, often all small or all large."""
    noisy = typed_badly(text, dice, 0.55)
    noisy = re.sub(r" ", lambda _: "" if dice.random() < 0.08 else " ", noisy)
    return dice.choice((str, str.lower, str.lower, str.upper))(noisy)


KINDS: Dict[str, Callable[[str, random.Random], str]] = {
    "typos": typed_badly,
    "run on": run_on,
    "texting": texted,
    "capitals": shouted,
    "dictation": dictated,
    "heavy typos": heavily_typed,
}


def noisy_copies(texts: List[str], kind: str, seed: int) -> List[str]:
    """Each text with noise of one kind, by dice of its own: a text's copy does not depend on its neighbours."""
    return [KINDS[kind](text, random.Random(f"{seed} {kind} {text}")) for text in texts]


def worn(texts: List[str], seed: int) -> List[str]:
    """Each text with noise of one kind, whichever the dice of the text choose: what a model is taught besides."""
    kinds = [kind for kind in KINDS if kind != "capitals"]  # read like small letters
    dice = [random.Random(f"{seed} {text}") for text in texts]
    return [KINDS[one.choice(kinds)](text, one) for text, one in zip(texts, dice, strict=True)]


def _is_detail(word: str) -> bool:
    return bool(re.search(r"[\d@/]", word))


def _mistyped(word: str, dice: random.Random) -> str:
    letters = [at for at, letter in enumerate(word) if letter.isalpha()]
    if len(letters) < 3 or _is_detail(word):
        return word
    at = dice.choice(letters)
    done = dice.randrange(4)
    if done == 0:
        at = min(at, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if done == 1:
        return word[:at] + word[at + 1 :]
    if done == 2:
        return word[:at] + word[at] + word[at:]
    beside = dice.choice(_NEIGHBOURS.get(word[at].lower(), word[at]))
    return word[:at] + (beside.upper() if word[at].isupper() else beside) + word[at + 1 :]


def _split(word: str, dice: random.Random) -> str:
    if len(word) < 6 or _is_detail(word):
        return word
    at = dice.randrange(2, len(word) - 2)
    return f"{word[:at]} {word[at:]}"


def _without_vowel(word: str, dice: random.Random) -> str:
    vowels = [at for at in range(1, len(word) - 1) if word[at] in "aeiou"]
    if len(word) < 4 or not vowels or _is_detail(word):
        return word
    at = dice.choice(vowels)
    return word[:at] + word[at + 1 :]
