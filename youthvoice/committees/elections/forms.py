"""Forms of elections and of terms of office: fields and error texts."""

from collections.abc import Sequence
from datetime import date, time

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from youthvoice.accounts.forms import SecondAdultForm
from youthvoice.committees.elections import labels
from youthvoice.committees.elections.rules import MAX_CANDIDATES, MAX_NICKNAME_CHARACTERS, Candidate, ElectionRefusal
from youthvoice.committees.entities import Committee
from youthvoice.committees.labels import POST_LABELS
from youthvoice.committees.representatives.rules import CANDIDATE_PICTURES, ENDINGS, tidy_nickname
from youthvoice.web.graphics.picture_labels import picture_label
from youthvoice.web.i18n.formats import format_day

MAX_VOTES = 100_000

_PLACES = range(1, MAX_CANDIDATES + 1)


class _OpenForm(FlaskForm, SecondAdultForm):
    """Everything about an election except its candidates."""

    post = SelectField(_l("Which post?"))
    way = RadioField(_l("How do the children choose?"))
    voters = IntegerField(
        _l("How many children may vote?"),
        validators=[Optional(), NumberRange(0, 10_000, _l("Write a whole number."))],
    )
    tie = RadioField(_l("If two or more have the same?"), choices=list(labels.TIES), default="lot")
    ends_on = DateField(_l("Last day"), [InputRequired(_l("Choose the last day."))])
    ends_time = TimeField(_l("Hour at which it ends"), [InputRequired(_l("Choose the hour."))])
    where = StringField(_l("Where did the children nominate?"), [Length(max=120, message=_l("At most 120 letters."))])
    balance = BooleanField(_l("At least half of all posts will be girls"))


class OpenElectionForm(_OpenForm):
    """The form that opens an election: what is fixed before, and the candidates.

    Nickname and picture of each possible candidate are fields that are set below the class, so that they come last.
    """

    @classmethod
    def of_committee(cls, committee: Committee, today: date, again: Sequence[Candidate] = ()) -> "OpenElectionForm":
        """The form of one committee.

        Args:
            committee: whose posts they are.
            today: at the site.
            again: the candidates who tied before, for a run-off.
        """
        defaults: dict[str, object] = {
            "ends_on": today,
            "ends_time": time(18),
            "way": next(iter(committee.kind.ways), None),
        }
        defaults |= {f"name_{nth}": candidate.nickname for nth, candidate in enumerate(again, 1)}
        defaults |= {f"picture_{nth}": candidate.picture for nth, candidate in enumerate(again, 1)}
        form = cls(data=defaults)
        form.post.choices = [SelectChoice(code, POST_LABELS[code]) for code in committee.kind.posts]
        form.way.choices = [SelectChoice(code, labels.WAY_EXPLANATIONS[code]) for code in committee.kind.ways]
        picture_choices = [SelectChoice(picture.code, picture_label(picture.name)) for picture in CANDIDATE_PICTURES]
        for nth in _PLACES:
            form[f"picture_{nth}"].choices = picture_choices
        if not committee.kind.balance:
            del form.balance, form.second  # the second adult agrees to the balance
        for way, field_name in (("slips", "voters"), ("nomination", "where")):
            if way not in committee.kind.ways:
                del form[field_name]
        return form

    @property
    def rows(self) -> list[tuple[Field, Field]]:
        """The fields for nickname and picture of each possible candidate."""
        return [(self[f"name_{nth}"], self[f"picture_{nth}"]) for nth in _PLACES]

    def candidates(self) -> tuple[Candidate, ...]:
        """The candidates; empty rows are ignored."""
        rows = ((tidy_nickname(name.data or ""), picture.data) for name, picture in self.rows)
        return tuple(Candidate(nickname, picture) for nickname, picture in rows if nickname)

    def show_refusal(self, election_refusal: ElectionRefusal) -> None:
        """Show a refusal at its field; one about a nickname in the row of that candidate."""
        rows = {tidy_nickname(name.data or ""): name for name, _picture in self.rows}
        named_row = rows.get(election_refusal.name) if election_refusal.name else None  # an empty row has no candidate
        field = (named_row or self["name_1"]) if election_refusal.at == "standing" else self[election_refusal.at]
        field.errors = [*field.errors, labels.election_refusal_label(election_refusal)]


for _nth in _PLACES:
    _name = StringField(_l("Nickname"), [Length(max=MAX_NICKNAME_CHARACTERS, message=_l("At most %(max)d letters."))])
    setattr(OpenElectionForm, f"name_{_nth}", _name)
    setattr(OpenElectionForm, f"picture_{_nth}", SelectField(_l("Picture"), default=CANDIDATE_PICTURES[_nth - 1].code))


class ElectionCountForm(FlaskForm):
    """The count of one adult; `of_candidates` makes it, with a field for each and one for nobody of these."""

    count_fields: tuple[str, ...] = ()

    @classmethod
    def of_candidates(cls, candidates: Sequence[Candidate]) -> "ElectionCountForm":
        """The form of one election."""
        field_labels = [candidate.nickname for candidate in candidates] + [_l("Nobody of these, or not to be read")]
        names = tuple(f"count_{nth}" for nth in range(len(field_labels)))
        wrong = NumberRange(0, MAX_VOTES, _l("Write a whole number."))
        fields = {
            name: IntegerField(label, [InputRequired(_l("Write a number; 0 where there is none.")), wrong])
            for name, label in zip(names, field_labels, strict=True)
        }
        form: ElectionCountForm = type("OneCountForm", (cls,), {**fields, "count_fields": names})()
        return form

    def count(self) -> tuple[int, ...]:
        """Votes in the order of the candidates; the last are for nobody of these."""
        return tuple(self[name].data for name in self.count_fields)


class DealSlipsForm(FlaskForm):
    """How many slips to deal."""

    number = IntegerField(
        _l("How many slips?"),
        [InputRequired(_l("Say how many.")), NumberRange(1, 4000, _l("Write a whole number, at least one."))],
    )
    anew = BooleanField(_l("The earlier ones are lost, or somebody saw them"))


class ConfirmNominationForm(FlaskForm):
    """A second adult confirms a nomination, or names the meeting whose minutes contain it."""

    meeting = SelectField(_l("It is in the minutes of"), coerce=int, default=0)

    def offer(self, meetings: Sequence[tuple[int, date]]) -> None:
        """Offer the meetings with approved minutes, or none of them."""
        none = SelectChoice(0, _l("no minutes: I was not the one who entered it, and I confirm it"))
        self.meeting.choices = [none, *(SelectChoice(meeting_id, format_day(day)) for meeting_id, day in meetings)]


class EndTermForm(FlaskForm):
    """Why a term ends early."""

    why = RadioField(_l("Why?"), [InputRequired(_l("Choose why."))])

    @classmethod
    def new(cls) -> "EndTermForm":
        """The form with its reasons."""
        form = cls()
        form.why.choices = [(code, labels.ENDING_LABELS[code]) for code in ENDINGS]
        return form
