"""Fields of a child's form: picks, words, a voice and the seven screens of a picture code.

Nobody is there to put right what a tablet delivers later: what cannot be taken of it is left out, the rest is taken.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from flask_babel import LazyString, lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Field, Form, StringField
from wtforms.validators import ValidationError

from youthvoice.clips.audio_files import NotAClip, audio_kind
from youthvoice.privacy.credentials import picture_codes
from youthvoice.web.deliveries import is_delivered
from youthvoice.web.graphics.picture_labels import picture_label

MAX_VOICE_SECONDS: Final = 90
"""A voice lasts so long."""

MAX_VOICE_BYTES: Final = 1280 * 1024
"""Ninety seconds at 24 kbit/s are 264 KiB; a browser that takes no notice of that gets room."""

MAX_FORM_BYTES: Final = 1536 * 1024
"""A voice and words."""

WORDS_TOO_LONG = _l("These words are too long. Say it shorter, please.")

UNKNOWN_PICK = _l("This answer is not one of ours. Choose again, please.")

NO_VOICE = _l("This is not a voice that we can keep. Speak again, please.")

VOICE_TOO_LONG = _l("Your voice is too long to send. Say it shorter, please.")

SKIPPED: Final = ""
"""Code of a screen that was skipped; no pick has it."""


class Pick(NamedTuple):
    """One tile: its code, an OpenMoji picture or one of ours, and what is written on it (in the page's language)."""

    code: str
    picture: str
    words: Any


def pick_codes(picks: Sequence[Pick]) -> tuple[str, ...]:
    """The codes of some picks, in order."""
    return tuple(pick.code for pick in picks)


def pick_label(picks: Sequence[Pick], code: str) -> str:
    """What is written on a pick, in the page's language; empty for a screen that was skipped."""
    return next((str(pick.words) for pick in picks if pick.code == code), "")


def with_files(words: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> MultiDict[str, Any]:
    """Words as words and a voice as a file, whatever a program calls a file."""
    sent: MultiDict[str, Any] = MultiDict(words)
    sent.setlist("voice", files.getlist("voice"))
    return sent


class PickField(StringField):
    """One pick; nothing chosen is a skip. Without `of` the form's `choices_of` says what may be picked."""

    data: Any

    def __init__(self, of: Collection[str] | None, screen: str = "", **more: Any) -> None:
        super().__init__(**more)
        self.of, self.screen = of, screen or self.name

    def pre_validate(self, form: Form) -> None:
        """Refuse what is not on the page.

        Raises:
            ValidationError: in words for a child.
        """
        known = form.choices_of(self) if self.of is None else self.of
        if self.data and self.data not in known:
            if not is_delivered():
                raise ValidationError(UNKNOWN_PICK)
            self.data = SKIPPED


class PicksField(Field):
    """Several picks; nothing chosen is a skip. `too_many` says that at most `most` can be taken."""

    def __init__(
        self,
        of: Collection[str],
        screen: str = "",
        *,
        most: int | None = None,
        too_many: LazyString | None = None,
        **more: Any,
    ) -> None:
        super().__init__(**more)
        self.of, self.screen, self.most, self.too_many = of, screen or self.name, most, too_many

    def process_formdata(self, valuelist: list[str]) -> None:
        """Each once, in the order in which they came; an empty one is none."""
        self.data = [one for one in dict.fromkeys(valuelist) if one]

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002 - the library's signature
        """Refuse what is not on the page, and more than can be taken; of what is delivered nothing is lost.

        Raises:
            ValidationError: in words for a child.
        """
        known = [one for one in self.data or () if one in frozenset(self.of)]
        if known != (self.data or []) and not is_delivered():
            raise ValidationError(UNKNOWN_PICK)
        if self.most and len(known) > self.most and not is_delivered():
            raise ValidationError(self.too_many)
        self.data = known


class WordsField(StringField):
    """Words as they were given, up to so many letters."""

    def __init__(self, most: int, screen: str, **more: Any) -> None:
        super().__init__(**more)
        self.most, self.screen = most, screen

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing, or only blanks, is a skip."""
        sent = (valuelist or [""])[0].replace("\r\n", "\n")
        self.data = sent if sent.strip() else ""

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002 - the library's signature
        """Refuse what is too long.

        Raises:
            ValidationError: in words for a child.
        """
        if len(self.data or "") > self.most:
            raise ValidationError(WORDS_TOO_LONG)


class VoiceField(Field):
    """A recorded voice; `kind` says in which wrapping it lies, and the words why it cannot be taken.

    `is_lost` says that one was delivered which nobody can hear. Where there are words for a box that is empty, it may
    not be.
    """

    screen = "tell"
    kind = ""
    too_large = is_lost = False
    empty: LazyString | None = None
    no_voice, too_long = NO_VOICE, VOICE_TOO_LONG

    def process_formdata(self, valuelist: list[FileStorage | str]) -> None:
        """Take the bytes; an empty box is a skip, and so is what was written in place of a file."""
        files = [one for one in valuelist if isinstance(one, FileStorage)]
        self.data = files[0].stream.read(MAX_VOICE_BYTES + 1) if files else b""

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002 - the library's signature
        """Refuse what is no voice.

        Raises:
            ValidationError: in words for whoever speaks.
        """
        if not self.data and self.empty is None:
            return
        try:
            self.kind = audio_kind(self.data or b"", MAX_VOICE_BYTES)
        except NotAClip as refused:
            if is_delivered():
                self.data, self.is_lost = b"", True
                return
            self.too_large = refused.code == "too_large"
            words = {"empty": self.empty, "too_large": self.too_long}
            raise ValidationError(words.get(refused.code, self.no_voice)) from None


def first_refusals(form: Form) -> dict[str, str]:
    """Why something in a form of these fields cannot be taken, by screen; the first of each."""
    reasons: dict[str, str] = {}
    for field in form:
        if field.errors:
            reasons.setdefault(field.screen, str(field.errors[0]))
    return reasons


CODE_FIELDS: Final = tuple(f"p{nth}" for nth in range(1, len(picture_codes.SCREENS) + 1))
"""Names of the boxes, one a screen; their values are digits, 0 to 8."""

CODE_PICKS: Final = tuple(str(nth) for nth in range(picture_codes.PER_SCREEN))
"""Their values, a picture each."""

CodeTile = tuple[str, str, str]


def code_screens() -> list[tuple[str, list[CodeTile]]]:
    """Each screen: the name of its box and its pictures as value, name in the page's language, OpenMoji code."""
    return [
        (name, [(str(nth), picture_label(picture.name), picture.code) for nth, picture in enumerate(pictures)])
        for name, pictures in zip(CODE_FIELDS, picture_codes.SCREENS, strict=True)
    ]


def read_code(form: Mapping[str, str]) -> picture_codes.PictureCode | None:
    """The code that a form brings; None where a picture is missing."""
    return picture_codes.read_code([form.get(name, "") for name in CODE_FIELDS])


def code_pictures(code: picture_codes.PictureCode) -> list[tuple[str, str]]:
    """The pictures of a code, in order, as name in the page's language and OpenMoji code."""
    return [(picture_label(picture.name), picture.code) for picture in code.pictures]
