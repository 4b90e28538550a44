"""An advocate makes a report of a letter, a suggestion or agenda item, a statement for a review, or good news.

The child's words stay as they are (S3). Next to them the report stores, in the advocate's name, what it is about and
whom the advocate left out. No child has a code for it: the words come from elsewhere, and nobody asks who wrote them.
Each letter, item or statement becomes one report at most, also when two advocates act at once.

An agenda then shows one adult and one day, and neither tells how serious the report is. The adult is the advocate who
made it, unless left out. The day is the deadline of an ordinary report, whatever this one is.

Source: DESIGN.md 5, "A survey"; PRIVACY.md A10; S14, S17, S22, S26, S38.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts.store import Readers, find_readers, lock_people
from youthvoice.audit.audit_log import Log
from youthvoice.grievances.intake.forms import LetterReportForm
from youthvoice.grievances.intake.rules import AdvocateDecision, CannotBeLeftOut, first_readers
from youthvoice.grievances.time_limits import ANSWER, deadline_after, deadline_rules, first_deadlines
from youthvoice.privacy.keys.key_names import THREADS
from youthvoice.sites.last_day import limit_to_last_day
from youthvoice.sites.store import Site
from youthvoice.threads import case_state, key_wraps, thread_ports
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.letters import due_job, letter_readers
from youthvoice.threads.letters.letter_box import OpenedLetter
from youthvoice.threads.letters.store import LetterEnvelope
from youthvoice.threads.readership import FROM_AGENDA, FROM_GOOD_NEWS, FROM_LETTER, FROM_REVIEW, everybody_at
from youthvoice.threads.retention.store import month_of_thread
from youthvoice.threads.sealed_thread import NewThread, new_thread
from youthvoice.threads.store import add_thread, find_thread_by_receipt


@dataclass(frozen=True, slots=True)
class ReportSource:
    """What a report is made from.

    Attributes:
        kind: a value of `readership.MADE_BY_HAND`; kind of the first entry, and a flag of the case.
        origin: where the words come from, as the first entry stores it.
        words: the child's, as they were written.
        receipt: unique for the source, 32 bytes: one source, one report.
        voice: the child's recording; empty without one.
        voice_kind: as that of an `OpenedLetter`.
        language: of the words; the site's first language where nobody knows.
    """

    kind: str
    origin: Mapping[str, Any] = field(repr=False)
    words: str = field(repr=False)
    receipt: bytes = field(repr=False)
    voice: bytes = field(default=b"", repr=False)
    voice_kind: str = ""
    language: str = ""


def new_thread_by_advocate(  # noqa: PLR0913, PLR0917 - who, of what, and what was decided
    session: Session,
    caller: Caller,
    site: Site,
    source: ReportSource,
    decision: AdvocateDecision,
    readers: Readers,
    now: datetime,
) -> NewThread:
    """A new report, sealed to its readers; the caller writes it.

    Raises:
        CannotBeLeftOut: too few people would read it.
    """
    day = context.day_at(now, site.time_zone)
    return new_thread(
        context.keyring(),
        site_id=site.id,
        day=day,
        month=month_of_thread(day, session),
        case=_first_case(site, source, decision, now),
        entries=_entries(caller, source, decision, day),
        everybody=readers.everybody,
        reads=first_readers(readers, decision.left_out, decision.harm),
        receipt=source.receipt,
    )


def _entries(caller: Caller, source: ReportSource, decision: AdvocateDecision, day: date) -> list[ThreadEntry]:
    decision_values = {
        "topic": decision.topic,
        "harm": decision.harm,
        "urgent": decision.urgent,
        "left_out": sorted(decision.left_out),
    }
    entries = [
        ThreadEntry(source.kind, caller.person_id, day, said={**source.origin, **decision_values}),
        ThreadEntry("told", CHILD, day, turn=1, said={"words": source.words}),
    ]
    if source.voice:
        entries.append(ThreadEntry("voice", CHILD, day, turn=2, said={"kind": source.voice_kind}, sound=source.voice))
    return entries


def _first_case(site: Site, source: ReportSource, decision: AdvocateDecision, now: datetime) -> case_state.CaseState:
    running_clocks = first_deadlines(
        deadline_rules(site.jurisdiction), harm=decision.harm, urgent=decision.urgent, now=now
    )
    return case_state.CaseState(
        topic=decision.topic,
        harm=decision.harm,
        urgent=decision.urgent,
        language=source.language or site.languages[0],
        clocks=running_clocks,
        flags=(source.kind, *((case_state.VOICE_LOST,) if source.voice_kind == "lost" else ())),
    )


def find_report_of_letter(session: Session, letter_id: bytes) -> bytes | None:
    """The id of the report that was made from a letter; None where there is none."""
    report = find_thread_by_receipt(session, _receipt(letter_id))
    return report.thread.id if report else None


def _add_report(
    session: Session, caller: Caller, site: Site, source: ReportSource, decision: AdvocateDecision
) -> tuple[NewThread, Readers]:
    """Write the new report, unless the source has one already.

    Raises:
        CannotBeLeftOut: too few people would read it.
        AlreadyReferred: a report of this source exists.
    """
    lock_people(session)  # none of the readers can leave at the same moment
    readers = find_readers(session, site.id)
    if find_thread_by_receipt(session, source.receipt):
        raise thread_ports.AlreadyReferred
    thread = new_thread_by_advocate(session, caller, site, source, decision, readers, context.now())
    try:
        add_thread(session, thread)
    except IntegrityError:
        raise thread_ports.AlreadyReferred from None
    return thread, readers


def make_from_letter(  # noqa: PLR0913, PLR0917 - who, of what, and what was decided
    session: Session,
    log: Log,
    caller: Caller,
    site: Site,
    envelope: LetterEnvelope,
    opened_letter: OpenedLetter,
    decision: AdvocateDecision,
) -> bytes:
    """Make a report from a letter, record the first look at the letter, and exclude the same people from both.

    Args:
        session: may write; where this raises, the caller rolls back and nothing is written.
        log: in the name of the caller.
        caller: an advocate who opened the letter.
        site: of the letter.
        envelope: the letter's open columns.
        opened_letter: the letter's words.
        decision: what the advocate decided.

    Returns:
        The report's id, 16 bytes.

    Raises:
        CannotBeLeftOut, AlreadyReferred: see `_add_report`.
    """
    origin = {
        "letter": envelope.id.hex(),
        "round": dict(thread_ports.round_titles()(session, envelope.round_id or 0)),
        "arrived": envelope.day.isoformat(),
        "shared": opened_letter.shared,
    }
    source = ReportSource(
        FROM_LETTER, origin, opened_letter.words, _receipt(envelope.id), opened_letter.voice, opened_letter.voice_kind
    )
    thread, readers = _add_report(session, caller, site, source, decision)
    due_job.record_first_look(session, envelope, site.time_zone, thread.day)
    # the caller last: where one reader has to stay, it is the caller, who has read it
    excluded = sorted(decision.left_out, key=lambda person_id: person_id == caller.person_id)
    letter_readers.exclude_from_letter(session, envelope.id, excluded, readers.advocates)
    log.add(session, "letter.open", envelope.id.hex())  # only the report itself says that it was made from the letter
    return thread.id


def _receipt(letter_id: bytes) -> bytes:
    return key_wraps.receipt_of_report(context.keyring().key_or_new(THREADS), letter_id)


def asking(site: Site) -> LetterReportForm:
    """The form for the advocate's decision: topic, how urgent, who must not read it."""
    return LetterReportForm.offering(everybody_at(site.id))


