"""`youthvoice close`: decide that a site closes, list what keeps it open, export what stays, and end it."""

from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Final

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE, COORDINATOR, OUTSIDE_RECIPIENT, SAFEGUARDING_LEAD
from youthvoice.accounts.sign_in import staff_session
from youthvoice.audit.audit_log import Log
from youthvoice.backups.commands import read_halves
from youthvoice.closing import finish, site_rows
from youthvoice.closing.destruction import destroy_installation, list_places
from youthvoice.closing.note import NotSigned, check_note, fingerprint_of
from youthvoice.closing.open_matters import list_late_promises, list_open_matters
from youthvoice.closing.records import Export, holder_proof, keep_receipts, read_documents
from youthvoice.closing.records_file import (
    Document,
    digest_of,
    new_file_key,
    new_folder,
    open_file_key,
    proof_of,
    read_records,
    write_pages,
    write_records,
)
from youthvoice.closing.views import write_views
from youthvoice.config import Settings
from youthvoice.errors import CannotOpen, Refused
from youthvoice.jobs.worker_health import is_worker_alive
from youthvoice.metadata import full_metadata
from youthvoice.privacy.credentials.published_keys import read_key
from youthvoice.sites import last_day
from youthvoice.sites.store import Site, find_site_by_slug, list_all_sites
from youthvoice.startup import InstallationEnd, become_owner, find_end
from youthvoice.surveys.rounds.store import bring_answers_forward
from youthvoice.threads.readership import reader_key_at

group = AppGroup("close", help="The end of a site: two adults and the outside recipient decide it.")

REFUSAL_SENTENCES: Final = {
    "closing_already": "It closes already, or somebody asked for it. Call that off first: youthvoice close call-off.",
    "too_soon": (
        f"Too soon: the last day is at least {last_day.NOTICE_DAYS} days after the request, and at least "
        f"{last_day.CHILDREN_KNOW_DAYS} days after the confirmation. Children need that time, and answers too."
    ),
    "other_day": "They did not ask for this day. Speak with both of them before you confirm anything.",
    "nothing_asked": "Nobody asks to close this site.",
    "confirmed_already": "It is confirmed already, and nothing more is to confirm. Its day: youthvoice close status.",
    "over": "Its last day has passed. What is left to do: youthvoice close status.",
}
"""Why a command about the end of a site does nothing."""


@group.command("decide")
@click.argument("slug", metavar="SITE")
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day of the site.")
@with_appcontext
def decide(slug: str, day: datetime) -> None:
    """Ask to close SITE, signed in by a coordinator and an advocate; the outside recipient confirms it."""
    site = _find_site(slug)
    first, second = _sign_in_two(site)
    with db.writing(db.engine()) as session:
        try:
            last_day.ask_for_closing(session, site.id, day.date(), context.today(site.time_zone))
        except Refused as refused:
            raise click.ClickException(REFUSAL_SENTENCES[refused.code]) from None
        subject = f"{site.slug} on {day:%Y-%m-%d} with {second.person_id}"
        Log(context.today(), first.handle).add(session, "site.close.ask", subject)
        late_promises = list(list_late_promises(session, site, first, day.date()))
    for open_matter in late_promises:
        click.echo(f"{open_matter.words}: {open_matter.who}.")
    if late_promises:
        click.echo(
            "See to it that these come before the last day. Once it is confirmed, answers are due on it at the latest."
        )
    confirming = f"youthvoice close confirm {site.slug} --on {day:%Y-%m-%d}"
    click.echo(f"Asked. Children read nothing of it before the outside recipient runs: {confirming}")


@group.command("confirm")
@click.argument("slug", metavar="SITE")
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day, as she was told it.")
@with_appcontext
def confirm(slug: str, day: datetime) -> None:
    """Confirm that SITE closes on a day, signed in by its outside recipient; from now on children read it."""
    site = _find_site(slug)
    person = staff_session.sign_in_for_command()
    staff_session.require_role(person, OUTSIDE_RECIPIENT, site_id=site.id)
    with db.writing(db.engine()) as session:
        try:
            last_day.confirm_closing(session, site.id, day.date(), context.today(site.time_zone))
            bring_answers_forward(session, site.id, day.date())
        except Refused as refused:
            raise click.ClickException(REFUSAL_SENTENCES[refused.code]) from None
        Log(context.today(), person.handle).add(session, "site.close.confirm", f"{site.slug} on {day:%Y-%m-%d}")
    click.echo(f"{site.name} closes. Its last day is {day:%Y-%m-%d}. Children read it from now on.")


