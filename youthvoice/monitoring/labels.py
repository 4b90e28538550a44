"""The page *State of the installation* in words: its rows, and what is said of a subject that is well."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Literal, NamedTuple

from flask_babel import LazyString, gettext as _, lazy_gettext as _l, ngettext
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.config import SftpAddress
from youthvoice.monitoring.findings import Finding, Subject, list_pressing_subjects
from youthvoice.monitoring.installation_state import InstallationState
from youthvoice.web.i18n.formats import format_day, join_list

Group = Literal["late", "soon", "unknown", "good"]

GROUPS: Final[tuple[Group, ...]] = ("late", "soon", "unknown", "good")

_GIGABYTE: Final = 1000 * 1024**2  # so that a step of the room on a disk is a round number

SUBJECT_LABELS: Final[dict[Subject, LazyString]] = {
    "work": _l("Work process"),
    "backup": _l("Backup"),
    "disk": _l("Disk"),
    "mail": _l("Mail"),
    "keys": _l("Key files"),
    "content": _l("What is kept"),
    "log": _l("Log"),
    "certificate": _l("Certificate"),
    "database": _l("Database"),
    "limits": _l("Flood limits"),
    "tablets": _l("Tablets"),
    "paper": _l("Paper"),
    "phone": _l("Telephone line"),
    "contact": _l("Whom to tell of a weakness"),
}
"""What the page shows, in this order. Not whether clocks of reports stand still: that would say that there is one."""

_MARKS: Final[dict[Subject, str]] = {
    "work": "round", "backup": "box", "disk": "full", "mail": "mail", "keys": "lock", "content": "folder",
    "log": "list", "certificate": "shield", "database": "card", "limits": "sift", "tablets": "tablet", "paper": "print",
    "phone": "phone", "contact": "reply",
}  # fmt: skip

_PAGES: Final[dict[Subject, str]] = {
    "mail": "guardians.letters", "log": "log.lines", "tablets": "sites.list_tablets", "phone": "sites.index",
}  # fmt: skip

_OF_COORDINATOR: Final[frozenset[Subject]] = frozenset({"tablets"})


class StateRow(NamedTuple):
    """One row of the page.

    Attributes:
        label: what it is about.
        mark: its mark.
        how: how it is, in a few words.
        words: how that is known; of what is wrong also what to do.
        who: who does it; empty where nothing is to be done.
        page: endpoint of a page with more; empty for none.
    """

    label: str
    mark: str
    how: str
    words: str
    who: str
    page: str


def group_rows(state: InstallationState, findings: Iterable[Finding]) -> list[tuple[Group, list[StateRow]]]:
    """The rows by group, the worst first; empty groups are left out.

    Args:
        state: as read just now.
        findings: what is wrong; subjects that the page does not show are left out.
    """
    findings_here = [finding for finding in findings if finding.subject in SUBJECT_LABELS]
    groups: dict[Group, list[StateRow]] = {group: [] for group in GROUPS}
    for subject in SUBJECT_LABELS:
        wrong = [finding for finding in findings_here if finding.subject == subject]
        for finding in wrong:
            groups[finding.urgency].append(_row_of_finding(finding))
        if not wrong:
            group: Group = "unknown" if _is_unknown(subject, state) else "good"
            if (described := _describe(subject, state)) is not None:
                groups[group].append(_row(subject, *described))
    return [(group, rows) for group, rows in groups.items() if rows]


def _is_unknown(subject: Subject, state: InstallationState) -> bool:
    return {"certificate": state.certificate, "content": state.content_faults, "log": state.content_faults}.get(
        subject, True
    ) is None


def group_label(group: Group, number: int) -> str:
    """The heading of a group."""
    if group == "late":
        return str(_("Late: %(num)s", num=number))
    if group == "soon":
        return str(_("Soon: %(num)s", num=number))
    return (
        str(_("Not known from here: %(num)s", num=number))
        if group == "unknown"
        else str(_("Good: %(num)s", num=number))
    )


def _row_of_finding(finding: Finding) -> StateRow:
    how = _("cannot wait") if finding.urgency == "late" else _("needs somebody")
    who = _("You") if finding.subject in _OF_COORDINATOR else _("System administrator")
    return _row(finding.subject, str(how), str(finding.words), str(who))


def _row(subject: Subject, how: str, words: str, who: str = "") -> StateRow:
    return StateRow(str(SUBJECT_LABELS[subject]), _MARKS[subject], how, words, who, _PAGES.get(subject, ""))


_WELL: Final[dict[Subject, tuple[LazyString, LazyString]]] = {
    "content": (_l("opens"), _l("Every night all counts, views, answers and drafts are opened with the key files.")),
    "log": (_l("whole"), _l("Its chain is checked every night, and its head goes out every day.")),
    "tablets": (_l("nothing held up"), _l("Known once a day. Nothing waits on a tablet for a week.")),
    "paper": (_l("printed"), _l("Fonts are there, and every PDF could be made.")),
    "limits": (_l("counted together"), _l("The store of YOUTHVOICE_LIMITS_URL answers.")),
    "phone": (_l("answers"), _l("The modem is there, and every sentence is recorded in one language.")),
}
"""How a subject is that is well, and how that is known, where it is always the same."""


def _describe(subject: Subject, state: InstallationState) -> tuple[str, str] | None:
    """How a subject is that is well, and how that is known; None for what this installation does not have."""
    settings = context.settings()
    has = {"limits": settings.limits_url != "memory://", "phone": settings.phone, "contact": settings.contact}
    if not has.get(subject, True):
        return None
    if subject in {"content", "log"} and state.content_faults is None:
        return _("not looked at yet"), _("The work process looks through it every night, and when it first runs.")
    if subject in _WELL:
        how, words = _WELL[subject]
        return str(how), str(words)
    return _DESCRIPTIONS[subject](state)


def _isolate(path: Path | SftpAddress) -> str:
    """A path that keeps its direction within a sentence from right to left (Unicode UAX 9, LRI and PDI)."""
    return f"\u2066{path}\u2069"


def _describe_work(state: InstallationState) -> tuple[str, str]:
    number = len(state.jobs)
    return _("running"), ngettext("%(num)s job, and it does not fail.", "%(num)s jobs, and none fails.", number)


def _describe_backup(state: InstallationState) -> tuple[str, str]:
    if state.backup_at is None:
        return _("none yet"), _("An installation that is only tried out needs none.")
    folder = context.settings().backups
    tried = (
        _("In %(folder)s, tried by restoring it.", folder=_isolate(folder))
        if folder
        else _("Nobody tried to restore it.")
    )
    return _("made on %(day)s", day=format_day(state.backup_at)), tried


def _describe_room(state: InstallationState) -> tuple[str, str]:
    room = min(state.free_bytes.values(), default=0)
    enough = _("Enough; a warning comes below 500 MB.")
    if room >= _GIGABYTE:
        return _("%(num)s GB free or more", num=room // _GIGABYTE), enough
    return _("%(num)s MB free or more", num=room // 1024**2), enough


def _describe_mail(_state: InstallationState) -> tuple[str, str]:
    if context.settings().smtp_url is None:
        return _("into a folder"), _("Each mail is a file in %(folder)s.", folder=_isolate(context.settings().outbox))
    return _("leaves"), _("Looked at once a night: nothing waits for more than two hours, nothing was given up.")


def _describe_keys(_state: InstallationState) -> tuple[str, str]:
    folder = _isolate(context.settings().keys)
    return _("all there"), _("In %(folder)s. Is a copy of them kept in another place?", folder=folder)


def _describe_certificate(state: InstallationState) -> tuple[str, str] | None:
    url = context.settings().url
    if state.certificate is not None:
        return _("until %(day)s", day=format_day(state.certificate.end)), _("The proxy on this machine shows it.")
    if url.startswith("https://"):
        return _("look there"), _("No proxy of this machine shows it for %(url)s.", url=url)
    return None


def _describe_database(state: InstallationState) -> tuple[str, str]:
    kind = "PostgreSQL" if state.database == "postgresql" else "SQLite"
    return _("up to date"), _("%(kind)s, tables number %(number)s.", kind=kind, number=state.migration)


def _describe_contact(_state: InstallationState) -> tuple[str, str]:
    return _("named"), (context.settings().contact or "").removeprefix("mailto:")


_DESCRIPTIONS: Final[dict[Subject, Callable[[InstallationState], tuple[str, str] | None]]] = {
    "work": _describe_work,
    "backup": _describe_backup,
    "disk": _describe_room,
    "mail": _describe_mail,
    "keys": _describe_keys,
    "certificate": _describe_certificate,
    "database": _describe_database,
    "contact": _describe_contact,
}


def name_pressing_subjects(session: Session) -> str:
    """What of the machine cannot wait, for *To do*; empty where nothing is wrong."""
    return join_list(str(SUBJECT_LABELS[subject]) for subject in list_pressing_subjects(session))
