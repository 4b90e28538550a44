"""`flask surveys answers`: what children wrote on paper, entered by two adults; all of a file or nothing."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NoReturn

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.permissions import COORDINATOR, FACILITATOR
from youthvoice.accounts import store as people
from youthvoice.accounts.sign_in.command_line import SignedIn, need, second_signed_in, signed_in
from youthvoice.audit.log import Log
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.surveys.questionnaires.answer_encoding import encode
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.validation.errors import Refused
from youthvoice.surveys.responses import store as responses
from youthvoice.surveys.responses.paper.file import LARGEST, PaperFile, PaperSheet, read_paper
from youthvoice.surveys.responses.store import SHEET_ID_BYTES, Response
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import RoundFacts
from youthvoice.threads.letters import store as threads
from youthvoice.threads.letters.letter import SealedLetter, seal_letter

WORDS: Final = {
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
    first = signed_in()
    need(first, COORDINATOR, FACILITATOR)
    second = second_signed_in(first)
    with db.reading(db.engine()) as session:
        facts = _open_round(session, round_, first, running.now())
        site = _site(session, facts, first, site_name)
        questions = store.questions_of(session, facts)
        readers = people.advocates(session, site.id, running.keyring().key("people"), running.now())
    if site.id not in second.site_ids:
        raise click.ClickException(f"{second.name} does not work at {site.name}.")
    data, found = _read(file, questions)
    letters = {sheet.row: _letters(sheet, questions, facts, site, readers) for sheet in found.sheets}
    locked = {sheet.row: _locked(sheet, questions, facts, site, data) for sheet in found.sheets}
    with db.writing(db.engine()) as session:
        _open_round(session, round_, first, running.now())
        new = _written(session, locked, letters)
        _log(first).add(session, "round.paper", f"{facts.slug} with {second.person_id}")
    for name in found.without:
        click.echo(f"{file}: look at: there is no column “{name}”; everybody is taken to have skipped it.", err=True)
    click.echo(f"{new} sheets taken." if new != 1 else "1 sheet taken.")


def _open_round(session: Session, slug: str, person: SignedIn, now: datetime) -> RoundFacts:
    facts = store.round_by_slug(session, slug)
    if facts is None or not person.site_ids & set(facts.site_ids):
        raise click.ClickException(f"There is no round {slug} at your sites.")
    state = facts.state(now)
    if state != "open":
        raise click.ClickException(f"{slug} {_NOT_NOW[state]}.")
    if facts.slips:
        raise click.ClickException(f"{slug} asks for slips: only what children send with one counts, no paper sheets.")
    return facts


def _site(session: Session, facts: RoundFacts, person: SignedIn, told: str | None) -> SiteFacts:
    """Whose advocates read the letters."""
    own = [site for site in places.sites_of(session, facts.site_ids) if site.id in person.site_ids]
    meant = [site for site in own if told is None or told in {site.slug, site.name}]
    if len(meant) != 1:
        raise click.ClickException("Say with --site where these children are: " + ", ".join(one.slug for one in own))
    return places.facts(meant[0])


def _read(file: Path, questions: Questionnaire) -> tuple[bytes, PaperFile]:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
        return data, read_paper(data, questions)
    except (OSError, ValueError) as error:
        if isinstance(error, Refused):
            _end([f"{file}: row {one.row}: {WORDS[one.code] % dict(one.values)}" for one in error.faults])
        why = getattr(error, "strerror", None) or "no such file"
        _end([f"{file}: row 1: The file cannot be opened: {why}."])


def _end(lines: Sequence[str]) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    raise click.exceptions.Exit(1)


def _letters(
    sheet: PaperSheet,
    questions: Questionnaire,
    facts: RoundFacts,
    site: SiteFacts,
    readers: Sequence[people.Reader],
) -> list[SealedLetter]:
    """Words of letter boxes, for the advocates only: paper has no box beside them that lets others read."""
    kept = questions.kept(sheet.answers)
    written = {box.name: str(kept[box.name]) for box in questions.letter_boxes if kept.get(box.name)}
    if written and not readers:
        raise click.ClickException(f"Nobody can read letters at {site.name}, so nothing was entered.")
    return [
        seal_letter(
            running.keyring(),
            words,
            box=site,
            round_id=facts.id,
            question=name,
            readers=readers,
            now=running.now(),
        )
        for name, words in written.items()
    ]


def _locked(sheet: PaperSheet, questions: Questionnaire, facts: RoundFacts, site: SiteFacts, file: bytes) -> Response:
    """The answers of one sheet, under an id by which the same row of the same file is known again."""
    row = f"youthvoice/1|paper|{facts.slug}|{hashlib.sha256(file).hexdigest()}|{sheet.row}".encode()
    sheet_id = hmac.digest(running.keyring().key("pepper"), row, hashlib.sha256)[:SHEET_ID_BYTES]
    coded = encode(questions, sheet.answers)
    return responses.respond(running.keyring(), facts, sheet_id, coded, day=running.today(site.time_zone))


def _written(session: Session, locked: dict[int, Response], letters: dict[int, list[SealedLetter]]) -> int:
    """How many sheets are new. Sheets and letters go in by their ids, so that no order ties a child to a row."""
    new: list[SealedLetter] = []
    repeated = 0
    for row, response in sorted(locked.items(), key=lambda one: one[1].sheet_id):
        taken = responses.take(session.connection(), response)
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
    threads.post_letters(session.connection(), sorted(new, key=lambda letter: letter.id))
    return len(locked)


def _log(person: SignedIn) -> Log:
    return Log(running.keyring().key("audit"), running.today(), person.handle)
