"""Forms of sites, groups, tablets and services, and their choices: no database.

Source: `zone.tab` of the time zone database, which lists the countries of each zone.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import Final
from zoneinfo import available_timezones

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, HiddenField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError

from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.sites.labels import SERVICE_KIND_LABELS
from youthvoice.sites.service_directory import Service
from youthvoice.sites.site_choice import SiteChoiceForm, SiteField
from youthvoice.sites.store import Site
from youthvoice.web.form_fields import CheckboxesField
from youthvoice.web.graphics.picture_labels import picture_label
from youthvoice.web.i18n.languages import LANGUAGES

GENERAL_JURISDICTION: Final = "general"

JURISDICTIONS: Final = {
    GENERAL_JURISDICTION: _l("General (example)"),
    "england": _l("England (example)"),
    "india": _l("India (example)"),
}
"""Labels by name of the file, in the order of the form."""

_LANGUAGE_CHOICES = [SelectChoice(code, language.name) for code, language in LANGUAGES.items()]

_NUMBER = Regexp(r"^[0-9+*#() -]*$", message=_l("Only digits, spaces and + - ( ) * #."))


def _max_length(most: int) -> Length:
    return Length(max=most, message=_l("At most %(max)d letters."))


def _refuse_future(form: FlaskForm, field: Field) -> None:
    """Refuse a day in the future; a stored one stays valid, even if the time zone has changed."""
    if field.data and form.today and field.data > form.today and field.data != field.object_data:
        raise ValidationError(_("This day has not come yet."))


_LINK_CHARACTERS: Final = re.compile(r"[\r\n/:@]|\w\.\w")
"""Characters that mail programs turn into a link or a new line: notices to staff never hold a link."""


def letter_picture_choices() -> list[SelectChoice]:
    """No picture, then those of the picture code, sorted by their words in the reader's language."""
    pictures = sorted((picture_label(picture.name), picture.code) for screen in SCREENS for picture in screen)
    return [SelectChoice("", _("None")), *(SelectChoice(code, label) for label, code in pictures)]


class SiteForm(FlaskForm):
    """A site, with its helpline and emergency contacts."""

    name = StringField(_l("Name"), [DataRequired(_l("Type the name of the site.")), _max_length(120)])
    mail_name = StringField(_l("Name in mail"), [DataRequired(_l("Type a neutral name for mail.")), _max_length(120)])
    time_zone = SelectField(_l("Time zone"), choices=sorted(available_timezones()), default="UTC")
    daily_hour = SelectField(
        _l("Daily hour"),
        coerce=int,
        choices=[SelectChoice(str(hour), f"{hour:02}:00") for hour in range(24)],
        default=17,
    )
    jurisdiction = SelectField(
        _l("Times for reports"),
        choices=[SelectChoice(code, words) for code, words in JURISDICTIONS.items()],
        default=GENERAL_JURISDICTION,
    )
    helpline_name = StringField(_l("Helpline: name"), [Optional(), _max_length(120)])
    helpline_number = StringField(_l("Helpline: number"), [Optional(), _max_length(40), _NUMBER])
    helpline_hours = StringField(_l("Helpline: when somebody answers"), [Optional(), _max_length(120)])
    helpline_languages = CheckboxesField(_l("Helpline: languages"), [Optional()], choices=_LANGUAGE_CHOICES)
    helpline_tested = DateField(_l("Helpline: last tested on"), [Optional(), _refuse_future])
    danger_number = StringField(_l("In danger now: number"), [Optional(), _max_length(40), _NUMBER])
    danger_adult = StringField(_l("In danger now: adult to go to"), [Optional(), _max_length(120)])
    mail_picture = SelectField(_l("Picture on letters"), choices=letter_picture_choices, default="")
    mail_word = StringField(_l("Word beside the picture"), [_max_length(40)], default="")
    ask_number = StringField(_l("Telephone for families"), [_max_length(40), _NUMBER], default="")
    ask_hours = StringField(_l("When somebody answers it"), [_max_length(120)], default="")
    strip_words = BooleanField(_l("Only words on the strip that shows who reads, no faces"))
    staff_word = StringField(_l("Word on notices to staff"), [_max_length(40)], default="")
    phone_number = StringField(_l("Number that children call"), [_max_length(40), _NUMBER], default="")
    seen = HiddenField()
    today: date | None = None
    site_of_line = ""

    def validate_phone_number(self, field: Field) -> None:
        """Refuse a second site on the one telephone line."""
        if field.data and self.site_of_line:
            raise ValidationError(_("%(site)s has the telephone line.", site=self.site_of_line))

    def validate_mail_name(self, field: Field) -> None:
        """Refuse a mail name with the site's name: mail must not show who lives where."""
        self._refuse_site_name(field)

    def validate_mail_word(self, field: Field) -> None:
        """Refuse one of picture and word without the other, since families know both from paper."""
        self._refuse_revealing(field)
        if bool(field.data) != bool(self.mail_picture.data):
            raise ValidationError(_("Choose a picture and a word, both or neither."))

    def validate_staff_word(self, field: Field) -> None:
        """Refuse the word that families know: a person with their card must not be able to pose as the system."""
        self._refuse_revealing(field)
        if field.data and field.data.strip().casefold() == (self.mail_word.data or "").strip().casefold():
            raise ValidationError(_("Choose another word than the one that families know."))

    def _refuse_revealing(self, field: Field) -> None:
        self._refuse_site_name(field)
        if _LINK_CHARACTERS.search(field.data or ""):
            raise ValidationError(_("Choose a word, not a link or an address."))

    def _refuse_site_name(self, field: Field) -> None:
        name = (self.name.data or "").strip().casefold()
        if field.data and name and name in field.data.casefold():
            raise ValidationError(_("Mail must not bear the name of the site. Choose words that tell nothing."))

    def values(self) -> dict[str, object]:
        """The columns of the site, by name."""
        return _columns(self, Site.__slots__)


