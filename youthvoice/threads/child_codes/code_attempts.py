"""Attempts at picture codes and slips, counted in rows so that every process knows them.

A tablet is slowed from twenty wrong codes a day on, and takes ten wrong slips of one round or vote from each line; what
it delivers has ten of its own, and so has a copy of its pass, so that whoever sends takes none from the children. The
phones of a place are slowed from a hundred on, and never locked; so are all its tablets together, from forty on where
they are slips, for whoever connects tablets could connect one after the other. Whatever is slowed takes one try in a
slot of time; each second slot is for lines that made few of the day's wrong tries, so that nobody takes all of them
(`_has_share`).

At picture codes a try is weighed and counted in one transaction (`weigh_attempt`): what others are answered goes by
wrong tries alone, at no moment by a right one, or whoever asks all the time learnt that a child came. What cannot share
a transaction is counted before it is made, so that many at once cannot slip through, and taken back when it was right.
Both ways ask the database the same. Source: PRIVACY.md C, "Codes".

What a slip is spent for is written in a transaction of its own: a tablet's row and a child's sheet never share one.
Source: PRIVACY.md A1 (slips), C (codes).
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.compiled_sql import insert_into
from youthvoice.errors import Refused
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.sites.store import CurrentTablet
from youthvoice.sites.tablets.store import list_tablets
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

LINE_SHARE: Final = 16
"""A line that made a sixteenth of the day's wrong tries or more (two at least) leaves each second slot to others."""

_LEAST_SHARE: Final = 2

Found = TypeVar("Found")


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
        line: 32 bytes, what its line's wrong tries are found by while it is slowed; empty where lines do not count.
    """

    who: bytes = field(repr=False)
    day: date
    most: int | None = None
    slow_from: int = 0
    weight: int = 1
    line: bytes = field(default=b"", repr=False)

    def by_line(self, pepper: bytes, line: str) -> "CodeAttempt":
        """The same try, where each line has its share.

        Args:
            pepper: the key `pepper`, 32 bytes.
            line: as `rate_limits.wide_line` tells lines apart; never kept but as a hash of this place and day.
        """
        return replace(self, line=hash_counted(pepper, f"line|{self.who.hex()}|{line}"))


@dataclass(frozen=True, slots=True)
class BegunAttempt:
    """A try that was counted.

    Attributes:
        attempt: whose.
        former: the slot of the last wrong one before.
        slot: the one that it took; the former one while nothing is slowed.
        is_slowed: whether it took one.
    """

    attempt: CodeAttempt
    former: bytes = field(repr=False)
    slot: bytes = field(repr=False)
    is_slowed: bool


def of_tablet(pepper: bytes, tablet_id: int, day: date) -> CodeAttempt:
    """A try on an enrolled tablet."""
    return CodeAttempt(hash_counted(pepper, f"tablet|{tablet_id}|{day}"), day, slow_from=TABLET_SLOW_FROM)


def of_place(pepper: bytes, site_id: int, day: date) -> CodeAttempt:
    """A try on any other device, for a place."""
    return CodeAttempt(hash_counted(pepper, f"place|{site_id}|{day}"), day, slow_from=SLOW_FROM)


def of_tablets(pepper: bytes, site_id: int, day: date) -> CodeAttempt:
    """The same try as one of all enrolled tablets of a place."""
    return CodeAttempt(hash_counted(pepper, f"tablets|{site_id}|{day}"), day, slow_from=SLOW_FROM)


def of_slips_at(pepper: bytes, site_id: int, day: date, *, by_pass: bool = False) -> CodeAttempt:
    """The same try as one of all slips that are tried at a place, or of all that come there with passes alone."""
    what = "slips by pass at" if by_pass else "slips at"
    return CodeAttempt(hash_counted(pepper, f"{what}|{site_id}|{day}"), day, slow_from=SLIPS_SLOW_FROM)


def of_representatives(pepper: bytes, tablet_id: int, day: date) -> CodeAttempt:
    """A try at a representative's code on an enrolled tablet; it takes none from children who come for an answer."""
    return CodeAttempt(hash_counted(pepper, f"representatives|{tablet_id}|{day}"), day, MAX_CODES_OF_TABLET)


def of_drawn(pepper: bytes, tablet_id: int, day: date) -> CodeAttempt:
    """A code that a tablet drew for a child; one that is in use tells so much to whoever made it up."""
    return CodeAttempt(hash_counted(pepper, f"drawn|{tablet_id}|{day}"), day, MAX_DRAWN_OF_TABLET)


