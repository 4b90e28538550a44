"""Rounds: list, end, sit - HTTP only. They are opened in `opening_routes`."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import current, log, needs, require
from youthvoice.accounts import requests
from youthvoice.accounts import store as people
from youthvoice.accounts.sign_in.countersign import may_be_second
from youthvoice.sites import store as places
from youthvoice.surveys.rounds import labels as page_words
from youthvoice.surveys.rounds import listing, store
from youthvoice.surveys.rounds.entities import RoundFacts
from youthvoice.surveys.rounds.forms import CHECKS, EndForm, InvitedForm, SittingForm
from youthvoice.surveys.rounds.opening.preconditions import site_ready
from youthvoice.surveys.school_sessions import store as session_store

pages = Blueprint("rounds", __name__, url_prefix="/staff/rounds")


@pages.context_processor
def _words() -> dict[str, object]:
    caller = current()
    return {
        "may": caller.may if caller else None,
        "purpose_words": page_words.purpose,
        "wave_words": page_words.wave,
        "named": page_words.named,
    }


@pages.get("/")
@needs("rounds.see")
def index() -> ResponseReturnValue:
    """The rounds of every site of the caller's."""
    session, caller = db.session(), require()
    sites = places.sites_of(session, caller.site_ids)
    rounds = listing.newest_first(session, store.rounds_at(session, caller.site_ids))
    listed = [(site, [one for one in rounds if site.id in one.facts.site_ids]) for site in sites]
    ready = {site.id: site_ready(session, site.id, running.keyring().key("people"), running.now()) for site in sites}
    return render_template("surveys/rounds.html", listed=listed, ready=ready)


def _round(slug: str) -> RoundFacts:
    facts = store.round_by_slug(db.session(), slug)
    if facts is None or not require().site_ids & set(facts.site_ids):
        abort(404)
    return facts


@pages.get("/<slug>")
@needs("rounds.see")
def one(slug: str) -> ResponseReturnValue:
    """One round: what was fixed, where it stands, what can be done."""
    session, facts = db.session(), _round(slug)
    sites = places.sites_of(session, facts.site_ids)
    sittings = store.sittings(session, facts)
    return render_template(
        "surveys/round.html",
        shown=listing.shown(session, facts),
        facts=facts,
        state=facts.state(running.now()),
        sites=sites,
        sittings=sittings,
        adults=people.names(session, [sitting.person_id for sitting in sittings]),
        held=session_store.of_round(session, facts.id) if facts.purpose == "awareness" else None,
        ending=EndForm(),
        inviting=_inviting(facts),
    )


def _inviting(facts: RoundFacts) -> InvitedForm:
    form = InvitedForm(formdata=None)
    form.offer_second(may_be_second(db.session(), require().person_id, facts.site_ids))
    return form


@pages.post("/<slug>/end")
@needs("rounds.open")
def end(slug: str) -> ResponseReturnValue:
    """End a round now, for good."""
    facts = _round(slug)
    if not EndForm().validate_on_submit():
        abort(400)
    first = places.site(db.session(), facts.site_ids[0])
    day = running.today(first.time_zone if first else "UTC")
    try:
        store.end(db.session(), facts, running.now(), day, log())
    except store.NotNow:
        abort(410)
    db.session().commit()
    flash(_("The round has ended. It is counted as soon as every tablet is empty."))
    return redirect(url_for(".one", slug=slug))


@pages.post("/<slug>/invited")
@needs("rounds.open")
def invited(slug: str) -> ResponseReturnValue:
    """Say how many children a care round invited since its last closing, and ask a second adult to agree."""
    caller, form, facts = require(), InvitedForm(), _round(slug)
    form.offer_second(may_be_second(db.session(), caller.person_id, facts.site_ids))
    if not form.validate_on_submit():
        return render_template("surveys/invited.html", form=form, facts=facts), 422
    if facts.purpose != "care" or facts.closed_on is not None:
        abort(410)
    data = {"slug": slug, "invited": form.invited.data}
    asked = requests.ask(db.session(), "care", data, facts.site_ids, caller, form.second.data)
    db.session().commit()
    return redirect(url_for("requests.one", request_id=asked), 303)


@pages.route("/<slug>/sitting", methods=["GET", "POST"])
@needs("rounds.sit")
def sitting(slug: str) -> ResponseReturnValue:
    """A facilitator's script and checklist; printable."""
    facts, form = _round(slug), SittingForm()
    if facts.state(running.now()) != "open":
        abort(410)
    sites = places.sites_of(db.session(), facts.site_ids)
    if form.validate_on_submit():
        first = next(site for site in sites if site.id == facts.site_ids[0])
        names = [one.value for one in CHECKS]
        store.sit(db.session(), facts, require().person_id, running.today(first.time_zone), names)
        db.session().commit()
        flash(_("The checklist is kept. Children can begin."))
        return redirect(url_for(".one", slug=slug))
    letters = bool(store.questions_of(db.session(), facts).letter_boxes)
    shown = {"form": form, "facts": facts, "sites": sites, "adult": require().name, "letters": letters}
    return render_template("surveys/sitting.html", **shown), 422 if form.errors else 200
