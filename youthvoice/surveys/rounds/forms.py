"""Forms of staff pages about questionnaires and rounds: shape and words, no queries."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    IntegerField,
    SelectChoice,
    SelectMultipleField,
    ValidationError,
)
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from youthvoice.accounts.sign_in.countersign import SecondAdultForm
from youthvoice.surveys.rounds.opening.rules import MOST_INVITED

CHECKS = (
    SelectChoice("not_the_office", _("We are not in the office, and no camera looks at the screens")),
    SelectChoice("nobody_behind", _("Nobody stands or sits behind a child, neither adults nor other children")),
    SelectChoice("tablets_apart", _("Tablets are at least two arm lengths apart")),
    SelectChoice("staff_away", _("Adults who look after these children every day are out of the room")),
    SelectChoice("script_read", _("I read the script aloud, in the children's language")),
    SelectChoice("may_stop", _("I said that everyone may skip, stop, or not begin, and nobody will ask why")),
    SelectChoice("help_shown", _("I showed the help card and where it hangs")),
    SelectChoice("no_list", _("I made no list of who took part")),
)


class MultiCheckboxField(SelectMultipleField):
    """Several boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ImportForm(FlaskForm):
    """A questionnaire as a file."""

    file = FileField(_("Questionnaire"), validators=[FileRequired(_("Choose a file: .toml, .xlsx or .xls."))])


class UseForm(FlaskForm):
    """Take a questionnaire from the shelf."""


class ApproveForm(FlaskForm):
    """An advocate's yes."""

    seen = BooleanField(
        _("I looked at every screen, as a child will see it"),
        validators=[InputRequired(_("Look at the screens first, then tick this."))],
    )
    not_who = MultiCheckboxField(_("These do not ask who a child is"))

    def ask_about(self, questions: list[tuple[str, str]]) -> None:
        """Offer the doubtful questions, as name and words; every one has to be ticked."""
        self.not_who.choices = [SelectChoice(name, words) for name, words in questions]

    def validate_not_who(self, field: MultiCheckboxField) -> None:
        """All of them or none."""
        if {one.value for one in field.choices} - set(field.data or ()):
            raise ValidationError(
                _("Tick every one that does not ask for a name or an address. If one does, do not approve.")
            )


class EndForm(FlaskForm):
    """End a round now."""


class InvitedForm(FlaskForm, SecondAdultForm):
    """How many children a care round invited since its last closing; a second adult agrees."""

    invited = IntegerField(
        _("Children admitted (or released) since the last closing"),
        validators=[
            InputRequired(_("Say how many.")),
            NumberRange(1, MOST_INVITED, _("Write a whole number, at least one.")),
        ],
    )


class SittingForm(FlaskForm):
    """A facilitator's checklist."""

    checks = MultiCheckboxField(_("Before the first child begins"), choices=list(CHECKS))

    def validate_checks(self, field: MultiCheckboxField) -> None:
        """All of them: a sitting without one of them does not begin."""
        if {one.value for one in CHECKS} - set(field.data or ()):
            raise ValidationError(_("Every point must be so before children begin. Change the room first."))
