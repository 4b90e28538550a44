"""Forms for recordings and tablet voices."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectChoice

from youthvoice.web.form_fields import CheckboxesField
from youthvoice.web.i18n.languages import LANGUAGES


class ClipForm(FlaskForm):
    """A recording as a file; the page's recorder fills the same field."""

    sound = FileField(_("A recording as a file"), [FileRequired(_("Record it first, or choose a file."))])


class FilmForm(FlaskForm):
    """A film of an adult who signs one text."""

    sound = FileField(_("A film as a file"), [FileRequired(_("Choose a film."))])


class VoicesForm(FlaskForm):
    """The languages in which a tablet's own voice sounds right."""

    voices = CheckboxesField(_("Sounds right"))

    def offer(self, codes: tuple[str, ...]) -> None:
        """Offer only the languages of this site."""
        self.voices.choices = [SelectChoice(code, LANGUAGES[code].name) for code in codes if code in LANGUAGES]
