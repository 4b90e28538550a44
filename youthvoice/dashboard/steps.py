"""The steps that a site still needs before children are heard there, with their labels and pages.

Who is present and what is missing comes from `accounts.people`, as on the page of people.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ADVOCATE, COORDINATOR, OUTSIDE_RECIPIENT, ROLE_LABELS
from youthvoice.accounts import agreement
from youthvoice.accounts.people.directory import PersonOverview, SitePeople, people_by_site
from youthvoice.accounts.rules import MIN_ADVOCATES, is_test_pending, is_trained
from youthvoice.grievances.deadlines import on_call_rota
from youthvoice.sites.last_day import is_over
from youthvoice.sites.store import Site, list_sites
from youthvoice.sites.tablets.store import sites_with_connected_tablets
from youthvoice.surveys.choices.store import find_choice_questionnaires
from youthvoice.surveys.questionnaires.store import list_approved_questionnaires, list_newest_versions
from youthvoice.surveys.rounds.store import sites_with_sittings
from youthvoice.web.i18n.formats import join_list
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED
from youthvoice.witnesses.store import WITNESS_SLOTS, list_confirmed_witnesses

STEP_LABELS: Final = {
    "password": _l("Sign in and choose your own password: the person who set up this service knows the first one"),
    "help": _l("Write down the helpline that somebody called today, and whom children go to in danger"),
    "advocates": _l("Invite a second advocate, and compare key pictures with her"),
    "training": _l("Write down until when two advocates are trained"),
    "outside": _l("Invite an outside recipient, who works for another organisation"),
    "test": _l("Ask the outside recipient for a test"),
    "reached": _l("Say that the test reached you"),
    "language": _l("Sign for %(language)s: until then children cannot choose it"),
    "tablet": _l("Connect a tablet"),
    "questionnaire": _l("Choose a questionnaire to start with"),
    "approve": _l("Look at every screen of a questionnaire, then approve it"),
    "round": _l("Open a round with a second adult"),
    "second": _l("Read the round that you are asked about, then agree"),
    "rota": _l("Write down who is on call"),
    "mail": _l("Write down your e-mail address, so that you are told when a child waits"),
    "log": _l("Write down two addresses of other organisations that keep watch over the log"),
}
"""What has to be done, in this order."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step that is still to be done.

    Attributes:
        code: of `STEP_LABELS`.
        role: that can do it; empty where each of `people` does it for themselves.
        people: rows and names of those who can.
        key: the id in its page's address; 0 for none.
        ready: whether the steps before it are done.
        language: the code of the one that it is about; empty for none.
    """

    code: str
    role: str
    people: tuple[tuple[int, str], ...]
    key: int = 0
    ready: bool = True
    language: str = ""

    def say(self) -> str:
        """What is to be done, in the present gettext language."""
        words = str(STEP_LABELS[self.code])
        return words % {"language": LANGUAGES[self.language].name} if self.language else words

    def is_of(self, person_id: int) -> bool:
        """Whether this person is one of those who can do it."""
        return any(row == person_id for row, _name in self.people)


@dataclass(frozen=True, slots=True)
class SiteSteps:
    """A site with steps that are still to be done."""

    site_id: int
    name: str
    steps: tuple[Step, ...]


def until_heard(session: Session, site_ids: Collection[int], *, is_long: bool = False) -> list[SiteSteps]:
    """The steps of each of these sites, in their order; a site where all is done, or that has closed, is left out.

    Args:
        session: only read.
        site_ids: the sites.
        is_long: whether they are some of many: then each has the steps of the installation, as on its own page.
    """
    sites_to_do, installation = [], _InstallationState.of(session)
    every = {site.id: site for site in list_sites(session, site_ids)}
    there = [every[site_id] for site_id in site_ids if site_id in every]
    sites = {site.id: site for site in there if not is_over(site, context.today(site.time_zone))}
    ready_sites = replace(_ReadySites.of(session, sites), requests=agreement.list_waiting_requests(session, "round"))
    for site_people in people_by_site(session, sites):
        site_state = _SiteState(sites[site_people.site_id], site_people, installation, ready_sites)
        steps = tuple(sorted(site_state.steps(), key=lambda step: list(STEP_LABELS).index(step.code)))
        installation = _InstallationState(
            installation.newest, installation.approved, witnessed=installation.witnessed or not is_long
        )  # of a few sites it is said once, at the first one
        if steps:
            sites_to_do.append(SiteSteps(site_people.site_id, site_people.name, steps))
    return sites_to_do


def rank_by_need(session: Session, sites: Collection[Site]) -> dict[int, int]:
    """How many things that all their children need are missing at each of some sites; not where nothing is.

    They are a tablet, a round, a helpline, a language that was asked for, and who is on call; nobody's account is read.
    """
    ready, missing = _ReadySites.of(session, [site.id for site in sites]), dict[int, int]()
    for site in sites:
        if not is_over(site, context.today(site.time_zone)):
            there = (ready.with_tablet, ready.with_rota, ready.with_round)
            others = (not site.helpline_tested, bool(site.languages_to_sign))
            missing[site.id] = sum(site.id not in site_ids for site_ids in there) + sum(others)
    return {site_id: number for site_id, number in missing.items() if number}


@dataclass(frozen=True, slots=True)
class _InstallationState:
    """The state of the installation as a whole.

    Attributes:
        newest: a questionnaire that waits for approval; 0 where none does.
        approved: whether there is an approved one for a round.
        witnessed: whether two outside addresses receive the head of the log.
    """

    newest: int
    approved: bool
    witnessed: bool

    @classmethod
    def of(cls, session: Session) -> "_InstallationState":
        of_choices = find_choice_questionnaires(session)
        questionnaires = [
            questionnaire_row
            for questionnaire_row in list_newest_versions(session)
            if questionnaire_row.id not in of_choices
        ]
        waiting = [questionnaire_row.id for questionnaire_row in questionnaires if questionnaire_row.waits]
        approved = any(
            questionnaire_row.id not in of_choices for questionnaire_row in list_approved_questionnaires(session)
        )
        witnessed = len(list_confirmed_witnesses(session)) >= len(WITNESS_SLOTS)
        return cls(max(waiting, default=0), approved, witnessed)


@dataclass(frozen=True, slots=True)
class _ReadySites:
    """Which sites have a tablet, a rota, and a round that adults opened; and the requests to open one."""

    with_tablet: Collection[int]
    with_rota: Collection[int]
    with_round: Collection[int]
    requests: Sequence[agreement.AgreementRequest] = ()

    @classmethod
    def of(cls, session: Session, site_ids: Collection[int]) -> "_ReadySites":
        return cls(
            sites_with_connected_tablets(session, site_ids),
            on_call_rota.sites_with_duties(session, site_ids),
            sites_with_sittings(session, site_ids),
        )


class _SiteState:
    """The state of one site."""

    def __init__(
        self,
        site: Site,
        site_people: SitePeople,
        installation: _InstallationState,
        ready_sites: _ReadySites,
    ) -> None:
        self.site, self.site_people, self.installation = site, site_people, installation
        self.ready_sites = ready_sites
        self.readers = [person for person in site_people.people if person.holds_keys and person.standing == "trusted"]
        self.advocates = [person for person in self.readers if person.role == ADVOCATE]

    def steps(self) -> Iterator[Step]:
        """The steps, unordered."""
        yield from self._of_help()
        yield from self._of_readers()
        yield from self._of_test()
        yield from self._of_questions()

    def _of_help(self) -> Iterator[Step]:
        site = self.site
        if "helpline" in self.site_people.missing or not (site.danger_number and site.danger_adult):
            yield self._by(COORDINATOR, "help", site.id)
        for code in (code for code in site.languages_to_sign if code in TRANSLATED):
            yield replace(self._by(COORDINATOR, "language", site.id), language=code)
        if site.id not in self.ready_sites.with_tablet:
            yield self._by(COORDINATOR, "tablet", site.id)

    def _of_readers(self) -> Iterator[Step]:
        if people := [person for person in self.site_people.people if person.password_known]:
            yield Step("password", "", _named(people))
        if len(self.advocates) < MIN_ADVOCATES:
            yield self._by(ADVOCATE, "advocates")
        today = context.today(self.site.time_zone)
        untrained = [person for person in self.advocates if not is_trained(person.trained_until, today)]
        if "advocates" in self.site_people.missing and untrained:
            yield self._by(COORDINATOR, "training", untrained[0].person_id)
        if self.advocates and self.site.id not in self.ready_sites.with_rota:
            yield self._by(ADVOCATE, "rota")
        if silent := [person for person in self.readers if not person.has_mail]:
            yield Step("mail", "", _named(silent))

    def _of_test(self) -> Iterator[Step]:
        if "outside" in self.site_people.missing:
            yield self._by(ADVOCATE, "outside")
        if "outside_untested" not in self.site_people.missing:
            return
        outside = [person for person in self.readers if person.role == OUTSIDE_RECIPIENT]
        people = [person for person in outside if is_test_pending(person.test_asked_on, person.tested_on)]
        if not people:
            yield self._by(ADVOCATE, "test", outside[0].person_id)
        yield Step("reached", OUTSIDE_RECIPIENT, _named(people or outside), ready=bool(people))

    def _of_questions(self) -> Iterator[Step]:
        installation = self.installation
        if not (installation.newest or installation.approved):
            yield self._by(COORDINATOR, "questionnaire")
        if not installation.approved:
            yield self._by(ADVOCATE, "approve", installation.newest, ready=bool(installation.newest))
        if self.site.id not in self.ready_sites.with_round:
            yield self._of_round()
        if not installation.witnessed:
            yield self._by(ADVOCATE, "log")

    def _of_round(self) -> Step:
        """The step about a round: while the first one waits for a second adult, nobody asks for another."""
        for agreement_request in self.ready_sites.requests:
            if self.site.id in agreement_request.site_ids:
                second = _named(
                    person for person in self.site_people.people if person.person_id == agreement_request.asked_of
                )
                return Step("second", "", second, agreement_request.id)
        ready = self.installation.approved and "helpline" not in self.site_people.missing
        return self._by(COORDINATOR, "round", ready=ready and len(self.advocates) >= MIN_ADVOCATES)

    def _by(self, role: str, code: str, key: int = 0, *, ready: bool = True) -> Step:
        return Step(code, role, _named(person for person in self.site_people.people if person.role == role), key, ready)


def _named(overviews: Iterable[PersonOverview]) -> tuple[tuple[int, str], ...]:
    return tuple((person.person_id, person.name) for person in overviews)


def who(step: Step, caller: Caller | None) -> str:
    """Who does a step: names for readers who may see people, else the role; without a caller, for the operator."""
    names = join_list(name for _id, name in step.people)
    if caller is not None and step.is_of(caller.person_id):
        return str(_("You")) if len(step.people) == 1 else str(_("You, or %(others)s", others=_others(step, caller)))
    if names and (caller is None or caller.may("people.see") or not step.role):
        return str(_("%(role)s: %(names)s", role=ROLE_LABELS[step.role], names=names)) if step.role else names
    return str(ROLE_LABELS[step.role])


def _others(step: Step, caller: Caller) -> str:
    return join_list(name for person_id, name in step.people if person_id != caller.person_id)


_PAGES: Final = {
    "password": ("profile.password", ""),
    "help": ("sites.show_site", "site_id"),
    "advocates": ("people.new_reader", ""),
    "training": ("people.person", "person_id"),
    "outside": ("people.new_reader", ""),
    "test": ("people.person", "person_id"),
    "reached": ("profile.test", ""),
    "language": ("translation.sign", "site_id"),
    "tablet": ("sites.new_tablet", "site"),
    "questionnaire": ("questionnaires.index", ""),
    "approve": ("questionnaires.approve", "questionnaire_id"),
    "round": ("rounds.start_opening", ""),
    "second": ("people.show_request", "request_id"),
    "rota": ("rota.index", ""),
    "mail": ("profile.me", ""),
    "log": ("log.witnesses", ""),
}

_ANCHORS: Final = {"questionnaire": "shelf"}


def address(step: Step, caller: Caller) -> str:
    """The page on which the caller does a step; empty where it is somebody else's, or not ready."""
    if not (step.ready and step.is_of(caller.person_id)):
        return ""
    page, parameter = _PAGES[step.code]
    key: dict[str, Any] = {parameter: step.key} if parameter else {}
    if step.language:
        key["language"] = step.language
    return url_for(page, **key, _anchor=_ANCHORS.get(step.code))
