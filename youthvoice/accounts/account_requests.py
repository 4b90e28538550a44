"""Requests about an account that a second adult must agree to: a reader leaves or gets a new key, a name changes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access import permissions
from youthvoice.access.guard import Caller
from youthvoice.accounts import agreement, invitations, labels, rules
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.people import directory, person_names
from youthvoice.accounts.people.offboarding import end_advocate_account, end_reader_account
from youthvoice.accounts.store import names_of_people
from youthvoice.errors import Refused


class _AccountRequest:
    """A request about one account."""

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[agreement.RequestLine]:
        """Whose account it is, and what is lost."""
        person = session.get_one(PersonRow, data["person"])
        href = url_for("people.person", person_id=person.id) if person.left_on is None else ""
        return [
            agreement.RequestLine(_("Name"), person.name, href),
            agreement.RequestLine(_("Role"), str(permissions.ROLE_LABELS[person.role])),
            agreement.RequestLine(_("Gone with it"), self.gone()),
        ]

    def gone(self) -> str:
        """What is lost."""
        return str(_("Her sign-in and her key: nobody can open anything with it again"))

    def _name(self, session: Session, data: Mapping[str, Any]) -> str:
        return names_of_people(session, [data["person"]])[data["person"]]


class EndAdvocate(_AccountRequest):
    """A coordinator asks an advocate to agree that another advocate leaves."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:
        """Who leaves."""
        return str(_("%(name)s leaves", name=self._name(session, data)))

    def carry_out(
        self, session: Session, agreement_request: agreement.AgreementRequest, second: Caller
    ) -> agreement.RequestOutcome:
        """End the advocate's account."""
        try:
            self.end(
                session, agreement_request.data["person"], agreement.first_caller(session, agreement_request), second
            )
        except Refused as error:
            raise agreement.CannotBeDone(str(labels.LEAVE_REFUSAL_LABELS[error.code])) from None
        return agreement.RequestOutcome(url_for("people.index"))

    def end(self, session: Session, person_id: int, first: Caller, second: Caller) -> None:
        """End the account by `end_advocate_account`."""
        end_advocate_account(session, person_id, first, second)


class EndReader(EndAdvocate):
    """A colleague who chooses readers asks another to agree that an account of `ENDED_BY_READERS` ends."""

    def end(self, session: Session, person_id: int, first: Caller, second: Caller) -> None:
        """End the account by `end_reader_account`."""
        end_reader_account(session, person_id, first, second)


class RenewReader(_AccountRequest):
    """A reader who lost the password is invited again, if two who choose readers agree; the second gets the link."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:
        """Who is invited."""
        return str(_("Invite %(name)s again", name=self._name(session, data)))

    def gone(self) -> str:
        """What is lost once the reader accepts."""
        return str(_("Her old password and key, once she accepts; two of you compare the new key with her"))

    def carry_out(
        self, session: Session, agreement_request: agreement.AgreementRequest, second: Caller
    ) -> agreement.RequestOutcome:
        """Invite the reader; the page with the link is shown once."""
        first, person_id = agreement.first_caller(session, agreement_request), agreement_request.data["person"]
        person = directory.find_person_to_reinvite(session, person_id, second)
        if directory.find_person_to_reinvite(session, person_id, first) is None or person is None:
            raise agreement.CannotBeDone(_("Somebody has changed the list of people since you opened this page."))
        if rules.why_not_agree([first.role, second.role]) or person_id in {first.person_id, second.person_id}:
            raise agreement.CannotBeDone(_("Somebody has changed the list of people since you opened this page."))
        guest, token, mailed = invitations.reinvite_person(session, second, person)
        return agreement.RequestOutcome("", page=invitations.render_invitation_link(guest, token, mailed=mailed))


class ChangeName:
    """An adult asks a second one to agree to a new name, which children will read."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:
        """Whose name changes."""
        name = names_of_people(session, [data["person"]])[data["person"]]
        return str(_("%(name)s changes her name", name=name))

    def lines(self, _session: Session, data: Mapping[str, Any]) -> Sequence[agreement.RequestLine]:
        """The old and the new name."""
        return [
            agreement.RequestLine(_("Name until now"), data["before"]),
            agreement.RequestLine(_("New name"), data["name"]),
            agreement.RequestLine(
                _("What changes"),
                _("Children and colleagues read the new name everywhere. The name until now stays on her page."),
            ),
        ]

    def carry_out(
        self, session: Session, agreement_request: agreement.AgreementRequest, second: Caller
    ) -> agreement.RequestOutcome:
        """Change the name, also in an invitation that the person has not accepted yet."""
        person = session.get_one(PersonRow, agreement_request.data["person"])
        if agreement_request.asked_by != person.id or person.name != agreement_request.data["before"]:
            raise agreement.CannotBeDone(_("Somebody has changed the list of people since you opened this page."))
        try:
            person_names.rename_person(
                session, person, agreement_request.data["name"], second.person_id, context.today()
            )
        except Refused as error:
            raise agreement.CannotBeDone(str(labels.NAME_REFUSAL_LABELS[error.code])) from None
        invitations.rename_guest(session, person.id, person.name)
        first = agreement.first_caller(session, agreement_request)
        agreement.log_of_first(first).add(session, "person.rename", f"{person.id} with {second.person_id}")
        return agreement.RequestOutcome(url_for("profile.me"), second_may_look=False)


ACCOUNT_REQUEST_KINDS: Final[Mapping[str, agreement.RequestKind]] = {
    "leave": EndAdvocate(),
    "end": EndReader(),
    "again": RenewReader(),
    "name": ChangeName(),
}
