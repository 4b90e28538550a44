"""The form that deals slips."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange

from youthvoice.slips.pictures import MOST


class SlipsForm(FlaskForm):
    """How many, and where."""

    site = SelectField(_("Site"), coerce=int)
    number = IntegerField(
        _("How many children sit here?"),
        validators=[
            InputRequired(_("Say how many children sit here.")),
            NumberRange(1, MOST, _("Write a whole number, at least one.")),
        ],
    )

    def offer(self, sites: Sequence[tuple[int, str]]) -> None:
        """The caller's sites of this round; chosen already where it is one."""
        self.site.choices = [SelectChoice(site_id, name) for site_id, name in sites]
        if len(sites) == 1:
            self.site.data = sites[0][0]
