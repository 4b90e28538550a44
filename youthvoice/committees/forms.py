"""The form of a committee: shape and error words."""

from datetime import date, time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from youthvoice.committees import labels as words
from youthvoice.committees import rules
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.presets import PRESETS
from youthvoice.web.i18n.dates import local

_SHORT = Length(max=80, message=_l("At most %(max)d letters."))
NOWHERE = 0
"""Chosen where a committee hands its items to none."""


def _number(words_: str, least: int, most: int) -> IntegerField:
    wrong = NumberRange(least, most, _l("A whole number from %(min)s to %(max)s."))
    return IntegerField(words_, [InputRequired(_l("A whole number is needed.")), wrong])


class CommitteeForm(FlaskForm):
    """Everything about a committee but its kind."""

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
    rhythm_days = _number(_l("Days from one meeting to the next"), 1, rules.MOST_RHYTHM_DAYS)
    quorum = _number(_l("How many children must be there"), 1, rules.MOST_QUORUM)
    check_days = _number(_l("Days in which advocates check a suggestion"), 1, rules.MOST_CHECK_DAYS)
    term_days = _number(_l("Days that a representative is in office"), 1, rules.MOST_TERM_DAYS)
    goes_up_to = SelectField(_l("What it cannot settle goes to"), coerce=int)

    @classmethod
    def new(cls, preset: str, day: date) -> "CommitteeForm":
        """The form of a new one, with the usual numbers of its kind.

        Args:
            preset: its kind.
            day: today.
        """
        kind = PRESETS[preset]
        usual = {name: getattr(kind, name) for name in ("rhythm_days", "quorum", "term_days")}
        form = cls(data={"name": "", "first_day": day, "first_time": time(16), "check_days": 2} | usual)
        return form.of(preset)

    @classmethod
    def changing(cls, committee: CommitteeFacts, time_zone: str) -> "CommitteeForm":
        """The form of one that there is."""
        at = local(committee.first_at, time_zone)
        moment = {"first_day": at.date(), "first_time": at.time()}
        chosen = {"facilitator": committee.facilitator_id, "goes_up_to": committee.goes_up_to_id or NOWHERE}
        return cls(obj=committee, data=moment | chosen | {"site": committee.site_id}).of(committee.preset)

    def of(self, preset: str) -> "CommitteeForm":
        """Without what this kind does not have."""
        if not PRESETS[preset].term_days:
            del self.term_days
        if not PRESETS[preset].goes_up_to:
            del self.goes_up_to
        return self

    @property
    def above(self) -> int | None:
        """The committee to which items go up; None for none."""
        return (self.goes_up_to.data or None) if "goes_up_to" in self else None

    def values(self) -> dict[str, Any]:
        """Columns by name, but for the site, the kind and the moment of the first meeting."""
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
        """Say at the right box why it cannot be so."""
        boxes = {"name_taken": self.name, "no_facilitator": self.facilitator}
        box = boxes.get(code) or (self.goes_up_to if "goes_up_to" in self else self.name)
        box.errors = [*box.errors, words.refusal(code)]
