"""Forms of sites, groups and tablets: shape and error words, no I/O."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
    widgets,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.sites.jurisdictions import GENERAL, JURISDICTIONS
from youthvoice.sites.store import SiteFacts
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED
from youthvoice.web.i18n.picture_labels import words

_NAMES = [SelectChoice(code, language.name) for code, language in LANGUAGES.items()]
_SHOWN = [SelectChoice(code, LANGUAGES[code].name) for code in TRANSLATED]
NOT_YET = [language for code, language in LANGUAGES.items() if code not in TRANSLATED]
"""Languages that the pages do not speak yet: a site cannot offer them to children."""
_NUMBER = Regexp(r"^[0-9+*#() -]*$", message=lazy_gettext("Only digits, spaces and + - ( ) * #."))


class Ticks(SelectMultipleField):
    """Several of a list, each with a box to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


def _short(most: int) -> Length:
    return Length(max=most, message=lazy_gettext("At most %(max)d letters."))


_LEADS_SOMEWHERE: Final = re.compile(r"[\r\n/:@]|\w\.\w")
"""What a program that shows mail makes a link of, or a line of its own: notices to staff never hold a link."""


def letter_pictures() -> list[SelectChoice]:
    """None, then the pictures that everybody here has a word for, by that word in the reader's language."""
    known = sorted((words(one.name), one.code) for screen in SCREENS for one in screen)
    return [SelectChoice("", _("None")), *(SelectChoice(code, said) for said, code in known)]


class SiteForm(FlaskForm):
    """A site and the help of that place."""

    name = StringField(lazy_gettext("Name"), [DataRequired(lazy_gettext("Type the name of the site.")), _short(120)])
    mail_name = StringField(
        lazy_gettext("Name in mail"), [DataRequired(lazy_gettext("Type a neutral name for mail.")), _short(120)]
    )
    time_zone = SelectField(lazy_gettext("Time zone"), choices=sorted(available_timezones()), default="UTC")
    daily_hour = SelectField(
        lazy_gettext("Daily hour"),
        coerce=int,
        choices=[SelectChoice(str(hour), f"{hour:02}:00") for hour in range(24)],
        default=17,
    )
    jurisdiction = SelectField(
        lazy_gettext("Times for reports"),
        choices=[SelectChoice(code, words) for code, words in JURISDICTIONS.items()],
        default=GENERAL,
    )
    languages = Ticks(
        lazy_gettext("Languages offered to children"),
        [InputRequired(lazy_gettext("Choose at least one language."))],
        choices=_SHOWN,
    )
    checked_languages = Ticks(lazy_gettext("Languages that a speaker has checked"), [Optional()], choices=_SHOWN)
    helpline_name = StringField(lazy_gettext("Helpline: name"), [Optional(), _short(120)])
    helpline_number = StringField(lazy_gettext("Helpline: number"), [Optional(), _short(40), _NUMBER])
    helpline_hours = StringField(lazy_gettext("Helpline: when somebody answers"), [Optional(), _short(120)])
    helpline_languages = Ticks(lazy_gettext("Helpline: languages"), [Optional()], choices=_NAMES)
    helpline_tested = DateField(lazy_gettext("Helpline: last tested on"), [Optional()])
    danger_number = StringField(lazy_gettext("In danger now: number"), [Optional(), _short(40), _NUMBER])
    danger_adult = StringField(lazy_gettext("In danger now: adult to go to"), [Optional(), _short(120)])
    mail_picture = SelectField(lazy_gettext("Picture on letters"), choices=letter_pictures, default="")
    mail_word = StringField(lazy_gettext("Word beside the picture"), [_short(40)], default="")
    ask_number = StringField(lazy_gettext("Telephone for families"), [_short(40), _NUMBER], default="")
    ask_hours = StringField(lazy_gettext("When somebody answers it"), [_short(120)], default="")
    staff_word = StringField(lazy_gettext("Word on notices to staff"), [_short(40)], default="")
    today: date | None = None

    def validate_mail_name(self, field: Field) -> None:
        """Mail must not tell who lives where."""
        if (self.name.data or "").strip().casefold() in field.data.casefold():
            raise ValidationError(_("Mail must not bear the name of the site. Choose words that tell nothing."))

    def validate_mail_word(self, field: Field) -> None:
        """What is known from paper is a picture and a word together, and tells nobody where it comes from."""
        self._tells_nothing(field)
        if bool(field.data) != bool(self.mail_picture.data):
            raise ValidationError(_("Choose a picture and a word, both or neither."))

    def validate_staff_word(self, field: Field) -> None:
        """Another one than families know: whoever has their card must not be able to write to staff."""
        self._tells_nothing(field)
        if field.data and field.data.strip().casefold() == (self.mail_word.data or "").strip().casefold():
            raise ValidationError(_("Choose another word than the one that families know."))

    def _tells_nothing(self, field: Field) -> None:
        name = (self.name.data or "").strip().casefold()
        if field.data and name and name in field.data.casefold():
            raise ValidationError(_("Mail must not bear the name of the site. Choose words that tell nothing."))
        if _LEADS_SOMEWHERE.search(field.data or ""):
            raise ValidationError(_("Choose a word, not a link or an address."))

    def validate_checked_languages(self, field: Field) -> None:
        """Only what is offered can have been checked."""
        if not set(field.data or []) <= set(self.languages.data or []):
            raise ValidationError(_("A checked language must also be offered."))

    def validate_helpline_tested(self, field: Field) -> None:
        """A test lies in the past."""
        if field.data and self.today and field.data > self.today:
            raise ValidationError(_("This day has not come yet."))

    def values(self) -> dict[str, object]:
        """Columns of the site by name."""
        known = SiteFacts.__dataclass_fields__
        return {
            name: value.strip() if isinstance(value, str) else value
            for name, value in self.data.items()
            if name in known
        }


class NewSiteForm(SiteForm):
    """A new site, and the site whose advocates read here too."""

    like = SelectField(lazy_gettext("Same advocates as"), coerce=int)


class GroupForm(FlaskForm):
    """A class, dormitory or club."""

    name = StringField(
        lazy_gettext("Name of the group"),
        [DataRequired(lazy_gettext("Type a name for the group.")), _short(80)],
        id="group-name",  # the page has a site's name beside it
    )
    taken: Sequence[str] = ()

    def validate_name(self, field: Field) -> None:
        """Each name once."""
        field.data = field.data.strip()
        if field.data.casefold() in {name.casefold() for name in self.taken}:
            raise ValidationError(_("There is a group of this name already."))


class TabletForm(FlaskForm):
    """Where a new tablet stays."""

    site = SelectField(lazy_gettext("Site"), coerce=int)
    name = StringField(
        lazy_gettext("Where it stays"),
        [DataRequired(lazy_gettext("Say where it stays, such as: common room.")), _short(80)],
    )


def site_choices(sites: Iterable[tuple[int, str]]) -> list[SelectChoice]:
    """Sites to choose from, by id and name."""
    return [SelectChoice(str(site_id), name) for site_id, name in sites]


class PlainForm(FlaskForm):
    """Nothing but the token."""
