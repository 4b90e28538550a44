"""The page `/tell`: its content, and the screens with the picture code that opens the answer.

The page names the readers and the limits of secrecy before the first question.
Source: DESIGN.md 5, "Telling"; CHILD-UX.md, "Before telling".
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, get_args

from babel.lists import format_list
from flask import render_template
from flask_babel import format_date, get_locale, gettext as _
from markupsafe import Markup, escape

from youthvoice.access.permissions import ADVOCATE, OUTSIDE_RECIPIENT, SAFEGUARDING_LEAD
from youthvoice.grievances.intake import intake_options, rules
from youthvoice.grievances.intake.adult_helpers import list_helpers
from youthvoice.grievances.intake.forms import MAX_HOW_CHARACTERS
from youthvoice.grievances.intake.submission import ReportReceipt
from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.sites.labels import danger_label, line_number, name_label, names_label
from youthvoice.sites.store import Site
from youthvoice.threads.child_codes.code_page import CodeScreens
from youthvoice.threads.child_fields import IDLE_SECONDS, MAX_VOICE_SECONDS, pick_codes
from youthvoice.threads.readership import everybody_at
from youthvoice.web import assets
from youthvoice.web.graphics import picture_labels, pictures
from youthvoice.web.i18n.formats import format_short_day
from youthvoice.web.pages import page_cache

_ASKS_WHO_DID_IT: Final = json.dumps(
    ["either", [["is", "topic", topic] for topic in sorted(rules.TOPICS_BY_GRAVITY) if topic not in rules.EVERYDAY]]
)
"""Condition of the script for the screen that asks who did it: any topic that is not everyday."""

_pages: Final = page_cache.PageCache(120)


class PossibleReader(NamedTuple):
    """An adult who may read a report: row of `people`, name, role, picture (OpenMoji)."""

    person_id: int
    name: str
    role: str
    picture: str = ""


NO_READERS = tuple(PossibleReader(0, "-", role) for role in (ADVOCATE, SAFEGUARDING_LEAD, OUTSIDE_RECIPIENT))
"""Readers of the page that is rendered for no site (id 0), to record what the pages of all sites say."""


@dataclass(frozen=True, slots=True)
class IntakePageKey:
    """Everything that the page depends on; equal keys have the same page.

    Attributes:
        site: of the tablet.
        readers: everybody who may read a report there, advocates first.
        helpers: adults who may sit beside the child.
        page: language of the page.
        sound: what can be played there: the tablet's voices, and the version of the clips.
    """

    site: Site
    readers: tuple[PossibleReader, ...]
    helpers: tuple[rules.Helper, ...]
    page: str
    sound: tuple[object, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """The cache key of the rendered page."""
        return (self.site.id, self.site.version, self.readers, self.helpers, self.page, *self.sound)


def intake_page_key(site: Site, page: str, sound: tuple[object, ...] = ()) -> IntakePageKey:
    """The page of a site with its present readers and helpers."""
    readers = tuple(
        PossibleReader(reader.person_id, reader.name, reader.role, reader.picture)
        for reader in everybody_at(site.id).everybody
    )
    return IntakePageKey(site, readers, list_helpers(site.id), page, sound)


def prerendered_intake_page(page_key: IntakePageKey) -> page_cache.PrerenderedPage:
    """The page from the cache; rendered where the cache does not have it."""
    return _pages.page(page_key.key, lambda hole: render_intake_page(page_key, hole))


def render_intake_page(
    page_key: IntakePageKey,
    submission_id: str,
    values: Mapping[str, Collection[str]] | None = None,
    refused: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> str:
    """The page; with what the child sent where something could not be accepted.

    Args:
        page_key: which page.
        submission_id: in hexadecimal digits.
        values: what was sent, by the name of its input.
        refused: errors, by screen.
        more: what differs where an adult helps at a computer: the address to send to, and the adult.
    """
    pictures.page_sprite().take_from(assets.asset_address(pictures.TELL_FILE), pictures.FILES[pictures.TELL_FILE])
    sent = {"sheet": submission_id, "given": values or {}, "refused": refused or {}}
    return render_template(
        "grievances/intake/tell.html", **{**_common_values(), **_site_values(page_key), **sent, **(more or {})}
    )


def _common_values() -> dict[str, object]:
    """Template variables that are the same everywhere."""
    return {
        "action": "/tell",
        "done_href": "/tell/done",
        "front_href": "/language",
        "idle": IDLE_SECONDS,
        "picks": intake_options,
        "when": _reading_labels(),
        "calm": _everyday_pairs(),
        "who_did_it": _ASKS_WHO_DID_IT,
        "enough": rules.MIN_READERS_INSIDE,
        "most_topics": intake_options.MAX_TOPICS,
        "seconds": MAX_VOICE_SECONDS,
        "most_letters": intake_options.MAX_WORDS_CHARACTERS,
        "most_how": MAX_HOW_CHARACTERS,
        "code_names": [picture_labels.picture_label(picture.name) for screen in SCREENS for picture in screen],
    }


def _site_values(page_key: IntakePageKey) -> dict[str, object]:
    """Template variables of one site: who reads, who helps, where to go in danger."""
    names = names_label([reader.name for reader in page_key.readers if reader.role == ADVOCATE])
    outside = [reader.name for reader in page_key.readers if reader.role == OUTSIDE_RECIPIENT]
    return {
        "readers": page_key.readers,
        "helpers": page_key.helpers,
        "reads": escape(_("%(names)s read it and must answer.")) % {"names": names},
        "reads_later": _(
            "Nobody can read this until the tablet is online."
        ),  # no name: the child may have left that adult out
        "outside_has_it": _outside_has_it(outside),
        "too_few": {why: exclusion_error(why, page_key.site) for why in get_args(rules.ExclusionRefusal)},
        "in_danger": danger_label(page_key.site),
        "words_only": page_key.site.strip_words,
    }


def _reading_labels() -> dict[str, str]:
    """What each reader can do with the report, by role; `beside` is for a helper whom the child leaves out."""
    return {
        "beside": _("helps you now, cannot read it later"),
        ADVOCATE: _("reads it"),
        SAFEGUARDING_LEAD: _("reads it if a child may be hurt"),
        OUTSIDE_RECIPIENT: _("reads it if nobody here answers"),
    }


def _everyday_pairs() -> str:
    """The pairs `topic/by_whom` that are no harm, so that no safeguarding lead reads the report; for the script."""
    topics, people = (("", *pick_codes(picks)) for picks in (intake_options.TOPICS, intake_options.BY_WHOM))
    pairs = ((topic, by_whom) for topic in topics for by_whom in people)
    return " ".join(f"{topic}/{by_whom}" for topic, by_whom in pairs if not rules.is_harm(topic, by_whom, urgent=False))


def _outside_has_it(outside: Sequence[str]) -> Markup:
    if not outside:
        return Markup()
    words = escape(_("You can leave out all the others. Then %(names)s reads it."))
    return words % {"names": names_label(outside)}


def exclusion_error(why: str, site: Site) -> str:
    """Why these people cannot be left out, worded for a child."""
    words = {
        "nobody": _("Then nobody reads it. Let one of them read it, or call %(number)s."),
        "outside_stays": _("Then too few read it. Let one more read it, or call %(number)s."),
    }
    return str(words[why]) % {"number": f"\u2066{site.helpline_number}\u2069"}


def code_screens_of(report_receipt: ReportReceipt, site: Site) -> CodeScreens:
    """The screens after a report was sent: thanks, and the picture code."""
    thanks, phone = str(_("Thank you. It was right to tell.")), line_number(site)
    return CodeScreens(report_receipt.code, site, _answers(report_receipt), thanks, phone=phone)


def _answers(report_receipt: ReportReceipt) -> Markup:
    """Who answers by which day; "or" between several names."""
    names = format_list([str(name_label(name)) for name in report_receipt.names], "or", get_locale() or "en")
    day = Markup("<b>{} <span class=whole>{}</span></b>").format(
        format_date(report_receipt.answer_by, "EEEE"), format_short_day(report_receipt.answer_by)
    )
    return escape(_("%(name)s answers by %(day)s.")) % {"name": Markup(names), "day": day}  # noqa: S704 - `name_label` escaped each
