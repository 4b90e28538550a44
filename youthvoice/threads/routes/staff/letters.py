"""Pages of the letter box: read letters, share them with a colleague, hold one past its end - HTTP only."""

from itertools import groupby

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.access.permissions import ADVOCATE
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.agreement import ask_second, list_possible_seconds, list_waiting_requests
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.clips.audio_files import OGG, WEBM
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.keys.key_names import THREADS
from youthvoice.sites.site_page import SITES_SHOWN, choose_sites
from youthvoice.sites.store import Site, get_site, list_sites
from youthvoice.threads.key_wraps import receipt_of_report
from youthvoice.threads.letters import due_job, letter_readers, store
from youthvoice.threads.letters.forms import HoldLetterForm, ShareLettersForm
from youthvoice.threads.letters.letter_box import EncryptedLetter, OpenedLetter, first_look_due, open_letter, shown_day
from youthvoice.threads.readership import opened_letters, reader_key
from youthvoice.threads.store import find_thread_by_receipt, list_threads
from youthvoice.web import form_page, url_converters

letters_pages = StaffBlueprint("letters", __name__, url_prefix="/staff/letters", menu="letters.index")


@letters_pages.get("/")
@permission_required("letters.read")
def index() -> ResponseReturnValue:
    """The letters and good news that were sealed to the caller, by site and day; from the daily hour on."""
    caller, session = current_caller(), db.session()
    sites = list(list_sites(session, caller.site_ids))
    letters = store.list_letters(session, reader_key(session, caller), context.now())
    boxes = [(site, _by_day(site, [envelope for envelope in letters if envelope.site_id == site.id])) for site in sites]
    template_values = {"requested": {request.data["letter"] for request in list_waiting_requests(session, "good_news")}}
    return render_template(
        "threads/letters/index.html", boxes=boxes, number=len(letters), today=context.today, **template_values
    )


def _by_day(site: Site, letters: list[store.LetterEnvelope]) -> list[dict[str, object]]:
    """Days, newest first, each with its shuffled letters and the day a first look is due."""
    days = groupby(letters, key=lambda letter_envelope: shown_day(letter_envelope.shown_from, site.time_zone))
    return [
        {"day": day, "due": first_look_due(day), "letters": list(letter_envelopes)} for day, letter_envelopes in days
    ]


@letters_pages.get("/<letter_id>")
@permission_required("letters.read")
def envelope(letter_id: str) -> ResponseReturnValue:
    """A letter from outside, or its text once the caller has opened it: that is logged, so it needs a button."""
    letter, locked = letter_or_404(letter_id)
    site = get_site(db.session(), letter.site_id)
    if letter.id not in opened_letters:
        return render_template("threads/letters/envelope.html", letter=letter, site=site)
    try:
        opened_letter = open_for_caller(locked)
    except (CannotOpen, KeyGone):
        return render_template("threads/letters/unreadable.html", letter=letter, site=site), 410
    template_values = {"opened": opened_letter, "following": _next(site, letter), "report": _report(letter)}
    return render_template("threads/letters/letter.html", letter=letter, site=site, **template_values)


@letters_pages.post("/<letter_id>")
@permission_required("letters.read")
def read(letter_id: str) -> ResponseReturnValue:
    """Open a letter: note the first look and the opening, lead to the text: Back then finds it, and no form."""
    (letter, locked), session = letter_or_404(letter_id), db.session()
    site = get_site(session, letter.site_id)
    try:
        open_for_caller(locked)
    except (CannotOpen, KeyGone):
        return render_template("threads/letters/unreadable.html", letter=letter, site=site), 410
    today = context.today(site.time_zone)
    due_job.record_first_look(session, letter, site.time_zone, today)
    caller_log().add(session, "letter.open", letter.id.hex())
    opened_letters.note(letter.id)
    return redirect(url_for(".envelope", letter_id=letter_id), 303)


