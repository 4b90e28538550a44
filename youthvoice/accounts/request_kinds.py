"""What two adults decide about an account: whoever reads leaves, or is let in anew."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice.access import role_labels as roles
from youthvoice.access.guard import Caller
from youthvoice.accounts import directory as people
from youthvoice.accounts import labels as words
from youthvoice.accounts import offboarding as leaving_acts
from youthvoice.accounts import requests, rules, store
from youthvoice.accounts.invitations import invite as inviting
from youthvoice.accounts.models import Person
from youthvoice.accounts.offboarding import NotEnded
from youthvoice.accounts.requests import Asked, CannotBeDone, Done, Line
from youthvoice.accounts.routes.staff.invitations import shown_once
from youthvoice.accounts.trust import trust_now


class _AboutSomebody:
    """About one account."""

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[Line]:
        """Whose account it is, and what will be gone."""
        person = session.get_one(Person, data["person"])
        hers = url_for("keys.person", person_id=person.id) if person.left_on is None else ""
        return [
            Line(_("Name"), person.name, hers),
            Line(_("Role"), roles.words(person.role)),
            Line(_("Gone with it"), self.gone()),
        ]

    def gone(self) -> str:
        """What goes."""
        return str(_("Her sign-in and her key: nobody opens anything with it any more"))

    def _name(self, session: Session, data: Mapping[str, Any]) -> str:
        return store.names(session, [data["person"]])[data["person"]]


class Leave(_AboutSomebody):
    """A coordinator asks an advocate to agree that another advocate leaves."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:
        """Who leaves."""
        return str(_("%(name)s leaves", name=self._name(session, data)))

    def carry_out(self, session: Session, asked: Asked, second: Caller) -> Done:
        """Her account ends."""
        try:
            self.end(session, asked.data["person"], requests.first_of(session, asked), second)
        except NotEnded as error:
            refusal = error.leaving.refusal if error.leaving else None
            raise CannotBeDone(words.not_leaving(refusal) if refusal else _("People changed meanwhile.")) from None
        return Done(url_for("staff.people"))

    def end(self, session: Session, person_id: int, first: Caller, second: Caller) -> None:
        """As `leaving_acts`."""
        leaving_acts.end_advocate(session, person_id, first, second)


class End(Leave):
    """Two who choose readers end a lead's or an outside recipient's account."""

    def end(self, session: Session, person_id: int, first: Caller, second: Caller) -> None:
        """As `leaving_acts`."""
        leaving_acts.end_together(session, person_id, first, second)


class Again(_AboutSomebody):
    """Two who choose readers let somebody in anew who lost her password; whoever agrees hands her the link."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:
        """Who is invited."""
        return str(_("Invite %(name)s anew", name=self._name(session, data)))

    def gone(self) -> str:
        """What goes once she accepts."""
        return str(_("Her old password and key, once she accepts; two of you compare the new key with her"))

    def carry_out(self, session: Session, asked: Asked, second: Caller) -> Done:
        """The link, shown once."""
        first, person_id = requests.first_of(session, asked), asked.data["person"]
        trust = trust_now()
        person = people.to_let_in_anew(session, person_id, second, trust)
        if people.to_let_in_anew(session, person_id, first, trust) is None or person is None:
            raise CannotBeDone(_("People changed meanwhile."))
        if rules.why_not_two([first.role, second.role]) or person_id in {first.person_id, second.person_id}:
            raise CannotBeDone(_("People changed meanwhile."))
        guest, token, mailed = inviting.invite_anew(session, second, person)
        return Done("", page=shown_once(guest, token, mailed=mailed))


KINDS: Final = {"leave": Leave(), "end": End(), "again": Again()}
