"""A letter kept past its month: two advocates decide, and decide when that is over.

What is told as a report has this among its acts.
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


def hold_letter(  # noqa: PLR0913, PLR0917 - who, what, when, and whether
    session: Session, letter_id: bytes, signed: Collection[int], site_id: int, log: Log, now: datetime, *, held: bool
) -> bool:
    """Keep a letter past its month, or let it end in time again; False where one of the two cannot open it.

    Args:
        session: may write.
        letter_id: 16 bytes.
        signed: rows of the two.
        site_id: where.
        log: in the name of the first.
        now: UTC.
        held: whether it is kept.
    """
    both = [reader_key_at(session, each, site_id) for each in set(signed)]
    if any(reader_key is None or find_letter(session, letter_id, reader_key, now) is None for reader_key in both):
        return False
    store.set_letter_hold(session, letter_id, held=held)
    log.add(session, "letter.hold" if held else "letter.release", letter_id.hex())
    return True


class LetterHoldRequest:
    """Both must be able to open the letter."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:  # noqa: ARG002 - as Kind
        """Whether it is kept or let go."""
        if data["keeps"]:
            return str(_("Keep this letter past its end"))
        return str(_("Let this letter end in time"))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[agreement.RequestLine]:
        """Where it stands; nothing of what it says."""
        site = find_site(session, data["site"])
        letter = url_for("letters.envelope", letter_id=data["letter"])
        return [
            agreement.RequestLine(_("Letter"), _("Look at it first"), letter),
            agreement.RequestLine(_("Where"), site.name if site else ""),
        ]

    def carry_out(
        self, session: Session, agreement_request: agreement.AgreementRequest, second: Caller
    ) -> agreement.RequestOutcome:
        """As `hold_letter`."""
        first, data = agreement.first_caller(session, agreement_request), agreement_request.data
        if {first.role, second.role} != {ADVOCATE}:
            raise agreement.CannotBeDone(_("Two advocates decide this."))
        signed, log = (first.person_id, second.person_id), agreement.log_of_first(first)
        letter_id, now = bytes.fromhex(data["letter"]), context.now()
        if not hold_letter(session, letter_id, signed, data["site"], log, now, held=data["keeps"]):
            raise agreement.CannotBeDone(_("One of the two cannot open this letter."))
        return agreement.RequestOutcome(url_for("letters.envelope", letter_id=data["letter"]))


LETTER_REQUEST_KINDS: Final[Mapping[str, RequestKind]] = {"hold": LetterHoldRequest()}
