"""The page of `/tell`: made once for each site, language and set of readers, served with a fresh sheet id in its hole.

Who reads it and the limit are said before the first word is written. Source: DESIGN.md 5, "Telling"; CHILD-UX.md,
"Before telling".
"""

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, get_args

from flask import current_app, render_template
from flask_babel import gettext as _
from markupsafe import Markup, escape

from youthvoice.access.permissions import ADVOCATE, OUTSIDE_RECIPIENT, SAFEGUARDING_LEAD
from youthvoice.grievances import options as picks
from youthvoice.grievances.intake.forms import MOST_HOW
from youthvoice.grievances.intake.helpers import Helper, helpers_at
from youthvoice.grievances.intake.recipient_rules import ENOUGH_INSIDE, EVERYDAY, WEIGHT, Refusal, is_harm
from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.sites.help_labels import and_in_words, in_danger
from youthvoice.sites.store import SiteFacts
from youthvoice.threads.child_fields import MOST_SECONDS
from youthvoice.threads.readers.cache import everybody_at
from youthvoice.web.assets import asset
from youthvoice.web.graphics import pictures
from youthvoice.web.graphics import sprite_sheet as picture_sheet
from youthvoice.web.i18n import picture_labels as picture_words
from youthvoice.web.prerendered import Pressed

IDLE_SECONDS = 300
_HOLE = f"the-number-of-this-sheet-{secrets.token_hex(16)}"
_MOST_PAGES = 120


class Who(NamedTuple):
    """Somebody who may read it: her row of `people`, her name, her role, her picture (OpenMoji)."""

    person_id: int
    name: str
    role: str
    picture: str = ""


NOBODY = tuple(Who(0, "-", role) for role in (ADVOCATE, SAFEGUARDING_LEAD, OUTSIDE_RECIPIENT))
"""Readers of no site: their page holds what every site says, and no name."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Everything that the page depends on; two that are equal are the same page.

    Attributes:
        site: where the tablet is.
        readers: all who may read it there, advocates first.
        helpers: whom the child may have beside her.
        page: the language that the page speaks.
        sound: what can be heard there: the tablet's own voices, and which clips there are.
    """

    site: SiteFacts
    readers: tuple[Who, ...]
    helpers: tuple[Helper, ...]
    page: str
    sound: tuple[object, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What the pressed page is kept under."""
        return (self.site.id, self.site.version, self.readers, self.helpers, self.page, *self.sound)


def telling_at(site: SiteFacts, page: str, sound: tuple[object, ...] = ()) -> Telling:
    """The page of a site as its people are now."""
    readers = tuple(Who(one.person_id, one.name, one.role, one.picture) for one in everybody_at(site.id).everybody)
    return Telling(site, readers, helpers_at(site.id), page, sound)


def pressed(telling: Telling) -> Pressed:
    """The page, rendered when this process sees it for the first time."""
    kept: dict[tuple[object, ...], Pressed] = current_app.extensions.setdefault("youthvoice.telling", {})
    page = kept.get(telling.key)
    if page is None:
        if len(kept) >= _MOST_PAGES:
            kept.clear()
        before, after = render(telling, _HOLE).split(_HOLE)
        page = kept[telling.key] = Pressed.of(before.encode(), after.encode())
    return page


def render(
    telling: Telling,
    sheet: str,
    given: Mapping[str, Collection[str]] | None = None,
    refused: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> str:
    """The page; with everything the child already gave when something could not be taken.

    Args:
        telling: which page.
        sheet: the sheet's id.
        given: what was sent, by the name of its input.
        refused: why something could not be taken, by screen.
        more: where it is sent, and by whom, when an adult helps at her own desk.
    """
    pictures.page_sprite().take_from(asset(picture_sheet.TELLING), picture_sheet.SHEETS[picture_sheet.TELLING])
    sent = {"sheet": sheet, "given": given or {}, "refused": refused or {}}
    return render_template("grievances/tell.html", **{**_at_a_tablet(), **_of_site(telling), **sent, **(more or {})})


def _at_a_tablet() -> dict[str, object]:
    """What the page says everywhere."""
    return {
        "action": "/tell",
        "done_href": "/tell/done",
        "front_href": "/language",
        "idle": IDLE_SECONDS,
        "picks": picks,
        "when": _when(),
        "calm": _calm(),
        "who_did_it": json.dumps(["either", [["is", "topic", one] for one in sorted(WEIGHT) if one not in EVERYDAY]]),
        "enough": ENOUGH_INSIDE,
        "seconds": MOST_SECONDS,
        "most_letters": picks.MOST_LETTERS,
        "most_how": MOST_HOW,
        "code_names": [picture_words.words(one.name) for screen in SCREENS for one in screen],
    }


def _of_site(telling: Telling) -> dict[str, object]:
    """What belongs to one site: who reads, who helps, where to go in danger."""
    names = and_in_words([one.name for one in telling.readers if one.role == ADVOCATE])
    outside = [one.name for one in telling.readers if one.role == OUTSIDE_RECIPIENT]
    return {
        "readers": telling.readers,
        "helpers": telling.helpers,
        "reads": escape(_("%(names)s read it and must answer.")) % {"names": names},
        "outside_has_it": _outside_has_it(outside),
        "too_few": {why: why_not(why, telling.site) for why in get_args(Refusal)},
        "in_danger": in_danger(telling.site),
    }


def _when() -> dict[str, str]:
    """When each of them reads it, by role."""
    return {
        ADVOCATE: _("reads it"),
        SAFEGUARDING_LEAD: _("when a child may be hurt"),
        OUTSIDE_RECIPIENT: _("if nobody here answers"),
    }


def _calm() -> str:
    """What is no harm by itself, as `topic/by_whom`: then no safeguarding lead reads it, and the page knows it too."""
    topics, whoever = (("", *picks.codes(one)) for one in (picks.TOPICS, picks.BY_WHOM))
    pairs = ((topic, by_whom) for topic in topics for by_whom in whoever)
    return " ".join(f"{topic}/{by_whom}" for topic, by_whom in pairs if not is_harm(topic, by_whom, urgent=False))


def _outside_has_it(outside: Sequence[str]) -> Markup:
    if not outside:
        return Markup()
    words = escape(_("Everybody here may be left out. Then %(names)s reads it."))
    return words % {"names": and_in_words(outside)}


def why_not(why: Refusal, site: SiteFacts) -> str:
    """Why people cannot be left out, in words for a child."""
    words: dict[Refusal, str] = {
        "nobody": _("Then nobody reads it. Let one of them read it, or call %(number)s."),
        "outside_stays": _("Then too few read it. Let one more read it, or call %(number)s."),
    }
    return words[why] % {"number": f"\u2066{site.helpline_number}\u2069"}
