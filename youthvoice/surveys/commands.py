"""`flask surveys ...`: check, import, approve, open, answers, end, close-due.

What was made goes to stdout, everything else to stderr.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.permissions import ADVOCATE, COORDINATOR
from youthvoice.accounts.sign_in.command_line import SignedIn, need, second_signed_in, signed_in
from youthvoice.audit.log import Log
from youthvoice.surveys.batches.closing_command import close_due_now
from youthvoice.surveys.models import StoredQuestionnaire
from youthvoice.surveys.questionnaires.importer import (
    LARGEST,
    Import,
    left_out,
    read_file,
    read_for_an_advocate,
    slug,
    unsure,
)
from youthvoice.surveys.questionnaires.questionnaire import PURPOSES
from youthvoice.surveys.questionnaires.validation import error_labels as fault_words
from youthvoice.surveys.questionnaires.validation.errors import Fault, Refused
from youthvoice.surveys.responses.paper.command import enter_answers
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.opening import labels as opening_words
from youthvoice.surveys.rounds.opening.command import Planned, place, spans_of
from youthvoice.surveys.rounds.opening.preconditions import weigh
from youthvoice.surveys.rounds.opening.rules import Opening
from youthvoice.surveys.rounds.opening.store import AskedAlready, open_rounds

group = AppGroup("surveys", help="Questionnaires and rounds.")
group.add_command(close_due_now)
group.add_command(enter_answers)
_FILE = click.argument("file", type=click.Path(path_type=Path))
_NOT_WHO = click.option(
    "--not-identifying",
    "not_who",
    multiple=True,
    metavar="QUESTION",
    help="A question that only seems to ask who a child is; repeat for each.",
)
_DAY = click.DateTime(["%Y-%m-%d"])


@group.command("check")
@_FILE
@_NOT_WHO
def check(file: Path, not_who: Sequence[str]) -> None:
    """Say everything that is wrong with a questionnaire, or that it is well."""
    found = _read(file, partial(read_file, confirmed=frozenset(not_who)))
    questions = found.questionnaire
    _say_notes(file, found.notes)
    click.echo(
        f"{file}: OK: {questions.name}, {len(questions.questions)} questions, "
        f"{len(questions.languages)} languages ({', '.join(questions.languages)}), ages {questions.ages}, "
        f"{len(found.notes)} things to look at"
    )


@group.command("import")
@_FILE
def import_(file: Path) -> None:
    """Keep a questionnaire as a new version; prints its name and version. Signed in: a coordinator.

    Where a question seems to ask who a child is, an advocate says that it does not, when she approves.
    """
    found = _read(file, read_for_an_advocate)
    person = signed_in()
    need(person, COORDINATOR)
    with db.writing(db.engine()) as session:
        day = running.today()
        questions, notes = found.questionnaire, left_out(found)
        stored = store.add_questionnaire(session, questions, person.handle, day, _log(person), notes=notes)
        kept = store.called(stored)
    _say_notes(file, found.notes)
    for name in unsure(found.questionnaire):
        click.echo(f"{file}: {name} seems to ask who a child is; an advocate has to say that it does not.", err=True)
    click.echo(kept)


def _read(file: Path, read: Callable[[bytes, str], Import]) -> Import:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such file"
        _end([f"{file}: row 1: The file cannot be opened: {why}."])
    try:
        return read(data, file.name)
    except Refused as refused:
        _end([f"{file}: row {fault.row or 1}: {fault_words.say(fault)}" for fault in refused.faults])


def _end(lines: Sequence[str]) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    raise click.exceptions.Exit(1)


def _say_notes(file: Path, notes: Sequence[Fault]) -> None:
    for note in notes:
        click.echo(f"{file}: look at: {fault_words.say(note)}", err=True)


def _log(person: SignedIn) -> Log:
    return Log(running.keyring().key("audit"), running.today(), person.handle)


@group.command("approve")
@click.argument("questionnaire")
@_NOT_WHO
def approve(questionnaire: str, not_who: Sequence[str]) -> None:
    """Say yes to a questionnaire's newest version (or NAME/VERSION). Signed in: an advocate."""
    person = signed_in()
    need(person, ADVOCATE)
    with db.writing(db.engine()) as session:
        stored = _named(session, questionnaire)
        questions = store.questionnaire(session, stored.id)
        for near in store.nearly_asked(session, questions, person.site_ids, "UTC"):
            click.echo(f"“{near.text}” is nearly “{near.other}”, asked until {near.last_day}.", err=True)
        doubtful = unsure(questions)
        if missing := [name for name in doubtful if name not in not_who]:
            raise click.ClickException(
                "These questions seem to ask who a child is. If they do not, say so with "
                + " ".join(f"--not-identifying {name}" for name in missing)
            )
        for name in doubtful:
            _log(person).add(session, "questionnaire.not_who", f"{store.called(stored)} {name}"[:120])
        store.approve(session, stored, person.person_id, running.today(), _log(person))
        kept = store.called(stored)
    click.echo(kept)


