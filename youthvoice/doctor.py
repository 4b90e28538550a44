"""`flask doctor`: report what is wrong, and what to do about it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import force_locale
from sqlalchemy import URL
from sqlalchemy.orm import Session

from youthvoice import context, db, migrations
from youthvoice.access import permissions
from youthvoice.accountability.encryption import count_unopenable_answers
from youthvoice.accounts.store import has_no_people, list_people, list_trusted_people
from youthvoice.audit.audit_log import find_log_faults
from youthvoice.box.health import box_complaints
from youthvoice.dashboard import steps
from youthvoice.dashboard.backup_age import backup_complaints
from youthvoice.good_news.store import count_unopenable_good_news
from youthvoice.grievances.health import list_complaints
from youthvoice.jobs.worker_health import is_worker_alive
from youthvoice.knocks.store import count_unopenable_boxes
from youthvoice.mail import outbox, sms
from youthvoice.phone_line.health import phone_complaints
from youthvoice.printing.job import paper_complaints
from youthvoice.privacy.keys.key_names import KEPT_COUNTS, KEPT_WORDS
from youthvoice.publications.encryption import count_unopenable_publications
from youthvoice.reviews.job import review_complaints
from youthvoice.reviews.store import count_unopenable_reviews
from youthvoice.sites.store import Site, list_all_sites
from youthvoice.sites.tablets.tablet_status import list_held_up
from youthvoice.surveys.batches.store import count_unreadable_batches
from youthvoice.surveys.questionnaires.drafts.store import count_unopenable_drafts
from youthvoice.surveys.rounds.opening_drafts import count_unopenable_round_drafts
from youthvoice.web import rate_limits
from youthvoice.witnesses import head_job

_MEGABYTE = 1024**2

_MIN_FREE_BYTES = 512 * _MEGABYTE


@click.command("doctor", help="What is wrong with this installation, and what to do; exit 1 when something is.")
@with_appcontext
def doctor() -> None:
    """Run every check that needs no content of a child."""
    complaints = list(_complaints())
    for line in complaints:
        click.echo(f"- {line}")
    if complaints:
        raise SystemExit(1)
    click.echo("All is well.")


def _complaints() -> Iterator[str]:
    engine = db.engine()
    if not migrations.is_current(engine):
        yield "The database is older than the program. Restart: it is brought up to date while starting."
    yield from _low_disk_space(engine.url)
    if not rate_limits.is_store_reachable():
        yield "The store of YOUTHVOICE_LIMITS_URL does not answer: until it does, each process counts floods by itself."
    if not is_worker_alive(engine):
        waits = "nobody visits the main server" if context.settings().box else "mail waits and nothing closes"
        yield f"No work process: {waits}. Start it with: flask work"
    if context.settings().box:
        with db.reading(engine) as session:
            yield from box_complaints(session)
        return
    keyring = context.keyring()
    with db.reading(engine) as session:
        if find_log_faults(session, keyring.key("audit")):
            yield "The log was changed from outside. Look where with: flask audit verify"
        yield from _mail(outbox.delivery_status(session))
        if not context.settings().development and context.settings().contact is None:
            yield "Nobody is named who hears of a weakness here: set YOUTHVOICE_CONTACT to an address of mail."
        if has_no_people(session):
            yield "Nobody can sign in. Make the first people with: flask staff found"
        yield from backup_complaints(session)
        yield from _unopenable(session)
        yield from paper_complaints(session)
        yield from head_job.head_complaints(session)
        yield from list_complaints(session)
        yield from review_complaints(session)
        yield from phone_complaints(session)
        for site in list_all_sites(session):
            yield from _unconfirmed_people(session, site.id, site.name)
            yield from _waiting_tablets(session, site)
        yield from _steps(session)


def _mail(status: outbox.DeliveryStatus) -> Iterator[str]:
    """Mail that is not sent, was given up, or is stored in clear by an earlier development run."""
    settings = context.settings()
    if not settings.sends_mail:
        yield (
            f"No mail leaves, for YOUTHVOICE_SMTP_URL is not set: {status.waiting} wait, encrypted. Until it is, "
            "whoever is on call hears of nothing by mail, and links of invitations are handed over by hand."
        )
    if settings.sms is not None and not (shutil.which(sms.PROGRAM) and os.access(settings.sms, os.R_OK)):
        yield (
            f"No text message leaves: install gammu-smsd, and let this user read {settings.sms} (YOUTHVOICE_SMS). "
            "Until then whoever is on call hears of danger by mail alone."
        )
    if settings.sms is not None and (late := sms.count_late(settings.sms, context.now())):
        yield f"{late} text messages lie in the queue for ten minutes. Does gammu-smsd run, and has its card a network?"
    if not settings.development and (clear := len(list(settings.outbox.glob("*.eml")))):
        yield f"{clear} mails lie in clear in {settings.outbox}, links and addresses in them. Delete these files."
    if status.given_up:
        yield (
            f"{status.given_up} mails were given up. Check YOUTHVOICE_SMTP_URL; a coordinator tries again under "
            "Addresses."
        )


def _steps(session: Session) -> Iterator[str]:
    """What every site still needs before children are heard, as on To do, each with the person who does it."""
    every = [site.id for site in list_all_sites(session)]
    with force_locale("en"):
        for site in steps.until_heard(session, every):
            for step in site.steps:
                yield f"{site.name}: {steps.STEP_LABELS[step.code]} ({steps.who(step, None)})."


def _low_disk_space(url: URL) -> Iterator[str]:
    """Warn of a full disk while there is still space: a full one stores nothing that children send."""
    database_folders = [Path(url.database).parent] if url.get_backend_name() == "sqlite" and url.database else []
    for folder in dict.fromkeys([*database_folders, context.settings().data]):
        if folder.exists() and (free := shutil.disk_usage(folder).free) < _MIN_FREE_BYTES:
            yield f"{free // _MEGABYTE} MB of room are left on the disk of {folder}. A full disk keeps nothing."
            return


def _unconfirmed_people(session: Session, site_id: int, name: str) -> Iterator[str]:
    """People with an account that does not count yet: a key has to be compared, or no advocate has met them."""
    ids = {person.id for person in list_trusted_people(session, [site_id], permissions.ROLES)}
    if unknown := [person.name for person in list_people(session, [site_id]) if person.id not in ids]:
        yield f"{name}: not confirmed yet: {', '.join(unknown)}. Advocates find them on their To do page."


def _waiting_tablets(session: Session, site: Site) -> Iterator[str]:
    for name, since in list_held_up(session, site, context.now()):
        yield f"{site.name}: something waits on {name} since {since}. Bring it to a network; it sends by itself."


def _unopenable(session: Session) -> Iterator[str]:
    """What does not open with the present key files; a page that needs it fails."""
    checks = (
        (KEPT_COUNTS, "counts of rounds", count_unreadable_batches(session)),
        (KEPT_WORDS, "views", count_unopenable_publications(session)),
        (KEPT_WORDS, "answers and tasks", count_unopenable_answers(session)),
        (KEPT_WORDS, "reviews", count_unopenable_reviews(session)),
        (KEPT_WORDS, "good news on boards", count_unopenable_good_news(session)),
        (KEPT_WORDS, "boxes of knocks", count_unopenable_boxes(session)),
        (KEPT_WORDS, "drafts of questionnaires", count_unopenable_drafts(session)),
        (KEPT_WORDS, "lists of unfinished rounds", count_unopenable_round_drafts(session)),
    )
    for key, what, number in checks:
        if number:
            yield f"{number} {what} do not open. Put the right key file {key} back into YOUTHVOICE_KEYS."
