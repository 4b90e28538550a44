"""The form of an answer: shape and words of errors."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired

from youthvoice.answers import rules, words
from youthvoice.answers.facts import Given, OwedFacts
from youthvoice.web.languages import LANGUAGES


class AnswerForm(FlaskForm):
    """Yes, partly, or no and why; with a sentence for children."""

    kind = RadioField(
        _l("Your answer"),
        validate_choice=False,  # the rule of what is an answer refuses it, in words that say why
        validators=[InputRequired(_l("Choose an answer. That you read it is not an answer."))],
    )
    words = TextAreaField(_l("Your sentence for the children"))
    language = SelectField(_l("Language of the sentence"))

    @classmethod
    def asking(cls, owed: OwedFacts, given: Given | None, languages: Iterable[str]) -> "AnswerForm":
        """The form for something owed, filled with the answer there is.

        Args:
            owed: what is answered.
            given: the answer so far.
            languages: codes, the usual one first.
        """
        form = cls(obj=given)
        form.kind.choices = [(code, words.kind(code)) for code in rules.kinds(owed.kind)]
        codes = dict.fromkeys((*([given.language] if given else []), *languages))
        form.language.choices = [(code, LANGUAGES[code].name) for code in codes if code in LANGUAGES]
        if owed.kind != "round":
            form.words.label.text = _l("What was done, without a word about any child")
        return form

    def refuse(self, code: str) -> None:
        """Show why this is no answer, where it can be put right."""
        where = self.kind if code in {"not_an_answer", "not_yet", "unknown_part"} else self.words
        where.errors = [*where.errors, words.refusal(code)]
