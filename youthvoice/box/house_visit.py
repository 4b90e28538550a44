"""A box meets a network: it brings what waits to its main house in parts, and takes back what to show.

Each part is a bundle as on a stick, and what came back for it is taken in before the next one goes: a line that breaks
anywhere loses nothing and repeats at most one part.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from msgspec.structs import replace

from youthvoice import context, db
from youthvoice.box import store
from youthvoice.box.bundle import MAX_PART_BYTES, BundleBack, BundleOut, is_newer, lock_out, open_back
from youthvoice.box.disk_room import has_room
from youthvoice.box.network import HouseNotReached, post_bundle
from youthvoice.box.store import BoxState, Taken
from youthvoice.errors import CannotOpen
from youthvoice.kiosk.offline.envelope import digest_of
from youthvoice.privacy.keys.key_names import BOX

_LEAST_PART = 64 * 1024

MAX_STICK_BYTES = 64 * 1024 * 1024
"""Of envelopes in one file, 2,000 sheets of words: it is made in memory, four times as large, on a small computer."""

_MOST_ANSWERS = 400  # of one visit to the house: pages and clips of 1.2 GB

_ASK_BYTES = 16


@dataclass(frozen=True, slots=True)
class Handover:
    """What became of a visit to the house.

    Attributes:
        refused: digests of the envelopes that the house did not take; they stay in the box.
        gone: whether the house has let this box go.
        shows: whether everything is shown that the house would have it show; not while its clock is behind.
    """

    refused: frozenset[bytes]
    gone: bool
    shows: bool


def hand_over(house: str, most: int = MAX_PART_BYTES, skip: Collection[bytes] = ()) -> Handover:
    """Bring everything that waits, and take in what comes back.

    Args:
        house: its address.
        most: bytes of envelopes in one part; fewer on a line that breaks often.
        skip: digests of envelopes that the house refused a while ago.

    Raises:
        LookupError: this box was not set up yet.
        HouseNotReached: no answer of the house came; what it took before is forgotten here, all else waits.
    """
    with db.reading(db.engine()) as session:
        state = store.find_state(session)
    if state is None:
        raise LookupError
    made_at, after, refused = int(context.now().timestamp()), b"", set(skip)
    while part := _part_after(after, max(most, _LEAST_PART), skip):
        back, _taken = _exchange(house, state, _told(state, made_at, tuple(part), more=True))
        refused |= {digest_of(envelope) for envelope in part if not _has(back, envelope)}
        after = digest_of(part[-1])
    done = _fetch_shelf(house, state, _told(state, made_at, (), more=bool(refused)))
    db.forget_what_was_deleted(db.engine())
    return Handover(frozenset(refused), *done)


def _has(back: BundleBack, envelope: bytes) -> bool:
    return digest_of(envelope) in back.had


def bundle_for_stick(state: BoxState) -> BundleOut:
    """What lies on a stick: everything that waits, or as much of it as one file holds."""
    made_at = int(context.now().timestamp())  # before anything is read: what comes meanwhile is not said to lie in it
    with db.reading(db.engine()) as session:
        envelopes = store.list_part(session, b"", MAX_STICK_BYTES)
        more = store.count_envelopes(session) > len(envelopes)
    return replace(_told(state, made_at, tuple(envelopes), more=more), has=())


def _told(state: BoxState, made_at: int, envelopes: tuple[bytes, ...], *, more: bool) -> BundleOut:
    return BundleOut(made_at, envelopes, more=more, room=has_room(), closed=state.gone, has=None)


def _part_after(after: bytes, most: int, skip: Collection[bytes]) -> list[bytes]:
    with db.reading(db.engine()) as session:
        return store.list_part(session, after, most, skip)


def _fetch_shelf(house: str, state: BoxState, bundle_out: BundleOut) -> tuple[bool, bool]:
    """Take in pages until all are there; what came in an earlier visit need not come again."""
    for _answer in range(_MOST_ANSWERS):
        with db.reading(db.engine()) as session:
            has = store.list_digests(session)
        back, taken = _exchange(house, state, replace(bundle_out, has=has))
        if taken != "part":
            return back.gone, taken == "whole"
        if back.shelf is None or not back.shelf.pages:
            break
    return False, False


def _exchange(house: str, state: BoxState, bundle_out: BundleOut) -> tuple[BundleBack, Taken]:
    key, ask = context.keyring().key(BOX), secrets.token_bytes(_ASK_BYTES)
    answer = post_bundle(house, lock_out(key, state.shown, replace(bundle_out, ask=ask)))
    if is_newer(answer):
        raise HouseNotReached("house_newer")
    try:
        back = open_back(key, state.shown, answer)
    except CannotOpen:
        raise HouseNotReached("portal") from None
    if back.ask != ask:  # somebody plays an answer again that once was ours
        raise HouseNotReached("portal")
    return back, store.take_back(db.engine(), state.shown, back)
