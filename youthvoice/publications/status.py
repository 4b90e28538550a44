"""What packages below may know of publications: where a view stands, and its bands; see `published_views`."""

from collections.abc import Collection, Mapping

from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice.publications import render, store
from youthvoice.publications.guardians.subscriptions import find_views_on_rhythm
from youthvoice.sites.store import list_all_sites
from youthvoice.surveys.rounds.status import rounds_of_asking
from youthvoice.surveys.rounds.store import find_round


def standings(session: Session, round_ids: Collection[int]) -> Mapping[int, str]:
    """By round, where its newest view stands."""
    found = store.list_view_states(session, round_ids)
    approved = [view for view, state in found.values() if state == store.APPROVED]
    sites = {site.id for site in list_all_sites(session)} if approved else set()
    itself = find_views_on_rhythm(session, approved, sites) if approved else set()
    return {round_id: "on_rhythm" if view in itself else state for round_id, (view, state) in found.items()}


def said(session: Session, subject: str, part: str, language: str) -> Markup:
    """The approved findings of a round as guardians see them: of one question, or of all."""
    facts = find_round(session, subject)
    rounds = rounds_of_asking(session, facts) if facts else []
    views = (store.find_guardians_view(session, one.id) for one in reversed(rounds))
    frozen = next((view for view in views if view), None)  # of a pair the last there is: it compares both
    if frozen is None:
        return Markup()
    chosen = render.best_language(frozen, language)
    with force_locale(chosen):
        found = [one for one in render.render_view(frozen, chosen).findings if part in {"", one.name}]
        unknown = render.unknown_sentences(frozen, found)
        given = {"findings": found, "unknown": unknown, "frozen_language": chosen}
        page = render_template("publications/guardian_findings.html", **given)
    return Markup(page)  # noqa: S704 - a template of ours, escaped there
