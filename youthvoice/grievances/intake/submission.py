"""What a child told becomes a report that can be sealed: content, fingerprints, readers, state and codes.

A sheet and a page of a thread have a random number each. What a tablet sends again under the same number with the same
words is one thing; with other words it is more, and nothing of it may be lost.

Source: PRIVACY.md C, "A report" and "Codes".
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from youthvoice import context
from youthvoice.accounts.store import Readers
from youthvoice.grievances.child_thread import ChildMessage
from youthvoice.grievances.intake.rules import first_readers, is_harm
from youthvoice.grievances.time_limits import ANSWER, deadline_rules, first_deadlines
from youthvoice.privacy.credentials import picture_codes
from youthvoice.privacy.keys.key_names import THREADS
from youthvoice.sites.store import Site
from youthvoice.threads.case_state import CODE_TAKEN, VOICE_LOST, CaseState, moment_of
from youthvoice.threads.child_codes.submission_codes import submission_receipt
from youthvoice.threads.child_fields import SKIPPED
from youthvoice.threads.entities import CHILD, NewThread, ThreadEntry, new_thread
from youthvoice.threads.retention.store import month_of_thread


@dataclass(frozen=True, slots=True)
class ReportSubmission:
    """Everything of one telling; whatever a child skipped is empty. Nothing of it is ever printed.

    Attributes:
        topic: code of `intake_options.TOPICS`; of several the gravest, which the rules go by.
        also: codes of the others.
        whom: code of `intake_options.WHOM`.
        by_whom: code of `intake_options.BY_WHOM`.
        words: as she wrote them.
        voice: as she recorded it; empty without one.
        voice_kind: `audio/webm` or `audio/ogg`.
        voice_lost: whether she spoke on a tablet without a network, and nobody can hear what came of it.
        urgent: whether she said that somebody is in danger now.
        may_know: code of `intake_options.MAY_KNOW`.
        come: `yes` or `no`: shall somebody come and talk.
        where: code of `intake_options.WHERE`.
        how: her name, or how she is found, if she wants somebody to come.
        helper: name of the adult beside her.
        left_out: rows of `people` that shall not read it.
        shown: rows of `people` that her page named: nobody else may read it, whoever came since. None without a page.
        language: the one she told it in.
    """

    topic: str = field(default=SKIPPED, repr=False)
    also: tuple[str, ...] = field(default=(), repr=False)
    whom: str = field(default=SKIPPED, repr=False)
    by_whom: str = field(default=SKIPPED, repr=False)
    words: str = field(default="", repr=False)
    voice: bytes = field(default=b"", repr=False)
    voice_kind: str = field(default="", repr=False)
    voice_lost: bool = field(default=False, repr=False)
    urgent: bool = field(default=False, repr=False)
    may_know: str = field(default=SKIPPED, repr=False)
    come: str = field(default=SKIPPED, repr=False)
    where: str = field(default=SKIPPED, repr=False)
    how: str = field(default="", repr=False)
    helper: str = field(default="", repr=False)
    left_out: frozenset[int] = field(default=frozenset(), repr=False)
    shown: frozenset[int] | None = field(default=None, repr=False)
    language: str = "en"

    @property
    def is_empty(self) -> bool:
        """Whether nothing was told: no words, no voice, and no pick that says something."""
        picked = (self.topic, self.whom, self.by_whom, self.come == "yes", self.urgent, self.voice_lost)
        return not (self.words.strip() or self.voice or any(picked))

    def said(self) -> Mapping[str, Any]:
        """Everything but the voice, as the first entry of a thread holds it; `come`, `also` where they say more."""
        more = {"also": list(self.also)} if self.also else {}
        comes = {"come": self.come == "yes"} if self.come else {}
        return {
            **comes,
            **more,
            "topic": self.topic,
            "whom": self.whom,
            "by_whom": self.by_whom,
            "words": self.words,
            "urgent": self.urgent,
            "may_know": self.may_know,
            "where": self.where,
            "how": self.how,
            "helper": self.helper,
            "left_out": sorted(self.left_out),
            "language": self.language,
        }


_DIGITS: Final = 16
"""Hexadecimal: 64 keyed bits tell two things of one child apart."""

_BETWEEN: Final = "."


def submission_fingerprint(key: bytes, sheet: bytes, submission: ReportSubmission, *, harm: bool) -> str:
    """What a sheet held, 33 characters: first whom the child chose to read it, then everything.

    Args:
        key: 32 bytes, from the key file `threads`.
        sheet: its number, 16 bytes.
        submission: what.
        harm: whether the safeguarding lead reads it too.
    """
    said = submission.said()
    chosen = _digits(key, "chosen", sheet, {"left_out": said["left_out"], "harm": harm})
    whole = _digits(key, "told", sheet, said, submission.voice)
    return f"{chosen}{_BETWEEN}{whole}"


def have_the_same_readers(one: str, other: str) -> bool:
    """Whether two sheets were sent to the same people, as far as the child chose them."""
    return one.partition(_BETWEEN)[0] == other.partition(_BETWEEN)[0]


def message_fingerprint(key: bytes, number: bytes, message: ChildMessage) -> str:
    """What a child said in her thread, 16 characters.

    Args:
        key: as above.
        number: of the page that it was written on, 16 bytes.
        message: what.
    """
    words = {"kind": message.kind, "words": message.words, "answer": message.answer, "ask": message.ask}
    return _digits(key, "said", number, words, message.sound)


def _digits(key: bytes, purpose: str, number: bytes, said: Mapping[str, Any], sound: bytes = b"") -> str:
    words = json.dumps(said, sort_keys=True).encode()  # ASCII, whatever a child typed
    parts = (f"youthvoice/1|came-before|{purpose}".encode(), number, hashlib.sha256(words).digest())
    return hmac.digest(key, b"|".join((*parts, hashlib.sha256(sound).digest())), hashlib.sha256).hex()[:_DIGITS]


@dataclass(frozen=True, slots=True)
class NewReport:
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
        drawn: the code that the tablet drew for her; None where it drew none.
        has_seen: whether she has seen it already, so that it is this one or none.
    """

    site: Site
    told: ReportSubmission = field(repr=False)
    sheet: bytes = field(repr=False)
    readers: Readers = field(repr=False)
    reads: frozenset[int] = field(repr=False)
    marks: CaseState = field(repr=False)
    month: str
    day: date
    drawn: picture_codes.PictureCode | None = field(default=None, repr=False)
    has_seen: bool = False

    @property
    def receipt(self) -> bytes:
        """What tells that the sheet came before, 32 bytes."""
        return submission_receipt(self.sheet)

    @property
    def names(self) -> list[str]:
        """Who answers: the advocates who read it, else whoever does."""
        inside = [reader.name for reader in self.readers.advocates if reader.person_id in self.reads]
        return inside or [reader.name for reader in self.readers.everybody if reader.person_id in self.reads]

    @property
    def answer_by(self) -> date:
        """The day until which the child gets an answer, at the site."""
        return context.day_at(moment_of(self.marks.clocks[ANSWER]), self.site.time_zone)


