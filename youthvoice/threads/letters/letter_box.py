"""What lies in the letter box: sealed to its readers, when it is shown, looked at and ended. Pure.

The body of a survey's letter holds the words and whether the child lets others read them; it lies under the key of the
month in which it ends. A suggestion for an agenda is JSON and perhaps a voice, padded to one size where there is no
voice: neither the length of the words nor whether there are any shows.
Source: PRIVACY.md A10 (once a day at a fixed hour, its own first-look clock) and C (ends, times); DESIGN.md 3 (free
text of a child is `Sealed`) and 5, "An agenda".
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from youthvoice import context
from youthvoice.privacy.crypto.sealing import (
    SealedText,
    lock_outer,
    new_pair,
    open_sealed,
    relock_outer,
    seal,
    unlock_outer,
)
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.privacy.keys.key_names import THREADS, destruction_key
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads import retention_periods
from youthvoice.threads.key_wraps import KeyHolder, KeyWrap, unwrap_letter_key, wrap_letter_key


def shown_from(now: datetime, time_zone: str, daily_hour: int) -> datetime:
    """The next daily hour at a site, strictly after a moment, in UTC.

    Args:
        now: when the letter arrived, UTC.
        time_zone: IANA name of the site's.
        daily_hour: 0 to 23.
    """
    here = now.astimezone(ZoneInfo(time_zone))
    hour = here.replace(hour=daily_hour, minute=0, second=0, microsecond=0)
    if hour <= here:
        hour = (hour.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=ZoneInfo(time_zone))
    return hour.astimezone(UTC)


def shown_day(moment: datetime, time_zone: str) -> date:
    """The day at the site on which a letter is first shown."""
    return context.day_at(moment, time_zone)


def first_look_due(day: date) -> date:
    """The day by which an advocate has looked at the letters shown on a day."""
    return day + timedelta(days=1)


def ends_in(day: date) -> str:
    """The month in which a letter of a day ends, such as `2027-11`."""
    return f"{day.year + retention_periods.LETTER_YEARS:04}-{day.month:02}"


_MARKS: Final = ("0", "1", "2", "3")
"""Before the words: whether others may read them, and (from 2 on) whether its sheet came before with another letter. Of
equal length, so that neither shows."""


class LetterBox(Protocol):
    """Where a letter box stands; `sites.store.Site` is one."""

    @property
    def id(self) -> int:
        """Row of `sites`."""

    @property
    def time_zone(self) -> str:
        """IANA name."""

    @property
    def daily_hour(self) -> int:
        """The hour, 0 to 23, from which a day's letters are shown."""


@dataclass(frozen=True, slots=True)
class SealedLetter:
    """What the store keeps of a letter. No order of arrival: ids are random, times are days and daily hours.

    Attributes:
        id: 16 random bytes.
        site_id: of the tablet it was written on.
        box: `survey` or `agenda`.
        round_id: the round that asked; None of a suggestion.
        committee_id: whose agenda; None of a survey's letter.
        question: name of the question; empty of a suggestion.
        body: the words, sealed twice.
        destruction_month: `2027-11`.
        day: it arrived, at the site.
        shown_from: UTC.
        due_on: until when a suggestion is decided; None of a survey's letter.
        wraps: the letter's private key for each advocate.
    """

    id: bytes
    site_id: int
    box: str
    round_id: int | None
    committee_id: int | None
    question: str
    body: SealedText
    destruction_month: str
    day: date
    shown_from: datetime
    due_on: date | None
    wraps: Sequence[KeyWrap]


class OpenedLetter(NamedTuple):
    """A letter, opened.

    Attributes:
        words: as given.
        shared: whether the child lets others read them.
        again: whether another letter came before under the number of the same sheet.
    """

    words: str
    shared: bool
    again: bool = False


def seal_letter(  # noqa: PLR0913 - a letter is these six things
    keyring: Keyring,
    words: str,
    *,
    box: LetterBox,
    round_id: int,
    question: str,
    readers: Sequence[KeyHolder],
    now: datetime,
    shared: bool = False,
    again: bool = False,
) -> SealedLetter:
    """Seal a child's words to the advocates of a place.

    Args:
        keyring: the key files; the month's key is made when it is the first of its month.
        words: as given.
        box: the site of the tablet.
        round_id: which round asked.
        question: name of the letter box.
        readers: the advocates; nobody else will ever read it.
        now: UTC.
        shared: whether the child tapped that others may read it.
        again: whether its sheet came before.

    Raises:
        ValueError: nobody could read it.
    """
    plain = (_MARKS[2 * again + shared] + words).encode()
    return seal_in_box(
        keyring, "survey", plain, box=box, readers=readers, now=now, round_id=round_id, question=question
    )


def seal_in_box(  # noqa: PLR0913 - what stands beside it hangs on the box
    keyring: Keyring,
    kind: str,
    plain: bytes,
    *,
    box: LetterBox,
    readers: Sequence[KeyHolder],
    now: datetime,
    round_id: int | None = None,
    committee_id: int | None = None,
    question: str = "",
    due_on: date | None = None,
) -> SealedLetter:
    """Seal what lies in a letter box, under a key pair of its own.

    Args:
        keyring: the key files; the month's key is made when it is the first of its month.
        kind: `survey` or `agenda`.
        plain: what is inside; its length shows as a size bucket.
        box: the site of the tablet.
        readers: the advocates.
        now: UTC.
        round_id: as its column, and so the others.
        committee_id: whose agenda.
        question: name of the letter box.
        due_on: until when a suggestion is decided.

    Raises:
        ValueError: nobody could read it.
    """
    if not readers:
        raise ValueError("A letter that nobody can read")
    letter_id, pair = secrets.token_bytes(16), new_pair()
    day = context.day_at(now, box.time_zone)
    month = ends_in(day)
    sealed_text = seal(plain, pair.public, sealing_context("letter", letter_id.hex(), "body"))
    key = keyring.key_or_new(THREADS)
    return SealedLetter(
        id=letter_id,
        site_id=box.id,
        box=kind,
        round_id=round_id,
        committee_id=committee_id,
        question=question,
        body=lock_outer(
            sealed_text, keyring.key_or_new(destruction_key(month)), sealing_context("letter", letter_id.hex(), "outer")
        ),
        destruction_month=month,
        day=day,
        shown_from=shown_from(now, box.time_zone, box.daily_hour),
        due_on=due_on,
        wraps=[wrap_letter_key(key, letter_id, pair.private, holder) for holder in readers],
    )


