"""What stands against a draft, for whoever makes it on a page: by what stands there, not by the names of a file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice.surveys.questionnaires.drafts.draft import DraftBody, DraftQuestion
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault
from youthvoice.surveys.questionnaires.kinds import KINDS
from youthvoice.surveys.questionnaires.labels import fault_message, language_label
from youthvoice.web.i18n.formats import join_list

_SAID: Final = {
    "good_missing": _l("Tick “A good answer” where an answer is good. Without that the question is not published."),
    "all_good": _l("Every answer is ticked as a good one. Leave one out at least."),
    "merge_missing": _l(
        "There are more than %(most)s answers. Choose under “Published together as” which of them are counted together."
    ),
    "how_many_options": _l("Answers so far: %(found)s. It needs %(low)s at least."),
    "how_many_bins": _l("Write two to five ranges, such as 0-2, 3-5, 6+."),
    "how_many_merged": _l("Groups of answers so far: %(found)s. It needs two to five."),
    "right_missing": _l("Tick “The right answer” at one of them."),
    "tiles_without_picture": _l("Answers without a picture: %(found)s. Children see a number there. Choose pictures."),
    "scale_size": _l("Faces so far: %(found)s. For ages %(ages)s it needs exactly %(most)s."),
}
"""Faults that a file mends by keys, and a page by ticks and boxes; every other is said as for a file."""

KIND_HINTS: Final = {
    "faces": _l("How good or bad something is, from one end to the other; a face for each step."),
    "yes_no": _l("Two large pictures: yes and no."),
    "choose_one": _l("One answer of several, each with a picture."),
    "choose_many": _l("As many answers as a child likes, each with a picture."),
    "number": _l("How many; kept as a range, never as the number itself."),
    "words": _l("A box for words or a voice. Advocates alone read it, each day at the same hour."),
    "say": _l("Words to read or hear, without an answer."),
}

TICK_HINTS: Final = {
    "good": _l("Views then say, in ranges, how many answers were good."),
    "harm": _l("If any child gives this answer, advocates get a task. The question never goes to families or boards."),
    "right": _l("For questions about what children know: views say, in ranges, how many answers were right."),
}


def question_faults(body: DraftBody, question: DraftQuestion, faults: Iterable[QuestionnaireFault]) -> list[str]:
    """What is to be put right at a question: where words are missing first, a line for each place.

    Args:
        body: the draft.
        question: one of it.
        faults: those at this question, or notes about it.
    """
    found = list(faults)
    places = list(_places_without_words(question, body.languages))
    named = {language for _place, languages in places for language in languages}
    said = [_without_words(place, languages) for place, languages in places if named & _languages_of(found)]
    told = (fault for fault in found if fault.code != "missing_language" or fault.values.get("language") not in named)
    return said + [draft_fault(body, fault) for fault in told]


def title_faults(body: DraftBody, faults: Iterable[QuestionnaireFault]) -> list[str]:
    """What is to be put right about the whole."""
    found = list(faults)
    without = [code for code in body.languages if code in _languages_of(found)]
    return ([_without_words(_("Title"), without)] if without else []) + [
        draft_fault(body, fault) for fault in found if fault.code != "missing_language"
    ]


def draft_fault(body: DraftBody, fault: QuestionnaireFault) -> str:
    """A fault in the words of the page; a question goes by its own words."""
    about = next((one for one in body.questions if one["name"] == fault.values.get("question")), None)
    values = dict(fault.values)
    if about and (words := next((about["text"][code] for code in body.languages if about["text"].get(code)), "")):
        values["question"] = words
    if fault.code in _SAID:
        return str(_SAID[fault.code]) % values
    return fault_message(replace(fault, values=values))


def _languages_of(faults: Iterable[QuestionnaireFault]) -> set[object]:
    return {fault.values.get("language") for fault in faults if fault.code == "missing_language"}


def _places_without_words(question: DraftQuestion, languages: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Where words are missing, and in which languages; a second line may be missing in all."""
    if without := _lacking(question.get("text", {}), languages):
        yield _("What is asked"), without
    for about, place in (
        ("hint", _("A second line, in small letters")),
        ("says", _("What good answers say, in a view")),
    ):
        if any(question.get(about, {}).values()) and (without := _lacking(question[about], languages)):
            yield place, without
    for at, option in enumerate(question.get("options", []) if KINDS[question["kind"]].has_options else [], start=1):
        if without := _lacking(option, languages):
            yield _("Answer %(number)s", number=at), without


def _lacking(words: Mapping[str, Any], languages: Sequence[str]) -> list[str]:
    return [code for code in languages if not words.get(code)]


def _without_words(place: str, languages: Sequence[str]) -> str:
    named = join_list([language_label(code) for code in languages])
    return str(_("%(place)s: no words yet in %(languages)s.", place=place, languages=named))
