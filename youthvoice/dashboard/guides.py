"""The guides of `docs/guide`, shown to staff, and the part of a guide that explains a page.

They are in English; a page says so where its reader's language is another. Nothing in them can run: HTML in a guide is
shown as text, and links only lead to other guides.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from flask import url_for
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from youthvoice.access import permissions
from youthvoice.access.guard import Caller
from youthvoice.config import shared_folder
from youthvoice.dashboard.menu import find_menu_line


class GuidePart(NamedTuple):
    """A part of a guide: the file's name without its extension, and the heading."""

    guide: str
    heading: str


_BY_ROLE: Final[Mapping[str, GuidePart]] = {
    permissions.COORDINATOR: GuidePart("coordinator", "The first day"),
    permissions.ADVOCATE: GuidePart("child-advocate", "A morning"),
    permissions.FACILITATOR: GuidePart("facilitator", "A sitting"),
    permissions.REVIEWER: GuidePart("reviews", "Who does what"),
    permissions.SAFEGUARDING_LEAD: GuidePart("child-advocate", "A morning"),
    permissions.OUTSIDE_RECIPIENT: GuidePart("child-advocate", "For the outside recipient"),
    permissions.INTERPRETER: GuidePart("children-tell", "An interpreter"),
    permissions.NEWCOMER: GuidePart("child-advocate", "Coming in"),
}
"""The part for the start of a role's day, and for pages under no line of the menu."""

GUIDE_PARTS: Final[Mapping[str, GuidePart]] = {
    "reports.index": GuidePart("child-advocate", "A report"),
    "handover.index": GuidePart("children-tell", "What adults do"),
    "interpretations.index": GuidePart("children-tell", "An interpreter"),
    "knocks.index": GuidePart("children-tell", "A knock"),
    "good_news.list_thanks": GuidePart("children-tell", "Good news"),
    "rota.index": GuidePart("child-advocate", "A morning"),
    "assisted_intake.index": GuidePart("facilitator", "Helping a child to tell"),
    "letters.index": GuidePart("child-advocate", "The letter box"),
    "suggestions.index": GuidePart("child-advocate", "Suggestions, choices, questionnaires, views"),
    "answers.index": GuidePart("facilitator", "Answers you owe"),
    "committees.index": GuidePart("committees", "The way of an item"),
    "reviews.index": GuidePart("reviews", "Who does what"),
    "publications.list_care_stages": GuidePart("reviews", "Care stages"),
    "choices.index": GuidePart("facilitator", "Small choices of every day"),
    "rounds.index": GuidePart("coordinator", "A round of questions"),
    "sessions.index": GuidePart("facilitator", "School sessions"),
    "questionnaires.index": GuidePart("questionnaires", "Making one in the browser"),
    "publications.index": GuidePart("coordinator", "Guardians"),
    "publications.reviews": GuidePart("reviews", "The pack"),
    "publications.month_packs": GuidePart("child-advocate", "For the outside recipient"),
    "reports.yearly_figures": GuidePart("child-advocate", "For the outside recipient"),
    "publications.list_outcomes": GuidePart("coordinator", "Also yours"),
    "guardians.addresses": GuidePart("coordinator", "Guardians"),
    "guardians.regular_letters": GuidePart("coordinator", "Guardians"),
    "guardians.letters": GuidePart("coordinator", "Guardians"),
    "guardians.clear_addresses": GuidePart("child-advocate", "Suggestions, choices, questionnaires, views"),
    "sites.index": GuidePart("coordinator", "The first day"),
    "translation.index": GuidePart("coordinator", "Languages"),
    "translation.choose_sign_language": GuidePart("reading-aloud", "Signing"),
    "translation.list_translations": GuidePart("translators", "Reading a text"),
    "sites.services": GuidePart("coordinator", "Also yours"),
    "sites.list_tablets": GuidePart("coordinator", "Tablets"),
    "people.index": GuidePart("coordinator", "People"),
    "monitoring.show_state": GuidePart("coordinator", "The state of the installation"),
    "log.lines": GuidePart("child-advocate", "The log"),
    "read_aloud": GuidePart("reading-aloud", "Recording"),
    "introductions": GuidePart("child-advocate", "How children know you"),
}
"""By endpoint, by blueprint, else by the line of the menu to which a page belongs; a test opens every heading."""

