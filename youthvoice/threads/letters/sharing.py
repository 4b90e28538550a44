"""Let a colleague open letters, too: with a new key what was sealed to her old one; anybody what nobody else opens."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accounts import store as people
from youthvoice.accounts.sign_in.session import private_key
from youthvoice.accounts.store import Reader
from youthvoice.privacy.keys.names import PEOPLE
from youthvoice.threads.letters import membership as letter_membership
from youthvoice.threads.letters.membership import Present
from youthvoice.threads.readers.current import me


def present_at(session: Session, site_ids: Collection[int]) -> Present:
    """The advocates of some sites, as they are now."""
    key, now = running.keyring().key_or_new(PEOPLE), running.now()
    return {site_id: people.advocates(session, site_id, key, now) for site_id in site_ids}


def colleagues(session: Session, caller: Caller) -> list[Reader]:
    """The other advocates of her sites, by name."""
    key, now = running.keyring().key_or_new(PEOPLE), running.now()
    found = {one.person_id: one for at in caller.site_ids for one in people.advocates(session, at, key, now)}
    return sorted((one for one in found.values() if one.person_id != caller.person_id), key=lambda one: one.name)


def give(session: Session, caller: Caller, to: Reader, *, only_back: bool = False) -> None:
    """Wrap for her what the caller opens and she may have.

    Args:
        session: may write.
        caller: who gives.
        to: one of her colleagues.
        only_back: only what was sealed to her once.
    """
    present, hers = present_at(session, caller.site_ids), me(session, caller)
    letter_membership.give(session, running.keyring(), hers, private_key(caller), to, present, only_back=only_back)
