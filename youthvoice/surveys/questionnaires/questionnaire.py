"""A questionnaire and its questions, immutable: texts, possible answers, and how they are published."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from youthvoice.surveys.questionnaires.errors import QuestionnaireFault
from youthvoice.surveys.questionnaires.kinds import KINDS, Kind, QuestionKind
from youthvoice.surveys.questionnaires.skip_logic import Answer, Answers, Condition, condition_from_data
from youthvoice.web.graphics.picture_addresses import is_own_picture

Words = Mapping[str, str]  # language -> text

Moment = Literal["before", "now"]

Publish = Literal["choices", "right"]

SplitBy = Literal["age", "group", "gender"]
"""What a view may be split by (PRIVACY.md A7)."""

SPLITS: Final[tuple[SplitBy, ...]] = ("age", "group", "gender")

Purpose = Literal["regular", "awareness", "care", "choice", "feedback"]

PURPOSES: tuple[Purpose, ...] = ("regular", "awareness", "care", "choice", "feedback")

FEEDBACK: Final = "feedback"  # on an answer to a report; also the name of its starter, which a job opens

Ages = Literal["4-6", "7-9", "10-12", "13-17"]

AGES: tuple[Ages, ...] = ("4-6", "7-9", "10-12", "13-17")

SMALL_CHILDREN: Final[Ages] = "4-6"
"""They answer beside an adult whom they choose; nothing is asked of them that an adult must not hear."""

Source = Literal["toml", "xlsform"]

DONT_KNOW = "dont_know"  # an answer that every coded question takes

DID_NOT_SAY = "did_not_say"  # the category of a skipped or irrelevant question; never a key of an option

MAX_LENGTH = 1000  # characters in a letter box, unless the file says less

NOT_CHECKED: Final = "checked = none"
"""What our files write behind a language that no speaker has checked; only the language is read."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer tile."""

    key: str
    text: Words
    picture: str | None = None  # OpenMoji code, "1F642", or of an uploaded picture, "own-..."


@dataclass(frozen=True, slots=True)
class Bin:
    """A range of whole numbers, both ends included; its key is what is stored."""

    key: str
    low: int
    high: int
    text: Words


class Merge(NamedTuple):
    """Options that are published as one."""

    text: Words
    options: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question, which is one screen. `dont_know` and the skip belong to every coded question and are not listed."""

    name: str
    kind: Kind
    text: Words
    hint: Words | None = None
    picture: str | None = None
    options: tuple[Option, ...] = ()
    when: Condition | None = None
    right: str | None = None  # the right option of a knowledge item
    publish: Publish = "choices"
    safety: bool = False  # PRIVACY.md A9
    harm: tuple[str, ...] = ()  # answers that say a child is hurt or afraid
    good: tuple[str, ...] = ()  # the declared good side of a scale, A3
    merge: Mapping[str, Merge] | None = None
    lasting: bool = False  # a fact that is asked once a year, A1
    bins: tuple[Bin, ...] = ()
    please: bool = False  # "please answer": shown, never forced
    moment: Moment | None = None
    pair: str | None = None  # on a `now` question: its `before` question
    max_length: int = MAX_LENGTH
    audio: Words | None = None  # language -> reference of a clip
    says: Words | None = None  # "say the food is good", for "Most of the 24 answers say the food is good"
    split: SplitBy | None = None  # what it asks of a child, by which a round may show its view in parts, A7

    @cached_property
    def traits(self) -> QuestionKind:
        """The properties of its kind."""
        return KINDS[self.kind]

    @cached_property
    def coded(self) -> bool:
        """Whether its answer is counted (it is neither a letter box nor only read out)."""
        return self.traits.coded

    @cached_property
    def single(self) -> bool:
        """Whether at most one counted answer can be given."""
        return self.traits.single

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of its answers, as declared: options or bins, without `dont_know`."""
        return tuple(tile.key for tile in self.tiles)

    @property
    def tiles(self) -> tuple[Option | Bin, ...]:
        """Its options or bins, as declared."""
        return (*self.options, *self.bins)

    def bin_of(self, number: int) -> Bin | None:
        """The bin of a number; None where no bin contains it."""
        return next((bin_ for bin_ in self.bins if bin_.low <= number <= bin_.high), None)

    def takes(self, answer: str | tuple[str, ...] | None) -> bool:
        """Whether the question can have this answer.

        Args:
            answer: a key; a number as digits; a tuple of keys for `choose_many`; the text of a letter box;
                None is a skip.
        """
        if answer is None:
            return True
        if self.traits.input == "checkbox":
            answer = (answer,) if isinstance(answer, str) else answer
            return len(set(answer)) == len(answer) and (answer == (DONT_KNOW,) or set(answer) <= set(self.keys))
        if not isinstance(answer, str) or not self.traits.input:
            return False
        if not self.coded:
            return len(answer) <= self.max_length
        return answer == DONT_KNOW or (self._in_a_bin(answer) if self.bins else answer in self.keys)

    def _in_a_bin(self, digits: str) -> bool:
        plain = digits.isascii() and digits.isdigit() and len(digits) < 10  # noqa: PLR2004 - more is no count
        return plain and self.bin_of(int(digits)) is not None


