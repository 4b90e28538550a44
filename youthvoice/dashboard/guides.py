"""The guides of `docs/guide`, served to whoever is signed in, and which of their parts explains a page.

They are in English; a page says so where its reader's language is another. Nothing in them runs: HTML in a guide is
text, a link leads to another guide or nowhere.
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
from youthvoice.dashboard.menu import find_lit


class GuidePart(NamedTuple):
    """A part of a guide: the name of its file without its ending, and its heading."""

    guide: str
    heading: str


_BY_ROLE: Final[Mapping[str, GuidePart]] = {
    permissions.COORDINATOR: GuidePart("coordinator", "The first day"),
    permissions.ADVOCATE: GuidePart("child-advocate", "A morning"),
    permissions.FACILITATOR: GuidePart("facilitator", "A sitting"),
    permissions.REVIEWER: GuidePart("reviews", "Who does what"),
    permissions.SAFEGUARDING_LEAD: GuidePart("child-advocate", "A morning"),
    permissions.OUTSIDE_RECIPIENT: GuidePart("child-advocate", "For the outside recipient"),
    permissions.NEWCOMER: GuidePart("child-advocate", "Coming in"),
}
"""What somebody reads who begins a day; and on a page that stands under no line."""

GUIDE_PARTS: Final[Mapping[str, GuidePart]] = {
    "reports.index": GuidePart("child-advocate", "A report"),
    "handover.index": GuidePart("children-tell", "What adults do"),
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
    "sites.services": GuidePart("coordinator", "Also yours"),
    "sites.list_tablets": GuidePart("coordinator", "Tablets"),
    "people.index": GuidePart("coordinator", "People"),
    "log.lines": GuidePart("child-advocate", "The log"),
}
"""By the line of the menu under which a page stands; a test opens every heading."""

GUIDES: Final = (
    "coordinator", "facilitator", "child-advocate", "representatives", "guardian", "questionnaires", "children-tell",
    "committees", "reviews", "slips", "reading-aloud",
)  # fmt: skip


class GuideLinks(NamedTuple):
    """Where a page is explained: the part of a guide, and the whole guide."""

    part: str
    whole: str


def find_guide_links(caller: Caller, endpoint: str) -> GuideLinks:
    """The two links of a page."""
    part = find_guide_part(caller.role, find_lit(caller, endpoint))
    whole = url_for("dashboard.guide", name=part.guide)
    return GuideLinks(f"{whole}#{make_anchor(part.heading)}", whole)


def find_guide_part(role: str, line: str) -> GuidePart:
    """What explains a page.

    Args:
        role: of who reads.
        line: of the menu under which the page stands; empty for none.
    """
    return GUIDE_PARTS.get(line, _BY_ROLE[role])


class Guide(NamedTuple):
    """A guide as a page: its title, what follows, and the headings that can be led to, by anchor."""

    title: str
    body: Markup
    headings: Mapping[str, str]


_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@lru_cache(maxsize=len(GUIDES))
def read_guide(name: str) -> Guide:
    """One of `GUIDES`.

    Raises:
        KeyError: there is no such guide.
    """
    if name not in GUIDES:
        raise KeyError(name)
    tokens = _MARKDOWN.parse((shared_folder("guide") / f"{name}.md").read_text("utf-8"))
    headings: dict[str, str] = {}
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            words = _plain(tokens[at + 1])
            anchor = make_anchor(words)
            token.attrSet("id", anchor)
            headings[anchor] = words
        _soften(tokens, at)
        _lead(token.children or ())
    title, body = _plain(tokens[1]), tokens[3:]
    made = _MARKDOWN.renderer.render(body, _MARKDOWN.options, {})
    return Guide(title, Markup(made), headings)  # noqa: S704 - HTML in a guide is text


def make_anchor(heading: str) -> str:
    """What a heading is led to by: small letters and digits, joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", heading.casefold()))


def _plain(token: Token) -> str:
    return "".join(child.content for child in token.children or ())


def _soften(tokens: list[Token], at: int) -> None:
    """No style in a tag, no second title of a page, no head of a column without words."""
    token = tokens[at]
    token.attrs.pop("style", None)
    if token.type in {"heading_open", "heading_close"} and token.tag == "h1":
        token.tag = "h2"
    if token.type == "th_open" and not tokens[at + 1].content:
        token.tag = tokens[at + 2].tag = "td"


def _lead(children: Iterable[Token]) -> None:
    """Links lead to guides alone; any other is only its words."""
    leads = False
    for child in children:
        if child.type == "link_open":
            child.attrs["href"] = _guide_address(str(child.attrs.get("href", "")))
            leads = bool(child.attrs["href"])
        if child.type in {"link_open", "link_close"} and not leads:
            child.type, child.tag, child.content = "text", "", ""


def _guide_address(href: str) -> str:
    """Where a link of a guide leads: to a part of it, or to another guide; empty where it leads out."""
    file, _hash, anchor = href.partition("#")
    if not file:
        return f"#{anchor}"
    name = file.removesuffix(".md")
    return f"{name}#{anchor}" if name in GUIDES and anchor else name if name in GUIDES else ""