@dataclass(frozen=True, slots=True)
class ReportReceipt:
    """A report that lies sealed.

    Attributes:
        code: the child's pictures; None when she has finished looking at them already.
        names: who answers.
        answer_by: until when.
    """

    code: picture_codes.PictureCode | None = field(repr=False)
    names: list[str]
    answer_by: date


def new_report(site: Site, submission: ReportSubmission, sheet: bytes, readers: Readers, now: datetime) -> NewReport:
    """What follows from what was told: who reads it, how it stands, and until when somebody answers.

    Raises:
        CannotBeLeftOut: too few would read it.
    """
    harm, key = is_harm(submission.topic, submission.by_whom, submission.urgent), context.keyring().key_or_new(THREADS)
    case = CaseState(
        topic=submission.topic,
        harm=harm,
        urgent=submission.urgent,
        language=submission.language,
        clocks=first_deadlines(deadline_rules(site.jurisdiction), harm=harm, urgent=submission.urgent, now=now),
        sent=submission_fingerprint(key, sheet, submission, harm=harm),
    ).flagged(*((VOICE_LOST,) if submission.voice_lost else ()))
    everybody = frozenset(reader.person_id for reader in readers.everybody)
    unseen = everybody - (everybody if submission.shown is None else submission.shown)
    reads = first_readers(readers, submission.left_out | unseen, harm)
    day = context.day_at(now, site.time_zone)
    return NewReport(site, submission, sheet, readers, reads, case, month_of_thread(day), day)


def submission_entries(new_report: NewReport) -> list[ThreadEntry]:
    """What the child told, for her readers: words and picks, then her voice."""
    day, submission = new_report.day, new_report.told
    voice = (
        [ThreadEntry("voice", CHILD, day, turn=1, said={"kind": submission.voice_kind}, sound=submission.voice)]
        if submission.voice
        else []
    )
    return [ThreadEntry("told", CHILD, day, said=submission.said()), *voice]


def to_sealed_thread(new_report: NewReport, keys: picture_codes.PictureCodeKeys | None) -> NewThread:
    """A new thread of it, which this code opens for the child; without one nobody can answer her there."""
    day = new_report.day
    values = {"step": "told", "day": new_report.answer_by.isoformat(), "names": new_report.names}
    return new_thread(
        context.keyring(),
        site_id=new_report.site.id,
        day=day,
        month=new_report.month,
        case=new_report.marks if keys else new_report.marks.having(flags=(*new_report.marks.flags, CODE_TAKEN)),
        entries=submission_entries(new_report),
        everybody=new_report.readers.everybody,
        reads=new_report.reads,
        keys=keys,
        receipt=new_report.receipt,
        replies=[ThreadEntry("step", CHILD, day, said=values)] if keys else [],
    )
