"""The parts from which a tablet's worker builds the seven-picture screens for a child who reports without a network.

The worker stores the screens with a hole for each picture, and the nine pictures that may fill it. They are cut out of
the page that the server renders online, so that both look and sound the same.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask_babel import gettext as _
from markupsafe import escape

from youthvoice.privacy.credentials.picture_codes import CODE_LENGTH, PER_SCREEN, SCREENS, PictureCode
from youthvoice.sites.labels import line_number
from youthvoice.sites.store import Site
from youthvoice.threads.child_codes.code_page import CodeScreens, render_code_screens
from youthvoice.web import assets
from youthvoice.web.graphics import pictures

_PICTURE: Final = re.compile(r"<li\b.*?</li>", re.DOTALL)

_HOLE: Final = re.compile(r"\[\[(\d)/(\d)\]\]")

_TRIED: Final = re.compile(r'data-try="(\d)"')


def code_screen_parts(site: Site) -> dict[str, object]:
    """The parts in the page's language.

    Args:
        site: of the tablet.

    Returns:
        `screens`, HTML in which `[[3/5]]` is a hole: the sixth of seven pictures in the fourth list; `lists`, by list
        and position the nine pictures that fit there; `codes`, their OpenMoji codes; `trial`, the index of the list in
        which the child tries the code, ordered by them.
    """
    waiting = waiting_code_screens(site)
    # the screens of nine codes, each of seven equal digits: their pictures at one place are the nine that fit there
    rendered = [_render(replace(waiting, code=PictureCode((digit,) * CODE_LENGTH))) for digit in range(PER_SCREEN)]
    pictures_by_digit = [_PICTURE.findall(piece) for piece in rendered]
    lists = len(pictures_by_digit[0]) // CODE_LENGTH
    # the list in which the child tries the code is in another order in each of them: there a picture says its place
    places = [[_place(piece, nth) for nth, piece in enumerate(pieces)] for pieces in pictures_by_digit]
    by_place: list[list[list[str]]] = [[[""] * PER_SCREEN for _n in range(CODE_LENGTH)] for _list in range(lists)]
    for digit, pieces in enumerate(pictures_by_digit):
        for nth, piece in enumerate(pieces):
            by_place[nth // CODE_LENGTH][places[digit][nth]][digit] = piece
    holes = iter(f"[[{nth // CODE_LENGTH}/{nth % CODE_LENGTH}]]" for nth in range(len(pictures_by_digit[0])))
    screens = _PICTURE.sub(lambda _match: next(holes), rendered[0])
    codes = [[picture.code for picture in screen] for screen in SCREENS]
    trial = next(nth for nth, piece in enumerate(pictures_by_digit[0]) if _TRIED.search(piece)) // CODE_LENGTH
    return {"screens": screens, "lists": by_place, "codes": codes, "trial": trial}


def waiting_code_screens(site: Site) -> CodeScreens:
    """The screens without a code, for a report that nobody can read before the tablet is online."""
    # no name: the child may have excluded that person
    reads, thanks = escape(_("It is read when the tablet is online.")), str(_("Thank you. It was right to tell."))
    return CodeScreens(None, site, reads, thanks, waits=True, phone=line_number(site))


def fill_code_screens(parts: Mapping[str, Any], code: PictureCode) -> str:
    """Fill the screens with a code's pictures, as a tablet's worker does: for a box in a village.

    Args:
        parts: from `code_screen_parts`.
        code: drawn for a child.
    """
    lists, trial = parts["lists"], parts["trial"]
    trial_order = sorted(range(CODE_LENGTH), key=lambda place: parts["codes"][place][code.picks[place]])

    def picture_of(hole: re.Match[str]) -> str:
        nth = int(hole[2])
        place = trial_order[nth] if int(hole[1]) == trial else nth
        return str(lists[int(hole[1])][place][code.picks[place]])

    return _HOLE.sub(picture_of, str(parts["screens"]))


def _render(screens: CodeScreens) -> str:
    pictures.page_sprite().take_from(assets.asset_address(pictures.CODE_FILE), pictures.FILES[pictures.CODE_FILE])
    return render_code_screens(screens)


def _place(piece: str, nth: int) -> int:
    """The position of a picture in the code: its place in the list, but in the trial list its own number."""
    tried = _TRIED.search(piece)
    return int(tried[1]) - 1 if tried else nth % CODE_LENGTH
