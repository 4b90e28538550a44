"""Boxes of a child's form: shape, and why something cannot be taken, in words for her. They are never drawn."""

from collections.abc import Collection
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Field, Form, StringField
from wtforms.validators import ValidationError

from youthvoice.clips.audio_format import NotAClip, kind_of

MOST_SECONDS: Final = 90
"""A voice lasts so long."""

MOST_VOICE_BYTES: Final = 1280 * 1024
"""Ninety seconds at 24 kbit/s are 264 KiB; a browser that takes no notice of that gets room."""

MOST_SENT_BYTES: Final = 1536 * 1024
"""A voice and words."""

TOO_LONG = _l("These words are too long. Say it shorter, please.")
UNKNOWN = _l("This answer is not one of ours. Choose again, please.")
NO_VOICE = _l("This is not a voice that we can keep. Speak again, please.")
VOICE_TOO_LONG = _l("Your voice is too long to send. Say it shorter, please.")


def with_files(words: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> MultiDict[str, Any]:
    """Words as words and a voice as a file, whatever a program calls a file."""
    sent: MultiDict[str, Any] = MultiDict(words)
    sent.setlist("voice", files.getlist("voice"))
    return sent


class PickField(StringField):
    """One pick; nothing chosen is a skip. Without `of` the form's `choices_of` says what may be picked."""

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
            raise ValidationError(UNKNOWN)


class PicksField(Field):
    """Several picks; nothing chosen is a skip."""

    def __init__(self, of: Collection[str], screen: str = "", **more: Any) -> None:
        super().__init__(**more)
        self.of, self.screen = of, screen or self.name

    def process_formdata(self, valuelist: list[str]) -> None:
        """Each once, in the order in which they came; an empty one is none."""
        self.data = [one for one in dict.fromkeys(valuelist) if one]

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002 - the library's signature
        """Refuse what is not on the page.

        Raises:
            ValidationError: in words for a child.
        """
        if not frozenset(self.data or ()) <= frozenset(self.of):
            raise ValidationError(UNKNOWN)


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
            raise ValidationError(TOO_LONG)


class VoiceField(Field):
    """A recorded voice; `kind` says in which wrapping it lies, and the words why it cannot be taken."""

    screen = "tell"
    kind = ""
    too_large = False
    no_voice, too_long = NO_VOICE, VOICE_TOO_LONG

    def process_formdata(self, valuelist: list[FileStorage | str]) -> None:
        """Take the bytes; an empty box is a skip, and so is what was written in place of a file."""
        files = [one for one in valuelist if isinstance(one, FileStorage)]
        self.data = files[0].stream.read(MOST_VOICE_BYTES + 1) if files else b""

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002 - the library's signature
        """Refuse what is no voice.

        Raises:
            ValidationError: in words for whoever speaks.
        """
        if not self.data:
            return
        try:
            self.kind = kind_of(self.data, MOST_VOICE_BYTES)
        except NotAClip as refused:
            self.too_large = refused.code == "too_large"
            raise ValidationError(self.too_long if self.too_large else self.no_voice) from None
