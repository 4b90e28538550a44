"""Elections and representatives, for the adults who run them - HTTP only."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from youthvoice import context, db
from youthvoice.access.guard import caller_if_any, caller_log, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.agreement import ask_second, list_possible_seconds
from youthvoice.committees import labels as committees_labels, status
from youthvoice.committees.elections import ballot_box, form_adapter, forms, labels
from youthvoice.committees.elections.rules import BY_ADULTS, NOMINATION, Election, ElectionOpening, ElectionRefusal
from youthvoice.committees.elections.store import call_off_election, find_election, list_elections
from youthvoice.committees.entities import Committee
from youthvoice.committees.representatives import picture_sign_in, rules, store
from youthvoice.committees.store import committee_time_zone, find_visible_committee
from youthvoice.errors import Refused
from youthvoice.sites.tablets.pairing import CODE_LASTS
from youthvoice.slips.labels import DEAL_REFUSALS
from youthvoice.slips.store import deal_slips, withdraw_slips
from youthvoice.web import form_page, random_ids
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.i18n.formats import local_time

elections_pages = StaffBlueprint("elections", __name__, url_prefix="/staff", menu="committees.index")


@elections_pages.context_processor
def _election_words() -> dict[str, object]:
    caller = caller_if_any()
    return {"say": committees_labels, "elections": labels, "may": caller.may if caller else None, "ngettext": ngettext}


@elections_pages.get("/committees/<int:committee_id>/elections")
@permission_required("committees.count")
def index(committee_id: int) -> ResponseReturnValue:
    """The elections of one committee."""
    committee = _committee_or_404(committee_id)
    elections = list_elections(db.session(), [committee.id])
    zone = committee_time_zone(db.session(), committee)
    return render_template("committees/elections/index.html", committee=committee, found=elections, zone=zone)


@elections_pages.route("/committees/<int:committee_id>/elections/open", methods=["GET", "POST"])
@permission_required("committees.elect")
def open_election(committee_id: int) -> ResponseReturnValue:
    """Open an election or a nomination; everything that keeps it from opening is shown together."""
    caller = current_caller()
    with db.reading(db.engine()) as session:
        committee = find_visible_committee(session, committee_id, caller) or abort(404)
        zone = committee_time_zone(session, committee)
        election = find_election(session, request.args.get("again", ""))
    if not committee.kind.posts:
        abort(404)
    tied_candidates = (
        election.body.standing
        if election and election.committee_id == committee.id and election.state == "again"
        else ()
    )
    form = forms.OpenElectionForm.of_committee(committee, context.today(zone), tied_candidates)
    if committee.kind.balance:
        form.offer_second(list_possible_seconds(db.session(), caller.person_id, [committee.site_id]))
    tied_slug = election.slug if tied_candidates and election else ""
    if form.validate_on_submit():
        opening = form_adapter.to_opening(form, zone)
        election_refusals = form_adapter.list_refusals(db.session(), committee, opening, context.now())
        if not election_refusals and (response := _open_or_ask_second(form, committee, opening, tied_slug)):
            return response
        for election_refusal in election_refusals:
            form.show_refusal(election_refusal)
    template_values = {"committee": committee, "again": tied_slug, "shelf": rules.CANDIDATE_PICTURES}
    return form_page.show_form("committees/elections/open.html", form, **template_values)


def _open_or_ask_second(
    form: forms.OpenElectionForm, committee: Committee, opening: ElectionOpening, tied: str
) -> ResponseReturnValue | None:
    """Open the election; or ask a second adult, if a balance is required. None if the form shows why not."""
    session, where = db.session(), (form.where.data or "").strip() if "where" in form else ""
    if committee.kind.balance:
        data = form_adapter.to_request_data(committee, opening, where, tied)
        request_id = ask_second(session, "election", data, [committee.site_id], current_caller(), form.second.data)
        return redirect(url_for("people.show_request", request_id=request_id), 303)
    slug = form_adapter.open_election(
        session, committee, opening, current_caller().person_id, caller_log(), where, tied
    )
    if isinstance(slug, ElectionRefusal):
        session.rollback()
        form.show_refusal(slug)
        return None
    flash(_("It is open."))
    return redirect(url_for(".detail", slug=slug), 303)


@elections_pages.get("/elections/<slug>")
@permission_required("committees.count")
def detail(slug: str) -> ResponseReturnValue:
    """One election: candidates, way, end, and next steps."""
    election, committee = _election_or_404(slug)
    return _page(election, committee)


@elections_pages.post("/elections/<slug>/slips")
@permission_required("committees.elect")
def deal(slug: str) -> ResponseReturnValue:
    """Deal slips and show them once."""
    election, committee = _election_or_404(slug)
    if not election.is_open_at(context.now()):
        abort(410)
    deal_slips_form = forms.DealSlipsForm()
    if not deal_slips_form.validate_on_submit():
        return _page(election, committee, deal_slips_form=deal_slips_form)
    session, voters = db.session(), election.body.voters
    try:
        if deal_slips_form.anew.data:
            withdraw_slips(session, election.slips)
        dealt = deal_slips(session, election.slips, deal_slips_form.number.data, most=voters)
    except Refused as refused:
        session.rollback()
        deal_slips_form.number.errors = [DEAL_REFUSALS[refused.code]]
        return _page(election, committee, deal_slips_form=deal_slips_form)
    caller_log().add(session, "slips.anew" if deal_slips_form.anew.data else "slips.deal", slug)
    return render_template("committees/elections/slips.html", election=election, committee=committee, slips=dealt)


@elections_pages.route("/elections/<slug>/count", methods=["GET", "POST"])
@permission_required("committees.count")
def count(slug: str) -> ResponseReturnValue:
    """Enter one adult's count; the other adult's count is never shown."""
    election, committee = _election_or_404(slug)
    if not election.is_running or election.way not in BY_ADULTS:
        abort(410)
    form = forms.ElectionCountForm.of_candidates(election.body.standing)
    if not form.validate_on_submit():
        return form_page.show_form("committees/elections/count.html", form, election=election, committee=committee)
    person = current_caller().person_id
    count_outcome = ballot_box.enter_count(db.session(), election, form.count(), person, context.now(), caller_log())
    flash(str(labels.COUNT_OUTCOMES[count_outcome]))
    return redirect(url_for(".detail", slug=slug), 303)


@elections_pages.post("/elections/<slug>/confirm")
@permission_required("committees.count")
def confirm(slug: str) -> ResponseReturnValue:
    """Confirm a nomination, by another adult or by the minutes."""
    election, committee = _election_or_404(slug)
    confirm_nomination_form = _confirm_form(election)
    if election.way != NOMINATION or not election.is_running:
        abort(410)
    if not confirm_nomination_form.validate_on_submit():
        abort(400)
    if not ballot_box.may_confirm_nomination(
        db.session(), election, current_caller().person_id, confirm_nomination_form.meeting.data
    ):
        confirm_nomination_form.meeting.errors = [
            _("You entered it: another adult confirms it, or the minutes of a meeting.")
        ]
        return _page(election, committee, confirm_nomination_form=confirm_nomination_form)
    ballot_box.confirm_nomination(db.session(), election, context.now(), caller_log())
    flash(_("It is confirmed. Her term begins today."))
    return redirect(url_for(".detail", slug=slug), 303)


@elections_pages.post("/elections/<slug>/close")
@permission_required("committees.elect")
def close(slug: str) -> ResponseReturnValue:
    """Count now: the end has come, or every child has voted."""
    election, _of = _election_or_404(slug)
    if not PlainForm().validate_on_submit():
        abort(400)
    session, now = db.session(), context.now()
    if now < election.ends_at and not ballot_box.all_have_voted(session, election):
        flash(_("Not everybody has voted yet, and its hour has not come. It goes on."), "note")
        return redirect(url_for(".detail", slug=slug), 303)
    ballot_box.close(session, election.id, now, caller_log())
    session.commit()  # a key ends once every transaction sees that its election is over
    ballot_box.end_unused_keys(db.engine())
    return redirect(url_for(".detail", slug=slug), 303)


@elections_pages.post("/elections/<slug>/call-off")
@permission_required("committees.elect")
def call_off(slug: str) -> ResponseReturnValue:
    """End an election without counting; children see that it was called off."""
    election, _of = _election_or_404(slug)
    if not PlainForm().validate_on_submit():
        abort(400)
    if not call_off_election(db.session(), election.id, context.now(), caller_log()):
        abort(410)
    db.session().commit()  # as above
    ballot_box.end_unused_keys(db.engine())
    flash(_("It is called off. Everything that was cast or counted is deleted."))
    return redirect(url_for(".detail", slug=slug), 303)


def _page(
    election: Election,
    committee: Committee,
    deal_slips_form: forms.DealSlipsForm | None = None,
    confirm_nomination_form: forms.ConfirmNominationForm | None = None,
) -> ResponseReturnValue:
    zone = committee_time_zone(db.session(), committee)
    wrong = bool(
        (deal_slips_form and deal_slips_form.errors) or (confirm_nomination_form and confirm_nomination_form.errors)
    )
    template = render_template(
        "committees/elections/election.html",
        election=election,
        committee=committee,
        zone=zone,
        deal=deal_slips_form or forms.DealSlipsForm(formdata=None, data={"number": election.body.voters}),
        confirm=confirm_nomination_form or _confirm_form(election),
        form=PlainForm(formdata=None),
        leaving=form_adapter.list_post_endings(db.session(), committee, election),
        seat=form_adapter.find_winner(db.session(), committee, election),
        mine=election.counted_by == current_caller().person_id,
        opened_it=election.opened_by == current_caller().person_id,
    )
    return template, 422 if wrong else 200


def _confirm_form(election: Election) -> forms.ConfirmNominationForm:
    confirm_nomination_form = forms.ConfirmNominationForm()
    confirm_nomination_form.offer(ballot_box.list_approved_minutes(db.session(), election))
    return confirm_nomination_form


def _committee_or_404(committee_id: int) -> Committee:
    return find_visible_committee(db.session(), committee_id, current_caller()) or abort(404)


def _election_or_404(slug: str) -> tuple[Election, Committee]:
    election = find_election(db.session(), slug) or abort(404)
    return election, _committee_or_404(election.committee_id)


@elections_pages.get("/committees/<int:committee_id>/representatives")
@permission_required("representatives.manage")
def list_representatives(committee_id: int) -> ResponseReturnValue:
    """The representatives, until when, and former ones who have not handed over."""
    committee = _committee_or_404(committee_id)
    day, representatives = _today(committee), store.list_representatives(db.session(), committee.id)
    by_state = {
        "now": [representative for representative in representatives if representative.is_in_office(day)],
        "gone": [representative for representative in representatives if rules.is_to_hand_over(representative, day)],
    }
    days_left = {representative.key: rules.days_left_in_term(representative, day) for representative in by_state["now"]}
    soon = {key: days for key, days in days_left.items() if days <= rules.REMIND_DAYS}
    picture_dates = status.list_picture_dates(db.session(), committee)
    template_values = {"committee": committee, "soon": soon, "form": PlainForm(), "given": picture_dates, **by_state}
    return render_template("committees/representatives/index.html", **template_values)


@elections_pages.post("/committees/<int:committee_id>/representatives/<representative>/word")
@permission_required("representatives.manage")
def show_code_word(committee_id: int, representative: str) -> ResponseReturnValue:
    """Show once a word with which a representative gets new pictures at a tablet; the old pictures stop working."""
    committee, child = _representative_or_404(committee_id, representative)
    if not child.is_in_office(_today(committee)):
        abort(404)
    word = picture_sign_in.new_word(db.session(), child, current_caller().person_id, _today(committee))
    caller_log().add(db.session(), "representative.word", str(committee.id))
    until = local_time(context.now() + CODE_LASTS, committee_time_zone(db.session(), committee)).strftime("%H:%M %Z")
    return render_template(
        "committees/representatives/new_word.html", committee=committee, one=child, word=word, until=until
    )


@elections_pages.route("/committees/<int:committee_id>/representatives/<representative>/end", methods=["GET", "POST"])
@permission_required("representatives.manage")
def end_term(committee_id: int, representative: str) -> ResponseReturnValue:
    """End a term early, with a reason."""
    committee, child = _representative_or_404(committee_id, representative)
    if not child.is_in_office(_today(committee)):
        abort(404)
    form = forms.EndTermForm.new()
    if form.validate_on_submit():
        store.end_term(db.session(), child, _today(committee), form.why.data)
        message = _("%(nickname)s is no longer in office.", nickname=child.nickname)
        return _log_and_list("representative.end", committee, message)
    return form_page.show_form("committees/representatives/end.html", form, committee=committee, one=child)


@elections_pages.post("/committees/<int:committee_id>/representatives/<representative>/handed-over")
@permission_required("representatives.manage")
def record_hand_over(committee_id: int, representative: str) -> ResponseReturnValue:
    """Record that the facilitator handed over open items, in place of a child who has left."""
    committee, child = _representative_or_404(committee_id, representative)
    if not rules.is_to_hand_over(child, _today(committee)):
        abort(404)
    store.record_hand_over(db.session(), child.id, _today(committee))
    return _log_and_list("representative.handed_over", committee, _("What is open was handed over."))


def _log_and_list(action: str, committee: Committee, message: str) -> ResponseReturnValue:
    caller_log().add(db.session(), action, str(committee.id))
    flash(message)
    return redirect(url_for("elections.list_representatives", committee_id=committee.id), 303)


def _representative_or_404(committee_id: int, representative: str) -> tuple[Committee, rules.Representative]:
    committee, raw_id = _committee_or_404(committee_id), random_ids.read_submission_id(representative) or abort(404)
    child = store.find_representative(db.session(), raw_id)
    if child is None or child.committee_id != committee.id:
        abort(404)
    return committee, child


def _today(committee: Committee) -> date:
    return context.today(committee_time_zone(db.session(), committee))
