"""Rounds: open, list, end, hold a sitting, deal slips - HTTP only.

Each page of the opening stores what was typed before it continues; going back to any page loses nothing.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import SelectChoice

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.access.permissions import ADVOCATE
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accountability.store import sites_with_overdue
from youthvoice.accounts.agreement import ask_second, list_possible_seconds
from youthvoice.accounts.mail import ask_all_to_sign_in
from youthvoice.accounts.store import names_of_people
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.store import find_site, get_site, group_by_site, list_groups, list_site_names, list_sites
from youthvoice.slips.labels import DEAL_REFUSALS
from youthvoice.surveys.batches.rules import TABLETS_DAYS
from youthvoice.surveys.batches.store import list_shown_tablets
from youthvoice.surveys.questionnaires.labels import PURPOSE_LABELS
from youthvoice.surveys.questionnaires.questionnaire import FEEDBACK
from youthvoice.surveys.responses.forms import DealRoundSlipsForm
from youthvoice.surveys.responses.store import deal_cards, deal_round_slips
from youthvoice.surveys.rounds import (
    form_adapter,
    forms,
    labels,
    opening,
    opening_drafts as drafts,
    results,
    rules,
    status,
    store,
)
from youthvoice.surveys.rounds.entities import EXEMPT, RUNS_ON, Round
from youthvoice.surveys.rounds.split import split_question
from youthvoice.surveys.rounds.status import waves_of_round
from youthvoice.surveys.school_sessions.store import find_session_of_round
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import show_form
from youthvoice.web.graphics.qr_codes import qr_code
from youthvoice.web.i18n import languages
from youthvoice.web.pages.list_page import page_of_list

rounds_pages = StaffBlueprint("rounds", __name__, url_prefix="/staff/rounds", menu="rounds.index")


@rounds_pages.context_processor
def _words() -> dict[str, object]:
    return {"purpose_labels": PURPOSE_LABELS, "wave_labels": labels.WAVE_LABELS, "named": labels.round_label}


@rounds_pages.get("/")
@permission_required("rounds.see")
def index() -> ResponseReturnValue:
    """List the rounds of the user's sites."""
    session, caller = db.session(), current_caller()
    late = sites_with_overdue(session, "round", caller.site_ids, context.today())
    at = choose_sites(session, caller.site_ids, dict.fromkeys(late, 1))
    newest_first = reversed(store.list_rounds(session, at.ids))
    open_first = sorted(newest_first, key=lambda round_: round_.closed_on is not None)  # some run on for years
    rounds = group_by_site(at.sites, open_first, lambda round_: round_.site_ids)
    most = _ROUNDS_SHOWN if len(at.sites) > 1 else _ROUNDS_OF_ONE_SITE
    pages = [(site, page_of_list(rounds_here, f"at-{site.id}", most=most)) for site, rounds_here in rounds]
    rounds_by_id = {round_.id: round_ for _site, list_page in pages for round_ in list_page.lines}
    views = status.list_round_views(session, list(rounds_by_id.values()), caller.site_ids)
    views_by_id = {view.round.id: view for view in views}
    listed = [(site, page.with_lines([views_by_id[round_.id] for round_ in page.lines])) for site, page in pages]
    unasked = [site for site, rounds_here in rounds if all(round_.purpose == FEEDBACK for round_ in rounds_here)]
    ready = opening.readiness_by_site(session, unasked)
    own_drafts = drafts.load_drafts(session, caller.person_id).listed if caller.may("rounds.open") else {}
    unfinished = [form_adapter.describe_draft(session, *item, caller.site_ids) for item in own_drafts.items()]
    return render_template(
        "surveys/rounds/index.html",
        listed=listed,
        at=at,
        ready=ready,
        unfinished=unfinished,
        days_kept=drafts.DAYS_KEPT,
        use=PlainForm(),
    )


_ROUNDS_SHOWN: Final = 12  # of each site

_ROUNDS_OF_ONE_SITE: Final = 50


def _round(slug: str) -> Round:
    round_ = store.find_round(db.session(), slug)
    if round_ is None or not current_caller().site_ids & set(round_.site_ids):
        abort(404)
    return round_


