"""Letters on hold: two advocates decide that a letter is kept past its month, and when the hold ends.

For reports, holds are among the actions of a case.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accounts import agreement
from youthvoice.accounts.agreement import RequestKind
from youthvoice.audit.audit_log import Log
from youthvoice.sites.store import find_site
from youthvoice.threads.letters.store import find_letter
from youthvoice.threads.readership import reader_key_at
from youthvoice.threads.retention import store


def hold_letter(  # noqa: PLR0913, PLR0917 - people, letter, time and decision
    session: Session, letter_id: bytes, advocates: Collection[int], site_id: int, log: Log, now: datetime, *, held: bool
) -> bool:
    """Put a letter on hold, or end the hold; False where one of the two advocates cannot open it.

    Args:
        session: may write.
        letter_id: 16 bytes.
        advocates: rows of the two advocates.
        site_id: of the letter.
        log: in the name of the first.
        now: UTC.
        held: whether the hold begins.
    """
    reader_keys = [reader_key_at(session, person_id, site_id) for person_id in set(advocates)]
    if any(key is None or find_letter(session, letter_id, key, now) is None for key in reader_keys):
        return False
    store.set_letter_hold(session, letter_id, held=held)
    log.add(session, "letter.hold" if held else "letter.release", letter_id.hex())
    return True


class LetterHoldRequest:
    """A request to a second advocate; both must be able to open the letter."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:  # noqa: ARG002 - as `RequestKind`
        """Whether the hold begins or ends."""
        if data["keeps"]:
            return str(_("Keep this letter past its end"))
        return str(_("Let this letter end in time"))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[agreement.RequestLine]:
        """A link to the letter and its site; nothing of its text."""
        site = find_site(session, data["site"])
        letter = url_for("letters.envelope", letter_id=data["letter"])
        return [
            agreement.RequestLine(_("Letter"), _("Look at it first"), letter),
            agreement.RequestLine(_("Where"), site.name if site else ""),
        ]

    def carry_out(
        self, session: Session, agreement_request: agreement.AgreementRequest, second: Caller
    ) -> agreement.RequestOutcome:
        """Carry out `hold_letter`."""
        first, data = agreement.first_caller(session, agreement_request), agreement_request.data
        if {first.role, second.role} != {ADVOCATE}:
            raise agreement.CannotBeDone(_("Two advocates decide this."))
        advocate_ids, log = (first.person_id, second.person_id), agreement.log_of_first(first)
        letter_id, now = bytes.fromhex(data["letter"]), context.now()
        if not hold_letter(session, letter_id, advocate_ids, data["site"], log, now, held=data["keeps"]):
            raise agreement.CannotBeDone(_("One of the two cannot open this letter."))
        return agreement.RequestOutcome(url_for("letters.envelope", letter_id=data["letter"]))


LETTER_REQUEST_KINDS: Final[Mapping[str, RequestKind]] = {"hold": LetterHoldRequest()}
