"""Elections, for the adults who hold them: open, deal slips, count, confirm, end - HTTP only."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import current, log, needs, require
from youthvoice.accounts import requests
from youthvoice.accounts.sign_in.countersign import may_be_second
from youthvoice.committees import labels as words
from youthvoice.committees import overview as standing
from youthvoice.committees.elections import ballot_box as ballots
from youthvoice.committees.elections import form_adapter as election_page
from youthvoice.committees.elections import labels as election_words
from youthvoice.committees.elections import manual_counts as election_counts
from youthvoice.committees.elections import request_kinds
from youthvoice.committees.elections import store as election_store
from youthvoice.committees.elections.entities import ElectionFacts
from youthvoice.committees.elections.forms import ConfirmForm, CountForm, DealForm, OpenElectionForm
from youthvoice.committees.elections.rules import BY_ADULTS, NOMINATION, Opening, Refusal
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.representatives.candidate_pictures import SHELF
from youthvoice.sites.forms import PlainForm
from youthvoice.slips import store as slips
from youthvoice.slips.store import TooMany

pages = Blueprint("elections", __name__, url_prefix="/staff")


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
    if committee.kind.balance:
        form.offer_second(may_be_second(db.session(), caller.person_id, [committee.site_id]))
    tied_slug = again.slug if tied and again else ""
    if form.validate_on_submit():
        opening = election_page.opening_of(form, zone)
        found = election_page.weighed(db.session(), committee, opening, running.now())
        if not found and (done := _opened_or_asked(form, committee, opening, tied_slug)):
            return done
        for one_ in found:
            form.put(one_)
    shown = {"committee": committee, "form": form, "again": tied_slug, "shelf": SHELF}
    return render_template("committees/election_open.html", **shown), 422 if form.errors else 200


def _opened_or_asked(
    form: OpenElectionForm, committee: CommitteeFacts, opening: Opening, tied: str
) -> ResponseReturnValue | None:
    """It is open; or, where a balance is asked for, a second adult is asked. None where the form says why not."""
    session, where = db.session(), (form.where.data or "").strip() if "where" in form else ""
    if committee.kind.balance:
        data = request_kinds.asked_for(committee, opening, where, tied)
        asked = requests.ask(session, "election", data, [committee.site_id], require(), form.second.data)
        session.commit()
        return redirect(url_for("requests.one", request_id=asked), 303)
    slug = request_kinds.open_election(session, committee, opening, require().person_id, log(), where, tied)
    if isinstance(slug, Refusal):
        session.rollback()
        form.put(slug)
        return None
    session.commit()
    flash(_("It is open."))
    return redirect(url_for(".one", slug=slug), 303)


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
