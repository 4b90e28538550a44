"""The contents of staff pages of publications: lists, the preview of each audience, what to check before approval."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template
from flask_babel import force_locale, gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts.store import names_of_people
from youthvoice.publications import adult_answers, letter_themes, render, snapshot, store
from youthvoice.publications.board.board_entries import entry_of_view
from youthvoice.publications.encryption import Publication
from youthvoice.publications.guardians.mail import count_letters_to_send
from youthvoice.publications.guardians.store import count_addresses
from youthvoice.publications.guardians.subscriptions import first_days_covered
from youthvoice.publications.review import trends, voices
from youthvoice.publications.review.drafting import narrowest_range
from youthvoice.sites.site_page import SitePage, choose_sites
from youthvoice.sites.store import Site, find_site, get_site, list_site_names
from youthvoice.web.i18n import formats, languages
from youthvoice.web.pages.list_page import ListPage, page_of_list


@dataclass(frozen=True, slots=True)
class PublicationLine:
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


Groups = list[tuple[str, ListPage[PublicationLine]]]


def list_publication_groups(session: Session, caller: Caller) -> tuple[Groups, SitePage]:
    """The editions of the sites that are shown, fifty of each group at a time.

    Returns:
        Pages of lines by code: `waiting` and `sent_back` only for advocates, `to_send`, `sent`, `told` (choices); and
        the sites, those first where somebody waits for the caller.
    """
    decides = caller.may("publications.approve")
    waiting = store.count_guardians_views(session, caller.site_ids, store.WAITING if decides else store.APPROVED)
    at = choose_sites(session, caller.site_ids, waiting)
    groups: dict[str, list[store.EditionSummary]] = {"waiting": [], "sent_back": []} if decides else {}
    groups |= {"to_send": [], "sent": [], "told": []}
    states = [state for state in (store.WAITING, store.SENT_BACK) if state in groups]
    for edition_summary in store.list_edition_summaries(session, at.ids, (*states, *store.VISIBLE_STATES)):
        groups[_group(edition_summary)].append(edition_summary)
    return [(code, _page_of_lines(session, summaries, code)) for code, summaries in groups.items()], at


def list_review_lines(session: Session, caller: Caller) -> tuple[ListPage[PublicationLine], SitePage]:
    """The editions that a care-plan review may see, fifty at a time, and the sites that are shown."""
    at = choose_sites(session, caller.site_ids)
    summaries = store.list_edition_summaries(session, at.ids, store.VISIBLE_STATES)
    return _page_of_lines(session, [summary for summary in summaries if "review" in summary.audiences], "page"), at


def _page_of_lines(
    session: Session, summaries: Sequence[store.EditionSummary], parameter: str
) -> ListPage[PublicationLine]:
    """The page that the request asks for; only what it shows is decrypted."""
    list_page = page_of_list([summary.first_id for summary in summaries], parameter)
    publications = store.list_publications(session, list_page.lines)
    return list_page.with_lines([publication_line(publications[row]) for row in list_page.lines if row in publications])


def _group(summary: store.EditionSummary) -> str:
    if "guardians" not in summary.audiences:
        return "told"
    return "to_send" if summary.state == store.APPROVED else summary.state


def publication_line(first: Publication) -> PublicationLine:
    """An edition as lists and page heads show it, from the publication that represents it."""
    frozen = first.frozen
    return PublicationLine(
        slug=first.slug,
        title=frozen["title"].get(languages.chosen()) or next(iter(frozen["title"].values())),
        sites=formats.join_list(frozen["sites"]),
        n=frozen["n"],
        due=date.fromisoformat(frozen["answer_due"]),
        made_on=first.made_on,
        sent_on=first.sent_on,
        version=first.version,
        reason=first.reason,
    )


def load_publication_page(
    session: Session, edition: store.Edition, audience: str, language: str, caller: Caller
) -> dict[str, Any]:
    """The template values of one publication's page."""
    publication = edition.rows[audience]
    person_ids = [person_id for person_id in (publication.approved_by, publication.sent_by) if person_id is not None]
    site_ids = edition.site_ids & caller.site_ids
    site_rows = [row for row in store.list_publication_sites(session, edition.first) if row.site_id in site_ids]
    addresses = count_addresses(session, site_ids)
    today = today_at_sites(session, site_ids)
    answer_due = adult_answers.find_answer_due_for(session, publication.frozen)
    return {
        "row": publication_line(edition.first),
        "publication": publication,
        "audience": audience,
        "audiences": [code for code in edition.rows if code != "review" or caller.may("publications.review")],
        "page": render_board_entry(session, publication.frozen, language, today)
        if audience == "children"
        else render_audience_page(session, edition, audience, language, today),
        "page_language": language,
        "page_direction": languages.direction(language),
        "width": narrowest_range(publication.frozen),
        "names": names_of_people(session, person_ids),
        "answered_on": answer_due.settled_on if answer_due else None,
        "decider": adult_answers.decider_name(
            publication.frozen, answer_due, adult_answers.names_beside_answers(session, answer_due)
        ),
        "at": site_rows,
        "on_rhythm": {
            site_id
            for site_id, day in first_days_covered(session, edition.site_ids).items()
            if day <= (publication.approved_on or today)
        },
        "all_sites": edition.site_ids,
        "site_names": list_site_names(session, site_ids),
        "letters": count_letters_to_send(session, edition, site_ids),
        "late_letters": any(site_row.sent_on for site_row in site_rows),
        "to_clear": sum(addresses[site_row.site_id]["to_clear"] for site_row in site_rows),
        "can_have_theme": caller.may("letters.read") and letter_themes.can_have_theme(edition, session),
        "papers": [languages.LANGUAGES[code] for code in render.languages_of_view(edition.first.frozen)],
    }


