"""Russian and Ukrainian: free word order, speakers behind the verb, impersonal plurals, dashes."""

from __future__ import annotations

import pytest
from asking_reader import told_of, who_and_how

RUSSIAN = [
    ("Министерство обвинило командование в расстреле пленных.", "Министерство", "alleges"),
    ("«Никто никого не расстреливал», — заявил полковник Ури Тамм.", "полковник Ури Тамм", "denies_act"),
    ("В Северном командовании обвинения отвергли.", "Северном командовании", "denies_act"),
    ("По данным агентства «Меридиан», засаду устроил Речной батальон.", "агентства «Меридиан»", "attributes"),
    ("Газета «Фонарь» подтвердила, что видео снято к северу от села.", "Газета «Фонарь»", "confirms_verified"),
    ("Ответственность за нападение взяла на себя группа «Холм».", "группа «Холм»", "claims_responsibility"),
    ("Боевики погибли в бою, утверждает представитель армии.", "представитель армии", "alternative_explanation"),
    ("Президент поручил прокуратуре расследовать эти события.", "Президент", "announces_investigation"),
    ("Прокуратура собирает доказательства, сообщил её представитель.", "Прокуратура", "announces_evidence_collection"),
    ("На запрос редакции министерство не ответило.", "министерство", "no_comment"),
    ("Редакции не удалось подтвердить подлинность этой записи.", "Редакции", "denies_knowledge"),
    ("Правозащитники осудили убийство пленных.", "Правозащитники", "condemns"),
    ("Губернатор поблагодарил бойцов за мужество.", "Губернатор", "praises"),
    ("Армия признала подлинность записи.", "Армия", "accepts"),
]
UKRAINIAN = [
    ("Міністерство звинуватило командування у розстрілі полонених.", "Міністерство", "alleges"),
    ("«Ніхто нікого не розстрілював», — заявив полковник Урі Тамм.", "полковник Урі Тамм", "denies_act"),
    ("У Північному командуванні звинувачення відкинули.", "Північному командуванні", "denies_act"),
    ("За даними агенції «Меридіан», засідку влаштував Річковий батальйон.", "агенції «Меридіан»", "attributes"),
    ("Газета «Ліхтар» підтвердила, що відео зняли на північ від села.", "Газета «Ліхтар»", "confirms_verified"),
    ("Відповідальність за напад взяла на себе група «Пагорб».", "група «Пагорб»", "claims_responsibility"),
    ("Бойовики загинули в бою, стверджує речник армії.", "речник армії", "alternative_explanation"),
    ("Президент доручив прокуратурі розслідувати ці події.", "Президент", "announces_investigation"),
    ("Прокуратура збирає докази, повідомив її речник.", "Прокуратура", "announces_evidence_collection"),
    ("На запит редакції міністерство не відповіло.", "міністерство", "no_comment"),
    ("Редакції не вдалося підтвердити справжність цього запису.", "Редакції", "denies_knowledge"),
    ("Правозахисники засудили вбивство полонених.", "Правозахисники", "condemns"),
    ("Губернатор подякував бійцям за мужність.", "Губернатор", "praises"),
    ("Армія визнала справжність запису.", "Армія", "accepts"),
]


@pytest.mark.parametrize(("sentence", "speaker", "stance"), RUSSIAN + UKRAINIAN)
def test_one_sentence_one_statement(sentence, speaker, stance):
    """The speaker as written, and the stance that the verb and the words give; nothing else is proposed."""
    assert who_and_how(sentence) == [(speaker, stance)]


@pytest.mark.parametrize(
    ("text", "tongue"), [("«Это ложь», — сказал генерал Вант.", "ru"), ("«Це брехня», — сказав генерал Вант.", "uk")]
)
def test_guillemets_and_dashes(text, tongue):
    """Words between guillemets before a dash are quoted, and the one behind the verb says them."""
    (one,) = told_of(text)["assertions"]
    assert (one["speaker"], one["stance"], one["quoted"], one["language"]) == (
        "генерал Вант",
        "denies_act",
        True,
        tongue,
    )


def test_speech_behind_a_dash_at_the_head_of_a_paragraph():
    """A paragraph that begins with a dash is speech without quotation marks."""
    (one,) = told_of("— Это ложь, — сказал генерал Вант.")["assertions"]
    assert (one["speaker"], one["text"], one["quoted"]) == ("генерал Вант", "Это ложь,", True)


def test_by_his_words_is_the_one_named_before():
    """«По его словам» is the last person, and says so."""
    first, second = told_of("Министр Тибор Ансель сказал, что не видел ролика. По его словам, будет расследование.")[
        "assertions"
    ][-2:]
    assert second["speaker_how"] == "pronoun"
    assert second["stance"] == "announces_investigation"
    assert first["speaker"] == second["speaker"]


def test_two_languages_in_one_text_are_each_read_and_told():
    """Each sentence is read in its own language, and the reader learns that there are two."""
    told = told_of("Army spokesman Leo Tarn said it was false.\n\nМинистерство обвинило армию в расстреле пленных.")
    assert [(one["language"], one["stance"]) for one in told["assertions"]] == [("en", "denies_act"), ("ru", "alleges")]
    assert any("several languages" in why for why in told["unread"])


@pytest.mark.parametrize(
    "text",
    [
        "Der Minister wies die Vorwürfe zurück und sprach von einer Fälschung.",
        "Міністр абвінаваціў войска ў забойстве палонных і дадаў, што ў яго ёсць відэа.",
        "قال الوزير إن الفيديو مزيف وإن الجيش لم يقتل أحدا",
    ],
)
def test_a_language_that_is_not_read_could_not_be_looked_at(text):
    """That no rule reads a language is told as such, with the place, and never as nothing found."""
    told = told_of(text)
    assert told["outcome"] == "could_not_look"
    assert len(told["unread_sentences"]) == 1
