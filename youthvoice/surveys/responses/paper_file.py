"""What children wrote on paper, as a table: a row a child, a column a question; all that is wrong with it, by row.

Rows are those of a table, as a spreadsheet numbers them. A row without a single answer is no sheet.
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

SEVERAL_SEPARATOR = ";"  # between the answers of a `choose_many`

_SHOWN = 40  # letters of a cell that a fault repeats


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """What one child wrote.

    Attributes:
        row: of the file, from 1, which is the row of names.
        answers: by question, as `Question.takes` them; letter boxes too. A skip is not there.
        card: the pictures of her half of a card; None where she had none, or the round has none.
    """

    row: int
    answers: Mapping[str, Answer] = field(repr=False)
    card: Picks | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A file that is well.

    Attributes:
        sheets: one a child, in the order of the file.
        without: questions that have no column; every child is taken to have skipped them.
    """

    sheets: tuple[PaperSheet, ...]
    without: tuple[str, ...]


CardPlaces = Mapping[str, tuple[int, int]]
"""By the name of a picture, in any language that pages speak: on which screen it is, and where there."""


def card_places(screens: Sequence[Sequence[Picture]]) -> CardPlaces:
    """What may stand in the column of cards.

    Args:
        screens: of the round; none where it has no cards.
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
        questionnaire: what was asked.
        cards: of a round with cards, from `card_places`.

    Raises:
        QuestionnaireRefused: with every fault and its row.
    """
    rows = _rows(_text(data), questionnaire)
    names = [name.strip() for name in rows[0]] if rows else []
    faults = [fault.at(1) for fault in _about_names(names, questionnaire, has_cards=bool(cards))]
    card_column = names.index(CARD_COLUMN) if cards and CARD_COLUMN in names else None
    known: dict[Picks, int] = {}
    questions = [questionnaire.question(name) for name in names]
    sheets = []
    for row, cells in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in cells):
            answers, wrong = _sheet(cells, questions, card_column)
            card = (
                _card(cells[card_column], cards)
                if cards and card_column is not None and card_column < len(cells)
                else None
            )
            if isinstance(card, QuestionnaireFault):
                wrong, card = [*wrong, card], None
            elif card and known.setdefault(card, row) != row:
                wrong.append(make_fault("card_twice", row=known[card]))
            faults += [fault.at(row) for fault in wrong]
            sheets.append(PaperSheet(row, answers, card))
    if not sheets:
        faults.append(make_fault("no_sheets").at(2))
    if len(sheets) > MAX_PAPER_SHEETS:
        faults.append(make_fault("too_many_sheets", most=MAX_PAPER_SHEETS).at(sheets[MAX_PAPER_SHEETS].row))
    if faults:
        raise QuestionnaireRefused(faults)
    question_names = (question.name for question in questionnaire.questions if question.traits.input)
    return PaperFile(tuple(sheets), tuple(name for name in question_names if name not in names))


def _text(data: bytes) -> str:
    if len(data) > MAX_PAPER_FILE_BYTES:
        raise QuestionnaireRefused([make_fault("too_large", most=MAX_PAPER_FILE_BYTES // 1024).at(1)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuestionnaireRefused([make_fault("not_utf8").at(data.count(b"\n", 0, error.start) + 1)]) from None


def _rows(text: str, questionnaire: Questionnaire) -> list[list[str]]:
    """Every row; between commas or semicolons, whichever show more columns that are known."""
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


def _card(cell: str, places: CardPlaces) -> Picks | QuestionnaireFault | None:
    """The half of a card that a cell names, its pictures in any order; None where it is empty."""
    said = [_plain(part) for part in cell.split(SEVERAL_SEPARATOR) if part.strip()]
    if not said:
        return None
    found = sorted(places[one] for one in said if one in places)
    screens = max(at for at, _nth in places.values()) + 1
    if len(found) != len(said) or [at for at, _nth in found] != list(range(screens)):
        return make_fault("no_such_card", said=cell.strip()[:_SHOWN], screens=screens)
    return tuple(nth for _at, nth in found)


def _about_names(
    names: Sequence[str], questionnaire: Questionnaire, *, has_cards: bool
) -> Iterator[QuestionnaireFault]:
    if not any(questionnaire.question(name) for name in names):
        yield make_fault("no_columns")
    for name, times in Counter(filter(None, names)).items():
        question = questionnaire.question(name)
        if question is None and not (has_cards and name == CARD_COLUMN):
            yield make_fault("card" if name == CARD_COLUMN else "unknown_column", column=name[:_SHOWN])
        elif question is not None and not question.traits.input:
            yield make_fault("asks_nothing", column=name)
        if times > 1:
            yield make_fault("column_twice", column=name[:_SHOWN])


def _sheet(
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
        found = _answer(question, cell)
        if isinstance(found, QuestionnaireFault):
            faults.append(found)
        else:
            answers[question.name] = found
    return answers, faults


def _answer(question: Question, cell: str) -> Answer | QuestionnaireFault:
    entry = cell.strip()
    if not question.coded:
        text = cell.replace("\r\n", "\n")
        return (
            text if question.takes(text) else make_fault("too_long", question=question.name, most=question.max_length)
        )
    if entry == DONT_KNOW:
        return DONT_KNOW if question.single else (DONT_KNOW,)
    if question.bins:
        return _number(question, entry)
    if question.single or len(_meant(question, entry)) == 1:
        option = _option(question, entry)
        return option if isinstance(option, QuestionnaireFault) or question.single else (option,)
    return _several(question, entry)


def _number(question: Question, said: str) -> Answer | QuestionnaireFault:
    digits = str(int(said)) if said.isdecimal() and len(said) < 10 else ""  # noqa: PLR2004 - more is no count
    if digits and question.takes(digits):
        return digits
    return make_fault("no_such_number", question=question.name, said=said[:_SHOWN])


def _several(question: Question, said: str) -> Answer | QuestionnaireFault:
    parts = [part.strip() for part in said.split(SEVERAL_SEPARATOR) if part.strip()]
    if DONT_KNOW in parts:
        return make_fault("unsure_and_sure", question=question.name)
    found = [_option(question, part) for part in parts]
    wrong = next((one for one in found if isinstance(one, QuestionnaireFault)), None)
    return wrong or tuple(dict.fromkeys(one for one in found if isinstance(one, str)))


def _option(question: Question, said: str) -> str | QuestionnaireFault:
    meant = _meant(question, said)
    if len(meant) == 1:
        return meant[0]
    code = "either_answer" if meant else "no_such_answer"
    return make_fault(code, question=question.name, said=said[:_SHOWN], keys=", ".join((*question.keys, DONT_KNOW)))


def _meant(question: Question, said: str) -> list[str]:
    """The keys that a cell may mean: a key itself, or the words of an option in any language."""
    plain = _plain(said)
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
