"""Pictures for children who stand and who were elected; none that a slip can bear: nobody takes one for the other."""

from typing import Final

from youthvoice.privacy.credentials.picture_codes import SCREENS, Picture

SHELF: Final[tuple[Picture, ...]] = tuple(one for screen in SCREENS[4:] for one in screen)
_CODES: Final = frozenset(one.code for one in SHELF)


def is_one(code: str) -> bool:
    """Whether a picture stands on the shelf."""
    return code in _CODES
