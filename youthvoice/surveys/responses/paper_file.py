"""Read a CSV file of paper answers: a row for each child, a column for each question; list all faults by row.

Rows are numbered as in a spreadsheet. A row without any answer is ignored.
"""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from youthvoice.privacy.credentials.picture_codes import Picture
from youthvoice.slips.store import Picks
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, QuestionnaireRefused, make_fault
from youthvoice.surveys.questionnaires.questionnaire import DONT_KNOW, Question, Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import Answer
from youthvoice.web.graphics.picture_labels import picture_label
from youthvoice.web.i18n.formats import in_every_language

MAX_PAPER_FILE_BYTES = 4 * 1024 * 1024  # bytes of a file

MAX_PAPER_SHEETS = 5000

CARD_COLUMN = "card"

SEVERAL_SEPARATOR = ";"  # between the answers of a `choose_many`, and between the pictures of a card

_MAX_QUOTED = 40  # characters of a cell that a fault quotes


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """The paper sheet of one child.

    Attributes:
        row: its number in the file; 1 is the row of names.
        answers: by question, as `Question.takes` them, with letter boxes and without skips.
        card: the pictures of a card's half; None without a card.
    """

    row: int
    answers: Mapping[str, Answer] = field(repr=False)
    card: Picks | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A file without faults.

    Attributes:
        sheets: one for each child, in the order of the file.
        without: questions that have no column and count as skipped.
    """

    sheets: tuple[PaperSheet, ...]
    without: tuple[str, ...]


CardPlaces = Mapping[str, tuple[int, int]]
"""Screen and position of each picture, by its name in any language of the pages."""


def card_places(screens: Sequence[Sequence[Picture]]) -> CardPlaces:
    """Find where each picture of a card is, by every name that the `card` column may use.

    Args:
        screens: of the round; empty where it has no cards.
    """
    return {
        _plain(word): (at, nth)
        for at, pictures in enumerate(screens)
        for nth, picture in enumerate(pictures)
        for word in (picture.name, *in_every_language(partial(picture_label, picture.name)).values())
    }


def read_paper(data: bytes, questionnaire: Questionnaire, cards: CardPlaces | None = None) -> PaperFile:
    """Read a file of paper sheets.

    Args:
        data: CSV in UTF-8, with or without a mark at its beginning; commas or semicolons; any line ends.
        questionnaire: of the round.
        cards: of a round with cards, from `card_places`.

    Raises:
        QuestionnaireRefused: with every fault and its row.
    """
    rows = _split_rows(_decode(data), questionnaire)
    names = [name.strip() for name in rows[0]] if rows else []
    faults = [fault.at(1) for fault in _column_faults(names, questionnaire, has_cards=bool(cards))]
    card_column = names.index(CARD_COLUMN) if cards and CARD_COLUMN in names else None
    rows_by_card: dict[Picks, int] = {}
    questions = [questionnaire.question(name) for name in names]
    sheets = []
    for row, cells in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in cells):
            answers, row_faults = _read_sheet(cells, questions, card_column)
            card = (
                _read_card(cells[card_column], cards)
                if cards and card_column is not None and card_column < len(cells)
                else None
            )
            if isinstance(card, QuestionnaireFault):
                row_faults, card = [*row_faults, card], None
            elif card and rows_by_card.setdefault(card, row) != row:
                row_faults.append(make_fault("card_twice", row=rows_by_card[card]))
            faults += [fault.at(row) for fault in row_faults]
            sheets.append(PaperSheet(row, answers, card))
    if not sheets:
        faults.append(make_fault("no_sheets").at(2))
    if len(sheets) > MAX_PAPER_SHEETS:
        faults.append(make_fault("too_many_sheets", most=MAX_PAPER_SHEETS).at(sheets[MAX_PAPER_SHEETS].row))
    if faults:
        raise QuestionnaireRefused(faults)
    question_names = (question.name for question in questionnaire.questions if question.traits.input)
    return PaperFile(tuple(sheets), tuple(name for name in question_names if name not in names))


def _decode(data: bytes) -> str:
    if len(data) > MAX_PAPER_FILE_BYTES:
        raise QuestionnaireRefused([make_fault("too_large", most=MAX_PAPER_FILE_BYTES // 1024).at(1)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuestionnaireRefused([make_fault("not_utf8").at(data.count(b"\n", 0, error.start) + 1)]) from None


def _split_rows(text: str, questionnaire: Questionnaire) -> list[list[str]]:
    """Split the text into rows, by commas or semicolons: whichever gives more known columns."""
    question_names = {question.name for question in questionnaire.questions} | {CARD_COLUMN}

    def fits(between: str) -> tuple[int, int]:
        names = next(csv.reader(io.StringIO(text, newline=""), delimiter=between), [])
        return sum(name.strip() in question_names for name in names), len(names)

    rows: list[list[str]] = []
    try:
        between = max((",", ";"), key=fits)
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True):
            rows.append(row)  # noqa: PERF402 - how many there are tells the row that cannot be read
    except csv.Error:
        raise QuestionnaireRefused([make_fault("not_csv").at(len(rows) + 1)]) from None
    return rows


def _read_card(cell: str, places: CardPlaces) -> Picks | QuestionnaireFault | None:
    """Read the half of a card that a cell names, its pictures in any order; None where the cell is empty."""
    names = [_plain(part) for part in cell.split(SEVERAL_SEPARATOR) if part.strip()]
    if not names:
        return None
    positions = sorted(places[name] for name in names if name in places)
    screens = max(at for at, _nth in places.values()) + 1
    if len(positions) != len(names) or [at for at, _nth in positions] != list(range(screens)):
        return make_fault("no_such_card", said=cell.strip()[:_MAX_QUOTED], screens=screens)
    return tuple(nth for _at, nth in positions)


def _column_faults(
    names: Sequence[str], questionnaire: Questionnaire, *, has_cards: bool
) -> Iterator[QuestionnaireFault]:
    if not any(questionnaire.question(name) for name in names):
        yield make_fault("no_columns")
    for name, times in Counter(filter(None, names)).items():
        question = questionnaire.question(name)
        if question is None and not (has_cards and name == CARD_COLUMN):
            yield make_fault("card" if name == CARD_COLUMN else "unknown_column", column=name[:_MAX_QUOTED])
        elif question is not None and not question.traits.input:
            yield make_fault("asks_nothing", column=name)
        if times > 1:
            yield make_fault("column_twice", column=name[:_MAX_QUOTED])


def _read_sheet(
    cells: Sequence[str], questions: Sequence[Question | None], card_column: int | None = None
) -> tuple[dict[str, Answer], list[QuestionnaireFault]]:
    answers: dict[str, Answer] = {}
    faults = []
    for place, cell in enumerate(cells):
        question = questions[place] if place < len(questions) else None
        if not cell.strip() or place == card_column:
            continue
        if question is None:
            faults += [make_fault("cell_without_column", at=place + 1)] if place >= len(questions) else []
            continue
        answer = _read_answer(question, cell)
        if isinstance(answer, QuestionnaireFault):
            faults.append(answer)
        else:
            answers[question.name] = answer
    return answers, faults


def _read_answer(question: Question, cell: str) -> Answer | QuestionnaireFault:
    entry = cell.strip()
    if not question.coded:
        text = cell.replace("\r\n", "\n")
        return (
            text if question.takes(text) else make_fault("too_long", question=question.name, most=question.max_length)
        )
    if entry == DONT_KNOW:
        return DONT_KNOW if question.single else (DONT_KNOW,)
    if question.bins:
        return _read_number(question, entry)
    if question.single or len(_matching_keys(question, entry)) == 1:  # a label may hold the separator
        option = _read_option(question, entry)
        return option if isinstance(option, QuestionnaireFault) or question.single else (option,)
    return _read_several(question, entry)


def _read_number(question: Question, entry: str) -> Answer | QuestionnaireFault:
    digits = str(int(entry)) if entry.isdecimal() and len(entry) < 10 else ""  # noqa: PLR2004 - more is no count
    if digits and question.takes(digits):
        return digits
    return make_fault("no_such_number", question=question.name, said=entry[:_MAX_QUOTED])


def _read_several(question: Question, entry: str) -> Answer | QuestionnaireFault:
    parts = [part.strip() for part in entry.split(SEVERAL_SEPARATOR) if part.strip()]
    if DONT_KNOW in parts:
        return make_fault("unsure_and_sure", question=question.name)
    options = [_read_option(question, part) for part in parts]
    wrong = next((option for option in options if isinstance(option, QuestionnaireFault)), None)
    return wrong or tuple(dict.fromkeys(option for option in options if isinstance(option, str)))


def _read_option(question: Question, entry: str) -> str | QuestionnaireFault:
    keys = _matching_keys(question, entry)
    if len(keys) == 1:
        return keys[0]
    code = "either_answer" if keys else "no_such_answer"
    return make_fault(
        code, question=question.name, said=entry[:_MAX_QUOTED], keys=", ".join((*question.keys, DONT_KNOW))
    )


def _matching_keys(question: Question, entry: str) -> list[str]:
    """The keys that a cell may mean: a key itself, or the label of an option in any language."""
    plain = _plain(entry)
    return [
        option.key
        for option in question.options
        if plain in {_plain(each) for each in (option.key, *option.text.values())}
    ]


def _plain(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).split()).casefold()


PAPER_MESSAGES: Final = {
    "too_large": "The file is too large. At most %(most)s KiB can be read.",
    "not_utf8": "This row is not plain text (UTF-8). Save the file again as CSV UTF-8.",
    "not_csv": "This row cannot be read. Look for a missing quotation mark.",
    "no_columns": "No column bears the name of a question. The first row names the questions, one a column.",
    "unknown_column": "No question of this round is called “%(column)s”.",
    "card": "This round has no cards. Remove the column “card”.",
    "no_such_card": "“%(said)s” is no card. Write the names of its %(screens)s pictures with ; between them.",
    "card_twice": "This card stands in row %(row)s already. Each child has one of her own.",
    "asks_nothing": "“%(column)s” is only read out and takes no answer. Remove the column.",
    "column_twice": "The column “%(column)s” is there twice.",
    "no_sheets": "There is no row with an answer.",
    "too_many_sheets": "At most %(most)s sheets can be entered at once. Make several files.",
    "cell_without_column": "Cell %(at)s of this row has no column. Look for a missing quotation mark or name.",
    "too_long": "The words under “%(question)s” are longer than %(most)s letters.",
    "no_such_number": "“%(question)s” does not take “%(said)s”. Write a whole number that one of its ranges holds.",
    "no_such_answer": "“%(question)s” has no answer “%(said)s”. It has: %(keys)s.",
    "either_answer": "“%(said)s” can mean two answers of “%(question)s”. Write one of: %(keys)s.",
    "unsure_and_sure": "“%(question)s” has dont_know beside other answers. Look at the sheet: it is one or the other.",
}
