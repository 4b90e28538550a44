"""Sessions at schools: which, with whose permission, what was heard, what was changed because of them - HTTP only."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import current, log, needs, require
from youthvoice.accountability.labels import kind as kind_of_answer
from youthvoice.accountability.ports.publications import views
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.surveys.rounds import labels as page_words
from youthvoice.surveys.rounds import listing
from youthvoice.surveys.school_sessions import form_adapter as session_page
from youthvoice.surveys.school_sessions import labels as session_words
from youthvoice.surveys.school_sessions import store as session_store
from youthvoice.surveys.school_sessions.forms import HeardForm, PutAwayForm, SentenceForm, SessionForm
from youthvoice.surveys.school_sessions.rules import refusal_to_archive
from youthvoice.surveys.school_sessions.store import SessionFacts
from youthvoice.web.i18n import languages

pages = Blueprint("sessions", __name__, url_prefix="/staff/sessions")
_ORDER = ("asked", "to_fill", "coming", "answered", "archived")


@pages.context_processor
def _words() -> dict[str, object]:
    caller = current()
    return {"may": caller.may if caller else None, "words": session_words, "named": page_words.named}


@pages.get("/")
@needs("sessions.see")
def index() -> ResponseReturnValue:
    """The sessions of every site of the caller's; what waits for an answer on top."""
    session, caller = db.session(), require()
    sites = places.sites_of(session, caller.site_ids)
    found = session_store.of_sites(session, running.keyring(), caller.site_ids)
    listed = [
        (site, _in_order(places.facts(site), [one for one in found if one.draft.site_id == site.id])) for site in sites
    ]
    return render_template("surveys/sessions.html", listed=listed)


def _in_order(site: SiteFacts, found: Sequence[SessionFacts]) -> list[tuple[SessionFacts, str, bool]]:
    """Each with the code of its state, and whether its answer is late."""
    today = running.today(site.time_zone)
    shown = [(one, one.state(today), not one.is_answered and one.draft.due < today) for one in found]
    return sorted(shown, key=lambda row: (not row[2], _ORDER.index(row[1])))


@pages.route("/add", methods=["GET", "POST"])
@needs("sessions.make")
def add() -> ResponseReturnValue:
    """Write a session down, held or planned."""
    session, caller = db.session(), require()
    slug = request.args.get("round", "")[:30]
    form = SessionForm(data=session_page.start(session, slug, caller.site_ids))
    session_page.offer(session, form, caller.site_ids)
    if form.validate_on_submit():
        draft = session_page.draft_of(form)
        if not session_page.put(form, draft):
            made = session_store.add(
                session, running.keyring(), draft, session_page.about(draft), running.today(), log()
            )
            session.commit()
            flash(_("It is kept. Whoever held it says what was heard; until its day somebody says what was changed."))
            return redirect(url_for(".one", session_id=made), 303)
    return render_template("surveys/session_add.html", form=form), 422 if form.errors else 200


def _session(session_id: int) -> SessionFacts:
    return session_store.find(db.session(), running.keyring(), session_id, require().site_ids) or abort(404)


def _site(one: SessionFacts) -> SiteFacts:
    return places.facts(places.site(db.session(), one.draft.site_id) or abort(404))


def _page(one: SessionFacts, heard: HeardForm | None = None, sentence: SentenceForm | None = None) -> str:
    session, site, caller = db.session(), _site(one), require()
    heard = heard or HeardForm(formdata=None, data={"children": one.heard.children, "themes": one.heard.themes})
    heard.offer()
    rounds = [
        (facts, listing.shown(session, facts), views().said(session, facts.slug, "", languages.chosen()))
        for facts in one.rounds
    ]
    given = one.owed.reply() if one.owed else None
    today = running.today(site.time_zone)
    return render_template(
        "surveys/session.html",
        one=one,
        site=site,
        state=one.state(today),
        late=not one.is_answered and one.draft.due < today,
        rounds=rounds,
        given=given,
        given_kind=kind_of_answer(given.kind) if given else "",
        heard=heard if caller.may("sessions.fill") and one.draft.held_by == caller.person_id else None,
        sentence=sentence or SentenceForm.asking(site.languages, one.heard.sentence),
        away=PutAwayForm(formdata=None),
        why_not=refusal_to_archive(is_answered=one.is_answered, is_filled=one.heard.children is not None),
        form=None,
    )


@pages.get("/<int:session_id>")
@needs("sessions.see")
def one(session_id: int) -> ResponseReturnValue:
    """One session: what was fixed, what was heard, what was changed."""
    return _page(_session(session_id))


@pages.post("/<int:session_id>/heard")
@needs("sessions.fill")
def heard(session_id: int) -> ResponseReturnValue:
    """Whoever held it says how many children were there and what was talked about."""
    found, form = _session(session_id), HeardForm()
    form.offer()
    if found.draft.held_by != require().person_id or found.archived_on:
        abort(403)
    if not form.validate_on_submit():
        return _page(found, heard=form), 422
    told = replace(found.heard, children=form.children.data, themes=tuple(form.themes.data or ()))
    if told.themes != found.heard.themes:
        told = replace(told, sentence={})  # an advocate agreed to other words
    session_store.hear(db.session(), running.keyring(), found.id, told, log())
    db.session().commit()
    flash(_("It is kept."))
    return redirect(url_for(".one", session_id=found.id), 303)


@pages.post("/<int:session_id>/sentence")
@needs("sessions.agree")
def sentence(session_id: int) -> ResponseReturnValue:
    """The advocates agree what children read of it."""
    found = _session(session_id)
    form = SentenceForm.asking(_site(found).languages, found.heard.sentence)
    if found.archived_on:
        abort(410)
    if not form.validate_on_submit():
        return _page(found, sentence=form), 422
    session_store.hear(db.session(), running.keyring(), found.id, replace(found.heard, sentence=form.said), log())
    db.session().commit()
    flash(_("It is kept. Children read it on their page."))
    return redirect(url_for(".one", session_id=found.id), 303)


@pages.post("/<int:session_id>/away")
@needs("sessions.make")
def away(session_id: int) -> ResponseReturnValue:
    """Put it away, once somebody has said what was changed because of it."""
    found, session = _session(session_id), db.session()
    if not PutAwayForm().validate_on_submit():
        abort(400)
    if refusal_to_archive(is_answered=found.is_answered, is_filled=found.heard.children is not None):
        return _page(found), 409
    session_store.archive(session, found.id, running.today(_site(found).time_zone), log())
    session.commit()
    flash(_("It is put away. Its line stays on the children's page."))
    return redirect(url_for(".index"), 303)
