"""A draft of a questionnaire: the content of its future file, however incomplete or wrong.

The rules that check a file find what is missing or wrong. Before that only what would make the draft too large is
refused.
"""

import copy
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from youthvoice.surveys.questionnaires import store, wording_rules
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, faults_from_data
from youthvoice.surveys.questionnaires.kinds import KINDS, Kind
from youthvoice.surveys.questionnaires.picture_library import FACES, drawable_picture
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire, Source
from youthvoice.surveys.questionnaires.ranges import Range, are_in_order, range_text, read_ranges, write_ranges
from youthvoice.surveys.questionnaires.text_size import TextSize, measure_texts, size_faults
from youthvoice.surveys.questionnaires.toml_file import toml_reader
from youthvoice.surveys.questionnaires.toml_file.toml_table import TomlPath, TomlRows, TomlTable
from youthvoice.surveys.questionnaires.toml_file.toml_writer import file_shape, question_shape
from youthvoice.web.graphics.picture_addresses import is_own_picture, own_picture_code

DraftQuestion = dict[str, Any]
"""A question as its table in a file, with keys that no file has: `id`, a number that stays when questions move; `ends`,
typed ranges that do not fit together yet, next to the last valid `bins`; `other_bins`, ranges with labels that may be
used again; options of another kind with their `other_picture`, in case the kind is changed back."""

MAX_PICTURES: Final = 24
"""Uploaded pictures of one questionnaire; all of them add 384 KiB to its page, once."""


@dataclass
class DraftBody:
    """The content of a draft.

    Attributes:
        name: slug.
        head: the file without its questions.
        questions: in order.
        source: of what it began with; an imported form may be longer than our own files.
        base: the version it began with; 0 where it began with nothing.
        notes: of the import it began with, as `errors.faults_as_data`.
        last_id: the highest id that one of its questions ever had.
        pictures: those uploaded for it, bytes by code; those of the version it began with are stored there.
    """

    name: str
    head: dict[str, Any]
    questions: list[DraftQuestion] = field(default_factory=list)
    source: Source = "toml"
    base: int = 0
    notes: list[Any] = field(default_factory=list)
    last_id: int = 0
    pictures: dict[str, bytes] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """Its languages; the first one is the fallback."""
        return tuple(self.head["languages"])

    def question(self, question_id: int) -> DraftQuestion | None:
        """Find one of its questions by id."""
        return next((question for question in self.questions if question["id"] == question_id), None)

    def add(self, question: DraftQuestion, after: int = 0) -> DraftQuestion:
        """Insert a question after another, or at the end; it gets a new id."""
        self.last_id += 1
        added = {"id": self.last_id} | question
        places = (at for at, other in enumerate(self.questions, start=1) if other["id"] == after)
        at = next(places, len(self.questions))
        self.questions.insert(at, added)
        return added

    def move(self, question_id: int, by: int) -> None:
        """Move a question up (-1) or down (1); at the end of the list nothing happens."""
        places = (at for at, question in enumerate(self.questions) if question["id"] == question_id)
        move_by(self.questions, next(places, -1), by)

    def remove(self, question_id: int) -> None:
        """Remove a question."""
        self.questions = [question for question in self.questions if question["id"] != question_id]

    def picture_codes(self) -> frozenset[str]:
        """The codes of all pictures of its questions and answers."""
        tables = (table for question in self.questions for table in (question, *question.get("options", [])))
        return frozenset(code for table in tables for key in _PICTURES if (code := table.get(key)))

    def add_picture(self, owner: dict[str, Any], content: bytes) -> bool:
        """Give an uploaded picture to a question or an answer; False where the draft has too many already.

        Args:
            owner: the question or the answer.
            content: from `picture_maker`.
        """
        code = own_picture_code(content)
        other_codes = set(filter(is_own_picture, self.picture_codes())) - {owner.get("picture"), code}
        if len(other_codes) >= MAX_PICTURES:
            return False
        self.pictures[code] = content
        owner["picture"] = code
        return True

    def drop_unused_pictures(self) -> None:
        """Remove uploaded pictures that nothing shows."""
        codes = self.picture_codes()
        self.pictures = {code: content for code, content in self.pictures.items() if code in codes}

    def measure_texts(self) -> TextSize:
        """The size of its texts; those of another kind or language than its current ones count too."""
        return measure_texts(self._texts(), self.languages)

    def _texts(self) -> Iterator[dict[str, str]]:
        yield self.head["title"]
        for question in self.questions:
            yield from (question[key] for key in _WORDED if key in question)
            tiles = (tile for key in _TILED for tile in question.get(key, []))
            yield from ({key: text for key, text in tile.items() if key not in _NO_LANGUAGE} for tile in tiles)

    def settle_notes(self, codes: Collection[str], name: str = "") -> None:
        """Remove notes of the import that its author has handled.

        Args:
            codes: of the notes.
            name: of the question that they are about; without one, those about any question are removed.
        """
        notes = zip(self.notes, faults_from_data(self.notes), strict=True)
        self.notes = [data for data, fault in notes if fault.code not in codes or (name and not is_about(fault, name))]

    def shape(self) -> dict[str, Any]:
        """The values of the file that it would be."""
        head = self.head | {
            "title": _in(self.head["title"], self.languages),
            "draft": _in(self.head.get("draft", {}), self.languages),
        }
        return head | {"question": [_file_question(question, self.languages) for question in self.questions]}


