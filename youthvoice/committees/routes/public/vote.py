"""A child votes at the tablet, with a slip - HTTP only."""

from datetime import datetime

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.committees.elections import ballot_box, labels
from youthvoice.committees.elections.rules import AT_THE_TABLET, Election
from youthvoice.committees.elections.store import find_election
from youthvoice.committees.routes.public import agenda_pages
from youthvoice.committees.store import find_committee
from youthvoice.errors import Refused
from youthvoice.sites.labels import online_by_label
from youthvoice.sites.store import CurrentTablet
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.slips.rules import slip_length
from youthvoice.slips.store import Picks, read_picks, slip_fields, slip_screens
from youthvoice.threads.child_codes.code_attempts import TooManyCodeAttempts
from youthvoice.threads.child_codes.slip_attempts import slip_attempt, slip_refusal
from youthvoice.web import headers, random_ids, rate_limits
from youthvoice.web.deliveries import is_delivered, read_form_submission_id, receipt

agenda_pages.before_request(headers.refuse_other_sites)


_NOT_GOOD = 422

_TOO_MANY = 429

_GONE = 410


@agenda_pages.get("/vote/<slug>")
def ask_vote(slug: str) -> ResponseReturnValue:
    """The page of a vote: slip, then candidates; once it is over, the result."""
    election, committee_name = _vote_or_404(slug, current_tablet() or abort(403))
    if not election.is_open_at(context.now()):
        return _render_result(election, committee_name), _GONE
    return _render_vote(election, committee_name, random_ids.new_submission_id())


@agenda_pages.post("/vote/<slug>")
@rate_limits.rate_limited(rate_limits.SENDING, by=rate_limits.client_key)
def send_vote(slug: str) -> ResponseReturnValue:
    """Record one secret vote; the same submission again is a success and counts once."""
    tablet = current_tablet() or abort(403)
    election, committee_name = _vote_or_404(slug, tablet)
    ballot_id = read_form_submission_id() or abort(400)
    if not election.is_open_at(context.now()):  # after the count the candidates are deleted
        return _show_too_late(slug, ballot_id)
    picks, choice = _read_slip(election), _read_choice(election)
    if picks is None or choice is None:
        words = _("Tap one picture first.")
        return receipt(ballot_id, late=True) if is_delivered() else _show_refusal(election, committee_name, words)
    try:
        with slip_attempt(tablet, election.slips) as attempt:
            refusal_code = _cast(election, ballot_id, choice, picks, tablet.waits_since)
            attempt.right = refusal_code != "slip"
    except TooManyCodeAttempts as error:
        return _show_refusal(election, committee_name, slip_refusal(error.code), _TOO_MANY)
    if refusal_code == "slip" and not is_delivered():
        words = _("This slip was used already, or is none of ours. Look at its pictures again.")
        return _show_refusal(election, committee_name, words)
    if refusal_code:
        return _show_too_late(slug, ballot_id)
    return receipt(ballot_id) if is_delivered() else _show_thanks(slug, ballot_id)


@agenda_pages.get("/vote/<slug>/thanks")
def thank_for_vote(slug: str) -> ResponseReturnValue:
    """What happens next."""
    election, committee_name = _vote_or_404(slug, current_tablet() or abort(403))
    return render_template(
        "committees/elections/vote_thanks.html", name=committee_name, election=election, front_href="/language"
    )


def _show_thanks(slug: str, ballot_id: bytes) -> ResponseReturnValue:
    """The response to a recorded vote.

    The tablet's worker trusts only a response that repeats the ballot number; a redirect could come from anybody.
    """
    go = url_for(".thank_for_vote", slug=slug)
    return (jsonify(sheet=ballot_id.hex(), go=go), 201) if headers.wants_json() else redirect(go, 303)


def _show_too_late(slug: str, ballot_id: bytes) -> ResponseReturnValue:
    """The response to a late vote: where the child reads the result."""
    if is_delivered():
        return receipt(ballot_id, late=True)
    if headers.wants_json():
        return jsonify(go=url_for(".ask_vote", slug=slug)), _GONE
    return redirect(url_for(".ask_vote", slug=slug), 303)


def _cast(election: Election, ballot_id: bytes, choice: int, picks: Picks, waits_since: datetime | None) -> str:
    """Cast the vote and commit. Returns why not, as `ballot_box.cast`: `over` or `slip`; empty if it was cast."""
    try:
        ballot_box.cast(db.session(), election, ballot_id, choice, picks, context.now(), waits_since)
    except Refused as refused:
        db.session().rollback()
        return refused.code
    db.session().commit()
    return ""


def _vote_or_404(slug: str, tablet: CurrentTablet) -> tuple[Election, str]:
    """A vote at the tablets of this site, and the name of its committee; read before waiting to write."""
    with db.reading(db.engine()) as session:
        election = find_election(session, slug)
        committee = find_committee(session, election.committee_id) if election else None
    if election is None or committee is None or committee.site_id != tablet.site.id or election.way != AT_THE_TABLET:
        abort(404)
    return election, committee.name


def _read_slip(election: Election) -> Picks | None:
    """The pictures of the slip that were sent; None if one is missing."""
    names = slip_fields(slip_length(election.body.voters))
    return read_picks([request.form.get(name, "") for name in names], len(names))


def _read_choice(election: Election) -> int | None:
    """The candidate that was selected; None without a choice."""
    sent = request.form.get("choice", "")
    places = {str(place): place for place in range(len(election.body.standing))}
    return {**places, "nobody": ballot_box.NOBODY}.get(sent)


def _show_refusal(election: Election, name: str, why: str, status: int = _NOT_GOOD) -> ResponseReturnValue:
    if headers.wants_json():
        return jsonify(words=str(why)), status
    return _render_vote(election, name, str(request.form["sheet"]), why), status


def _render_vote(election: Election, name: str, submission_id: str, why: str = "") -> str:
    length = slip_length(election.body.voters)
    return render_template(
        "committees/elections/vote.html",
        election=election,
        name=name,
        title_words=labels.vote_label(election.post),
        question_words=labels.vote_question_label(election.post),
        slip_screens_of=tuple(zip(slip_fields(length), slip_screens(length), strict=True)),
        sheet=submission_id,
        given=request.form,
        online_by=online_by_label(election.ends_at, (current_tablet() or abort(403)).site),
        refused=why,
        front_href="/language",
    )


def _render_result(election: Election, name: str) -> str:
    announcement_label = labels.announcement_label(election) if not election.is_running else ""
    return render_template(
        "committees/elections/vote_over.html",
        election=election,
        name=name,
        announcement=announcement_label,
        front_href="/language",
    )
