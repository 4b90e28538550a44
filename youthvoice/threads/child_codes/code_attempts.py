"""Attempts at picture codes and slips, counted in rows so that every process knows them.

A tablet is slowed from twenty wrong codes a day on, and takes ten wrong slips of one round or vote; what comes with a
copy of its pass has ten of its own, so that whoever sends it takes none from the children. The phones of a place are
slowed from a hundred on, and never locked; so are all its tablets together, from forty on where they are slips, for
whoever connects tablets could connect one after the other. A try is counted before it is made, so that many at once
cannot slip through, and taken back when it was right; both ways ask the database the same.
Source: PRIVACY.md C, "Codes".

What a slip is spent for is written in a transaction of its own: a tablet's row and a child's sheet never share one.
Source: PRIVACY.md A1 (slips), C (codes).
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.compiled_sql import insert_into
from youthvoice.errors import Refused
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.sites.store import CurrentTablet
from youthvoice.sites.tablets.device import list_tablets
from youthvoice.threads.models import CodeAttemptRow

MAX_CODES_OF_TABLET: Final = 20
"""Wrong codes of representatives that one tablet takes a day."""


TABLET_SLOW_FROM: Final = 20
"""Wrong codes of children on one tablet in a day: it is slowed, never closed, or whoever copied its cookie closed *My
answer* there by twenty tries."""


MAX_SLIPS_OF_TABLET: Final = 10


MAX_DRAWN_OF_TABLET: Final = 3
"""Codes that a tablet drew and that were in use already; at a site with a thousand reports one in 4,800 is."""


SLOW_FROM: Final = 100


SLIPS_SLOW_FROM: Final = 40


_FIRST_PAUSE: Final = 5


_LONGEST_PAUSE: Final = 600


class TooManyCodeAttempts(Refused):
    """No try now: `code` is `tablet` (enough for today) or `wait` (the place is slowed)."""


@dataclass(frozen=True, slots=True)
class CodeAttempt:
    """Whose try it is, on which day.

    Attributes:
        who: 32 bytes, what the row is found by.
        day: at the site.
        most: wrong ones after which it ends for the day, as those of one tablet do; None where it is slowed instead.
        slow_from: wrong ones from which on it is slowed; of no meaning where it ends instead.
        weight: as how many it counts.
    """

    who: bytes = field(repr=False)
    day: date
    most: int | None = None
    slow_from: int = 0
    weight: int = 1


def of_tablet(pepper: bytes, tablet_id: int, day: date) -> CodeAttempt:
    """A try on an enrolled tablet."""
    return CodeAttempt(_hash(pepper, f"tablet|{tablet_id}|{day}"), day, slow_from=TABLET_SLOW_FROM)


def of_place(pepper: bytes, site_id: int, day: date) -> CodeAttempt:
    """A try on any other device, for a place."""
    return CodeAttempt(_hash(pepper, f"place|{site_id}|{day}"), day, slow_from=SLOW_FROM)


def of_tablets(pepper: bytes, site_id: int, day: date) -> CodeAttempt:
    """The same try as one of all enrolled tablets of a place."""
    return CodeAttempt(_hash(pepper, f"tablets|{site_id}|{day}"), day, slow_from=SLOW_FROM)


def of_slips(pepper: bytes, tablet_id: int, of: str, day: date, *, by_pass: bool = False) -> CodeAttempt:
    """A try of a slip of one round or vote on a tablet; whoever guesses takes no try of a code from anybody.

    Args:
        pepper: the key `pepper`, 32 bytes.
        tablet_id: row of the tablet.
        of: what the slip is for.
        day: at the site.
        by_pass: whether it came with the tablet's pass alone, which anybody may have copied.
    """
    what = "slips by pass" if by_pass else "slips"
    return CodeAttempt(_hash(pepper, f"{what}|{tablet_id}|{of}|{day}"), day, MAX_SLIPS_OF_TABLET)


def of_slips_at(pepper: bytes, site_id: int, day: date, *, by_pass: bool = False) -> CodeAttempt:
    """The same try as one of all slips that are tried at a place, or of all that come there with passes alone."""
    what = "slips by pass at" if by_pass else "slips at"
    return CodeAttempt(_hash(pepper, f"{what}|{site_id}|{day}"), day, slow_from=SLIPS_SLOW_FROM)


def of_representatives(pepper: bytes, tablet_id: int, day: date) -> CodeAttempt:
    """A try at a representative's code on an enrolled tablet; it takes none from children who come for an answer."""
    return CodeAttempt(_hash(pepper, f"representatives|{tablet_id}|{day}"), day, MAX_CODES_OF_TABLET)


def of_drawn(pepper: bytes, tablet_id: int, day: date) -> CodeAttempt:
    """A code that a tablet drew for a child; one that is in use tells so much to whoever made it up."""
    return CodeAttempt(_hash(pepper, f"drawn|{tablet_id}|{day}"), day, MAX_DRAWN_OF_TABLET)