def _named(session: Session, name: str, *, approved: bool = False) -> StoredQuestionnaire:
    plain, _, version = name.rpartition("/") if name.rpartition("/")[2].isdecimal() else (name, "", "")
    known = slug(plain)
    found = store.version_of(session, known, int(version)) if version else None
    if not version:
        found = (store.latest_approved(session, known) if approved else None) or store.latest(session, known)
    if found is None:
        raise click.ClickException(f"There is no questionnaire {name}. Import it first.")
    return found


def _no_cards(_context: click.Context, _option: click.Parameter, told: str) -> str:
    """Say it before anybody types a password."""
    if told == "card":
        raise click.BadParameter(opening_words.WORDS["no_cards_yet"])
    return told


@group.command("open")
@click.argument("questionnaire")
@click.option("--site", "sites", multiple=True, required=True, help="Repeat to count small sites together.")
@click.option("--group", "group_name", default="", help="One group of the site, by its name; everybody when not told.")
@click.option("--purpose", type=click.Choice(PURPOSES), help="As the questionnaire says, when it is not told.")
@click.option("--invited", type=int, required=True, help="Children invited; 0 for care.")
@click.option("--until", type=_DAY, required=True, help="Last day, such as 2026-12-31.")
@click.option("--decider", required=True, help="The adult who will answer: name, or name to sign in with.")
@click.option("--due", type=_DAY, required=True, help="The day by which she answers.")
@click.option("--permission", required=True, help="Which permission is on file, and who gave it.")
@click.option("--pair", is_flag=True, help="Open two rounds: before and after.")
@click.option(
    "--link",
    type=click.Choice(["none", "sheet", "card"]),
    metavar="[none|sheet]",
    callback=_no_cards,
    default="none",
    show_default=True,
)
@click.option("--slips", is_flag=True, help="Only a sheet with a slip dealt at the sitting counts.")
@click.option("--from", "starts", type=_DAY, help="First day; now when it is not told.")
@click.option("--after-from", type=_DAY, help="First day of the round after; asked for at a terminal.")
@click.option("--after-until", type=_DAY, help="Last day of the round after; asked for at a terminal.")
def open_(
    *,
    questionnaire: str,
    sites: Sequence[str],
    group_name: str,
    purpose: str | None,
    invited: int,
    until: datetime,
    decider: str,
    due: datetime,
    permission: str,
    pair: bool,
    link: str,
    slips: bool,
    starts: datetime | None,
    after_from: datetime | None,
    after_until: datetime | None,
) -> None:
    """Open a round or a pair; prints one round name a line. Signed in: a coordinator and a second adult."""
    person = signed_in()
    need(person, COORDINATOR)
    second = second_signed_in(person)
    if pair and not (after_from and after_until) and sys.stdin.isatty():
        after_from = after_from or _asked("First day of the round after")
        after_until = after_until or _asked("Last day of the round after")
    planned = Planned(pair, _day(starts), until.date(), _day(after_from), _day(after_until) or until.date())
    with db.writing(db.engine()) as session:
        there = place(session, sites, decider, person.site_ids)
        if not set(there.site_ids) <= second.site_ids:
            raise click.ClickException(f"{second.name} does not work at every one of these sites.")
        stored = _named(session, questionnaire, approved=True)
        opening = Opening(
            questionnaire_id=stored.id,
            purpose=purpose or store.questionnaire(session, stored.id).purpose,
            link=link,
            spans=spans_of(planned, there.time_zone, running.now()),
            site_ids=there.site_ids,
            time_zone=there.time_zone,
            invited=invited,
            permission=permission.strip()[:200],
            decider_id=there.decider_id,
            answer_due=due.date(),
            opened_by=person.person_id,
            seconded_by=second.person_id,
            slips=slips,
            group_name=group_name.strip(),
        )
        weighed = weigh(session, opening, running.keyring().key("people"), running.now())
        if weighed.refusals:
            _end([f"Error: {opening_words.say(one)}" for one in weighed.refusals])
        try:
            opened = open_rounds(session, running.keyring(), opening, _log(person))
        except AskedAlready:
            raise click.ClickException(opening_words.WORDS["asked_meanwhile"]) from None
    for one in weighed.to_know:
        click.echo(opening_words.say(one), err=True)
    for facts in opened:
        click.echo(facts.slug)


def _asked(words: str) -> datetime:
    asked: datetime = click.prompt(words, type=_DAY)
    return asked


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


@group.command("end")
@click.argument("round_", metavar="ROUND")
def end(round_: str) -> None:
    """End a round now, for good. Signed in: a coordinator."""
    person = signed_in()
    need(person, COORDINATOR)
    with db.writing(db.engine()) as session:
        facts = store.round_by_slug(session, round_)
        if facts is None or not person.site_ids & set(facts.site_ids):
            raise click.ClickException(f"There is no round {round_} at your sites.")
        try:
            store.end(session, facts, running.now(), running.today(), _log(person))
        except store.NotNow:
            raise click.ClickException(f"{round_} has ended already.") from None
    click.echo(round_)
