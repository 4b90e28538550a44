"""The second adult: who may be one, and the field in which the first names her. She agrees in her own sign-in.

Nobody types a password into somebody else's browser: what two decide waits as a request; see `requests`.
"""

from collections.abc import Collection, Iterable
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import Form, SelectChoice, SelectField, ValidationError

from youthvoice.access import role_labels as roles
from youthvoice.accounts import store
from youthvoice.accounts.models import Person
from youthvoice.accounts.trust import trusted_at

_NOBODY: Final = 0


def may_be_second(session: Session, first_id: int, site_ids: Collection[int]) -> list[Person]:
    """Who may agree with somebody, by name: another adult who counts by now and works at each of these sites.

    Nobody whom a coordinator let in is among them before an advocate has met her.
    """
    there = trusted_at(session, site_ids)
    sites = store.sites_of(session, [person.id for person in there])
    return [person for person in there if person.id != first_id and set(site_ids) <= sites[person.id]]


def _somebody(form: Form, field: SelectField) -> None:  # noqa: ARG001 - as WTForms calls it
    if field.data == _NOBODY or field.data not in {one.value for one in field.choices or ()}:
        raise ValidationError(_("Choose who agrees with you."))


class SecondAdultForm(Form):
    """Mix this into a form that two adults decide; offer who may agree before it is validated or shown."""

    second = SelectField(
        lazy_gettext("Who agrees with you?"), coerce=int, default=_NOBODY, validate_choice=False, validators=[_somebody]
    )

    def offer_second(self, people: Iterable[Person]) -> None:
        """Who may agree, as `may_be_second` found them; nobody else is taken."""
        found = [SelectChoice(one.id, f"{one.name} · {roles.words(one.role)}") for one in people]
        choose = SelectChoice(_NOBODY, _("Choose") if found else _("Nobody here may agree yet"))
        self.second.choices = [choose, *found]
