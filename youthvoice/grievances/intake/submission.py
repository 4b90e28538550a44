"""A child's submission, and the new report that is made of it: content, fingerprints, readers, case and code.

Each page has a random submission id. The same id with the same content is a repeat and counts once. Where the content
differs, the child sent more on that page: what is new is added to the report.

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
from youthvoice.sites.last_day import limit_to_last_day
from youthvoice.sites.store import Site
from youthvoice.threads.case_state import CODE_TAKEN, VOICE_LOST, CaseState, moment_of
from youthvoice.threads.child_codes.submission_codes import submission_receipt
from youthvoice.threads.child_fields import SKIPPED
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.retention.store import month_of_thread
from youthvoice.threads.sealed_thread import NewThread, new_thread


@dataclass(frozen=True, slots=True)
class ReportSubmission:
    """Everything that a child sent at once; what the child skipped is empty. Its `repr` shows none of it.

    Attributes:
        topic: code of `intake_options.TOPICS`; the most serious of several, which the rules use.
        also: codes of the other topics.
        whom: code of `intake_options.WHOM`.
        by_whom: code of `intake_options.BY_WHOM`.
        words: the child's text.
        voice: the child's recording; empty without one.
        voice_kind: `audio/webm` or `audio/ogg`; `lost` where the child spoke and the recording cannot be played.
        urgent: whether the child said that somebody is in danger now, or does not know.
        unsure: whether the child does not know.
        may_know: code of `intake_options.MAY_KNOW`.
        come: `yes` or `no`: whether an adult should come and talk.
        where: code of `intake_options.WHERE`.
        contact: code of `intake_options.CONTACT`, where the child writes no name.
        how: the child's name, or how to find the child, where an adult should come.
        helper: name of the adult beside the child.
        left_out: rows of `people` who must not read it.
        shown: rows of `people` whom the page listed: nobody who came since may read it. None without a page.
        language: in which the child wrote or spoke.
    """

    topic: str = field(default=SKIPPED, repr=False)
    also: tuple[str, ...] = field(default=(), repr=False)
    whom: str = field(default=SKIPPED, repr=False)
    by_whom: str = field(default=SKIPPED, repr=False)
    words: str = field(default="", repr=False)
    voice: bytes = field(default=b"", repr=False)
    voice_kind: str = field(default="", repr=False)
    urgent: bool = field(default=False, repr=False)
    unsure: bool = field(default=False, repr=False)
    may_know: str = field(default=SKIPPED, repr=False)
    come: str = field(default=SKIPPED, repr=False)
    where: str = field(default=SKIPPED, repr=False)
    contact: str = field(default=SKIPPED, repr=False)
    how: str = field(default="", repr=False)
    helper: str = field(default="", repr=False)
    left_out: frozenset[int] = field(default=frozenset(), repr=False)
    shown: frozenset[int] | None = field(default=None, repr=False)
    language: str = "en"

    @property
    def is_empty(self) -> bool:
        """Whether it holds no text, no voice, and no pick with a meaning."""
        picked = (self.topic, self.whom, self.by_whom, self.come == "yes", self.urgent)
        return not (self.words.strip() or self.voice_kind or any(picked))

    def said(self) -> Mapping[str, Any]:
        """Everything but the voice, as the first entry of a thread stores it; some only where set."""
        return {
            **({"come": self.come == "yes"} if self.come else {}),
            **({"also": list(self.also)} if self.also else {}),
            **({"contact": self.contact} if self.contact else {}),
            **({"unsure": True} if self.unsure else {}),
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
"""Hexadecimal digits: 64 keyed bits tell two submissions of one child apart."""

_BETWEEN: Final = "."


def submission_fingerprint(key: bytes, submission_id: bytes, submission: ReportSubmission, *, harm: bool) -> str:
    """A fingerprint of a submission, 33 characters: one part for the readers that the child chose, one for everything.

    Args:
        key: 32 bytes, from the key file `threads`.
        submission_id: the submission id, 16 bytes.
        submission: the content.
        harm: whether the safeguarding lead reads it too.
    """
    content = submission.said()
    readers_part = _fingerprint(key, "chosen", submission_id, {"left_out": content["left_out"], "harm": harm})
    content_part = _fingerprint(key, "told", submission_id, content, submission.voice)
    return f"{readers_part}{_BETWEEN}{content_part}"


def have_the_same_readers(fingerprint: str, other_fingerprint: str) -> bool:
    """Whether two submissions have the same readers, as far as the child chose them."""
    return fingerprint.partition(_BETWEEN)[0] == other_fingerprint.partition(_BETWEEN)[0]


def message_fingerprint(key: bytes, submission_id: bytes, message: ChildMessage) -> str:
    """A fingerprint of a child's message in a thread, 16 characters.

    Args:
        key: 32 bytes, from the key file `threads`.
        submission_id: of the page, 16 bytes.
        message: the content.
    """
    content = {"kind": message.kind, "words": message.words, "answer": message.answer, "ask": message.ask}
    return _fingerprint(key, "said", submission_id, content, message.sound)


def _fingerprint(key: bytes, purpose: str, submission_id: bytes, content: Mapping[str, Any], sound: bytes = b"") -> str:
    data = json.dumps(content, sort_keys=True).encode()  # ASCII, whatever the child typed
    parts = (f"youthvoice/1|came-before|{purpose}".encode(), submission_id, hashlib.sha256(data).digest())
    return hmac.digest(key, b"|".join((*parts, hashlib.sha256(sound).digest())), hashlib.sha256).hex()[:_DIGITS]


@dataclass(frozen=True, slots=True)
class NewReport:
    """A new report that is ready to be sealed.

    Attributes:
        site: of the child.
        submission: the content.
        submission_id: the submission id, 16 bytes.
        readers: everybody at the site to whom a report may be sealed.
        reads: rows of `people` who get its key.
        case: the case at the beginning.
        month: the month at whose end it is destroyed.
        day: at the site.
        tablet_code: the code that the tablet drew; None where it drew none.
        code_seen: whether the child has seen that code already: then the report gets this code or none.
    """

    site: Site
    submission: ReportSubmission = field(repr=False)
    submission_id: bytes = field(repr=False)
    readers: Readers = field(repr=False)
    reads: frozenset[int] = field(repr=False)
    case: CaseState = field(repr=False)
    month: str
    day: date
    tablet_code: picture_codes.PictureCode | None = field(default=None, repr=False)
    code_seen: bool = False

    @property
    def receipt(self) -> bytes:
        """Identifies the submission in the database, 32 bytes."""
        return submission_receipt(self.submission_id)

    @property
    def names(self) -> list[str]:
        """Who answers: the advocates who read it, or all readers where no advocate does."""
        inside = [reader.name for reader in self.readers.advocates if reader.person_id in self.reads]
        return inside or [reader.name for reader in self.readers.everybody if reader.person_id in self.reads]

    @property
    def answer_by(self) -> date:
        """The day by which the child gets an answer, at the site."""
        due = context.day_at(moment_of(self.case.clocks[ANSWER]), self.site.time_zone)
        return limit_to_last_day(due, self.site, self.day)


@dataclass(frozen=True, slots=True)
class ReportReceipt:
    """What the child gets after a report was stored.

    Attributes:
        code: the child's picture code; None where the child has seen it already.
        names: the adults who answer.
        answer_by: the day of the answer.
    """

    code: picture_codes.PictureCode | None = field(repr=False)
    names: list[str]
    answer_by: date


def make_new_report(
    site: Site, submission: ReportSubmission, submission_id: bytes, readers: Readers, now: datetime
) -> NewReport:
    """A new report: its readers, its case, and the day of the answer.

    Raises:
        CannotBeLeftOut: too few people would read it.
    """
    harm = is_harm(submission.topic, submission.by_whom, submission.urgent)
    key = context.keyring().key_or_new(THREADS)
    case = CaseState(
        topic=submission.topic,
        harm=harm,
        urgent=submission.urgent,
        language=submission.language,
        clocks=first_deadlines(deadline_rules(site.jurisdiction), harm=harm, urgent=submission.urgent, now=now),
        sent=submission_fingerprint(key, submission_id, submission, harm=harm),
    ).flagged(*((VOICE_LOST,) if submission.voice_kind == "lost" else ()))
    everybody = frozenset(reader.person_id for reader in readers.everybody)
    not_shown = everybody - (everybody if submission.shown is None else submission.shown)
    reads = first_readers(readers, submission.left_out | not_shown, harm)
    day = context.day_at(now, site.time_zone)
    return NewReport(site, submission, submission_id, readers, reads, case, month_of_thread(day), day)


def submission_entries(new_report: NewReport) -> list[ThreadEntry]:
    """The entries for the readers: text and picks, then the voice."""
    day, submission = new_report.day, new_report.submission
    voice = (
        [ThreadEntry("voice", CHILD, day, turn=1, said={"kind": submission.voice_kind}, sound=submission.voice)]
        if submission.voice
        else []
    )
    return [ThreadEntry("told", CHILD, day, said=submission.said()), *voice]


def to_sealed_thread(new_report: NewReport, keys: picture_codes.PictureCodeKeys | None) -> NewThread:
    """The sealed thread of a report. The code opens it for the child; without one nobody can answer the child there."""
    values = {"step": "told", "day": new_report.answer_by.isoformat(), "names": new_report.names}
    return new_thread(
        context.keyring(),
        site_id=new_report.site.id,
        day=new_report.day,
        month=new_report.month,
        case=new_report.case if keys else new_report.case.having(flags=(*new_report.case.flags, CODE_TAKEN)),
        entries=submission_entries(new_report),
        everybody=new_report.readers.everybody,
        reads=new_report.reads,
        keys=keys,
        receipt=new_report.receipt,
        replies=[ThreadEntry("step", CHILD, new_report.day, said=values)] if keys else [],
    )