@group.command("call-off")
@click.argument("slug", metavar="SITE")
@with_appcontext
def call_off(slug: str) -> None:
    """Let SITE go on, signed in by a coordinator and an advocate, until its last day has passed."""
    site = _find_site(slug)
    first, second = _sign_in_two(site)
    with db.writing(db.engine()) as session:
        try:
            last_day.call_off_closing(session, site.id, context.today(site.time_zone))
        except Refused as refused:
            raise click.ClickException(REFUSAL_SENTENCES[refused.code]) from None
        Log(context.today(), first.handle).add(session, "site.close.call_off", f"{site.slug} with {second.person_id}")
    click.echo(f"{site.name} does not close. Say so to the children: they read that it would.")


@group.command("status")
@click.argument("slug", metavar="SITE")
@with_appcontext
def status(slug: str) -> None:
    """List what keeps SITE from closing, and who does it, as far as the person who is signed in may know it."""
    site, person = _find_site(slug), staff_session.sign_in_for_command()
    staff_session.require_role(person, COORDINATOR, ADVOCATE, SAFEGUARDING_LEAD, OUTSIDE_RECIPIENT, site_id=site.id)
    with db.reading(db.engine()) as session:
        open_matters, day = list_open_matters(session, site, person), site.closes_on or site.closing_asked
        if day is not None and not last_day.is_over(site, context.today(site.time_zone)):
            open_matters = [*list_late_promises(session, site, person, day), *open_matters]
    click.echo(_day_words(site))
    for open_matter in open_matters:
        click.echo(f"{open_matter.words}: {open_matter.who}.")
    click.echo("This is what you may know. Reports stand in the lists of those who read them.", err=True)


@group.command("records")
@click.argument("slug", metavar="SITE")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "key_text", required=True, help="The public key of the legal holder, youthvoice-key:...")
@with_appcontext
def records(slug: str, file: Path, key_text: str) -> None:
    """Write what the signed-in reader can open, and no timer ends, into a new FILE for its legal holder."""
    site, person = _find_site(slug), staff_session.sign_in_for_command()
    staff_session.require_role(person, ADVOCATE, SAFEGUARDING_LEAD, OUTSIDE_RECIPIENT, site_id=site.id)
    public_key = _read_public_key(key_text)
    if not last_day.stops_telling(site, context.today(site.time_zone)):
        raise click.ClickException("Children still tell here. Export the records once telling has stopped.")
    own = new_file_key()
    export = Export(holder_proof(public_key, proof_of(own)))
    with db.reading(db.engine()) as session:
        reader_key = reader_key_at(session, person.person_id, site.id)
        documents = read_documents(session, reader_key, person.private_key, export) if reader_key else ()
        try:
            digest = write_records(file, public_key, chain([_head(site, person)], documents), own)
        except OSError as error:
            raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
    with db.writing(db.engine()) as session:
        keep_receipts(session, export, site)
        subject = finish.subject_of(site, digest, fingerprint_of(public_key))
        Log(context.today(), person.handle).add(session, finish.RECORDS_WRITTEN, subject)
    click.echo(f"SHA-256 {digest}")
    click.echo(f"Give {file} to the holder. They open it with both halves, and tell you sixteen digits.", err=True)
    if export.unopened:
        raise click.ClickException(f"{export.unopened} of what you read does not open any more; the rest is in it.")


@group.command("views")
@click.argument("slug", metavar="SITE")
@click.argument("folder", type=click.Path(path_type=Path))
@with_appcontext
def views(slug: str, folder: Path) -> None:
    """Write every view that SITE published for families into a new FOLDER, for a coordinator to give away."""
    site, person = _find_site(slug), staff_session.sign_in_for_command()
    staff_session.require_role(person, COORDINATOR, ADVOCATE, site_id=site.id)
    try:
        with new_folder(folder), db.reading(db.engine()) as session:
            faults = write_views(session, site, folder)
    except OSError as error:
        raise click.ClickException(f"{error.filename or folder}: {error.strerror}.") from None
    click.echo(f"{folder}: open index.html there.")
    if faults:
        raise click.ClickException(f"These could not be made: {', '.join(faults)}. Ask: youthvoice doctor")


