"""Paper sheets as a file: a row a child, a column a question. Pure reading; all that is wrong at once, with rows.

Rows are those of a table, as a spreadsheet numbers them. A row without a single answer is no sheet.
"""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from youthvoice.surveys.questionnaires.question import DONT_KNOW, Question
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import Answer
from youthvoice.surveys.questionnaires.validation.errors import Fault, Refused, fault

LARGEST = 4 * 1024 * 1024  # bytes of a file
MOST_SHEETS = 5000
CARD = "card"
SEVERAL = ";"  # between the answers of a `choose_many`
_SHOWN = 40  # letters of a cell that a fault repeats


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """What one child wrote.

    Attributes:
        row: of the file, from 1, which is the row of names.
        answers: by question, as `Question.takes` them; letter boxes too. A skip is not there.
    """

    row: int
    answers: Mapping[str, Answer] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A file that is well.

    Attributes:
        sheets: one a child, in the order of the file.
        without: questions that have no column; every child is taken to have skipped them.
    """

    sheets: tuple[PaperSheet, ...]
    without: tuple[str, ...]


def read_paper(data: bytes, questionnaire: Questionnaire) -> PaperFile:
    """Read a file of paper sheets.

    Args:
        data: CSV in UTF-8, with or without a mark at its beginning; commas or semicolons; any line ends.
        questionnaire: what was asked.

    Raises:
        Refused: with every fault and its row.
    """
    rows = _rows(_text(data), questionnaire)
    names = [name.strip() for name in rows[0]] if rows else []
    faults = [one.at(1) for one in _about_names(names, questionnaire)]
    questions = [questionnaire.question(name) for name in names]
    sheets = []
    for row, cells in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in cells):
            answers, wrong = _sheet(cells, questions)
            faults += [one.at(row) for one in wrong]
            sheets.append(PaperSheet(row, answers))
    if not sheets:
        faults.append(fault("no_sheets").at(2))
    if len(sheets) > MOST_SHEETS:
        faults.append(fault("too_many_sheets", most=MOST_SHEETS).at(sheets[MOST_SHEETS].row))
    if faults:
        raise Refused(faults)
    asked = (one.name for one in questionnaire.questions if one.kind != "say")
    return PaperFile(tuple(sheets), tuple(name for name in asked if name not in names))


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise Refused([fault("too_large", most=LARGEST // 1024).at(1)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused([fault("not_utf8").at(data.count(b"\n", 0, error.start) + 1)]) from None


def _rows(text: str, questionnaire: Questionnaire) -> list[list[str]]:
    """Every row; between commas or semicolons, whichever show more columns that are known."""
    known = {one.name for one in questionnaire.questions} | {CARD}

    def fits(between: str) -> tuple[int, int]:
        names = next(csv.reader(io.StringIO(text, newline=""), delimiter=between), [])
        return sum(name.strip() in known for name in names), len(names)

    rows: list[list[str]] = []
    try:
        between = max((",", ";"), key=fits)
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True):
            rows.append(row)  # noqa: PERF402 - how many there are tells the row that cannot be read
    except csv.Error:
        raise Refused([fault("not_csv").at(len(rows) + 1)]) from None
    return rows


def _about_names(names: Sequence[str], questionnaire: Questionnaire) -> Iterator[Fault]:
    if not any(questionnaire.question(name) for name in names):
        yield fault("no_columns")
    for name, times in Counter(filter(None, names)).items():
        question = questionnaire.question(name)
        if question is None:
            yield fault("card" if name == CARD else "unknown_column", column=name[:_SHOWN])
        elif question.kind == "say":
            yield fault("asks_nothing", column=name)
        if times > 1:
            yield fault("column_twice", column=name[:_SHOWN])


def _sheet(cells: Sequence[str], questions: Sequence[Question | None]) -> tuple[dict[str, Answer], list[Fault]]:
    answers: dict[str, Answer] = {}
    faults = []
    for place, cell in enumerate(cells):
        question = questions[place] if place < len(questions) else None
        if not cell.strip():
            continue
        if question is None:
            faults += [fault("cell_without_column", at=place + 1)] if place >= len(questions) else []
            continue
        found = _answer(question, cell)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            answers[question.name] = found
    return answers, faults


def _answer(question: Question, cell: str) -> Answer | Fault:
    said = cell.strip()
    if question.kind == "words":
        text = cell.replace("\r\n", "\n")
        return text if question.takes(text) else fault("too_long", question=question.name, most=question.max_length)
    if said == DONT_KNOW:
        return (DONT_KNOW,) if question.kind == "choose_many" else DONT_KNOW
    if question.kind == "number":
        return _number(question, said)
    if question.kind != "choose_many" or len(_meant(question, said)) == 1:
        found = _option(question, said)
        return found if isinstance(found, Fault) or question.single else (found,)
    return _several(question, said)


def _number(question: Question, said: str) -> Answer | Fault:
    digits = str(int(said)) if said.isdecimal() and len(said) < 10 else ""  # noqa: PLR2004 - more is no count
    if digits and question.takes(digits):
        return digits
    return fault("no_such_number", question=question.name, said=said[:_SHOWN])


def _several(question: Question, said: str) -> Answer | Fault:
    parts = [part.strip() for part in said.split(SEVERAL) if part.strip()]
    if DONT_KNOW in parts:
        return fault("unsure_and_sure", question=question.name)
    found = [_option(question, part) for part in parts]
    wrong = next((one for one in found if isinstance(one, Fault)), None)
    return wrong or tuple(dict.fromkeys(one for one in found if isinstance(one, str)))


def _option(question: Question, said: str) -> str | Fault:
    meant = _meant(question, said)
    if len(meant) == 1:
        return meant[0]
    code = "either_answer" if meant else "no_such_answer"
    return fault(code, question=question.name, said=said[:_SHOWN], keys=", ".join((*question.keys, DONT_KNOW)))


def _meant(question: Question, said: str) -> list[str]:
    """The keys that a cell may mean: a key itself, or the words of an option in any language."""
    plain = _plain(said)
    return [one.key for one in question.options if plain in {_plain(each) for each in (one.key, *one.text.values())}]


def _plain(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).split()).casefold()
