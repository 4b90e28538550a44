"""Forms of meetings and minutes: fields and error texts."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import LazyString, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from youthvoice.committees.agenda.entities import MAX_ITEM_CHARACTERS
from youthvoice.committees.meetings import labels, outcomes
from youthvoice.committees.meetings.rules import MAX_MINUTES_CHARACTERS, MINUTES_FIELDS, Meeting, Minutes
from youthvoice.threads.child_fields import SpokenField
from youthvoice.web.i18n.languages import LANGUAGES

_MAX_PEOPLE = 500


def _number(value: object) -> int:
    """A row number; 0 for nobody."""
    return int(str(value)) if str(value).isascii() and str(value).isdigit() else 0


class MeetingTimeForm(FlaskForm):
    """When and where a meeting is."""

    day = DateField(_l("Day"), validators=[InputRequired(_l("Choose the day."))])
    clock = TimeField(_l("Time"), validators=[InputRequired(_l("Say at what time it begins."))])
    place = StringField(
        _l("Place, only if it is another one than usual"),
        validators=[Length(max=80, message=_l("At most 80 letters."))],
    )

    def starts_at(self, time_zone: str) -> datetime:
        """The moment, in the site's time zone."""
        return datetime.combine(self.day.data, self.clock.data, ZoneInfo(time_zone)).astimezone(UTC)

    def show(self, starts_at: datetime, place: str, time_zone: str) -> None:
        """Fill in the present time and place."""
        local = starts_at.astimezone(ZoneInfo(time_zone))
        self.day.data, self.clock.data, self.place.data = local.date(), local.time(), place

    def refuse(self, code: str) -> None:
        """Show an error at the day."""
        self.day.errors = [*self.day.errors, labels.MEETING_REFUSALS[code]]


def _people_field(label: LazyString, missing: LazyString) -> IntegerField:
    return IntegerField(label, [InputRequired(missing), NumberRange(0, _MAX_PEOPLE, _l("Write a whole number."))])


class AttendanceForm(FlaskForm):
    """How many attended. Never who."""

    children = _people_field(_l("Children"), _l("Say how many children were there; 0 if there was none."))
    adults = _people_field(_l("Adults"), _l("Say how many adults were there; 0 if there was none."))

    def ask_for_members(self) -> None:
        """Ask for members instead of children: a village child committee counts only these (S24)."""
        self.children.label.text = _l("Children who are members")


class OutcomeForm(FlaskForm):
    """The outcome of one item."""

    outcome = RadioField(_l("What came of it?"), validators=[InputRequired(_l("Choose what came of it."))])
    decided = TextAreaField(
        _l("What did the children decide?"),
        validators=[Length(max=MAX_ITEM_CHARACTERS, message=_l("Make it shorter."))],
    )
    owner = SelectField(_l("Who answers the children?"), coerce=_number, validate_choice=False)  # `to_entry` checks
    due = DateField(_l("By when?"), validators=[Optional()])

    def offer(self, adults: Iterable[tuple[int, str]], above: str, *, named: bool) -> None:
        """Set the choices.

        Args:
            adults: id and name of those who may answer; only the facilitator, if no adult is named for each item.
            above: the name of the committee above; empty if there is none: then nothing can go up.
            named: whether an adult is named for each item: then nobody is chosen beforehand.
        """
        codes = [code for code in outcomes.OUTCOMES if code != "up" or above]
        self.outcome.choices = [SelectChoice(code, labels.OUTCOME_CHOICES[code]) for code in codes]
        not_chosen_yet = [SelectChoice(0, _l("Choose who answers"))] if named else []
        self.owner.choices = [*not_chosen_yet, *(SelectChoice(person_id, name) for person_id, name in adults)]

    def to_entry(self, language: str, about: str) -> outcomes.OutcomeEntry:
        """The outcome that was entered.

        Args:
            language: of the page: the language of the decision, and of the item's text for the adult who answers.
            about: the item's text.
        """
        offered = {value for value, *_words in self.owner.choices if value}
        decided = (self.decided.data or "").strip()
        return outcomes.OutcomeEntry(
            outcome=self.outcome.data,
            decided={language: decided} if decided else {},
            owner_id=self.owner.data if self.owner.data in offered else None,
            due=self.due.data,
            about={language: about},
        )

    def refuse(self, code: str) -> None:
        """Show an error at the field where it can be corrected."""
        field = {"without_owner": self.owner if not self.owner.data else self.due, "past": self.due}.get(
            code, self.outcome
        )
        field.errors = [*field.errors, labels.MEETING_REFUSALS[code]]


MAX_VOICE_REQUEST_BYTES: Final = 2 * 1024 * 1024
"""Size of a request with a voice; a recording that is too long is refused at its field."""

_SHORT = Length(
    max=MAX_MINUTES_CHARACTERS,
    message=_l("Make it shorter: at most %(number)s letters.", number=MAX_MINUTES_CHARACTERS),
)


class MinutesForm(FlaskForm):
    """The three fields of the minutes; `version` is their version when the form was made."""

    version = HiddenField()
    talked = TextAreaField(labels.FIELD_LABELS["talked"], [_SHORT])
    decided = TextAreaField(labels.FIELD_LABELS["decided"], [_SHORT])
    doing = TextAreaField(labels.FIELD_LABELS["doing"], [_SHORT])
    language = SelectField(_l("Language in which this is written"))

    def offer(self, codes: Iterable[str], usual: str) -> None:
        """Offer the languages of the site; the tablet reads the minutes aloud in the chosen one."""
        self.language.choices = [SelectChoice(code, LANGUAGES[code].name) for code in codes if code in LANGUAGES]
        self.language.data = self.language.data or usual

    def show(self, minutes: Minutes, meeting: Meeting) -> None:
        """Fill in the present minutes."""
        for name in MINUTES_FIELDS:
            self[name].data = minutes.text_of(name)
        self.language.data = minutes.language or self.language.data
        self.version.data = str(meeting.version)

    @property
    def minutes(self) -> Minutes:
        """The minutes that were typed."""
        texts = {str(name): (self[name].data or "").strip() for name in MINUTES_FIELDS}
        return Minutes(texts["talked"], texts["decided"], texts["doing"], self.language.data or "")

    @property
    def base_version(self) -> int:
        """The version on which the typed minutes are based; 0 if the form does not say."""
        version = self.version.data or ""
        return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0  # noqa: PLR2004 - of a column


class ApproveMinutesForm(FlaskForm):
    """How many children were present and agreed."""

    said_yes = _people_field(_l("How many children were there and said yes?"), _l("Write how many children said yes."))


class MinutesNoteForm(FlaskForm):
    """One note to locked minutes."""

    words = TextAreaField(_l("A note to add"), [InputRequired(_l("Write the note.")), _SHORT])


class MinutesVoiceField(SpokenField):
    """A recording of one field of the minutes as a file; the recorder of the page fills the same field."""

    empty = _l("Record it first, or choose a file.")


class MinutesVoiceForm(FlaskForm):
    """A recording of one field."""

    sound = MinutesVoiceField(_l("A recording as a file"))