def render_audience_page(session: Session, edition: store.Edition, audience: str, language: str, today: date) -> Markup:
    """The page of an audience, word for word, in a language: with the same template that guardians get."""
    frozen = edition.rows[audience].frozen
    with force_locale(language):
        reply = adult_answers.load_reply_view(session, frozen, today)
        page = render_template(
            "publications/frozen_view.html",
            view=render.render_view(frozen, language, reply.to),
            told=reply,
            themes=letter_themes.theme_words(session, frozen),
            level=2,
            **more_for_review(session, edition, audience, language),
        )
    return Markup(page)  # noqa: S704 - a template of ours, escaped there


def more_for_review(session: Session, edition: store.Edition, audience: str, language: str) -> dict[str, Any]:
    """What only a care-plan review is shown: every line, safety questions, the rounds before, missing voices."""
    if audience != "review":
        return {}
    row = edition.rows["review"]
    published_to_all = {question["name"] for question in edition.first.frozen["questions"]}
    return {
        "for_review": True,
        "safety": {question["name"] for question in row.frozen["questions"]} - published_to_all,
        "trends": trends.render_trends(row.frozen, store.list_views_of_other_rounds(session, row), language),
        "voices": voices.render_voices(session, get_site(session, min(edition.site_ids)), _year_of(row.frozen)),
    }


def _year_of(frozen: snapshot.Frozen) -> int:
    return date.fromisoformat(frozen["last_day"]).year


def render_board_entry(session: Session, frozen: snapshot.Frozen, language: str, today: date) -> Markup:
    """The entry of a view on the children's board, word for word, in a language."""
    with force_locale(language):
        entry = entry_of_view(session, frozen, language, today)
        page = render_template("publications/board/sheet.html", entry=entry)
    return Markup(page)  # noqa: S704 - a template of ours, escaped there


def today_at_sites(session: Session, site_ids: Collection[int]) -> date:
    """Today at the first of some sites."""
    first = find_site(session, min(site_ids)) if site_ids else None
    return context.today(first.time_zone if first else "UTC")


def render_printed_views(session: Session, site: Site, views: Sequence[Publication]) -> str:
    """The pages of some views in every language they have, to print together for families without mail.

    Args:
        session: only read.
        site: the pages name its helpline.
        views: approved, for guardians.
    """
    today = context.today(site.time_zone)
    pages = [
        (languages.LANGUAGES[code], *_render_sheet(session, site, publication, code, today))
        for publication in views
        for code in render.languages_of_view(publication.frozen)
    ]
    return render_template("publications/guardians/print_pack.html", sheets=pages, printed_on=today)


def _render_sheet(
    session: Session, site: Site, publication: Publication, language: str, today: date
) -> tuple[tuple[str, str], Markup]:
    with force_locale(language):
        reply = adult_answers.load_reply_view(session, publication.frozen, today)
        page = render_template(
            "publications/guardians/sheet.html",
            view=render.render_view(publication.frozen, language, reply.to),
            told=reply,
            themes=letter_themes.theme_words(session, publication.frozen),
            committees=adult_answers.list_committee_replies(session, [site.id], today),
            site_facts=site,
            level=2,
        )
        words = str(_("Youth Voice")), str(_("Printed on %(day)s", day=formats.format_long_day(today)))
    return words, Markup(page)  # noqa: S704 - a template of ours, escaped there


def render_paper(session: Session, edition: store.Edition, caller: Caller, language: str, audience: str = "") -> str:
    """One A4 page of a view in a language, or the nearest that it has.

    Args:
        session: only read.
        edition: approved.
        caller: who prints; the page names the helpline of one of the caller's sites.
        language: requested; empty for the reader's own.
        audience: whose view; if empty, that of guardians, else the only one.
    """
    publication = edition.rows[audience] if audience else edition.first
    chosen = render.best_language(publication.frozen, language or languages.chosen())
    languages.set_language(chosen)
    site_ids = sorted(edition.site_ids & caller.site_ids)
    today = today_at_sites(session, site_ids)
    with force_locale(chosen):
        reply = adult_answers.load_reply_view(session, publication.frozen, today)
        return render_template(
            "publications/guardians/view.html",
            view=render.render_view(publication.frozen, chosen, reply.to),
            told=reply,
            themes=letter_themes.theme_words(session, publication.frozen),
            committees=adult_answers.list_committee_replies(session, site_ids[:1], today),
            site_facts=find_site(session, site_ids[0]),
            sent_on=publication.sent_on,
            **more_for_review(session, edition, audience, chosen),
            printed_on=today,
            token="",
            others=[],
            language=chosen,
            language_tag=languages.tag(chosen),
            direction=languages.direction(chosen),
        )
