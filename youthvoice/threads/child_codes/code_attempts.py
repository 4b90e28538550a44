"""Attempts at picture codes and slips, counted in table rows that every process sees; too many are slowed or refused.

- A tablet is slowed from twenty wrong codes a day. It takes ten wrong slips of one round or vote from each line.
  What it delivers later has ten of its own, and so has a copy of its pass, so that a sender takes none from children.
- The telephone line of a place is slowed from twenty wrong codes a day, and counts among its phones.
- The phones of a place are slowed from a hundred wrong codes, and never locked. So are all its tablets together; for
  slips from forty, because a person who connects tablets could connect one after the other.
- A slowed place or tablet takes one attempt per time slot. Every second slot is for lines that made few of the day's
  wrong attempts, so that nobody can use all of them (`_has_share`).

An attempt at a picture code is made and counted in one transaction (`try_and_count`). What others are answered depends
on wrong attempts alone: otherwise somebody who tries all the time would learn that a child came with a right code. An
attempt that cannot share a transaction is counted before it is made, so that parallel ones cannot slip through, and is
taken back when it was right. Both ways run the same queries. Source: PRIVACY.md C, "Codes".

What a slip is used for is written in another transaction: the row of a tablet and a child's submission never share one.
Source: PRIVACY.md A1 (slips), C (codes).
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
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
"""Wrong codes of representatives that one tablet takes in a day."""

TABLET_SLOW_FROM: Final = 20
"""Wrong codes of children on one tablet in a day. It is slowed and never locked: otherwise somebody with a copy of its
cookie could lock *My answer* there by twenty attempts."""

PHONE_SLOW_FROM: Final = 20
"""Wrong codes by telephone at a site in a day: all callers are one line, whose numbers are never known."""

MAX_SLIPS_OF_TABLET: Final = 10
"""Wrong slips of one round or vote that a tablet takes from one line in a day."""

MAX_DRAWN_OF_TABLET: Final = 3
"""Codes that a tablet drew and that were in use already; at a site with a thousand reports one in 4,800 is."""

SLOW_FROM: Final = 100
"""Wrong codes in a day from which the phones of a place are slowed, and from which all its tablets are."""

SLIPS_SLOW_FROM: Final = 40
"""Wrong slips in a day from which all tablets of a place are slowed."""

_FIRST_PAUSE: Final = 5  # seconds

_MAX_PAUSE: Final = 600

LINE_SHARE: Final = 16
"""A line with a sixteenth of the day's wrong attempts or more (two at least) leaves every second slot to others."""

_MIN_SHARE: Final = 2  # wrong attempts

Content = TypeVar("Content")


class TooManyCodeAttempts(Refused):
    """No attempt is allowed now: `code` is `tablet` (enough for today) or `wait` (the place is slowed)."""


@dataclass(frozen=True, slots=True)
class AttemptCounter:
    """Where attempts of one day are counted.

    Attributes:
        who: keyed hash that identifies the row, 32 bytes.
        day: at the site.
        most: wrong attempts after which further ones are refused for the day; None where they are slowed instead.
        slow_from: wrong attempts from which further ones are slowed; of no meaning with `most`.
        line: keyed hash of the network line, 32 bytes, whose wrong attempts count while slowed; may be empty.
    """

    who: bytes = field(repr=False)
    day: date
    most: int | None = None
    slow_from: int = 0
    line: bytes = field(default=b"", repr=False)

    def by_line(self, pepper: bytes, line: str) -> "AttemptCounter":
        """The same counter with a share for one network line.

        Args:
            pepper: the key `pepper`, 32 bytes.
            line: from `rate_limits.wide_line`; stored only as a hash with this place and day.
        """
        return replace(self, line=counter_id(pepper, f"line|{self.who.hex()}|{line}"))


@dataclass(frozen=True, slots=True)
class BegunAttempt:
    """An attempt that was counted.

    Attributes:
        counter: where it counts.
        former: the slot of the last wrong attempt before.
        slot: the one that it takes; `former` while nothing is slowed.
        is_slowed: whether it takes one.
    """

    counter: AttemptCounter
    former: bytes = field(repr=False)
    slot: bytes = field(repr=False)
    is_slowed: bool


def tablet_counter(pepper: bytes, tablet_id: int, day: date) -> AttemptCounter:
    """The counter of attempts on an enrolled tablet."""
    return AttemptCounter(counter_id(pepper, f"tablet|{tablet_id}|{day}"), day, slow_from=TABLET_SLOW_FROM)


def place_counter(pepper: bytes, site_id: int, day: date) -> AttemptCounter:
    """The counter of attempts on all other devices at a place."""
    return AttemptCounter(counter_id(pepper, f"place|{site_id}|{day}"), day, slow_from=SLOW_FROM)


