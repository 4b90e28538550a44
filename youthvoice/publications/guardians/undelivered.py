"""Letters that have not arrived: given up after every try, or no longer wanted while they waited."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.mail import outbox
from youthvoice.publications import status_store as standing_store
from youthvoice.publications.guardians import store as addresses
from youthvoice.publications.guardians.send import message_id_of
from youthvoice.publications.guardians.store import Entry


@dataclass(frozen=True, slots=True)
class Lost:
    """One letter that was given up.

    Attributes:
        message_id: of the letter.
        title: of the view, by language.
        to: the address; whoever did not enter it is shown who did, and not the address.
    """

    message_id: str
    title: Mapping[str, str]
    to: Entry

    @property
    def may_go(self) -> bool:
        """Whether it may be tried again: not once an advocate refused the address or its owner ended the letters."""
        return self.to.state == "cleared"


def undelivered(session: Session, site_ids: Collection[int]) -> list[Lost]:
    """The letters to guardians of some sites that were given up, the newest view first."""
    if not outbox.standing(session).given_up:
        return []
    listed = addresses.entries(session, running.keyring(), site_ids)
    known = {
        message_id_of(publication, entry.mark, day): (publication, entry)
        for publication, site_id, told_of in standing_store.sent_to(session, running.keyring(), site_ids)
        for entry in listed
        if entry.site_id == site_id
        for day in {None, told_of}
    }
    lost = outbox.given_up(session, known)
    return [Lost(one, known[one][0].frozen["title"], known[one][1]) for one in known if one in lost]


def take_back(session: Session, address_id: int, site_ids: Collection[int]) -> int:
    """Let no letter go to an address any more that still waits in the outbox; returns how many did.

    Asked before the address is removed, and when it is refused or its owner ends the letters.
    """
    mark, views = addresses.mark_of(session, address_id), standing_store.sent_to(session, running.keyring(), site_ids)
    ids = [message_id_of(view, mark, day) for view, _site, told_of in views for day in {None, told_of}] if mark else []
    return outbox.take_back(session, ids) if ids else 0


def try_again(session: Session, site_ids: Collection[int]) -> int:
    """Put what may go back into the outbox, as if it had never been tried; returns how many."""
    ids = [lost.message_id for lost in undelivered(session, site_ids) if lost.may_go]
    return outbox.try_again(session, running.now(), ids)