@letters_pages.post("/<letter_id>/voice")
@permission_required("letters.read")
def listen(letter_id: str) -> ResponseReturnValue:
    """The child's voice; behind a button, and not stored outside the letter."""
    letter, locked = letter_or_404(letter_id)
    if letter.id not in opened_letters:
        abort(404)
    try:
        opened_letter = open_for_caller(locked)
    except (CannotOpen, KeyGone):
        abort(410)
    if not opened_letter.voice:
        abort(404)
    kind = opened_letter.voice_kind if opened_letter.voice_kind in {WEBM, OGG} else WEBM
    return Response(opened_letter.voice, content_type=kind)


def _report(envelope: store.LetterEnvelope) -> str:
    """The id of the report that was made of this letter; empty where there is none that the caller can read."""
    session = db.session()
    report = find_thread_by_receipt(session, receipt_of_report(context.keyring().key_or_new(THREADS), envelope.id))
    readable = list_threads(session, reader_key(session, current_caller()), [report.thread.id]) if report else []
    return readable[0].id.hex() if readable else ""


def letter_or_404(letter_id: str) -> tuple[store.LetterEnvelope, EncryptedLetter]:
    """The letter of an address, for the caller, or 404."""
    session = db.session()
    key = reader_key(session, current_caller())
    return store.find_letter(session, url_converters.id_or_404(letter_id), key, context.now()) or abort(404)


def open_for_caller(letter: EncryptedLetter) -> OpenedLetter:
    """Open a letter for the caller.

    Raises:
        CannotOpen, KeyGone: its month has ended, or it was altered.
    """
    caller = current_caller()
    return open_letter(context.keyring(), letter, caller.person_id, open_private_key(caller))


def _next(site: Site, envelope: store.LetterEnvelope) -> store.LetterEnvelope | None:
    """Another letter of this site that nobody has looked at yet."""
    session = db.session()
    letters = store.list_letters(session, reader_key(session, current_caller()), context.now())
    unread_letters = (
        letter
        for letter in letters
        if (letter.site_id, letter.box) == (site.id, store.SURVEY_BOX) and letter.looked_at_on is None
    )
    return next((letter for letter in unread_letters if letter.id != envelope.id), None)


@letters_pages.route("/<letter_id>/hold", methods=["GET", "POST"])
@permission_required("letters.read")
def hold(letter_id: str) -> ResponseReturnValue:
    """Ask another advocate to agree to hold a letter, or to end the hold."""
    session, (letter, _locked), caller = db.session(), letter_or_404(letter_id), current_caller()
    form = HoldLetterForm()
    form.offer_second(
        person
        for person in list_possible_seconds(session, caller.person_id, [letter.site_id])
        if person.role == ADVOCATE
    )
    if not form.validate_on_submit():
        return form_page.show_form("threads/letters/hold.html", form, letter=letter)
    data = {"letter": letter_id, "site": letter.site_id, "keeps": not letter.held}
    request_id = ask_second(session, "hold", data, [letter.site_id], caller, form.second.data)
    return redirect(url_for("people.show_request", request_id=request_id), 303)


@letters_pages.route("/give", methods=["GET", "POST"])
@permission_required("letters.read")
def give() -> ResponseReturnValue:
    """Share letters with a colleague; their number is not shown, for some are not shown to anybody yet (A10)."""
    session, caller, site_ids = db.session(), current_caller(), current_caller().site_ids
    if len(site_ids) > SITES_SHOWN:  # of many sites one is chosen first: all their advocates are a list of a thousand
        site_ids &= {request.values.get("site", 0, int)}
    if not site_ids:
        return render_template("threads/letters/handover.html", at=choose_sites(session, caller.site_ids))
    people = letter_readers.list_colleagues(session, caller, site_ids)
    form = ShareLettersForm.offering(people)
    if not form.validate_on_submit():
        return form_page.show_form("threads/letters/handover.html", form)
    reader = next(reader for reader in people if reader.person_id == form.to.data)
    letter_readers.share_letters(session, caller, reader)
    caller_log().add(session, "letter.give", str(reader.person_id))
    flash(_("%(name)s can read these letters now.", name=reader.name))
    return redirect(url_for("letters.index"), 303)
