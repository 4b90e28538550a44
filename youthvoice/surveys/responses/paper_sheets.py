"""What children wrote on paper: a row a child, a column a question, entered by two adults; all of a file or nothing.

Rows are those of a table, as a spreadsheet numbers them. A row without a single answer is no sheet.
"""

import csv
import hashlib
import hmac
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.permissions import COORDINATOR, FACILITATOR
from youthvoice.accounts.sign_in import staff_session
from youthvoice.accounts.store import Reader, list_advocates
from youthvoice.sites.store import Site, list_sites
from youthvoice.surveys.command_line import log_of, read_input, round_of
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, QuestionnaireRefused, make_fault
from youthvoice.surveys.questionnaires.questionnaire import DONT_KNOW, Question, Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import Answer
from youthvoice.surveys.responses import store
from youthvoice.surveys.responses.forms import LetterWords
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import questionnaire_of_round
from youthvoice.threads.letters.letter_box import SealedLetter
from youthvoice.threads.letters.store import add_letters

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
        QuestionnaireRefused: with every fault and its row.
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
        faults.append(make_fault("no_sheets").at(2))
    if len(sheets) > MAX_PAPER_SHEETS:
        faults.append(make_fault("too_many_sheets", most=MAX_PAPER_SHEETS).at(sheets[MAX_PAPER_SHEETS].row))
    if faults:
        raise QuestionnaireRefused(faults)
    asked = (one.name for one in questionnaire.questions if one.traits.input)
    return PaperFile(tuple(sheets), tuple(name for name in asked if name not in names))


