"""An advocate makes a report of what a child said elsewhere: a letter, or something on an agenda.

The child's words stay as given (S3); who left whom out, and what it is about, stands beside them in the name of the
advocate who decided. Nobody holds a code. Source: S14, S17, S26.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accounts.store import Readers
from youthvoice.grievances.intake.new_report import KEPT_YEARS
from youthvoice.grievances.intake.recipient_rules import GRAVE, first_reads
from youthvoice.grievances.time_limits import first_clocks, rules_of
from youthvoice.privacy.keys.names import month_name
from youthvoice.sites.store import SiteFacts
from youthvoice.threads.case_state import Marks
from youthvoice.threads.creation import NewThread, new_thread
from youthvoice.threads.entries import CHILD, Entry
from youthvoice.threads.retention.store import month_from


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the advocate decided, with the words before her.

    Attributes:
        topic: code of `picks.TOPICS`.
        hurt: whether a child may be hurt.
        urgent: whether somebody may be in danger now.
        left_out: rows of `people`: whoever is named in it.
    """

    topic: str = field(repr=False)
    hurt: bool = field(repr=False)
    urgent: bool = field(repr=False)
    left_out: frozenset[int] = field(repr=False)

    @property
    def harm(self) -> bool:
        """Whether the safeguarding lead reads it at once (S17)."""
        return self.hurt or self.urgent or self.topic in GRAVE


@dataclass(frozen=True, slots=True)
class Found:
    """What a report is made of.

    Attributes:
        kind: `membership.FROM_LETTER` or `FROM_AGENDA`: of its first entry, and a flag.
        said: where it comes from, as the first entry holds it.
        words: the child's, as given.
        receipt: of one thing there is one report, 32 bytes.
        voice: hers; empty without one.
        voice_kind: `audio/webm` or `audio/ogg`.
        language: of her words; that of the site where nobody knows.
    """

    kind: str
    said: Mapping[str, Any] = field(repr=False)
    words: str = field(repr=False)
    receipt: bytes = field(repr=False)
    voice: bytes = field(default=b"", repr=False)
    voice_kind: str = ""
    language: str = ""


def thread_of(  # noqa: PLR0913, PLR0917 - who, of what, and what was decided
    session: Session,
    caller: Caller,
    site: SiteFacts,
    found: Found,
    chosen: Chosen,
    readers: Readers,
    now: datetime,
) -> NewThread:
    """A new report, sealed to whoever reads it; the caller writes it.

    Raises:
        CannotBeLeftOut: too few would read it.
    """
    day = now.astimezone(ZoneInfo(site.time_zone)).date()
    return new_thread(
        running.keyring(),
        site_id=site.id,
        day=day,
        month=month_from(session, running.keyring(), month_name(day.replace(year=day.year + KEPT_YEARS, day=1))),
        marks=_marks(site, found, chosen, now),
        entries=_entries(caller, found, chosen, day),
        everybody=readers.everybody,
        reads=first_reads(readers, chosen.left_out, chosen.harm),
        receipt=found.receipt,
    )


def _entries(caller: Caller, found: Found, chosen: Chosen, day: date) -> list[Entry]:
    decided = {
        "topic": chosen.topic,
        "harm": chosen.harm,
        "urgent": chosen.urgent,
        "left_out": sorted(chosen.left_out),
    }
    entries = [
        Entry(found.kind, caller.person_id, day, said={**found.said, **decided}),
        Entry("told", CHILD, day, turn=1, said={"words": found.words}),
    ]
    if found.voice:
        entries.append(Entry("voice", CHILD, day, turn=2, said={"kind": found.voice_kind}, sound=found.voice))
    return entries


def _marks(site: SiteFacts, found: Found, chosen: Chosen, now: datetime) -> Marks:
    running_clocks = first_clocks(rules_of(site.jurisdiction), harm=chosen.harm, urgent=chosen.urgent, now=now)
    return Marks(
        topic=chosen.topic,
        harm=chosen.harm,
        urgent=chosen.urgent,
        language=found.language or site.languages[0],
        clocks=running_clocks,
        flags=(found.kind,),
    )