def make_words(**languages: str) -> Words:
    """Immutable texts by language: `make_words(en="Yes", hi="हाँ")`."""
    return MappingProxyType(dict(languages))


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """A questionnaire: its questions in order, and what applies to all of them."""

    name: str  # slug
    title: Words
    purpose: Purpose
    ages: Ages
    languages: tuple[str, ...]  # the first one is the fallback
    questions: tuple[Question, ...]
    drafts: tuple[str, ...] = ()  # languages that no speaker has checked yet
    source: Source = "toml"

    @cached_property
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
        return tuple(question for question in self.questions if question.traits.input == "text")

    @property
    def splitting(self) -> tuple[Question, ...]:
        """The questions by which a view may be split."""
        return tuple(question for question in self.questions if question.split)

    @cached_property
    def own_pictures(self) -> dict[str, Words]:
        """The codes of the uploaded pictures that it shows, in order, with the texts that they illustrate."""
        pictures: dict[str, Words] = {}
        for question in self.questions:
            pictured: tuple[Question | Option, ...] = (question, *question.options)
            for owner in pictured:
                if owner.picture and is_own_picture(owner.picture):
                    pictures.setdefault(owner.picture, owner.text)
        return pictures

    def title_in(self, language: str) -> str:
        """Its title in a language, else in its first language."""
        return self.title.get(language) or self.title[self.languages[0]]

    def question(self, name: str) -> Question | None:
        """The question of that name."""
        return next((question for question in self.questions if question.name == name), None)

    def asked(self, answers: Answers) -> tuple[Question, ...]:
        """The questions that are relevant after these answers, in order.

        An answer to an irrelevant question counts as not given for the questions after it.
        """
        return self._follow_skip_logic(answers)[0]

    def kept(self, answers: Answers) -> dict[str, Answer]:
        """The answers to relevant questions; those to unknown or irrelevant questions are dropped."""
        return self._follow_skip_logic(answers)[1]

    def _follow_skip_logic(self, answers: Answers) -> tuple[tuple[Question, ...], dict[str, Answer]]:
        questions: list[Question] = []
        relevant: dict[str, Answer] = {}
        for question in self.questions:
            if question.when is None or question.when.holds(relevant):
                questions.append(question)
                if answers.get(question.name) is not None:
                    relevant[question.name] = answers[question.name]
        return tuple(questions), relevant

    def to_json(self) -> str:
        """Canonical JSON: keys sorted, no spaces, letters as they are."""
        return json.dumps(_plain(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def size(self) -> int:
        """Bytes of its canonical JSON: of all its texts."""
        return len(self.to_json().encode())

    @classmethod
    def from_json(cls, text: str) -> "Questionnaire":
        """Read the output of `to_json`; only for our own database, not for others' files."""
        data = json.loads(text)
        data = _in_order_of(data["languages"], data)
        data |= {
            "title": freeze_words(data["title"]),
            "languages": tuple(data["languages"]),
            "drafts": tuple(data["drafts"]),
            "questions": tuple(_question_from_data(question) for question in data["questions"]),
        }
        return cls(**data)


def freeze_words(words: Mapping[str, str]) -> Words:
    """The same texts, immutable."""
    return MappingProxyType(dict(words))


def english_first(words: Words) -> str:
    """The text in English, else in the first language that exists; empty where there is none."""
    return words.get("en") or next(iter(words.values()), "")


def _plain(value: object) -> object:
    if isinstance(value, Condition):
        return value.to_data()
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        # `split` is left out where it is not set, so that older digests stay valid
        return {name: _plain(value) for name, value in named.items() if name != "split" or value}
    if isinstance(value, Mapping) and any(isinstance(item, Merge) for item in value.values()):
        return [[key, _plain(merge.text), list(merge.options)] for key, merge in value.items()]  # order matters
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _in_order_of(languages: Sequence[str], data: Any) -> Any:
    """The same data with each text in the order of these languages: canonical JSON has them by their codes.

    A child whose language a text does not have reads the first one.
    """
    if isinstance(data, list):
        return [_in_order_of(languages, item) for item in data]
    if isinstance(data, dict):
        names = [*(code for code in languages if code in data), *(name for name in data if name not in languages)]
        return {name: _in_order_of(languages, data[name]) for name in names}
    return data


def _question_from_data(data: dict[str, Any]) -> Question:
    for name in ("text", "hint", "audio", "says"):
        data[name] = freeze_words(data[name]) if data[name] is not None else None
    data["options"] = tuple(Option(**_with_words(option)) for option in data["options"])
    data["bins"] = tuple(Bin(**_with_words(bin_data)) for bin_data in data["bins"])
    data["harm"], data["good"] = tuple(data["harm"]), tuple(data["good"])
    data["when"] = condition_from_data(data["when"]) if data["when"] else None
    data["merge"] = freeze_merges(data["merge"] or ())
    return Question(**data)


def _with_words(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"text": freeze_words(data["text"])}


def freeze_merges(merge_data: Iterable[tuple[str, Mapping[str, str], Iterable[str]]]) -> Mapping[str, Merge] | None:
    """Merged categories, immutable, in order; None where there are none."""
    merges = {key: Merge(freeze_words(text), tuple(options)) for key, text, options in merge_data}
    return MappingProxyType(merges) if merges else None


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """The result of reading a file.

    Attributes:
        questionnaire: ready to be stored.
        notes: what was left out, added, or needs a check; none of it refuses the questionnaire.
    """

    questionnaire: Questionnaire
    notes: tuple[QuestionnaireFault, ...]
