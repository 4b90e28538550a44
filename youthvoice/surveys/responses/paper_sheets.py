"""Enter paper sheets, as two adults: either the whole file or nothing."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
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
from youthvoice.errors import Refused
from youthvoice.sites.store import Site, list_sites
from youthvoice.surveys.command_line import log_of, read_input, round_of
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.responses import store
from youthvoice.surveys.responses.forms import LetterWords
from youthvoice.surveys.responses.paper_file import (
    MAX_PAPER_FILE_BYTES,
    PAPER_MESSAGES,
    PaperSheet,
    card_places,
    read_paper,
)
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import questionnaire_of_round
from youthvoice.threads.letters.letter_box import SealedLetter
from youthvoice.threads.letters.store import add_letters

_NOT_OPEN: Final = {
    "coming": "has not begun yet",
    "ended": "has ended, so no sheets can be entered any more",
    "closed": "is closed, so no sheets can be entered any more",
}

_INVALID_CARD: Final = (
    "A card of this file was used already, or is none of ours; which one is told nobody. Nothing was entered. "
    "Compare the pictures with the sheets, and enter smaller files; a card that nobody can read is left empty."
)
"""No row is named: one file that enters nothing could otherwise test every possible card."""


@click.command("answers")
@click.argument("slug", metavar="ROUND")
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.option("--site", "site_name", help="Where these children are, when the round has several of your sites.")
@with_appcontext
def enter_answers(slug: str, file: Path, site_name: str | None) -> None:
    """Enter paper sheets: a row a child, a column a question; `;` between several answers.

    Signed in: a coordinator or facilitator of the site, and a second adult. Everything is entered, or nothing.
    """
    first = staff_session.sign_in_for_command()
    staff_session.require_role(first, COORDINATOR, FACILITATOR)
    second = staff_session.sign_in_second_for_command(first)
    with db.reading(db.engine()) as session:
        round_ = _open_round(session, slug, first, context.now())
        site = _site(session, round_, first, site_name)
        questionnaire = questionnaire_of_round(session, round_)
        readers = list_advocates(session, site.id)
    cards = card_places([pictures for _name, pictures in store.screens_for_slip(round_)])
    if site.id not in second.site_ids:
        raise click.ClickException(f"{second.name} does not work at {site.name}.")
    data, paper_file = read_input(
        file,
        MAX_PAPER_FILE_BYTES,
        lambda data: (data, read_paper(data, questionnaire, cards)),
        lambda fault: PAPER_MESSAGES[fault.code] % dict(fault.values),
    )
    sheets = paper_file.sheets
    letters = {sheet.row: _seal_letters(sheet, questionnaire, round_, site, readers) for sheet in sheets}
    slips = {sheet.row: store.present_card(round_, site.id, sheet.card) if sheet.card else None for sheet in sheets}
    responses = {sheet.row: _seal_sheet(sheet, questionnaire, round_, site, data, slips[sheet.row]) for sheet in sheets}
    try:
        with db.writing(db.engine()) as session:
            _open_round(session, slug, first, context.now())
            number = _store_all(session, responses, letters, slips)
            log_of(first).add(session, "round.paper", f"{slug} with {second.person_id}")
    except Refused:
        with db.writing(db.engine()) as session:
            log_of(first).add(session, "round.paper-refused", f"{slug} with {second.person_id}")
        raise click.ClickException(_INVALID_CARD) from None
    for name in paper_file.without:
        click.echo(f"{file}: look at: there is no column “{name}”; everybody is taken to have skipped it.", err=True)
    click.echo(f"{number} sheets taken." if number != 1 else "1 sheet taken.")


def _open_round(session: Session, slug: str, person: staff_session.Signer, now: datetime) -> Round:
    round_ = round_of(session, slug, person)
    state = round_.state(now)
    if state != "open":
        raise click.ClickException(f"{slug} {_NOT_OPEN[state]}.")
    if round_.slips:
        raise click.ClickException(f"{slug} asks for slips: only what children send with one counts, no paper sheets.")
    return round_


def _site(session: Session, round_: Round, person: staff_session.Signer, site_name: str | None) -> Site:
    """The site of the children, whose advocates read the letters."""
    own = [site for site in list_sites(session, round_.site_ids) if site.id in person.site_ids]
    matching = [site for site in own if site_name is None or site_name in {site.slug, site.name}]
    if len(matching) != 1:
        raise click.ClickException("Say with --site where these children are: " + ", ".join(site.slug for site in own))
    return matching[0]


def _seal_letters(
    sheet: PaperSheet,
    questionnaire: Questionnaire,
    round_: Round,
    site: Site,
    readers: Sequence[Reader],
) -> list[SealedLetter]:
    """Seal the letters of a sheet to the advocates only: paper has no checkbox that lets others read."""
    answers = questionnaire.kept(sheet.answers)
    boxes = (question.name for question in questionnaire.letter_boxes if answers.get(question.name))
    written = [LetterWords(name, str(answers[name]), shared=False) for name in boxes]
    if written and not readers:
        raise click.ClickException(f"Nobody can read letters at {site.name}, so nothing was entered.")
    return store.seal_letters(round_, site, written, readers)


def _seal_sheet(  # noqa: PLR0913, PLR0917 - all parts of a sheet
    sheet: PaperSheet,
    questionnaire: Questionnaire,
    round_: Round,
    site: Site,
    data: bytes,
    slip: store.PresentedSlip | None,
) -> store.SealedResponse:
    """Encrypt the answers of one sheet, under an id that is the same for the same row of the same file."""
    row = f"youthvoice/1|paper|{round_.slug}|{hashlib.sha256(data).hexdigest()}|{sheet.row}".encode()
    submission_id = hmac.digest(context.keyring().key("pepper"), row, hashlib.sha256)[: store.SUBMISSION_ID_BYTES]
    coded = encode_answers(questionnaire, sheet.answers) + store.card_suffix(round_, site.id, slip)
    return store.seal_response(round_, submission_id, coded, day=context.today(site.time_zone))


def _store_all(
    session: Session,
    responses: dict[int, store.SealedResponse],
    letters: dict[int, list[SealedLetter]],
    slips: Mapping[int, store.PresentedSlip | None],
) -> int:
    """Store all sheets and return how many; where one of them was stored before, the command ends and stores nothing.

    Responses and letters are written in the order of their ids, so that no order links a child to a row.

    Raises:
        Refused: `slip`, of some card; the transaction must be rolled back.
    """
    sealed_letters: list[SealedLetter] = []
    repeated = 0
    for row, response in sorted(responses.items(), key=lambda row_and_response: row_and_response[1].submission_id):
        if slip := slips[row]:
            store_result = store.store_response_with_slip(session.connection(), response, slip)
        else:
            store_result = store.store_response(session.connection(), response)
        if store_result.late:
            raise click.ClickException("The round was closed just now, so nothing was entered.")
        repeated += store_result.repeated
        sealed_letters += letters[row]
    if repeated:
        raise click.ClickException(
            f"This very file was entered for this round before: {len(responses) - repeated} of {len(responses)} sheets "
            "are new, and nothing was entered. Are they other children with the same answers? Put them into a file "
            "together with sheets that are not entered yet."
        )
    add_letters(session.connection(), sorted(sealed_letters, key=lambda letter: letter.id))
    return len(responses)
