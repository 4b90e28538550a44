"""How a child's good news is sealed to advocates, and an adult's sentence is encrypted for the board."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads.key_wraps import KeyHolder
from youthvoice.threads.letters import letter_box
from youthvoice.threads.letters.store import GOOD_BOX

_ENTRY_BYTES: Final = 4_096  # of a sentence in every language


@dataclass(frozen=True, slots=True)
class GoodNews:
    """What a child said; what the child skipped is empty.

    Attributes:
        topics: codes of `rules.TOPICS`.
        destination: a code of `rules.DESTINATIONS`; empty counts as for the advocate alone.
        words: the text.
        voice: the recording.
        voice_kind: `audio/webm` or `audio/ogg`; `lost` where the child spoke and the recording cannot be played.
        language: of the text.
        again: whether other content came before with the same submission id.
        left_out: rows of `people` who never read it, nor what becomes of it; its readers know them, as of a report.
        adult: row of `people` whom it thanks, where that is its destination; else 0.
    """

    topics: tuple[str, ...] = field(default=(), repr=False)
    destination: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    voice: bytes = field(default=b"", repr=False)
    voice_kind: str = field(default="", repr=False)
    language: str = "en"
    again: bool = False
    left_out: tuple[int, ...] = ()
    adult: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether it tells nothing: where it goes alone does not count."""
        return not (self.topics or self.words.strip() or self.voice_kind)


_FIELDS: Final = ("topics", "destination", "words", "voice_kind", "language", "again", "left_out", "adult")


def seal_good_news(  # noqa: PLR0913 - content, readers, place and time
    keyring: Keyring,
    good_news: GoodNews,
    *,
    site: letter_box.LetterSite,
    readers: Sequence[KeyHolder],
    left_out: Collection[int],
    now: datetime,
    letter_id: bytes = b"",
) -> letter_box.SealedLetter:
    """Seal good news to advocates of a site, each of whom the child saw and let read.

    Args:
        keyring: the key files.
        good_news: the content.
        site: of the tablet.
        readers: the advocates who read it.
        left_out: rows of `people` of the other advocates, who get a decoy.
        now: UTC.
        letter_id: 16 bytes; random where it is empty.

    Raises:
        ValueError: nobody could read it, or its text is longer than the page accepts.
    """
    plain = letter_box.pad_content({name: getattr(good_news, name) for name in _FIELDS}, good_news.voice)
    return letter_box.seal_in_box(
        keyring, GOOD_BOX, plain, site=site, readers=readers, now=now, left_out=left_out, letter_id=letter_id
    )


def open_good_news(
    keyring: Keyring, letter: letter_box.EncryptedLetter, person_id: int, private_key: bytes
) -> GoodNews:
    """Open good news with an advocate's private key.

    Raises:
        CannotOpen: another person's key, or altered.
        KeyGone: its month has ended.
    """
    content, voice = letter_box.read_content(letter_box.open_letter_body(keyring, letter, person_id, private_key))
    return GoodNews(**{**content, **{name: tuple(content[name]) for name in ("topics", "left_out")}}, voice=voice)


@dataclass(frozen=True, slots=True)
class BoardNews:
    """What the board shows, or one adult reads.

    Attributes:
        topic: a code of `rules.TOPICS`; where `why` is set, `adult` for thanks to one adult, else `other`.
        words: an adult's sentence, by language; empty where `why` is set.
        why: a code of `rules.WHY_NOT` where something is not on the board.
        adult: row of `people` who alone reads it, as a thank-you; 0 for the board.
        left_out: rows of `people` whom the child left out; no list shows them a thank-you.
    """

    topic: str
    words: Mapping[str, str]
    why: str = ""
    adult: int = 0
    left_out: tuple[int, ...] = ()

    def is_shown_to(self, person_id: int) -> bool:
        """Whether an advocate's list shows it: a thank-you neither to whom it goes nor to whom the child left out."""
        return person_id not in {self.adult, *self.left_out}


def encrypt_board_news(keyring: Keyring, entry_id: bytes, site_id: int, board_news: BoardNews) -> bytes:
    """What the board shows as it is stored, bound to its row."""
    return encrypt_json(keyring, KEPT_WORDS, board_news, _purpose(entry_id, site_id), _ENTRY_BYTES)


def decrypt_board_news(keyring: Keyring, entry_id: bytes, site_id: int, locked: bytes) -> BoardNews:
    """What the board shows, from its row.

    Raises:
        CannotOpen: of another row, or altered.
        KeyGone: its key is missing.
    """
    return decrypt_json(keyring, KEPT_WORDS, locked, _purpose(entry_id, site_id), BoardNews)


def _purpose(entry_id: bytes, site_id: int) -> SealingContext:
    return sealing_context("good-news", entry_id.hex(), site_id)