def _text(data: bytes) -> str:
    if len(data) > MAX_PAPER_FILE_BYTES:
        raise QuestionnaireRefused([make_fault("too_large", most=MAX_PAPER_FILE_BYTES // 1024).at(1)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuestionnaireRefused([make_fault("not_utf8").at(data.count(b"\n", 0, error.start) + 1)]) from None


def _rows(text: str, questionnaire: Questionnaire) -> list[list[str]]:
    """Every row; between commas or semicolons, whichever show more columns that are known."""
    known = {one.name for one in questionnaire.questions} | {CARD_COLUMN}

    def fits(between: str) -> tuple[int, int]:
        names = next(csv.reader(io.StringIO(text, newline=""), delimiter=between), [])
        return sum(name.strip() in known for name in names), len(names)

    rows: list[list[str]] = []
    try:
        between = max((",", ";"), key=fits)
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True):
            rows.append(row)  # noqa: PERF402 - how many there are tells the row that cannot be read
    except csv.Error:
        raise QuestionnaireRefused([make_fault("not_csv").at(len(rows) + 1)]) from None
    return rows


def _about_names(names: Sequence[str], questionnaire: Questionnaire) -> Iterator[QuestionnaireFault]:
    if not any(questionnaire.question(name) for name in names):
        yield make_fault("no_columns")
    for name, times in Counter(filter(None, names)).items():
        question = questionnaire.question(name)
        if question is None:
            yield make_fault("card" if name == CARD_COLUMN else "unknown_column", column=name[:_SHOWN])
        elif not question.traits.input:
            yield make_fault("asks_nothing", column=name)
        if times > 1:
            yield make_fault("column_twice", column=name[:_SHOWN])


def _sheet(
    cells: Sequence[str], questions: Sequence[Question | None]
) -> tuple[dict[str, Answer], list[QuestionnaireFault]]:
    answers: dict[str, Answer] = {}
    faults = []
    for place, cell in enumerate(cells):
        question = questions[place] if place < len(questions) else None
        if not cell.strip():
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
    said = cell.strip()
    if not question.coded:
        text = cell.replace("\r\n", "\n")
        return (
            text if question.takes(text) else make_fault("too_long", question=question.name, most=question.max_length)
        )
    if said == DONT_KNOW:
        return DONT_KNOW if question.single else (DONT_KNOW,)
    if question.bins:
        return _number(question, said)
    if question.single or len(_meant(question, said)) == 1:
        found = _option(question, said)
        return found if isinstance(found, QuestionnaireFault) or question.single else (found,)
    return _several(question, said)


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
    return [one.key for one in question.options if plain in {_plain(each) for each in (one.key, *one.text.values())}]


def _plain(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).split()).casefold()


PAPER_MESSAGES: Final = {
    "too_large": "The file is too large. At most %(most)s KiB can be read.",
    "not_utf8": "This row is not plain text (UTF-8). Save the file again as CSV UTF-8.",
    "not_csv": "This row cannot be read. Look for a missing quotation mark.",
    "no_columns": "No column bears the name of a question. The first row names the questions, one a column.",
    "unknown_column": "No question of this round is called “%(column)s”.",
    "card": "Cards cannot be entered yet: they come with the committees. Remove the column “card”.",
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


_NOT_NOW: Final = {
    "coming": "has not begun yet",
    "ended": "has ended, so no sheets can be entered any more",
    "closed": "is closed, so no sheets can be entered any more",
}


@click.command("answers")
@click.argument("round_", metavar="ROUND")
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.option("--site", "site_name", help="Where these children are, when the round has several of your sites.")
@with_appcontext
def enter_answers(round_: str, file: Path, site_name: str | None) -> None:
    """Enter paper sheets: a row a child, a column a question; `;` between several answers.

    Signed in: a coordinator or facilitator of the site, and a second adult. Everything is entered, or nothing.
    """
    first = staff_session.sign_in_for_command()
    staff_session.require_role(first, COORDINATOR, FACILITATOR)
    second = staff_session.sign_in_second_for_command(first)
    with db.reading(db.engine()) as session:
        facts = _open_round(session, round_, first, context.now())
        site = _site(session, facts, first, site_name)
        questions = questionnaire_of_round(session, facts)
        readers = list_advocates(session, site.id)
    if site.id not in second.site_ids:
        raise click.ClickException(f"{second.name} does not work at {site.name}.")
    data, found = read_input(
        file,
        MAX_PAPER_FILE_BYTES,
        lambda data: (data, read_paper(data, questions)),
        lambda fault: PAPER_MESSAGES[fault.code] % dict(fault.values),
    )
    letters = {sheet.row: _letters(sheet, questions, facts, site, readers) for sheet in found.sheets}
    locked = {sheet.row: _locked(sheet, questions, facts, site, data) for sheet in found.sheets}
    with db.writing(db.engine()) as session:
        _open_round(session, round_, first, context.now())
        new = _written(session, locked, letters)
        log_of(first).add(session, "round.paper", f"{facts.slug} with {second.person_id}")
    for name in found.without:
        click.echo(f"{file}: look at: there is no column “{name}”; everybody is taken to have skipped it.", err=True)
    click.echo(f"{new} sheets taken." if new != 1 else "1 sheet taken.")


def _open_round(session: Session, slug: str, person: staff_session.Signer, now: datetime) -> Round:
    facts = round_of(session, slug, person)
    state = facts.state(now)
    if state != "open":
        raise click.ClickException(f"{slug} {_NOT_NOW[state]}.")
    if facts.slips:
        raise click.ClickException(f"{slug} asks for slips: only what children send with one counts, no paper sheets.")
    return facts


def _site(session: Session, facts: Round, person: staff_session.Signer, told: str | None) -> Site:
    """Whose advocates read the letters."""
    own = [site for site in list_sites(session, facts.site_ids) if site.id in person.site_ids]
    meant = [site for site in own if told is None or told in {site.slug, site.name}]
    if len(meant) != 1:
        raise click.ClickException("Say with --site where these children are: " + ", ".join(one.slug for one in own))
    return meant[0]


def _letters(
    sheet: PaperSheet,
    questions: Questionnaire,
    facts: Round,
    site: Site,
    readers: Sequence[Reader],
) -> list[SealedLetter]:
    """Words of letter boxes, for the advocates only: paper has no box beside them that lets others read."""
    kept = questions.kept(sheet.answers)
    boxes = (box.name for box in questions.letter_boxes if kept.get(box.name))
    written = [LetterWords(name, str(kept[name]), shared=False) for name in boxes]
    if written and not readers:
        raise click.ClickException(f"Nobody can read letters at {site.name}, so nothing was entered.")
    return store.seal_letters(facts, site, written, readers)


def _locked(sheet: PaperSheet, questions: Questionnaire, facts: Round, site: Site, file: bytes) -> store.SealedResponse:
    """The answers of one sheet, under an id by which the same row of the same file is known again."""
    row = f"youthvoice/1|paper|{facts.slug}|{hashlib.sha256(file).hexdigest()}|{sheet.row}".encode()
    sheet_id = hmac.digest(context.keyring().key("pepper"), row, hashlib.sha256)[: store.SUBMISSION_ID_BYTES]
    coded = encode_answers(questions, sheet.answers)
    return store.seal_response(facts, sheet_id, coded, day=context.today(site.time_zone))


def _written(session: Session, locked: dict[int, store.SealedResponse], letters: dict[int, list[SealedLetter]]) -> int:
    """How many sheets are new. Sheets and letters go in by their ids, so that no order ties a child to a row."""
    new: list[SealedLetter] = []
    repeated = 0
    for row, response in sorted(locked.items(), key=lambda one: one[1].sheet_id):
        taken = store.store_response(session.connection(), response)
        if taken.late:
            raise click.ClickException("The round was closed just now, so nothing was entered.")
        repeated += taken.repeated
        new += [] if taken.repeated else letters[row]
    if repeated:
        raise click.ClickException(
            f"This very file was entered for this round before: {len(locked) - repeated} of {len(locked)} sheets are "
            "new, and nothing was entered. Are they other children with the same answers? Put them into a file "
            "together with sheets that are not entered yet."
        )
    add_letters(session.connection(), sorted(new, key=lambda letter: letter.id))
    return len(locked)