@rounds_pages.get("/<slug>")
@permission_required("rounds.see")
def detail(slug: str) -> ResponseReturnValue:
    """Show one round: what was fixed, its status, what can be done."""
    session, round_ = db.session(), _round(slug)
    sites = list_sites(session, round_.site_ids)
    sittings = store.list_sittings(session, round_)
    question = split_question(store.questionnaire_of_round(session, round_), round_.split)
    waves, zone = waves_of_round(session, round_), sites[0].time_zone if sites else "UTC"
    published = results.published_rounds().of_round(session, waves, current_caller(), languages.chosen())
    answer_due = status.find_answer_due(session, round_.purpose, round_.slug, current_caller().site_ids)
    today = context.today(zone)
    return render_template(
        "surveys/rounds/round.html",
        steps=results.list_steps(waves, published, answer_due, today, zone),
        published=published,
        owed=answer_due,
        owed_lines=results.list_answer_lines(answer_due, languages.chosen()) if answer_due else (),
        owed_when=results.answer_deadline_label(answer_due, today) if answer_due else "",
        hers=answer_due is not None and current_caller().person_id in {answer_due.owner_id, answer_due.asked_id},
        shown=status.make_round_view(session, round_, current_caller().site_ids),
        facts=round_,
        tablets=_waiting_tablets(round_),
        state=round_.state(context.now()),
        sites=sites,
        sittings=sittings if store.has_sittings(session, round_) else None,
        adults=names_of_people(session, [sitting.person_id for sitting in sittings]),
        held=find_session_of_round(session, round_.id) if round_.purpose == "awareness" else None,
        split_words=labels.split_label(question, languages.chosen()) if question else "",
        inviting=_invited_form(round_),
        again=_may_be_asked_again(round_),
    )


def _may_be_asked_again(round_: Round) -> bool:
    return round_.state(context.now()) == "closed" and round_.purpose not in RUNS_ON | EXEMPT


def _waiting_tablets(round_: Round) -> list[str]:
    """The tablets that an ended round waits for, as of the last daily hour of each site."""
    now = context.now()
    if (
        round_.closed_on
        or round_.purpose in EXEMPT
        or not round_.ends_at <= now < round_.ends_at + timedelta(TABLETS_DAYS)
    ):
        return []
    return list_shown_tablets(db.session(), round_, now)


def _invited_form(round_: Round) -> forms.InvitedChildrenForm:
    form = forms.InvitedChildrenForm(formdata=None)
    form.offer_second(list_possible_seconds(db.session(), current_caller().person_id, round_.site_ids))
    return form


@rounds_pages.route("/<slug>/end", methods=["GET", "POST"])
@permission_required("rounds.open")
def end(slug: str) -> ResponseReturnValue:
    """Ask for confirmation, then end a round now, permanently."""
    round_, ending = _round(slug), PlainForm()
    if round_.state(context.now()) not in {"open", "coming"} or round_.purpose == FEEDBACK:
        abort(410)
    if not ending.validate_on_submit():
        return show_form("surveys/rounds/end.html", ending, facts=round_)
    first = find_site(db.session(), round_.site_ids[0])
    day = context.today(first.time_zone if first else "UTC")
    try:
        store.end_round(db.session(), round_, context.now(), day, caller_log())
    except ConcurrentUpdate:
        abort(410)
    others = store.find_adults_of_round(db.session(), round_.id) - {current_caller().person_id}
    ask_all_to_sign_in(db.session(), others, "round.end", slug)
    flash(_("The round has ended. It is counted as soon as every tablet is empty."))
    return redirect(url_for(".detail", slug=slug))


@rounds_pages.post("/<slug>/invited")
@permission_required("rounds.open")
def enter_invited(slug: str) -> ResponseReturnValue:
    """Enter how many children a care round invited since its last closing, and ask a second adult to agree."""
    caller, form, round_ = current_caller(), forms.InvitedChildrenForm(), _round(slug)
    form.offer_second(list_possible_seconds(db.session(), caller.person_id, round_.site_ids))
    if not form.validate_on_submit():
        return show_form("surveys/rounds/invitation.html", form, facts=round_)
    if round_.purpose != "care" or round_.closed_on is not None:
        abort(410)
    data = {"slug": slug, "invited": form.invited.data}
    request_id = ask_second(db.session(), "care", data, round_.site_ids, caller, form.second.data)
    return redirect(url_for("people.show_request", request_id=request_id), 303)


