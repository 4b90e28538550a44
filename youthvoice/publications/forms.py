"""Forms of publications and addresses: fields and error texts, no I/O."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from youthvoice.mail.messages import is_plain_address, plain_address
from youthvoice.publications.labels import AUDIENCE_LABELS, RHYTHM_LABELS
from youthvoice.publications.rhythm import ADDRESS_KINDS, AUDIENCES, RHYTHMS, STAFF_AUDIENCES
from youthvoice.sites.site_choice import SiteChoiceForm, SiteField
from youthvoice.surveys.rounds.rules import MAX_INVITED
from youthvoice.threads.theme_form import AgreedThemeForm
from youthvoice.web.form_fields import ChildrenField
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED

MAX_ADDRESSES_AT_ONCE = 500


class ThemeForm(AgreedThemeForm):
    """A theme of a letter box."""

    sheets = ChildrenField(_l("How many answers say it?"), _l("Say how many."), MAX_INVITED)


class AddressesForm(SiteChoiceForm):
    """Addresses of guardians, one a line."""

    site_id = SiteField(_l("Site"))
    language = SelectField(_l("Language of the letters"))
    kind = SelectField(_l("Who reads there"))
    lines = TextAreaField(_l("Addresses, one a line"), [InputRequired(_l("Write at least one address."))])

    def offer(self, sites: Mapping[int, str]) -> None:
        """Set the choices."""
        self.site_id.offer(sites)
        self.language.choices = [SelectChoice(code, LANGUAGES[code].name) for code in TRANSLATED]
        self.kind.choices = [SelectChoice(code, AUDIENCE_LABELS[code]) for code in ADDRESS_KINDS]

    def validate_lines(self, field: TextAreaField) -> None:
        """Refuse lines that are not one plain address; the error names them by number."""
        rows = self._rows(field)
        wrong = [number for number, line in rows if not is_plain_address(line)]
        if wrong:
            line_numbers = ", ".join(str(number) for number in wrong[:10])
            raise ValidationError(_l("This is no mail address: line %(lines)s.", lines=line_numbers))
        if len(rows) > MAX_ADDRESSES_AT_ONCE:
            raise ValidationError(_l("At most 500 addresses at a time."))

    @property
    def addresses(self) -> list[str]:
        """The addresses, without empty lines."""
        return [plain_address(line) for _number, line in self._rows(self.lines)]

    @staticmethod
    def _rows(field: TextAreaField) -> list[tuple[int, str]]:
        lines = enumerate((field.data or "").splitlines(), start=1)
        return [(number, line.strip()) for number, line in lines if line.strip()]


class RhythmForm(SiteChoiceForm):
    """Who at a site gets regular letters, and how often."""

    site_id = SiteField(_l("Site"))
    audience = SelectField(_l("To whom"))
    language = SelectField(_l("Language"))
    rhythm = SelectField(_l("How often"))

    def offer(self, sites: Mapping[int, str]) -> None:
        """Set the choices."""
        self.site_id.offer(sites)
        self.audience.choices = [SelectChoice(code, AUDIENCE_LABELS[code]) for code in AUDIENCES]
        every = SelectChoice("", _l("every language"))
        self.language.choices = [every, *(SelectChoice(code, LANGUAGES[code].name) for code in TRANSLATED)]
        self.rhythm.choices = [SelectChoice(code, RHYTHM_LABELS[code]) for code in RHYTHMS]

    def validate_language(self, field: SelectField) -> None:
        """Refuse a language for staff: they get mail in their own language."""
        if field.data and self.audience.data in STAFF_AUDIENCES:
            raise ValidationError(_l("Staff are written to in their own language: choose every language."))
