"""Messages about a draft for its author, in the terms of the page instead of the keys of a file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Final, NamedTuple

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice.surveys.questionnaires.drafts.draft import DraftBody, DraftQuestion, draft_of
from youthvoice.surveys.questionnaires.drafts.store import Lineage
from youthvoice.surveys.questionnaires.drafts.version_merge import HEAD, Difference, MergedDraft, list_differences
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault
from youthvoice.surveys.questionnaires.kinds import KINDS
from youthvoice.surveys.questionnaires.labels import KIND_LABELS, PURPOSE_LABELS, fault_message, language_label
from youthvoice.surveys.questionnaires.picture_library import drawable_picture, picture_name
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.ranges import write_ranges
from youthvoice.surveys.questionnaires.text_size import MAX_LETTERS, MAX_TEXTS
from youthvoice.web.i18n.formats import join_list

_PAGE_MESSAGES: Final = {
    "good_missing": _l("Tick “A good answer” where an answer is good. Without that the question is not published."),
    "all_good": _l("Every answer is ticked as a good one. Leave one out at least."),
    "merge_missing": _l(
        "There are more than %(most)s answers. Choose under “Published together as” which of them are counted together."
    ),
    "merge_forgot": _l("“%(option)s” is published together with nothing. Choose a letter for it."),
    "how_many_options": _l("Answers so far: %(found)s. It needs %(low)s at least."),
    "how_many_bins": _l("Write two to five ranges, such as 0-2, 3-5, 6+."),
    **dict.fromkeys(
        ("bin_upside_down", "bins_overlap", "bins_gap"),
        _l("Ranges follow one another from small to large and leave no number out, such as 0-2, 3-5, 6+."),
    ),
    "mark_unknown": _l("“%(said)s” was marked, as good or as saying that a child is hurt, and is gone. Put it back."),
    "how_many_merged": _l("Groups of answers so far: %(found)s. It needs two to five."),
    "right_missing": _l("Tick “The right answer” at one of them."),
    "tiles_without_picture": _l("Answers without a picture: %(found)s. Children see a number there. Choose pictures."),
    "scale_size": _l("Faces so far: %(found)s. For ages %(ages)s it needs exactly %(most)s."),
}
"""Messages for faults that a page corrects by ticks and fields; all others are as for a file."""

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
    """The faults of a question: missing texts first, one line for each field.

    Args:
        body: the draft.
        question: one of it.
        faults: those of this question, or notes about it.
    """
    fault_list = list(faults)
    places = list(_places_without_words(question, body.languages))
    missing_languages = {language for _place, languages in places for language in languages}
    lines = [
        _without_words(place, languages) for place, languages in places if missing_languages & _languages_of(fault_list)
    ]
    lines += [
        draft_fault(body, fault)
        for fault in fault_list
        if fault.code != "missing_language" or fault.values.get("language") not in missing_languages
    ]
    return lines


def title_faults(body: DraftBody, faults: Iterable[QuestionnaireFault]) -> list[str]:
    """The faults about the whole draft."""
    fault_list = list(faults)
    without = [code for code in body.languages if code in _languages_of(fault_list)]
    return ([_without_words(_("Title"), without)] if without else []) + [
        draft_fault(body, fault) for fault in fault_list if fault.code != "missing_language"
    ]


def draft_fault(body: DraftBody, fault: QuestionnaireFault) -> str:
    """The message of a fault in the terms of the page; a question is named by its text."""
    question = next((table for table in body.questions if table["name"] == fault.values.get("question")), None)
    values = dict(fault.values)
    if question and (words := first_words(question["text"], body.languages)):
        values["question"] = words
    for option in question.get("options", []) if question else []:
        if option["key"] == values.get("option"):
            values["option"] = first_words(option, body.languages) or option["key"]
    if fault.code in _PAGE_MESSAGES:
        return str(_PAGE_MESSAGES[fault.code]) % values
    return fault_message(replace(fault, values=values))


def first_words(words: Mapping[str, str], languages: Sequence[str]) -> str:
    """A text in the first of some languages that has any; empty where none has."""
    return next((words[code] for code in languages if words.get(code)), "")


def _languages_of(faults: Iterable[QuestionnaireFault]) -> set[object]:
    return {fault.values.get("language") for fault in faults if fault.code == "missing_language"}


def _places_without_words(question: DraftQuestion, languages: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The fields with missing texts, and the languages; an optional second line may be missing in all."""
    if without := _lacking(question.get("text", {}), languages):
        yield str(_WORDED["text"]), without
    for key in ("hint", "says"):
        if any(question.get(key, {}).values()) and (without := _lacking(question[key], languages)):
            yield str(_WORDED[key]), without
    for at, option in enumerate(question.get("options", []) if KINDS[question["kind"]].has_options else [], start=1):
        if without := _lacking(option, languages):
            yield _("Answer %(number)s", number=at), without


