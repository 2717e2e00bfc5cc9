"""Which language a message is written in: counted by small words that English does not have.

A list and not a library: it can be read, costs no download, and raised no false alarm on 5,840 English sentences
(docs/decisions/dialogue.md).
"""

from __future__ import annotations

import re

# Words that are frequent in one language and, as a customer writes, not English. Some belong to two languages.
_SMALL_WORDS = {
    "de": "ich nicht und der das ist mein meine meinen meiner bitte möchte moechte habe haben für mit auf ein eine"
    " einen kann wurde wird wie wann warum wo sie wir es kein keine noch mir mich von zu dem den auch oder"
    " aber nach bei geht immer seit gestern heute jemandem jemand sprechen brauche will zurück zurueck hallo"
    " guten tag danke",
    "fr": "je vous mon ma mes est pas le la les des du une un pour avec que qui dans sur et ne où ai ça ce cette"
    " veux voudrais peux quand été suis merci depuis hier quelqu'un parler besoin fonctionne marche mois deux"
    " fois bonjour bonsoir",
    "es": "quiero mi el la los las una un por para que con está esta estoy es y en del se lo mis tengo puedo"
    " necesito cuándo cuando cómo fue ayer hace desde hablar alguien funciona han dos veces cobrado hola"
    " gracias buenos buenas días dias",
    "pt": "quero meu minha não nao uma um por para que com está estou é e em os ao da eu você foi preciso tenho"
    " ontem desde quando falar alguém funciona meus vezes duas cobrado o recebo olá ola obrigado obrigada",
    "it": "vorrei il la mio mia mi non per che una un sono è e di del della con ho voglio posso gli quando ieri da"
    " parlare qualcuno funziona indietro volte due stato bisogno buongiorno grazie",
    "tr": "ve bir için icin istiyorum ne nasıl nasil değil degil benim bu çok cok zaman yok var mı mi gibi ama dün"
    " bugün biriyle konuşmak çalışmıyor geri iki kez merhaba teşekkürler",
}
# One of these alone tells the language; a greeting does not: "Hola, I need my money back".
_TELLING = {
    "de": "geld rückerstattung rueckerstattung erstattung störung kündigen bestellung",
    "fr": "remboursement remboursé argent s'il plaît plait svp commande",
    "es": "dinero reembolso devolución devuelvan servidor pedido",
    "pt": "dinheiro devolução reembolso pedido servidor estorno",
    "it": "soldi rimborso ordine denaro",
    "tr": "lütfen lutfen iade param paramı siparişim sunucu",
}
_ENGLISH = (
    "the i you my your is a an to and was for it in of on at please want not can do how me we our this that with have"
    " has get be are when what where why who will would if no yes but from am or so as by need they he she its there"
    " money back refund order hello hi thanks thank"
)
_HAN, _KANA = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[\u3040-\u30ff]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ENOUGH = 2
_PERSON = re.compile(
    r"\b(?:jemande[mn]?|mensch\w*|mitarbeiter\w*|kolleg\w+|quelqu['’]un|humain\w*|conseiller\w*|alguien|human[oa]"
    r"|persona|agente|alguém|pessoa|atendente|qualcuno|operatore|umano|biriyle|insan\w*|temsilci\w*)\b|人工|真人|客服",
    re.I,
)


def language_of(text: str) -> str | None:
    """The language of ``text`` where it is one of ours and not English: de, fr, es, pt, it, tr or zh; else None."""
    if _HAN.search(text) and not _KANA.search(text):
        return "zh"
    words = {word.replace("’", "'") for word in _WORD.findall(text.lower())}
    scores = {language: _score(words, language) for language in _SMALL_WORDS}
    best = max(scores, key=lambda language: scores[language])
    english = sum(word in _ENGLISH.split() for word in words)
    return best if scores[best] >= _ENOUGH and scores[best] > english else None


def asks_for_person(text: str) -> bool:
    """Whether words in one of these languages ask for a person."""
    return _PERSON.search(text) is not None


def _score(words: set[str], language: str) -> int:
    small, telling = _SMALL_WORDS[language].split(), _TELLING[language].split()
    return sum(1 if word in small else _ENOUGH if word in telling else 0 for word in words)
