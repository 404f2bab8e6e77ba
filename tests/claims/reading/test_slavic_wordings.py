"""Russian and Ukrainian as strangers write it: one wording of each kind, in both languages, with who and how."""

from __future__ import annotations

import pytest
from asking_reader import told_of, who_and_how

ONE = [
    # Verbs that no list can hold stand behind a quotation.
    ("«Никаких пленных у нас не имелось», — отрезал комбат Олег Ткач.", "комбат Олег Ткач", "denies_act"),
    ("«Наших там не стояло», — коротко ответил начальник гарнизона.", "начальник гарнизона", "denies_act"),
    ("Начальник гарнизону відповів коротко: «Наших там не стояло».", "Начальник гарнизону", "denies_act"),
    # Who speaks stands behind the verb, after an addressee, or inside what is said.
    ("«Их убили», — сказала нашему корреспонденту Аглая Верес.", "Аглая Верес", "alleges"),
    ("Полонених, стверджує Кирило Стеблина, накрила артилерія.", "Кирило Стеблина", "alternative_explanation"),
    ("Геолокацию установила группа «Компас».", "группа «Компас»", "confirms_verified"),
    ("О том, что запись подлинная, говорит Кира Ланге.", "Кира Ланге", "accepts"),
    ("Посол Узгір’я: «солдати виконали обов’язок, дякуємо їм».", "Посол Узгір’я", "praises"),
    ("«Это ложь», — говорится в заявлении штаба.", "заявлении штаба", "denies_act"),
    ("На странице отряда появилась запись: «Колонну сожгли мы».", "отряда", "claims_responsibility"),
    ("Как признало министерство, пленные действительно были избиты.", "министерство", "accepts"),
    # Named doers, against a charge that names none.
    ("Депутат сказал, что стреляли бойцы отряда «Барсук».", "Депутат", "attributes"),
    ("Депутат сказав, що полонених розстріляла розвідрота Гвардії.", "Депутат", "attributes"),
    ("Оппозиция обвинила гвардейцев «Ястреба» в казни.", "Оппозиция", "alleges"),
    ("Провину за загибель полонених уряд поклав на Гірський батальйон.", "уряд", "attributes"),
    ("Сосед сказал, что пленных поставили к стене и застрелили.", "Сосед", "alleges"),
    ("Министр обвинил оппозицию во лжи.", "Министр", "denies_act"),
    ("Міністр звинуватив блогерів у постановці.", "Міністр", "alternative_explanation"),
    ("Генерал возложил вину на вражескую артиллерию.", "Генерал", "alternative_explanation"),
    ("Речник армії підтвердив, що відео справжнє.", "Речник армії", "accepts"),
    # Nobody answers, nobody knows.
    ("Связаться с командиром батальона нам не удалось.", "командиром батальона", "no_comment"),
    ("На час публікації відповіді від армії не надійшло.", "армії", "no_comment"),
    ("Комментировать подробности полковник отказался.", "полковник", "no_comment"),
    ("Президент о видео пока не высказывался.", "Президент", "no_comment"),
    ("Лиц стрелявших очевидец не разглядел.", "очевидец", "denies_knowledge"),
    ("Голова визнала, що місія не має доступу до цього району.", "Голова", "denies_knowledge"),
    # What is granted, praised, ordered, kept, placed.
    ("Міська голова не сумнівається в справжності кадрів.", "Міська голова", "accepts"),
    ("Армия признала, что удар по мосту нанесли её самолёты.", "Армия", "claims_responsibility"),
    ("Полковник сказал, что люди погибли, но наши тут ни при чём.", "Полковник", "acknowledges_denies_responsibility"),
    ("Парламент проголосував за створення слідчої комісії.", "Парламент", "announces_investigation"),
    ("Свідчення вцілілих запишуть під присягою, пообіцяв адвокат.", "адвокат", "announces_evidence_collection"),
    ("Лаборатория не нашла в файле следов монтажа.", "Лаборатория", "confirms_verified"),
    ("Омбудсман сказал, что пленных привезли 18 марта около полудня.", "Омбудсман", "states_circumstances"),
]


@pytest.mark.parametrize(("sentence", "speaker", "stance"), ONE)
def test_a_wording_of_strangers(sentence, speaker, stance):
    """Who says it, perhaps with a word before the name, and with which stance; nothing else is proposed."""
    ((told, how),) = who_and_how(sentence)
    assert (told.endswith(speaker) or told.startswith(speaker), how) == (True, stance)


@pytest.mark.parametrize(
    ("text", "stances"),
    [
        ("«Убивать безоружных нельзя, — сказала Ада Корн. — Мы требуем расследования».",
         ["condemns", "announces_investigation"]),
        ("«Це страта, — наголосила Ада Корн. — Ми фіксуємо свідчення й передамо їх суду».",
         ["alleges", "announces_evidence_collection"]),
        ("Ада Корн заявила, что запись смонтирована и никаких расстрелов не было.",
         ["alternative_explanation", "denies_act"]),
    ],
)  # fmt: skip
def test_one_breath_with_two_things_is_told_apart(text, stances):
    """A quotation with who says it inside its marks is two; so are clauses that do two things."""
    told = told_of(text)["assertions"]
    assert [one["stance"] for one in told] == stances
    assert {one["speaker"] for one in told} == {"Ада Корн"}


def test_somebody_else_behind_a_comma_speaks_for_themselves():
    """`A said that …, her deputy B said that …, C did not answer`: three speakers."""
    text = (
        "Мер Лідія Савчин заявила, що не сумнівається в справжності кадрів,"
        " її заступник Юрко Демків сказав, що нічого не знає."
    )
    assert who_and_how(text) == [("Мер Лідія Савчин", "accepts"), ("її заступник Юрко Демків", "denies_knowledge")]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Генерал Платон Ярцев осудил казнь. Юрист Ада Корн осудила казнь. Он добавил: «Это ложь».", "Платон Ярцев"),
        ("Генерал Платон Ярцев осудил казнь. Юрист Ада Корн осудила казнь. По её словам, это ложь.", "Ада Корн"),
        ("Штаб лиги осудил казнь. Юрист Ада Корн осудила казнь. Там же добавили, что это ложь.", "Штаб лиги"),
        ("Генерал Платон Ярцев осудил казнь. По словам Ярцева, это ложь.", "Платон Ярцев"),
    ],
)
def test_pronouns_and_surnames_in_other_cases(text, speaker):
    """`Он`, `её` and `там` are the last that fit; a surname in another case is the one named before."""
    assert speaker in told_of(text)["assertions"][-1]["speaker"]


@pytest.mark.parametrize(
    "text", ["Мер сказав, що готовий до зустрічі.", "Исправление: в первой версии текста указано, что погибли девять."]
)
def test_what_says_nothing_that_is_looked_for_is_not_proposed(text):
    """Words that tell no stance, and what a page says of its earlier words, are no statements."""
    assert who_and_how(text) == []
