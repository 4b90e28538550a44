"""Is it really done? Children's taps are counted once a day, at the daily hour of the site (PRIVACY.md A10).

What they say together opens an answer again or confirms it; else they are added up, locked, to those of the next day.
At that hour tasks about safety climb, too: the one job of this room that runs once a day.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.accountability import reply as replying
from youthvoice.accountability import rules
from youthvoice.accountability.confirmation import taps
from youthvoice.accountability.encryption import locked, opened
from youthvoice.accountability.entities import OwedFacts
from youthvoice.accountability.escalation import job as escalating
from youthvoice.accountability.models import TapsCounted
from youthvoice.accountability.records import held
from youthvoice.audit.log import Log
from youthvoice.compiled_sql import adding
from youthvoice.privacy.errors import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone, Keyring
from youthvoice.privacy.keys.names import AUDIT
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts

YES: Final = "yes"
NOT_YET: Final = "not_yet"
SAYS: Final = frozenset({YES, NOT_YET})
_LONGEST: Final = 120  # letters of what a tap is about
_LARGEST: Final = 2**31 - 1
_Taps = tuple[int, int]  # yes, not yet


@dataclass(frozen=True, slots=True)
class About:
    """Which answer a tap is about.

    Attributes:
        owed_id: of what was owed.
        turn: how often the part was opened again before: a tap about an earlier answer says nothing about this one.
        part: the question; empty for the whole.
    """

    owed_id: int
    turn: int
    part: str

    def __str__(self) -> str:
        """As a page bears it."""
        return f"{self.owed_id}-{self.turn}-{self.part}"

    @classmethod
    def read(cls, text: str) -> "About | None":
        """As a page bore it; None where no page of ours did."""
        owed_id, _, rest = text.partition("-")
        turn, _, part = rest.partition("-")
        if not _is_number(owed_id) or not _is_number(turn) or len(text) > _LONGEST:
            return None
        return cls(int(owed_id), int(turn), part)


def about(owed: OwedFacts, part: str = rules.WHOLE) -> About:
    """What a tap on an answer is about."""
    return About(owed.id, len(owed.earlier_of(part)), part)


def is_asked(owed: OwedFacts, one: About, today: date) -> bool:
    """Whether children are asked about this very answer today."""
    given = owed.reply(one.part)
    return given is not None and one == about(owed, one.part) and given.may_ask_children(today)


def take(session: Session, keyring: Keyring, sheet: bytes, owed: OwedFacts, one: About, what: str) -> None:  # noqa: PLR0913, PLR0917 - whose page, which answer, what
    """Keep a child's tap until the daily hour."""
    taps.tap(session, keyring, sheet, _kind(owed.site_id), str(one), what)


def count_due() -> None:
    """The job: once a day, from the daily hour of each site on."""
    engine = db.engine()
    with db.reading(engine) as session:
        counted = dict(session.execute(select(TapsCounted.site_id, TapsCounted.day)).all())
        sites = [places.facts(site) for site in places.every_site(session)]
    for site, day in _due(sites, counted):
        with db.writing(engine) as session:
            if _is_first(session, site.id, day):
                count(session, running.keyring(), site.id, day)
                escalating.look_at_quiet(session, site.id, day)
        db.forget_what_was_deleted(engine)


def count(session: Session, keyring: Keyring, site_id: int, day: date) -> None:
    """Count what children of a site tapped, and do what follows.

    Args:
        session: may write.
        keyring: the key files.
        site_id: the site.
        day: today there.
    """
    found: dict[About, _Taps] = {}
    for (subject, what), times in taps.take_all(session, keyring, _kind(site_id)).items():
        if one := About.read(subject):
            yes, not_yet = found.get(one, (0, 0))
            found[one] = (yes + times * (what == YES), not_yet + times * (what == NOT_YET))
    for one in sorted(found, key=lambda one: (one.owed_id, one.part, one.turn)):  # two who count wait for each other
        with suppress(NoResultFound, CannotOpen, KeyGone):  # withdrawn, or its key is gone: the others still count
            _add(session, keyring, one, found[one], day)


def _add(session: Session, keyring: Keyring, one: About, new: _Taps, day: date) -> None:
    owed = held(session, one.owed_id)
    inside = opened(keyring, owed.kind, owed.id, owed.locked)
    given = next((each for each in inside.replies if each.part == one.part), None)
    if given is None or one.turn != sum(each.part == one.part for each in inside.earlier):
        return
    yes, not_yet = (before + more for before, more in zip(inside.tapped.get(one.part, (0, 0)), new, strict=True))
    tapped: Mapping[str, _Taps] = {**inside.tapped, one.part: (yes, not_yet)}
    owed.locked = locked(keyring, owed.kind, owed.id, replace(inside, tapped=tapped))
    session.flush()
    if not given.may_ask_children(day):
        return
    said = rules.really(yes, not_yet)
    if said == "wait":
        return
    doing = replying.open_again if said == "opened_again" else replying.confirm
    doing(session, keyring, one.owed_id, day, one.part)
    Log(keyring.key_or_new(AUDIT), day, "work").add(session, f"answer.{said}", f"{owed.kind} {owed.subject}")


def _due(sites: list[SiteFacts], counted: Mapping[int, date]) -> Iterator[tuple[SiteFacts, date]]:
    for site in sites:
        here = running.now().astimezone(ZoneInfo(site.time_zone))
        if here.hour >= site.daily_hour and counted.get(site.id, date.min) < here.date():
            yield site, here.date()


def _is_first(session: Session, site_id: int, day: date) -> bool:
    """Note the day; False when another process did already."""
    new = adding(TapsCounted, session.get_bind().dialect).values(site_id=site_id, day=day)
    noted = new.on_conflict_do_update(
        index_elements=[TapsCounted.site_id], set_={"day": day}, where=TapsCounted.day < day
    )
    return session.scalar(noted.returning(TapsCounted.site_id)) is not None


def _kind(site_id: int) -> str:
    return f"really_done/{site_id}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST)) and int(text) <= _LARGEST
