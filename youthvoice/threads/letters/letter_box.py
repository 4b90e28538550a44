"""Letters, suggestions and good news: how they are sealed to readers, when they are shown, due and deleted. Pure.

The body of each is JSON and perhaps a recording, under the key of the month in which it ends. A letter of a survey is
padded to one size with a recording or without: nobody can tell which child spoke. A suggestion for an agenda, and good
news, is padded to one size without a recording, which shows neither the length of the text nor whether there is any.
Source: PRIVACY.md A10 (once a day at a fixed hour, its own first-look clock) and C (ends, times); DESIGN.md 3 (free
text of a child is `Sealed`) and 5, "An agenda".
"""

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from youthvoice import context
from youthvoice.privacy.crypto import sealing
from youthvoice.privacy.crypto.symmetric_encryption import LENGTH_BYTES, sealing_context
from youthvoice.privacy.keys.key_names import THREADS, destruction_key
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites.last_day import ClosingSite, limit_to_last_day
from youthvoice.threads import retention_periods
from youthvoice.threads.key_wraps import KeyHolder, KeyWrap, excluded_wrap, unwrap_letter_key, wrap_letter_key


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
    """The month in which a letter of this day ends, such as `2027-11`."""
    return f"{day.year + retention_periods.LETTER_YEARS:04}-{day.month:02}"


_MARKS: Final = (b"0", b"1", b"2", b"3")
"""First byte of a letter from before letters took a recording; its text follows. With 1 and 3 others may read it, with
2 and 3 its submission came before with another letter. A newer letter begins with a zero byte."""


MAX_LETTER_SECONDS: Final = 60
"""Maximum length of a recording in a letter: nobody answers there, and each letter takes the room of one this long."""

LETTER_BYTES: Final = 13 * 16 * 1024
"""Bytes of which each letter is a whole multiple, stored or under way: a minute at 24 kbit/s is 176 KiB, its container
and everything else on the form another 15."""

MAX_LETTER_VOICE_BYTES: Final = LETTER_BYTES - 16 * 1024
"""The recorder stops before. A larger recording would take eight times the room, and show by its length."""


class LetterSite(Protocol):
    """The site of a letter; `sites.store.Site` is one."""

    @property
    def id(self) -> int:
        """Row of `sites`."""

    @property
    def time_zone(self) -> str:
        """IANA name."""

    @property
    def daily_hour(self) -> int:
        """The hour, 0 to 23, from which a day's letters are shown."""


class AgendaSite(LetterSite, ClosingSite, Protocol):
    """The site of a suggestion; `sites.store.Site` is one."""


@dataclass(frozen=True, slots=True)
class SealedLetter:
    """A letter as it is stored. Nothing shows the order of arrival: ids are random, times are days and daily hours.

    Attributes:
        id: 16 random bytes.
        site_id: of the tablet it was written on.
        box: `survey`, `agenda` or `good`.
        round_id: of the round; only of a survey's letter.
        committee_id: of the agenda; only of a suggestion.
        question: name of the question; only of a survey's letter.
        body: the text, sealed twice.
        destruction_month: `2027-11`.
        day: it arrived, at the site.
        shown_from: UTC.
        due_on: until when a suggestion is decided; None for anything else.
        wraps: the letter's private key for each advocate, and a decoy for each whom the child left out.
    """

    id: bytes
    site_id: int
    box: str
    round_id: int | None
    committee_id: int | None
    question: str
    body: sealing.SealedText
    destruction_month: str
    day: date
    shown_from: datetime
    due_on: date | None
    wraps: Sequence[KeyWrap]


class OpenedLetter(NamedTuple):
    """An opened letter.

    Attributes:
        words: the text.
        shared: whether the child lets others read the text; they hear the recording only in a report made of it.
        again: whether another letter came before with the same submission id.
        voice: the recording.
        voice_kind: `audio/webm` or `audio/ogg`; `lost` where the child spoke and the recording cannot be played.
    """

    words: str
    shared: bool
    again: bool = False
    voice: bytes = b""
    voice_kind: str = ""


