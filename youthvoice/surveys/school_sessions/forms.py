"""Forms of sessions at schools."""

from collections.abc import Iterable, Mapping, Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, IntegerField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from youthvoice.surveys.rounds.forms import MultiCheckboxField
from youthvoice.surveys.school_sessions import labels as session_words
from youthvoice.surveys.school_sessions.rules import MOST_LETTERS, MOST_PRESENT, THEMES
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag

_SENTENCE = "sentence_"
_DAY = InputRequired(_l("Choose the day."))


class SessionForm(FlaskForm):
    """Which school, which class, when, with whose permission, and who says what was changed."""

    site = SelectField(_l("Whose children? The site"), coerce=int)
    school = StringField(_l("School"), [Length(max=120, message=_l("At most 120 letters."))])
    class_name = StringField(_l("Class or group"), [Length(max=80, message=_l("At most 80 letters."))])
    day = DateField(_l("Day of the session"), [_DAY])
    permission = StringField(_l("Permission on file"), [Length(max=200, message=_l("At most 200 letters."))])
    held_by = SelectField(_l("Who holds it?"), coerce=int)
    rounds = SelectField(_l("The questions before and after"))
    owner = SelectField(_l("Who says what was changed because of it?"), coerce=int)
    due = DateField(_l("By which day?"), [_DAY])

    def offer(
        self,
        sites: Iterable[tuple[int, str]],
        adults: Sequence[tuple[int, str]],
        rounds: Iterable[tuple[str, str]],
    ) -> None:
        """Fill in what can be chosen; `rounds` are rows joined by a comma, and what they are called."""
        self.site.choices = [SelectChoice(site_id, name) for site_id, name in sites]
        self.held_by.choices = [SelectChoice(person_id, name) for person_id, name in adults]
        self.owner.choices = [SelectChoice(person_id, name) for person_id, name in adults]
        self.rounds.choices = [SelectChoice("", _l("None")), *(SelectChoice(rows, name) for rows, name in rounds)]


class HeardForm(FlaskForm):
    """How many children were there, and what was heard."""

    children = IntegerField(
        _l("How many children were there?"),
        [InputRequired(_l("Say how many.")), NumberRange(1, MOST_PRESENT, _l("Write a whole number, at least one."))],
    )
    themes = MultiCheckboxField(_l("What was talked about?"))

    def offer(self) -> None:
        """Fill in what can be ticked."""
        self.themes.choices = [SelectChoice(code, session_words.theme(code)) for code in THEMES]


class SentenceForm(FlaskForm):
    """What children read of it, as the advocates agreed."""

    languages: tuple[str, ...] = ()

    @classmethod
    def asking(cls, languages: Iterable[str], said: Mapping[str, str]) -> "SentenceForm":
        """The form with a box in each language of the site."""
        known = tuple(code for code in languages if code in LANGUAGES) or ("en",)
        boxes: dict[str, object] = {"languages": known}
        longest = Length(max=MOST_LETTERS, message=session_words.too_long)
        boxes |= {_SENTENCE + code: TextAreaField(LANGUAGES[code].name, [longest]) for code in known}
        form: SentenceForm = type(cls.__name__, (cls,), boxes)(
            data={_SENTENCE + code: said.get(code) for code in known}
        )
        for code in known:
            form[_SENTENCE + code].render_kw = {"lang": tag(code), "dir": direction(code)}
        return form

    @property
    def boxes(self) -> list[Field]:
        """The boxes, in the order of the languages."""
        return [self[_SENTENCE + code] for code in self.languages]

    @property
    def said(self) -> dict[str, str]:
        """The sentence by language, without empty ones."""
        typed = {code: (self[_SENTENCE + code].data or "").strip() for code in self.languages}
        return {code: text for code, text in typed.items() if text}


class PutAwayForm(FlaskForm):
    """Put it away."""
