"""Parts of forms that several packages use; a sentence for a child, with a box for each language, among them."""

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
    """Nothing but the token."""


class CheckboxesField(SelectMultipleField):
    """Several of a list, each with a box to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class ChildrenField(IntegerField):
    """How many children.

    Args:
        label: what is asked.
        missing: what is said where nothing was written.
        most: children.
        least: children.
    """

    def __init__(self, label: str, missing: str, most: int, least: int = 1, **more: Any) -> None:
        wrong = _l("Write a whole number, at least one.") if least else _l("Write a whole number.")
        super().__init__(label, [InputRequired(missing), NumberRange(least, most, wrong)], **more)
        self.wrong = wrong

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it; what is no number is refused in words of ours, in the language of the page."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(self.wrong) from None


class SentenceForm(FlaskForm):
    """Mix this into a form with a sentence for a child (S30)."""

    as_it_stands = BooleanField(_l("A child of ten understands it. Leave it as it is."))

    @classmethod
    def in_languages(cls, languages: Iterable[str], given: Mapping[str, object] | None = None) -> Self:
        """The form with a box for each language.

        Args:
            languages: codes; the child's own first.
            given: what its boxes hold; of any language with a `words_` of its own nothing is lost.
        """
        given = given or {}
        names = [name.removeprefix(_PREFIX) for name in given if name.startswith(_PREFIX)]
        codes = [code for code in dict.fromkeys([*languages, *names]) if code in LANGUAGES]
        boxes = {
            _PREFIX + code: TextAreaField(_l("What she reads, in %(language)s", language=LANGUAGES[code].name))
            for code in codes
        }
        form: Self = type(cls.__name__, (cls,), boxes)(data=given)
        for code in codes:
            form[_PREFIX + code].render_kw = {
                "lang": tag(code), "dir": direction(code), "rows": 2, "maxlength": MAX_SENTENCE,
            }  # fmt: skip
        return form

    @property
    def boxes(self) -> list[tuple[str, Field]]:
        """The boxes for the sentence, by language."""
        return [(name.removeprefix(_PREFIX), field) for name, field in self._fields.items() if name.startswith(_PREFIX)]

    @property
    def said(self) -> dict[str, str]:
        """The sentence by language, as typed."""
        return {code: box.data or "" for code, box in self.boxes}

    @property
    def hard_words(self) -> list[str]:
        """What a child may not understand, until somebody said that it stands."""
        return [] if self.as_it_stands.data else find_hard_words(self.said)
