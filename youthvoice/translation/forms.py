"""Forms about languages: no I/O."""

import re
from collections.abc import Iterable
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from youthvoice.translation.catalogue_texts import CatalogueText
from youthvoice.translation.labels import WAY_LABELS
from youthvoice.translation.rules import HAD_READ, WAYS
from youthvoice.translation.store import SignedWords
from youthvoice.translation.text_marks import MAX_NAME, hash_text, is_machine

MAX_UNDERSTOOD: Final = 400


class UnderstoodForm(FlaskForm):
    """What a speaker says a text means, before the English is shown."""

    understood = TextAreaField(
        _l("What does it mean? Write it in your own words, in any language."),
        [
            DataRequired(_l("Write what it means. The English comes after that.")),
            Length(max=MAX_UNDERSTOOD, message=_l("At most %(max)d letters.")),
        ],
    )


class MeaningForm(FlaskForm):
    """Whether the English means what the speaker said."""

    verdict = RadioField(
        _l("Does the English mean what you wrote?"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice("same", _l("Yes, the same, with nothing more and nothing less.")),
            SelectChoice("differs", _l("No. The translation says something else, or a child would not understand it.")),
        ],
    )


class SignLanguageForm(FlaskForm):
    """The sign language of a site's films; none where both are empty."""

    sign_name = StringField(_l("Name of the sign language"), [Length(max=60, message=_l("At most %(max)d letters."))])
    sign_language = StringField(_l("Its code of three letters"), [Length(max=20)])

    def validate_sign_language(self, field: Field) -> None:
        """Refuse a code of another shape, and one of both alone."""
        self.sign_name.data = " ".join((self.sign_name.data or "").split())
        field.data = (field.data or "").strip().lower()
        if field.data and not re.fullmatch(r"[a-z]{3}", field.data):
            raise ValidationError(_("Write the three letters of ISO 639-3, such as ins."))
        if bool(field.data) != bool(self.sign_name.data):
            raise ValidationError(_("Write a name and a code, both or neither."))


class WithdrawalForm(FlaskForm):
    """The question whether a language is withdrawn; `seen` is the version of the site on the page that asked."""

    seen = HiddenField()


class SignatureForm(FlaskForm):
    """What a coordinator signs for a language of a site."""

    way = RadioField(
        _l("I sign for this site"),
        [InputRequired(_l("Choose one."))],
        choices=[SelectChoice(way, WAY_LABELS[way]) for way in WAYS],
    )
    speaker = StringField(_l("Who read them"), [Length(max=MAX_NAME, message=_l("At most %(max)d letters."))])
    seen = HiddenField()
    open_texts: tuple[CatalogueText, ...] = ()

    @property
    def shown(self) -> str:
        """What identifies the sentences above the form."""
        return hash_text("", "", [catalogue_text.name for catalogue_text in self.open_texts], ())

    @classmethod
    def about(cls, open_texts: Iterable[CatalogueText]) -> "SignatureForm":
        """The form below these sentences: it is refused if others are open once it is sent."""
        form = cls()
        form.open_texts = tuple(open_texts)
        return form

    def signed_words(self, signed_by: str) -> SignedWords:
        """What a valid form signs, in the name of this adult."""
        speaker = self.speaker.data if self.way.data == HAD_READ else ""
        return SignedWords(self.way.data, speaker, signed_by, self.open_texts)

    def validate_speaker(self, field: Field) -> None:
        """Require the name of a person where somebody is said to have read the sentences."""
        field.data = " ".join((field.data or "").split())
        if self.way.data == HAD_READ and (not field.data or is_machine(field.data)):
            raise ValidationError(_("Write who read them, such as initials and an organisation."))

    def validate_seen(self, field: Field) -> None:
        """Refuse to sign for other sentences than those that were shown."""
        if field.data != self.shown:
            self.way.errors = [*self.way.errors, _("The sentences changed meanwhile. Look at them again.")]
            raise ValidationError(_("The sentences changed meanwhile. Look at them again."))