@group.command("finish")
@click.argument("slug", metavar="SITE")
@click.option("--key", "key_text", help="The public key of the legal holder, youthvoice-key:...")
@click.option("--note", type=click.Path(path_type=Path), help="A new file for the signed note.")
@click.option("--received", multiple=True, help="Sixteen digits that the holder read out, of each file of records.")
@click.option("--with-damaged", is_flag=True, help="Also what does not open any more, in no backup either.")
@with_appcontext
def finish_command(
    slug: str, key_text: str | None, note: Path | None, received: tuple[str, ...], *, with_damaged: bool
) -> None:
    """Destroy what SITE holds and write a signed note, signed in by three; where it was killed, it goes on."""
    settings = context.settings_before_opening(current_app)
    end = find_end(settings.data) if settings else None
    if settings and end:
        if end.site != slug:
            raise click.ClickException(str(end))
        if end.places != list_places(settings):
            raise click.ClickException(f"{end} It was begun with other settings. They were: {', '.join(end.places)}.")
        become_owner(settings.data)
        _destroy(settings, end)
        return
    site = _find_site(slug)
    with db.reading(db.engine()) as session:
        finished, is_last = finish.is_finished(session, site), finish.is_last_site(session, site)
    if finished:
        site_rows.rewrite_database(db.engine())
        raise click.ClickException(f"{site.name} has ended. The files of the database are written anew.")
    if not key_text or note is None:
        raise click.UsageError("Name the key of the legal holder and a file for the note: --key LINE --note FILE")
    site_finish = finish.Finish(
        site, _sign_in_three(site), _read_public_key(key_text), note.absolute(), received, with_damaged
    )
    _refuse_to_finish(site_finish, is_last=is_last)
    _ask_for_name(site_finish, is_last=is_last)
    try:
        end = finish.end_site(db.engine(), full_metadata(), site_finish)
    except Refused as refused:
        raise click.ClickException(_UNENDED_SENTENCES[refused.code]) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or note}: {error.strerror}. Nothing was destroyed.") from None
    click.echo(f"Key of the note: {check_note(note.read_text('utf-8'))}. All three write these sixteen digits down.")
    if end:
        db.engine().dispose()
        _destroy(context.settings(), end)
    else:
        click.echo(f"{site.name} has ended. Its note: {note}")


@group.command("check-note")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--records", "files", type=click.Path(exists=True, dir_okay=False, path_type=Path), multiple=True)
def check_note_command(file: Path, files: tuple[Path, ...]) -> None:
    """Check that the note in FILE is whole, and that it names each file of --records; it needs no installation."""
    note = file.read_text("utf-8", "replace")
    try:
        fingerprint = check_note(note)
    except NotSigned:
        raise click.ClickException(f"{file} is no note, or was changed.") from None
    missing = [str(each) for each in files if digest_of(each) not in note]
    if missing:
        raise click.ClickException(f"The note names other files than {', '.join(missing)}.")
    click.echo(f"The note is whole. Key: {fingerprint}. Compare these digits with those written down on its day.")


_UNENDED_SENTENCES: Final = {
    "unended": (
        "Something has not ended here that not all three of you may see, or a record is not with the holder of this "
        "key. Each who reads here runs close status and close records, alone. The holder reads out digits of each "
        "file: --received DIGITS."
    ),
    "damaged": (
        "Something that children told does not open any more. Bring it back from a backup (youthvoice doctor). Only "
        "where no backup has it: --with-damaged. The note will say so."
    ),
}


def _refuse_to_finish(site_finish: finish.Finish, *, is_last: bool) -> None:
    """End the command with everything that keeps a site from ending."""
    site = site_finish.site
    if not last_day.is_over(site, context.today(site.time_zone)):
        raise click.ClickException("Its last day has not passed.")
    with db.reading(db.engine()) as session:
        open_matters, code = finish.list_known(session, site_finish), finish.find_unended(session, site_finish)
    for open_matter in open_matters:
        click.echo(f"{open_matter.words}: {open_matter.who}.")
    if open_matters:
        raise click.ClickException("Nothing was destroyed: all of this ends first.")
    if code:
        raise click.ClickException(_UNENDED_SENTENCES[code])
    if is_last and is_worker_alive(db.engine()):
        raise click.ClickException(
            "The service runs, or ran just now. Stop it, and wait two minutes; started again, it shows whom to call."
        )
    for file in (site_finish.note, site_finish.log_file):
        if file.exists():
            raise click.ClickException(f"{file} exists. The note goes into a new file.")
    if {context.settings().data, context.settings().keys} & {*site_finish.note.parents}:
        raise click.ClickException("The note goes into another folder than data and keys, best onto a stick.")


