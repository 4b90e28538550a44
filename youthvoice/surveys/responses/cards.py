"""Cards: a slip with two halves, by which the two sheets of one child are known to be of one child, and she is not.

A child draws a card, tears it, and puts its pictures in before the first wave and those of its twin before the second.
Behind the answers of a sheet, under the same lock, lie 16 bytes that both halves give: a keyed hash of the pictures.
Nothing stands beside the sheet, and nobody knows who drew which. A lost card makes a sheet that stands alone, never a
guess.

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
"""What the first screen sends where a child has no card."""


def card_purpose(round_: Round, wave: str, site_id: int | None = None) -> str:
    """What one half is good for: one wave of a pair, at one site; without a site, how all of them begin."""
    return f"pair/{round_.pair}/{wave}/{'' if site_id is None else site_id}"


def card_name(round_: Round, site_id: int) -> str:
    """What is hashed with the pictures of both halves."""
    return f"pair/{round_.pair}/{site_id}"


def card_mark(round_: Round, site_id: int, picks: store.Picks) -> bytes:
    """What both sheets of one child bear, 16 bytes; of another pair the same pictures are others."""
    return store.hash_picks(context.keyring().key(PEPPER), card_name(round_, site_id), picks)[:CARD_BYTES]


def split_card(sheet: bytes) -> tuple[bytes, bytes]:
    """The answers of a sheet, and its card; empty where it came without one."""
    coded, card = sheet[:-CARD_BYTES], sheet[-CARD_BYTES:]
    return coded, b"" if card == NO_CARD else card
