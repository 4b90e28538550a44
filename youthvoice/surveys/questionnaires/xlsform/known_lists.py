"""Recognise common option lists of XLSForms, such as yes and no or a scale, and convert them into ours.

Labels decide, in the languages of common forms; keys such as "1", "2", "3" decide nothing.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from youthvoice.surveys.questionnaires.kinds import Kind
from youthvoice.surveys.questionnaires.picture_library import FACES
from youthvoice.surveys.questionnaires.questionnaire import DONT_KNOW
from youthvoice.surveys.questionnaires.xlsform.choice_lists import ListOption

_MIN_STEPS, _MAX_STEPS = 3, 5

_YES: Final = "yes|y|हाँ|हां|जी हाँ|نعم|أجل|oui|sí|si|sim|ja|ndiyo|হ্যাঁ|da|да|ہاں|有|是"

_NO: Final = "no|n|नहीं|जी नहीं|لا|كلا|non|não|nao|nein|nee|hapana|না|нет|نہیں|否"

_DONT_KNOW: Final = (
    "dont know|don't know|i dont know|i don't know|do not know|dk|not sure|unsure|dont_know|पता नहीं|मुझे पता नहीं|"
    "मालूम नहीं|لا أعرف|لا اعرف|لا أدري|je ne sais pas|ne sait pas|no sé|no se|no sabe|não sei|sijui|weiß nicht|"
    "weiss nicht|জানি না|не знаю|weet niet"
)

# From the low end to the high one; each row is one scale in one language. `|` separates labels of the same step.
_HOW_GOOD: Final = """
very bad|awful|terrible|very poor; bad|poor; ok|okay|fine|so-so|average|fair|neutral; good; very good|excellent|great
very sad|very unhappy; sad|unhappy; in between|neutral|ok|okay|so-so; happy; very happy
very dissatisfied; dissatisfied|unsatisfied|not satisfied; neutral|somewhat satisfied; satisfied; very satisfied
बहुत ख़राब|बहुत खराब|बहुत बुरा; ख़राब|खराब|बुरा; ठीक-ठाक|ठीक|ठीक ठाक; अच्छा|अच्छी; बहुत अच्छा|बहुत अच्छी
बहुत दुखी; दुखी|उदास; ठीक-ठाक|बीच में; ख़ुश|खुश; बहुत ख़ुश|बहुत खुश
سيئ جدًّا|سيئ جدا|سيئ جدًا|سيء جدا; سيئ|سيء; متوسط|عادي|مقبول; جيد; جيد جدًّا|جيد جدا|جيد جدًا|ممتاز
حزين جدا; حزن|حزين; بين بين|عادي; فرح|سعيد; سعيد جدا
très mauvais|très mal; mauvais|mal; moyen|ça va|passable; bon|bien; très bon|très bien|excellent
très insatisfait; insatisfait; neutre; satisfait; très satisfait
muy malo|muy mal; malo|mal; regular|más o menos|normal; bueno|bien; muy bueno|muy bien|excelente
muito ruim|muito mau; ruim|mau|mal; regular|mais ou menos; bom|bem; muito bom|muito bem|ótimo
mbaya sana; mbaya; wastani|sawa; nzuri|vizuri; nzuri sana|vizuri sana
"""

_HOW_MUCH: Final = """
never; rarely|seldom|almost never; sometimes|occasionally; often|usually|most of the time; always|all the time
not at all|none; not much|very little; a little|some; quite a lot|much; a lot|very much
strongly disagree|totally disagree; disagree; neutral|neither|undecided; agree; strongly agree|totally agree
कभी नहीं|बिल्कुल नहीं; बहुत कम|शायद ही कभी; कभी-कभी|कभी कभी|थोड़ा; अक्सर|ज़्यादातर; हमेशा|बहुत ज़्यादा
أبدًا|أبدا|مطلقا; نادرًا|نادرا; أحيانًا|أحيانا|قليلا; غالبًا|غالبا|كثيرا; دائمًا|دائما
jamais|pas du tout; rarement; parfois|quelquefois|un peu; souvent|beaucoup; toujours
pas du tout d'accord; pas d'accord; neutre; d'accord; tout à fait d'accord
nunca; rara vez|casi nunca; a veces|un poco; a menudo|casi siempre|mucho; siempre
nunca; raramente; às vezes|um pouco; muitas vezes|muito; sempre
kamwe|hapana kabisa; mara chache; wakati mwingine|kidogo; mara nyingi|sana; daima|siku zote
"""


class KnownList(NamedTuple):
    """An option list after recognition.

    Attributes:
        kind: `yes_no`, `faces`, or the kind it was read with.
        choices: its options, with our keys and pictures, without "I don't know".
        keys: our key for each key of the form.
        good: the good side, where the labels show it.
        has_dont_know: whether an option said "I don't know", which is always added automatically.
    """

    kind: Kind
    choices: tuple[ListOption, ...]
    keys: Mapping[str, str]
    good: tuple[str, ...]
    has_dont_know: bool


def find_known_list(kind: Kind, choices: Sequence[ListOption]) -> KnownList:
    """Recognise a list by the labels of its options."""
    list_options = [option for option in choices if not _does_not_know(option)]
    if len(list_options) < 2:  # noqa: PLR2004 - then "I don't know" is an answer like any other
        list_options = list(choices)
    keys = {option.key: option.key if option in list_options else DONT_KNOW for option in choices}
    has_dont_know = len(list_options) < len(choices)
    if (
        kind == "choose_one"
        and len(list_options) == 2  # noqa: PLR2004
        and {_yes_or_no(option) for option in list_options} == {"yes", "no"}
    ):
        keys |= {option.key: _yes_or_no(option) for option in list_options}
        options = tuple(replace(option, key=keys[option.key], picture=None) for option in list_options)
        return KnownList("yes_no", options, keys, (), has_dont_know)
    is_scale = kind in {"choose_one", "faces"} and _MIN_STEPS <= len(list_options) <= _MAX_STEPS
    steps = _steps(list_options) if is_scale else None
    if steps is None:
        return KnownList(kind, tuple(list_options), keys, (), has_dont_know)
    order, says_good = steps
    faces = dict(zip(sorted(order), FACES[len(list_options)], strict=True))
    with_faces = tuple(
        list_option if list_option.picture else replace(list_option, picture=faces[step])
        for list_option, step in zip(list_options, order, strict=True)
    )
    best = sorted(order)[-(len(list_options) // 2) :]  # the upper half; a middle answer is not good
    good = (
        tuple(list_option.key for list_option, step in zip(list_options, order, strict=True) if step in best)
        if says_good
        else ()
    )
    return KnownList("faces", with_faces, keys, good, has_dont_know)


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return " ".join("".join(letter for letter in plain if letter not in "().!?।\u0640").split())


def _words(labels: str) -> frozenset[str]:
    return frozenset(_plain(word) for word in labels.split("|"))


_DONT_KNOW_WORDS: Final = _words(_DONT_KNOW)

_YES_WORDS: Final = _words(_YES)

_NO_WORDS: Final = _words(_NO)

_SCALES: Final = tuple(
    ({label: step for step, labels in enumerate(row.split(";")) for label in _words(labels)}, rows is _HOW_GOOD)
    for rows in (_HOW_GOOD, _HOW_MUCH)
    for row in rows.strip().splitlines()
)
"""Of each scale the step of each label, and whether its high end is good: "always" may be good or bad."""


def _is(option: ListOption, words: frozenset[str]) -> bool:
    return any(_plain(text) in words for text in option.words.values())


def _does_not_know(option: ListOption) -> bool:
    """Whether an option says "I don't know", alone or with something similar: "Don't know / not sure"."""
    parts = (part for text in option.words.values() for part in re.split("[/,;]| or ", text))
    return option.key == DONT_KNOW or any(_plain(part) in _DONT_KNOW_WORDS for part in parts)


def _yes_or_no(option: ListOption) -> str:
    yes, no = _is(option, _YES_WORDS), _is(option, _NO_WORDS)
    return "" if yes == no else "yes" if yes else "no"


def _steps(choices: Sequence[ListOption]) -> tuple[list[int], bool] | None:
    """The step of every option, strictly up or down, and whether the high end is the good one."""
    for steps_by_label, says_good in _SCALES:
        for language in choices[0].words:
            order = [steps_by_label.get(_plain(option.words.get(language, "")), -1) for option in choices]
            if -1 not in order and len(set(order)) == len(order) and sorted(order) in (order, order[::-1]):
                return order, says_good
    return None
