"""The menu of staff pages: which lines a person sees, and which one is current."""

from typing import Final, NamedTuple

from flask import url_for
from flask_babel import lazy_gettext

from youthvoice.access.guard import Caller
from youthvoice.access.staff_blueprint import menu_line

# label of a group -> its lines: label, endpoint, mark, permission; in this order
MENU: Final = (
    ("", ((lazy_gettext("To do"), "dashboard.home", "inbox", "home.see"),)),
    (
        lazy_gettext("What children say"),
        (
            (lazy_gettext("Reports"), "reports.index", "shield", "reports.read"),
            (lazy_gettext("Shared with me"), "handover.index", "hand-over", "handed.read"),
            (lazy_gettext("To translate"), "interpretations.index", "half", "interpretations.write"),
            (lazy_gettext("Knocks"), "knocks.index", "knock", "knocks.listen"),
            (lazy_gettext("Thanks to you"), "good_news.list_thanks", "tick", "knocks.listen"),
            (lazy_gettext("On call"), "rota.index", "clock", "clocks.rota"),
            (lazy_gettext("Help a child tell"), "assisted_intake.index", "mic", "reports.help"),
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
            (lazy_gettext("Care stages"), "publications.list_care_stages", "steps", "care_steps.see"),
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
            (lazy_gettext("Monthly packs"), "publications.month_packs", "box", "figures.see"),
            (lazy_gettext("A year of reports"), "reports.yearly_figures", "calendar", "figures.see"),
            (lazy_gettext("Outcomes"), "publications.list_outcomes", "flag", "influence.see"),
            (lazy_gettext("Addresses"), "guardians.addresses", "card", "addresses.enter"),
            (lazy_gettext("Regular letters"), "guardians.regular_letters", "repeat", "publications.send"),
            (lazy_gettext("Delivery"), "guardians.letters", "send", "addresses.enter"),
            (lazy_gettext("Addresses to clear"), "guardians.clear_addresses", "sift", "addresses.clear"),
        ),
    ),
    (
        lazy_gettext("Set-up"),
        (
            (lazy_gettext("Sites and groups"), "sites.index", "place", "places.manage"),
            (lazy_gettext("Languages"), "translation.index", "book", "places.manage"),
            (lazy_gettext("Translations"), "translation.list_translations", "speaker", "texts.read"),
            (lazy_gettext("Services"), "sites.services", "phone", "services.see"),
            (lazy_gettext("Tablets"), "sites.list_tablets", "tablet", "places.manage"),
            (lazy_gettext("People"), "people.index", "person", "people.see"),
            (lazy_gettext("Log"), "log.lines", "list", "log.see"),
            (lazy_gettext("State"), "monitoring.show_state", "chart", "installation.see"),
        ),
    ),
)


class MenuItem(NamedTuple):
    """One line: its label, its address, its mark, and whether it is the current one."""

    words: str
    href: str
    mark: str
    here: bool


class MenuGroup(NamedTuple):
    """Lines that belong together, under a label; the first group has none."""

    words: str
    lines: tuple[MenuItem, ...]


def groups(caller: Caller, endpoint: str) -> list[MenuGroup]:
    """The menu of a person; a group without any line is left out.

    Args:
        caller: the reader.
        endpoint: of the current page.
    """
    current = find_menu_line(caller, endpoint)
    menu_groups = [
        MenuGroup(
            str(words),
            tuple(
                MenuItem(str(label), url_for(leads_to), mark, leads_to == current)
                for label, leads_to, mark, permission in lines
                if caller.may(permission)
            ),
        )
        for words, lines in MENU
    ]
    return [group for group in menu_groups if group.lines]


def find_menu_line(caller: Caller, endpoint: str) -> str:
    """The line of the menu to which a page belongs; empty for none."""
    if any(endpoint == leads_to for _words, lines in MENU for _, leads_to, _, _ in lines):
        return endpoint
    line = menu_line(endpoint)
    if line == "publications.reviews" and caller.may("publications.see"):
        return "publications.index"  # linked from the list of publications
    return line
