"""Which language a message is in."""

from __future__ import annotations

import pytest

from actions.languages import asks_for_person, language_of

WRITTEN = {
    "de": [
        "Ich möchte mein Geld zurück",
        "Der Server war drei Tage lang nicht erreichbar",
        "Guten Tag, wann kommt meine Rückerstattung?",
        "kann ich mit jemandem sprechen",
        "Mir wurde zweimal Geld abgebucht",
        "bitte kündigen Sie meinen Vertrag",
        "wie lange dauert die Erstattung",
    ],
    "fr": [
        "Je voudrais un remboursement s'il vous plaît",
        "Mon serveur est en panne depuis hier",
        "Quand vais-je recevoir mon argent ?",
        "J'ai été débité deux fois",
        "je veux parler à quelqu'un",
        "Comment annuler ma commande",
        "votre service ne marche pas",
    ],
    "es": [
        "Quiero que me devuelvan mi dinero",
        "¿Cuándo llega mi reembolso?",
        "Me han cobrado dos veces",
        "El servidor no funciona desde ayer",
        "quiero hablar con una persona",
        "necesito cancelar mi pedido",
        "buenos días, tengo un problema con mi cuenta",
    ],
    "pt": [
        "Olá, quero o meu dinheiro de volta",
        "Não consigo acessar o servidor",
        "Quando recebo o meu reembolso?",
        "Fui cobrado duas vezes",
        "preciso falar com alguém",
        "quero cancelar a minha assinatura",
        "o serviço está fora do ar desde ontem",
    ],
    "it": [
        "Buongiorno, vorrei un rimborso",
        "Quando arrivano i miei soldi?",
        "Il server non funziona da ieri",
        "Mi è stato addebitato due volte",
        "voglio parlare con un operatore",
        "vorrei annullare il mio ordine",
        "non riesco ad accedere al mio account",
    ],
    "zh": ["我想退款", "我的服务器坏了三天", "退款什么时候到账？", "请帮我转人工客服", "你好", "我被重复扣款了"],
    "tr": [
        "Merhaba, paramı geri istiyorum",
        "Sunucu çalışmıyor",
        "İade ne zaman gelir?",
        "benden iki kez para çekildi",
        "biriyle konuşmak istiyorum",
        "siparişimi iptal etmek istiyorum lütfen",
    ],
}
ENGLISH = [
    "the server died on me and nobody cares",
    "die die die, everything is down",
    "I paid via SEPA, la la la, still waiting",
    "refund for Maria de la Cruz please",
    "per month I pay 20 euro, es is the region",
    "my con-tract no. 5 was cancelled",
    "I revoke, Widerruf, for order ORD-51900",
    "um, un-subscribe me",
    "Hola, I need my money back",
    "hallo from Berlin",
    "merci",
    "danke",
    "ok",
    "ORD-48213",
    "amara@example.com",
    "13 November",
    "me no dey understand this one",
    "no",
    "",
]


@pytest.mark.parametrize(("language", "text"), [(name, text) for name, texts in WRITTEN.items() for text in texts])
def test_a_sentence_is_known_by_its_small_words(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ENGLISH)
def test_english_with_a_foreign_word_or_a_greeting_is_no_other_language(text: str) -> None:
    assert language_of(text) is None


def test_japanese_is_not_taken_for_chinese() -> None:
    assert language_of("返金してください") is None


@pytest.mark.parametrize(
    "text",
    ["kann ich mit jemandem sprechen", "je veux parler à un conseiller", "quiero hablar con una persona", "转人工"],
)
def test_a_wish_for_a_person_is_heard_in_other_languages(text: str) -> None:
    assert asks_for_person(text)


def test_a_wish_for_money_is_none_for_a_person() -> None:
    assert not asks_for_person("Ich möchte mein Geld zurück")
