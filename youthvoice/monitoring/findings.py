"""Everything that can be wrong with the installation, with what to do about it: the one list of checks.

`youthvoice doctor` prints it, the page *State of the installation* groups it, *To do* names what cannot wait.
No sentence says how many children reported, wrote or answered, and none changes because a child did.
"""

import os
import shutil
import socket
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal

from flask_babel import LazyString, lazy_gettext as _l, lazy_ngettext
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access import permissions
from youthvoice.accounts.store import has_no_people, list_people, list_trusted_people
from youthvoice.box.health import box_complaints
from youthvoice.config import CADDYFILE, command_for, list_units, name_unfinished, service_unit, settings_file
from youthvoice.dashboard import steps
from youthvoice.dashboard.backup_age import backup_complaints, find_old_backup
from youthvoice.grievances.health import list_complaints
from youthvoice.jobs.worker_health import ALIVE_SECONDS, can_write, lacks_replica
from youthvoice.mail import sms
from youthvoice.monitoring.certificate import HttpsFault
from youthvoice.monitoring.delivery_check import DeliveryFault, find_delivery_faults
from youthvoice.monitoring.installation_state import InstallationState, list_disks, read_state
from youthvoice.monitoring.stored_content import KINDS, LOG, find_present_faults, name_unopenable
from youthvoice.phone_line.health import phone_complaints
from youthvoice.printing.job import paper_complaints
from youthvoice.publications.labels import REASON_LABELS
from youthvoice.reviews.job import review_complaints
from youthvoice.sites.site_page import SITES_SHOWN
from youthvoice.sites.store import Site, group_by_site, list_all_sites
from youthvoice.sites.tablets.tablet_status import list_held_up
from youthvoice.startup import closed_path_advice, find_closed_path
from youthvoice.web import rate_limits
from youthvoice.witnesses import head_job

Subject = Literal[
    "database", "disk", "work", "keys", "mail", "backup", "certificate", "log", "content", "deadlines", "paper",
    "phone", "contact", "limits", "box", "people", "tablets", "steps",
]  # fmt: skip

Urgency = Literal["late", "soon"]

_MAIL_SERVER: Final = "mail server"  # the job that signs in there

_MEGABYTE: Final = 1024**2

_MIN_FREE_BYTES: Final = 500 * _MEGABYTE

_READ_ONLY: Final = (
    "The database takes nothing: its file, folder or server is read-only, or its disk is full: {}. Change that; no "
    "process has to be started again."
)

SYSTEMD: Final = Path("/run/systemd/system")

_NO_REPLICA: Final = (
    'No replica follows the database, and all that is sent waits for one. What to do: deploy/README.md, "The replica '
    'rests".'
)

TIMERS: Final = Path("/etc/systemd/system/timers.target.wants")
"""Where each timer has a link that starts with the machine."""

