"""What rooms below may know of publications: where a view stands, and its bands; see `answers.views`."""

from collections.abc import Collection, Mapping

from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.publications import render as showing
from youthvoice.publications import status_store as standing_store
from youthvoice.surveys.rounds import answer_due as owing
from youthvoice.surveys.rounds import store as surveys


def standings(session: Session, round_ids: Collection[int]) -> Mapping[int, str]:
    """By round, where its newest view stands."""
    return standing_store.standings(session, round_ids)


def said(session: Session, subject: str, part: str, language: str) -> Markup:
    """The approved findings of a round as guardians see them: of one question, or of all."""
    facts = surveys.round_by_slug(session, subject)
    rounds = owing.asking(session, facts) if facts else []
    views = (standing_store.approved_for_guardians(session, running.keyring(), one.id) for one in reversed(rounds))
    frozen = next((view for view in views if view), None)  # of a pair the last there is: it compares both
    if frozen is None:
        return Markup()
    chosen = showing.best(frozen, language)
    with force_locale(chosen):
        found = [one for one in showing.view(frozen, chosen).findings if part in {"", one.name}]
        page = render_template("publications/said.html", findings=found, frozen_language=chosen)
    return Markup(page)  # noqa: S704 - a template of ours, escaped there
