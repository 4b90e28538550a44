"""What two advocates decide about a letter: that it outlives its end, or does not any more."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accounts import requests
from youthvoice.accounts.requests import Asked, CannotBeDone, Done, Line
from youthvoice.sites import store as places
from youthvoice.threads.retention import letter_holds as holding


class Hold:
    """Both must be able to open the letter."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:  # noqa: ARG002 - as Kind
        """Whether it is kept or let go."""
        if data["keeps"]:
            return str(_("Keep this letter past its end"))
        return str(_("Let this letter end in time"))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[Line]:
        """Where it stands; nothing of what it says."""
        site = places.site(session, data["site"])
        letter = url_for("letters.envelope", letter_id=data["letter"])
        return [Line(_("Letter"), _("Look at it first"), letter), Line(_("Where"), site.name if site else "")]

    def carry_out(self, session: Session, asked: Asked, second: Caller) -> Done:
        """As `holding`."""
        first, data = requests.first_of(session, asked), asked.data
        if {first.role, second.role} != {ADVOCATE}:
            raise CannotBeDone(_("Two advocates decide this."))
        signed, log = (first.person_id, second.person_id), requests.log_of(first)
        letter_id, now = bytes.fromhex(data["letter"]), running.now()
        keyring = running.keyring()
        if not holding.hold(session, keyring, letter_id, signed, data["site"], log, now, held=data["keeps"]):
            raise CannotBeDone(_("One of the two cannot open this letter."))
        return Done(url_for("letters.envelope", letter_id=data["letter"]))


KINDS: Final = {"hold": Hold()}
