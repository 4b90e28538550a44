"""Forms of sessions at schools, and the words of their pages."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from youthvoice.surveys.questionnaires.forms import ChildrenField, MultiCheckboxField
from youthvoice.surveys.school_sessions.store import MAX_CHILDREN_PRESENT, MAX_SENTENCE_CHARACTERS, THEMES
from youthvoice.web.i18n.languages import LANGUAGES, direction, tag

THEME_LABELS: Final = {
    "safe_adults": _l("Adults one can trust"),
    "bullying": _l("Bullying"),
    "online": _l("Telephones and the internet"),
    "body": _l("My body belongs to me"),
    "work": _l("Children who work"),
    "early_marriage": _l("Early marriage"),
    "going_away": _l("Going away, and promises of work"),
    "papers": _l("Papers"),
    "school": _l("School and the way there"),
    "food": _l("Food"),
    "health": _l("Health"),
    "family": _l("Family"),
    "play": _l("Play and rest"),
    "to_be_heard": _l("Being heard"),
}


SESSION_MESSAGES: Final = {
    "no_permission": _l("Say which permission is on file and who gave it. Without one no session is held."),
    "no_class": _l("Say which class or group."),
    "due_too_early": _l("Choose a day after the session."),
    "due_too_late": _l("Children cannot wait that long: at most %(most)s days after the session."),
    "no_such_round": _l("Choose the round before and the round after of the same questionnaire, or none."),
}
"""Why a session cannot be written down."""


ARCHIVE_MESSAGES: Final = {
    "not_filled": _l("Whoever held it has not said yet how many children were there and what was heard."),
    "not_answered": _l("Nobody has said yet what was changed because of it. Without that it cannot be put away."),
}
"""Why it cannot be put away."""


SESSION_STATES: Final = {
    "coming": (_l("Planned"), "clock"),
    "to_fill": (_l("Waits to be filled in"), "half"),
    "asked": (_l("Waits for an answer"), "clock"),
    "answered": (_l("Answered"), "full"),
    "archived": (_l("Put away"), "lock"),
}
"""Where a session stands: words and a mark."""


_SENTENCE = "sentence_"


_TOO_LONG = _l("Make it shorter: at most %(number)s letters.", number=MAX_SENTENCE_CHARACTERS)


_DAY = InputRequired(_l("Choose the day."))


class SchoolSessionForm(FlaskForm):
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


class SessionRecordForm(FlaskForm):
    """How many children were there, and what was heard."""

    children = ChildrenField(_l("How many children were there?"), _l("Say how many."), MAX_CHILDREN_PRESENT)
    themes = MultiCheckboxField(_l("What was talked about?"))

    def offer(self) -> None:
        """Fill in what can be ticked."""
        self.themes.choices = [SelectChoice(code, THEME_LABELS[code]) for code in THEMES]


class SessionSentenceForm(FlaskForm):
    """What children read of it, as the advocates agreed."""

    languages: tuple[str, ...] = ()

    @classmethod
    def asking(cls, languages: Iterable[str], said: Mapping[str, str]) -> "SessionSentenceForm":
        """The form with a box in each language of the site."""
        known = tuple(code for code in languages if code in LANGUAGES) or ("en",)
        boxes: dict[str, object] = {"languages": known}
        longest = Length(max=MAX_SENTENCE_CHARACTERS, message=_TOO_LONG)
        boxes |= {_SENTENCE + code: TextAreaField(LANGUAGES[code].name, [longest]) for code in known}
        form: SessionSentenceForm = type(cls.__name__, (cls,), boxes)(
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


class ArchiveSessionForm(FlaskForm):
    """Put it away."""