def _lacking(words: Mapping[str, Any], languages: Sequence[str]) -> list[str]:
    return [code for code in languages if not words.get(code)]


def _without_words(place: str, languages: Sequence[str]) -> str:
    language_names = join_list([language_label(code) for code in languages])
    return str(_("%(place)s: no words yet in %(languages)s.", place=place, languages=language_names))


SERIES_LABELS: Final = {
    "words": _l("other words"),
    "kind": _l("another kind"),
    "answers": _l("other answers or ranges"),
    "good": _l("other good answers"),
    "published": _l("published otherwise"),
}
"""Why answers to a question are not compared with those of earlier rounds."""

_WORDED: Final = {
    "text": _l("What is asked"),
    "hint": _l("A second line, in small letters"),
    "says": _l("What good answers say, in a view"),
    "title": _l("Title"),
}

_PLACES: Final = _WORDED | {
    "picture": _l("Picture"),
    "kind": _l("Kind"),
    "when": _l("When it is asked"),
    "bins": _l("Ranges"),
    "ends": _l("Ranges"),
    "good": _l("A good answer"),
    "harm": _l("Says that a child is hurt or afraid"),
    "safety": _l("Says that a child is hurt or afraid"),
    "right": _l("The right answer"),
    "merge": _l("Published together as"),
    "lasting": _l("A lasting fact: asked once a year"),
    "split": _l("May a view be split by it?"),
    "moment": _l("Before and now, in one questionnaire"),
    "pair": _l("Before and now, in one questionnaire"),
    "please": _l("Ask “please answer”: it can still be skipped"),
    "ages": _l("Ages"),
    "purpose": _l("Purpose"),
    "languages": _l("Languages"),
    "draft": _l("Languages that no speaker has checked yet"),
    "order": _l("The order of the questions"),
    "answer_order": _l("The order of the answers"),
}
"""The labels of a draft's fields."""


class ConflictLines(NamedTuple):
    """What two people changed in one question.

    Attributes:
        question: its name, or `version_merge.HEAD`.
        title: its text.
        lines: the field, the draft's value and the version's; both empty where they are too long for a line.
    """

    question: str
    title: str
    lines: tuple[tuple[str, str, str], ...]


def conflict_lines(
    language: str, body: DraftBody, newest_body: DraftBody, merged_draft: MergedDraft
) -> list[ConflictLines]:
    """What two people changed, question by question, in the terms of the page.

    Args:
        language: of the reader.
        body: the draft.
        newest_body: the version that it should follow, as a draft.
        merged_draft: the result of merging both.
    """
    grouped = groupby(merged_draft.conflicts, key=lambda conflict: conflict.question)
    return [
        ConflictLines(name, question_title(name, language, body, newest_body), tuple(_lines(conflicts, language, body)))
        for name, conflicts in grouped
    ]


class VersionChanges(NamedTuple):
    """What a version asks otherwise than the one before.

    Attributes:
        titles: questions, or the whole, each with a line for what is different.
        languages: the only ones in which words are different; empty where all are, or more than words.
    """

    titles: Sequence[tuple[str, Sequence[str]]]
    languages: Sequence[str]


def version_changes(language: str, questionnaire: Questionnaire, before: Questionnaire) -> VersionChanges:
    """What to tell the person who makes or approves a version.

    Args:
        language: of the reader.
        questionnaire: the version, or a draft as it would be one.
        before: the version that it follows.
    """
    old_body, body = draft_of(before), draft_of(questionnaire)
    lines = defaultdict[str, list[str]](list)
    languages = set[str]()
    for difference in list_differences(body, before):
        lines[difference.question].append(_change(difference, language, old_body, body))
        languages.add(_language_of(difference, body))  # empty for what is no text: then no languages are listed
    titles = [(question_title(name, language, body, old_body), list(dict.fromkeys(lines[name]))) for name in lines]
    is_partial = languages < set(questionnaire.languages)
    return VersionChanges(titles, [language_label(code) for code in sorted(languages)] if is_partial else [])


