"""A child answers one round, or opens the board of everyday choices - HTTP only."""

from dataclasses import replace

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from limits import parse

from youthvoice import context, db
from youthvoice.clips import availability
from youthvoice.errors import CannotOpen, KeyGone, Refused
from youthvoice.introductions.shown_introductions import SOMEBODY, adults_beside, approved_introductions, portraits_at
from youthvoice.sites.store import get_site
from youthvoice.sites.tablets.device import current_tablet, refuse_lost, tablet_required
from youthvoice.surveys.choices.page import load_choice_board, names_on_board, render_choice_board
from youthvoice.surveys.questionnaires.own_pictures.store import find_picture
from youthvoice.surveys.questionnaires.questionnaire import FEEDBACK, SMALL_CHILDREN
from youthvoice.surveys.responses import page as responses_page, store, tickets
from youthvoice.surveys.responses.forms import ResponseForm
from youthvoice.surveys.responses.page import EligibleRound, ShownAdult, SurveyPageKey, eligible_round_or_abort
from youthvoice.surveys.rounds.entities import EXEMPT
from youthvoice.surveys.rounds.store import find_round, questionnaire_of_round
from youthvoice.threads.child_codes.code_attempts import TooManyCodeAttempts
from youthvoice.threads.child_codes.slip_attempts import slip_attempt, slip_refusal
from youthvoice.threads.child_fields import with_files
from youthvoice.threads.letters.letter_box import LETTER_BYTES
from youthvoice.threads.readership import is_channel_open, letter_readers_at, reads_daily
from youthvoice.web import uploads
from youthvoice.web.deliveries import is_delivered, read_form_submission_id, receipt, refusal
from youthvoice.web.graphics.picture_addresses import send_picture
from youthvoice.web.headers import refuse_other_sites, wants_json, with_microphone
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import format_short_day
from youthvoice.web.pages.page_cache import serve_prerendered
from youthvoice.web.random_ids import new_submission_id
from youthvoice.web.rate_limits import SENDING, client_key, is_line_within, rate_limited

surveys_pages = Blueprint("surveys", __name__, url_prefix="")

_TICKETS = parse(SENDING)


surveys_pages.before_request(refuse_other_sites)


uploads.allow_larger(surveys_pages, 2 * LETTER_BYTES, "surveys.send")


def _page_key(eligible_round: EligibleRound) -> SurveyPageKey:
    site_id, decider_id = eligible_round.site.id, eligible_round.round.decider_id
    portraits = portraits_at(site_id)
    readers = letter_readers_at(eligible_round.site)
    reads = tuple(ShownAdult(reader.name, portraits.get(reader.person_id, SOMEBODY)) for reader in readers)
    tablet = current_tablet()
    sound = (tablet.voices if tablet else (), availability.clip_index().version)
    language = languages.chosen(eligible_round.site.languages)
    tells = is_channel_open(eligible_round.site)
    page_key = SurveyPageKey(
        eligible_round.round, eligible_round.site, reads, language, languages.chosen(), sound=sound, tells=tells,
        decider_picture=portraits.get(decider_id, SOMEBODY), reads_daily=reads_daily(eligible_round.site),
    )  # fmt: skip
    if eligible_round.questionnaire.ages != SMALL_CHILDREN:
        return page_key
    return replace(page_key, beside=(adults_beside(site_id), approved_introductions().version))


@surveys_pages.get("/survey/<slug>")
def answer(slug: str) -> ResponseReturnValue:
    """Show the questions of one round: the same page for every tablet, except for the submission id."""
    eligible_round = eligible_round_or_abort(slug)
    state = eligible_round.round.state(context.now())
    if state == "coming":
        day = format_short_day(eligible_round.round.first_day(eligible_round.site.time_zone))
        return render_template("surveys/responses/not_open_yet.html", day=day), 404
    if state != "open":
        if eligible_round.round.purpose in EXEMPT:
            return redirect(url_for("surveys.board"), 303)  # it shows the result, or will this evening
        abort(410)
    page_key, questionnaire = _page_key(eligible_round), eligible_round.questionnaire
    page = serve_prerendered(responses_page.prerendered_survey_page(page_key, questionnaire), new_submission_id())
    return with_microphone(page) if page_key.reads and questionnaire.letter_boxes else page


