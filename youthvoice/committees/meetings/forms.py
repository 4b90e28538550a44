"""Forms of meetings: shape and words of errors."""

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from youthvoice.committees.entities import MOST_LETTERS as LETTERS_OF_AN_ITEM
from youthvoice.committees.meetings import labels as words
from youthvoice.committees.meetings.outcomes import OUTCOMES, Said

_MOST_PEOPLE = 500


def _number(told: object) -> int:
    """A row by its number; 0 for nobody."""
    return int(str(told)) if str(told).isascii() and str(told).isdigit() else 0


class WhenForm(FlaskForm):
    """When and where a meeting is."""

    day = DateField(_l("Day"), validators=[InputRequired(_l("Choose the day."))])
    clock = TimeField(_l("Time"), validators=[InputRequired(_l("Say at what time it begins."))])
    place = StringField(
        _l("Place, only if it is another one than usual"),
        validators=[Length(max=80, message=_l("At most 80 letters."))],
    )

    def starts_at(self, time_zone: str) -> datetime:
        """The moment, at the site's own clock."""
        return datetime.combine(self.day.data, self.clock.data, ZoneInfo(time_zone)).astimezone(UTC)

    def show(self, starts_at: datetime, place: str, time_zone: str) -> None:
        """Fill in how it is now."""
        local = starts_at.astimezone(ZoneInfo(time_zone))
        self.day.data, self.clock.data, self.place.data = local.date(), local.time(), place

    def refuse(self, code: str) -> None:
        """Say what is wrong beside the day."""
        self.day.errors = [*self.day.errors, words.refusal(code)]


class AttendanceForm(FlaskForm):
    """How many were there. Never who."""

    children = IntegerField(
        _l("Children"),
        validators=[
            InputRequired(_l("Say how many children were there; 0 if there was none.")),
            NumberRange(0, _MOST_PEOPLE, _l("Write a whole number.")),
        ],
    )
    adults = IntegerField(
        _l("Adults"),
        validators=[
            InputRequired(_l("Say how many adults were there; 0 if there was none.")),
            NumberRange(0, _MOST_PEOPLE, _l("Write a whole number.")),
        ],
    )

    def ask_for_members(self) -> None:
        """In a village child committee only children who are members count (S24)."""
        self.children.label.text = _l("Children who are members")


class OutcomeForm(FlaskForm):
    """What came of one item."""

    outcome = RadioField(_l("What came of it?"), validators=[InputRequired(_l("Choose what came of it."))])
    decided = TextAreaField(
        _l("What did the children decide?"),
        validators=[Length(max=LETTERS_OF_AN_ITEM, message=_l("Make it shorter."))],
    )
    owner = SelectField(_l("Who answers the children?"), coerce=_number, validate_choice=False)  # `said` looks
    due = DateField(_l("By when?"), validators=[Optional()])

    def offer(self, adults: Iterable[tuple[int, str]], above: str, *, named: bool) -> None:
        """Offer what can be chosen.

        Args:
            adults: id and name of those who may answer.
            above: the name of the committee above; empty where there is none, and nothing can go up.
            named: whether an adult is named for each item, and nobody is beforehand.
        """
        shown = [code for code in OUTCOMES if code != "up" or above]
        self.outcome.choices = [SelectChoice(code, words.outcome(code)) for code in shown]
        nobody = [SelectChoice(0, _l("Choose who answers"))] if named else []
        self.owner.choices = [*nobody, *(SelectChoice(person_id, name) for person_id, name in adults)]

    def said(self, language: str, about: str) -> Said:
        """What was entered.

        Args:
            language: in which the item is told to whoever answers.
            about: the item in words.
        """
        offered = {value for value, *_words in self.owner.choices if value}
        return Said(
            outcome=self.outcome.data,
            decided=(self.decided.data or "").strip(),
            owner_id=self.owner.data if self.owner.data in offered else None,
            due=self.due.data,
            about={language: about},
        )

    def refuse(self, code: str) -> None:
        """Say what is wrong where it can be put right."""
        box = {"without_owner": self.owner if not self.owner.data else self.due, "past": self.due}.get(
            code, self.outcome
        )
        box.errors = [*box.errors, words.refusal(code)]