def is_about(fault: QuestionnaireFault, name: str) -> bool:
    """Whether a note of an import is about the named question."""
    return name in {fault.values.get("name"), fault.values.get("question")}


_PICTURES: Final = ("picture", "other_picture")


def move_by(items: list[Any], at: int, by: int) -> None:
    """Swap an item with its neighbour, where there is one."""
    to = at + by
    if 0 <= at < len(items) and 0 <= to < len(items):
        items[at], items[to] = items[to], items[at]


def draft_of(questionnaire: Questionnaire, base: int = 0, notes: Sequence[Any] = ()) -> DraftBody:
    """Make a draft from a questionnaire."""
    head = {key: value for key, value in file_shape(questionnaire).items() if key != "question"}
    body = DraftBody(name=questionnaire.name, head=head, source=questionnaire.source, base=base, notes=list(notes))
    for question in questionnaire.questions:
        body.add(question_shape(question))
    return body


def _in(words: Mapping[str, Any], languages: Iterable[str]) -> dict[str, Any]:
    return {language: words[language] for language in languages if words.get(language)}


_DRAFT_KEYS: Final = frozenset({"id", "ends", "other_bins"})  # of a question, see `DraftQuestion`

_WORDED: Final = ("text", "hint", "audio", "says")

_TILED: Final = ("options", "bins", "other_bins", "merge")

_NO_LANGUAGE: Final = frozenset({"key", "picture", "other_picture", "low", "high", "options"})
"""The keys of an answer, a range or a group that are no languages."""


def _file_question(question: DraftQuestion, languages: Sequence[str]) -> dict[str, Any]:
    """The table of a question; values that belong to another kind stay in the draft only."""
    table = {key: copy.deepcopy(value) for key, value in question.items() if key not in _DRAFT_KEYS}
    for key in _WORDED:
        if key in table:
            table[key] = _in(table[key], languages)
            if not table[key] and key != "text":
                del table[key]
    if "ends" in question:
        table["bins"] = range_tables(question_ranges(question))
    all_keys = _answer_keys(table)
    table = {key: value for key, value in table.items() if _fits(key, question["kind"])}
    for key in ("options", "bins", "merge"):
        if key in table:
            table[key] = [_tile(tile, languages) for tile in table[key]]
    _unmark(table, all_keys - _answer_keys(table))
    if question["kind"] == "faces":
        table["options"] = _faced(table.get("options", []), table.get("good", []))
    return table


