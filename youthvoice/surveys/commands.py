"""The commands `youthvoice surveys ...`: check, import, approve, open, answers, end, close-due, analyse.

Results go to stdout, everything else to stderr.
"""

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE, COORDINATOR
from youthvoice.accounts.sign_in import staff_session
from youthvoice.accounts.store import find_person_by_name
from youthvoice.errors import ConcurrentUpdate
from youthvoice.sites.store import find_site_by_slug_or_name
from youthvoice.surveys.analysis.commands import analyse
from youthvoice.surveys.batches.closing_job import BatchLine, close_due
from youthvoice.surveys.command_line import end_command, log_of, read_input, round_of
from youthvoice.surveys.models import QuestionnaireRow
from youthvoice.surveys.questionnaires import importer, store
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, is_left_out
from youthvoice.surveys.questionnaires.forms import MIN_REASON
from youthvoice.surveys.questionnaires.labels import fault_message
from youthvoice.surveys.questionnaires.questionnaire import PURPOSES, SPLITS, ImportedFile, Questionnaire
from youthvoice.surveys.questionnaires.toml_file.toml_reader import name_from_filename
from youthvoice.surveys.responses.paper_sheets import enter_answers
from youthvoice.surveys.rounds import labels, opening
from youthvoice.surveys.rounds.entities import Span
from youthvoice.surveys.rounds.rules import RoundOpening
from youthvoice.surveys.rounds.split import parts_of, split_question
from youthvoice.surveys.rounds.store import end_round, find_near_copies

CLOSING_LABELS: Final = {
    "counted": "closed and counted; an advocate can approve its view",
    "chosen": "closed; what won can be shown",
    "too_few": "closed; too few answers came, so they were never counted",
    "too_many": "closed; more answers came than children were invited, so nothing is published; the advocates know",
    "discarded": "closed; it waited for a year and was given up uncounted",
    "run_on": "ended with the quarter and goes on as a new round",
    "not_ended": "waits for its end",
    "tablets": "waits for tablets that still hold answers; bring them online",
    "late_taps": "waits 14 days for what children tapped before its end",
    "quarter_end": "waits for the end of the quarter",
    "under_ten": "had too few answers when the quarter began; waits for the next one",
    "invited_number": "waits until two adults enter how many children were invited",
    "key_gone": "waits for its key file, which is not in the folder of keys; restore it from the backup of keys",
    "unreadable": "waits: no answer opens with the key file that is here; restore the right one",
    "failed": "could not be closed; the log says why, and the next look tries again",
}

group = AppGroup("surveys", help="Questionnaires and rounds.")

_FILE = click.argument("file", type=click.Path(path_type=Path))

_NOT_WHO = click.option(
    "--not-identifying",
    "not_who",
    multiple=True,
    metavar="QUESTION",
    help="A question that only seems to ask who a child is; repeat for each.",
)

_NOT_ABUSE = click.option(
    "--not-abuse",
    "reasons",
    multiple=True,
    nargs=2,
    metavar="QUESTION WHY",
    help="Why a question may be asked though it seems to ask whether this child was hurt; repeat for each.",
)

_LEAVE_OUT = click.option(
    "--leave-out", is_flag=True, help="Leave out every row of a workbook that cannot be asked, and list each."
)

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("close-due")
@with_appcontext
def close_due_now() -> None:
    """Close the batches whose rule is met; prints a line for each that was not closed before."""
    report = close_due(context.now(), actor="command")
    for line in report.lines:
        click.echo(describe_batch_line(line))
    if not report.lines:
        click.echo("Every batch is closed.", err=True)
    if report.with_code("failed"):
        raise click.exceptions.Exit(1)


def describe_batch_line(line: BatchLine) -> str:
    """The line about one batch, such as `maple: waits for its end, 2026-12-31`."""
    until = f", {line.until}" if line.until else ""
    tablets = f" ({', '.join(line.tablets)})" if line.tablets else ""
    return f"{line.slug}: {CLOSING_LABELS[line.code]}{tablets}{until}"


def _find_place(
    session: Session, sites: Sequence[str], decider: str, site_ids: Collection[int]
) -> tuple[tuple[int, ...], str, int]:
    """The row ids of the named sites, the time zone of the first, and the row id of the decider.

    Raises:
        ClickException: names everything that does not exist.
    """
    sites_by_name = {name: find_site_by_slug_or_name(session, name) for name in sites}
    own_sites = list(dict.fromkeys(site for site in sites_by_name.values() if site and site.id in site_ids))
    errors = [f"There is no site {name} among yours." for name, site in sites_by_name.items() if site not in own_sites]
    adult = find_person_by_name(session, decider)
    if adult is None:
        errors.append(f"There is not exactly one adult with an account called {decider}.")
    if errors or adult is None:
        raise click.ClickException("\n".join(errors))
    return tuple(site.id for site in own_sites), own_sites[0].time_zone, adult.id


group.add_command(close_due_now)


group.add_command(enter_answers)
group.add_command(analyse)