@rounds_pages.route("/<slug>/sitting", methods=["GET", "POST"])
@permission_required("rounds.sit")
def sitting(slug: str) -> ResponseReturnValue:
    """Show a facilitator's script and checklist; printable."""
    round_, form = _round(slug), forms.SittingForm()
    if round_.state(context.now()) != "open" or not store.has_sittings(db.session(), round_):
        abort(410)
    sites = list_sites(db.session(), round_.site_ids)
    if form.validate_on_submit():
        first = next(site for site in sites if site.id == round_.site_ids[0])
        names = [check.value for check in forms.SITTING_CHECKS]
        store.add_sitting(db.session(), round_, current_caller().person_id, context.today(first.time_zone), names)
        flash(_("The checklist is kept. Children can begin."))
        return redirect(url_for(".detail", slug=slug))
    letters, adult = bool(store.questionnaire_of_round(db.session(), round_).letter_boxes), current_caller().name
    return show_form("surveys/rounds/sitting.html", form, facts=round_, sites=sites, adult=adult, letters=letters)


@rounds_pages.route("/apart/<int:site_id>", methods=["GET", "POST"])
@permission_required("rounds.open")
def apart(site_id: int) -> ResponseReturnValue:
    """Declare that groups share no child, and ask an advocate to agree; each may then be asked the same (T9)."""
    session, caller, form = db.session(), current_caller(), forms.GroupsApartForm()
    site, groups = get_site(session, site_or_404(site_id)), list_groups(session, site_id)
    form.groups.choices = [SelectChoice(group.id, group.name) for group in groups]
    seconds = list_possible_seconds(session, caller.person_id, [site_id])
    form.offer_second(person for person in seconds if person.role == ADVOCATE)
    if form.validate_on_submit():
        data = {"site": site_id, "groups": sorted(set(form.groups.data))}
        request_id = ask_second(session, "apart", data, [site_id], caller, form.second.data)
        return redirect(url_for("people.show_request", request_id=request_id), 303)
    numbers = sorted({group.apart for group in groups if group.apart is not None})
    group_names = [[group.name for group in groups if group.apart == number] for number in numbers]
    return show_form("surveys/rounds/apart.html", form, site=site, kept=group_names, enough=len(groups) > 1)


FIRST: Final = next(iter(forms.OPENING_STEPS))

_TICKED: Final = frozenset({"sites", "slips"})
"""Fields that a browser omits when nothing is ticked."""

_SIGNATURE: Final = ("second",)
"""Fields of the second adult: read from the request alone, never from a draft."""


@rounds_pages.get("/open")
@permission_required("rounds.open")
def start_opening() -> ResponseReturnValue:
    """Show the first page of a new round; the address may name a questionnaire, or a closed round to repeat.

    A repeated round is filled in with all that stays valid, on new days. An earlier draft is set aside, so that its
    values and errors do not mix with this one.
    """
    questionnaire_id, again = request.args.get("questionnaire", type=int), request.args.get("again", "")
    if again and not _may_be_asked_again(_round(again)):
        abort(410)
    person_id = current_caller().person_id
    with db.writing(db.engine()) as session:
        draft: drafts.OpeningDraft = {"questionnaire": [str(questionnaire_id)]} if questionnaire_id else {}
        if again:
            draft = form_adapter.draft_again(session, _round(again), person_id)
        is_begun = drafts.begin_draft(session, person_id, draft)
    if not is_begun:
        flash(_("There is no room for another unfinished round. Continue or delete one of these."), "note")
        return redirect(url_for("rounds.index", _anchor="unfinished"))
    if again:
        flash(_("Filled in as it was asked before, on new days. Say how many are invited now, and who permitted it."))
    return redirect(url_for(".check_opening") if again else url_for(".ask_opening", step=FIRST))


@rounds_pages.post("/open/unfinished/<name>")
@permission_required("rounds.open")
def unfinished_opening(name: str) -> ResponseReturnValue:
    """Continue a draft of a round, or delete it."""
    session, person_id = db.session(), current_caller().person_id
    if not PlainForm().validate_on_submit():
        abort(400)
    if name not in drafts.load_drafts(session, person_id).listed:
        abort(404)
    if request.form.get("do") == "throw":
        drafts.throw_draft_away(session, person_id, name)
        flash(_("The unfinished round is gone."))
    is_taken_up = request.form.get("do") != "throw" and drafts.take_up_draft(session, person_id, name)
    return redirect(url_for(".check_opening") if is_taken_up else url_for("rounds.index"), 303)