def _answer_keys(table: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(tile["key"] for key in ("options", "bins") for tile in table.get(key, []))


def _unmark(table: dict[str, Any], other_keys: Collection[str]) -> None:
    """Remove the marks of answers that belong to another kind."""
    for mark in ("good", "harm"):
        if mark in table:
            table[mark] = [key for key in table[mark] if key not in other_keys]
    if "safety" in table:
        table["safety"] = bool(table.get("harm"))


def _fits(key: str, kind_name: Kind) -> bool:
    """Whether a question of this kind may have the key in its file."""
    kind = KINDS[kind_name]
    fitting = {
        "options": kind.has_options, "bins": kind.bins > (0, 0), "merge": kind_name == "choose_one",
        "right": kind.has_options and kind.single, "publish": kind.has_options and kind.single,
        "good": kind.coded, "harm": kind.coded, "safety": kind.coded, "lasting": kind.lasting,
    }  # fmt: skip
    return fitting.get(key, True)


def _tile(tile: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """An answer, a range or a group; a range gets its figures as label in each language."""
    values = {key: tile[key] for key in tile if key in _NO_LANGUAGE - {"other_picture"} and tile[key] != ""}
    figures = dict.fromkeys(languages, range_text(tile["low"], tile["high"])) if "low" in tile else {}
    return values | figures | _in(tile, languages)


def range_tables(ranges: Iterable[Range], before: Iterable[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """Ranges as a file has them; one that existed `before` keeps its key and its labels."""
    by_ends = {(tile["low"], tile["high"]): dict(tile) for tile in before}
    return [by_ends.get((low, high), {"key": f"from_{low}", "low": low, "high": high}) for low, high in ranges]


def question_ranges(question: DraftQuestion) -> list[Range]:
    """The ranges of a question, valid or not; empty where the typed text cannot be read."""
    ranges = [(tile["low"], tile["high"]) for tile in question.get("bins", [])]
    if "ends" not in question:
        return ranges
    return read_ranges(question["ends"], *((ranges[0][0], ranges[-1][1]) if ranges else ()))


_ALL_FACES: Final = frozenset(code for faces in FACES.values() for code in faces)


def _faced(options: list[dict[str, Any]], good: Sequence[str]) -> list[dict[str, Any]]:
    """The options with faces, happy at the good end; chosen pictures stay."""
    pictures = {drawable_picture(option.get("picture", "")) for option in options}
    if len(options) not in FACES or pictures - {None, *_ALL_FACES}:
        return options
    faces = FACES[len(options)]
    if options[0]["key"] in good:
        faces = faces[::-1]
    elif pictures == {None}:
        return options  # a screen draws these faces anyway
    return [option | {"picture": face} for option, face in zip(options, faces, strict=True)]


class _QuestionRows(TomlRows):
    """Row numbers of a draft: the first question is row 1, and what belongs to no question is row 0."""

    holds_pictures = True

    def __init__(self) -> None:
        super().__init__("")

    def row(self, path: TomlPath) -> int:
        at = path[1] if len(path) > 1 and path[0] == "question" else None
        return at + 1 if isinstance(at, int) else 0


class DraftCheck(NamedTuple):
    """The questionnaire that a draft would be, with its faults and warnings.

    Attributes:
        questionnaire: as it is now; it must not be stored while it has faults.
        faults: those that refuse it, each at the number of its question; 0 for the whole.
        notes: warnings for an advocate, also about questions that an advocate must decide.
    """

    questionnaire: Questionnaire
    faults: tuple[QuestionnaireFault, ...]
    notes: tuple[QuestionnaireFault, ...]

    def at(self, number: int) -> Iterator[QuestionnaireFault]:
        """The faults of one question."""
        return (fault for fault in self.faults if fault.row == number)

    def has_screen(self, number: int) -> bool:
        """Whether a question has a screen: a text, and enough answers for its kind."""
        question = self.questionnaire.questions[number - 1]
        return bool(question.text) and not any(fault.code in _CANNOT_BE_SHOWN for fault in self.at(number))


_CANNOT_BE_SHOWN: Final = frozenset({"how_many_options", "how_many_bins"})


def check_draft(body: DraftBody) -> DraftCheck:
    """Check a draft as `surveys check` checks a file; one that is too large is not checked further."""
    faults: list[QuestionnaireFault] = []
    table = TomlTable(body.shape(), (), _QuestionRows(), faults)
    questionnaire = toml_reader.assemble_questionnaire(table, body.name, body.source)
    if too_large := tuple(fault.at(0) for fault in size_faults(questionnaire)):
        return DraftCheck(questionnaire, too_large, ())
    misfits = list(toml_reader.find_misfits(questionnaire, frozenset()))
    limits = list(wording_rules.limit_faults(questionnaire.questions, questionnaire.ages))
    wording = [fault for question in questionnaire.questions for fault in wording_rules.wording_faults(question)]
    doubts = [fault for fault in misfits if fault.code in wording_rules.DOUBTS]
    refusals = [fault for fault in misfits if fault.code not in wording_rules.DOUBTS]
    refusals += limits if body.source == "toml" else []
    notes = [*doubts, *(limits if body.source != "toml" else []), *wording]
    placed = [toml_reader.place_fault(fault, table) for fault in refusals]
    numbered = [fault.at(fault.row or 0) for fault in (*faults, *placed)]
    by_place = {(fault.row or 0, fault.code, str(fault.values)): fault for fault in numbered}
    return DraftCheck(
        questionnaire,
        tuple(by_place[place] for place in sorted(by_place)),
        tuple(toml_reader.place_fault(note, table) for note in notes),
    )


def new_question(kind: Kind, name: str) -> DraftQuestion:
    """An empty question."""
    return {"name": name, "kind": kind, "text": {}}


def set_value(table: dict[str, Any], key: str, value: Any) -> None:
    """Write a value into a table; an empty value removes the key."""
    if value:
        table[key] = value
    else:
        table.pop(key, None)


def change_kind(question: DraftQuestion, kind: Kind) -> None:
    """Give a question another kind; pictures that a scale of faces cannot have return with the old kind."""
    before, question["kind"] = question["kind"], kind
    if kind == "yes_no":
        _name_yes_and_no(question)
    if before == kind or "faces" not in {before, kind}:
        return
    for option in question.get("options", []):
        if kind == "faces" and option.get("picture") not in {None, *_ALL_FACES}:
            option["other_picture"] = option.pop("picture")
        elif before == "faces":
            if option.get("picture") in _ALL_FACES:
                del option["picture"]
            set_value(option, "picture", option.pop("other_picture", option.get("picture")))


def _name_yes_and_no(question: DraftQuestion) -> None:
    """Give the two answers of a yes-or-no question their keys; marked answers keep their marks."""
    options = question.get("options", [])
    if len(options) != 2 or {option["key"] for option in options} == {"yes", "no"}:  # noqa: PLR2004
        return
    new_keys = dict(zip([option["key"] for option in options], ("yes", "no"), strict=True))
    for option in options:
        option["key"] = new_keys[option["key"]]
    for mark in ("good", "harm"):
        set_value(question, mark, [new_keys.get(key, key) for key in question.get(mark, [])])
    set_value(question, "right", new_keys.get(question.get("right", ""), ""))


def typed_ranges(question: DraftQuestion) -> str:
    """The ranges as somebody would type them: `0-2, 3-5, 6+`; the typed text where it is not valid yet."""
    return question["ends"] if "ends" in question else write_ranges(question_ranges(question))


_PLAIN: Final = 3  # number of values of a range without labels: key, low, high


def type_ranges(question: DraftQuestion, text: str) -> None:
    """Store typed ranges; where only ends are typed, the first start and the last end stay."""
    if text == typed_ranges(question):
        return
    question["ends"] = text
    ranges = question_ranges(question)
    if len(ranges) > 1 and are_in_order(ranges):
        before = [*question.get("other_bins", []), *question.get("bins", [])]
        question["bins"] = range_tables(ranges, before)
        labelled = [tile for tile in before if len(tile) > _PLAIN]
        set_value(question, "other_bins", [tile for tile in labelled if tile not in question["bins"]])
        del question["ends"]


def add_usual_answers(body: DraftBody, question: DraftQuestion) -> None:
    """Give a scale with fewer than two answers those of a starter, in the languages that the starter has."""
    kind = question["kind"]
    if not KINDS[kind].scale or len(question.get("options", [])) > 1:
        return
    if usual := _usual_question(kind, body.head["ages"]):
        question |= {key: usual[key] for key in ("options", "good") if key in usual}
        if kind == "yes_no":  # whether yes is good depends on what is asked
            question.pop("good", None)


def _usual_question(kind: Kind, ages: str) -> DraftQuestion | None:
    steps = wording_rules.MAX_SCALE_STEPS.get(ages, 2) if kind == "faces" else 2  # type: ignore[call-overload] # a text of the form
    for name in store.starter_names():
        for question in store.load_starter(name).questions:
            if question.kind == kind and len(question.options) == steps:
                return question_shape(question)
    return None


def remove_answer(question: DraftQuestion, at: int) -> None:
    """Remove an answer with all its marks."""
    key = question["options"].pop(at)["key"]
    for mark in ("good", "harm"):
        set_value(question, mark, [other for other in question.get(mark, []) if other != key])
    set_value(question, "safety", bool(question.get("harm")))
    if question.get("right") == key:
        del question["right"]
        question.pop("publish", None)


def name_question(body: DraftBody, question: DraftQuestion, fixed: Collection[str] = ()) -> None:
    """Name a question after its first text, as long as no other question can depend on it.

    Args:
        body: the draft.
        question: of it.
        fixed: names in the version that the draft follows; they stay.
    """
    if not question["name"].startswith("question_") or question["name"] in fixed:
        return
    slug = next((slug for code in body.languages if (slug := ascii_slug(question["text"].get(code, "")))), "")
    if slug and not any(question["name"] in other.get("when", "").split() for other in body.questions):
        others = [other["name"] for other in body.questions if other is not question]
        question["name"] = free_name(slug, others, question["name"])


def ascii_slug(words: str, most: int = 30) -> str:
    """Turn a text into lower-case letters, digits and underscores; empty where it has no Latin letters."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:most].strip("_")


def free_name(wanted: str, names: Iterable[str], otherwise: str) -> str:
    """The wanted name, or `otherwise` where it begins with no letter; with a number where it is among the `names`."""
    other_names = set(names)
    first = wanted if wanted[:1].isalpha() else otherwise
    numbered = (f"{first}_{at}" for at in range(2, len(other_names) + 3))
    return first if first not in other_names else next(name for name in numbered if name not in other_names)
