"""The delivery of each letter to a family: queued, sent, refused, given up, and why; retry or withdraw it."""

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
"""How many days the delivery of a letter is known."""

STATES: Final = ("refused", "given_up", "tried", "queued", "sent")
"""States of a letter; those that need attention come first."""

_LOST: Final = frozenset({"refused", "given_up"})


@dataclass(frozen=True, slots=True)
class LetterDelivery:
    """One letter and its delivery.

    Attributes:
        id: row of the letter, the first of its views.
        message_id: of the letter.
        titles: titles of its views, each by language.
        to: the address; shown in plain text only to the person who entered it.
        written_on: the day.
        delivery: its state in the outbox.
    """

    id: int
    message_id: str
    titles: tuple[dict[str, str], ...]
    to: store.GuardianAddress
    written_on: date
    delivery: Delivery

    @property
    def is_lost(self) -> bool:
        """Whether it did not arrive and will not be tried again."""
        return self.delivery.state in _LOST

    @property
    def may_go(self) -> bool:
        """Whether it may be tried again: not if the address was refused, is unsubscribed or cannot be used."""
        return self.is_lost and self.to.state == "cleared" and self.delivery.reason not in {"no_address", "unreadable"}


def list_letters(
    session: Session, site_ids: Collection[int], states: Collection[str] = STATES, most: int | None = None
) -> dict[str, list[LetterDelivery]]:
    """The letters to the addresses of some sites whose delivery is known, by state, the newest first.

    Args:
        session: only read.
        site_ids: the sites.
        states: only these.
        most: at most this many of each state, plus one if there are more: no address is decrypted that is not shown.
    """
    by_message = _by_message(session, letter_record.list_letters(session, site_ids, _first_day()))
    deliveries = outbox.list_deliveries(session, by_message)
    by_state: dict[str, list[LetterDelivery]] = {state: [] for state in states}
    for message_id, rows in by_message.items():
        delivery = deliveries.get(message_id)
        if delivery is None or delivery.state not in by_state:
            continue
        letters = by_state[delivery.state]
        if most is None or len(letters) <= most:
            letter, address_row, _view = rows[0]
            titles = tuple(view.frozen["title"] for _letter, _address_row, view in rows if view)
            to = store.to_address(address_row)
            letters.append(LetterDelivery(letter.id, message_id, titles, to, letter.written_on, delivery))
    return by_state


def count_letters(session: Session, site_ids: Collection[int]) -> int:
    """The number of letters to the addresses of some sites whose delivery is known."""
    rows = letter_record.list_letters(session, site_ids, _first_day())
    return len({letter.message_id for letter, _to in rows})


def list_undelivered(session: Session, site_ids: Collection[int]) -> list[LetterDelivery]:
    """The letters that were refused or given up; nothing is decrypted if there are none."""
    if not outbox.delivery_status(session).given_up:
        return []
    return [delivery for listed in list_letters(session, site_ids, _LOST).values() for delivery in listed]


def withdraw_waiting_mail(session: Session, address_id: int, site_ids: Collection[int]) -> int:
    """Withdraw all letters to an address that still wait in the outbox; returns how many.

    Called before the address is removed, and when it is refused or its owner unsubscribes.
    """
    rows = letter_record.list_letters(session, site_ids, _first_day(), address_id)
    ids = _by_message(session, rows).keys()
    return outbox.take_back(session, ids) if ids else 0


def forget_letters_to(session: Session, address_id: int, site_ids: Collection[int]) -> None:
    """Delete the delivery records of an address and withdraw its letters, before it is removed permanently."""
    rows = letter_record.list_letters(session, site_ids, date.min, address_id)
    outbox.forget(session, list(_by_message(session, rows)))


def send_once_more(session: Session, letter_id: int, site_ids: Collection[int]) -> bool:
    """Write a sent letter again, with present contents; at most once a day to one address.

    Args:
        session: may write.
        letter_id: the letter.
        site_ids: of the caller.

    Returns:
        Whether there is such a letter, and its address may still be written to.
    """
    sent = list_letters(session, site_ids, ("sent",))["sent"]
    letter_delivery = next((letter for letter in sent if letter.id == letter_id), None)
    if letter_delivery is None or letter_delivery.to.state != "cleared":
        return False
    rows = letter_record.list_letters(session, [letter_delivery.to.site_id], _first_day(), letter_delivery.to.id)
    letter_rows = _by_message(session, rows)[letter_delivery.message_id]
    views = [mail.load_mailable_view(session, view) for _letter, _address_row, view in letter_rows if view]
    _letter, address_row, _view = letter_rows[0]
    site = get_site(session, letter_delivery.to.site_id)
    day = context.today(site.time_zone).isoformat()
    mail.LetterWriter(session, site).put(address_row, views, ("again", letter_delivery.message_id, day))
    return True


def retry_undelivered(session: Session, site_ids: Collection[int], letter_id: int | None = None) -> int:
    """Put undelivered letters back into the outbox, as if never tried; returns how many.

    Args:
        session: may write.
        site_ids: of the caller.
        letter_id: only this one; all if None.
    """
    lost = [
        delivery
        for delivery in list_undelivered(session, site_ids)
        if delivery.may_go and letter_id in {None, delivery.id}
    ]
    return outbox.try_again(session, context.now(), [delivery.message_id for delivery in lost])


_Rows = list[tuple[GuardianLetterRow, GuardianAddressRow, Publication | None]]


def _by_message(session: Session, rows: Sequence[tuple[GuardianLetterRow, GuardianAddressRow]]) -> dict[str, _Rows]:
    """The rows of each letter by its Message-ID, one for each of its views."""
    views = publications_store.list_publications(session, {letter.publication_id for letter, _to in rows})
    by_message: dict[str, _Rows] = {}
    for letter, to in rows:
        by_message.setdefault(letter.message_id, []).append((letter, to, views.get(letter.publication_id)))
    return by_message


def _first_day() -> date:
    return context.today() - timedelta(days=SHOWN_DAYS)