def _ask_for_name(site_finish: finish.Finish, *, is_last: bool) -> None:
    what = "the keys, the database, waiting mail and the backups of this installation" if is_last else "its rows"
    click.echo(f"This destroys everything that {site_finish.site.name} holds: {what}. Nothing brings it back.")
    if click.prompt("Type the name of the site", default="", show_default=False).strip() != site_finish.site.name:
        raise click.ClickException("Nothing was destroyed.")


def _destroy(settings: Settings, end: InstallationEnd) -> None:
    try:
        end = destroy_installation(settings, full_metadata(), end)
    except OSError as error:
        raise click.ClickException(f"{error.filename or settings.data}: {error.strerror}. {end}") from None
    click.echo(str(end))
    for left in end.left:
        click.echo(f"Not destroyed, look yourself: {left}")


def _sign_in_three(site: Site) -> tuple[staff_session.Signer, ...]:
    """A coordinator, an advocate and the outside recipient of a site, in any order; ends the command for others."""
    first = staff_session.sign_in_for_command()
    second = staff_session.sign_in_second_for_command(first)
    third = staff_session.sign_in_second_for_command(first, "YOUTHVOICE_THIRD_SIGN_IN")
    people = (first, second, third)
    for person in people:
        staff_session.require_role(person, COORDINATOR, ADVOCATE, OUTSIDE_RECIPIENT, site_id=site.id)
    if {person.role for person in people} != {COORDINATOR, ADVOCATE, OUTSIDE_RECIPIENT}:
        raise click.ClickException("It needs a coordinator, an advocate and the outside recipient of this site.")
    return people


@group.command("read-records")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--half", "halves", type=click.Path(exists=True, dir_okay=False, path_type=Path), multiple=True)
def read_records_command(file: Path, folder: Path, halves: tuple[Path, ...]) -> None:
    """Write pages of what is in FILE into a new FOLDER, with both halves of the key; it needs no installation."""
    private = read_halves(halves)
    click.echo(f"SHA-256 {digest_of(file)}")
    try:
        digits = proof_of(open_file_key(file, private))
        with new_folder(folder):
            number = write_pages(folder, read_records(file, private))
    except CannotOpen:
        raise click.ClickException(
            f"{file} does not open: other halves, no file of close records, or changed."
        ) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or folder}: {error.strerror}.") from None
    click.echo(f"{number} records in {folder}: open index.html there.")
    click.echo(f"Say that you have it, with these digits: {digits}")


def _read_public_key(key_text: str) -> bytes:
    public_key = read_key(key_text)
    if public_key is None:
        raise click.ClickException("--key: this is no public key, or it was copied with a fault.")
    return public_key


def _head(site: Site, person: staff_session.Signer) -> Document:
    day = context.today(site.time_zone).isoformat()
    return {"kind": "head", "about": f"{site.name}: what {person.name} could open on {day}, and no timer ends."}


def _sign_in_two(site: Site) -> tuple[staff_session.Signer, staff_session.Signer]:
    """A coordinator and an advocate of a site, in either order; ends the command for anybody else."""
    first = staff_session.sign_in_for_command()
    second = staff_session.sign_in_second_for_command(first)
    for person in (first, second):
        staff_session.require_role(person, COORDINATOR, ADVOCATE, site_id=site.id)
    if first.role == second.role:
        raise click.ClickException("One of the two must be a coordinator of this site, the other one an advocate.")
    return first, second


def _find_site(slug: str) -> Site:
    with db.reading(db.engine()) as session:
        site = find_site_by_slug(session, slug)
        if site is None:
            slugs = ", ".join(each.slug for each in list_all_sites(session))
            raise click.ClickException(f"There is no site {slug}. There are: {slugs}.")
    return site


def _day_words(site: Site) -> str:
    """On which day a site closes, or that nobody asks for one."""
    if site.closes_on:
        return f"{site.name} closes. Its last day is {site.closes_on}."
    if site.closing_asked:
        return f"Two adults ask that {site.name} closes on {site.closing_asked}. The outside recipient confirms it."
    return f"Nobody asks to close {site.name}."
