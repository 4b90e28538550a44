"""What packages below may know of publications: the state of a view, and its findings."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final

from flask import render_template
from flask_babel import force_locale, gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts.store import names_of_people
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.publications import adult_answers, render, store
from youthvoice.publications.encryption import Publication
from youthvoice.publications.guardians.subscriptions import find_views_on_rhythm, first_days_covered, list_subscriptions
from youthvoice.publications.render import RenderedFinding
from youthvoice.publications.rhythm import FAMILIES
from youthvoice.reviews.pack import SiteFinding, SiteView
from youthvoice.sites.store import get_site, list_all_sites, list_sites
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.results import PublishedRound, SiteLetters
from youthvoice.surveys.rounds.status import waves_of_round
from youthvoice.surveys.rounds.store import find_round


def standings(session: Session, round_ids: Collection[int]) -> Mapping[int, str]:
    """The state of the newest view of each round."""
    view_states = store.list_view_states(session, round_ids)
    approved = [view for view, state in view_states.values() if state == store.APPROVED]
    sites = {site.id for site in list_all_sites(session)} if approved else set()
    on_rhythm = find_views_on_rhythm(session, approved, sites) if approved else set()
    return {round_id: "on_rhythm" if view in on_rhythm else state for round_id, (view, state) in view_states.items()}


def said(session: Session, subject: str, part: str, language: str) -> Markup:
    """The approved findings of a round as guardians see them: of one question, or of all."""
    round_ = find_round(session, subject)
    rounds = waves_of_round(session, round_) if round_ else []
    views = (store.find_guardians_view(session, round_.id) for round_ in reversed(rounds))
    frozen = next((view for view in views if view), None)  # of a pair the later view, which compares both
    if frozen is None:
        return Markup()
    chosen = render.best_language(frozen, language)
    with force_locale(chosen):
        rendered_findings = [
            finding for finding in render.render_view(frozen, chosen).findings if part in {"", finding.name}
        ]
        unknown = render.unknown_sentences(frozen, rendered_findings)
        hidden = [finding.question_text for finding in rendered_findings if finding.is_hidden]
        template_values = {
            "findings": rendered_findings,
            "unknown": unknown,
            "hidden": hidden,
            "frozen_language": chosen,
        }
        page = render_template("publications/guardian_findings.html", **template_values)
    return Markup(page)  # noqa: S704 - a template of ours, escaped there


def of_round(session: Session, rounds: Sequence[Round], caller: Caller, language: str) -> PublishedRound | None:
    """The newest view of a single round or a pair; before its approval only for those who may approve it."""
    states = (*store.VISIBLE_STATES, *((store.WAITING, store.SENT_BACK) if caller.may("publications.approve") else ()))
    editions = store.list_editions(session, caller.site_ids, states, [round_.id for round_ in rounds])
    if not editions:
        return None
    edition = max(editions, key=lambda edition: (edition.first.round_id, edition.first.version, edition.first.id))
    first = edition.first
    approver = names_of_people(session, [first.approved_by]) if first.approved_by else {}
    return PublishedRound(
        slug=first.slug,
        state=first.state,
        approved_on=first.approved_on,
        approver=next(iter(approver.values()), ""),
        findings=said(session, rounds[-1].slug, "", language),
        letters=_letters(session, edition, caller) if "guardians" in edition.rows else (),
        audiences=tuple(row for row in edition.rows if row != "review" or caller.may("publications.review")),
    )


def _letters(session: Session, edition: store.Edition, caller: Caller) -> tuple[SiteLetters, ...]:
    """The letters of each site of the caller: when they were sent, or when they will go out automatically."""
    site_ids, first = edition.site_ids & caller.site_ids, edition.first
    first_days = first_days_covered(session, site_ids)
    sites = {site.id: site for site in list_sites(session, site_ids)}
    subscriptions = list_subscriptions(session, site_ids)
    letters = []
    for site_row in store.list_publication_sites(session, first):
        if site_row.site_id not in sites:
            continue
        today = context.today(sites[site_row.site_id].time_zone)
        day = first_days.get(site_row.site_id)
        is_automatic = day is not None and first.approved_on is not None and day <= first.approved_on
        days = [
            subscription.next_on(today)
            for subscription in subscriptions
            if subscription.site_id == site_row.site_id and subscription.audience in FAMILIES
        ]
        leaves_on = min(days, default=None) if is_automatic and not site_row.sent_on else None
        letters.append(SiteLetters(sites[site_row.site_id].name, site_row.sent_on, leaves_on))
    return tuple(letters)


_MAX_VIEWS: Final = 3

_MAX_FINDINGS: Final = 4  # of each view, in the order of `render_view`

_MAX_BARS: Final = 3


def views_of_site(  # noqa: PLR0913, PLR0917 - as `SiteViews`
    session: Session, site_id: int, language: str, first: date, last: date, audience: str
) -> list[SiteView]:
    """The newest approved views of a site, for the pack of a review: only frozen sentences and bands (A5)."""
    today = context.today(get_site(session, site_id).time_zone)
    views = store.list_views_on_board(session, site_id, audience)
    latest_first = sorted(
        ((day, round_id, slug) for slug, round_id, day in views if first <= day <= last), reverse=True
    )
    publications = (_open_or_none(session, slug) for _day, _round_id, slug in latest_first[:_MAX_VIEWS])
    return [_site_view(session, publication, language, today) for publication in publications if publication]


def _open_or_none(session: Session, slug: str) -> Publication | None:
    """A view; None if the present key files cannot decrypt it."""
    try:
        return store.find_publication_by_slug(session, slug)
    except (CannotOpen, KeyGone):
        return None


def _site_view(session: Session, publication: Publication, language: str, today: date) -> SiteView:
    """One view for the pack of a review, in the language of the pack."""
    frozen = publication.frozen
    chosen = render.best_language(frozen, language)
    with force_locale(chosen):
        reply = adult_answers.load_reply_view(session, frozen, today)
        view = render.render_view(frozen, chosen, reply.to)
        rendered_findings = view.findings[:_MAX_FINDINGS]
        return SiteView(
            slug=publication.slug,
            title=view.title,
            day=publication.approved_on or publication.made_on,
            language=chosen,
            answered=view.answered,
            findings=tuple(_site_finding(finding, reply.to.get(finding.name, ())) for finding in rendered_findings),
            unknown=" ".join(render.unknown_sentences(frozen, rendered_findings)),
            replies=(*reply.did, *reply.could_not),
            waits=reply.waits,
        )


def _site_finding(finding: RenderedFinding, reply: adult_answers.ReplyRow | tuple[()]) -> SiteFinding:
    """One finding for the pack of a review."""
    first_bar = 1 if finding.beads else 0  # its sentence contains the first band
    bars = tuple(bar[:3] for bar in finding.bars[first_bar:_MAX_BARS])
    if finding.none_stands_out:
        bars = (("", str(_("No answer stood out.")), ""),)
    return SiteFinding(finding.sentence, bars, finding.changed, reply)
