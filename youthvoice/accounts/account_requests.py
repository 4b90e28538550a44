"""What two adults decide about an account: whoever reads leaves, or is let in anew."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice.access import permissions
from youthvoice.access.guard import Caller
from youthvoice.accounts import invitations, labels, rules
from youthvoice.accounts.agreement import (
    AgreementRequest,
    CannotBeDone,
    RequestKind,
    RequestLine,
    RequestOutcome,
    first_caller,
)
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.people import directory
from youthvoice.accounts.people.offboarding import end_advocate_account, end_reader_account
from youthvoice.accounts.store import names_of_people
from youthvoice.errors import Refused


class _AccountRequest:
    """About one account."""

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[RequestLine]:
        """Whose account it is, and what will be gone."""
        person = session.get_one(PersonRow, data["person"])
        hers = url_for("keys.person", person_id=person.id) if person.left_on is None else ""
        return [
            RequestLine(_("Name"), person.name, hers),
            RequestLine(_("Role"), str(permissions.ROLE_LABELS[person.role])),
            RequestLine(_("Gone with it"), self.gone()),
        ]

    def gone(self) -> str:
        """What goes."""
        return str(_("Her sign-in and her key: nobody opens anything with it any more"))

    def _name(self, session: Session, data: Mapping[str, Any]) -> str:
        return names_of_people(session, [data["person"]])[data["person"]]


class EndAdvocate(_AccountRequest):
    """A coordinator asks an advocate to agree that another advocate leaves."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:
        """Who leaves."""
        return str(_("%(name)s leaves", name=self._name(session, data)))

    def carry_out(self, session: Session, asked: AgreementRequest, second: Caller) -> RequestOutcome:
        """Her account ends."""
        try:
            self.end(session, asked.data["person"], first_caller(session, asked), second)
        except Refused as error:
            raise CannotBeDone(str(labels.LEAVE_REFUSAL_LABELS[error.code])) from None
        return RequestOutcome(url_for("staff.people"))

    def end(self, session: Session, person_id: int, first: Caller, second: Caller) -> None:
        """As `end_advocate_account`."""
        end_advocate_account(session, person_id, first, second)


class EndReader(EndAdvocate):
    """Two who choose readers end a lead's or an outside recipient's account."""

    def end(self, session: Session, person_id: int, first: Caller, second: Caller) -> None:
        """As `end_reader_account`."""
        end_reader_account(session, person_id, first, second)


class RenewReader(_AccountRequest):
    """Two who choose readers let somebody in anew who lost her password; whoever agrees hands her the link."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:
        """Who is invited."""
        return str(_("Invite %(name)s anew", name=self._name(session, data)))

    def gone(self) -> str:
        """What goes once she accepts."""
        return str(_("Her old password and key, once she accepts; two of you compare the new key with her"))

    def carry_out(self, session: Session, asked: AgreementRequest, second: Caller) -> RequestOutcome:
        """The link, shown once."""
        first, person_id = first_caller(session, asked), asked.data["person"]
        person = directory.find_renewable(session, person_id, second)
        if directory.find_renewable(session, person_id, first) is None or person is None:
            raise CannotBeDone(_("People changed meanwhile."))
        if rules.why_not_two([first.role, second.role]) or person_id in {first.person_id, second.person_id}:
            raise CannotBeDone(_("People changed meanwhile."))
        guest, token, mailed = invitations.invite_anew(session, second, person)
        return RequestOutcome("", page=invitations.render_link_once(guest, token, mailed=mailed))


ACCOUNT_REQUEST_KINDS: Final[Mapping[str, RequestKind]] = {
    "leave": EndAdvocate(),
    "end": EndReader(),
    "again": RenewReader(),
}