def of_enrolment(pepper: bytes, day: date) -> CodeAttempt:
    """A try at the code that connects a tablet, from anywhere in the world; the day is UTC."""
    return CodeAttempt(_hash(pepper, f"enrolment|{day}"), day, slow_from=SLOW_FROM)


def pause(tries: int, slow_from: int = SLOW_FROM) -> int:
    """Seconds between two tries at a place, after so many wrong ones; 0 while it is not slowed."""
    if tries < slow_from:
        return 0
    return min(_LONGEST_PAUSE, _FIRST_PAUSE << min(10, tries // slow_from - 1))


def begin_attempt(session: Session, pepper: bytes, trying: CodeAttempt, now: datetime) -> None:
    """Count a try before it is made.

    Args:
        session: may write.
        pepper: the key `pepper`, 32 bytes.
        trying: whose.
        now: UTC.

    Raises:
        TooManyCodeAttempts: nothing was counted, and no code is to be stretched.
    """
    row = insert_into(CodeAttemptRow, session.get_bind().dialect).values(who=trying.who, day=trying.day)
    session.execute(
        row.on_conflict_do_update(index_elements=[CodeAttemptRow.who], set_={"day": trying.day})
    )  # and hold it
    held = session.execute(
        select(CodeAttemptRow.tries, CodeAttemptRow.slot).where(CodeAttemptRow.who == trying.who).with_for_update()
    ).one()
    if trying.most is not None and held.tries >= trying.most:
        raise TooManyCodeAttempts("tablet")
    slot = held.slot
    if trying.most is None and (seconds := pause(held.tries, trying.slow_from)):
        slot = _hash(pepper, f"slot|{trying.who.hex()}|{seconds}|{int(now.timestamp()) // seconds}")
        if hmac.compare_digest(slot, held.slot):
            raise TooManyCodeAttempts("wait")
    mine = update(CodeAttemptRow).where(CodeAttemptRow.who == trying.who)
    session.execute(mine.values(tries=CodeAttemptRow.tries + trying.weight, slot=slot))


def finish_attempt(session: Session, trying: CodeAttempt, *, right: bool) -> None:
    """Take a try back that was right; a row that counts nothing goes. A wrong one is written to the disk as well."""
    mine = update(CodeAttemptRow).where(CodeAttemptRow.who == trying.who, CodeAttemptRow.tries > 0)
    session.execute(mine.values(tries=CodeAttemptRow.tries - int(right), noise=secrets.token_bytes(8)))
    session.execute(delete(CodeAttemptRow).where(CodeAttemptRow.who == trying.who, CodeAttemptRow.tries == 0))


def is_slow(session: Session, trying: CodeAttempt) -> bool:
    """Whether these tries are slowed by now."""
    return (
        session.scalar(select(CodeAttemptRow.tries).where(CodeAttemptRow.who == trying.who)) or 0
    ) >= trying.slow_from


def slowed_sites(session: Session, pepper: bytes, sites: Mapping[int, date]) -> set[int]:
    """Which sites are slowed today: their advocates see a line about it.

    Args:
        session: only read.
        pepper: the key `pepper`, 32 bytes.
        sites: the day it is at each, by row.
    """
    return set(_slowed(session, pepper, sites).values())


def sites_with_slowed_tablets(session: Session, pepper: bytes, sites: Mapping[int, date]) -> set[int]:
    """Sites at which some tablet is slowed today; which one nobody is told, for children come to it for answers.

    Args:
        session: only read.
        pepper: the key `pepper`, 32 bytes.
        sites: as for `slowed_sites`.
    """
    tablets = list_tablets(session, sites)
    tried = {of_tablet(pepper, tablet.id, sites[tablet.site_id]).who: tablet.site_id for tablet in tablets}
    rows = select(CodeAttemptRow.who).where(CodeAttemptRow.who.in_(tried), CodeAttemptRow.tries >= TABLET_SLOW_FROM)
    return {tried[who] for who in session.scalars(rows)}


def sites_to_warn(session: Session, pepper: bytes, sites: Mapping[int, date]) -> set[int]:
    """Which sites are slowed and were not told of here today; each once a day. For whoever sends "please sign in".

    Args:
        session: may write.
        pepper: the key `pepper`, 32 bytes.
        sites: as for `slowed_sites`.
    """
    found = _slowed(session, pepper, sites)
    fresh = (
        update(CodeAttemptRow)
        .where(CodeAttemptRow.who.in_(found), CodeAttemptRow.warned.is_(False))
        .values(warned=True)
    )
    return {found[who] for who in session.scalars(fresh.returning(CodeAttemptRow.who))}


def has_old_attempts(session: Session, before: date) -> bool:
    """Whether there are tries of days before a day."""
    return session.scalar(select(CodeAttemptRow.day).where(CodeAttemptRow.day < before).limit(1)) is not None


def forget_old_attempts(session: Session, before: date) -> None:
    """Forget the tries of days before a day."""
    session.execute(delete(CodeAttemptRow).where(CodeAttemptRow.day < before))


def _slowed(session: Session, pepper: bytes, sites: Mapping[int, date]) -> dict[bytes, int]:
    counted = (of_place, of_tablets, of_slips_at, partial(of_slips_at, by_pass=True))
    tried = [(of(pepper, site_id, day), site_id) for site_id, day in sites.items() for of in counted]
    asked = {trying.who: (trying.slow_from, site_id) for trying, site_id in tried}
    rows = session.execute(select(CodeAttemptRow.who, CodeAttemptRow.tries).where(CodeAttemptRow.who.in_(asked)))
    return {row.who: asked[row.who][1] for row in rows if row.tries >= asked[row.who][0]}


def _hash(pepper: bytes, words: str) -> bytes:
    return hmac.digest(pepper, b"code tries|" + words.encode(), hashlib.sha256)


class CountedAttempt:
    """One try; `right` is set once it was."""

    right = False


@contextmanager
def counted_attempt(pepper: bytes, counted: Collection[CodeAttempt], now: datetime) -> Iterator[CountedAttempt]:
    """Count a try before it is made, and take it back when it was right. Enter it before this request writes.

    Args:
        pepper: the key `pepper`, 32 bytes.
        counted: where it counts.
        now: UTC.

    Raises:
        TooManyCodeAttempts: nothing was tried.
    """
    with db.writing(db.engine()) as session:
        for trying in counted:
            begin_attempt(session, pepper, trying, now)
    made = CountedAttempt()
    yield made
    with db.writing(db.engine()) as session:
        for trying in counted:
            finish_attempt(session, trying, right=made.right)


def slip_attempt(at: CurrentTablet, of: str) -> AbstractContextManager[CountedAttempt]:
    """One try of a slip, as `counted_attempt`.

    Args:
        at: the tablet.
        of: what the slip is for, such as `election/7`.
    """
    pepper, day = context.keyring().key(PEPPER), context.today(at.site.time_zone)
    counted = (
        of_slips(pepper, at.tablet_id, of, day, by_pass=at.by_pass_alone),
        of_slips_at(pepper, at.site.id, day, by_pass=at.by_pass_alone),
    )
    return counted_attempt(pepper, counted, context.now())


def count_delivery(tablet_id: int, kind: str, weight: int, most: int) -> bool:
    """Count what a tablet brings today; whether it is within so many. Commits in a transaction of its own.

    One row for all envelopes of a kind, with weights: a thief of the rows does not see how many of them were reports.

    Args:
        tablet_id: of the tablet.
        kind: what is counted apart: envelopes of a tablet in use or of one that was let go, reports alone, and each of
            these where it came with a pass alone.
        weight: as how many it counts.
        most: a day, UTC.
    """
    pepper, day = context.keyring().key(PEPPER), context.today()
    try:
        with db.writing(db.engine()) as session:
            who = _hash(pepper, f"delivered|{tablet_id}|{kind}|{day}")
            counted = CodeAttempt(who, day, most, weight=weight)
            begin_attempt(session, pepper, counted, context.now())
    except TooManyCodeAttempts:
        return False
    return True


MANY_REPORTS: Final = 30
"""Reports of one tablet in a day, after which the others are marked as one of many; none is refused."""


def is_one_of_many(at: CurrentTablet) -> bool:
    """Count a report of a tablet today; whether so many came already. What comes with a pass alone is counted apart.

    A thief of the rows learns no day on which somebody told: the rows of reports bear theirs. That some came from one
    tablet he learns for two days, not from which.

    Args:
        at: the tablet.
    """
    kind = "told by pass" if at.by_pass_alone else "told"
    return not count_delivery(at.tablet_id, kind, 1, MANY_REPORTS)


def drawn_attempt(at: CurrentTablet) -> AbstractContextManager[CountedAttempt]:
    """One code that a tablet drew, as `counted_attempt`; one that is in use is a wrong try of that tablet, too.

    Args:
        at: the tablet.
    """
    pepper, day = context.keyring().key(PEPPER), context.today(at.site.time_zone)
    counted = (
        of_drawn(pepper, at.tablet_id, day),
        of_tablet(pepper, at.tablet_id, day),
        of_tablets(pepper, at.site.id, day),
    )
    return counted_attempt(pepper, counted, context.now())


def slip_refusal(code: str) -> str:
    """What a child reads where too many wrong slips were tried.

    Args:
        code: of `TooManyCodeAttempts`.
    """
    if code == "tablet":
        return str(_("This tablet has tried enough slips today. Ask the adult for another tablet."))
    return str(_("Many slips are tried here just now. Wait a little, and send again."))
