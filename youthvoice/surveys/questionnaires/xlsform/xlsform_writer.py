"""Write a questionnaire as an XLSForm workbook for ODK and Kobo, and a template workbook.

What XLSForm cannot express is in a column `youthvoice` as JSON, in the terms of our own files: an export can be
imported again, and only uploaded pictures are lost. The template is for people to fill in: it has the most frequent of
these values in plain columns instead (`survey_sheet`).
"""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from babel import Locale, UnknownLocaleError
from openpyxl import Workbook

from youthvoice.surveys.questionnaires.questionnaire import MAX_LENGTH, NOT_CHECKED, Question, Questionnaire, Words
from youthvoice.surveys.questionnaires.xlsform.answer_types import read_type
from youthvoice.surveys.questionnaires.xlsform.relevance import write_relevant
from youthvoice.surveys.questionnaires.xlsform.survey_sheet import OWN_COLUMN
from youthvoice.web.graphics.picture_addresses import is_own_picture

_WORDED = ("label", "hint", "audio", "image")


def write_xlsform(questionnaire: Questionnaire) -> bytes:
    """Write the bytes of an .xlsx file.

    "I don't know" and the skip are not written: this program adds both to every question.
    """
    languages = {language: f"{_name_of(language)} ({language})" for language in questionnaire.languages}
    headers = [f"{about}::{spoken}" for about in _WORDED for spoken in languages.values()]
    labels = [f"{about}::{spoken}" for about in ("label", "image") for spoken in languages.values()]
    questions = (_question_row(question, questionnaire.languages) for question in questionnaire.questions)
    title, first = questionnaire.title[questionnaire.languages[0]], languages[questionnaire.languages[0]]
    return _save_workbook(
        survey=[["type", "name", *headers, "required", "relevant", "constraint", "appearance", OWN_COLUMN], *questions],
        choices=[["list_name", "name", *labels], *_choice_rows(questionnaire)],
        settings=[
            ["form_title", "form_id", "default_language", OWN_COLUMN],
            [title, questionnaire.name, first, _json(_head(questionnaire))],
        ],
    )


def _name_of(language: str) -> str:
    try:
        return Locale.parse(language).get_language_name("en") or language
    except (UnknownLocaleError, ValueError):
        return language


def _save_workbook(**sheets: Iterable[Sequence[str]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for at, row in enumerate(rows, start=1):
            for column, text in enumerate(row, start=1):
                if text:
                    cell = sheet.cell(at, column, text)
                    cell.data_type = "s"  # a text that begins with "=" stays a text
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _question_row(question: Question, languages: tuple[str, ...]) -> list[str]:
    return [
        _type(question),
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


def _type(question: Question) -> str:
    xlsform = question.traits.xlsform
    return f"{xlsform} {question.name}" if question.options else xlsform


def _choice_rows(questionnaire: Questionnaire) -> Iterable[list[str]]:
    for question in questionnaire.questions:
        for option in question.options:
            yield [
                question.name,
                option.key,
                *_each(option.text, questionnaire.languages),
                *_image(option.picture, questionnaire.languages),
            ]


def _each(words: Words | None, languages: tuple[str, ...]) -> list[str]:
    return [words.get(language, "") if words else "" for language in languages]


def _image(picture: str | None, languages: tuple[str, ...]) -> list[str]:
    is_openmoji = picture and not is_own_picture(picture)  # uploaded pictures are in no file; the page says so
    return [f"{picture}.svg" if is_openmoji else ""] * len(languages)


def _extra(question: Question) -> dict[str, object]:
    """What XLSForm cannot express, without default values; the kind only where the type of XLSForm does not say it."""
    merge = [
        {"key": key, "options": list(merge.options)} | dict(merge.text) for key, merge in (question.merge or {}).items()
    ]
    bins = [{"key": bin_.key, "low": bin_.low, "high": bin_.high} | dict(bin_.text) for bin_ in question.bins]
    values: dict[str, object] = {
        "kind": question.kind if read_type(_type(question)).kind != question.kind else "",
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
        "split": question.split,
    }
    return {key: value for key, value in values.items() if value}


def _head(questionnaire: Questionnaire) -> dict[str, object]:
    return {
        "title": dict(questionnaire.title),
        "purpose": questionnaire.purpose,
        "ages": questionnaire.ages,
        "draft": dict.fromkeys(questionnaire.drafts, NOT_CHECKED),
    }


def _json(data: Mapping[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False) if data else ""


_SURVEY: Final = (
    ("type", "name", "label::English (en)", "relevant", "kind", "good", "harm", "safety", "bins", "picture"),
    ("select_one yes_no", "friend", "Do you have a friend here?", "", "yes_no", "yes", "", "", "", "handshake"),
    ("select_one how_good", "food", "How was the food this week?", "", "faces", "good very_good", "", "", "",
     "pot-of-food"),
    ("select_one how_often", "night", "Do you feel safe at night?", "", "faces", "often always", "never", "yes", "",
     "crescent-moon"),
    ("select_multiple play", "play", "What do you like to do?", "${friend} = 'yes'", "", "", "", "", "", "kite"),
    ("integer", "hours", "How many hours do you play a day?", "", "", "", "", "", "0, 1-2, 3+", "alarm-clock"),
    ("text", "wish", "What else do you want to say?", "", "", "", "", "", "", "envelope"),
)  # fmt: skip

_CHOICES: Final = (
    ("list_name", "name", "label::English (en)", "picture"),
    ("yes_no", "yes", "Yes", ""),
    ("yes_no", "no", "No", ""),
    ("how_good", "very_bad", "Very bad", ""),
    ("how_good", "bad", "Bad", ""),
    ("how_good", "good", "Good", ""),
    ("how_good", "very_good", "Very good", ""),
    ("how_often", "never", "Never", ""),
    ("how_often", "sometimes", "Sometimes", ""),
    ("how_often", "often", "Often", ""),
    ("how_often", "always", "Always", ""),
    ("play", "ball", "Ball games", "soccer-ball"),
    ("play", "songs", "Songs", "musical-note"),
    ("play", "stories", "Stories", "books"),
)

_SETTINGS: Final = (
    ("form_title", "default_language", "purpose", "ages"),
    ("Our days", "English (en)", "regular", "10-12"),
)


def write_template() -> bytes:
    """Write the bytes of a template .xlsx file, which can be imported as it is."""
    return _save_workbook(survey=_SURVEY, choices=_CHOICES, settings=_SETTINGS)
