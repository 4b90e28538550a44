"""What a child sent from `/tell`: shape, and why it cannot be taken, in words for her. Its fields are never drawn."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import Field, Form, StringField
from wtforms.validators import ValidationError

from youthvoice.clips.sound import NotAClip, kind_of
from youthvoice.grievances import picks
from youthvoice.grievances.helpers import Helper
from youthvoice.grievances.told import Told

MOST_VOICE_BYTES: Final = 1280 * 1024
"""Ninety seconds at 24 kbit/s are 264 KiB; a browser that takes no notice of that gets room."""

MOST_HOW: Final = 200
"""Letters of a name, or of how somebody is found."""

TOO_LONG = _l("These words are too long. Say it shorter, please.")
UNKNOWN = _l("This answer is not one of ours. Choose again, please.")
NO_VOICE = _l("This is not a voice that we can keep. Speak again, please.")
VOICE_TOO_LONG = _l("Your voice is too long to send. Say it shorter, please.")
NOTHING = _l("Tap a picture, write or speak. One thing is enough.")


class PickField(StringField):
    """One pick; nothing chosen is a skip."""

    def __init__(self, of: Collection[str] | None, screen: str = "", **more: Any) -> None:
        super().__init__(**more)
        self.of, self.screen = of, screen or self.name

    def pre_validate(self, form: Form) -> None:
        """Refuse what is not on the page.

        Raises:
            ValidationError: in words for a child.
        """
        known = form.helper_ids if self.of is None else self.of
        if self.data and self.data not in known:
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


class TellForm(Form):
    """Everything one child told. Refusals are by the name of a screen."""

    company = PickField(picks.codes(picks.WITH), screen="company")
    helper = PickField(None)
    topic = PickField(picks.codes(picks.TOPICS))
    whom = PickField(picks.codes(picks.WHOM))
    by_whom = PickField(picks.codes(picks.BY_WHOM))
    words = WordsField(picks.MOST_LETTERS, "tell")
    voice = VoiceField()
    danger = PickField(picks.codes(picks.YES_NO))
    may_know = PickField(picks.codes(picks.MAY_KNOW))
    come = PickField(picks.codes(picks.YES_NO))
    where = PickField(picks.codes(picks.WHERE))
    how = WordsField(MOST_HOW, "where")

    def __init__(self, sent: Any, helpers: Collection[Helper]) -> None:
        """Read what was sent.

        Args:
            sent: fields and files together.
            helpers: whom the child could pick.
        """
        self.names = {str(one.person_id): one.name for one in helpers}
        self.helper_ids = frozenset(self.names)
        self.out = _rows(sent.getlist("left_out"))
        self.shown = _rows(sent["shown"].split()) if "shown" in sent else None
        super().__init__(sent)

    def refused(self) -> dict[str, str]:
        """Why something cannot be taken, by screen; the first of each."""
        found: dict[str, str] = {}
        for field in self:
            if field.errors:
                found.setdefault(field.screen, str(field.errors[0]))
        return found

    def told(self, language: str) -> Told:
        """What was told, of a form that was found right; what belongs to another answer is dropped.

        Args:
            language: the child's.
        """
        comes = self.come.data == "yes"
        return Told(
            topic=self.topic.data or picks.SKIPPED,
            whom=self.whom.data or picks.SKIPPED,
            by_whom=self.by_whom.data or picks.SKIPPED,
            words=self.words.data or "",
            voice=self.voice.data or b"",
            voice_kind=self.voice.kind,
            urgent=self.danger.data == "yes",
            may_know=self.may_know.data or picks.SKIPPED,
            come=self.come.data or picks.SKIPPED,
            where=(self.where.data or picks.SKIPPED) if comes else picks.SKIPPED,
            how=(self.how.data or "") if comes else "",
            helper="" if self.company.data == "alone" else self.names.get(self.helper.data or "", ""),
            left_out=self.out,
            shown=self.shown,
            language=language,
        )

    def given(self) -> Mapping[str, Collection[str]]:
        """What was chosen and written, by the name of its input, to fill the page again; never a voice."""
        fields = {field.name: (field.data,) for field in self if isinstance(field, StringField) and field.data}
        return {**fields, "left_out": tuple(str(one) for one in self.out)}


def _rows(sent: Iterable[str]) -> frozenset[int]:
    return frozenset(int(one) for one in sent if one.isdecimal() and len(one) < 10)  # noqa: PLR2004 - more is no row
