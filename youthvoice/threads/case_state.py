"""What the installation must know of a thread without opening it: lists, clocks and figures live on it. Pure.

Marks are locked under the key file `threads` and all of one length, so that a stolen database does not even tell which
report is urgent, or closed. They hold no words of anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, Self

import msgspec

from youthvoice.privacy.crypto.symmetric_encryption import CONTEXT_PREFIX, SealingContext, lock_padded, unlock_padded

REPORT: Final = "report"

STATEMENT: Final = "statement"
"""Kinds of threads: what a child told, and what she says to a review of her care plan."""

HELD: Final = "held"
"""Flag: two advocates said that it is kept, such as for a court."""

WAS_HARM: Final = "was_harm"
"""Flag: a child may have been hurt, or it was grave, before somebody weighed it otherwise; two people take it away."""

CODE_TAKEN: Final = "code_taken"
"""Flag of a report that was told without a network: the pictures that its tablet drew were another child's already."""

FROM_LOST: Final = "from_lost_tablet"
"""Flag: it came from a tablet that was reported lost, so that it may not be from a child of the site."""

ONE_OF_MANY: Final = "one_of_many"
"""Flag: so many reports came from its tablet that day already that somebody may make them up; never which tablet."""

VOICE_LOST: Final = "voice_lost"
"""Flag of a report that was told without a network: she spoke, and nobody can hear what arrived."""

CAME_AGAIN: Final = "came_again"
"""Flag of a report whose sheet came once more with other content or other pictures, perhaps from somebody else."""

WITHDRAW_ASKED: Final = "withdraw_asked"
"""Flag: the child asks to stop."""

DISAGREED: Final = "disagreed"
"""Flag: she said that it was not, or only partly, put right."""

TOLD_DISAGREED: Final = "told_disagreed"
"""Flag: the next person was told so."""

TROUBLE: Final = "trouble"
"""Flag: she was treated worse because of what she told."""

TELL_OUTSIDE: Final = "tell_outside"
"""Flag: the outside recipient is to be told of it at once; taken away by whoever tells."""

WAITS_FOR_CHILD: Final = "waits_for_child"
"""Flag: something was said or asked, and the child has not written since."""

HANDED_BACK: Final = "handed_back"
"""Flag: somebody to whom words were handed wrote what was done, and nobody has read it yet."""

REPORTED: Final = "authority"
"""Flag: an authority knows; such a record is never destroyed by a timer."""

SUMMARY_AGREED: Final = "summary"
"""Flag: two people agreed on words for this report."""

ANNOUNCED: Final = "announced"

TOLD_URGENT: Final = "told_urgent"

TOLD_HARM: Final = "told_harm"
"""Flags, so that nobody is told the same thing twice. Every thread is announced, also where nobody has to be told: from
outside all look alike."""

LOOKED_LATE: Final = "late_first_look"
"""Flag: the first look came too late, or never; a year's figures say how many of them did not."""

GRAVE_SEVERITY: Final = 3
"""Severity of what hurt somebody badly, whatever was picked at first."""

CASE_STATE_BYTES: Final = 1280
"""Bytes of every thread's marks."""

MAX_CACHED_STATES: Final = 6_000
"""Threads whose marks a process keeps open; some three KiB each."""

_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class CaseState:
    """How a thread stands.

    Attributes:
        kind: `report` or `statement`.
        state: `new` (nobody looked), `open`, `asked` (somebody asked to close it), `closed`.
        topic: what it is about, as the child picked, such as `food`; empty when skipped.
        harm: whether a child may be hurt: the safeguarding lead reads it.
        urgent: whether somebody may be in danger now.
        severity: 0 while nobody weighed it, then 1 (light) to 3 (grave).
        answerable: whether a child holds a code for it.
        owner: the person who has it in hand; 0 while it is everybody's.
        clocks: when each running clock is over, in whole hours since 1970 UTC, by its name.
        steps: how often each running clock has gone over and was handed on, by its name.
        days: ISO days of what happened, by name: `first_look`, `answered`, `closed`, ...
        flags: what else is so, such as `withdraw_asked`, `authority`, `held`; never words.
        language: the one the child told it in; answers come in it.
        keys: what its public keys and its code were when it began, see `entities.thread_fingerprint`; never changes.
        sent: keyed fingerprint of the sheet that came last for it, so that one that comes again is known.
        wrote: the same of what the child wrote last with her code.
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

    @property
    def due(self) -> int | None:
        """The hour of the clock that is over first; None when none runs."""
        return min(self.clocks.values(), default=None)

    def having(self, **changed: Any) -> Self:
        """The same marks, with some of them changed."""
        return replace(self, **changed)

    def with_clock(self, name: str, hour: int) -> Self:
        """A clock that starts anew."""
        steps = {each: step for each, step in self.steps.items() if each != name}
        return replace(self, clocks={**self.clocks, name: hour}, steps=steps)

    def without_clock(self, *names: str) -> Self:
        """These clocks are settled."""
        clocks = {name: hour for name, hour in self.clocks.items() if name not in names}
        steps = {name: step for name, step in self.steps.items() if name not in names}
        return replace(self, clocks=clocks, steps=steps)

    def on(self, name: str, day: date) -> Self:
        """Something happened on a day; the first time stays."""
        return self if name in self.days else replace(self, days={**self.days, name: day.isoformat()})

    def day(self, name: str) -> date | None:
        """The day of something that happened; None when it did not."""
        found = self.days.get(name)
        return date.fromisoformat(found) if found else None

    def flagged(self, *flags: str) -> Self:
        """With these flags as well."""
        return replace(self, flags=tuple(sorted({*self.flags, *flags})))

    def unflagged(self, *flags: str) -> Self:
        """Without these flags."""
        return replace(self, flags=tuple(flag for flag in self.flags if flag not in flags))


def hour_after(moment: datetime, hours: float) -> int:
    """The whole hour since 1970 UTC that lies at least so many hours after a moment: clocks round up."""
    return -int(-(moment.timestamp() + hours * _HOUR) // _HOUR)


def moment_of(hour: int) -> datetime:
    """The moment of such an hour, UTC."""
    return datetime.fromtimestamp(hour * _HOUR, UTC)


def lock_case_state(key: bytes, thread_id: bytes, case: CaseState) -> bytes:
    """Marks as they are stored; always of one length.

    Args:
        key: 32 bytes, from the key file `threads`.
        thread_id: 16 bytes.
        case: at most `CASE_STATE_BYTES` as JSON.

    Raises:
        ValueError: they do not fit.
    """
    return lock_padded(key, msgspec.json.encode(case), CASE_STATE_BYTES, _bound(thread_id))


@lru_cache(maxsize=MAX_CACHED_STATES)
def open_case_state(key: bytes, thread_id: bytes, blob: bytes) -> CaseState:
    """Marks again; the same blob is opened once by a process, for an inbox shows thousands again and again.

    What is remembered is no more than the key, which lies in the same memory, opens; a change makes another blob.

    Raises:
        CannotOpen: another key, another thread's, or altered.
    """
    return _DECODER.decode(unlock_padded(key, blob, _bound(thread_id)))


_DECODER: Final = msgspec.json.Decoder(CaseState)


def _bound(thread_id: bytes) -> SealingContext:
    """As `context` would say it, without looking for separators in hexadecimal digits: an inbox opens thousands."""
    return SealingContext(f"{CONTEXT_PREFIX}thread|{thread_id.hex()}|marks")
