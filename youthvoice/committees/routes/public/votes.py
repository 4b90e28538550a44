"""A child votes at the tablet, with her slip - HTTP only."""

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.committees import store
from youthvoice.committees.elections import ballot_box as ballots
from youthvoice.committees.elections import labels as election_words
from youthvoice.committees.elections import store as election_store
from youthvoice.committees.elections.entities import ElectionFacts
from youthvoice.committees.elections.rules import AT_THE_TABLET
from youthvoice.sites.store import Here
from youthvoice.sites.tablets.current import here
from youthvoice.slips.pictures import Picks, fields, length_for, read, screens
from youthvoice.threads.child_codes import slip_attempt_limits as slip_tries
from youthvoice.threads.child_codes.attempt_limits import TooOften
from youthvoice.web import headers
from youthvoice.web.rate_limits import SENDING, at_most, whoever_asks
from youthvoice.web.responses import wants_json
from youthvoice.web.submission_ids import new_sheet, sheet_id

pages = Blueprint("vote", __name__, url_prefix="/vote")
pages.before_request(headers.refuse_other_sites)

_NOT_GOOD = 422
_TOO_MANY = 429
_GONE = 410


@pages.get("/<slug>")
def ask(slug: str) -> ResponseReturnValue:
    """Her slip, then who stands; once it is over, who won."""
    election, committee_name = _found(slug, here() or abort(403))
    if not election.is_open_at(running.now()):
        return _over(election, committee_name), _GONE
    return _asked(election, committee_name, new_sheet())


@pages.post("/<slug>")
@at_most(SENDING, by=whoever_asks)
def send(slug: str) -> ResponseReturnValue:
    """Take one secret vote; the same sheet again is a success again and counts once."""
    at = here() or abort(403)
    election, committee_name = _found(slug, at)
    ballot_id = sheet_id(request.form.get("sheet", "")) or abort(400)
    if not election.is_open_at(running.now()):  # once it is counted nobody knows any more who stood
        return _late(slug)
    picks, choice = _slip(election), _choice(election)
    if picks is None or choice is None:
        return _said(election, committee_name, _("Tap one picture first."))
    try:
        with slip_tries.tried(at, election.slips) as tried:
            over = _cast(election, ballot_id, choice, picks)
            tried.right = over is not None
    except TooOften as error:
        return _said(election, committee_name, slip_tries.words(error.code), _TOO_MANY)
    if over is None:
        words_ = _("This slip was used already, or is none of ours. Look at its pictures again.")
        return _said(election, committee_name, words_)
    if over:
        return _late(slug)
    return redirect(url_for(".thanks", slug=slug), 303)


@pages.get("/<slug>/thanks")
def thanks(slug: str) -> ResponseReturnValue:
    """What happens now."""
    election, committee_name = _found(slug, here() or abort(403))
    return render_template(
        "committees/vote_thanks.html", name=committee_name, election=election, front_href="/language"
    )


def _late(slug: str) -> ResponseReturnValue:
    """It is over: where she reads that, and what came of it."""
    if wants_json():
        return jsonify(go=url_for(".ask", slug=slug)), _GONE
    return redirect(url_for(".ask", slug=slug), 303)


def _cast(election: ElectionFacts, ballot_id: bytes, choice: int, picks: Picks) -> bool | None:
    """Whether the vote was over already; None where the slip is no good."""
    try:
        ballots.cast(db.session(), running.keyring(), election, ballot_id, choice, picks, running.now())
    except ballots.VoteIsOver:
        db.session().rollback()
        return True
    except ballots.SlipIsNoGood:
        db.session().rollback()
        return None
    db.session().commit()
    return False


def _found(slug: str, at: Here) -> tuple[ElectionFacts, str]:
    """A vote at the tablets of this site, and the name of its committee; read before anybody waits to write."""
    with db.reading(db.engine()) as session:
        election = election_store.find(session, running.keyring(), slug)
        committee = store.find(session, election.committee_id) if election else None
    if election is None or committee is None or committee.site_id != at.site.id or election.way != AT_THE_TABLET:
        abort(404)
    return election, committee.name


def _slip(election: ElectionFacts) -> Picks | None:
    names = fields(length_for(election.body.voters))
    return read([request.form.get(name, "") for name in names], len(names))


def _choice(election: ElectionFacts) -> int | None:
    sent = request.form.get("choice", "")
    known = {str(place): place for place in range(len(election.body.standing))}
    return {**known, "nobody": ballots.NOBODY}.get(sent)


def _said(election: ElectionFacts, name: str, why: str, status: int = _NOT_GOOD) -> ResponseReturnValue:
    if wants_json():
        return jsonify(words=str(why)), status
    return _asked(election, name, str(request.form["sheet"]), why), status


def _asked(election: ElectionFacts, name: str, sheet: str, why: str = "") -> str:
    length = length_for(election.body.voters)
    return render_template(
        "committees/vote.html",
        election=election,
        name=name,
        title_words=election_words.vote(election.post),
        question_words=election_words.who(election.post),
        slip_screens_of=tuple(zip(fields(length), screens(length), strict=True)),
        sheet=sheet,
        given=request.form,
        refused=why,
        front_href="/language",
    )


def _over(election: ElectionFacts, name: str) -> str:
    told = election_words.told(election) if not election.is_running else ""
    return render_template("committees/vote_over.html", election=election, name=name, told=told, front_href="/language")
