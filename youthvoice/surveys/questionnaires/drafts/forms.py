"""Forms of the builder that are not about a question: a new questionnaire, the head of a draft, a picture.

They refuse only values that no row could hold; the rules for files find everything that is missing or wrong.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from youthvoice.surveys.questionnaires import questionnaire
from youthvoice.surveys.questionnaires.drafts.draft import DraftBody
from youthvoice.surveys.questionnaires.drafts.labels import purpose_message
from youthvoice.surveys.questionnaires.labels import PURPOSE_LABELS
from youthvoice.web.form_fields import CheckboxesField

_MAX_TITLE: Final = 300  # letters

# everyday choices have a page of their own, and a job opens rounds of feedback
_PURPOSES: Final = tuple(
    purpose for purpose in questionnaire.PURPOSES if purpose not in {"choice", questionnaire.FEEDBACK}
)


def _choices(words: Mapping[Any, Any], keys: Sequence[str]) -> list[SelectChoice]:
    return [SelectChoice(key, words[key]) for key in keys]


class NewDraftForm(FlaskForm):
    """The head of a new questionnaire."""

    title = StringField(_l("Title"), [DataRequired(_l("Write a title.")), Length(max=200)])
    languages = CheckboxesField(_l("Languages"))
    ages = SelectField(_l("Ages"), choices=[SelectChoice(ages, ages) for ages in questionnaire.AGES])
    purpose = SelectField(_l("Purpose"), choices=_choices(PURPOSE_LABELS, _PURPOSES))

    def offer(self, languages: Mapping[str, str]) -> None:
        """Offer the languages of the installation, by name."""
        self.languages.choices = [SelectChoice(code, name) for code, name in languages.items()]

    def validate_languages(self, field: Field) -> None:
        """Require at least one language."""
        if not field.data:
            field.errors = [*field.errors, _l("Tick one language at least.")]


class DraftHeadForm(FlaskForm):
    """The head of a draft, with a title field in each language; make it with `of`."""

    fixed_purpose = ""

    languages = CheckboxesField(_l("Languages"))
    unchecked = CheckboxesField(_l("Languages that no speaker has checked yet"))
    ages = SelectField(_l("Ages"), choices=[SelectChoice(ages, ages) for ages in questionnaire.AGES])
    purpose = SelectField(_l("Purpose"), choices=_choices(PURPOSE_LABELS, _PURPOSES))

    @classmethod
    def of(cls, body: DraftBody, languages: Mapping[str, str], fixed_purpose: str = "") -> "DraftHeadForm":
        """Make the form of a draft, filled with its values.

        Args:
            body: the draft.
            languages: of the installation, by name.
            fixed_purpose: the only purpose it may have; empty where any is allowed.
        """
        names = {code: name or code for code, name in (dict.fromkeys(body.languages, "") | dict(languages)).items()}
        boxes: dict[str, Any] = {
            f"title_{code}": StringField(names[code], [Length(max=_MAX_TITLE)]) for code in body.languages
        }
        boxes["fixed_purpose"] = fixed_purpose
        values = {f"title_{code}": body.head["title"].get(code, "") for code in body.languages}
        values |= {"languages": list(body.languages), "unchecked": list(body.head.get("draft", {}))}
        values |= {"ages": body.head["ages"], "purpose": body.head["purpose"]}
        form: DraftHeadForm = type(cls.__name__, (cls,), boxes)(data=values)
        form.languages.choices = [SelectChoice(code, name) for code, name in names.items()]
        form.unchecked.choices = [SelectChoice(code, names[code]) for code in body.languages]
        return form

    def validate_purpose(self, field: Field) -> None:
        """Refuse another purpose for a questionnaire that children may have answered."""
        if self.fixed_purpose not in {"", field.data}:
            raise ValidationError(purpose_message(self.fixed_purpose))

    @property
    def titles(self) -> list[Field]:
        """The fields of the title."""
        return [box for box in self if box.name.startswith("title_")]

    def keep_in(self, body: DraftBody) -> None:
        """Write the typed values into the draft; a draft always keeps one language."""
        titles = {box.name.removeprefix("title_"): (box.data or "").strip() for box in self.titles}
        chosen = self.languages.data or list(body.languages)
        before = [code for code in body.languages if code in chosen]
        body.head |= {
            "title": body.head["title"] | titles,
            "languages": [*before, *(code for code in chosen if code not in before)],
            "draft": dict.fromkeys(self.unchecked.data or (), questionnaire.NOT_CHECKED),
            "ages": self.ages.data,
            "purpose": self.purpose.data,
        }


class PictureForm(FlaskForm):
    """An uploaded picture, as a file."""

    file = FileField(_l("Picture"), [FileRequired(_l("Choose a file."))])
