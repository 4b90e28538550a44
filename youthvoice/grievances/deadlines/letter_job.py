"""Letters that nobody opened in time, and suggestions that nobody decided, ask the next people to sign in.

Whoever is on call, all advocates, the safeguarding leads, the outside recipients. Advocates alone can open letters;
the others find on their To do page that somebody should ask them. Nobody is told how many there are.

Source: S13, S22, S38.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import Caller
from youthvoice.accounts import store as people
from youthvoice.audit.log import Log
from youthvoice.grievances import time_limits as clock_rules
from youthvoice.grievances.deadlines import escalation, notices
from youthvoice.grievances.deadlines import letter_store as store
from youthvoice.grievances.deadlines.escalation import Ladder
from youthvoice.grievances.deadlines.letter_store import Box
from youthvoice.grievances.rota import store as on_call
from youthvoice.privacy.keys.names import AUDIT, PEOPLE
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.threads.case_state import Marks, hour_after, moment_of
from youthvoice.threads.letters import membership as letter_membership
from youthvoice.threads.letters.first_look_job import waiting_days
from youthvoice.threads.letters.rules import day_over, first_look_due
from youthvoice.threads.suggestions.review_deadline import due_days


class Kind(NamedTuple):
    """What may be late.

    Attributes:
        waits: (site, day) of all that waits and is shown; the day as of `letter_clock_store.Late`.
        last: the last day that is in time.
        opens_from: which letters `letter_membership.openers` looks at.
    """

    waits: Callable[[Session, datetime], list[tuple[int, date]]]
    last: Callable[[date], date]
    opens_from: str


KINDS: Final[Mapping[Box, Kind]] = {
    "letters": Kind(waiting_days, first_look_due, "survey"),
    "suggestions": Kind(due_days, lambda due: due, "agenda"),
}


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A site whose advocates somebody should ask to open their letters, or to decide about suggestions.

    Attributes:
        box: which of the two.
        site_id: where.
        due: the last day that was in time, of the oldest of them.
    """

    box: Box
    site_id: int
    due: date


def late_letters_due() -> None:
    """The job: ask whoever is next where letters or suggestions are late, and forget the clocks of what was done."""
    now = running.now()
    for box in KINDS:
        with db.reading(db.engine()) as session:
            due, over = due_now(session, box, now), _done_since(session, box, now)
        for site_id, day in due:
            with db.writing(db.engine()) as session:
                _look_at(session, box, site_id, day, now)
        if over:
            with db.writing(db.engine()) as session:
                store.forget(session, box, _done_since(session, box, now))


def due_now(session: Session, box: Box, now: datetime) -> list[tuple[int, date]]:
    """(site, day) of the letters, or suggestions, for which somebody is to be asked at a moment."""
    late = {(one.site_id, one.day): one for one in store.all_late(session, box)}
    sites = {site.id: site.time_zone for site in places.every_site(session)}
    found = []
    for site_id, day in KINDS[box].waits(session, now):
        known = late.get((site_id, day))
        if (known.until if known else day_over(KINDS[box].last(day), sites[site_id])) <= now:
            found.append((site_id, day))
    return found


def asked_to_ask(session: Session, caller: Caller) -> list[ToAsk]:
    """Where somebody who opens none herself was asked to sign in for them; the oldest day of each site and box."""
    if caller.may("letters.read") or not caller.may("reports.read"):
        return []
    now, found = running.now(), dict[tuple[Box, int], ToAsk]()
    for box, kind in KINDS.items():
        waits = set(kind.waits(session, now))
        for late in store.all_late(session, box):
            key = (box, late.site_id)
            if late.site_id in caller.site_ids and (late.site_id, late.day) in waits and key not in found:
                site = _site(session, late.site_id)
                marks = Marks(steps={box: late.step})
                if caller.person_id in escalation.asked_so_far(marks, box, _ladder(session, box, site, now)):
                    found[key] = ToAsk(box, late.site_id, kind.last(late.day))
    return list(found.values())


def _done_since(session: Session, box: Box, now: datetime) -> list[tuple[int, date]]:
    waits = set(KINDS[box].waits(session, now))
    return [(one.site_id, one.day) for one in store.all_late(session, box) if (one.site_id, one.day) not in waits]


def _look_at(session: Session, box: Box, site_id: int, day: date, now: datetime) -> None:
    site = _site(session, site_id)
    late = store.held(session, box, site_id, day, day_over(KINDS[box].last(day), site.time_zone))
    if late.until > now or (site_id, day) not in KINDS[box].waits(session, now):
        return  # another process, or an advocate, was faster
    ladder = _ladder(session, box, site, now)
    marks = Marks(steps={box: late.step})
    notices.ask(session, escalation.next_rung(marks, box, ladder), box, site_id, day.isoformat(), late.step)
    until = clock_rules.after(
        clock_rules.rules_of(site.jurisdiction), clock_rules.STEP, harm=False, urgent=False, now=now
    )
    if escalation.is_climbed(marks, box, ladder):
        until = max(until, hour_after(now, escalation.LEAST_HOURS))
    store.climb(session, late, moment_of(until))
    here = now.astimezone(ZoneInfo(site.time_zone)).date()
    Log(running.keyring().key_or_new(AUDIT), here, "work").add(session, "clock.over", f"{box} {site.slug} {day}")


def _ladder(session: Session, box: Box, site: SiteFacts, now: datetime) -> Ladder:
    """Of the advocates those whose key opens one of the letters; all of them where none does."""
    keyring = running.keyring()
    readers = people.readers(session, site.id, keyring.key_or_new(PEOPLE), now)
    every = {one.person_id for one in readers.advocates}
    opens = letter_membership.openers(session, keyring, site.id, readers.advocates, now, KINDS[box].opens_from) or every
    duties = on_call.rota(session, site.id)
    named = on_call.who(duties, now.astimezone(ZoneInfo(site.time_zone)).date()) if duties else None
    roles = {"advocates": readers.advocates, "leads": readers.leads, "outside": readers.outside}
    return escalation.ladder_of(
        None if named is None else [one for one in named if one in every],
        {role: [one.person_id for one in found] for role, found in roles.items()},
        opens | {one.person_id for one in (*readers.leads, *readers.outside)},
    )


def _site(session: Session, site_id: int) -> SiteFacts:
    site = places.site(session, site_id)
    assert site is not None  # a foreign key says so
    return places.facts(site)
