"""A sentence for a child, as adults write it: a box for each language, checked for words that are hard."""

from collections.abc import Iterable, Mapping
from typing import Final, Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, TextAreaField

from youthvoice.web.i18n.languages import LANGUAGES, direction, tag
from youthvoice.web.i18n.plain_words import MAX_SENTENCE, find_hard_words

_PREFIX: Final = "words_"


class SentenceForm(FlaskForm):
    """Mix this into a form with a sentence for a child (S30)."""

    as_it_stands = BooleanField(_l("A child of ten understands it. Let it stand."))

    @classmethod
    def in_languages(cls, languages: Iterable[str], given: Mapping[str, object] | None = None) -> Self:
        """The form with a box for each language.

        Args:
            languages: codes; the child's own first.
            given: what its boxes hold; of any language with a `words_` of its own nothing is lost.
        """
        given = given or {}
        said = [name.removeprefix(_PREFIX) for name in given if name.startswith(_PREFIX)]
        codes = [code for code in dict.fromkeys([*languages, *said]) if code in LANGUAGES]
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
        return [(name.removeprefix(_PREFIX), one) for name, one in self._fields.items() if name.startswith(_PREFIX)]

    @property
    def said(self) -> dict[str, str]:
        """The sentence by language, as typed."""
        return {code: box.data or "" for code, box in self.boxes}

    @property
    def hard_words(self) -> list[str]:
        """What a child may not understand, until somebody said that it stands."""
        return [] if self.as_it_stands.data else find_hard_words(self.said)
