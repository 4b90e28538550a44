"""Forms of a pack that goes to another organisation."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired

from youthvoice.accounts.forms import SecondAdultForm
from youthvoice.privacy.credentials.published_keys import read_key
from youthvoice.reviews import rules
from youthvoice.reviews.outside.labels import LEGAL_GROUND_LABELS, PACK_WORDS_LABELS, TOLD_LABELS, YES_WAY_LABELS
from youthvoice.reviews.outside.legal_handover import MAX_REFERENCE_CHARACTERS
from youthvoice.reviews.outside.pack_file import MAX_NAME_CHARACTERS
from youthvoice.web.form_fields import SentenceForm

_WITHOUT_YES = _l("Nothing is passed on unless the child herself agrees to it.")

_NAME_IT = _l("Name the paragraph, or the court and its order.")

_PARTS = {"all": ("words", "voice"), "without_voice": ("words",), "none": ()}


class RecipientForm(FlaskForm):
    """The organisation that gets the pack."""

    to = StringField(_l("Name of the organisation"), [InputRequired(_l("Type the name of the organisation."))])
    key = TextAreaField(_l("The public key that it publishes"))
    earlier = BooleanField(_l("What earlier reviews decided about the plan goes, too"))

    def validate_to(self, field: Field) -> None:
        """The length of a name."""
        if not 1 < len(field.data.strip()) <= MAX_NAME_CHARACTERS:
            raise ValidationError(_l("A name has 2 to 80 letters."))

    def validate_key(self, field: Field) -> None:
        """A key as `youthvoice reviews make-key` prints it."""
        if read_key(field.data or "") is None:
            raise ValidationError(
                _l("This is no such key, or it was copied with a fault. It begins with youthvoice-key:")
            )

    @property
    def public_key(self) -> bytes:
        """Of a valid form, 32 bytes."""
        return read_key(self.key.data or "") or b""


class WithWordsForm(RecipientForm):
    """A pack with the child's consent: how much of the statement goes."""

    words = RadioField(
        _l("What of her words goes?"),
        [InputRequired(_l("Choose what goes."))],
        choices=[SelectChoice(code, words) for code, words in PACK_WORDS_LABELS.items()],
    )

    def limit_choices(self, *, has_words: bool) -> None:
        """Offer no part of the statement where there is none, or the child took it back."""
        if not has_words:
            self.words.choices = [choice for choice in self.words.choices if choice.value == "none"]

    @property
    def parts(self) -> tuple[str, ...]:
        """Codes of `rules.PACK_PARTS`."""
        return (*_PARTS[self.words.data], *(("earlier",) if self.earlier.data else ()))


class PackSaidForm(WithWordsForm):
    """The consent that the child gave the advocate in person."""

    how = RadioField(
        _l("How did she say yes to this?"),
        [InputRequired(_WITHOUT_YES)],
        choices=[SelectChoice(code, YES_WAY_LABELS[code]) for code in rules.BESIDE_ADVOCATE],
    )
    yes_on = DateField(_l("On which day?"), [InputRequired(_l("Choose the day."))])
    yes = BooleanField(
        _l("She knows to whom it goes and what is in it, that it cannot be taken back, and she said yes."),
        [InputRequired(_WITHOUT_YES)],
    )


class PackAskForm(SentenceForm, WithWordsForm):
    """The question that the child gets on their own page."""


class PackMarkForm(FlaskForm):
    """The digest of the proposal that the page showed, to make its pack or withdraw it."""

    mark = HiddenField()


class PackLawForm(SentenceForm, SecondAdultForm, RecipientForm):
    """A legal ground, and the adult who is asked to agree."""

    ground = RadioField(
        _l("Legal ground"),
        [InputRequired(_l("Without the child’s yes it needs a legal ground and the paragraph or order."))],
        choices=[SelectChoice(code, LEGAL_GROUND_LABELS[code]) for code in rules.LEGAL_GROUNDS],
    )
    reference = StringField(_l("Paragraph or order"), [InputRequired(_NAME_IT)])
    asks_for_words = BooleanField(_l("The order of the court itself asks for what she said"))
    told = RadioField(
        _l("Was she told before?"),
        [InputRequired(_l("Say whether she was told before."))],
        choices=[SelectChoice(code, TOLD_LABELS[code]) for code in rules.TOLD_BEFORE],
    )

    def validate_reference(self, field: Field) -> None:
        """Neither empty nor longer than a reference can be."""
        if not field.data.strip():
            raise ValidationError(_NAME_IT)
        if len(field.data) > MAX_REFERENCE_CHARACTERS:
            raise ValidationError(_l("At most %(number)s letters.", number=MAX_REFERENCE_CHARACTERS))

    def validate_asks_for_words(self, field: Field) -> None:
        """Only an order of a court can ask for the statement."""
        if field.data and self.ground.data not in rules.GROUNDS_WITH_WORDS:
            raise ValidationError(_l("Only an order of a court can ask for what she said. Else it stays here."))

    @property
    def parts(self) -> tuple[str, ...]:
        """Codes of `rules.PACK_PARTS`, no more than the ground needs."""
        return rules.parts_on_ground(
            self.ground.data, asks_for_words=bool(self.asks_for_words.data), earlier=bool(self.earlier.data)
        )