class NewSiteForm(SiteForm, SiteChoiceForm):
    """A new site, and the existing site whose advocates work here, too."""

    like = SiteField(_l("Same advocates as"))
    phone_number = seen = None


class GroupForm(FlaskForm):
    """A class, dormitory or club."""

    name = StringField(
        _l("Name of the group"),
        [DataRequired(_l("Type a name for the group.")), _max_length(80)],
        id="group-name",  # the page has a site's name beside it
    )
    taken: Sequence[str] = ()

    def validate_name(self, field: Field) -> None:
        """Refuse a name that another group of the site has."""
        field.data = field.data.strip()
        if field.data.casefold() in {name.casefold() for name in self.taken}:
            raise ValidationError(_("There is a group of this name already."))


class TabletForm(SiteChoiceForm):
    """A new tablet: its site and where it stays."""

    site = SiteField(_l("Site"))
    name = StringField(
        _l("Where it stays"),
        [DataRequired(_l("Say where it stays, such as: common room.")), _max_length(80)],
    )


class RetireForm(FlaskForm):
    """Where a tablet is that is being retired: here, or lost."""

    where = RadioField(
        _l("Where is it?"),
        choices=[
            SelectChoice("here", _l("We know where it is. What waits on it still arrives and counts.")),
            SelectChoice("lost", _l("It was lost or stolen. Take nothing more from it that counts.")),
        ],
        default="here",
    )


class RefusedDeliveryForm(FlaskForm):
    """Whether refused deliveries in a tablet's name come from the tablet: take them, or go on refusing."""

    what = RadioField(
        _l("What is it?"),
        choices=[
            SelectChoice("take", _l("The tablet is in our hands. Take what waits on it.")),
            SelectChoice("leave", _l("It is somebody else. Go on refusing it.")),
        ],
        validators=[InputRequired(_l("Choose one."))],
    )


@cache
def countries_of_zones() -> Mapping[str, str]:
    """The country of each zone that has one, as a two-letter code."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def nearby_zones(mine: Collection[str]) -> list[str]:
    """These zones, and the others of their countries."""
    countries = countries_of_zones()
    wanted = {countries[zone] for zone in mine if zone in countries}
    return sorted({*mine, *(zone for zone, country in countries.items() if country in wanted)})


def time_zone_choices(mine: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """All zones in two groups, the near ones first.

    Args:
        mine: zones in use; none for a first site.
    """
    first = nearby_zones(mine)
    rest = sorted(available_timezones() - set(first))
    groups = {str(_("Your zones and those of the same country")): first, str(_("Every other zone")): rest}
    return {words: [(zone, zone) for zone in zones] for words, zones in groups.items() if zones}


class ServiceForm(SiteChoiceForm):
    """A service: its contact, what it offers, its languages, and when this was last verified."""

    site = SiteField(_l("Site"))
    name = StringField(_l("Name"), [DataRequired(_l("Type the name of the service.")), _max_length(120)])
    kind = SelectField(
        _l("What for"), choices=[SelectChoice(code, words) for code, words in SERVICE_KIND_LABELS.items()]
    )
    phone = StringField(_l("Telephone"), [DataRequired(_l("Type the number.")), _max_length(40), _NUMBER])
    address = StringField(_l("Where it is"), [Optional(), _max_length(200)])
    languages = CheckboxesField(_l("Languages"), [Optional()], choices=_LANGUAGE_CHOICES)
    verified_on = DateField(_l("Last verified on"), [Optional(), _refuse_future])
    today: date | None = None

    def values(self) -> dict[str, object]:
        """The columns of the service by name, except its site."""
        return _columns(self, Service.__slots__)


def _columns(form: FlaskForm, columns: Collection[str]) -> dict[str, object]:
    """The form's data by column name; texts without surrounding spaces."""
    return {
        field.name: (field.data or "").strip() if isinstance(field, StringField) else field.data
        for field in form
        if field.name in columns
    }