@rounds_pages.get("/open/<step>")
@permission_required("rounds.open")
def ask_opening(step: str) -> ResponseReturnValue:
    """Show one page of the form, with the values typed before."""
    _check_step(step)
    draft = _draft()
    form = _form(draft)
    if not form.fields_of(step):
        return redirect(url_for(".check_opening"))
    if form_adapter.CHECKED in draft:
        form.is_right(name for name in form.fields_of(step) if name in draft)
    page, _status = _show_step(form, step)  # 200: nothing was sent yet
    return page


@rounds_pages.post("/open/<step>")
@permission_required("rounds.open")
def keep_opening(step: str) -> ResponseReturnValue:
    """Store the values of one page, valid or not; continue only when they are valid."""
    _check_step(step)
    typed = {
        name: request.form.getlist(name)
        for name in forms.OPENING_STEPS[step]
        if name in request.form or name in _TICKED
    }
    draft = {name: values for name, values in {**_draft(), **typed}.items() if values}
    form = _form(draft)
    if not _store_draft(draft):
        form.form_errors = [
            _("This is more than one round can hold. Choose fewer sites or shorter words, or finish another first.")
        ]
        form.is_right(form.fields_of(step))
        return _show_step(form, step)
    if not form.is_submitted():  # she only looks for sites
        return _show_step(form, step)
    if request.form.get("to") == "back":
        return redirect(_address_before(form, step, draft))
    wrong = form.first_wrong(step)
    # what the rules say of the questions is shown on the pages of sites and days (`add_opening_error`)
    if wrong == step or (wrong is None and step != FIRST and not _passes_rules(form, step)):
        return _show_step(form, step)
    return redirect(url_for(".ask_opening", step=wrong) if wrong else _address_after(form, step, draft))


@rounds_pages.route("/open/check", methods=["GET", "POST"])
@permission_required("rounds.open")
def check_opening() -> ResponseReturnValue:
    """Show everything that will be fixed, each line with a way to change it; then ask a second adult."""
    caller = current_caller()
    draft = _draft()
    form = _form(draft)
    if wrong := form.first_wrong():
        return redirect(url_for(".ask_opening", step=wrong))
    if form_adapter.CHECKED not in draft:
        _store_draft({**draft, form_adapter.CHECKED: ["1"]})
    with db.reading(db.engine()) as session:
        round_opening = form_adapter.to_round_opening(session, form, caller.person_id)
        opening_check = opening.check_opening(session, round_opening)
        opening_lines = list(form_adapter.opening_lines(session, round_opening))
    for refusal in opening_check.refusals:
        form_adapter.add_opening_error(form, refusal)
    can_open = request.method == "POST" and not opening_check.refusals
    if can_open and _has_read(form, opening_lines) and (response := _ask_second_adult(form, round_opening)):
        return response
    return show_form(
        "surveys/rounds/open_check.html",
        form,
        fixed=opening_lines,
        found=opening_check,
        read=_digest(opening_lines),
        step_of=form_adapter.step_of_field,
        say=labels.opening_message,
    )


def _check_step(step: str) -> None:
    if step not in forms.OPENING_STEPS:
        abort(404)


def _ask_second_adult(form: forms.OpenRoundForm, opening: rules.RoundOpening) -> ResponseReturnValue | None:
    """Ask the second adult, who finds the request after signing in; None where nobody valid was chosen."""
    if not form.is_right(_SIGNATURE):
        return None
    data = {"opening": opening.to_json()}
    request_id = ask_second(db.session(), "round", data, opening.site_ids, current_caller(), form.second.data)
    drafts.forget_draft(db.session(), current_caller().person_id)
    return redirect(url_for("people.show_request", request_id=request_id), 303)


def _draft() -> drafts.OpeningDraft:
    with db.reading(db.engine()) as session:
        return drafts.load_draft(session, current_caller().person_id)


def _store_draft(draft: drafts.OpeningDraft) -> bool:
    """Store the draft; False where it is too long."""
    with db.writing(db.engine()) as session:
        return drafts.keep_draft(session, current_caller().person_id, draft)


def _form(draft: drafts.OpeningDraft) -> forms.OpenRoundForm:
    """The form with the stored values, and the second adult chosen in this request."""
    signed = {name: request.form.getlist(name) for name in _SIGNATURE}
    form = forms.OpenRoundForm(formdata=MultiDict({**draft, **signed}))
    with db.reading(db.engine()) as session:
        form_adapter.fill_opening_choices(session, form, current_caller().site_ids)
        site_ids = form.sites_here
        form.offer_second(list_possible_seconds(session, current_caller().person_id, site_ids) if site_ids else ())
    return form