def phone_counter(pepper: bytes, site_id: int, day: date) -> AttemptCounter:
    """The counter of attempts on the telephone line of a place."""
    return AttemptCounter(counter_id(pepper, f"telephone|{site_id}|{day}"), day, slow_from=PHONE_SLOW_FROM)


def tablets_counter(pepper: bytes, site_id: int, day: date) -> AttemptCounter:
    """The counter of attempts on all enrolled tablets of a place together."""
    return AttemptCounter(counter_id(pepper, f"tablets|{site_id}|{day}"), day, slow_from=SLOW_FROM)


def site_slips_counter(pepper: bytes, site_id: int, day: date, *, by_pass: bool = False) -> AttemptCounter:
    """The counter of all slips that are tried at a place, or of all that come there with only a pass."""
    what = "slips by pass at" if by_pass else "slips at"
    return AttemptCounter(counter_id(pepper, f"{what}|{site_id}|{day}"), day, slow_from=SLIPS_SLOW_FROM)


def representatives_counter(pepper: bytes, tablet_id: int, day: date) -> AttemptCounter:
    """The counter of representatives' codes on an enrolled tablet; these do not count against children's codes."""
    return AttemptCounter(counter_id(pepper, f"representatives|{tablet_id}|{day}"), day, MAX_CODES_OF_TABLET)


def drawn_code_counter(pepper: bytes, tablet_id: int, day: date) -> AttemptCounter:
    """The counter of codes that a tablet drew and that were in use: each tells its sender that a report exists."""
    return AttemptCounter(counter_id(pepper, f"drawn|{tablet_id}|{day}"), day, MAX_DRAWN_OF_TABLET)


def enrolment_counter(pepper: bytes, day: date) -> AttemptCounter:
    """The counter of codes that connect tablets, tried from anywhere in the world; the day is UTC."""
    return AttemptCounter(counter_id(pepper, f"enrolment|{day}"), day, slow_from=SLOW_FROM)


