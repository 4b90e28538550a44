"""A whole questionnaire: frozen, with a digest, as JSON for the database. Versions are given by the store."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from youthvoice.surveys.questionnaires.question import Bin, Merge, Option, Question, Words
from youthvoice.surveys.questionnaires.skip_logic import Answer, Answers, Condition, from_data

Purpose = Literal["regular", "awareness", "care", "choice"]
Ages = Literal["7-9", "10-12", "13-17"]
Source = Literal["toml", "xlsform"]
PURPOSES: tuple[Purpose, ...] = ("regular", "awareness", "care", "choice")
AGES: tuple[Ages, ...] = ("7-9", "10-12", "13-17")


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """The questions of a file, in order."""

    name: str  # slug
    title: Words
    purpose: Purpose
    ages: Ages
    languages: tuple[str, ...]  # the first is the one to fall back on
    questions: tuple[Question, ...]
    drafts: tuple[str, ...] = ()  # languages that no speaker has checked yet
    source: Source = "toml"

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hex: equal exactly when nothing differs."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @cached_property
    def coded(self) -> tuple[Question, ...]:
        """The questions whose answers are counted."""
        return tuple(question for question in self.questions if question.coded)

    @cached_property
    def letter_boxes(self) -> tuple[Question, ...]:
        """The questions that take free text."""
        return tuple(question for question in self.questions if question.kind == "words")

    def title_in(self, language: str) -> str:
        """Its title in a language, else in the first there is."""
        return self.title.get(language) or self.title[self.languages[0]]

    def question(self, name: str) -> Question | None:
        """The question of that name."""
        return next((question for question in self.questions if question.name == name), None)

    def asked(self, answers: Answers) -> tuple[Question, ...]:
        """The questions that these answers lead to, in order.

        An answer to a question that is ruled out counts as not given for the questions after it.
        """
        return self._walk(answers)[0]

    def kept(self, answers: Answers) -> dict[str, Answer]:
        """The answers without those to unknown questions or to questions that `when` rules out."""
        return self._walk(answers)[1]

    def _walk(self, answers: Answers) -> tuple[tuple[Question, ...], dict[str, Answer]]:
        asked: list[Question] = []
        kept: dict[str, Answer] = {}
        for question in self.questions:
            if question.when is None or question.when.holds(kept):
                asked.append(question)
                if answers.get(question.name) is not None:
                    kept[question.name] = answers[question.name]
        return tuple(asked), kept

    def to_json(self) -> str:
        """Canonical JSON: keys sorted, no spaces, letters as they are."""
        return json.dumps(_plain(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Questionnaire":
        """Read what `to_json` wrote; meant for our own database, not for files of others."""
        data = json.loads(text)
        data |= {
            "title": frozen(data["title"]),
            "languages": tuple(data["languages"]),
            "drafts": tuple(data["drafts"]),
            "questions": tuple(_question(one) for one in data["questions"]),
        }
        return cls(**data)


def frozen(words: Mapping[str, str]) -> Words:
    """The same words, immutable."""
    return MappingProxyType(dict(words))


def _plain(value: object) -> object:
    if isinstance(value, Condition):
        return value.to_data()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping) and any(isinstance(one, Merge) for one in value.values()):
        return [[key, _plain(merge.text), list(merge.options)] for key, merge in value.items()]  # order matters
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _question(data: dict[str, Any]) -> Question:
    for name in ("text", "hint", "audio", "says"):
        data[name] = frozen(data[name]) if data[name] is not None else None
    data["options"] = tuple(Option(**_worded(one)) for one in data["options"])
    data["bins"] = tuple(Bin(**_worded(one)) for one in data["bins"])
    data["harm"], data["good"] = tuple(data["harm"]), tuple(data["good"])
    data["when"] = from_data(data["when"]) if data["when"] else None
    data["merge"] = merges(data["merge"] or ())
    return Question(**data)


def _worded(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"text": frozen(data["text"])}


def merges(given: Iterable[tuple[str, Mapping[str, str], Iterable[str]]]) -> Mapping[str, Merge] | None:
    """Merged categories, immutable, in order; None where there are none."""
    found = {key: Merge(frozen(text), tuple(options)) for key, text, options in given}
    return MappingProxyType(found) if found else None
