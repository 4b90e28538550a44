"""A questionnaire in the shape of our own files, and that shape as TOML."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from youthvoice.surveys.questionnaires.questionnaire import MAX_LENGTH, Question, Questionnaire, Words
from youthvoice.web.graphics.picture_addresses import is_own_picture

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def file_shape(questionnaire: Questionnaire) -> dict[str, Any]:
    """What `tomllib` reads from a file that holds this questionnaire: plain dicts, lists, texts and numbers."""
    return {
        "purpose": questionnaire.purpose,
        "ages": questionnaire.ages,
        "languages": list(questionnaire.languages),
        "title": dict(questionnaire.title),
        "draft": dict.fromkeys(questionnaire.drafts, "checked = none"),
        "question": [question_shape(question) for question in questionnaire.questions],
    }


def question_shape(question: Question) -> dict[str, Any]:
    """One question as its table in a file; what is as it would be anyway is not written."""
    merged = (question.merge or {}).items()
    values: dict[str, Any] = {
        "name": question.name,
        "kind": question.kind,
        "text": dict(question.text),
        "hint": _words(question.hint),
        "picture": question.picture,
        "options": [_tile(option.key, option.text, picture=option.picture) for option in question.options],
        "bins": [_tile(one.key, one.text, low=one.low, high=one.high) for one in question.bins],
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
    """A file as text; uploaded pictures are left out, for no file holds them, and its first line says so.

    Args:
        shape: as `file_shape` gives it: tables of texts, and a list of questions.
    """
    drawn = [_drawn_only(one) for one in shape.get("question", [])]
    note = ["# Uploaded pictures are not in this file."] if drawn != shape.get("question", []) else []
    plain = [f"{_key(key)} = {_value(value)}" for key, value in shape.items() if not isinstance(value, dict | list)]
    lists = [
        f"{_key(key)} = {_value(shape[key])}" for key in shape if isinstance(shape[key], list) and key != "question"
    ]
    parts = ["\n".join([*note, *plain, *lists])]
    parts += [_table(f"[{_key(key)}]", value) for key, value in shape.items() if isinstance(value, dict) and value]
    parts += [_table("[[question]]", one) for one in drawn]
    return "\n\n".join(parts) + "\n"


def _drawn_only(table: Mapping[str, Any]) -> dict[str, Any]:
    """A question or an answer without its uploaded pictures."""
    drawn = {key: value for key, value in table.items() if not (key == "picture" and is_own_picture(value))}
    if "options" in drawn:
        drawn["options"] = [
            _drawn_only(option) if isinstance(option, Mapping) else option for option in drawn["options"]
        ]
    return drawn


def _table(head: str, table: Mapping[str, Any]) -> str:
    return "\n".join([head, *(f"{_key(key)} = {_lines(value)}" for key, value in table.items())])


def _lines(value: object) -> str:
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return "[\n" + "".join(f"  {_value(one)},\n" for one in value) + "]"
    return _value(value)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    # a text of JSON is one of TOML, but for DEL, which JSON leaves as it is
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(said: str) -> str:
    return said if _BARE.fullmatch(said) else _value(said)
