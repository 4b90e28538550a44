"""What became of each letter to a family: queued, sent, refused, given up, why; once more, or not at all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.mail import outbox
from youthvoice.mail.outbox import Delivery
from youthvoice.publications import store as publications_store
from youthvoice.publications.encryption import Publication
from youthvoice.publications.guardians import letter_record, mail, store
from youthvoice.publications.models import GuardianAddressRow, GuardianLetterRow
from youthvoice.sites.store import get_site

SHOWN_DAYS: Final = 400
"""For so long it is known what became of a letter."""

STATES: Final = ("refused", "given_up", "tried", "queued", "sent")
"""What needs somebody is on top."""

_LOST: Final = frozenset({"refused", "given_up"})


@dataclass(frozen=True, slots=True)
class LetterDelivery:
    """One letter and where it stands.

    Attributes:
        id: row of the letter, the first of those that it tells of.
        message_id: of the letter.
        titles: of the views, by language each.
        to: the address; whoever did not enter it is shown who did, and not the address.
        written_on: the day.
        delivery: where it stands.
    """

    id: int
    message_id: str
    titles: tuple[dict[str, str], ...]
    to: store.GuardianAddress
    written_on: date
    delivery: Delivery

    @property
    def is_lost(self) -> bool:
        """Whether it did not arrive and nothing tries any more."""
        return self.delivery.state in _LOST

    @property
    def may_go(self) -> bool:
        """Whether it may be tried again: not once an advocate refused the address or its owner ended the letters."""
        return self.is_lost and self.to.state == "cleared" and self.delivery.reason not in {"no_address", "unreadable"}


def list_letters(
    session: Session, site_ids: Collection[int], states: Collection[str] = STATES, most: int | None = None
) -> dict[str, list[LetterDelivery]]:
    """By state the letters to the addresses of some sites of which is known what became of them, the newest first.

    Args:
        session: only read.
        site_ids: the sites.
        states: only these.
        most: so many of each state, and one more where there are more: no address is opened that is not shown.
    """
    found = _by_message(session, letter_record.list_letters(session, site_ids, _first_day()))
    deliveries = outbox.list_deliveries(session, found)
    parted: dict[str, list[LetterDelivery]] = {state: [] for state in states}
    for message_id, rows in found.items():
        delivery = deliveries.get(message_id)
        if delivery is None or delivery.state not in parted:
            continue
        listed = parted[delivery.state]
        if most is None or len(listed) <= most:
            (letter, to, _view), titles = rows[0], tuple(view.frozen["title"] for _letter, _to, view in rows if view)
            listed.append(
                LetterDelivery(letter.id, message_id, titles, store.entry_of(to), letter.written_on, delivery)
            )
    return parted


def count_letters(session: Session, site_ids: Collection[int]) -> int:
    """How many letters to the addresses of some sites were written since such are known."""
    rows = letter_record.list_letters(session, site_ids, _first_day())
    return len({letter.message_id for letter, _to in rows})


def list_undelivered(session: Session, site_ids: Collection[int]) -> list[LetterDelivery]:
    """Those that were refused or given up; nothing is opened where there are none."""
    if not outbox.delivery_status(session).given_up:
        return []
    return [delivery for listed in list_letters(session, site_ids, _LOST).values() for delivery in listed]


def withdraw_waiting_mail(session: Session, address_id: int, site_ids: Collection[int]) -> int:
    """Let no letter go to an address any more that still waits in the outbox; returns how many did.

    Asked before the address is removed, and when it is refused or its owner ends the letters.
    """
    rows = letter_record.list_letters(session, site_ids, _first_day(), address_id)
    ids = _by_message(session, rows).keys()
    return outbox.take_back(session, ids) if ids else 0


def forget_letters_to(session: Session, address_id: int, site_ids: Collection[int]) -> None:
    """Forget what became of the letters to an address, and let none go, before it is removed for good."""
    rows = letter_record.list_letters(session, site_ids, date.min, address_id)
    outbox.forget(session, list(_by_message(session, rows)))


def send_once_more(session: Session, letter_id: int, site_ids: Collection[int]) -> bool:
    """Write a letter that a server took anew, with what is known today; at most once a day to one address.

    Args:
        session: may write.
        letter_id: the letter.
        site_ids: of whoever asks.

    Returns:
        Whether there is such a letter, and its address may still be written to.
    """
    sent = list_letters(session, site_ids, ("sent",))["sent"]
    letter_delivery = next((letter for letter in sent if letter.id == letter_id), None)
    if letter_delivery is None or letter_delivery.to.state != "cleared":
        return False
    rows = letter_record.list_letters(session, [letter_delivery.to.site_id], _first_day(), letter_delivery.to.id)
    again = _by_message(session, rows)[letter_delivery.message_id]
    views = [mail.told_view(session, view) for _letter, _to, view in again if view]
    site = get_site(session, letter_delivery.to.site_id)
    day = context.today(site.time_zone).isoformat()
    mail.LetterWriter(session, site).put(again[0][1], views, ("again", letter_delivery.message_id, day))
    return True


def retry_undelivered(session: Session, site_ids: Collection[int], letter_id: int | None = None) -> int:
    """Put what may go back into the outbox, as if it had never been tried; returns how many.

    Args:
        session: may write.
        site_ids: of whoever asks.
        letter_id: only this one; every one when None.
    """
    lost = [
        delivery
        for delivery in list_undelivered(session, site_ids)
        if delivery.may_go and letter_id in {None, delivery.id}
    ]
    return outbox.try_again(session, context.now(), [delivery.message_id for delivery in lost])


_Rows = list[tuple[GuardianLetterRow, GuardianAddressRow, Publication | None]]


def _by_message(session: Session, rows: Sequence[tuple[GuardianLetterRow, GuardianAddressRow]]) -> dict[str, _Rows]:
    """By Message-ID of a letter its rows, one for each view that it tells of."""
    views = publications_store.list_publications(session, {letter.publication_id for letter, _to in rows})
    found: dict[str, _Rows] = {}
    for letter, to in rows:
        found.setdefault(letter.message_id, []).append((letter, to, views.get(letter.publication_id)))
    return found


def _first_day() -> date:
    return context.today() - timedelta(days=SHOWN_DAYS)
