"""The seven pictures that a tablet without a network draws for a child who tells, as its worker puts them together.

The worker holds the screens with a hole for each picture, and each of the nine pictures that may fill it. They are cut
out of what a house online answers, so that both look and sound the same.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask_babel import gettext as _
from markupsafe import escape

from youthvoice.privacy.credentials.picture_codes import CODE_LENGTH, PER_SCREEN, SCREENS, PictureCode
from youthvoice.sites.store import Site
from youthvoice.threads.child_codes.code_page import CodeScreens, render_code_screens
from youthvoice.web import assets
from youthvoice.web.graphics import pictures

_PICTURE: Final = re.compile(r"<li\b.*?</li>", re.DOTALL)

_HOLE: Final = re.compile(r"\[\[(\d)/(\d)\]\]")

_TRIED: Final = re.compile(r'data-try="(\d)"')


def code_screen_parts(site: Site) -> dict[str, object]:
    """The screens in the page's language.

    Args:
        site: of the tablet.

    Returns:
        `screens`, HTML in which `[[3/5]]` is a hole: the sixth of seven pictures in the fourth list; `lists`, by list
        and by place the nine pictures that may stand there; `codes`, their OpenMoji codes; `trial`, the list that goes
        by them.
    """
    waiting = waiting_code_screens(site)
    made = [_made(replace(waiting, code=PictureCode((digit,) * CODE_LENGTH))) for digit in range(PER_SCREEN)]
    found = [_PICTURE.findall(one) for one in made]
    lists = len(found[0]) // CODE_LENGTH
    order = [[_place(one, nth) for nth, one in enumerate(pieces)] for pieces in found]
    by_place: list[list[list[str]]] = [[[""] * PER_SCREEN for _n in range(CODE_LENGTH)] for _list in range(lists)]
    for digit, pieces in enumerate(found):
        for nth, piece in enumerate(pieces):
            by_place[nth // CODE_LENGTH][order[digit][nth]][digit] = piece
    holes = iter(f"[[{nth // CODE_LENGTH}/{nth % CODE_LENGTH}]]" for nth in range(len(found[0])))
    screens = _PICTURE.sub(lambda _found: next(holes), made[0])
    codes = [[picture.code for picture in screen] for screen in SCREENS]
    trial = next(nth for nth, one in enumerate(found[0]) if _TRIED.search(one)) // CODE_LENGTH
    return {"screens": screens, "lists": by_place, "codes": codes, "trial": trial}


def waiting_code_screens(site: Site) -> CodeScreens:
    """The screens with no code yet, of a report that nobody can read before the tablet is online."""
    reads = escape(_("It is read when the tablet is online."))  # no name: she may have left one out
    return CodeScreens(None, site, reads, str(_("Thank you for telling.")), waits=True)


def fill_code_screens(parts: Mapping[str, Any], code: PictureCode) -> str:
    """The screens with the pictures of a code, as the worker of a tablet fills them: for a box in a village.

    Args:
        parts: from `code_screen_parts`.
        code: drawn for a child.
    """
    lists, trial = parts["lists"], parts["trial"]
    mixed = sorted(range(CODE_LENGTH), key=lambda place: parts["codes"][place][code.picks[place]])

    def filled(hole: re.Match[str]) -> str:
        nth = int(hole[2])
        place = mixed[nth] if int(hole[1]) == trial else nth
        return str(lists[int(hole[1])][place][code.picks[place]])

    return _HOLE.sub(filled, str(parts["screens"]))


def _made(screens: CodeScreens) -> str:
    pictures.page_sprite().take_from(assets.asset_address(pictures.CODE_SHEET), pictures.SHEETS[pictures.CODE_SHEET])
    return render_code_screens(screens)


def _place(piece: str, nth: int) -> int:
    """Which of the seven a picture stands for: by its place in a list, but for the trial, which is in another order."""
    tried = _TRIED.search(piece)
    return int(tried[1]) - 1 if tried else nth % CODE_LENGTH