@surveys_pages.post("/survey/<slug>")
@rate_limited(SENDING, by=client_key)
def send(slug: str) -> ResponseReturnValue:
    """Take one anonymous response; the same submission again succeeds again and counts once.

    What a hostile caller pays: a tablet's cookie or pass, and of each line that he has 120 forms a minute; each is 416
    KiB at most and leaves 208 KiB for each letter box that he fills, for a year. Without a letter it leaves 400 bytes.
    """
    if "ticket" in request.form:
        return _take_feedback(slug)
    eligible_round = eligible_round_or_abort(slug)
    if eligible_round.round.state(context.now()) == "coming":
        abort(404)
    submission_id = read_form_submission_id() or abort(400)
    form = ResponseForm.asking(eligible_round.questionnaire)(with_files(request.form, request.files))
    refused = {} if form.validate() else form.refused()
    if eligible_round.round.purpose in EXEMPT and form.is_empty():
        refused = {eligible_round.questionnaire.coded[0].name: _("Tap a picture first.")}
    needs_slip = eligible_round.round.slips or (
        eligible_round.round.has_cards and not store.is_without_card(eligible_round.round, request.form)
    )
    if needs_slip and eligible_round.round.closed_on is None:
        return _take_with_slip(eligible_round, submission_id, form, refused)
    refuse_lost()  # only a slip proves that a lost tablet is used by a child
    if refused:
        return (
            _take_uncounted(eligible_round, form)
            if is_delivered()
            else _show_again(_page_key(eligible_round), form, refused)
        )
    response = store.seal_form(eligible_round.round, eligible_round.site, submission_id, form)
    store_result = store.store_response(db.connection(), response)
    db.connection().commit()
    return _show_thanks(slug, submission_id, late=store_result.late)


def _take_feedback(slug: str) -> ResponseReturnValue:
    """Take what a child says of an answer, from any device; a ticket that is spent or over changes nothing.

    What a hostile caller pays: 120 forms a minute of a line, whatever cookies come with them; a query and a hash each,
    and with a ticket the line of writers. He leaves one receipt for each ticket.
    """
    if not is_delivered() and not is_line_within(_TICKETS, "feedback"):
        abort(429)
    submission_id = read_form_submission_id() or abort(400)
    with db.reading(db.engine()) as session:
        round_ = find_round(session, slug)
        if round_ is None or round_.purpose != FEEDBACK:
            abort(404)
        site, questionnaire = get_site(session, round_.site_ids[0]), questionnaire_of_round(session, round_)
    form = ResponseForm.asking(questionnaire)(request.form)
    try:
        ticket_receipt = tickets.open_ticket(round_, request.form["ticket"])
    except KeyGone:
        return _show_counted(submission_id, late=True)
    except CannotOpen:
        return receipt(submission_id, late=True) if is_delivered() else abort(400)
    is_skipped = "skip" in request.form or (is_delivered() and form.is_empty())
    if not is_delivered() and (not form.validate() or (form.is_empty() and not is_skipped)):
        return jsonify(words=str(_("Tap one picture first."))), 422
    response = tickets.seal_feedback(round_, site, ticket_receipt, form, skips=is_skipped)
    store_result = store.store_response(db.connection(), response)
    db.connection().commit()
    return _show_counted(submission_id, late=store_result.late and not is_skipped)


def _show_counted(submission_id: bytes, *, late: bool) -> ResponseReturnValue:
    """The same after an answer, a skip and a repeat; of one that came too late it is said."""
    if is_delivered() or wants_json():
        return receipt(submission_id, late=late)
    return render_template("surveys/responses/counted.html", late=late)


