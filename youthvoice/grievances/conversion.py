"""Reports that an advocate makes of a letter, or of something on an agenda.

The child's words stay as given (S3); who left whom out, and what it is about, stands beside them in the name of the
advocate who decided. Nobody holds a code: the words come from a survey, and nobody asks who wrote them. Of one letter
there is one report, whoever is faster.

An agenda then names one adult and a day. Neither says more than that: the name is the advocate who took it off, unless
she was to be left out, and the day is that of a report that is not pressing, whatever this one is.

Source: DESIGN.md 5, "A survey"; PRIVACY.md A10; S14, S17, S22, S26, S38.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

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
from youthvoice.sites.store import Site
from youthvoice.threads import case_state, key_wraps, thread_ports
from youthvoice.threads.entities import CHILD, NewThread, ThreadEntry, new_thread
from youthvoice.threads.letters import due_job, letter_readers
from youthvoice.threads.letters.letter_box import OpenedLetter
from youthvoice.threads.letters.store import LetterEnvelope, mark_letter_opened
from youthvoice.threads.readership import FROM_AGENDA, FROM_LETTER, FROM_REVIEW, everybody_at
from youthvoice.threads.retention.store import month_of_thread
from youthvoice.threads.store import add_thread, find_thread_by_receipt


@dataclass(frozen=True, slots=True)
class ReportSource:
    """What a report is made of.

    Attributes:
        kind: `readership.FROM_LETTER`, `FROM_AGENDA` or `FROM_REVIEW`: of its first entry, and a flag.
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


def new_thread_by_advocate(  # noqa: PLR0913, PLR0917 - who, of what, and what was decided
    session: Session,
    caller: Caller,
    site: Site,
    source: ReportSource,
    decision: AdvocateDecision,
    readers: Readers,
    now: datetime,
) -> NewThread:
    """A new report, sealed to whoever reads it; the caller writes it.

    Raises:
        CannotBeLeftOut: too few would read it.
    """
    day = context.day_at(now, site.time_zone)
    return new_thread(
        context.keyring(),
        site_id=site.id,
        day=day,
        month=month_of_thread(day, session),
        case=_marks(site, source, decision, now),
        entries=_entries(caller, source, decision, day),
        everybody=readers.everybody,
        reads=first_readers(readers, decision.left_out, decision.harm),
        receipt=source.receipt,
    )


def _entries(caller: Caller, source: ReportSource, decision: AdvocateDecision, day: date) -> list[ThreadEntry]:
    decided = {
        "topic": decision.topic,
        "harm": decision.harm,
        "urgent": decision.urgent,
        "left_out": sorted(decision.left_out),
    }
    entries = [
        ThreadEntry(source.kind, caller.person_id, day, said={**source.said, **decided}),
        ThreadEntry("told", CHILD, day, turn=1, said={"words": source.words}),
    ]
    if source.voice:
        entries.append(ThreadEntry("voice", CHILD, day, turn=2, said={"kind": source.voice_kind}, sound=source.voice))
    return entries


def _marks(site: Site, source: ReportSource, decision: AdvocateDecision, now: datetime) -> case_state.CaseState:
    running_clocks = first_deadlines(
        deadline_rules(site.jurisdiction), harm=decision.harm, urgent=decision.urgent, now=now
    )
    return case_state.CaseState(
        topic=decision.topic,
        harm=decision.harm,
        urgent=decision.urgent,
        language=source.language or site.languages[0],
        clocks=running_clocks,
        flags=(source.kind,),
    )


def find_report_of_letter(session: Session, letter_id: bytes) -> bytes | None:
    """The report that was made of a letter; None where there is none."""
    report = find_thread_by_receipt(session, _receipt(letter_id))
    return report.facts.id if report else None


def _write(
    session: Session, caller: Caller, site: Site, source: ReportSource, decision: AdvocateDecision
) -> tuple[NewThread, Readers]:
    """Write a report that an advocate makes; of one thing there is one report, whoever is faster.

    Raises:
        CannotBeLeftOut: too few would read it.
        AlreadyReferred: see there.
    """
    lock_people(session)  # whoever shall read it does not leave in the same moment
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
    """Make the report, note the look at the letter, and leave out of both whoever is to be left out.

    Args:
        session: may write; nothing is written where this raises, once the caller has rolled back.
        log: in the name of the caller.
        caller: an advocate who opened the letter.
        site: of the letter.
        envelope: from outside.
        opened_letter: its words.
        decision: what she decided.

    Returns:
        The report's id, 16 bytes.

    Raises:
        CannotBeLeftOut, AlreadyReferred: see there.
    """
    values = {
        "letter": envelope.id.hex(),
        "round": dict(thread_ports.round_titles()(session, envelope.round_id)),
        "arrived": envelope.day.isoformat(),
        "shared": opened_letter.shared,
    }
    source = ReportSource(FROM_LETTER, values, opened_letter.words, _receipt(envelope.id))
    thread, readers = _write(session, caller, site, source, decision)
    mark_letter_opened(session, envelope.id, thread.day)
    due_job.settle_first_look(session, site.id, envelope.shown_from, site.time_zone, thread.day)
    out = sorted(
        decision.left_out, key=lambda one: one == caller.person_id
    )  # she has read it: if somebody stays, it is she
    letter_readers.exclude_from_letter(session, envelope.id, out, readers.advocates)
    log.add(session, "letter.open", envelope.id.hex())  # that more was done with it stands in the report alone
    return thread.id


def _receipt(letter_id: bytes) -> bytes:
    return key_wraps.receipt_of_report(context.keyring().key_or_new(THREADS), letter_id)


def asking(site: Site) -> LetterReportForm:
    """What it is about, how pressing it is, who must not read it."""
    return LetterReportForm.offering(everybody_at(site.id))


def make(  # noqa: PLR0913, PLR0917 - who, of what, and what was decided
    session: Session,
    log: Log,
    caller: Caller,
    site: Site,
    referral: thread_ports.AgendaReferral,
    form: LetterReportForm,
) -> thread_ports.ReferralResult:
    """Make the report; see `thread_ports.ReportPort.make`.

    Raises:
        ReferralRefused: too few would read it.
        AlreadyReferred: see there.
    """
    said, decision = {"review" if referral.of_review else "agenda": referral.agenda}, form.chosen
    kind = FROM_REVIEW if referral.of_review else FROM_AGENDA
    source = ReportSource(
        kind, said, referral.words, _receipt(referral.id), referral.voice, referral.voice_kind, referral.language
    )
    try:
        _thread, readers = _write(session, caller, site, source, decision)
    except CannotBeLeftOut as error:
        form.refuse(error.code)
        raise thread_ports.ReferralRefused from None
    log.add(session, "review.reported" if referral.of_review else "agenda.moved", site.slug)
    reads = first_readers(readers, decision.left_out, decision.harm)
    return thread_ports.ReferralResult(_name(caller, readers, reads), _until(site, context.now()))


def _name(caller: Caller, readers: Readers, reads: frozenset[int]) -> str:
    """Who is named on the agenda: whoever took it off, else the first advocate who reads it, else anybody who does."""
    if caller.person_id in reads:
        return caller.name
    return next(reader.name for reader in (*readers.advocates, *readers.everybody) if reader.person_id in reads)


def _until(site: Site, now: datetime) -> date:
    hour = deadline_after(deadline_rules(site.jurisdiction), ANSWER, harm=False, urgent=False, now=now)
    return context.day_at(case_state.moment_of(hour), site.time_zone)
