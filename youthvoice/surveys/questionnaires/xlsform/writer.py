"""A questionnaire as an XLSForm workbook that ODK and Kobo open.

What XLSForm has no word for stands in a column `youthvoice` as JSON, in the words of our own files, so that
an export comes back as it went.
"""

import io
import json
from collections.abc import Iterable, Mapping

from babel import Locale, UnknownLocaleError
from openpyxl import Workbook

from youthvoice.surveys.questionnaires.question import MAX_LENGTH, Kind, Question, Words
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.xlsform.relevant import write_relevant
from youthvoice.surveys.questionnaires.xlsform.survey_sheet import OURS

_TYPES: dict[Kind, str] = {
    "faces": "select_one", "yes_no": "select_one", "choose_one": "select_one",
    "choose_many": "select_multiple", "number": "integer", "words": "text", "say": "note",
}  # fmt: skip
_WORDED = ("label", "hint", "audio", "image")


def write_xlsform(questionnaire: Questionnaire) -> bytes:
    """The bytes of an .xlsx file.

    "I don't know" and the skip are not written: both are added by whoever asks.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    languages = {language: f"{_name_of(language)} ({language})" for language in questionnaire.languages}
    headers = [f"{about}::{spoken}" for about in _WORDED for spoken in languages.values()]
    _sheet(
        book,
        "survey",
        ["type", "name", *headers, "required", "relevant", "constraint", "appearance", OURS],
        (_question_row(one, questionnaire.languages) for one in questionnaire.questions),
    )
    labels = [f"{about}::{spoken}" for about in ("label", "image") for spoken in languages.values()]
    _sheet(book, "choices", ["list_name", "name", *labels], _choice_rows(questionnaire))
    first = languages[questionnaire.languages[0]]
    title = questionnaire.title[questionnaire.languages[0]]
    _sheet(
        book,
        "settings",
        ["form_title", "form_id", "default_language", OURS],
        [[title, questionnaire.name, first, _json(_head(questionnaire))]],
    )
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _name_of(language: str) -> str:
    try:
        return Locale.parse(language).get_language_name("en") or language
    except (UnknownLocaleError, ValueError):
        return language


def _sheet(book: Workbook, name: str, headers: list[str], rows: Iterable[list[str]]) -> None:
    sheet = book.create_sheet(name)
    sheet.append(headers)
    for at, row in enumerate(rows, start=2):
        for column, text in enumerate(row, start=1):
            if text:
                cell = sheet.cell(at, column, text)
                cell.data_type = "s"  # a text that begins with "=" stays a text


def _question_row(question: Question, languages: tuple[str, ...]) -> list[str]:
    kind = _TYPES[question.kind]
    return [
        f"{kind} {question.name}" if question.options else kind,
        question.name,
        *_each(question.text, languages),
        *_each(question.hint, languages),
        *_each(question.audio, languages),
        *_image(question.picture, languages),
        "yes" if question.please else "",
        write_relevant(question.when) if question.when else "",
        f". >= {question.bins[0].low} and . <= {question.bins[-1].high}" if question.bins else "",
        "likert" if question.kind == "faces" else "",
        _json(_extra(question)),
    ]


def _choice_rows(questionnaire: Questionnaire) -> Iterable[list[str]]:
    for question in questionnaire.questions:
        for one in question.options:
            yield [
                question.name,
                one.key,
                *_each(one.text, questionnaire.languages),
                *_image(one.picture, questionnaire.languages),
            ]


def _each(words: Words | None, languages: tuple[str, ...]) -> list[str]:
    return [words.get(language, "") if words else "" for language in languages]


def _image(picture: str | None, languages: tuple[str, ...]) -> list[str]:
    return [f"{picture}.svg" if picture else ""] * len(languages)


def _extra(question: Question) -> dict[str, object]:
    """What XLSForm has no word for; nothing that is as it would be anyway."""
    merge = [{"key": key, "options": list(one.options)} | dict(one.text) for key, one in (question.merge or {}).items()]
    bins = [{"key": one.key, "low": one.low, "high": one.high} | dict(one.text) for one in question.bins]
    said: dict[str, object] = {
        "kind": question.kind if question.kind in {"faces", "yes_no"} else "",
        "good": list(question.good),
        "harm": list(question.harm),
        "safety": question.safety,
        "right": question.right,
        "publish": question.publish if question.right else "",
        "merge": merge,
        "bins": bins,
        "lasting": question.lasting,
        "moment": question.moment,
        "pair": question.pair,
        "max_length": question.max_length if question.max_length != MAX_LENGTH else 0,
        "says": dict(question.says or {}),
    }
    return {key: value for key, value in said.items() if value}


def _head(questionnaire: Questionnaire) -> dict[str, object]:
    return {
        "title": dict(questionnaire.title),
        "purpose": questionnaire.purpose,
        "ages": questionnaire.ages,
        "draft": dict.fromkeys(questionnaire.drafts, "checked = none"),
    }


def _json(data: Mapping[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False) if data else ""