def of_enrolment(pepper: bytes, day: date) -> CodeAttempt:
    """A try at the code that connects a tablet, from anywhere in the world; the day is UTC."""
    return CodeAttempt(hash_counted(pepper, f"enrolment|{day}"), day, slow_from=SLOW_FROM)


def pause(tries: int, slow_from: int = SLOW_FROM) -> int:
    """Seconds between two tries at a place, after so many wrong ones; 0 while it is not slowed."""
    if tries < slow_from:
        return 0
    return min(_LONGEST_PAUSE, _FIRST_PAUSE << min(10, tries // slow_from - 1))


def begin_attempt(
    session: Session, pepper: bytes, attempt: CodeAttempt, now: datetime, *, counts_anyway: bool = False
) -> BegunAttempt:
    """Count a try before it is made.

    Args:
        session: may write.
        pepper: the key `pepper`, 32 bytes.
        attempt: whose.
        now: UTC.
        counts_anyway: whether it was made already, and is only to be counted.

    Raises:
        TooManyCodeAttempts: nothing was counted, and nothing is to be tried.
    """
    _hold(session, attempt.who, attempt.day)
    tries, former = session.execute(
        select(CodeAttemptRow.tries, CodeAttemptRow.slot).where(CodeAttemptRow.who == attempt.who).with_for_update()
    ).one()
    try:
        slot = _next_slot(session, pepper, attempt, (tries, former), now)
    except TooManyCodeAttempts:
        if not counts_anyway:
            raise
        slot = None
    begun = BegunAttempt(attempt, former, slot or former, is_slowed=slot is not None)
    mine = update(CodeAttemptRow).where(CodeAttemptRow.who == attempt.who)
    session.execute(mine.values(tries=CodeAttemptRow.tries + attempt.weight, slot=begun.slot))
    if begun.is_slowed and attempt.line:
        _hold(session, attempt.line, attempt.day)
        of_line = update(CodeAttemptRow).where(CodeAttemptRow.who == attempt.line)
        session.execute(of_line.values(tries=CodeAttemptRow.tries + 1))
    return begun


def _hold(session: Session, who: bytes, day: date) -> None:
    """Make a row where there is none; nobody else changes it until this transaction ends."""
    row = insert_into(CodeAttemptRow, session.get_bind().dialect).values(who=who, day=day)
    session.execute(row.on_conflict_do_update(index_elements=[CodeAttemptRow.who], set_={"day": day}))


def _next_slot(
    session: Session, pepper: bytes, attempt: CodeAttempt, tries_and_slot: tuple[int, bytes], now: datetime
) -> bytes | None:
    """The slot of time that a try takes; None while nothing is slowed.

    Args:
        session: only read.
        pepper: the key `pepper`, 32 bytes.
        attempt: whose.
        tries_and_slot: how many wrong tries there were, and the slot of the last one.
        now: UTC.

    Raises:
        TooManyCodeAttempts: nothing is to be tried now.
    """
    tries, former = tries_and_slot
    if attempt.most is not None:
        if tries >= attempt.most:
            raise TooManyCodeAttempts("tablet")
        return None
    if not (seconds := pause(tries, attempt.slow_from)):
        return None
    nth = int(now.timestamp()) // seconds
    slot = hash_counted(pepper, f"slot|{attempt.who.hex()}|{seconds}|{nth}")
    if hmac.compare_digest(slot, former) or (nth % 2 and not _has_share(session, attempt, tries)):
        raise TooManyCodeAttempts("wait")
    return slot


def _has_share(session: Session, attempt: CodeAttempt, tries: int) -> bool:
    """Whether a line may have each second slot, too.

    Whoever tries at the beginning of each slot took every child's place, for as long as he liked. Those who made most
    of the wrong tries have one slot in two; as many tries are made in all as before, or fewer.
    """
    if not attempt.line:
        return True
    of_line = session.scalar(select(CodeAttemptRow.tries).where(CodeAttemptRow.who == attempt.line)) or 0
    return of_line < max(_LEAST_SHARE, tries // LINE_SHARE)


def finish_attempt(session: Session, begun_attempt: BegunAttempt, *, right: bool) -> None:
    """Take a try back that was right: everything is as if nobody had come. A wrong one is written to the disk as well.

    Args:
        session: may write.
        begun_attempt: from `begin_attempt`.
        right: whether it was.
    """
    attempt, less = begun_attempt.attempt, int(right)
    slot = case(
        (CodeAttemptRow.slot == begun_attempt.slot, begun_attempt.former if right else begun_attempt.slot),
        else_=CodeAttemptRow.slot,
    )
    mine = update(CodeAttemptRow).where(CodeAttemptRow.who == attempt.who, CodeAttemptRow.tries > 0)
    session.execute(
        mine.values(tries=CodeAttemptRow.tries - less * attempt.weight, slot=slot, noise=secrets.token_bytes(8))
    )
    if begun_attempt.is_slowed and attempt.line:
        of_line = update(CodeAttemptRow).where(CodeAttemptRow.who == attempt.line, CodeAttemptRow.tries > 0)
        session.execute(of_line.values(tries=CodeAttemptRow.tries - less, noise=secrets.token_bytes(8)))
    whose = CodeAttemptRow.who.in_([attempt.who, attempt.line])
    session.execute(delete(CodeAttemptRow).where(whose, CodeAttemptRow.tries == 0))


def is_slow(session: Session, attempt: CodeAttempt) -> bool:
    """Whether these tries are slowed by now."""
    return (
        session.scalar(select(CodeAttemptRow.tries).where(CodeAttemptRow.who == attempt.who)) or 0
    ) >= attempt.slow_from


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


def hash_counted(pepper: bytes, words: str) -> bytes:
    """By what a row of tries is found, 32 bytes: whoever has the rows alone learns nothing from it.

    Args:
        pepper: the key `pepper`, 32 bytes.
        words: what is counted, where and when.
    """
    return hmac.digest(pepper, b"code tries|" + words.encode(), hashlib.sha256)


def refuse_waiting(pepper: bytes, counted: Collection[CodeAttempt], now: datetime) -> None:
    """Refuse a try that would not be made, before a code is stretched for it; counts nothing.

    Args:
        pepper: the key `pepper`, 32 bytes.
        counted: where it would count.
        now: UTC.

    Raises:
        TooManyCodeAttempts: it would not.
    """
    with db.reading(db.engine()) as session:
        for attempt in counted:
            query = select(CodeAttemptRow.tries, CodeAttemptRow.slot).where(CodeAttemptRow.who == attempt.who)
            if (row := session.execute(query).one_or_none()) is not None:
                _next_slot(session, pepper, attempt, (row.tries, row.slot), now)


def weigh_attempt(
    pepper: bytes, counted: Collection[CodeAttempt], now: datetime, find: Callable[[Session], Found | None]
) -> Found | None:
    """Make a try and count it where it was wrong, in one transaction: nobody ever sees a right one.

    Call it before this request writes, and after `refuse_waiting`.

    Args:
        pepper: the key `pepper`, 32 bytes.
        counted: where it counts.
        now: UTC.
        find: looks what it opens, at once: others wait.

    Raises:
        TooManyCodeAttempts: nothing was tried.
    """
    with db.writing(db.engine()) as session:
        begun = [begin_attempt(session, pepper, attempt, now) for attempt in counted]
        content = find(session)
        for begun_attempt in begun:
            finish_attempt(session, begun_attempt, right=content is not None)
    return content


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
        begun = [begin_attempt(session, pepper, attempt, now) for attempt in counted]
    made = CountedAttempt()
    yield made
    with db.writing(db.engine()) as session:
        for begun_attempt in begun:
            finish_attempt(session, begun_attempt, right=made.right)


@contextmanager
def drawn_attempt(tablet: CurrentTablet) -> Iterator[CountedAttempt]:
    """One code that a tablet drew, as `counted_attempt`; one that is in use is a wrong try of that tablet, too.

    That counts afterwards: a child who tells never takes the place of somebody who tries pictures, or he saw it.

    Args:
        tablet: the tablet.
    """
    pepper, day, now = context.keyring().key(PEPPER), context.today(tablet.site.time_zone), context.now()
    shared = [
        code_attempt.by_line(pepper, tablet.line)
        for code_attempt in (of_tablet(pepper, tablet.tablet_id, day), of_tablets(pepper, tablet.site.id, day))
    ]
    refuse_waiting(pepper, shared, now)
    with counted_attempt(pepper, (of_drawn(pepper, tablet.tablet_id, day),), now) as own_attempt:
        yield own_attempt
    if own_attempt.right:
        return
    with db.writing(db.engine()) as session:
        for trying in shared:
            begin_attempt(session, pepper, trying, now, counts_anyway=True)
