"""A questionnaire that somebody is making: as it would stand in a file, whatever is missing or wrong in it.

What it lacks is found by the rules that judge a file, in their words; nothing typed is refused on the way there.
"""

import copy
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from youthvoice.surveys.questionnaires import rules, toml_reader
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault
from youthvoice.surveys.questionnaires.kinds import KINDS, Kind
from youthvoice.surveys.questionnaires.picture_library import FACES, drawable_picture
from youthvoice.surveys.questionnaires.questionnaire import OPEN_END, Questionnaire, Source, declared_bins, range_text
from youthvoice.surveys.questionnaires.toml_lines import TomlPath, TomlRows
from youthvoice.surveys.questionnaires.toml_writer import file_shape, question_shape
from youthvoice.web.graphics.picture_addresses import is_own_picture, own_picture_code

DraftQuestion = dict[str, Any]
"""A question as its table in a file, and what no file has: `id`, a number that stays when questions move; `ends`, where
its ranges end as somebody typed it; options of another kind, kept in case the kind is changed back."""

MAX_PICTURES: Final = 24
"""Uploaded pictures of one questionnaire: with all of them its page weighs 384 KiB more, once."""


@dataclass
class DraftBody:
    """What a draft holds.

    Attributes:
        name: slug.
        head: the file without its questions.
        questions: in order.
        source: of what it began with; a form of others may be longer than our own files.
        base: the version it began with; 0 where it began with nothing.
        notes: of the import it began with, as `errors.faults_as_data`.
        last_id: the highest id that a question of it ever had.
        pictures: those that were uploaded for it, bytes by code; those of the version it began with lie with that.
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
        """Its languages, the first to fall back on."""
        return tuple(self.head["languages"])

    def question(self, question_id: int) -> DraftQuestion | None:
        """One of its questions."""
        return next((one for one in self.questions if one["id"] == question_id), None)

    def add(self, question: DraftQuestion, after: int = 0) -> DraftQuestion:
        """Put a question behind another, or at the end; it gets its id."""
        self.last_id += 1
        added = {"id": self.last_id} | question
        at = next((at for at, one in enumerate(self.questions, start=1) if one["id"] == after), len(self.questions))
        self.questions.insert(at, added)
        return added

    def move(self, question_id: int, by: int) -> None:
        """Move a question up (-1) or down (1); at the end of the list nothing happens."""
        move_by(self.questions, next((at for at, one in enumerate(self.questions) if one["id"] == question_id), -1), by)

    def remove(self, question_id: int) -> None:
        """Take a question out."""
        self.questions = [one for one in self.questions if one["id"] != question_id]

    def picture_codes(self) -> frozenset[str]:
        """The codes of all pictures that its questions and answers have."""
        pictured = (one for question in self.questions for one in (question, *question.get("options", [])))
        return frozenset(one["picture"] for one in pictured if one.get("picture"))

    def add_picture(self, pictured: dict[str, Any], content: bytes) -> bool:
        """Give a question or an answer of it an uploaded picture; false where it has too many already.

        Args:
            pictured: the question or the answer.
            content: as `picture_maker` made it.
        """
        code = own_picture_code(content)
        if (
            len({one for one in self.picture_codes() if is_own_picture(one)} - {pictured.get("picture"), code})
            >= MAX_PICTURES
        ):
            return False
        self.pictures[code], pictured["picture"] = content, code
        return True

    def drop_unused_pictures(self) -> None:
        """Let go of uploaded pictures that nothing shows any more."""
        shown = self.picture_codes()
        self.pictures = {code: content for code, content in self.pictures.items() if code in shown}

    def shape(self) -> dict[str, Any]:
        """The file that it would be."""
        head = self.head | {
            "title": _in(self.head["title"], self.languages),
            "draft": _in(self.head.get("draft", {}), self.languages),
        }
        return head | {"question": [_file_question(one, self.languages) for one in self.questions]}


def move_by(listed: list[Any], at: int, by: int) -> None:
    """Let one of a list change places with its neighbour, where there is one."""
    to = at + by
    if 0 <= at < len(listed) and 0 <= to < len(listed):
        listed[at], listed[to] = listed[to], listed[at]


def draft_of(questionnaire: Questionnaire, base: int = 0, notes: Sequence[Any] = ()) -> DraftBody:
    """A draft that begins with a questionnaire."""
    head = {key: value for key, value in file_shape(questionnaire).items() if key != "question"}
    made = DraftBody(name=questionnaire.name, head=head, source=questionnaire.source, base=base, notes=list(notes))
    for question in questionnaire.questions:
        made.add(question_shape(question))
    return made


def _in(words: Mapping[str, Any], languages: Iterable[str]) -> dict[str, Any]:
    return {language: words[language] for language in languages if words.get(language)}


_WORDED: Final = ("text", "hint", "audio", "says")


def _file_question(question: DraftQuestion, languages: Sequence[str]) -> dict[str, Any]:
    row = KINDS[question["kind"]]
    said = {key: copy.deepcopy(value) for key, value in question.items() if key not in {"id", "ends"}}
    for about in _WORDED:
        if about in said:
            said[about] = _in(said[about], languages)
            if not said[about] and about != "text":
                del said[about]
    for about, wanted in (("options", row.has_options), ("bins", row.bins > (0, 0)), ("merge", row.has_options)):
        if about in said and wanted:
            said[about] = [_tile(one, languages) for one in said[about]]
        else:
            said.pop(about, None)
    if not row.has_options:
        for about in ("good", "harm", "right", "publish", "safety"):
            said.pop(about, None)
    if question["kind"] == "faces":
        said["options"] = _faced(said.get("options", []), said.get("good", []))
    return said


def _tile(tile: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    own = {
        key: value for key, value in tile.items() if key in {"key", "picture", "low", "high", "options"} and value != ""
    }
    return own | _in(tile, languages)


_ALL_FACES: Final = frozenset(code for faces in FACES.values() for code in faces)


def _faced(options: list[dict[str, Any]], good: Sequence[str]) -> list[dict[str, Any]]:
    """The options with faces, happy at the good end; pictures that somebody chose stay."""
    drawn = {drawable_picture(one.get("picture", "")) for one in options}
    if len(options) not in FACES or drawn - {None, *_ALL_FACES}:
        return options
    faces = FACES[len(options)]
    if options[0]["key"] in good:
        faces = faces[::-1]
    elif drawn == {None}:
        return options  # a screen draws them so by itself
    return [one | {"picture": face} for one, face in zip(options, faces, strict=True)]


class _QuestionRows(TomlRows):
    """Rows of a draft: the first question is row 1, and what belongs to no question is row 0."""

    holds_pictures = True

    def __init__(self) -> None:
        super().__init__("")

    def row(self, path: TomlPath) -> int:
        at = path[1] if len(path) > 1 and path[0] == "question" else None
        return at + 1 if isinstance(at, int) else 0


class Judgement(NamedTuple):
    """What a draft would be, and what stands against it.

    Attributes:
        questionnaire: as it is; not to be kept while there are faults.
        faults: what refuses it, at the number of its question; 0 where it is about the whole.
        notes: what an advocate should look at, questions about which an advocate decides among them.
    """

    questionnaire: Questionnaire
    faults: tuple[QuestionnaireFault, ...]
    notes: tuple[QuestionnaireFault, ...]

    def at(self, number: int) -> Iterator[QuestionnaireFault]:
        """The faults of one question."""
        return (fault for fault in self.faults if fault.row == number)


def judge(draft: DraftBody) -> Judgement:
    """Judge a draft as `surveys check` judges a file."""
    faults: list[QuestionnaireFault] = []
    table = toml_reader.TomlTable(draft.shape(), (), _QuestionRows(), faults)
    questionnaire = toml_reader.assemble_questionnaire(table, draft.name, draft.source)
    unfit = list(toml_reader.find_misfits(questionnaire, frozenset()))
    limits = list(rules.limit_faults(questionnaire.questions, questionnaire.ages))
    wording = [fault for question in questionnaire.questions for fault in rules.wording_faults(question)]
    doubts = [fault for fault in unfit if fault.code in rules.DOUBTS]
    refused = [fault for fault in unfit if fault.code not in rules.DOUBTS] + (limits if draft.source == "toml" else [])
    told = [*doubts, *(limits if draft.source != "toml" else []), *wording]
    placed = [toml_reader.place_fault(one, table) for one in refused]
    known = {(one.row or 0, one.code, str(one.values)): one.at(one.row or 0) for one in (*faults, *placed)}
    return Judgement(
        questionnaire,
        tuple(known[key] for key in sorted(known)),
        tuple(toml_reader.place_fault(one, table) for one in told),
    )


def ascii_slug(words: str, most: int = 30) -> str:
    """Small letters, digits and underscores of some words; empty where none of them is Latin."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:most].strip("_")


def free_name(wanted: str, taken: Iterable[str], otherwise: str) -> str:
    """A name that nothing else has: as wanted, else with a number."""
    used, first = set(taken), wanted if wanted[:1].isalpha() else otherwise
    many = (f"{first}_{at}" for at in range(2, len(used) + 3))
    return first if first not in used else next(one for one in many if one not in used)


def ranges_as_typed(said: str, languages: Sequence[str]) -> list[dict[str, Any]]:
    """The ranges that somebody typed; empty where they cannot be read."""
    return [
        {"key": f"from_{low}", "low": low, "high": high} | dict.fromkeys(languages, range_text(low, high))
        for low, high in declared_bins(said)
    ]


def typed_ranges(question: DraftQuestion) -> str:
    """Its ranges as somebody would type them: `0-2, 3-5, 6+`."""
    if "ends" in question:
        return str(question["ends"])
    return ", ".join(_ends(one["low"], one["high"]) for one in question.get("bins", []))


def _ends(low: int, high: int) -> str:
    return f"{low}+" if high >= OPEN_END else f"{low}" if low == high else f"{low}-{high}"


def new_question(kind: Kind, name: str) -> DraftQuestion:
    """An empty question."""
    return {"name": name, "kind": kind, "text": {}}