@dataclass(frozen=True, slots=True)
class LockedLetter:
    """What is needed to open a letter, beside the key of whoever opens it.

    Attributes:
        id: of the letter, 16 bytes.
        body: sealed twice.
        destruction_month: whose key locks it.
        wrapped: the letter's private key, for her.
    """

    id: bytes
    body: bytes = field(repr=False)
    destruction_month: str
    wrapped: bytes = field(repr=False)


def open_letter(keyring: Keyring, letter: LockedLetter, person_id: int, private_key: bytes) -> OpenedLetter:
    """The words and the child's yes again, with an advocate's private key.

    Raises:
        CannotOpen: not her key, or altered.
        KeyGone: its month has ended.
    """
    plain = open_letter_body(keyring, letter, person_id, private_key).decode()
    again, shared = divmod(_MARKS.index(plain[:1]), 2)
    return OpenedLetter(plain[1:], bool(shared), bool(again))


def open_letter_body(keyring: Keyring, letter: LockedLetter, person_id: int, private_key: bytes) -> bytes:
    """What lay in a letter box, with an advocate's private key.

    Raises:
        CannotOpen, KeyGone: as `open_letter`.
    """
    key = keyring.key(destruction_key(letter.destruction_month))
    sealed_text = unlock_outer(SealedText.stored(letter.body), key, sealing_context("letter", letter.id.hex(), "outer"))
    own = unwrap_letter_key(letter.id, person_id, letter.wrapped, private_key)
    return open_sealed(sealed_text, own, sealing_context("letter", letter.id.hex(), "body"))


def letter_under_month(keyring: Keyring, letter_id: bytes, body: bytes, before: str, after: str) -> SealedText:
    """A letter's body under the key of a later month; what is inside stays sealed.

    Raises:
        CannotOpen, KeyGone: it does not lie under the earlier month's key.
    """
    keys = keyring.key(destruction_key(before)), keyring.key_or_new(destruction_key(after))
    return relock_outer(SealedText.stored(body), *keys, sealing_context("letter", letter_id.hex(), "outer"))


_ROOM: Final = 4000
"""Bytes of everything but the voice: 600 letters of any script, as JSON, and the picks."""

_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one child suggests; whatever she skipped is empty. Nothing of it is ever printed.

    Attributes:
        topic: what it is about, as she picked.
        wish: what should happen, as she picked.
        words: as she wrote them.
        voice: as she recorded it.
        voice_kind: `audio/webm` or `audio/ogg`.
        language: the one she suggested it in.
        again: whether something else came before under the number of the same sheet.
    """

    topic: str = field(default="", repr=False)
    wish: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    voice: bytes = field(default=b"", repr=False)
    voice_kind: str = field(default="", repr=False)
    language: str = "en"
    again: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was suggested: a wish alone says nothing."""
        return not (self.topic or self.words.strip() or self.voice)


def due_after(now: datetime, box: LetterBox, check_days: int) -> date:
    """Until when something that arrives now is decided, at the site.

    Args:
        now: UTC.
        box: the site.
        check_days: how long advocates have after it is shown.
    """
    moment = shown_from(now, box.time_zone, box.daily_hour)
    return shown_day(moment, box.time_zone) + timedelta(days=check_days)


def seal_suggestion(  # noqa: PLR0913 - what, to whom, for which agenda, when
    keyring: Keyring,
    suggestion: Suggestion,
    *,
    box: LetterBox,
    committee_id: int,
    check_days: int,
    readers: Sequence[KeyHolder],
    now: datetime,
) -> SealedLetter:
    """Seal a suggestion to the advocates of a place.

    Raises:
        ValueError: nobody could read it, or its words are longer than any page takes.
    """
    said = {name: getattr(suggestion, name) for name in ("topic", "wish", "words", "voice_kind", "language")}
    said |= {"again": True} if suggestion.again else {}
    head = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    if len(head) > _ROOM - _LENGTH:
        raise ValueError("A suggestion that is too long")
    plain = len(head).to_bytes(_LENGTH, "big") + head.ljust(_ROOM - _LENGTH, b" ") + suggestion.voice
    due = due_after(now, box, check_days)
    return seal_in_box(
        keyring, "agenda", plain, box=box, readers=readers, now=now, committee_id=committee_id, due_on=due
    )


def open_suggestion(keyring: Keyring, letter: LockedLetter, person_id: int, private_key: bytes) -> Suggestion:
    """A suggestion again, with an advocate's private key.

    Raises:
        CannotOpen, KeyGone: as `open_letter`.
    """
    plain = open_letter_body(keyring, letter, person_id, private_key)
    length = int.from_bytes(plain[:_LENGTH], "big")
    content = json.loads(plain[_LENGTH : _LENGTH + length].decode("utf-8", "surrogatepass"))
    return Suggestion(**content, voice=plain[_ROOM:])
