"""Form fields that several packages use, among them a sentence for a child in several languages."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, IntegerField, SelectMultipleField, TextAreaField, widgets
from wtforms.validators import InputRequired, NumberRange

from youthvoice.web.i18n.languages import LANGUAGES, direction, tag
from youthvoice.web.i18n.plain_words import MAX_SENTENCE, find_hard_words

_PREFIX: Final = "words_"


class PlainForm(FlaskForm):
    """A form without fields, only with its token."""


class CheckboxesField(SelectMultipleField):
    """Several choices of a list, each with a checkbox."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class ChildrenField(IntegerField):
    """A number of children.

    Args:
        label: the question.
        missing: the message for an empty field.
        most: maximum.
        least: minimum.
    """

    def __init__(self, label: str, missing: str, most: int, least: int = 1, **more: Any) -> None:
        wrong = _l("Write a whole number, at least one.") if least else _l("Write a whole number.")
        super().__init__(label, [InputRequired(missing), NumberRange(least, most, wrong)], **more)
        self.wrong = wrong

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number; anything else is refused with our own message, in the page's language."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(self.wrong) from None


class SentenceForm(FlaskForm):
    """Mix this into a form with a sentence for a child (S30)."""

    as_it_stands = BooleanField(_l("A child of ten understands it. Leave it as it is."))

    @classmethod
    def in_languages(cls, languages: Iterable[str], values: Mapping[str, object] | None = None) -> Self:
        """The form with a text box for each language.

        Args:
            languages: codes; the child's own first.
            values: values of its fields; a language with a value `words_...` gets a box, too, so that none is lost.
        """
        values = values or {}
        names = [name.removeprefix(_PREFIX) for name in values if name.startswith(_PREFIX)]
        codes = [code for code in dict.fromkeys([*languages, *names]) if code in LANGUAGES]
        boxes = {
            _PREFIX + code: TextAreaField(_l("What she reads, in %(language)s", language=LANGUAGES[code].name))
            for code in codes
        }
        form: Self = type(cls.__name__, (cls,), boxes)(data=values)
        for code in codes:
            form[_PREFIX + code].render_kw = {
                "lang": tag(code), "dir": direction(code), "rows": 2, "maxlength": MAX_SENTENCE,
            }  # fmt: skip
        return form

    @property
    def boxes(self) -> list[tuple[str, Field]]:
        """The text boxes of the sentence, by language."""
        return [(name.removeprefix(_PREFIX), field) for name, field in self._fields.items() if name.startswith(_PREFIX)]

    @property
    def said(self) -> dict[str, str]:
        """The sentence by language, as typed."""
        return {code: box.data or "" for code, box in self.boxes}

    @property
    def hard_words(self) -> list[str]:
        """Hard words in the sentence, unless somebody ticked that it may stay."""
        return [] if self.as_it_stands.data else find_hard_words(self.said)