def pause(tries: int, slow_from: int = SLOW_FROM) -> int:
    """Seconds between two attempts at a place, after this many wrong ones; 0 while it is not slowed."""
    if tries < slow_from:
        return 0
    return min(_MAX_PAUSE, _FIRST_PAUSE << min(10, tries // slow_from - 1))


def begin_attempt(
    session: Session, pepper: bytes, counter: AttemptCounter, now: datetime, *, counts_anyway: bool = False
) -> BegunAttempt:
    """Count an attempt before it is made.

    Args:
        session: may write.
        pepper: the key `pepper`, 32 bytes.
        counter: where it counts.
        now: UTC.
        counts_anyway: whether it was made already, and only has to be counted.

    Raises:
        TooManyCodeAttempts: nothing was counted, and the code may not be tried.
    """
    _make_and_lock(session, counter.who, counter.day)
    tries, former = session.execute(
        select(CodeAttemptRow.tries, CodeAttemptRow.slot).where(CodeAttemptRow.who == counter.who).with_for_update()
    ).one()
    try:
        slot = _next_slot(session, pepper, counter, (tries, former), now)
    except TooManyCodeAttempts:
        if not counts_anyway:
            raise
        slot = None
    begun_attempt = BegunAttempt(counter, former, slot or former, is_slowed=slot is not None)
    own_row = update(CodeAttemptRow).where(CodeAttemptRow.who == counter.who)
    session.execute(own_row.values(tries=CodeAttemptRow.tries + 1, slot=begun_attempt.slot))
    if begun_attempt.is_slowed and counter.line:
        _make_and_lock(session, counter.line, counter.day)
        of_line = update(CodeAttemptRow).where(CodeAttemptRow.who == counter.line)
        session.execute(of_line.values(tries=CodeAttemptRow.tries + 1))
    return begun_attempt


def _make_and_lock(session: Session, who: bytes, day: date) -> None:
    """Make the row if it is missing, and lock it until this transaction ends."""
    row = insert_into(CodeAttemptRow, session.get_bind().dialect).values(who=who, day=day)
    session.execute(row.on_conflict_do_update(index_elements=[CodeAttemptRow.who], set_={"day": day}))


def _next_slot(
    session: Session, pepper: bytes, counter: AttemptCounter, tries_and_slot: tuple[int, bytes], now: datetime
) -> bytes | None:
    """The time slot that an attempt takes; None while nothing is slowed.

    Args:
        session: only read.
        pepper: the key `pepper`, 32 bytes.
        counter: where it counts.
        tries_and_slot: the number of wrong attempts, and the slot of the last one.
        now: UTC.

    Raises:
        TooManyCodeAttempts: the code may not be tried now.
    """
    tries, former = tries_and_slot
    if counter.most is not None:
        if tries >= counter.most:
            raise TooManyCodeAttempts("tablet")
        return None
    if not (seconds := pause(tries, counter.slow_from)):
        return None
    nth = int(now.timestamp()) // seconds
    slot = counter_id(pepper, f"slot|{counter.who.hex()}|{seconds}|{nth}")
    if hmac.compare_digest(slot, former) or (nth % 2 and not _has_share(session, counter, tries)):
        raise TooManyCodeAttempts("wait")
    return slot


def _has_share(session: Session, counter: AttemptCounter, tries: int) -> bool:
    """Whether a line may use every second slot, too.

    An attacker who tries at the start of each slot would take every child's turn, for as long as he liked. Lines with
    most of the wrong attempts have one slot in two; the total of attempts is the same as before, or lower.
    """
    if not counter.line:
        return True
    of_line = session.scalar(select(CodeAttemptRow.tries).where(CodeAttemptRow.who == counter.line)) or 0
    return of_line < max(_MIN_SHARE, tries // LINE_SHARE)


def finish_attempt(session: Session, begun_attempt: BegunAttempt, *, right: bool) -> None:
    """Take a right attempt back, as if nobody had come; a wrong one writes to the disk as well.

    Args:
        session: may write.
        begun_attempt: from `begin_attempt`.
        right: whether the code was right.
    """
    counter, less = begun_attempt.counter, int(right)  # how many attempts count no longer
    slot = case(
        (CodeAttemptRow.slot == begun_attempt.slot, begun_attempt.former if right else begun_attempt.slot),
        else_=CodeAttemptRow.slot,
    )
    own_row = update(CodeAttemptRow).where(CodeAttemptRow.who == counter.who, CodeAttemptRow.tries > 0)
    session.execute(own_row.values(tries=CodeAttemptRow.tries - less, slot=slot, noise=secrets.token_bytes(8)))
    if begun_attempt.is_slowed and counter.line:
        of_line = update(CodeAttemptRow).where(CodeAttemptRow.who == counter.line, CodeAttemptRow.tries > 0)
        session.execute(of_line.values(tries=CodeAttemptRow.tries - less, noise=secrets.token_bytes(8)))
    whose = CodeAttemptRow.who.in_([counter.who, counter.line])
    session.execute(delete(CodeAttemptRow).where(whose, CodeAttemptRow.tries == 0))


def is_slow(session: Session, counter: AttemptCounter) -> bool:
    """Whether attempts here are slowed now."""
    return (
        session.scalar(select(CodeAttemptRow.tries).where(CodeAttemptRow.who == counter.who)) or 0
    ) >= counter.slow_from


def slowed_sites(session: Session, pepper: bytes, sites: Mapping[int, date]) -> set[int]:
    """Sites that are slowed today; their advocates see a line about it.

    Args:
        session: only read.
        pepper: the key `pepper`, 32 bytes.
        sites: the site's current day, by row of `sites`.
    """
    return set(_slowed_rows(session, pepper, sites).values())


def sites_with_slowed_tablets(session: Session, pepper: bytes, sites: Mapping[int, date]) -> set[int]:
    """Sites at which a tablet is slowed today. Which tablet is not shown, because children come to it for answers.

    Args:
        session: only read.
        pepper: the key `pepper`, 32 bytes.
        sites: as for `slowed_sites`.
    """
    if not (many := list_counts(session, sites.values(), TABLET_SLOW_FROM)):
        return set()
    counters = (
        (tablet_counter(pepper, tablet.id, sites[tablet.site_id]), tablet.site_id)
        for tablet in list_tablets(session, sites)
    )
    return {site_id for counter, site_id in counters if counter.who in many}


def sites_to_warn(session: Session, pepper: bytes, sites: Mapping[int, date]) -> set[int]:
    """Sites that are slowed and not yet warned today, each once a day; for mail that says "please sign in".

    Args:
        session: may write.
        pepper: the key `pepper`, 32 bytes.
        sites: as for `slowed_sites`.
    """
    slowed = _slowed_rows(session, pepper, sites)
    newly_warned = (
        update(CodeAttemptRow)
        .where(CodeAttemptRow.who.in_(slowed), CodeAttemptRow.warned.is_(False))
        .values(warned=True)
    )
    return {slowed[who] for who in session.scalars(newly_warned.returning(CodeAttemptRow.who))}


def has_old_attempts(session: Session, before: date) -> bool:
    """Whether there are attempts of days before this one."""
    return session.scalar(select(CodeAttemptRow.day).where(CodeAttemptRow.day < before).limit(1)) is not None


def forget_old_attempts(session: Session, before: date) -> None:
    """Delete the attempts of days before this one."""
    session.execute(delete(CodeAttemptRow).where(CodeAttemptRow.day < before))


def _slowed_rows(session: Session, pepper: bytes, sites: Mapping[int, date]) -> dict[bytes, int]:
    """The site of each counter of whole sites that is slowed, by `who`."""
    kinds = place_counter, phone_counter, tablets_counter, site_slips_counter, partial(site_slips_counter, by_pass=True)
    if not (many := list_counts(session, sites.values(), min(SLOW_FROM, PHONE_SLOW_FROM, SLIPS_SLOW_FROM))):
        return {}
    counters = ((make(pepper, site_id, day), site_id) for site_id, day in sites.items() for make in kinds)
    return {counter.who: site_id for counter, site_id in counters if many.get(counter.who, -1) >= counter.slow_from}


def list_counts(session: Session, days: Iterable[date], least: int) -> dict[bytes, int]:
    """What was counted at least so often on some days, by `who`: mostly nothing, so that no counter has to be made."""
    is_many = CodeAttemptRow.day.in_(set(days)) & (CodeAttemptRow.tries >= least)
    rows = session.execute(select(CodeAttemptRow.who, CodeAttemptRow.tries).where(is_many))
    return {row.who: row.tries for row in rows}


def counter_id(pepper: bytes, words: str) -> bytes:
    """The keyed hash that identifies the row of a counter, 32 bytes; the rows alone reveal nothing.

    Args:
        pepper: the key `pepper`, 32 bytes.
        words: what is counted, where and when.
    """
    return hmac.digest(pepper, b"code tries|" + words.encode(), hashlib.sha256)


def refuse_if_slowed(pepper: bytes, counters: Collection[AttemptCounter], now: datetime) -> None:
    """Refuse an attempt that is not allowed now, before Argon2 stretches its code; counts nothing.

    Args:
        pepper: the key `pepper`, 32 bytes.
        counters: where it would count.
        now: UTC.

    Raises:
        TooManyCodeAttempts: it is not allowed.
    """
    with db.reading(db.engine()) as session:
        for counter in counters:
            query = select(CodeAttemptRow.tries, CodeAttemptRow.slot).where(CodeAttemptRow.who == counter.who)
            if (row := session.execute(query).one_or_none()) is not None:
                _next_slot(session, pepper, counter, (row.tries, row.slot), now)


def try_and_count(
    pepper: bytes, counters: Collection[AttemptCounter], now: datetime, find: Callable[[Session], Content | None]
) -> Content | None:
    """Make an attempt, and count it if it was wrong, in one transaction, so that a right one never shows.

    Call it before this request writes, and after `refuse_if_slowed`.

    Args:
        pepper: the key `pepper`, 32 bytes.
        counters: where it counts.
        now: UTC.
        find: returns what the code opens; it has to be fast, because other writers wait.

    Raises:
        TooManyCodeAttempts: nothing was tried.
    """
    with db.writing(db.engine()) as session:
        begun_attempts = [begin_attempt(session, pepper, counter, now) for counter in counters]
        content = find(session)
        for begun_attempt in begun_attempts:
            finish_attempt(session, begun_attempt, right=content is not None)
    return content


class CountedAttempt:
    """One attempt; the caller sets `right` when the code was right."""

    right = False


@contextmanager
def counted_attempt(pepper: bytes, counters: Collection[AttemptCounter], now: datetime) -> Iterator[CountedAttempt]:
    """Count an attempt before it is made, and take it back if it was right. Enter it before this request writes.

    Args:
        pepper: the key `pepper`, 32 bytes.
        counters: where it counts.
        now: UTC.

    Raises:
        TooManyCodeAttempts: nothing was tried.
    """
    with db.writing(db.engine()) as session:
        begun_attempts = [begin_attempt(session, pepper, counter, now) for counter in counters]
    attempt_result = CountedAttempt()
    yield attempt_result
    with db.writing(db.engine()) as session:
        for begun_attempt in begun_attempts:
            finish_attempt(session, begun_attempt, right=attempt_result.right)


@contextmanager
def drawn_attempt(tablet: CurrentTablet) -> Iterator[CountedAttempt]:
    """Count a code that a tablet drew, as `counted_attempt` does; one in use is also a wrong attempt of that tablet.

    That counts only afterwards: a child who reports takes no turn from a person who tries codes, and who would notice.

    Args:
        tablet: the tablet.
    """
    pepper, day, now = context.keyring().key(PEPPER), context.today(tablet.site.time_zone), context.now()
    tablet_counters = [
        counter.by_line(pepper, tablet.line)
        for counter in (tablet_counter(pepper, tablet.tablet_id, day), tablets_counter(pepper, tablet.site.id, day))
    ]
    refuse_if_slowed(pepper, tablet_counters, now)
    with counted_attempt(pepper, (drawn_code_counter(pepper, tablet.tablet_id, day),), now) as own_attempt:
        yield own_attempt
    if own_attempt.right:
        return
    with db.writing(db.engine()) as session:
        for counter in tablet_counters:
            begin_attempt(session, pepper, counter, now, counts_anyway=True)