def _passes_rules(form: forms.OpenRoundForm, step: str) -> bool:
    """Whether no rule about this page's fields forbids the round, as far as known yet."""
    if not form.sites_here:
        return True
    with db.reading(db.engine()) as session:
        round_opening = form_adapter.to_round_opening(session, form, current_caller().person_id)
        opening_check = opening.check_opening(session, round_opening)
    own_refusals = [
        refusal for refusal in opening_check.refusals if form_adapter.add_opening_error(form, refusal, step)
    ]
    return not own_refusals


def _has_read(form: forms.OpenRoundForm, opening_lines: Sequence[form_adapter.OpeningLine]) -> bool:
    """Whether the summary that is signed is the one the page showed, not changed in another tab."""
    if request.form.get("read") == _digest(opening_lines):
        return True
    form.form_errors = [_("This was changed in another tab. Read it once more, then go on.")]
    return False


def _digest(opening_lines: Sequence[form_adapter.OpeningLine]) -> str:
    return hashlib.sha256("\n".join(f"{line.label}: {line.words}" for line in opening_lines).encode()).hexdigest()


def _address_before(form: forms.OpenRoundForm, step: str, draft: drafts.OpeningDraft) -> str:
    """The address behind Back: the page before, or the summary if the user came from there."""
    if form_adapter.CHECKED in draft:
        return url_for(".check_opening")
    earlier = form.steps[: form.steps.index(step)] if step in form.steps else []
    return url_for(".ask_opening", step=earlier[-1]) if earlier else url_for("rounds.index")


def _address_after(form: forms.OpenRoundForm, step: str, draft: drafts.OpeningDraft) -> str:
    """The address behind Continue: the next page that asks something, then the summary."""
    order = list(forms.OPENING_STEPS)
    later = [other for other in form.steps if order.index(other) > order.index(step)]
    return (
        url_for(".ask_opening", step=later[0])
        if later and form_adapter.CHECKED not in draft
        else url_for(".check_opening")
    )


def _show_step(form: forms.OpenRoundForm, step: str) -> tuple[str, int]:
    return show_form("surveys/rounds/open.html", form, step=step, named=labels.STEP_LABELS[step])


def _round_with_slips(slug: str) -> Round:
    round_ = _round(slug)
    if not round_.slips and not (round_.has_cards and round_.wave == "pre"):
        abort(404)
    if round_.state(context.now()) != "open":
        abort(410)
    return round_


def _deal_form(round_: Round) -> DealRoundSlipsForm:
    form = DealRoundSlipsForm()
    form.offer(list_site_names(db.session(), current_caller().site_ids & set(round_.site_ids)))
    return form


@rounds_pages.get("/<slug>/slips")
@permission_required("rounds.sit")
def deal_slips_form(slug: str) -> ResponseReturnValue:
    """Ask how many children take part in the sitting."""
    round_ = _round_with_slips(slug)
    return render_template("surveys/rounds/slips.html", facts=round_, form=_deal_form(round_), slips=())


@rounds_pages.post("/<slug>/slips")
@permission_required("rounds.sit")
def deal_slips(slug: str) -> ResponseReturnValue:
    """Deal slips and show them once."""
    round_ = _round_with_slips(slug)
    form, slips = _deal_form(round_), []
    if form.validate_on_submit():
        try:
            deal = deal_cards if round_.has_cards else deal_round_slips
            slips = deal(db.session(), round_, form.site.data, form.number.data, replace_earlier=form.anew.data)
        except Refused as refused:
            db.session().rollback()
            form.number.errors = [DEAL_REFUSALS[refused.code]]
        action = ("slips.anew" if form.anew.data else "slips.deal") if slips else "slips.refused"
        caller_log().add(db.session(), action, slug)
        db.session().commit()  # commits the log line of a refusal, too
    squares = _qr_codes(round_) if slips and round_.has_cards else ()
    return show_form("surveys/rounds/slips.html", form, facts=round_, slips=slips, squares=squares)


def _qr_codes(round_: Round) -> list[Markup]:
    """A QR code of the round's address for each half of a card, for the camera of a tablet."""
    waves = waves_of_round(db.session(), round_)
    words = _("The address of this round, for a camera")
    return [
        qr_code(f"{context.settings().url}{url_for('surveys.answer', slug=round_.slug)}", words) for round_ in waves
    ]
