"""The form of a theme: one sentence per language, whether it is a quote, and the advocate who agrees."""

from collections.abc import Sequence
from typing import Final, Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length

from youthvoice.accounts.forms import SecondAdultForm
from youthvoice.threads.agreed_themes import MAX_THEME_CHARACTERS
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag

_PREFIX = "words_"

QUOTE_LABELS: Final = {
    "paraphrase": _l("In our words, not a child's"),
    "quote": _l("Word for word; the child tapped Yes: others may see these words"),
}


class AgreedThemeForm(FlaskForm, SecondAdultForm):
    """A theme in some languages; another advocate agrees."""

    how = RadioField(
        _l("How is it said?"), choices=[SelectChoice(*choice) for choice in QUOTE_LABELS.items()], default="paraphrase"
    )
    nobody = BooleanField(
        _l("No child, adult or single event can be told from it"),
        [InputRequired(_l("A theme that points at somebody is never told."))],
    )

    @classmethod
    def in_languages(cls, languages: Sequence[str]) -> Self:
        """The form with a text box for each language."""
        longest = Length(max=MAX_THEME_CHARACTERS, message=_l("At most 120 letters."))
        boxes = {_PREFIX + code: TextAreaField(LANGUAGES[code].name, [longest]) for code in languages}
        form: Self = type(cls.__name__, (cls,), boxes)()
        for code in languages:
            form[_PREFIX + code].render_kw = {"lang": tag(code), "dir": direction(code)}
        return form

    @property
    def boxes(self) -> list[Field]:
        """The text boxes of the languages."""
        return [field for name, field in self._fields.items() if name.startswith(_PREFIX)]

    @property
    def said(self) -> dict[str, str]:
        """The text by language, on one line; empty boxes are left out."""
        typed = {box.name.removeprefix(_PREFIX): " ".join((box.data or "").split()) for box in self.boxes}
        return {code: text for code, text in typed.items() if text}
