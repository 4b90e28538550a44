"""Forms of a committee, and of a child's suggestion: fields and error texts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, time
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Form, IntegerField, SelectField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from youthvoice.committees import committee_kinds, entities, labels
from youthvoice.committees.agenda.entities import MAX_ITEM_CHARACTERS, TOPICS, WISHES
from youthvoice.threads.child_fields import PickField, VoiceField, WordsField, first_refusals
from youthvoice.threads.letters.letter_box import Suggestion
from youthvoice.web.i18n.formats import local_time

_SHORT = Length(max=80, message=_l("At most %(max)d letters."))

NOWHERE = 0
"""The choice of a committee that passes its items to no other."""


def _number(words_: str, least: int, most: int) -> IntegerField:
    wrong = NumberRange(least, most, _l("A whole number from %(min)s to %(max)s."))
    return IntegerField(words_, [InputRequired(_l("A whole number is needed.")), wrong])


class CommitteeForm(FlaskForm):
    """Everything about a committee except its kind."""

    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Type a name, such as “Dormitory 2”.")),
            Length(max=80, message=_l("At most %(max)d letters.")),
        ],
    )
    site = SelectField(_l("Site"), coerce=int)
    facilitator = SelectField(_l("The adult who answers"), coerce=int)
    place = StringField(_l("Where it meets"), [_SHORT])
    first_day = DateField(_l("Day of the first meeting"), [InputRequired(_l("Choose the day."))])
    first_time = TimeField(_l("Hour of the meeting"), [InputRequired(_l("Choose the hour."))])
    rhythm_days = _number(_l("Days from one meeting to the next"), 1, committee_kinds.MAX_RHYTHM_DAYS)
    quorum = _number(_l("How many children must be there"), 1, committee_kinds.MAX_QUORUM)
    check_days = _number(_l("Days in which advocates check a suggestion"), 1, committee_kinds.MAX_CHECK_DAYS)
    term_days = _number(_l("Days that a representative is in office"), 1, committee_kinds.MAX_TERM_DAYS)
    goes_up_to = SelectField(_l("What it cannot settle goes to"), coerce=int)

    @classmethod
    def new(cls, preset: str, day: date) -> "CommitteeForm":
        """The form of a new committee, with the usual numbers of its kind.

        Args:
            preset: its kind.
            day: today.
        """
        kind = committee_kinds.PRESETS[preset]
        usual = {name: getattr(kind, name) for name in ("rhythm_days", "quorum", "term_days")}
        form = cls(data={"name": "", "first_day": day, "first_time": time(16), "check_days": 2} | usual)
        return form.without_unused_fields(preset)

    @classmethod
    def changing(cls, committee: entities.Committee, time_zone: str) -> "CommitteeForm":
        """The form of an existing committee."""
        at = local_time(committee.first_at, time_zone)
        moment = {"first_day": at.date(), "first_time": at.time()}
        chosen = {"facilitator": committee.facilitator_id, "goes_up_to": committee.goes_up_to_id or NOWHERE}
        form = cls(obj=committee, data=moment | chosen | {"site": committee.site_id})
        return form.without_unused_fields(committee.preset)

    def without_unused_fields(self, preset: str) -> "CommitteeForm":
        """The form without the fields that this kind of committee does not have."""
        if not committee_kinds.PRESETS[preset].term_days:
            del self.term_days
        if not committee_kinds.PRESETS[preset].goes_up_to:
            del self.goes_up_to
        return self

    @property
    def above(self) -> int | None:
        """The committee to which items go up; None for none."""
        return (self.goes_up_to.data or None) if "goes_up_to" in self else None

    def values(self) -> dict[str, Any]:
        """Columns by name, without the site, the kind and the moment of the first meeting."""
        return {
            "name": " ".join((self.name.data or "").split()),
            "facilitator_id": self.facilitator.data,
            "place": (self.place.data or "").strip(),
            "rhythm_days": self.rhythm_days.data,
            "quorum": self.quorum.data,
            "check_days": self.check_days.data,
            "term_days": self.term_days.data if "term_days" in self else 0,
            "goes_up_to_id": self.above,
        }

    def refuse(self, code: str) -> None:
        """Show at the right field why the committee cannot be saved; most codes are about the committee above."""
        fields = {"name_taken": self.name, "no_facilitator": self.facilitator}
        field = fields.get(code) or (self.goes_up_to if "goes_up_to" in self else self.name)
        field.errors = [*field.errors, labels.COMMITTEE_REFUSALS[code]]


NOTHING_ENTERED: Final = _l("Tap a picture, write or speak. One thing is enough.")

WHOSE_AGENDA: Final = _l("Tap whose list it is for.")


class SuggestForm(Form):
    """A child's suggestion. Refusals are listed by the name of a screen."""

    committee = PickField(None)
    topic = PickField(frozenset(TOPICS), screen="suggest")
    wish = PickField(frozenset(WISHES), screen="suggest")
    words = WordsField(MAX_ITEM_CHARACTERS, "tell")
    voice = VoiceField()

    def __init__(self, sent: Any, committees: Collection[int]) -> None:
        """Read a request.

        Args:
            sent: fields and files together.
            committees: rows of the committees that the page offered.
        """
        self.committee_choices = frozenset(str(committee) for committee in committees)
        super().__init__(sent)

    def choices_of(self, field: PickField) -> Collection[str]:
        """The choices of a field that differ from page to page."""
        return self.committee_choices if field.name == "committee" else ()

    def refused(self) -> dict[str, str]:
        """Why something cannot be accepted, by screen; the first reason of each. Call it after `validate`."""
        reasons = first_refusals(self)
        if not self.committee.data:
            reasons["committee"] = str(WHOSE_AGENDA)
        if not reasons and self.suggestion("").is_empty:
            reasons["suggest"] = str(NOTHING_ENTERED)
        return reasons

    def default_to_first_committee(self, offered: Sequence[int]) -> None:
        """Choose the first committee if none was chosen: a child who was offline cannot be asked again.

        Args:
            offered: rows, in the order of the page.
        """
        if not self.committee.data:
            self.committee.data = str(offered[0])

    def suggestion(self, language: str) -> Suggestion:
        """The suggestion.

        Args:
            language: the child's.
        """
        return Suggestion(
            topic=self.topic.data or "",
            wish=self.wish.data or "",
            words=self.words.data or "",
            voice=self.voice.data or b"",
            voice_kind=self.voice.kind,
            language=language,
        )

    def input_values(self) -> Mapping[str, Collection[str]]:
        """The choices and texts by field name, to fill in the page again; never a voice."""
        return {field.name: (field.data,) for field in self if isinstance(field, StringField) and field.data}
