"""Forms in which an adult introduces herself: fields and error texts."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from youthvoice.accounts.forms import SecondAdultForm
from youthvoice.introductions.drawn_portraits import CLOTHES, EXTRAS, HAIR_COLOURS, HAIRSTYLES, SKINS, DrawnPortrait
from youthvoice.introductions.rules import MAX_WORDS_CHARACTERS, tidy_words
from youthvoice.web.i18n.languages import LANGUAGES


def _parts(label: object, choices: Mapping[str, object]) -> RadioField:
    return RadioField(
        label,
        choices=[SelectChoice(code, words) for code, words in choices.items()],
        validators=[InputRequired(_l("Choose one."))],
    )


class DrawnPortraitForm(FlaskForm):
    """The parts of a drawn portrait."""

    hairstyle = _parts(_l("Hair"), HAIRSTYLES)
    hair_colour = _parts(_l("Colour of hair or cloth"), HAIR_COLOURS)
    skin = _parts(_l("Skin"), SKINS)
    extra = _parts(_l("What else children see"), EXTRAS)
    clothes = _parts(_l("Clothes"), CLOTHES)

    def portrait(self) -> DrawnPortrait:
        """What was chosen, once the form is valid."""
        parts = (self.skin, self.hairstyle, self.hair_colour, self.extra, self.clothes)  # as in `DrawnPortrait`
        return DrawnPortrait(*(part.data for part in parts))


class PhotographForm(FlaskForm):
    """A photograph as a file, and her yes."""

    file = FileField(_l("Photograph"), [FileRequired(_l("Choose a file."))])
    agrees = BooleanField(
        _l("It shows me alone, and I want children here to see it."),
        [InputRequired(_l("Tick this, or draw a portrait instead."))],
    )


class GreetingForm(FlaskForm):
    """A greeting as a file; the recorder of the page fills the same field."""

    sound = FileField(_l("A recording as a file"), [FileRequired(_l("Record it first, or choose a file."))])


class WordsForm(FlaskForm):
    """A few words in each language; make it with `in_languages`."""

    @classmethod
    def in_languages(cls, codes: Iterable[str], words: Mapping[str, str]) -> "WordsForm":
        """The form with a field for each language, filled with what there is."""
        fields: dict[str, Any] = {
            f"words_{code}": StringField(
                LANGUAGES[code].name,
                [Length(max=MAX_WORDS_CHARACTERS, message=_l("Use fewer words: %(max)d letters at most."))],
                filters=[lambda typed: tidy_words(typed or "")],
                default=words.get(code, ""),
            )
            for code in codes
        }
        form: WordsForm = type("WordsForm", (cls,), fields)()
        return form

    @property
    def boxes(self) -> Mapping[str, Field]:
        """The fields, by language."""
        return {field.name.removeprefix(_PREFIX): field for field in self if field.name.startswith(_PREFIX)}


_PREFIX: Final = "words_"


class AskForm(FlaskForm, SecondAdultForm):
    """Who checks all drafts before a child does."""
