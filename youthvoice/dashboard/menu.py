"""The menu of staff pages: who sees which line, and which of them is lit."""

from typing import Final, NamedTuple

from flask import url_for
from flask_babel import lazy_gettext

from youthvoice.access.guard import Caller

# words of a group -> its lines: words, endpoint, mark, permission; in this order
MENU: Final = (
    ("", ((lazy_gettext("To do"), "desk.home", "inbox", "home.see"),)),
    (
        lazy_gettext("What children say"),
        (
            (lazy_gettext("Reports"), "reports.index", "shield", "reports.read"),
            (lazy_gettext("Shared with me"), "handed.index", "hand-over", "handed.read"),
            (lazy_gettext("On call"), "rota.index", "clock", "clocks.rota"),
            (lazy_gettext("Help a child tell"), "helping.index", "mic", "reports.help"),
            (lazy_gettext("Letter box"), "letters.index", "note", "letters.read"),
            (lazy_gettext("Suggestions"), "suggestions.index", "bulb", "suggestions.check"),
        ),
    ),
    (
        lazy_gettext("Meetings and answers"),
        (
            (lazy_gettext("Answers"), "answers.index", "reply", "answers.give"),
            (lazy_gettext("Committees"), "committees.index", "people", "committees.see"),
            (lazy_gettext("Reviews"), "reviews.index", "folder", "reviews.see"),
            (lazy_gettext("Care stages"), "care_steps.index", "steps", "care_steps.see"),
        ),
    ),
    (
        lazy_gettext("Questions"),
        (
            (lazy_gettext("Everyday choices"), "choices.index", "vote", "choices.see"),
            (lazy_gettext("Rounds"), "rounds.index", "round", "rounds.see"),
            (lazy_gettext("School sessions"), "sessions.index", "school", "sessions.see"),
            (lazy_gettext("Questionnaires"), "questionnaires.index", "question", "questionnaires.see"),
        ),
    ),
    (
        lazy_gettext("Results and letters"),
        (
            (lazy_gettext("Publications"), "publications.index", "eye", "publications.see"),
            (lazy_gettext("Sheets for reviews"), "publications.reviews", "print", "publications.review"),
            (lazy_gettext("Monthly packs"), "packs.months", "box", "figures.see"),
            (lazy_gettext("A year of reports"), "figures.yearly_figures", "calendar", "figures.see"),
            (lazy_gettext("Outcomes"), "influence.index", "flag", "influence.see"),
            (lazy_gettext("Addresses"), "addresses.index", "card", "addresses.enter"),
            (lazy_gettext("Regular letters"), "subscriptions.index", "repeat", "publications.send"),
            (lazy_gettext("Delivery"), "delivery.letters", "send", "addresses.enter"),
            (lazy_gettext("Addresses to clear"), "addresses.clearing", "sift", "addresses.clear"),
        ),
    ),
    (
        lazy_gettext("Set-up"),
        (
            (lazy_gettext("Sites and groups"), "places.sites", "place", "places.manage"),
            (lazy_gettext("Services"), "services.index", "phone", "services.see"),
            (lazy_gettext("Tablets"), "places.tablets", "tablet", "places.manage"),
            (lazy_gettext("People"), "staff.people", "person", "people.see"),
            (lazy_gettext("Log"), "log.lines", "list", "log.see"),
        ),
    ),
)

# Pages that stand under a line of another feature, or under one of several lines of their own.
_UNDER = {
    "staff.new_site": "places.sites",
    "places.site": "places.sites",
    "places.add_group": "places.sites",
    "places.card": "places.sites",
    "places.remove_group": "places.sites",
    "places.new_tablet": "places.tablets",
    "places.new_code": "places.tablets",
    "places.retire": "places.tablets",
    "places.lost": "places.tablets",
    "places.clear": "places.tablets",
    "places.refused": "places.tablets",
    "places.found_again": "places.tablets",
    "publications.for_review": "publications.reviews",
    "publications.missing_voices": "publications.reviews",
    "publications.for_review_in": "publications.reviews",
    "publications.review_as_pdf": "publications.reviews",
    "publications.as_pdf": "publications.index",
    "publications.detail": "publications.index",
    "publications.detail_in": "publications.index",
    "publications.for_children": "publications.index",
    "publications.for_children_in": "publications.index",
    "publications.theme": "publications.index",
    "addresses.enter": "addresses.index",
    "subscriptions.keep": "subscriptions.index",
    "witnesses.index": "log.lines",
    "witnesses.enter": "log.lines",
    "log.days": "log.lines",
}

_BLUEPRINTS_UNDER = {
    "letter_holds": "letters.index",
    "moving": "committees.index",
    "letter_giving": "letters.index",
    "letter_reports": "letters.index",
    "report": "reports.index",
    "aloud": "questionnaires.index",
    "drafts": "questionnaires.index",
    "own_pictures": "questionnaires.index",
    "elections": "committees.index",
    "invited": "reviews.index",
    "review_carriers": "reviews.index",
    "review_reports": "reviews.index",
    "statement_desk": "reviews.index",
    "new_pictures": "reviews.index",
    "review_links": "reviews.index",
    "pack_file": "reviews.index",
    "opening": "rounds.index",
    "round_slips": "rounds.index",
    "analysis": "rounds.index",
    "tablet_voice": "places.tablets",
    "posters": "places.sites",
    "representatives": "committees.index",
    "invitations": "staff.people",
    "keys": "staff.people",
    "meetings": "committees.index",
    "outcomes": "committees.index",
    "minutes": "committees.index",
    "calendar_desk": "committees.index",
    "own": "",
    "guides": "",
    "requests": "desk.home",
}


class MenuItem(NamedTuple):
    """One line: its words, where it leads, its drawing, and whether the reader is there."""

    words: str
    href: str
    mark: str
    here: bool


class MenuGroup(NamedTuple):
    """Lines that belong together, under a word; the first group has none."""

    words: str
    lines: tuple[MenuItem, ...]


def groups(caller: Caller, endpoint: str) -> list[MenuGroup]:
    """The lines that a person may follow; a group without any is left out.

    Args:
        caller: who reads.
        endpoint: of the page she is on.
    """
    lit = find_lit(caller, endpoint)
    found = [
        MenuGroup(
            str(words),
            tuple(
                MenuItem(str(said), url_for(leads_to), mark, leads_to == lit)
                for said, leads_to, mark, permission in under
                if caller.may(permission)
            ),
        )
        for words, under in MENU
    ]
    return [group for group in found if group.lines]


def find_lit(caller: Caller, endpoint: str) -> str:
    """The line under which a page stands; empty for none."""
    known = [leads_to for _words, under in MENU for _, leads_to, _, _ in under]
    if endpoint in known:
        return endpoint
    blueprint = endpoint.split(".", maxsplit=1)[0]
    under = _UNDER.get(endpoint, _BLUEPRINTS_UNDER.get(blueprint))
    if under == "publications.reviews" and caller.may("publications.see"):
        return "publications.index"  # she came from the list of publications
    if under is not None:
        return under
    of_blueprint = [leads_to for leads_to in known if leads_to.split(".")[0] == blueprint]
    return of_blueprint[0] if len(of_blueprint) == 1 else ""
