"""Forms of minutes: shape and words of errors."""

from collections.abc import Iterable
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import Field, Form, HiddenField, IntegerField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError
from wtforms.widgets import FileInput

from youthvoice.clips.audio_format import NotAClip, kind_of
from youthvoice.committees.meetings.entities import FIELDS, MOST_LETTERS, MeetingFacts, Minutes
from youthvoice.web.i18n.languages import LANGUAGES

MOST_SECONDS: Final = 90
"""Of one field that is spoken."""

MOST_VOICE_BYTES: Final = 1280 * 1024
"""Ninety seconds at 24 kbit/s are 264 KiB; a browser that takes no notice of that gets room."""

MOST_BYTES: Final = 2 * 1024 * 1024
"""Of a request with a voice; whatever is too long is refused beside its box."""

_TOO_LONG = _l("Make it shorter: at most %(number)s letters.", number=MOST_LETTERS)


class MinutesForm(FlaskForm):
    """The three fields; `version` says how the minutes stood when the form was made."""

    version = HiddenField()
    talked = TextAreaField(_l("We talked about"), validators=[Length(max=MOST_LETTERS, message=_TOO_LONG)])
    decided = TextAreaField(_l("We decided"), validators=[Length(max=MOST_LETTERS, message=_TOO_LONG)])
    doing = TextAreaField(_l("Who does what, by when"), validators=[Length(max=MOST_LETTERS, message=_TOO_LONG)])

    language = SelectField(_l("Language in which this is written"))

    def offer(self, codes: Iterable[str], usual: str) -> None:
        """The languages of the site; the tablet reads the minutes aloud in the one that is chosen."""
        self.language.choices = [SelectChoice(code, LANGUAGES[code].name) for code in codes if code in LANGUAGES]
        self.language.data = self.language.data or usual

    def show(self, minutes: Minutes, meeting: MeetingFacts) -> None:
        """Fill in how it is now."""
        for name in FIELDS:
            self[name].data = minutes.said(name)
        self.language.data = minutes.language or self.language.data
        self.version.data = str(meeting.version)

    @property
    def minutes(self) -> Minutes:
        """What was typed."""
        said = {str(name): (self[name].data or "").strip() for name in FIELDS}
        return Minutes(said["talked"], said["decided"], said["doing"], self.language.data or "")

    @property
    def seen(self) -> int:
        """The version that whoever typed has seen; 0 where that is not told."""
        told = self.version.data or ""
        return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0  # noqa: PLR2004 - of a column


class ApproveForm(FlaskForm):
    """How many children were there and said yes."""

    said_yes = IntegerField(
        _l("How many children were there and said yes?"),
        validators=[
            InputRequired(_l("Write how many children said yes.")),
            NumberRange(0, 500, _l("Write a whole number.")),
        ],
    )


class NoteForm(FlaskForm):
    """One note to locked minutes."""

    words = TextAreaField(
        _l("A note to add"),
        validators=[InputRequired(_l("Write the note.")), Length(max=MOST_LETTERS, message=_TOO_LONG)],
    )


class VoiceField(Field):
    """A voice as a file; the recorder of the page fills the same box. `kind` says in which wrapping it lies."""

    widget = FileInput()
    kind = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the bytes; an empty box is none."""
        files = [one for one in valuelist if isinstance(one, FileStorage)]
        self.data = files[0].stream.read(MOST_VOICE_BYTES + 1) if files else b""

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002 - the library's signature
        """Refuse what is no voice.

        Raises:
            ValidationError: in words for whoever speaks.
        """
        try:
            self.kind = kind_of(self.data or b"", MOST_VOICE_BYTES)
        except NotAClip as refused:
            words = {
                "empty": _l("Record it first, or choose a file."),
                "too_large": _l("This is longer than %(seconds)s seconds. Say it shorter.", seconds=MOST_SECONDS),
            }
            other = _l("This is not a sound recording. Bring WebM or Ogg with Opus, such as a browser records.")
            raise ValidationError(words.get(refused.code, other)) from None


class VoiceForm(FlaskForm):
    """One field, spoken."""

    sound = VoiceField(_l("A recording as a file"))