def seal_letter(  # noqa: PLR0913 - a letter is these values
    keyring: Keyring,
    words: str,
    voice: bytes = b"",
    *,
    site: LetterSite,
    round_id: int,
    question: str,
    readers: Sequence[KeyHolder],
    now: datetime,
    shared: bool = False,
    again: bool = False,
    voice_kind: str = "",
) -> SealedLetter:
    """Seal a child's letter to the advocates of a site, in one length whatever it holds.

    Args:
        keyring: the key files; the month's key is made when it is the first of its month.
        words: the text.
        voice: the recording.
        site: of the tablet.
        round_id: of the round.
        question: name of the letter box.
        readers: the advocates; nobody else will ever read it.
        now: UTC.
        shared: whether the child agreed that others may read the text.
        again: whether its submission id came before.
        voice_kind: as that of an `OpenedLetter`.

    Raises:
        ValueError: nobody could read it, or its text is longer than the page accepts.
    """
    content = {"words": words, "shared": shared, "again": again, "voice_kind": voice_kind, "voice": len(voice)}
    plain = pad_content(content, voice, _LETTER_ROOM)
    plain += bytes(-(len(plain) + LENGTH_BYTES) % LETTER_BYTES)
    return seal_in_box(
        keyring, "survey", plain, site=site, readers=readers, now=now, round_id=round_id, question=question
    )


def seal_in_box(  # noqa: PLR0913 - the other columns depend on the kind
    keyring: Keyring,
    kind: str,
    plain: bytes,
    *,
    site: LetterSite,
    readers: Sequence[KeyHolder],
    now: datetime,
    round_id: int | None = None,
    committee_id: int | None = None,
    question: str = "",
    due_on: date | None = None,
    left_out: Collection[int] = (),
    letter_id: bytes = b"",
) -> SealedLetter:
    """Seal the content of a letter or suggestion, under a new key pair.

    Args:
        keyring: the key files; the month's key is made when it is the first of its month.
        kind: `survey`, `agenda` or `good`.
        plain: the content; its length shows as a size bucket.
        site: of the tablet.
        readers: the advocates.
        now: UTC.
        round_id: of the round.
        committee_id: of the agenda.
        question: name of the letter box.
        due_on: until when a suggestion is decided.
        left_out: rows of `people` who never open it, even if a colleague shares it.
        letter_id: 16 bytes; random where it is empty.

    Raises:
        ValueError: nobody could read it.
    """
    if not readers:
        raise ValueError("A letter that nobody can read")
    letter_id, pair = letter_id or secrets.token_bytes(16), sealing.new_pair()
    day = context.day_at(now, site.time_zone)
    month = ends_in(day)
    sealed_text = sealing.seal(plain, pair.public, sealing_context("letter", letter_id.hex(), "body"))
    key = keyring.key_or_new(THREADS)
    return SealedLetter(
        id=letter_id,
        site_id=site.id,
        box=kind,
        round_id=round_id,
        committee_id=committee_id,
        question=question,
        body=sealing.encrypt_outer(
            sealed_text, keyring.key_or_new(destruction_key(month)), sealing_context("letter", letter_id.hex(), "outer")
        ),
        destruction_month=month,
        day=day,
        shown_from=shown_from(now, site.time_zone, site.daily_hour),
        due_on=due_on,
        wraps=[
            *(wrap_letter_key(key, letter_id, pair.private, holder) for holder in readers),
            *(excluded_wrap(key, letter_id, person_id) for person_id in left_out),
        ],
    )


@dataclass(frozen=True, slots=True)
class EncryptedLetter:
    """What is needed to open a letter, besides the reader's private key.

    Attributes:
        id: of the letter, 16 bytes.
        body: sealed twice.
        destruction_month: whose key locks it.
        wrapped: the letter's private key, wrapped to the reader.
    """

    id: bytes
    body: bytes = field(repr=False)
    destruction_month: str
    wrapped: bytes = field(repr=False)


def open_letter(keyring: Keyring, letter: EncryptedLetter, person_id: int, private_key: bytes) -> OpenedLetter:
    """Open a letter with an advocate's private key.

    Raises:
        CannotOpen: another person's key, or altered.
        KeyGone: its month has ended.
    """
    plain = open_letter_body(keyring, letter, person_id, private_key)
    if plain[:1] in _MARKS:
        again, shared = divmod(_MARKS.index(plain[:1]), 2)
        return OpenedLetter(plain[1:].decode(), bool(shared), bool(again))
    content, voice = read_content(plain, _LETTER_ROOM)
    # the content holds the length of the recording; what follows the recording is padding
    return OpenedLetter(**{**content, "voice": voice[: content["voice"]]})


