"""Whose a line of the log is: everybody's own acts are hers, and what was done with what she may see anyway.

Nobody learns from the log what no page of hers tells: a report is in the scope of those alone who open it, a review in
that of the advocate who carries it. So there is no line, no number and no gap for whoever was left out (S14, S22).
A package further up connects the scope of what it keeps.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice.access.guard import Caller
from youthvoice.accounts.store import list_everybody, site_ids_of_people
from youthvoice.audit.log_lines import LogLine
from youthvoice.context import Port
from youthvoice.sites.store import list_sites
from youthvoice.sites.tablets.device import list_tablets


class LogSubject(NamedTuple):
    """What a line is about, as its reader calls it, and where it is; empty where there is no page for her."""

    words: str
    href: str = ""


class LogScope(NamedTuple):
    """What one package lets somebody see of the log.

    Attributes:
        actions: codes; one that ends with a dot speaks for all that begin so.
        list_subjects: what of it is hers, by the first word of a line's subject.
    """

    actions: tuple[str, ...]
    list_subjects: Callable[[Session, Caller], Mapping[str, LogSubject]]


log_scopes: Final = Port[Sequence[LogScope]]("log_scopes")


class LogView:
    """What one reader sees.

    Args:
        session: only read.
        caller: who reads.
    """

    def __init__(self, session: Session, caller: Caller) -> None:
        self._caller = caller
        self._by_code: dict[str, Mapping[str, LogSubject]] = {}
        for scope in (*_OWN_SCOPES, *log_scopes()):
            subjects = scope.list_subjects(session, caller)
            for code in scope.actions:
                self._by_code[code] = {**self._by_code.get(code, {}), **subjects}

    def find_subject(self, line: LogLine) -> LogSubject | None:
        """What a line is about; None where the line is not hers."""
        mine = line.actor == self._caller.handle
        if line.action.startswith("request."):
            return LogSubject("") if mine or line.subject.endswith(f" by {self._caller.person_id}") else None
        begin = f"{line.action.partition('.')[0]}."
        subjects = self._by_code.get(line.action, self._by_code.get(begin, {}))  # as `is_in_a_scope`
        found = subjects.get(line.subject.partition(" ")[0])
        return found or (LogSubject("") if mine else None)


def is_in_a_scope(action: str) -> bool:
    """Whether somebody else than who did it may find it, or why not (`HERS_ALONE`)."""
    begin = f"{action.partition('.')[0]}."
    codes = {code for scope in (*_OWN_SCOPES, *log_scopes()) for code in scope.actions}
    return not {action, begin}.isdisjoint(codes | {"request."} | HERS_ALONE.keys())


def _people(session: Session, caller: Caller) -> Mapping[str, LogSubject]:
    """Everybody of her sites, those who left too, where she may see who works there; else herself."""
    everybody = list_everybody(session)
    sites = site_ids_of_people(session, [one.id for one in everybody])
    sees = caller.may("people.see")
    hers = [one for one in everybody if one.id == caller.person_id or (sees and sites[one.id] & caller.site_ids)]
    there = {one.id for one in hers if sees and one.left_on is None}
    return {
        str(one.id): LogSubject(one.name, url_for("keys.person", person_id=one.id) if one.id in there else "")
        for one in hers
    }


def _sites(session: Session, caller: Caller) -> Mapping[str, LogSubject]:
    """Her sites and the tablets there, where she may see who works there."""
    if not caller.may("people.see"):
        return {}
    tablets = {str(one.id): LogSubject(one.name) for one in list_tablets(session, caller.site_ids)}
    return {site.slug: LogSubject(site.name) for site in list_sites(session, caller.site_ids)} | tablets


def _addresses(_session: Session, caller: Caller) -> Mapping[str, LogSubject]:
    """Both addresses outside, for those who choose them."""
    if not caller.may("audit.witness"):
        return {}
    about = LogSubject(_("Addresses outside"), url_for("witnesses.index"))
    return dict.fromkeys(("", "1", "2"), about)


_OWN_SCOPES: Final = (
    LogScope(("person.", "key.", "outside.", "codes.", "password."), _people),
    LogScope(("site.", "group.", "groups.", "rota.", "tablet.", "staff.", "bundle."), _sites),
    LogScope(("witness.",), _addresses),
)


_ABOUT_CHILDREN: Final = "it would tell that a child wrote, and when"
_ON_ITS_PAGE: Final = "its own page shows to everybody who sees it what it is now"
_ACCOUNT: Final = "it is about her own account or her own mail"


HERS_ALONE: Final[Mapping[str, str]] = {
    "agenda.moved": _ABOUT_CHILDREN,
    "handed.": _ABOUT_CHILDREN,
    "letter.give": _ABOUT_CHILDREN,
    "month.end": _ABOUT_CHILDREN,
    "suggestion.": _ABOUT_CHILDREN,
    "answer.": _ON_ITS_PAGE,
    "address.": _ON_ITS_PAGE,
    "choice.": _ON_ITS_PAGE,
    "clip.": _ON_ITS_PAGE,
    "questionnaire.": _ON_ITS_PAGE,
    "service.": _ON_ITS_PAGE,
    "session.": _ON_ITS_PAGE,
    "subscription.": _ON_ITS_PAGE,
    "theme.add": _ON_ITS_PAGE,
    "house.restore": "the page of the log tells every reader of restored backups above its lines",
    "letter.again": _ACCOUNT,
    "letter.test": _ACCOUNT,
    "log.export": _ACCOUNT,
    "sign-in": _ACCOUNT,
    "sign-in.wrong": _ACCOUNT,
    "sign-out": _ACCOUNT,
    "sign-out.everywhere": _ACCOUNT,
}
"""What nobody but who did it finds in the log, and why."""
