"""What the staff pages of publications show: lists, the page word for word, what to look at before approving."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accounts import store as staff
from youthvoice.publications import adult_answers as replies
from youthvoice.publications import render as showing
from youthvoice.publications import store
from youthvoice.publications.board import page as boards
from youthvoice.publications.guardians import store as addresses
from youthvoice.publications.review.approval import narrowest
from youthvoice.publications.snapshot import Frozen
from youthvoice.publications.store import Edition
from youthvoice.sites import store as places
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.lists import listed


@dataclass(frozen=True, slots=True)
class Row:
    """One edition in a list."""

    slug: str
    title: str
    sites: str
    n: int | None
    due: date
    made_on: date
    sent_on: date | None
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class At:
    """What sending means at one site."""

    name: str
    cleared: int
    to_clear: int
    sent_on: date | None
    letters: int | None
    told_of: date | None
    told_letters: int | None


def groups(session: Session, caller: Caller) -> list[tuple[str, list[Row]]]:
    """Lists by code: `waiting` and `sent_back` for advocates only, `to_send`, `sent`, `told` (choices)."""
    found: dict[str, list[Row]] = {"waiting": [], "sent_back": []} if caller.may("publications.approve") else {}
    found |= {"to_send": [], "sent": [], "told": []}
    states = [state for state in (store.WAITING, store.SENT_BACK) if state in found]
    for edition in store.editions(session, running.keyring(), caller.site_ids, (*states, *store.SEEN)):
        found[_group(edition)].append(_row(edition))
    return list(found.items())


def for_reviews(session: Session, caller: Caller) -> list[Row]:
    """What a care-plan review may see."""
    listed = store.editions(session, running.keyring(), caller.site_ids, store.SEEN)
    return [_row(edition) for edition in listed if "review" in edition.rows]


def _group(edition: Edition) -> str:
    if "guardians" not in edition.rows:
        return "told"
    return "to_send" if edition.state == store.APPROVED else edition.state


def _row(edition: Edition) -> Row:
    first = edition.first
    frozen = first.frozen
    return Row(
        slug=first.slug,
        title=frozen["title"].get(languages.chosen()) or next(iter(frozen["title"].values())),
        sites=listed(frozen["sites"]),
        n=frozen["n"],
        due=date.fromisoformat(frozen["answer_due"]),
        made_on=first.made_on,
        sent_on=first.sent_on,
        version=first.version,
        reason=first.reason,
    )


def shown(session: Session, edition: Edition, audience: str, language: str, caller: Caller) -> dict[str, Any]:
    """All that one publication's page needs."""
    row = edition.rows[audience]
    names = staff.names(session, [one for one in (row.approved_by, row.sent_by) if one is not None])
    sites = _sites(session, edition, caller.site_ids)
    today = today_at(session, edition.site_ids & caller.site_ids)
    owed = replies.owed_for(session, row.frozen)
    return {
        "row": _row(edition),
        "publication": row,
        "audience": audience,
        "audiences": [one for one in edition.rows if one != "review" or caller.may("publications.review")],
        "page": on_the_board(session, row.frozen, language, today)
        if audience == "children"
        else as_shown(session, row.frozen, language, today),
        "page_language": language,
        "page_direction": languages.direction(language),
        "width": narrowest(row.frozen),
        "names": names,
        "answered_on": owed.settled_on if owed else None,
        "at": sites,
        "letters": sum(one.cleared for one in sites if one.sent_on is None),
        "papers": [languages.LANGUAGES[code] for code in showing.languages_of(row.frozen)],
    }


def as_shown(session: Session, frozen: Frozen, language: str, today: date) -> Markup:
    """The page of an audience, word for word, in a language: the same template that guardians get."""
    owed = replies.owed_for(session, frozen)
    with force_locale(language):
        told = replies.told(frozen, owed, today, replies.names(session, owed))
        page = render_template(
            "publications/inside.html", view=showing.view(frozen, language, told.to), told=told, level=2
        )
    return Markup(page)  # noqa: S704 - a template of ours, escaped there


def on_the_board(session: Session, frozen: Frozen, language: str, today: date) -> Markup:
    """What the children's board says of a view, word for word, in a language."""
    with force_locale(language):
        told = boards.told(session, frozen, language, today)
        page = render_template("publications/on_the_board.html", told=told)
    return Markup(page)  # noqa: S704 - a template of ours, escaped there


def today_at(session: Session, site_ids: Collection[int]) -> date:
    """The day it is at the first of some sites."""
    first = places.site(session, min(site_ids)) if site_ids else None
    return running.today(first.time_zone if first else "UTC")


def paper(session: Session, edition: Edition, caller: Caller, language: str, audience: str = "") -> str:
    """One A4 sheet in a language; the nearest there is where it cannot be read in that one.

    Args:
        session: only read.
        edition: approved.
        caller: who prints; the sheet bears the help of a site of hers.
        language: asked for; empty for the reader's own.
        audience: whose view; that of guardians, else the only one there is, when empty.
    """
    publication = edition.rows[audience] if audience else edition.first
    chosen = showing.best(publication.frozen, language or languages.chosen())
    languages.say_in(chosen)
    owed = replies.owed_for(session, publication.frozen)
    mine = sorted(edition.site_ids & caller.site_ids)
    today = today_at(session, mine)
    with force_locale(chosen):
        told = replies.told(publication.frozen, owed, today, replies.names(session, owed))
        return render_template(
            "publications/read.html",
            view=showing.view(publication.frozen, chosen, told.to),
            told=told,
            committees=replies.from_committees(session, mine[:1], today),
            site_facts=places.site(session, mine[0]),
            sent_on=publication.sent_on,
            for_review=audience == "review",
            printed_on=today,
            token="",
            others=[],
            language=chosen,
            language_tag=languages.tag(chosen),
            direction=languages.direction(chosen),
        )


def _sites(session: Session, edition: Edition, site_ids: Iterable[int]) -> list[At]:
    mine = edition.site_ids & frozenset(site_ids)
    names = {site.id: site.name for site in places.sites_of(session, mine)}
    counts = addresses.counts(session, mine)
    return [
        At(
            names[at.site_id],
            counts[at.site_id]["cleared"],
            counts[at.site_id]["to_clear"],
            at.sent_on,
            at.letters,
            at.told_of,
            at.told_letters,
        )
        for at in store.sites_of(session, edition.first)
        if at.site_id in names
    ]