@group.command("check")
@_FILE
@_NOT_WHO
@_LEAVE_OUT
def check(file: Path, not_who: Sequence[str], *, leave_out: bool) -> None:
    """Say everything that is wrong with a questionnaire, or that it is well."""
    imported_file = _read(file, partial(importer.read_file, confirmed=frozenset(not_who), leave_out=leave_out))
    questionnaire = imported_file.questionnaire
    _print_notes(file, imported_file.notes)
    click.echo(
        f"{file}: OK: {questionnaire.name}, {len(questionnaire.questions)} questions, "
        f"{len(questionnaire.languages)} languages ({', '.join(questionnaire.languages)}), ages {questionnaire.ages}, "
        f"{len(imported_file.notes)} things to look at"
    )


@group.command("import")
@_FILE
@_NOT_WHO
@_LEAVE_OUT
def import_(file: Path, not_who: Sequence[str], *, leave_out: bool) -> None:
    """Keep a questionnaire as a new version; prints its name and version. Signed in: a coordinator.

    Where a question seems to ask who a child is, an advocate says that it does not, when she approves. Rows that are
    left out are listed before anything is kept; at a terminal she is asked first.
    """
    imported_file = _read(
        file, partial(importer.read_for_an_advocate, confirmed=frozenset(not_who), leave_out=leave_out)
    )
    _print_notes(file, imported_file.notes)
    if leave_out and any(map(is_left_out, imported_file.notes)) and sys.stdin.isatty():
        click.confirm("Keep it without these rows?", abort=True, err=True)
    person = staff_session.sign_in_for_command()
    staff_session.require_role(person, COORDINATOR)
    with db.writing(db.engine()) as session:
        day = context.today()
        questionnaire, notes = imported_file.questionnaire, importer.notes_of_import(imported_file)
        questionnaire_row = store.add_questionnaire(
            session, questionnaire, person.handle, day, log_of(person), notes=notes
        )
        version_label = store.version_label(questionnaire_row)
    for name in importer.doubtful_questions(imported_file.questionnaire):
        click.echo(f"{file}: {name} seems to ask who a child is; an advocate has to say that it does not.", err=True)
    for fault in importer.abuse_questions(imported_file.questionnaire):
        click.echo(f"{file}: {fault_message(fault)}", err=True)
    click.echo(version_label)


def _read(file: Path, read: Callable[[bytes, str], ImportedFile]) -> ImportedFile:
    return read_input(file, importer.MAX_FILE_BYTES, lambda data: read(data, file.name), fault_message)


def _print_notes(file: Path, notes: Sequence[QuestionnaireFault]) -> None:
    for fault in notes:
        row = f"row {fault.row}: " if fault.row else ""
        click.echo(f"{file}: {row}{'left out' if is_left_out(fault) else 'look at'}: {fault_message(fault)}", err=True)


@group.command("approve")
@click.argument("questionnaire")
@_NOT_WHO
@_NOT_ABUSE
def approve(questionnaire: str, not_who: Sequence[str], reasons: Sequence[tuple[str, str]]) -> None:
    """Say yes to a questionnaire's newest version (or NAME/VERSION). Signed in: an advocate."""
    person = staff_session.sign_in_for_command()
    staff_session.require_role(person, ADVOCATE)
    with db.writing(db.engine()) as session:
        questionnaire_row = _find_version(session, questionnaire)
        if questionnaire_row.withdrawn_on is not None:
            raise click.ClickException(f"{store.version_label(questionnaire_row)} was withdrawn.")
        questions = store.load_questionnaire(session, questionnaire_row.id)
        for near in find_near_copies(session, questions, person.site_ids, "UTC", "en"):
            click.echo(f"“{near.text}” is nearly “{near.other}”, asked until {near.last_day}.", err=True)
        doubtful = importer.doubtful_questions(questions)
        if missing := [name for name in doubtful if name not in not_who]:
            raise click.ClickException(
                "These questions seem to ask who a child is. If they do not, say so with "
                + " ".join(f"--not-identifying {name}" for name in missing)
            )
        overrides = _overrides(questions, dict(reasons))
        if overrides and store.has_written(session, questionnaire_row, person.handle):
            raise click.ClickException("Another advocate says why: you kept a version of this questionnaire.")
        for name in doubtful:
            log_of(person).add(
                session, "questionnaire.not_who", f"{store.version_label(questionnaire_row)} {name}"[:120]
            )
        store.approve_questionnaire(
            session, questionnaire_row, person.person_id, context.today(), log_of(person), overrides=overrides
        )
        version_label = store.version_label(questionnaire_row)
    click.echo(version_label)


def _overrides(questionnaire: Questionnaire, reasons: Mapping[str, str]) -> dict[str, str]:
    """Why each question that seems to ask about abuse may be asked.

    Raises:
        ClickException: a reason is missing or too short.
    """
    faults = importer.abuse_questions(questionnaire)
    unexplained = [
        fault for fault in faults if len(reasons.get(str(fault.values["question"]), "").strip()) < MIN_REASON
    ]
    if unexplained:
        raise click.ClickException(
            "\n".join(fault_message(fault) for fault in unexplained)
            + "\nIf they do not, say why with "
            + " ".join(f'--not-abuse {fault.values["question"]} "WHY"' for fault in unexplained)
        )
    return {str(fault.values["question"]): reasons[str(fault.values["question"])].strip() for fault in faults}


