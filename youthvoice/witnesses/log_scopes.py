"""Which lines of the log one member of staff may see, and in which words.

A line of the log is a day, an actor (sign-in name), an action such as `tablet.retire`, and a *subject*: the key of what
it is about, perhaps with more behind a space. Readers see their own actions, and actions on things that a page shows
them anyway. Lines about a report are visible to its readers only, lines about a review to the advocate who carries it;
anybody who was left out sees no line, number or gap (S14, S22).

So each package says, as a `LogScope`, which subjects of its actions a reader may see: those of people, sites and
witnesses are here, the others come through the port `log_scopes`. `LogView` puts them together for one reader. Of an
action that no scope names only its actor sees lines, and `ACTOR_ONLY` must say why.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice.access.guard import Caller
from youthvoice.accounts.agreement import find_request, kind_of
from youthvoice.accounts.people.person_names import list_former_names
from youthvoice.accounts.store import list_everybody, site_ids_of_people
from youthvoice.audit.log_lines import LogLine
from youthvoice.context import Port
from youthvoice.sites.store import list_groups, list_sites
from youthvoice.sites.tablets.store import list_tablets
from youthvoice.web.i18n.formats import join_list


class LogSubject(NamedTuple):
    """What a line is about, in the words of its reader, and the address of its page; empty without a page."""

    words: str
    href: str = ""


Describe = Callable[[Session, Caller, LogLine, LogSubject], str]
"""A function that describes a line in more detail than the name of its subject."""


class LogScope(NamedTuple):
    """The log lines of one package that a reader may see.

    Attributes:
        actions: codes; one that ends with a dot stands for all that begin with it.
        list_subjects: the subjects that the reader may see, by the first word of a line's subject.
        describe: describes a line in more detail, such as which group of a site.
    """

    actions: tuple[str, ...]
    list_subjects: Callable[[Session, Caller], Mapping[str, LogSubject]]
    describe: Describe | None = None


log_scopes: Final = Port[Sequence[LogScope]]("log_scopes")


_ABOUT_CHILDREN: Final = "it would tell that a child wrote, and when"
_ON_ITS_PAGE: Final = "its own page shows to everybody who sees it what it is now"
_ACCOUNT: Final = "it is about their own account or their own mail"

ACTOR_ONLY: Final[Mapping[str, str]] = {
    "agenda.moved": _ABOUT_CHILDREN,
    "good_news.": _ABOUT_CHILDREN,
    "handed.": _ABOUT_CHILDREN,
    "interpretation.": _ABOUT_CHILDREN,
    "letter.give": _ABOUT_CHILDREN,
    "month.end": _ABOUT_CHILDREN,
    "suggestion.": _ABOUT_CHILDREN,
    "answer.": _ON_ITS_PAGE,
    "address.": _ON_ITS_PAGE,
    "choice.": _ON_ITS_PAGE,
    "clip.": _ON_ITS_PAGE,
    "service.": _ON_ITS_PAGE,
    "session.": _ON_ITS_PAGE,
    "subscription.": _ON_ITS_PAGE,
    "text.": _ON_ITS_PAGE,
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
"""Actions that only the actor sees in the log, with the reason."""

_OTHER_ADULT: Final = re.compile(r" (?:with|of|by) ([0-9]{1,9})(?:: [0-9 ]*)?$")
"""The id of the other adult: `4 with 7`, or before groups that a site keeps apart, `hill with 7: 1 2`."""

_ACTIONS_OF_TWO: Final = frozenset(
    {
        "round.open",
        "groups.apart",
        "person.rehearse",
        "person.rename",
        "request.ask",
        "request.agree",
        "request.refuse",
        "request.take-back",
    }
)
"""Actions that two adults do together: the line of each names the other."""


class LogView:
    """The log as one reader sees it.

    Args:
        session: only read.
        caller: the reader.
    """

    def __init__(self, session: Session, caller: Caller) -> None:
        self._session, self._caller = session, caller
        self._names = {person.id: person.name for person in list_everybody(session)}
        self._by_code: dict[str, Mapping[str, LogSubject]] = {}
        self._describes: dict[str, Describe] = {}
        scopes = (*_OWN_SCOPES, *log_scopes())
        listed = {each: each(session, caller) for each in dict.fromkeys(scope.list_subjects for scope in scopes)}
        for scope in scopes:
            subjects = listed[scope.list_subjects]
            for code in scope.actions:
                self._by_code[code] = {**self._by_code.get(code, {}), **subjects}
                if scope.describe is not None:
                    self._describes[code] = scope.describe

    def find_subject(self, line: LogLine) -> LogSubject | None:
        """What a line is about; None where the reader may not see the line."""
        is_own = line.actor == self._caller.handle
        if line.action.startswith("request."):
            is_visible = is_own or line.subject.endswith(f" by {self._caller.person_id}")
            return self._describe_request(line) if is_visible else None
        code = line.action if line.action in self._by_code else _area_of(line.action)
        key = line.subject.partition(" ")[0]
        subject = self._by_code.get(code, {}).get(key)
        if subject is None:
            return LogSubject("") if is_own else None
        describe = self._describes.get(code)
        words = describe(self._session, self._caller, line, subject) if describe else subject.words
        return subject._replace(words=self._with_other(words, line))

    def _describe_request(self, line: LogLine) -> LogSubject:
        """A request between two adults, as its own page shows it, with the name of the other one."""
        number = line.subject.partition(" ")[0]
        agreement_request = (
            find_request(self._session, int(number), self._caller.person_id) if number.isdecimal() else None
        )
        words = kind_of(agreement_request).title(self._session, agreement_request.data) if agreement_request else ""
        href = url_for("people.show_request", request_id=agreement_request.id) if agreement_request else ""
        return LogSubject(self._with_other(words, line), href)

    def _with_other(self, words: str, line: LogLine) -> str:
        """The text with the name of the other adult, so that both lines of an action can be matched."""
        other = _OTHER_ADULT.search(line.subject) if line.action in _ACTIONS_OF_TWO else None
        name = self._names.get(int(other[1])) if other else None
        return " · ".join(filter(None, (words, _("with %(name)s", name=name) if name else "")))


def is_in_a_scope(action: str) -> bool:
    """Whether other people than the actor may see an action, or a reason exists why not (`ACTOR_ONLY`)."""
    codes = {code for scope in (*_OWN_SCOPES, *log_scopes()) for code in scope.actions}
    return not {action, _area_of(action)}.isdisjoint(codes | {"request."} | ACTOR_ONLY.keys())


def _area_of(action: str) -> str:
    """The code of all actions of the same kind: `tablet.` for `tablet.retire`."""
    return f"{action.partition('.')[0]}."


def _list_people(session: Session, caller: Caller) -> Mapping[str, LogSubject]:
    """Everybody of the caller's sites, also those who left, where the caller may see staff; else only the caller."""
    everybody = list_everybody(session)
    sites = site_ids_of_people(session, [person.id for person in everybody])
    sees_staff = caller.may("people.see")
    colleague_ids = {person.id for person in everybody if sees_staff and sites[person.id] & caller.site_ids}
    people = [person for person in everybody if person.id in colleague_ids | {caller.person_id}]
    present_ids = {person.id for person in people if sees_staff and person.left_on is None}
    return {
        str(person.id): LogSubject(
            person.name, url_for("people.person", person_id=person.id) if person.id in present_ids else ""
        )
        for person in people
    }


