"""The form that makes a report of a letter: shape and error words."""

from typing import Final, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from youthvoice.access import role_labels as roles
from youthvoice.accounts.store import Readers
from youthvoice.grievances import options as picks
from youthvoice.grievances.conversion.by_advocate import Chosen
from youthvoice.grievances.intake.recipient_rules import Refusal
from youthvoice.sites.forms import Ticks

_YES_NO: Final = (SelectChoice("yes", _l("Yes, or I am not sure")), SelectChoice("no", _l("No")))


class LetterReportForm(FlaskForm):
    """What it is about, how pressing it is, who must not read it."""

    topic = RadioField(
        _l("What is it about?"),
        [InputRequired(_l("Choose what it is about."))],
        choices=[SelectChoice(one.code, one.words) for one in picks.TOPICS],
    )
    hurt = RadioField(
        _l("May a child be hurt?"), [InputRequired(_l("Say whether a child may be hurt."))], choices=_YES_NO
    )
    danger = RadioField(
        _l("Is somebody in danger now?"), [InputRequired(_l("Say whether somebody is in danger now."))], choices=_YES_NO
    )
    left_out = Ticks(_l("Who is named in it, and must not read it?"), coerce=int)

    @classmethod
    def offering(cls, readers: Readers) -> Self:
        """The form with everybody who could read it."""
        form = cls()
        form.left_out.choices = [
            SelectChoice(str(one.person_id), f"{one.name}, {roles.words(one.role)}") for one in readers.everybody
        ]
        return form

    @property
    def chosen(self) -> Chosen:
        """What was decided."""
        return Chosen(
            self.topic.data, self.hurt.data == "yes", self.danger.data == "yes", frozenset(self.left_out.data or ())
        )

    def refuse(self, why: Refusal) -> None:
        """Say beside the names that too few would read it."""
        words = {
            "nobody": _("Then nobody would read it. Let one of them read it."),
            "outside_stays": _("Then too few would read it. Let one more of them read it."),
        }
        self.left_out.errors = [*self.left_out.errors, str(words[why])]
