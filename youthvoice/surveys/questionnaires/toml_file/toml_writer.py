"""Write a questionnaire as TOML; its shape is what `tomllib` would read from that: dicts, lists, texts and numbers."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from youthvoice.surveys.questionnaires.questionnaire import MAX_LENGTH, NOT_CHECKED, Question, Questionnaire, Words
from youthvoice.web.graphics.picture_addresses import is_own_picture

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def file_shape(questionnaire: Questionnaire) -> dict[str, Any]:
    """The shape of a questionnaire's file."""
    return {
        "purpose": questionnaire.purpose,
        "ages": questionnaire.ages,
        "languages": list(questionnaire.languages),
        "title": dict(questionnaire.title),
        "draft": dict.fromkeys(questionnaire.drafts, NOT_CHECKED),
        "question": [question_shape(question) for question in questionnaire.questions],
    }


def question_shape(question: Question) -> dict[str, Any]:
    """One question as its table in a file; default values are left out."""
    merged = (question.merge or {}).items()
    values: dict[str, Any] = {
        "name": question.name,
        "kind": question.kind,
        "text": dict(question.text),
        "hint": _words(question.hint),
        "picture": question.picture,
        "options": [_tile(option.key, option.text, picture=option.picture) for option in question.options],
        "bins": [_tile(bin_.key, bin_.text, low=bin_.low, high=bin_.high) for bin_ in question.bins],
        "when": str(question.when) if question.when else None,
        "right": question.right,
        "publish": question.publish if question.right else None,
        "good": list(question.good),
        "safety": question.safety,
        "harm": list(question.harm),
        "merge": [_tile(key, merge.text, options=list(merge.options)) for key, merge in merged],
        "lasting": question.lasting,
        "please": question.please,
        "moment": question.moment,
        "pair": question.pair,
        "max_length": None if question.max_length == MAX_LENGTH else question.max_length,
        "audio": _words(question.audio),
        "says": _words(question.says),
        "split": question.split,
    }
    return {key: value for key, value in values.items() if value not in (None, False, [], "")}


def _words(words: Words | None) -> dict[str, str] | None:
    return None if words is None else dict(words)


def _tile(key: str, text: Words, **more: object) -> dict[str, Any]:
    return {"key": key} | {name: value for name, value in more.items() if value is not None} | dict(text)


def write_toml(shape: Mapping[str, Any]) -> str:
    """Write a file without uploaded pictures, which no file holds; where there were any, its first line says so.

    Args:
        shape: from `file_shape`, or of a draft.
    """
    questions = [_without_uploads(question) for question in shape.get("question", [])]
    note = ["# Uploaded pictures are not in this file."] if questions != shape.get("question", []) else []
    plain = [f"{_key(key)} = {_value(value)}" for key, value in shape.items() if not isinstance(value, dict | list)]
    lists = [
        f"{_key(key)} = {_value(shape[key])}" for key in shape if isinstance(shape[key], list) and key != "question"
    ]
    parts = ["\n".join([*note, *plain, *lists])]
    parts += [_table(f"[{_key(key)}]", value) for key, value in shape.items() if isinstance(value, dict) and value]
    parts += [_table("[[question]]", question) for question in questions]
    return "\n\n".join(parts) + "\n"


def _without_uploads(table: Mapping[str, Any]) -> dict[str, Any]:
    """A question or an option without its uploaded pictures."""
    values = {key: value for key, value in table.items() if not (key == "picture" and is_own_picture(value))}
    if "options" in values:
        values["options"] = [
            _without_uploads(option) if isinstance(option, Mapping) else option for option in values["options"]
        ]
    return values


def _table(head: str, table: Mapping[str, Any]) -> str:
    return "\n".join([head, *(f"{_key(key)} = {_lines(value)}" for key, value in table.items())])


def _lines(value: object) -> str:
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return "[\n" + "".join(f"  {_value(item)},\n" for item in value) + "]"
    return _value(value)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    # a JSON text is a TOML text, except for DEL, which JSON does not escape
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)
