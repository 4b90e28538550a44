"""Forms of knocks: what a child taps, and where and when an adult listens."""

from collections.abc import Collection
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired

from youthvoice.knocks import labels, rules, store

CHOOSE_ADULT: Final = _l("Tap a face first.")
CHOOSE_WISH: Final = _l("Tap one of the two.")
_MAX_DIGITS: Final = 9  # more is no row


class KnockForm:
    """What a child tapped.

    Args:
        formdata: as it was sent.
        people: the adults whom she may choose.
    """

    def __init__(self, formdata: MultiDict[str, str], people: Collection[int]) -> None:
        left_out = frozenset(filter(None, map(_row, formdata.getlist("left_out"))))
        self.knock = rules.Knock(formdata.get("wish", ""), _row(formdata.get("adult", "")), left_out)
        self._people = people

    def refused(self) -> dict[str, str]:
        """Why it cannot be taken, in words for a child, by screen; empty where it can."""
        refused = {}
        if self.knock.person_id not in self._people:
            refused["adult"] = str(CHOOSE_ADULT)
        if self.knock.wish not in rules.WISHES:
            refused["wish"] = str(CHOOSE_WISH)
        return refused

    def values(self) -> dict[str, tuple[str, ...]]:
        """What was sent, by the name of its input."""
        return {
            "adult": (str(self.knock.person_id),),
            "wish": (self.knock.wish,),
            "left_out": tuple(str(person_id) for person_id in self.knock.left_out),
        }


def _row(digits: str) -> int:
    """The row that a value names; 0 for anything else."""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= _MAX_DIGITS else 0


class ListeningForm(FlaskForm):
    """Where and when an adult listens: a place, and up to three hours of every week."""

    place = RadioField(
        _l("Where"),
        choices=[SelectChoice(code, label) for code, label in labels.PLACE_LABELS.items()],
        validators=[InputRequired(_l("Choose a place."))],
    )
    first = SelectField(_l("Every week"), validators=[InputRequired(_l("Choose an hour."))])
    second = SelectField(_l("And"))
    third = SelectField(_l("And"))

    def offer(self, time: store.ListeningTime | None = None) -> None:
        """Offer every hour of a week; the present place and hours are chosen, until the form is submitted."""
        hours = [
            rules.WeeklyHour(day, hour) for day in range(7) for hour in range(rules.FIRST_HOUR, rules.LAST_HOUR + 1)
        ]
        choices = [SelectChoice(f"{hour.weekday}-{hour.hour}", labels.hour_label(hour)) for hour in hours]
        present_hours = [f"{hour.weekday}-{hour.hour}" for hour in time.hours] if time else []
        for nth, box in enumerate(self.boxes):
            box.choices = [SelectChoice("", _l("no hour")), *choices]
            if not self.is_submitted():
                box.data = present_hours[nth] if nth < len(present_hours) else ""
        if time and not self.is_submitted():
            self.place.data = time.place

    @property
    def boxes(self) -> tuple[Any, ...]:
        """The fields of the hours."""
        return self.first, self.second, self.third

    def weekly_hours(self) -> tuple[rules.WeeklyHour, ...]:
        """The hours that were chosen, once the form is valid, from Monday on; the same hour twice counts once."""
        pairs = {tuple(map(int, box.data.split("-"))) for box in self.boxes if box.data}
        return tuple(sorted(rules.WeeklyHour(*pair) for pair in pairs))


class MarkForm(FlaskForm):
    """What an adult marks after she listened."""

    mark = RadioField(
        _l("What happened?"),
        choices=[SelectChoice(code, label) for code, label in labels.MARK_LABELS.items()],
        validators=[InputRequired(_l("Choose one."))],
    )
