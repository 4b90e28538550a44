"""What a child told becomes a thread that can be sealed: who reads it, how it stands, which codes it may get.

Source: PRIVACY.md C, "A report" and "Codes".
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts.store import Readers
from youthvoice.grievances.intake import fingerprints
from youthvoice.grievances.intake.recipient_rules import first_reads, is_harm
from youthvoice.grievances.intake.submission import Told
from youthvoice.grievances.time_limits import ANSWER, first_clocks, rules_of
from youthvoice.privacy.credentials import picture_codes
from youthvoice.privacy.credentials.picture_codes import Code, CodeKeys
from youthvoice.privacy.keys.names import PEPPER, THREADS, destruction_key, month_name
from youthvoice.sites.store import SiteFacts
from youthvoice.threads.case_state import Marks, moment_of
from youthvoice.threads.creation import NewThread, new_thread
from youthvoice.threads.entries import CHILD, Entry
from youthvoice.threads.retention.store import month_from

KEPT_YEARS = 3
_MOST_TURNS = 60  # a site would need a million codes before so many draws were taken


@dataclass(frozen=True, slots=True)
class Report:
    """One telling at a site, ready to be sealed.

    Attributes:
        site: where.
        told: what.
        sheet: 16 bytes.
        readers: everybody at the site to whom a report may be sealed.
        reads: rows of `people`.
        marks: as the report begins.
        month: destruction month.
        day: at the site.
    """

    site: SiteFacts
    told: Told = field(repr=False)
    sheet: bytes = field(repr=False)
    readers: Readers = field(repr=False)
    reads: frozenset[int] = field(repr=False)
    marks: Marks = field(repr=False)
    month: str
    day: date

    @property
    def receipt(self) -> bytes:
        """What tells that the sheet came before, 32 bytes."""
        return receipt_of(self.sheet)

    @property
    def names(self) -> list[str]:
        """Who answers: the advocates who read it, else whoever does."""
        inside = [one.name for one in self.readers.advocates if one.person_id in self.reads]
        return inside or [one.name for one in self.readers.everybody if one.person_id in self.reads]

    @property
    def answer_by(self) -> date:
        """The day until which the child gets an answer, at the site."""
        return moment_of(self.marks.clocks[ANSWER]).astimezone(ZoneInfo(self.site.time_zone)).date()


@dataclass(frozen=True, slots=True)
class Kept:
    """A report that lies sealed.

    Attributes:
        code: the child's pictures; None when she has finished looking at them already.
        names: who answers.
        answer_by: until when.
    """

    code: Code | None = field(repr=False)
    names: list[str]
    answer_by: date


def receipt_of(sheet: bytes) -> bytes:
    """What tells that a sheet came before: SHA-256 of its number, 32 bytes."""
    return hashlib.sha256(sheet).digest()


def report(site: SiteFacts, told: Told, sheet: bytes, readers: Readers, now: datetime) -> Report:
    """What follows from what was told: who reads it, how it stands, and until when somebody answers.

    Raises:
        CannotBeLeftOut: too few would read it.
    """
    harm, key = is_harm(told.topic, told.by_whom, told.urgent), running.keyring().key_or_new(THREADS)
    marks = Marks(
        topic=told.topic,
        harm=harm,
        urgent=told.urgent,
        language=told.language,
        clocks=first_clocks(rules_of(site.jurisdiction), harm=harm, urgent=told.urgent, now=now),
        sent=fingerprints.of_sheet(key, sheet, told, harm=harm),
    )
    everybody = frozenset(one.person_id for one in readers.everybody)
    unseen = everybody - (everybody if told.shown is None else told.shown)
    reads = first_reads(readers, told.left_out | unseen, harm)
    day = now.astimezone(ZoneInfo(site.time_zone)).date()
    return Report(site, told, sheet, readers, reads, marks, _month(day), day)


def _month(day: date) -> str:
    """The destruction month of what is told on a day; the database is asked only where there is no key of it."""
    month = month_name(day.replace(year=day.year + KEPT_YEARS, day=1))
    if running.keyring().versions(destruction_key(month)):
        return month
    with db.reading(db.engine()) as session:
        return month_from(session, running.keyring(), month)


def draws(made: Report) -> Iterator[tuple[Code, CodeKeys]]:
    """The codes that a sheet may get, the usual one first; one Argon2 run each."""
    keyring = running.keyring()
    codes, pepper = keyring.derive(PEPPER, "codes"), keyring.key(PEPPER)
    for turn in range(_MOST_TURNS):
        code = picture_codes.drawn(codes, made.sheet, turn)
        yield code, picture_codes.keys_of(code, made.site.id, pepper)


def entries(made: Report) -> list[Entry]:
    """What the child told, for her readers: words and picks, then her voice."""
    day, told = made.day, made.told
    voice = [Entry("voice", CHILD, day, turn=1, said={"kind": told.voice_kind}, sound=told.voice)] if told.voice else []
    return [Entry("told", CHILD, day, said=told.said()), *voice]


def sealed(made: Report, code: CodeKeys) -> NewThread:
    """A new thread of it, which this code opens for the child."""
    day = made.day
    said = {"step": "told", "day": made.answer_by.isoformat(), "names": made.names}
    return new_thread(
        running.keyring(),
        site_id=made.site.id,
        day=day,
        month=made.month,
        marks=made.marks,
        entries=entries(made),
        everybody=made.readers.everybody,
        reads=made.reads,
        code=code,
        receipt=made.receipt,
        replies=[Entry("step", CHILD, day, said=said)],
    )
