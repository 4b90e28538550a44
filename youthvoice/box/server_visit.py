"""A box on a network sends its envelopes to the main server in parts, and receives the pages to show.

Each part is a bundle as on a stick, and its answer is stored before the next one is sent: a connection that breaks
anywhere loses nothing and repeats at most one part.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from msgspec.structs import replace

from youthvoice import context, db
from youthvoice.box import store
from youthvoice.box.bundle import MAX_PART_BYTES, BoxBundle, BundleAnswer, encrypt_bundle, is_newer, open_answer
from youthvoice.box.disk_room import has_room
from youthvoice.box.network import ServerNotReached, post_bundle
from youthvoice.box.store import BoxState, Taken
from youthvoice.errors import CannotOpen
from youthvoice.kiosk.offline.envelope import digest_of
from youthvoice.privacy.keys.key_names import BOX

_MIN_PART = 64 * 1024

MAX_STICK_BYTES = 64 * 1024 * 1024
"""Of envelopes in one file, 2,000 text submissions: it is built in memory, four times as large, on a small computer."""

_MAX_ANSWERS = 400  # of one visit: pages and clips of 1.2 GB

_ASK_BYTES = 16


@dataclass(frozen=True, slots=True)
class VisitResult:
    """The result of a visit to the server.

    Attributes:
        refused: digests of the envelopes that the server did not accept; they stay in the box.
        gone: whether the server has retired this box.
        shows: whether the box shows the newest pages; not while the server's clock is behind.
    """

    refused: frozenset[bytes]
    gone: bool
    shows: bool


def exchange_with_server(server: str, most: int = MAX_PART_BYTES, skip: Collection[bytes] = ()) -> VisitResult:
    """Send everything that waits, and store the answers.

    Args:
        server: address of the server.
        most: bytes of envelopes in one part; fewer on a connection that breaks often.
        skip: digests of envelopes that the server refused recently.

    Raises:
        LookupError: this box is not set up yet.
        ServerNotReached: no answer of the server came; what it accepted before is deleted here, all else waits.
    """
    with db.reading(db.engine()) as session:
        state = store.find_state(session)
    if state is None:
        raise LookupError
    made_at, after, refused = int(context.now().timestamp()), b"", set(skip)
    while part := _part_after(after, max(most, _MIN_PART), skip):
        answer, _taken = _exchange(server, state, _new_bundle(state, made_at, tuple(part), more=True))
        refused |= {digest_of(envelope) for envelope in part if not _has(answer, envelope)}
        after = digest_of(part[-1])
    done = _fetch_shelf(server, state, _new_bundle(state, made_at, (), more=bool(refused)))
    db.truncate_write_ahead_log(db.engine())
    return VisitResult(frozenset(refused), *done)


def _has(answer: BundleAnswer, envelope: bytes) -> bool:
    return digest_of(envelope) in answer.had


def bundle_for_stick(state: BoxState) -> BoxBundle:
    """The bundle for a stick: everything that waits, or as much of it as one file holds."""
    made_at = int(context.now().timestamp())  # before the query: it must not cover envelopes that arrive later
    with db.reading(db.engine()) as session:
        envelopes = store.list_part(session, b"", MAX_STICK_BYTES)
        more = store.count_envelopes(session) > len(envelopes)
    return replace(_new_bundle(state, made_at, tuple(envelopes), more=more), has=())


def _new_bundle(state: BoxState, made_at: int, envelopes: tuple[bytes, ...], *, more: bool) -> BoxBundle:
    return BoxBundle(made_at, envelopes, more=more, room=has_room(), closed=state.gone, has=None)


def _part_after(after: bytes, most: int, skip: Collection[bytes]) -> list[bytes]:
    with db.reading(db.engine()) as session:
        return store.list_part(session, after, most, skip)


def _fetch_shelf(server: str, state: BoxState, box_bundle: BoxBundle) -> tuple[bool, bool]:
    """Receive pages until all are there; those of an earlier visit need not come again.

    Returns:
        Whether the server has retired this box, and whether the newest pages are shown, as in `VisitResult`.
    """
    for _answer in range(_MAX_ANSWERS):
        with db.reading(db.engine()) as session:
            has = store.list_digests(session)
        answer, taken = _exchange(server, state, replace(box_bundle, has=has))
        if taken != "part":
            return answer.gone, taken == "whole"
        if answer.shelf is None or not answer.shelf.pages:
            break
    return False, False


def _exchange(server: str, state: BoxState, box_bundle: BoxBundle) -> tuple[BundleAnswer, Taken]:
    key, ask = context.keyring().key(BOX), secrets.token_bytes(_ASK_BYTES)
    response = post_bundle(server, encrypt_bundle(key, state.pass_text, replace(box_bundle, ask=ask)))
    if is_newer(response):
        raise ServerNotReached("house_newer")
    try:
        answer = open_answer(key, state.pass_text, response)
    except CannotOpen:
        raise ServerNotReached("portal") from None
    if answer.ask != ask:  # a replay of an earlier answer
        raise ServerNotReached("portal")
    return answer, store.take_answer(db.engine(), state.pass_text, answer)
