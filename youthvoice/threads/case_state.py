"""The state of a case: what the installation must know of a thread without opening it, for lists and deadlines. Pure.

A state is encrypted under the key file `threads` and always has the same length, so that a stolen database does not
show which report is urgent or closed. It holds no text that anybody wrote. Its column is called `marks`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, Self

import msgspec

from youthvoice.privacy.crypto.symmetric_encryption import (
    CONTEXT_PREFIX,
    SealingContext,
    decrypt_padded,
    encrypt_padded,
)

REPORT: Final = "report"

STATEMENT: Final = "statement"
"""Kinds of threads: a child's report, and a child's statement to a review of the care plan."""

HELD: Final = "held"
"""Flag: two advocates put the thread on hold, such as for a court."""

WAS_HARM: Final = "was_harm"
"""Flag: it was marked as harm, or severe, before somebody assessed it as less; two people can take the flag away."""

CODE_TAKEN: Final = "code_taken"
"""Flag of a report sent without a network: the picture code that its tablet drew belonged to another child already."""

FROM_LOST: Final = "from_lost_tablet"
"""Flag: the report came from a tablet that was reported lost, so it may not be from a child of the site."""

ONE_OF_MANY: Final = "one_of_many"
"""Flag: its tablet sent so unusually many reports that day that they may be made up. Which tablet is not stored."""

VOICE_LOST: Final = "voice_lost"
"""Flag of a report sent without a network: its voice recording cannot be played."""

CAME_AGAIN: Final = "came_again"
"""Flag: the same submission id came again with other content or another picture code, perhaps from another person."""

WITHDRAW_ASKED: Final = "withdraw_asked"
"""Flag: the child asks the adults to stop."""

DISAGREED: Final = "disagreed"
"""Flag: the child answered that it was not, or only partly, fixed."""

NOTIFIED_DISAGREED: Final = "told_disagreed"
"""Flag: the next person in the escalation was notified of that."""

TROUBLE: Final = "trouble"
"""Flag: the child was treated worse because of the report."""

TELL_OUTSIDE: Final = "tell_outside"
"""Flag: the outside recipient has to be notified at the next full hour; the job then takes it away."""

WAITS_FOR_CHILD: Final = "waits_for_child"
"""Flag: adults wrote or asked something, and the child has not answered since."""

HANDED_BACK: Final = "handed_back"
"""Flag: an adult who received a handover wrote what was done, and nobody has read it yet."""

REPORTED: Final = "authority"
"""Flag: an authority was notified; no timer ever deletes such a record."""

SUMMARY_AGREED: Final = "summary"
"""Flag: two people agreed on a summary of this report."""

ANNOUNCED: Final = "announced"

NOTIFIED_URGENT: Final = "told_urgent"

NOTIFIED_HARM: Final = "told_harm"
"""Flags, so that nobody is notified of the same thing twice. Every thread is announced, even where nobody has to be
notified, so that all look alike from outside."""

LOOKED_LATE: Final = "late_first_look"
"""Flag: the first look came after its deadline, or never; the yearly figures count how many."""

GRAVE_SEVERITY: Final = 3
"""The severity that counts as severe, whatever the child picked at first."""

CASE_STATE_BYTES: Final = 1280
"""Size of every encrypted state, in bytes."""

MAX_CACHED_STATES: Final = 6_000
"""States that a process keeps open; some three KiB each."""

_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class CaseState:
    """The state of a case.

    Attributes:
        kind: `report` or `statement`.
        state: `new` (nobody has looked), `open`, `asked` (somebody asked to close it), `closed`.
        topic: what it is about, as the child picked, such as `food`; empty when skipped.
        harm: whether a child may be hurt: then the safeguarding lead reads it.
        urgent: whether somebody may be in danger now.
        severity: 0 before the first assessment, then 1 (light) to 3 (severe).
        answerable: whether a child holds a code for it.
        owner: the person who is responsible; 0 while nobody in particular is.
        clocks: each running deadline by name, in whole hours since 1970 UTC.
        steps: how often each running deadline has passed and was escalated, by name.
        days: ISO days of events by name: `first_look`, `answered`, `closed`, ...
        flags: further facts, such as `withdraw_asked`, `authority`, `held`; never free text.
        language: the one in which the child reported; adults answer in it.
        keys: `sealed_thread.thread_fingerprint` of its public keys and its code; changes only with `rekeyed_thread`.
        sent: keyed fingerprint of the last submission for it, by which a repeat is recognised.
        wrote: the same of what the child last wrote with the code.
        transcripts: questions to the child about transcripts that are not settled yet; see `grievances.transcripts`.
        notice_from: the hour at which the job notifies people without a deadline; 0 while nothing is planned.
    """

    kind: str = REPORT
    state: str = "new"
    topic: str = ""
    harm: bool = False
    urgent: bool = False
    severity: int = 0
    answerable: bool = True
    owner: int = 0
    clocks: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    language: str = "en"
    keys: str = ""
    sent: str = ""
    wrote: str = ""
    transcripts: Mapping[str, tuple[int, int, str]] = field(default_factory=dict)
    notice_from: int = 0

    @property
    def due(self) -> int | None:
        """The hour of the earliest running deadline; None when none runs."""
        return min(self.clocks.values(), default=None)

    def having(self, **changed: Any) -> Self:
        """A copy with some attributes changed."""
        return replace(self, **changed)

    def with_clock(self, name: str, hour: int) -> Self:
        """A copy with a deadline that starts now: it has not been escalated yet."""
        steps = {other_name: step for other_name, step in self.steps.items() if other_name != name}
        return replace(self, clocks={**self.clocks, name: hour}, steps=steps)

    def without_clock(self, *names: str) -> Self:
        """A copy in which these deadlines are met."""
        clocks = {name: hour for name, hour in self.clocks.items() if name not in names}
        steps = {name: step for name, step in self.steps.items() if name not in names}
        return replace(self, clocks=clocks, steps=steps)

    def on(self, name: str, day: date) -> Self:
        """A copy that records the day of an event; a day that is recorded already stays."""
        return self if name in self.days else replace(self, days={**self.days, name: day.isoformat()})

    def day(self, name: str) -> date | None:
        """The day of an event; None when it has not happened."""
        iso_day = self.days.get(name)
        return date.fromisoformat(iso_day) if iso_day else None

    def flagged(self, *flags: str) -> Self:
        """A copy with these flags as well."""
        return replace(self, flags=tuple(sorted({*self.flags, *flags})))

    def unflagged(self, *flags: str) -> Self:
        """A copy without these flags."""
        return replace(self, flags=tuple(flag for flag in self.flags if flag not in flags))


def hour_after(moment: datetime, hours: float) -> int:
    """The first whole hour since 1970 UTC that is at least `hours` after a moment: deadlines round up."""
    return -int(-(moment.timestamp() + hours * _HOUR) // _HOUR)


def moment_of(hour: int) -> datetime:
    """The moment of a whole hour since 1970, UTC."""
    return datetime.fromtimestamp(hour * _HOUR, UTC)


def encrypt_case_state(key: bytes, thread_id: bytes, case: CaseState) -> bytes:
    """Encrypt a state for the database; all have the same length.

    Args:
        key: 32 bytes, from the key file `threads`.
        thread_id: 16 bytes.
        case: at most `CASE_STATE_BYTES` as JSON.

    Raises:
        ValueError: it does not fit.
    """
    return encrypt_padded(key, msgspec.json.encode(case), CASE_STATE_BYTES, _bound(thread_id))


@lru_cache(maxsize=MAX_CACHED_STATES)
def open_case_state(key: bytes, thread_id: bytes, blob: bytes) -> CaseState:
    """Decrypt a state. A process decrypts the same blob once, because an inbox shows thousands each time.

    The cache reveals no more than the key, which is in the same memory; a change produces another blob.

    Raises:
        CannotOpen: another key, another thread's, or altered.
    """
    return _DECODER.decode(decrypt_padded(key, blob, _bound(thread_id)))


_DECODER: Final = msgspec.json.Decoder(CaseState)


def _bound(thread_id: bytes) -> SealingContext:
    """The same text as `sealing_context`, built without checking hexadecimal digits: an inbox opens thousands."""
    return SealingContext(f"{CONTEXT_PREFIX}thread|{thread_id.hex()}|marks")