_HTTPS_FAULTS: Final[dict[HttpsFault, LazyString]] = {
    "refused": _l("nothing answers there on this machine."),
    "no_certificate": _l("what answers there on this machine shows no certificate."),
    "other_name": _l("what answers there on this machine shows the certificate of another name."),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong.

    Attributes:
        subject: what it is about.
        urgency: `late` where something is lost, kept waiting or kept from children now; else `soon`.
        words: a sentence or two: what is wrong, and what to do.
    """

    subject: Subject
    urgency: Urgency
    words: LazyString | str


def list_findings(session: Session) -> Iterator[Finding]:
    """Everything that is wrong now, for `youthvoice doctor`.

    Args:
        session: only read.
    """
    state = read_state(session)
    closed = find_closed_path(context.settings())
    if closed:
        yield Finding("database", "late", f"{closed_path_advice(closed)}.")
    elif not can_write(db.engine()):
        yield Finding("database", "late", _READ_ONLY.format(db.engine().url.render_as_string(hide_password=True)))
    if lacks_replica(session):
        yield Finding("database", "late", _NO_REPLICA)
    if silent := [unit for unit, port in _web_ports().items() if not _listens(port)]:
        names = " ".join(silent)
        yield Finding("work", "late", f"Web processes do not answer: {names}. See: systemctl status {names}")
    if unfinished := name_unfinished():
        yield Finding("steps", "late", unfinished)
    yield from list_state_findings(state, find_delivery_faults(session))
    yield from _list_present_findings(session)
    if context.settings().box:
        return
    if (faults := find_present_faults())[LOG]:
        yield _LOG_CHANGED
    yield from _as_findings("content", "late", name_unopenable(faults))
    yield from _as_findings("deadlines", "late", list_complaints(session))
    yield from _as_findings("deadlines", "late", review_complaints(session))
    for site in list_all_sites(session):
        yield from _as_findings("people", "soon", _unconfirmed_people(session, site.id, site.name))
        yield from list_tablet_findings(session, [site])
    yield from _as_findings("steps", "soon", _steps(session))


def list_state_findings(state: InstallationState, delivery_faults: Iterable[DeliveryFault]) -> Iterator[Finding]:
    """What is wrong with the machine and its processes; nothing is decrypted.

    Args:
        state: as read just now.
        delivery_faults: of now, or of the daily check.
    """
    if not state.is_current:
        yield Finding(
            "database",
            "late",
            _l("The database is older than the program. Restart: it is brought up to date while starting."),
        )
    yield from _low_disk_space(state)
    if not rate_limits.is_store_reachable():
        yield Finding(
            "limits",
            "soon",
            _l(
                "The store of YOUTHVOICE_LIMITS_URL does not answer: until it does, each process counts floods by "
                "itself."
            ),
        )
    yield from _work(state)
    yield from _certificate(state)
    if not context.settings().box:
        yield from _missing_keys(state)
        yield from _backup_timer()
        yield from _mail_server(state)
        yield from _mail(frozenset(delivery_faults))
        if not context.settings().development and context.settings().contact is None:
            yield Finding(
                "contact",
                "soon",
                _l("Nobody is named who hears of a weakness here: set YOUTHVOICE_CONTACT to an address of mail."),
            )


_LOG_CHANGED: Final = Finding(
    "log", "late", _l("The log was changed from outside. Look where with: youthvoice audit verify")
)


def _list_present_findings(session: Session) -> Iterator[Finding]:
    """What is wrong with what is stored, as far as a few rows tell."""
    if context.settings().box:
        yield from _as_findings("box", "soon", box_complaints(session))
        return
    if has_no_people(session):
        yield Finding("people", "late", _l("Nobody can sign in. Make the first people with: youthvoice staff found"))
    age = find_old_backup(session)
    overdue = age is not None and context.today() > age.due
    yield from _as_findings("backup", "late" if overdue else "soon", backup_complaints(session))
    yield from _as_findings("paper", "soon", paper_complaints(session))
    yield from _as_findings("log", "soon", head_job.head_complaints(session))
    yield from _as_findings("phone", "soon", phone_complaints(session))


def list_tablet_findings(session: Session, sites: Sequence[Site]) -> Iterator[Finding]:
    """Tablets of some sites on which something waits for a week, in the order of the sites."""
    return _as_findings("tablets", "soon", _waiting_tablets(session, sites))


def list_kept_findings(session: Session, state: InstallationState) -> list[Finding]:
    """What a page shows of the installation as a whole: of messages, of what is kept and of the log as of this night.

    Args:
        session: only read.
        state: as read just now.
    """
    nightly = list_nightly_findings(state)
    return [*list_state_findings(state, state.delivery_faults), *nightly, *_list_present_findings(session)]


def list_nightly_findings(state: InstallationState) -> Iterator[Finding]:
    """What was found when all that is kept was looked through this night."""
    faults = state.content_faults or frozenset()
    for name, kind in KINDS.items():
        if name in faults:
            words = _l(
                "Not all %(what)s open. Put the right key file %(key)s back into YOUTHVOICE_KEYS.",
                what=kind.label,
                key=kind.key,
            )
            yield Finding("content", "late", words)
    if LOG in faults:
        yield _LOG_CHANGED


def list_pressing_subjects(session: Session) -> list[Subject]:
    """What of the machine cannot wait, for *To do*, where a backup, the telephone line and tablets have own lines."""
    if context.settings().development:
        return []
    state = read_state(session)
    findings = [*list_state_findings(state, state.delivery_faults), *list_nightly_findings(state)]
    return list(dict.fromkeys(finding.subject for finding in findings if finding.urgency == "late"))


def _as_findings(subject: Subject, urgency: Urgency, sentences: Iterable[LazyString | str]) -> Iterator[Finding]:
    return (Finding(subject, urgency, words) for words in sentences)


def _work(state: InstallationState) -> Iterator[Finding]:
    unit = " ".join(list_units("work", service_unit())) or service_unit(box=context.settings().box)
    start = f"systemctl start {unit}" if unit else "youthvoice work"
    beat = state.age(state.beat_at, timedelta(seconds=1))
    if beat is None or beat.total_seconds() >= ALIVE_SECONDS:
        yield Finding(
            "work",
            "late",
            f"No work process: nobody visits the main server. Start it with: {start}"
            if context.settings().box
            else _l("No work process: mail waits and nothing closes. Start it with: %(command)s", command=start)
            if any(_listens(port) for port in _web_ports().values() or [context.settings().port])
            else _l(
                "It does not run: no page is served, mail waits and nothing closes. Start it with: %(command)s",
                command=start,
            ),
        )
    if state.believed_at is not None:
        words = _l(
            "The clock of this machine says %(day)s and said %(before)s last. Until you set it, nothing ends whose "
            "time is over. If it is right, as it is after a long rest: %(command)s",
            day=state.at.date().isoformat(),
            before=state.believed_at.date().isoformat(),
            command=command_for(settings_file(os.environ), "work --clock-is-right")
            if unit
            else "youthvoice work --clock-is-right",
        )
        yield Finding("work", "late", words)
    if failing := [job.name for job in state.jobs if job.is_failing and job.name != _MAIL_SERVER]:
        yield Finding(
            "work",
            "late",
            _l(
                "Jobs of the work process fail: %(names)s. See the log of: %(service)s",
                names=", ".join(failing),
                service=unit or "youthvoice work",
            ),
        )


def _web_ports() -> dict[str, int]:
    """Ports of web processes that are services of their own, by unit."""
    units = list_units("web", service_unit())
    return {unit: int(port) for unit in units if (port := unit.partition("@")[2]).isdecimal()}


def _listens(port: int) -> bool:
    """Whether a process of this machine serves pages on a port."""
    with socket.socket() as connection:
        connection.settimeout(1)
        return connection.connect_ex(("127.0.0.1", port)) == 0


def _certificate(state: InstallationState) -> Iterator[Finding]:
    if isinstance(state.https, str):
        words = _l(
            "Nobody opens %(url)s: %(why)s See: %(where)s",
            url=context.settings().url,
            why=_HTTPS_FAULTS[state.https],
            where="systemctl status caddy" if CADDYFILE.is_file() else 'operations.md, "In front: HTTPS"',
        )
        yield Finding("certificate", "late", words)
    certificate = state.certificate
    if certificate is None:
        return
    urgency = certificate.find_urgency(state.at)
    if urgency is None:
        return
    words = _l(
        "The certificate of %(url)s ends on %(day)s: tablets then show a warning and no page. Look why it is not "
        "renewed.",
        url=context.settings().url,
        day=certificate.end.date().isoformat(),
    )
    yield Finding("certificate", urgency, words)


def _missing_keys(state: InstallationState) -> Iterator[Finding]:
    if state.missing_keys:
        yield Finding(
            "keys",
            "late",
            _l(
                "Key files are missing: %(names)s. Put them back from their backup before anything is started anew.",
                names=", ".join(state.missing_keys),
            ),
        )


def _backup_timer() -> Iterator[Finding]:
    """Where the Debian package runs the installation, the timer of its backups; others may have one of another name."""
    backups, unit = context.settings().backups, service_unit()
    timer = f"{unit.replace('@', '-backup@')}.timer"
    if backups and unit and SYSTEMD.is_dir() and not (TIMERS / timer).is_symlink():
        on = f"systemctl enable --now {timer}"
        if isinstance(backups, Path):  # whose service may not write there before
            on = command_for(settings_file(os.environ), f"init --backups {backups}")
        words = _l("No copy is made at night: %(timer)s is off. As root: %(command)s", timer=timer, command=on)
        yield Finding("backup", "late", words)


def _mail_server(state: InstallationState) -> Iterator[Finding]:
    if any(job.is_failing for job in state.jobs if job.name == _MAIL_SERVER):
        words = _l(
            "The mail server let nobody in within the last hour. %(why)s Check YOUTHVOICE_SMTP_URL; mail is tried "
            "again.",
            why=REASON_LABELS[state.server_failure],
        )
        yield Finding("mail", "late", words)


def _mail(faults: frozenset[DeliveryFault]) -> Iterator[Finding]:
    """Mail that is not sent, was given up, or is stored in clear by an earlier development run; never how much."""
    settings = context.settings()
    if not settings.sends_mail:
        yield Finding(
            "mail",
            "late",
            _l(
                "No mail leaves, for YOUTHVOICE_SMTP_URL is not set: it waits, encrypted. Until it is, whoever is on "
                "call hears of nothing by mail, and links of invitations are handed over by hand."
            ),
        )
    if settings.sms is not None and not (shutil.which(sms.PROGRAM) and os.access(settings.sms, os.R_OK)):
        words = _l(
            "No text message leaves: install gammu-smsd, and let this user read %(file)s (YOUTHVOICE_SMS). Until then "
            "whoever is on call hears of danger by mail alone.",
            file=settings.sms,
        )
        yield Finding("mail", "late", words)
    if "sms" in faults:
        yield Finding(
            "mail",
            "late",
            _l("Text messages lie in the queue for ten minutes. Does gammu-smsd run, and has its card a network?"),
        )
    if not settings.development and any(settings.outbox.glob("*.eml")):
        words = _l(
            "Mails lie in clear in %(folder)s, links and addresses in them. Delete these files.", folder=settings.outbox
        )
        yield Finding("mail", "late", words)
    if "stuck" in faults:
        yield Finding(
            "mail", "late", _l("Mail waits for more than two hours though it was tried. Check YOUTHVOICE_SMTP_URL.")
        )
    if "given_up" in faults:
        yield Finding(
            "mail",
            "soon",
            _l("Mails were given up. Check YOUTHVOICE_SMTP_URL; a coordinator tries again under Addresses."),
        )


def _low_disk_space(state: InstallationState) -> Iterator[Finding]:
    """Warn of a full disk while there is still space: a full one stores nothing that children send."""
    for disk, folder in list_disks(db.engine().url):
        if disk != "backups" and state.free_bytes[disk] < _MIN_FREE_BYTES:  # a backup without room is refused
            words = _l(
                "About %(free)s MB of room are left on the disk of %(folder)s. A full disk keeps nothing.",
                free=state.free_bytes[disk] // _MEGABYTE,
                folder=folder,
            )
            yield Finding("disk", "late", words)
            return


def _steps(session: Session) -> Iterator[str]:
    """What every site still needs before children are heard, as on To do, each with the person who does it."""
    every = [site.id for site in list_all_sites(session)]
    for site in steps.until_heard(session, every):
        for step in site.steps:
            yield f"{site.name}: {step.say()} ({steps.who(step, None)})."


def _unconfirmed_people(session: Session, site_id: int, name: str) -> Iterator[str]:
    """People with an account that does not count yet: a key has to be compared, or no advocate has met them."""
    ids = {person.id for person in list_trusted_people(session, [site_id], permissions.ROLES)}
    if unknown := [person.name for person in list_people(session, [site_id]) if person.id not in ids]:
        yield f"{name}: not confirmed yet: {', '.join(unknown)}. Advocates find them on their To do page."


def _waiting_tablets(session: Session, sites: Sequence[Site]) -> Iterator[LazyString]:
    held_up = list_held_up(session, sites, context.now())
    by_site = [each for each in group_by_site(sites, held_up, lambda tablet: tablet[:1]) if each[1]]
    for site, there in by_site[:SITES_SHOWN]:
        for _site_id, name, since in there:
            yield _l(
                "%(site)s: something waits on %(tablet)s since %(day)s. Bring it to a network; it sends by itself.",
                site=site.name,
                tablet=name,
                day=since.isoformat(),
            )
    if more := len(by_site[SITES_SHOWN:]):
        yield lazy_ngettext("%(num)s more site", "%(num)s more sites", more)