def _change(difference: Difference, language: str, *bodies: DraftBody) -> str:
    """One line about a difference: the field, with both values where they are short."""
    after, before = (_plain_value(difference, value) for value in (difference.draft, difference.version))
    if not difference.path:
        return str(_("A new question") if difference.version is None else _("No longer asked"))
    place = _place_of(difference, language, *bodies)
    if before and after:
        return str(_("%(place)s: “%(after)s”, before “%(before)s”", place=place, after=after, before=before))
    if difference.version is None and difference.draft is not None:
        return str(_("%(place)s: new", place=place))
    return str(_("%(place)s: taken out", place=place)) if difference.draft is None and difference.version else place


def question_title(name: str, language: str, *bodies: DraftBody) -> str:
    """The text of a question in the first draft that has it, in the reader's language first."""
    if name == HEAD:
        return str(_("About the whole"))
    texts = [table["text"] for body in bodies for table in body.questions if table["name"] == name]
    return next((words for text in texts if (words := first_words(text, (language, *text)))), name)


def _lines(conflicts: Iterable[Difference], language: str, body: DraftBody) -> Iterator[tuple[str, str, str]]:
    """The lines of `ConflictLines`, one for each field."""
    lines = {}
    for conflict in conflicts:
        removed = str(_("Removed by one of you, changed by the other"))
        label = _place_of(conflict, language, body) if conflict.path else removed
        lines[label] = (label, _plain_value(conflict, conflict.draft), _plain_value(conflict, conflict.version))
    yield from lines.values()


def _place_of(difference: Difference, language: str, *bodies: DraftBody) -> str:
    """The label of the field that differs, with the answer and the language if it is about one."""
    key, *rest = difference.path
    place = str(_PLACES.get(key, key))
    if key in {"options", "good", "harm"} and rest:
        tables = (table for body in bodies for table in body.questions if table["name"] == difference.question)
        options = [option for table in tables for option in table.get("options", []) if option["key"] == rest[0]]
        options += [value for value in (difference.draft, difference.version) if isinstance(value, dict)]
        words = next((first_words(option, (language, *bodies[0].languages)) for option in options), "") or rest[0]
        answer = _("Answer “%(words)s”", words=words)
        place = answer if key == "options" else f"{place}: {answer}"
    spoken = _language_of(difference, bodies[-1])
    return f"{place} ({language_label(spoken)})" if spoken else place


def _language_of(difference: Difference, body: DraftBody) -> str:
    """The language of a text that is different; empty where it is no text. An answer's key may look like a language."""
    *path, last = difference.path or ("",)
    is_text = path and last in body.languages and path != ["options"] and path[0] not in {"good", "harm"}
    return last if is_text else ""


_ISOLATE: Final = "\u2068"  # keeps the order of another language's words in a line of Arabic

_END_OF_ISOLATE: Final = "\u2069"


def _plain_value(difference: Difference, value: Any) -> str:
    """A value in one line; empty where none is that short."""
    key = difference.path[-1] if difference.path else ""
    if key == "bins" and value:
        return write_ranges((tile["low"], tile["high"]) for tile in value)
    if not isinstance(value, str):
        return ""
    if key == "picture":
        return picture_name(code) if (code := drawable_picture(value)) else value
    labels_by_key: dict[str, Mapping[Any, object]] = {"kind": KIND_LABELS, "purpose": PURPOSE_LABELS}
    return f"{_ISOLATE}{labels_by_key.get(key, {}).get(value, value)}{_END_OF_ISOLATE}"


def refusal_message(code: str, lineage: Lineage) -> str:
    """Why a draft cannot become the next version though no rule refuses its questions.

    Args:
        code: `Lineage.refusal`.
        lineage: of the draft.
    """
    if code == "purpose":
        return purpose_message(lineage.fixed_purpose)
    version = lineage.newest.version if lineage.newest else 0
    if code == "newer":
        return str(_("Version %(version)s has been saved since. Bring it into your draft first.", version=version))
    return str(_("Nothing differs from version %(version)s yet.", version=version))


def purpose_message(purpose: str) -> str:
    """Why the purpose of a questionnaire cannot be changed."""
    message = _(
        "Its purpose stays “%(purpose)s”: what children say for another one is not laid beside what they said before. "
        "Make another questionnaire for that.",
        purpose=PURPOSE_LABELS.get(purpose, purpose),
    )
    return str(message)


def too_large_message() -> str:
    """Why nothing more can be written into a draft."""
    message = _(
        "This does not fit any more, and is not saved: at most %(most)s texts with %(most_letters)s letters, all "
        "languages counted, fit one questionnaire. Take out answers, questions or a language first.",
        most=MAX_TEXTS,
        most_letters=MAX_LETTERS,
    )
    return str(message)
