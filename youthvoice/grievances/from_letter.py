"""A letter of the letter box becomes a report: what an advocate read there does not end with having been read.

The child's words stay as given (S3); who left whom out, and what it is about, stands beside them in the name of the
advocate who decided. Nobody holds a code: the words come from a survey, and nobody asks who wrote them. Of one letter
there is one report, whoever is faster. Source: DESIGN.md 5, "A survey"; PRIVACY.md A10; S14, S17, S38.
"""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice import running
from youthvoice.access.guard import Caller
from youthvoice.audit.store import Log
from youthvoice.grievances.clock_rules import first_clocks, rules_of
from youthvoice.grievances.filing import KEPT_YEARS
from youthvoice.grievances.rules import GRAVE, first_reads
from youthvoice.places.store import SiteFacts
from youthvoice.privacy.key_names import PEOPLE, THREADS, month_name
from youthvoice.staff import store as people
from youthvoice.staff.store import Readers
from youthvoice.threads import clocks, letter_membership, rounds
from youthvoice.threads import store as letters
from youthvoice.threads import thread_store as threads
from youthvoice.threads.ending_store import month_from
from youthvoice.threads.entries import CHILD, Entry
from youthvoice.threads.letter_wraps import receipt_of_report
from youthvoice.threads.making import NewThread, new_thread
from youthvoice.threads.marks import Marks
from youthvoice.threads.membership import FROM_LETTER
from youthvoice.threads.sealed import Letter
from youthvoice.threads.store import Envelope


class MadeAlready(Exception):
    """Somebody made a report of this letter; nothing was written."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the advocate decided, with the letter before her.

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


def made_of(session: Session, letter_id: bytes) -> bytes | None:
    """The report that was made of a letter; None where there is none."""
    found = threads.of_receipt(session, running.keyring(), _receipt(letter_id))
    return found.facts.id if found else None


def make(  # noqa: PLR0913, PLR0917 - who, of what, and what was decided
    session: Session, log: Log, caller: Caller, site: SiteFacts, letter: Envelope, opened: Letter, chosen: Chosen
) -> bytes:
    """Make the report, note the look at the letter, and leave out of both whoever is to be left out.

    Args:
        session: may write; nothing is written where this raises, once the caller has rolled back.
        log: in the name of the caller.
        caller: an advocate who opened the letter.
        site: of the letter.
        letter: from outside.
        opened: its words.
        chosen: what she decided.

    Returns:
        The report's id, 16 bytes.

    Raises:
        CannotBeLeftOut: too few would read it.
        MadeAlready: see there.
    """
    people.keep_still(session)  # whoever shall read it does not leave in the same moment
    keyring, now = running.keyring(), running.now()
    readers = people.readers(session, site.id, keyring.key_or_new(PEOPLE), now)
    if made_of(session, letter.id):
        raise MadeAlready
    thread = _thread(session, caller, site, letter, opened, chosen, readers, now)
    try:
        threads.add(session, thread)
    except IntegrityError:
        raise MadeAlready from None
    letters.look_at(session, letter.id, thread.day)
    clocks.settle_if_looked_at(session, site.id, letter.shown_from, site.time_zone, thread.day)
    out = sorted(
        chosen.left_out, key=lambda one: one == caller.person_id
    )  # she has read it: if somebody stays, it is she
    letter_membership.leave_out(session, keyring, letter.id, out, readers.advocates)
    log.add(session, "letter.open", letter.id.hex())  # that more was done with it stands in the report alone
    return thread.id


def _thread(  # noqa: PLR0913, PLR0917 - as `make`
    session: Session,
    caller: Caller,
    site: SiteFacts,
    letter: Envelope,
    opened: Letter,
    chosen: Chosen,
    readers: Readers,
    now: datetime,
) -> NewThread:
    day = now.astimezone(ZoneInfo(site.time_zone)).date()
    said = {
        "letter": letter.id.hex(),
        "round": dict(rounds.title_of(session, letter.round_id)),
        "arrived": letter.day.isoformat(),
        "shared": opened.shared,
        "topic": chosen.topic,
        "harm": chosen.harm,
        "urgent": chosen.urgent,
        "left_out": sorted(chosen.left_out),
    }
    return new_thread(
        running.keyring(),
        site_id=site.id,
        day=day,
        month=month_from(session, running.keyring(), month_name(day.replace(year=day.year + KEPT_YEARS, day=1))),
        marks=_marks(site, chosen, now),
        entries=[
            Entry(FROM_LETTER, caller.person_id, day, said=said),
            Entry("told", CHILD, day, turn=1, said={"words": opened.words}),
        ],
        everybody=readers.everybody,
        reads=first_reads(readers, chosen.left_out, chosen.harm),
        receipt=_receipt(letter.id),
    )


def _marks(site: SiteFacts, chosen: Chosen, now: datetime) -> Marks:
    running_clocks = first_clocks(rules_of(site.jurisdiction), harm=chosen.harm, urgent=chosen.urgent, now=now)
    return Marks(
        topic=chosen.topic,
        harm=chosen.harm,
        urgent=chosen.urgent,
        language=site.languages[0],
        clocks=running_clocks,
        flags=(FROM_LETTER,),
    )


def _receipt(letter_id: bytes) -> bytes:
    return receipt_of_report(running.keyring().key_or_new(THREADS), letter_id)