_REFERRALS: Final[Mapping[thread_ports.ReferralKind, tuple[str, str]]] = {
    "agenda": (FROM_AGENDA, "agenda.moved"),
    "review": (FROM_REVIEW, "review.reported"),
    "good_news": (FROM_GOOD_NEWS, "good_news.reported"),
}
"""Kind of the first entry, and action of the log, by where the words come from."""


def make(  # noqa: PLR0913, PLR0917 - who, of what, and what was decided
    session: Session,
    log: Log,
    caller: Caller,
    site: Site,
    referral: thread_ports.ReportReferral,
    form: LetterReportForm,
) -> thread_ports.ReferralResult:
    """Make a report of an agenda item, a statement or good news; see `thread_ports.ReportPort.make`.

    Raises:
        ReferralRefused: too few people would read it.
        AlreadyReferred: a report of this source exists.
    """
    kind, logged = _REFERRALS[referral.kind]
    origin: dict[str, object] = {referral.kind: referral.source_name} if referral.source_name else {}
    decision = replace(form.decision, left_out=form.decision.left_out | referral.left_out)
    source = ReportSource(
        kind, origin, referral.words, _receipt(referral.id), referral.voice, referral.voice_kind, referral.language
    )
    try:
        _thread, readers = _add_report(session, caller, site, source, decision)
    except CannotBeLeftOut as error:
        form.refuse(error.code)
        raise thread_ports.ReferralRefused from None
    log.add(session, logged, site.slug)
    reads = first_readers(readers, decision.left_out, decision.harm)
    return thread_ports.ReferralResult(_name_on_agenda(caller, readers, reads), _day_on_agenda(site, context.now()))


def _name_on_agenda(caller: Caller, readers: Readers, reads: frozenset[int]) -> str:
    """The adult whom the agenda names: the caller where they read the report, else an advocate, else any reader."""
    if caller.person_id in reads:
        return caller.name
    return next(reader.name for reader in (*readers.advocates, *readers.everybody) if reader.person_id in reads)


def _day_on_agenda(site: Site, now: datetime) -> date:
    """The day by which an ordinary report gets its answer."""
    hour = deadline_after(deadline_rules(site.jurisdiction), ANSWER, harm=False, urgent=False, now=now)
    day = context.day_at(case_state.moment_of(hour), site.time_zone)
    return limit_to_last_day(day, site, context.day_at(now, site.time_zone))