def _find_version(session: Session, name: str, *, approved: bool = False) -> QuestionnaireRow:
    """The version that NAME/VERSION names; of a bare NAME the newest one, or, if `approved`, the newest approved one.

    Where `approved` finds none it is the newest, too: the rules for opening then say that no advocate approved it.
    """
    plain, _, version = name.rpartition("/") if name.rpartition("/")[2].isdecimal() else (name, "", "")
    slug = name_from_filename(plain)
    questionnaire_row = store.find_version(session, slug, int(version)) if version else None
    if not version:
        questionnaire_row = (
            store.latest_approved_version(session, slug) if approved else None
        ) or store.latest_version(session, slug)
    if questionnaire_row is None:
        raise click.ClickException(f"There is no questionnaire {name}. Import it first.")
    return questionnaire_row


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
    default="none",
    show_default=True,
    help="How two answers of one child are put together: `card` needs --pair.",
)
@click.option("--slips", is_flag=True, help="Only a sheet with a slip dealt at the sitting counts.")
@click.option(
    "--split",
    default="",
    metavar="|".join(SPLITS),
    help="Show the view in parts, by a question marked for it; parts are shown only where each has ten answers.",
)
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
    split: str,
    starts: datetime | None,
    after_from: datetime | None,
    after_until: datetime | None,
) -> None:
    """Open a round or a pair; prints one round name a line. Signed in: a coordinator and a second adult."""
    person = staff_session.sign_in_for_command()
    staff_session.require_role(person, COORDINATOR)
    second = staff_session.sign_in_second_for_command(person)
    if pair and not (after_from and after_until) and sys.stdin.isatty():
        after_from = after_from or _prompt_day("First day of the round after")
        after_until = after_until or _prompt_day("Last day of the round after")
    wave = ("pre" if pair else "single", starts, until)
    waves = [wave, ("post", after_from or starts, after_until or until)] if pair else [wave]
    with db.writing(db.engine()) as session:
        site_ids, zone, decider_id = _find_place(session, sites, decider, person.site_ids)
        if not set(site_ids) <= second.site_ids:
            raise click.ClickException(f"{second.name} does not work at every one of these sites.")
        questionnaire_row = _find_version(session, questionnaire, approved=True)
        stored_questionnaire = store.load_questionnaire(session, questionnaire_row.id)
        round_opening = RoundOpening(
            questionnaire_id=questionnaire_row.id,
            purpose=purpose or stored_questionnaire.purpose,
            link=link,
            spans=tuple(_span(wave, first, last, zone) for wave, first, last in waves),
            site_ids=site_ids,
            time_zone=zone,
            invited=invited,
            permission=permission.strip()[:200],
            decider_id=decider_id,
            answer_due=due.date(),
            opened_by=person.person_id,
            seconded_by=second.person_id,
            slips=slips,
            group_name=group_name.strip(),
            split=split.strip(),
        )
        opening_check = opening.check_opening(session, round_opening)
        if opening_check.refusals:
            end_command([f"Error: {labels.opening_message(refusal)}" for refusal in opening_check.refusals])
        try:
            rounds = opening.open_rounds(session, round_opening, log_of(person))
        except ConcurrentUpdate:
            raise click.ClickException(str(labels.OPENING_MESSAGES["asked_meanwhile"])) from None
    for rule_refusal in opening_check.notices:
        click.echo(labels.opening_message(rule_refusal), err=True)
    if question := split_question(stored_questionnaire, split):
        parts = ", ".join(labels.part_labels([part.text for part in parts_of(question)], "en"))
        click.echo(f"The view is split by {split}: {parts}.", err=True)
    for round_ in rounds:
        click.echo(round_.slug)


def _prompt_day(words: str) -> datetime:
    moment: datetime = click.prompt(words, type=_DAY)
    return moment


def _span(wave: str, first: datetime | None, last: datetime, time_zone: str) -> Span:
    """A span of days as typed; it begins now where no first day was typed."""
    return Span.of_days(
        wave, first.date() if first else context.today(time_zone), last.date(), time_zone, context.now()
    )


@group.command("end")
@click.argument("round_", metavar="ROUND")
def end(round_: str) -> None:
    """End a round now, for good. Signed in: a coordinator."""
    person = staff_session.sign_in_for_command()
    staff_session.require_role(person, COORDINATOR)
    with db.writing(db.engine()) as session:
        open_round = round_of(session, round_, person)
        try:
            end_round(session, open_round, context.now(), context.today(), log_of(person))
        except ConcurrentUpdate:
            raise click.ClickException(f"{round_} has ended already, or no adult ends it.") from None
    click.echo(round_)
