"""Forms about rounds: opening one over several pages, groups that share no child, children invited, a sitting."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from youthvoice.accounts.forms import SecondAdultForm
from youthvoice.sites.site_choice import SiteChoiceForm, SitesField
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.rounds.entities import EXEMPT, RUNS_ON
from youthvoice.surveys.rounds.rules import MAX_INVITED
from youthvoice.web.form_fields import CheckboxesField, ChildrenField

SITTING_CHECKS = (
    SelectChoice("not_the_office", _("We are not in the office, and no camera looks at the screens")),
    SelectChoice("nobody_behind", _("Nobody stands or sits behind a child, neither adults nor other children")),
    SelectChoice("tablets_apart", _("Tablets are at least two arm lengths apart")),
    SelectChoice("staff_away", _("Adults who look after these children every day are out of the room")),
    SelectChoice("script_read", _("I read the script aloud, in the children's language")),
    SelectChoice("may_stop", _("I said that everyone may skip, stop, or not begin, and nobody will ask why")),
    SelectChoice("help_shown", _("I showed the help card and where it hangs")),
    SelectChoice("no_list", _("I made no list of who took part")),
)

PURPOSE_CHOICES = (
    SelectChoice("regular", _("Regular: how things are here")),
    SelectChoice("awareness", _("Awareness: before and after a session")),
    SelectChoice("care", _("Care: coming here or leaving; runs on and closes every three months")),
)

TIMES_CHOICES = (
    SelectChoice("once", _("Once")),
    SelectChoice("twice", _("Twice: once before and once after, such as around a session")),
)

LINK_CHOICES = (
    SelectChoice("none", _("No: everybody before is compared with everybody after")),
    SelectChoice("card", _("Yes, with cards: each child draws one and keeps its second half for the round after")),
)

OPENING_STEPS: Final = {
    "questions": ("questionnaire",),
    "kind": ("purpose", "times"),
    "place": ("sites",),
    "group": ("group",),
    "days": ("starts", "until", "after_from", "after_until"),
    "children": ("invited", "split", "link", "slips", "permission"),
    "answer": ("decider", "due"),
}
"""The pages in their order, and the fields of each; the page on which everything is checked follows."""

_YEARS: Final = (2000, 2199)

_AFTER: Final = frozenset({"after_from", "after_until"})


def lacks_purpose(questionnaire: Questionnaire) -> bool:
    """Whether a questionnaire states no purpose: only an XLSForm can lack one, and is then read as `regular`."""
    return questionnaire.source == "xlsform" and questionnaire.purpose == "regular"


def _within_years(day: date | None) -> date | None:
    """The day, or None if it is outside the years that clocks can handle, as if nothing was chosen."""
    return day if day and _YEARS[0] <= day.year <= _YEARS[1] else None


class _DayField(DateField):
    def __init__(self, label: str, missing: str, **more: Any) -> None:
        super().__init__(label, [DataRequired(missing)], filters=[_within_years], **more)


class GroupsApartForm(FlaskForm, SecondAdultForm):
    """Declares that some groups of a site share no child; an advocate must agree."""

    groups = CheckboxesField(_("Groups that share no child"), coerce=int)

    def validate_groups(self, field: CheckboxesField) -> None:
        """Require two groups or more."""
        if len(set(field.data or ())) < 2:  # noqa: PLR2004
            raise ValidationError(_("Choose two groups or more."))


class OpenRoundForm(SiteChoiceForm, SecondAdultForm):
    """Everything that two adults fix when a round opens.

    Attributes:
        questions: the chosen questionnaire; None until one is chosen.
        site_to_part: the site whose groups prevent the opening unless they share no child; 0 where none does.
    """

    questionnaire = SelectField(
        _("Questionnaire"), coerce=int, validators=[NumberRange(min=1, message=_("Choose a questionnaire."))]
    )
    purpose = RadioField(_("Purpose"), choices=list(PURPOSE_CHOICES), default="regular")
    times = RadioField(_("How often are the same questions asked?"), choices=list(TIMES_CHOICES), default="once")
    sites = SitesField(
        _("Sites"),
        validators=[InputRequired(_("Choose one site, or several small ones that are counted together."))],
    )
    group = RadioField(_("Who is asked?"), default="")
    starts = _DayField(_("First day"), _("Choose the first day."))
    until = _DayField(_("Last day"), _("Choose the last day."))
    after_from = _DayField(_("First day of the round after"), _("Choose the first day of the round after."))
    after_until = _DayField(_("Last day of the round after"), _("Choose the last day of the round after."))
    invited = ChildrenField(_("How many children are invited?"), _("Say how many children are invited."), MAX_INVITED)
    link = RadioField(_("Are both answers of a child put together?"), choices=list(LINK_CHOICES), default="none")
    split = RadioField(_("Is the view shown in parts?"), default="")
    slips = BooleanField(_("Ask for slips"))
    permission = StringField(
        _("Permission on file"),
        validators=[
            InputRequired(_("Say which permission is on file and who gave it.")),
            Length(max=200, message=_("At most 200 letters.")),
        ],
    )
    decider = SelectField(
        _("Who answers the children?"),
        coerce=int,
        validators=[NumberRange(min=1, message=_("Choose the adult who answers the children."))],
    )
    due = _DayField(_("Answer due"), _("Choose the day."))

    questions: Questionnaire | None = None

    site_to_part: int = 0

    @property
    def sites_here(self) -> list[int]:
        """The chosen sites; empty where one of them was not offered, so that nothing of it is looked up."""
        chosen = self.sites.data or []
        return chosen if {*map(str, chosen)} <= {choice.value for choice in self.sites.choices or ()} else []

    def fields_of(self, step: str) -> tuple[str, ...]:
        """The fields that a page asks, given the choices so far; empty where the page is skipped."""
        return tuple(name for name in OPENING_STEPS[step] if self._is_asked(name))

    def _is_asked(self, name: str) -> bool:
        if name == "purpose":
            return self._purpose_is_open
        if name == "times":
            return self.questions is not None and self.may_be_twice
        if name == "group":
            return self.may_be_of_a_group
        if name == "split":
            return self.may_be_split
        if name in _AFTER or name == "link":
            return self.is_twice
        return name not in {"invited", "slips"} or self.purpose_wanted not in RUNS_ON

    @property
    def _purpose_is_open(self) -> bool:
        return self.questions is not None and lacks_purpose(self.questions)

    @property
    def purpose_wanted(self) -> str:
        """The purpose: the questionnaire's, else the chosen one."""
        if self._purpose_is_open or self.questions is None:
            return str(self.purpose.data)
        return self.questions.purpose

    @property
    def asks_before_and_now(self) -> bool:
        """Whether one response asks about both before and now."""
        return self.questions is not None and any(question.moment == "now" for question in self.questions.questions)

    @property
    def may_be_twice(self) -> bool:
        """Whether these questions can be asked before and after."""
        purposes = {self.questions.purpose} if self.questions and not self._purpose_is_open else {"regular"}
        return not self.asks_before_and_now and not purposes & (RUNS_ON | EXEMPT)

    @property
    def is_twice(self) -> bool:
        """Whether a pair of rounds is opened."""
        return self.may_be_twice and self.purpose_wanted not in RUNS_ON and self.times.data == "twice"

    @property
    def link_wanted(self) -> str:
        """How the answers of one child are linked, as `rounds.entities.Link`."""
        if self.asks_before_and_now:
            return "sheet"
        return str(self.link.data) if self.is_twice else "none"

    @property
    def may_be_of_a_group(self) -> bool:
        """Whether a single group can be asked: the round has one site, and that has groups."""
        return self.purpose_wanted not in RUNS_ON | EXEMPT and len(self.group.choices or ()) > 1

    @property
    def group_wanted(self) -> str:
        """The name of the group; empty for everybody."""
        return str(self.group.data or "") if self.may_be_of_a_group else ""

    @property
    def may_be_split(self) -> bool:
        """Whether the view can be split: a question allows it, and this is one round, neither of care nor a choice."""
        splitting = self.questions.splitting if self.questions else ()
        return bool(splitting) and not self.is_twice and self.purpose_wanted not in RUNS_ON | EXEMPT

    @property
    def split_wanted(self) -> str:
        """How the view is split; empty for a whole view."""
        return str(self.split.data or "") if self.may_be_split else ""

    @property
    def steps(self) -> list[str]:
        """The pages that ask something."""
        return [step for step in OPENING_STEPS if self.fields_of(step)]

    def is_right(self, names: Iterable[str]) -> bool:
        """Whether these fields are valid; each one shows its own error."""
        faults = [name for name in names if not self[name].validate(self)]  # a list: none is left out
        return not faults

    def first_wrong(self, until: str = "answer") -> str | None:
        """The first page with an invalid field, up to a given page; its fields show their errors."""
        order = list(OPENING_STEPS)
        steps_so_far = [step for step in self.steps if order.index(step) <= order.index(until)]
        return next((step for step in steps_so_far if not self.is_right(self.fields_of(step))), None)

    def days(self, today: date) -> Iterator[tuple[str, date, date]]:
        """Each wave with its first and last day; today where no day is chosen."""
        first, last = self.starts.data or today, self.until.data or today
        yield ("pre" if self.is_twice else "single", first, last)
        if self.is_twice:
            yield ("post", self.after_from.data or last, self.after_until.data or last)


class InvitedChildrenForm(FlaskForm, SecondAdultForm):
    """How many children a care round invited since its last closing; a second adult agrees."""

    invited = ChildrenField(
        _("Children admitted (or released) since the last closing"), _("Say how many."), MAX_INVITED
    )


class SittingForm(FlaskForm):
    """A facilitator's checklist before a sitting."""

    checks = CheckboxesField(_("Before the first child begins"), choices=list(SITTING_CHECKS))

    def validate_checks(self, field: CheckboxesField) -> None:
        """Require every point; a sitting does not begin without all of them."""
        if {check.value for check in SITTING_CHECKS} - set(field.data or ()):
            raise ValidationError(_("Every point must be so before children begin. Change the room first."))
