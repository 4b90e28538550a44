"""Elections, for the adults who hold them: open, deal slips, count, confirm, end - HTTP only."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db, running
from youthvoice.access.guard import Caller, current, log, needs, require
from youthvoice.committees import (
    ballots,
    election_counts,
    election_page,
    election_store,
    election_words,
    standing,
    words,
)
from youthvoice.committees.candidate_pictures import SHELF
from youthvoice.committees.election_facts import ElectionFacts
from youthvoice.committees.election_forms import ConfirmForm, CountForm, DealForm, OpenElectionForm
from youthvoice.committees.elections import BY_ADULTS, NOMINATION, Refusal
from youthvoice.committees.facts import CommitteeFacts
from youthvoice.places.forms import PlainForm
from youthvoice.slips import store as slips
from youthvoice.slips.store import TooMany

pages = Blueprint("elections", __name__, url_prefix="/staff", template_folder="templates")


@pages.context_processor
def _words() -> dict[str, object]:
    caller = current()
    return {"say": words, "elections": election_words, "may": caller.may if caller else None}


@pages.get("/committees/<int:committee_id>/elections")
@needs("committees.count")
def index(committee_id: int) -> ResponseReturnValue:
    """The elections of one committee."""
    committee = _committee(committee_id)
    found = election_store.of(db.session(), running.keyring(), [committee.id])
    zone = standing.zone_of(db.session(), committee)
    return render_template("committees/elections.html", committee=committee, found=found, zone=zone)


@pages.route("/committees/<int:committee_id>/elections/open", methods=["GET", "POST"])
@needs("committees.elect")
def open_(committee_id: int) -> ResponseReturnValue:
    """Open an election, or a nomination; everything that keeps it from opening is said at once."""
    caller, keyring = require(), running.keyring()
    with db.reading(db.engine()) as session:
        committee = standing.found(session, committee_id, caller) or abort(404)
        zone = standing.zone_of(session, committee)
        again = election_store.find(session, keyring, request.args.get("again", ""))
    if not committee.kind.posts:
        abort(404)
    tied = again.body.standing if again and again.committee_id == committee.id and again.state == "again" else ()
    form = OpenElectionForm.for_(committee, running.today(zone), tied)
    if form.validate_on_submit():
        opening = election_page.opening_of(form, zone)
        with db.reading(db.engine()) as session:
            found = election_page.weighed(session, committee, opening, running.now())
        if not found and _signed(form, caller, committee):
            if isinstance(slug := _opened(form, committee, zone), str):
                if tied and again:
                    election_store.forget_standing(db.session(), keyring, again.slug)
                db.session().commit()
                flash(_("It is open."))
                return redirect(url_for(".one", slug=slug), 303)
            db.session().rollback()
            found = (slug,)
        for one_ in found:
            form.put(one_)
    shown = {"committee": committee, "form": form, "again": again.slug if tied and again else "", "shelf": SHELF}
    return render_template("committees/election_open.html", **shown), 422 if form.errors else 200


def _signed(form: OpenElectionForm, caller: Caller, committee: CommitteeFacts) -> bool:
    """Where a balance is asked for a second adult signs; slow, so before the first write."""
    if not committee.kind.balance:
        return True
    return form.signed_by(caller.person_id, [committee.site_id]) is not None


def _opened(form: OpenElectionForm, committee: CommitteeFacts, zone: str) -> str | Refusal:
    """The slug of the new election; why not, where somebody else opened one or closed the committee a moment ago."""
    session, opening = db.session(), election_page.opening_of(form, zone)
    if not election_store.hold(session, committee.id):
        return Refusal("committee_closed", "post")
    if election_store.runs(session, committee.id, opening.post):
        return Refusal("runs_already", "post")
    where = (form.where.data or "").strip() if opening.way == NOMINATION else ""
    return election_store.add(session, running.keyring(), committee.id, opening, require().person_id, log(), where)


@pages.get("/elections/<slug>")
@needs("committees.count")
def one(slug: str) -> ResponseReturnValue:
    """One election: who stands, how, until when, and what comes next."""
    election, committee = _election(slug)
    return _page(election, committee)


@pages.post("/elections/<slug>/slips")
@needs("committees.elect")
def deal(slug: str) -> ResponseReturnValue:
    """Deal slips and show them: this once."""
    election, committee = _election(slug)
    if not election.is_open_at(running.now()):
        abort(410)
    form = DealForm()
    if not form.validate_on_submit():
        return _page(election, committee, deal=form)
    session, keyring, voters = db.session(), running.keyring(), election.body.voters
    try:
        dealt = slips.deal(session, keyring, election.slips, form.number.data, most=voters)
    except TooMany:
        session.rollback()
        form.number.errors = [_("That is more than may still vote. Deal fewer.")]
        return _page(election, committee, deal=form)
    log().add(session, "slips.deal", slug)
    session.commit()
    return render_template("committees/election_slips.html", election=election, committee=committee, slips=dealt)


@pages.route("/elections/<slug>/count", methods=["GET", "POST"])
@needs("committees.count")
def count(slug: str) -> ResponseReturnValue:
    """One adult's count; of the other's she sees nothing."""
    election, committee = _election(slug)
    if not election.is_running or election.way not in BY_ADULTS:
        abort(410)
    form = CountForm.for_(election.body.standing)
    if not form.validate_on_submit():
        shown = {"election": election, "committee": committee, "form": form}
        return render_template("committees/election_count.html", **shown), 422 if form.errors else 200
    person = require().person_id
    said = election_counts.enter(db.session(), running.keyring(), election, form.count(), person, running.now(), log())
    db.session().commit()
    flash(election_words.counted(said))
    return redirect(url_for(".one", slug=slug), 303)


@pages.post("/elections/<slug>/confirm")
@needs("committees.count")
def confirm(slug: str) -> ResponseReturnValue:
    """A nomination is confirmed by another adult, or by the minutes."""
    election, committee = _election(slug)
    form = _confirming(election)
    if election.way != NOMINATION or not election.is_running:
        abort(410)
    if not form.validate_on_submit():
        abort(400)
    if not election_counts.may_confirm(db.session(), election, require().person_id, form.meeting.data):
        form.meeting.errors = [_("You entered it: another adult confirms it, or the minutes of a meeting.")]
        return _page(election, committee, confirm=form)
    election_counts.confirm(db.session(), running.keyring(), election, running.now(), log())
    db.session().commit()
    flash(_("It is confirmed. Her term begins today."))
    return redirect(url_for(".one", slug=slug), 303)


@pages.post("/elections/<slug>/close")
@needs("committees.elect")
def close(slug: str) -> ResponseReturnValue:
    """Count now: its hour has come, or every child has voted."""
    election, _of = _election(slug)
    if not PlainForm().validate_on_submit():
        abort(400)
    session, now = db.session(), running.now()
    if now < election.ends_at and not ballots.all_have_voted(session, election):
        flash(_("Not everybody has voted yet, and its hour has not come. It goes on."))
        return redirect(url_for(".one", slug=slug), 303)
    ballots.close(session, running.keyring(), election.id, now, log())
    session.commit()
    ballots.end_unused(db.engine(), running.keyring())
    return redirect(url_for(".one", slug=slug), 303)


@pages.post("/elections/<slug>/call-off")
@needs("committees.elect")
def call_off(slug: str) -> ResponseReturnValue:
    """End it without counting; the children are told so."""
    election, _of = _election(slug)
    if not PlainForm().validate_on_submit():
        abort(400)
    if not election_store.call_off(db.session(), running.keyring(), election.id, running.now(), log()):
        abort(410)
    db.session().commit()
    ballots.end_unused(db.engine(), running.keyring())
    flash(_("It is called off. Everything that was cast or counted is deleted."))
    return redirect(url_for(".one", slug=slug), 303)


def _page(
    election: ElectionFacts, committee: CommitteeFacts, deal: DealForm | None = None, confirm: ConfirmForm | None = None
) -> ResponseReturnValue:
    zone = standing.zone_of(db.session(), committee)
    wrong = bool((deal and deal.errors) or (confirm and confirm.errors))
    shown = render_template(
        "committees/election.html",
        election=election,
        committee=committee,
        zone=zone,
        deal=deal or DealForm(formdata=None, data={"number": election.body.voters}),
        confirm=confirm or _confirming(election),
        form=PlainForm(formdata=None),
        leaving=election_page.leaving(db.session(), committee, election),
        seat=election_page.seat(db.session(), committee, election),
        mine=election.counted_by == require().person_id,
        opened_it=election.opened_by == require().person_id,
    )
    return shown, 422 if wrong else 200


def _confirming(election: ElectionFacts) -> ConfirmForm:
    form = ConfirmForm()
    form.offer(election_counts.minuted(db.session(), election))
    return form


def _committee(committee_id: int) -> CommitteeFacts:
    return standing.found(db.session(), committee_id, require()) or abort(404)


def _election(slug: str) -> tuple[ElectionFacts, CommitteeFacts]:
    election = election_store.find(db.session(), running.keyring(), slug) or abort(404)
    return election, _committee(election.committee_id)