def _take_with_slip(
    eligible_round: EligibleRound, submission_id: bytes, form: ResponseForm, refused: dict[str, str]
) -> ResponseReturnValue:
    """Take a response with a slip or the half of a card; when either is refused, the answers stay on the page."""
    picks_by_field = store.read_slip_boxes(eligible_round.round, request.form)
    if refused := {**store.missing_picture_messages(eligible_round.round, picks_by_field), **refused}:
        return (
            _take_uncounted(eligible_round, form)
            if is_delivered()
            else _show_again(_page_key(eligible_round), form, refused)
        )
    tablet = current_tablet() or abort(403)
    slip = store.make_presented_slip(eligible_round.round, eligible_round.site.id, picks_by_field)
    slip = slip._replace(waits_since=tablet.waits_since)
    response = store.seal_form(eligible_round.round, eligible_round.site, submission_id, form, slip)
    try:
        with slip_attempt(tablet, slip.purpose) as tried:
            try:
                store_result = store.store_response_with_slip(db.connection(), response, slip)
            except Refused:
                db.connection().rollback()
            else:
                db.connection().commit()
                tried.right = True
    except TooManyCodeAttempts as error:
        messages = store.refused_slip_messages(eligible_round.round, slip_refusal(error.code))
        return _show_again(_page_key(eligible_round), form, messages, 429)
    if not tried.right and is_delivered():
        return _take_uncounted(eligible_round, form)
    if not tried.right:
        return _show_again(
            _page_key(eligible_round),
            form,
            store.refused_slip_messages(eligible_round.round, store.invalid_slip_message(eligible_round.round)),
        )
    return _show_thanks(eligible_round.round.slug, submission_id, late=store_result.late)


def _take_uncounted(eligible_round: EligibleRound, form: ResponseForm) -> ResponseReturnValue:
    """Take from a tablet's queue what is invalid or has no valid slip: no answer counts, every letter is delivered."""
    refuse_lost()
    submission_id = read_form_submission_id() or abort(400)
    store.store_response(
        db.connection(),
        replace(store.seal_form(eligible_round.round, eligible_round.site, submission_id, form), blob=None),
    )
    db.connection().commit()
    return receipt(submission_id, late=True)


def _show_again(
    page_key: SurveyPageKey, form: ResponseForm, refused: dict[str, str], status: int = 422
) -> ResponseReturnValue:
    if wants_json():
        return refusal(refused, status)
    submission_id, picks_by_field = str(request.form["sheet"]), store.read_slip_boxes(page_key.round, request.form)
    shown_again = responses_page.render_survey_page(
        page_key, form.questionnaire, submission_id, {**form.given(), **picks_by_field}, refused
    )
    return with_microphone(make_response(shown_again, status))


def _show_thanks(slug: str, submission_id: bytes, *, late: bool) -> ResponseReturnValue:
    if is_delivered():
        return receipt(submission_id, late=late)
    if wants_json():
        return jsonify(sheet=submission_id.hex(), late=late), 201
    return redirect(url_for("surveys.late" if late else "surveys.thanks", slug=slug), 303)


@surveys_pages.get("/survey/<slug>/thanks")
def thanks(slug: str) -> ResponseReturnValue:
    """Say what happens now; the child's language is forgotten."""
    return _goodbye("surveys/responses/thanks.html", slug)


@surveys_pages.get("/survey/<slug>/late")
def late(slug: str) -> ResponseReturnValue:
    """Say that the coded answers came too late to be counted; letters were delivered."""
    return _goodbye("surveys/responses/late.html", slug)


def _goodbye(template: str, slug: str) -> ResponseReturnValue:
    eligible_round = eligible_round_or_abort(slug)
    reply = Response(responses_page.render_goodbye(template, eligible_round.round, eligible_round.site))
    reply.delete_cookie(languages.COOKIE)
    return reply


@surveys_pages.get("/static/<code>.webp")
def own_picture(code: str) -> ResponseReturnValue:
    """Serve an uploaded picture of a questionnaire, among the files that tablets keep offline."""
    if current_tablet() is None:
        abort(404)
    return send_picture(find_picture(db.session(), code) or abort(404))


@surveys_pages.get("/choose")
@tablet_required
def board() -> ResponseReturnValue:
    """Show what children of this site can choose now, then earlier results and what became of them."""
    tablet = current_tablet()
    if tablet is None:
        abort(403)
    language = languages.chosen(tablet.site.languages)
    choice_statuses = load_choice_board(db.session(), tablet.site)
    names = names_on_board(db.session(), choice_statuses)
    return render_choice_board(choice_statuses, names, tablet.site, language, languages.chosen())