def open_letter_body(keyring: Keyring, letter: EncryptedLetter, person_id: int, private_key: bytes) -> bytes:
    """Open the content of a letter or suggestion with an advocate's private key.

    Raises:
        CannotOpen, KeyGone: as `open_letter`.
    """
    key = keyring.key(destruction_key(letter.destruction_month))
    sealed_text = sealing.decrypt_outer(
        sealing.SealedText.stored(letter.body), key, sealing_context("letter", letter.id.hex(), "outer")
    )
    letter_key = unwrap_letter_key(letter.id, person_id, letter.wrapped, private_key)
    return sealing.open_sealed(sealed_text, letter_key, sealing_context("letter", letter.id.hex(), "body"))


def letter_under_month(keyring: Keyring, letter_id: bytes, body: bytes, before: str, after: str) -> sealing.SealedText:
    """Move a letter's body under the key of a later month; its inner seal stays.

    Raises:
        CannotOpen, KeyGone: it is not encrypted under the earlier month's key.
    """
    keys = keyring.key(destruction_key(before)), keyring.key_or_new(destruction_key(after))
    return sealing.reencrypt_outer(
        sealing.SealedText.stored(body), *keys, sealing_context("letter", letter_id.hex(), "outer")
    )


_ROOM: Final = 4000
"""Bytes of everything but the recording: 600 characters of any script, as JSON, and the picks."""

_LETTER_ROOM: Final = 8000
"""The same of a letter: 1,000 characters, each of which JSON may write as six."""

_LENGTH: Final = 4


def pad_content(content: Mapping[str, Any], voice: bytes, room: int = _ROOM) -> bytes:
    """Picks and text of a child as JSON of one length, and a recording behind it.

    Args:
        content: what JSON can hold.
        voice: the recording.
        room: bytes of everything but the recording.

    Raises:
        ValueError: the text is longer than the page accepts.
    """
    content_json = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    if len(content_json) > room - _LENGTH:
        raise ValueError("More words than a page accepts")
    return len(content_json).to_bytes(_LENGTH, "big") + content_json.ljust(room - _LENGTH, b" ") + voice


def read_content(plain: bytes, room: int = _ROOM) -> tuple[dict[str, Any], bytes]:
    """The content that `pad_content` made, and what follows it."""
    length = int.from_bytes(plain[:_LENGTH], "big")
    return json.loads(plain[_LENGTH : _LENGTH + length].decode("utf-8", "surrogatepass")), plain[room:]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A child's suggestion for an agenda; what the child skipped is empty. Nothing of it is ever printed.

    Attributes:
        topic: what it is about, as picked.
        wish: what should happen, as picked.
        words: the text.
        voice: the recording.
        voice_kind: as that of an `OpenedLetter`.
        language: of the text.
        again: whether other content came before with the same submission id.
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
        """Whether it suggests nothing: a wish alone does not count."""
        return not (self.topic or self.words.strip() or self.voice_kind)


def due_after(now: datetime, site: AgendaSite, check_days: int) -> date:
    """The day until which something that arrives now is decided, at the site.

    Args:
        now: UTC.
        site: where it arrives.
        check_days: how many days advocates have after it is shown.
    """
    moment = shown_from(now, site.time_zone, site.daily_hour)
    day, today = shown_day(moment, site.time_zone), now.astimezone(ZoneInfo(site.time_zone)).date()
    return limit_to_last_day(day + timedelta(days=check_days), site, today)


def seal_suggestion(  # noqa: PLR0913 - content, readers, agenda and time
    keyring: Keyring,
    suggestion: Suggestion,
    *,
    site: AgendaSite,
    committee_id: int,
    check_days: int,
    readers: Sequence[KeyHolder],
    now: datetime,
) -> SealedLetter:
    """Seal a suggestion to the advocates of a site.

    Raises:
        ValueError: nobody could read it, or its text is longer than the page accepts.
    """
    content = {name: getattr(suggestion, name) for name in ("topic", "wish", "words", "voice_kind", "language")}
    content |= {"again": True} if suggestion.again else {}
    plain = pad_content(content, suggestion.voice)
    due = due_after(now, site, check_days)
    return seal_in_box(
        keyring, "agenda", plain, site=site, readers=readers, now=now, committee_id=committee_id, due_on=due
    )


def open_suggestion(keyring: Keyring, letter: EncryptedLetter, person_id: int, private_key: bytes) -> Suggestion:
    """Open a suggestion with an advocate's private key.

    Raises:
        CannotOpen, KeyGone: as `open_letter`.
    """
    content, voice = read_content(open_letter_body(keyring, letter, person_id, private_key))
    return Suggestion(**content, voice=voice)
