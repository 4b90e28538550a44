"""Form fields for children: picks, text, a voice recording and the seven screens of a picture code.

When a tablet delivers a form later, nobody can correct it: the fields drop what is invalid and accept the rest.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from flask_babel import LazyString, lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Field, Form, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import FileInput

from youthvoice.clips.audio_files import NotAClip, audio_kind
from youthvoice.clips.labels import refusal_labels
from youthvoice.privacy.credentials import picture_codes
from youthvoice.web.deliveries import is_delivered
from youthvoice.web.graphics.picture_labels import picture_label

IDLE_SECONDS: Final = 300
"""How long a page waits on which a child writes or speaks; other pages of children wait a minute."""

MAX_VOICE_SECONDS: Final = 90
"""Maximum length of a voice recording."""

MAX_VOICE_BYTES: Final = 1280 * 1024
"""Ninety seconds at 24 kbit/s are 264 KiB; a browser that ignores this bit rate gets more room."""

MAX_FORM_BYTES: Final = 1536 * 1024
"""A voice recording and text."""

WORDS_TOO_LONG = _l("These words are too long. Say it shorter, please.")

UNKNOWN_PICK = _l("This answer is not one of ours. Choose again, please.")

NO_VOICE = _l("This is not a voice that we can keep. Speak again, please.")

VOICE_TOO_LONG = _l("Your voice is too long to send. Say it shorter, please.")

SKIPPED: Final = ""
"""Code of a skipped screen; no pick has it."""


class Pick(NamedTuple):
    """One tile: its code, a picture of OpenMoji or our own, and its label (in the page's language)."""

    code: str
    picture: str
    words: Any


def pick_codes(picks: Sequence[Pick]) -> tuple[str, ...]:
    """The codes of these picks, in order."""
    return tuple(pick.code for pick in picks)


def pick_label(picks: Sequence[Pick], code: str) -> str:
    """The label of a pick, in the page's language; empty for a skipped screen."""
    return next((str(pick.words) for pick in picks if pick.code == code), "")


def with_files(form: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> MultiDict[str, Any]:
    """Form data with its text fields as text and only `voice` as a file, whatever the sender calls a file."""
    formdata: MultiDict[str, Any] = MultiDict(form)
    formdata.setlist("voice", files.getlist("voice"))
    return formdata


class PickField(StringField):
    """One pick; no choice is a skip. Without `of` the form's `choices_of` names the valid codes."""

    data: Any

    def __init__(self, of: Collection[str] | None, screen: str = "", **more: Any) -> None:
        super().__init__(**more)
        self.of, self.screen = of, screen or self.name

    def pre_validate(self, form: Form) -> None:
        """Refuse a code that is not on the page.

        Raises:
            ValidationError: in words for a child.
        """
        valid_codes = form.choices_of(self) if self.of is None else self.of
        if self.data and self.data not in valid_codes:
            if not is_delivered():
                raise ValidationError(UNKNOWN_PICK)
            self.data = SKIPPED


class PicksField(Field):
    """Several picks; no choice is a skip. `too_many` is the message for more than `most`."""

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
        """Take each code once, in the order of arrival; empty values are ignored."""
        self.data = [code for code in dict.fromkeys(valuelist) if code]

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002 - the library's signature
        """Refuse codes that are not on the page, and too many; of a later delivery only keep the valid ones.

        Raises:
            ValidationError: in words for a child.
        """
        valid = [code for code in self.data or () if code in frozenset(self.of)]
        if valid != (self.data or []) and not is_delivered():
            raise ValidationError(UNKNOWN_PICK)
        if self.most and len(valid) > self.most and not is_delivered():
            raise ValidationError(self.too_many)
        self.data = valid


class WordsField(StringField):
    """Free text, up to `most` characters."""

    def __init__(self, most: int, screen: str, **more: Any) -> None:
        super().__init__(**more)
        self.most, self.screen = most, screen

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text; an empty or blank one is a skip."""
        words = (valuelist or [""])[0].replace("\r\n", "\n")
        self.data = words if words.strip() else ""

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002 - the library's signature
        """Refuse a text that is too long.

        Raises:
            ValidationError: in words for a child.
        """
        if len(self.data or "") > self.most:
            raise ValidationError(WORDS_TOO_LONG)


class VoiceField(Field):
    """A voice recording; `kind` is its container format: `audio/webm`, `audio/ogg`, or `lost`.

    It is lost where a later delivery held one that cannot be played. With a message `empty` a recording is required.
    """

    screen = "tell"
    kind = ""
    too_large = False
    empty: LazyString | None = None
    no_voice, too_long = NO_VOICE, VOICE_TOO_LONG
    most = MAX_VOICE_BYTES

    def process_formdata(self, valuelist: list[FileStorage | str]) -> None:
        """Read the bytes; an empty field, or text in place of a file, is a skip."""
        files = [voice for voice in valuelist if isinstance(voice, FileStorage)]
        self.data = files[0].stream.read(self.most + 1) if files else b""

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002 - the library's signature
        """Refuse what is not a voice recording.

        Raises:
            ValidationError: in words for the person who speaks.
        """
        if not self.data and self.empty is None:
            return
        try:
            self.kind = audio_kind(self.data or b"", self.most)
        except NotAClip as refused:
            if is_delivered():
                self.data, self.kind = b"", "lost"
                return
            self.too_large = refused.code == "too_large"
            words = {"empty": self.empty, "too_large": self.too_long}
            raise ValidationError(words.get(refused.code, self.no_voice)) from None


class SpokenField(VoiceField):
    """The same field for an adult, who brings a file or records one, with refusals in her words."""

    widget = FileInput()
    no_voice, too_long = (refusal_labels(MAX_VOICE_SECONDS)[code] for code in ("not_sound", "too_large"))


def first_refusals(form: Form) -> dict[str, str]:
    """The first error of each screen, for a form made of these fields."""
    reasons: dict[str, str] = {}
    for field in form:
        if field.errors:
            reasons.setdefault(field.screen, str(field.errors[0]))
    return reasons


CODE_FIELDS: Final = tuple(f"p{nth}" for nth in range(1, len(picture_codes.SCREENS) + 1))
"""Names of the form fields, one per screen; their values are digits, 0 to 8."""

CODE_PICKS: Final = tuple(str(nth) for nth in range(picture_codes.PER_SCREEN))
"""Values of these fields, one per picture."""

CodeTile = tuple[str, str, str]


def code_screens() -> list[tuple[str, list[CodeTile]]]:
    """Each screen: its form field's name, and its pictures as value, name in the page's language, OpenMoji code."""
    return [
        (name, [(str(nth), picture_label(picture.name), picture.code) for nth, picture in enumerate(pictures)])
        for name, pictures in zip(CODE_FIELDS, picture_codes.SCREENS, strict=True)
    ]


def read_code(form: Mapping[str, str]) -> picture_codes.PictureCode | None:
    """The picture code in a form; None where a picture is missing."""
    return picture_codes.read_code([form.get(name, "") for name in CODE_FIELDS])


def phone_keys(code: picture_codes.PictureCode) -> list[tuple[int, str]]:
    """The keys of a telephone that open what a code opens, 1 to 9 in order, each with its OpenMoji code."""
    return [(pick + 1, picture.code) for pick, picture in zip(code.picks, code.pictures, strict=True)]


def code_pictures(code: picture_codes.PictureCode) -> list[tuple[str, str]]:
    """The pictures of a code, in order, as name in the page's language and OpenMoji code."""
    return [(picture_label(picture.name), picture.code) for picture in code.pictures]