def _list_sites(session: Session, caller: Caller) -> Mapping[str, LogSubject]:
    """The caller's sites and their tablets, where the caller may see staff."""
    if not caller.may("people.see"):
        return {}
    tablets = {str(tablet.id): LogSubject(tablet.name) for tablet in list_tablets(session, caller.site_ids)}
    return {site.slug: LogSubject(site.name) for site in list_sites(session, caller.site_ids)} | tablets


def _list_addresses(_session: Session, caller: Caller) -> Mapping[str, LogSubject]:
    """The two addresses outside that get the head of the log, for people who choose them; a line may name neither."""
    if not caller.may("audit.witness"):
        return {}
    subject = LogSubject(_("Addresses outside"), url_for("log.witnesses"))
    return dict.fromkeys(("", "1", "2"), subject)


def _describe_rename(session: Session, _caller: Caller, line: LogLine, subject: LogSubject) -> str:
    """Both names, as far as they are known; after two changes on one day only the last one."""
    person_id, _with, second = line.subject.partition(" with ")
    after = subject.words
    for former_name in list_former_names(session, [int(person_id)]):  # the latest first
        if former_name.until == line.day and str(former_name.agreed_by) == second:
            return str(_("%(before)s is now %(after)s", before=former_name.name, after=after))
        after = former_name.name
    return subject.words


def _describe_group(session: Session, caller: Caller, line: LogLine, subject: LogSubject) -> str:
    """The site and its group: by name in older lines, by ids where several groups share no child."""
    slug, _space, group = line.subject.partition(" ")
    if line.action == "groups.apart":
        numbers = {int(text) for text in group.rpartition(": ")[2].split() if text.isdecimal()}
        sites = [site.id for site in list_sites(session, caller.site_ids) if site.slug == slug]
        group = join_list(
            [group.name for site_id in sites for group in list_groups(session, site_id) if group.id in numbers]
        )
    return " · ".join(filter(None, (subject.words, group)))


_OWN_SCOPES: Final = (
    LogScope(
        ("person.", "key.", "outside.", "codes.", "password.", "interpreter.", "introduction.", "listening."),
        _list_people,
    ),
    LogScope(("person.rename",), _list_people, _describe_rename),
    LogScope(("site.", "rota.", "tablet.", "staff.", "bundle.", "language."), _list_sites),
    LogScope(("group.", "groups."), _list_sites, _describe_group),
    LogScope(("witness.",), _list_addresses),
)