GUIDES: Final = (
    "coordinator", "facilitator", "child-advocate", "representatives", "guardian", "questionnaires", "children-tell",
    "committees", "reviews", "slips", "reading-aloud", "translators",
)  # fmt: skip


class GuideLinks(NamedTuple):
    """The links of a page to its explanation: the part of a guide, and the whole guide."""

    part: str
    whole: str


def find_guide_links(caller: Caller, endpoint: str) -> GuideLinks:
    """The two links of a page."""
    names = endpoint, endpoint.partition(".")[0], find_menu_line(caller, endpoint) or ""
    part = find_guide_part(caller.role, next((name for name in names if name in GUIDE_PARTS), ""))
    whole = url_for("dashboard.guide", name=part.guide)
    return GuideLinks(f"{whole}#{make_anchor(part.heading)}", whole)


def find_guide_part(role: str, line: str) -> GuidePart:
    """The part of a guide that explains a page.

    Args:
        role: of the reader.
        line: of `GUIDE_PARTS`.
    """
    return GUIDE_PARTS.get(line, _BY_ROLE[role])


class Guide(NamedTuple):
    """A guide as a page: its title, its body, and its headings by anchor."""

    title: str
    body: Markup
    headings: Mapping[str, str]


_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@lru_cache(maxsize=len(GUIDES))
def read_guide(name: str) -> Guide:
    """Read one of `GUIDES`.

    Raises:
        KeyError: there is no such guide.
    """
    if name not in GUIDES:
        raise KeyError(name)
    tokens = _MARKDOWN.parse((shared_folder("guide") / f"{name}.md").read_text("utf-8"))
    headings: dict[str, str] = {}
    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            text = _plain(tokens[position + 1])
            anchor = make_anchor(text)
            token.attrSet("id", anchor)
            headings[anchor] = text
        _adapt_to_page(tokens, position)
        _keep_guide_links(token.children or ())
    title, body = _plain(tokens[1]), tokens[3:]  # the first three tokens are the title
    html = _MARKDOWN.renderer.render(body, _MARKDOWN.options, {})
    return Guide(title, Markup(html), headings)  # noqa: S704 - HTML in a guide is text


def make_anchor(heading: str) -> str:
    """The anchor of a heading: lower-case letters and digits, joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", heading.casefold()))


def _plain(token: Token) -> str:
    return "".join(child.content for child in token.children or ())


def _adapt_to_page(tokens: list[Token], position: int) -> None:
    """Remove style attributes, a second title of the page, and table heads without text."""
    token = tokens[position]
    token.attrs.pop("style", None)
    if token.type in {"heading_open", "heading_close"} and token.tag == "h1":
        token.tag = "h2"
    if token.type == "th_open" and not tokens[position + 1].content:
        token.tag = tokens[position + 2].tag = "td"


def _keep_guide_links(children: Iterable[Token]) -> None:
    """Keep links to guides; replace any other link by its text."""
    is_kept = False
    for child in children:
        if child.type == "link_open":
            child.attrs["href"] = _guide_address(str(child.attrs.get("href", "")))
            is_kept = bool(child.attrs["href"])
        if child.type in {"link_open", "link_close"} and not is_kept:
            child.type, child.tag, child.content = "text", "", ""


def _guide_address(href: str) -> str:
    """The address of a guide's link: a part of it, or another guide; empty for other targets."""
    file, _hash, anchor = href.partition("#")
    if not file:
        return f"#{anchor}"
    name = file.removesuffix(".md")
    return f"{name}#{anchor}" if name in GUIDES and anchor else name if name in GUIDES else ""
