"""Cards: slips with two halves, which link two responses of one child without telling who the child is.

A child draws a card, tears it, and enters one half before the first wave and the other half before the second. Behind
the answers of a response, under the same lock, follow 16 bytes that both halves give: a keyed hash of the pictures.
Nothing else is stored with the response, and nobody knows who drew which card. A response whose card was lost stays
unlinked; nothing is guessed.

Source: PRIVACY.md A1, A2, A5 and T8; DESIGN.md 5.
"""

from typing import Final

from youthvoice import context
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.slips import store
from youthvoice.surveys.rounds.entities import Round

CARD_BYTES: Final = 16

NO_CARD: Final = bytes(CARD_BYTES)

WITHOUT_CARD: Final = "none"
"""The value that the first screen sends for a child without a card."""


def card_purpose(round_: Round, wave: str, site_id: int | None = None) -> str:
    """The purpose of one half: one wave of a pair at one site; without a site, the common beginning of all of them."""
    return f"pair/{round_.pair}/{wave}/{'' if site_id is None else site_id}"


def card_name(round_: Round, site_id: int) -> str:
    """The name that is hashed with the pictures of both halves."""
    return f"pair/{round_.pair}/{site_id}"


def card_mark(round_: Round, site_id: int, picks: store.Picks) -> bytes:
    """The 16 bytes that link both responses of one child; the same pictures give another mark in another pair."""
    return store.hash_picks(context.keyring().key(PEPPER), card_name(round_, site_id), picks)[:CARD_BYTES]


def split_card(response: bytes) -> tuple[bytes, bytes]:
    """Split a response into its coded answers and its card mark; the mark is empty where there was no card."""
    coded, card = response[:-CARD_BYTES], response[-CARD_BYTES:]
    return coded, b"" if card == NO_CARD else card
