"""What a site still needs until children are heard there, step by step: one list for To do and for `flask doctor`.

Who is there and what keeps children from telling comes from `staff.people`, as on the page of people.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.permissions import ADVOCATE, COORDINATOR, OUTSIDE_RECIPIENT
from youthvoice.accounts import directory as people
from youthvoice.accounts import requests, rules
from youthvoice.accounts.directory import OnePerson, SitePeople
from youthvoice.accounts.trust import Trust
from youthvoice.grievances.rota import store as on_call
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.sites.tablets import store as tablet_store
from youthvoice.surveys.choices import store as choice_store
from youthvoice.surveys.questionnaires import store as questionnaire_store
from youthvoice.surveys.rounds import store as surveys
from youthvoice.surveys.rounds.entities import EXEMPT
from youthvoice.witnesses import store as witnesses
from youthvoice.witnesses.rules import SLOTS

CODES: Final = (
    "password", "help", "advocates", "training", "outside", "test", "reached", "tablet", "questionnaire", "approve",
    "round", "second", "rota", "mail", "log",
)  # fmt: skip
"""Every step, in the order in which they are done."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is still to be done.

    Attributes:
        code: one of `CODES`.
        role: whose role does it; empty where each of `people` does it for herself.
        people: rows and names of those who can.
        key: what the address of its page bears; 0 where it needs nothing.
        ready: whether what comes before it is done.
    """

    code: str
    role: str
    people: tuple[tuple[int, str], ...]
    key: int = 0
    ready: bool = True

    def is_of(self, person_id: int) -> bool:
        """Whether somebody is one of those who do it."""
        return any(one == person_id for one, _name in self.people)


@dataclass(frozen=True, slots=True)
class SiteSteps:
    """A site where something is still to be done."""

    site_id: int
    name: str
    steps: tuple[Step, ...]


def until_heard(session: Session, site_ids: Collection[int], trust: Trust) -> list[SiteSteps]:
    """The steps of each of these sites, by name; a site where all is done is left out.

    Args:
        session: only read.
        site_ids: the sites.
        trust: the key file and the moment.
    """
    found, house = [], _House.of(session)
    facts = {site.id: places.facts(site) for site in places.sites_of(session, site_ids)}
    for site in people.by_site(session, site_ids, trust):
        look = _Look(session, facts[site.site_id], site, house)
        steps = tuple(sorted(look.steps(), key=lambda step: CODES.index(step.code)))
        house = _House(house.newest, house.approved, witnessed=True)  # said once, at the first site
        if steps:
            found.append(SiteSteps(site.site_id, site.name, steps))
    return found


@dataclass(frozen=True, slots=True)
class _House:
    """What belongs to no site.

    Attributes:
        newest: a questionnaire that waits for an advocate; 0 where none does.
        approved: whether there is one that a round can ask.
        witnessed: whether two addresses outside hold the head of the log.
    """

    newest: int
    approved: bool
    witnessed: bool

    @classmethod
    def of(cls, session: Session) -> "_House":
        of_choices = choice_store.questionnaires_of_choices(session)
        kept = [one for one in questionnaire_store.newest_versions(session) if one.id not in of_choices]
        waiting = [one.id for one in kept if one.approved_on is None]
        approved = any(one.id not in of_choices for one in questionnaire_store.approved_questionnaires(session))
        witnessed = len(witnesses.to_write_to(session, running.keyring())) >= len(SLOTS)
        return cls(max(waiting, default=0), approved, witnessed)


class _Look:
    """One look at one site."""

    def __init__(self, session: Session, site: SiteFacts, there: SitePeople, house: _House) -> None:
        self.session, self.site, self.there, self.house = session, site, there, house
        self.readers = [one for one in there.people if one.holds_keys and one.standing == "trusted"]
        self.advocates = [one for one in self.readers if one.role == ADVOCATE]

    def steps(self) -> Iterator[Step]:
        """What is to be done, in no order."""
        yield from self._of_help()
        yield from self._of_readers()
        yield from self._of_test()
        yield from self._of_questions()

    def _of_help(self) -> Iterator[Step]:
        site = self.site
        if "helpline" in self.there.missing or not (site.danger_number and site.danger_adult):
            yield self._by(COORDINATOR, "help", site.id)
        connected = tablet_store.tablets_of(self.session, [site.id], running.now())
        if not any(one.state == "connected" for one in connected):
            yield self._by(COORDINATOR, "tablet", site.id)

    def _of_readers(self) -> Iterator[Step]:
        if known := [one for one in self.there.people if one.password_known]:
            yield Step("password", "", _named(known))
        if len(self.advocates) < rules.FEWEST_ADVOCATES:
            yield self._by(ADVOCATE, "advocates")
        today = running.today(self.site.time_zone)
        untrained = [one for one in self.advocates if not rules.is_trained(one.trained_until, today)]
        if "advocates" in self.there.missing and untrained:
            yield self._by(COORDINATOR, "training", untrained[0].person_id)
        if self.advocates and not on_call.rota(self.session, self.site.id):
            yield self._by(ADVOCATE, "rota")
        if silent := [one for one in self.readers if not one.has_mail]:
            yield Step("mail", "", _named(silent))

    def _of_test(self) -> Iterator[Step]:
        if "outside" in self.there.missing:
            yield self._by(ADVOCATE, "outside")
        if "outside_untested" not in self.there.missing:
            return
        outside = [one for one in self.readers if one.role == OUTSIDE_RECIPIENT]
        asked = [one for one in outside if rules.test_waits(one.test_asked_on, one.tested_on)]
        if not asked:
            yield self._by(ADVOCATE, "test", outside[0].person_id)
        yield Step("reached", OUTSIDE_RECIPIENT, _named(asked or outside), ready=bool(asked))

    def _of_questions(self) -> Iterator[Step]:
        house = self.house
        if not (house.newest or house.approved):
            yield self._by(COORDINATOR, "questionnaire")
        if not house.approved:
            yield self._by(ADVOCATE, "approve", house.newest, ready=bool(house.newest))
        if all(one.purpose in EXEMPT for one in surveys.rounds_at(self.session, [self.site.id])):
            yield self._of_round()
        if not house.witnessed:
            yield self._by(ADVOCATE, "log")

    def _of_round(self) -> Step:
        """Nobody asks for a second one while the first waits for an adult's yes."""
        for asked in requests.waiting(self.session, "round"):
            if self.site.id in asked.site_ids:
                second = _named(one for one in self.there.people if one.person_id == asked.asked_of)
                return Step("second", "", second, asked.id)
        ready = self.house.approved and "helpline" not in self.there.missing
        return self._by(COORDINATOR, "round", ready=ready and len(self.advocates) >= rules.FEWEST_ADVOCATES)

    def _by(self, role: str, code: str, key: int = 0, *, ready: bool = True) -> Step:
        return Step(code, role, _named(one for one in self.there.people if one.role == role), key, ready)


def _named(those: Iterable[OnePerson]) -> tuple[tuple[int, str], ...]:
    return tuple((one.person_id, one.name) for one in those)
