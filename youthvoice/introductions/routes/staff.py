"""An adult introduces herself: draws or uploads a portrait, records greetings, writes a few words - HTTP only."""

from flask import abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.agreement import list_own_requests, list_possible_seconds
from youthvoice.accounts.store import list_people, names_of_people
from youthvoice.introductions import approval, rules, store
from youthvoice.introductions.drawn_portraits import samples
from youthvoice.introductions.entities import DraftPart, PartKey
from youthvoice.introductions.forms import AskForm, DrawnPortraitForm, GreetingForm, PhotographForm, WordsForm
from youthvoice.introductions.labels import REFUSAL_LABELS
from youthvoice.introductions.shown_introductions import reload_introductions_after_commit, send_part
from youthvoice.jobs.labels import PICTURE_REFUSAL_LABELS
from youthvoice.jobs.picture_maker import MAX_PICTURE_BYTES, PictureRefused, make_picture
from youthvoice.sites.store import list_sites
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import show_form
from youthvoice.web.headers import with_microphone
from youthvoice.web.i18n.languages import LANGUAGES, spoken_at
from youthvoice.web.rate_limits import rate_limited
from youthvoice.web.uploads import AROUND_A_FILE, allow_larger

introductions_pages = StaffBlueprint("introductions", __name__, url_prefix="/staff/me/introduction", menu="")

allow_larger(introductions_pages, MAX_PICTURE_BYTES + AROUND_A_FILE, "introductions.photograph")


def _languages() -> tuple[str, ...]:
    """The languages of the caller's sites in which pages are translated."""
    sites = list_sites(db.session(), current_caller().site_ids)
    return tuple(dict.fromkeys(code for site in sites for code in spoken_at(site.languages)))


@introductions_pages.get("")
@permission_required("introductions.make")
def overview() -> ResponseReturnValue:
    """What children see and hear of the caller, what is still a draft, and who is asked to check it."""
    form = AskForm()
    form.offer_second(list_possible_seconds(db.session(), current_caller().person_id, current_caller().site_ids))
    return _show_overview(form)


def _show_overview(form: AskForm) -> ResponseReturnValue:
    session, caller = db.session(), current_caller()
    parts = store.list_own_parts(session, caller.person_id)
    waiting_requests = list_own_requests(session, approval.KIND, caller.person_id)
    people = [part.approved_by for part in parts if part.approved_by is not None]
    people += [agreement_request.asked_of for agreement_request in waiting_requests]
    return show_form(
        "introductions/overview.html",
        form,
        shown={part.key: part for part in parts if part.is_approved},
        drafts={part.key: part for part in parts if not part.is_approved},
        waiting=waiting_requests,
        names=names_of_people(session, people),
        languages=_languages(),
    )


@introductions_pages.post("/ask")
@permission_required("introductions.make")
def ask() -> ResponseReturnValue:
    """Ask a colleague to check all drafts."""
    session, caller, form = db.session(), current_caller(), AskForm()
    form.offer_second(list_possible_seconds(session, caller.person_id, caller.site_ids))
    drafts = [part for part in store.list_own_parts(session, caller.person_id) if not part.is_approved]
    if not form.validate_on_submit() or not drafts:
        return _show_overview(form)
    approval.end_requests(session, caller.person_id)
    request_id = approval.ask_colleague(session, caller, drafts, form.second.data)
    return redirect(url_for("people.show_request", request_id=request_id), 303)


def _keep(part: DraftPart) -> ResponseReturnValue:
    """Store a draft and go back to the overview.

    Raises:
        IntroductionRefused: with why not.
    """
    session, person_id = db.session(), current_caller().person_id
    store.keep_draft(session, person_id, part, caller_log())
    _end_requests()
    flash(_("Kept. No child sees or hears it yet: ask a colleague to look at it."))
    return redirect(url_for(".overview"), 303)


def _end_requests() -> None:
    if approval.end_requests(db.session(), current_caller().person_id):
        flash(_("You had asked a colleague before. That is taken back, because something changed: ask again."), "note")


@introductions_pages.route("/drawn", methods=["GET", "POST"])
@permission_required("introductions.make")
def draw() -> ResponseReturnValue:
    """Put a portrait together from drawn parts."""
    form = DrawnPortraitForm()
    if form.validate_on_submit():
        try:
            return _keep(
                DraftPart(PartKey(rules.PORTRAIT), rules.pad_portrait(form.portrait().svg().encode()), rules.SVG)
            )
        except rules.IntroductionRefused as refused:
            form.hairstyle.errors = [REFUSAL_LABELS[refused.code]]
    return show_form("introductions/drawn.html", form, samples=samples())


@introductions_pages.route("/photograph", methods=["GET", "POST"])
@permission_required("introductions.make")
@rate_limited("30 per minute")
def photograph() -> ResponseReturnValue:
    """Upload a photograph; it is made small and plain before this request begins to write."""
    form = PhotographForm()
    if form.validate_on_submit():
        try:
            content = make_picture(form.file.data.read(MAX_PICTURE_BYTES + 1))
            return _keep(DraftPart(PartKey(rules.PORTRAIT), rules.pad_portrait(content), rules.WEBP))
        except PictureRefused as refused:
            form.file.errors = [PICTURE_REFUSAL_LABELS[refused.code]]
        except rules.IntroductionRefused as refused:
            form.file.errors = [REFUSAL_LABELS[refused.code]]
    return show_form("introductions/photograph.html", form, most_megabytes=MAX_PICTURE_BYTES // 1024 // 1024)


@introductions_pages.route("/greeting/<code>", methods=["GET", "POST"])
@permission_required("introductions.make")
def greet(code: str) -> ResponseReturnValue:
    """Record a greeting in one language, or bring it as a file."""
    form = GreetingForm()
    if code not in _languages():
        abort(404)
    if form.validate_on_submit():
        try:
            content, media = rules.pad_greeting(form.sound.data.read(rules.GREETING_BYTES + 1))
            return _keep(DraftPart(PartKey(rules.GREETING, code), content, media))
        except rules.IntroductionRefused as refused:
            form.sound.errors = [REFUSAL_LABELS[refused.code]]
    page = show_form("introductions/greeting.html", form, code=code, seconds=rules.GREETING_SECONDS)
    return with_microphone(make_response(page))


@introductions_pages.route("/words", methods=["GET", "POST"])
@permission_required("introductions.make")
def write() -> ResponseReturnValue:
    """Write a few words in each language.

    An emptied field takes back what children read, and discards its draft; the approved words, typed again, discard it.
    """
    session, person_id, languages = db.session(), current_caller().person_id, _languages()
    parts = [part for part in store.list_own_parts(session, person_id) if part.key.kind == rules.WORDS]
    # drafts last: a draft takes the place of the approved words in its field
    words = {part.key.language: part.words for part in sorted(parts, key=lambda part: not part.is_approved)}
    form = WordsForm.in_languages(languages, words)
    if not form.validate_on_submit():
        return show_form("introductions/words.html", form, codes=languages)
    approved = {part.key.language: part.words for part in parts if part.is_approved}
    changed = {code: box.data for code, box in form.boxes.items() if box.data != words.get(code, "")}
    for code, typed in changed.items():
        key = PartKey(rules.WORDS, code)
        if typed and typed != approved.get(code):
            store.keep_draft(session, person_id, DraftPart(key, typed.encode(), rules.TEXT), caller_log())
        else:
            store.withdraw_part(session, person_id, key, caller_log(), approved=False)
        if not typed:
            store.withdraw_part(session, person_id, key, caller_log(), approved=True)
            reload_introductions_after_commit(session)
    if changed:
        _end_requests()
    if any(changed.values()):
        flash(_("Kept. No child reads new words yet: ask a colleague to look at them."))
    elif changed:
        flash(_("It is taken back. A tablet without a network drops it once it is online again."))
    return redirect(url_for(".overview"), 303)


@introductions_pages.post("/take-back")
@permission_required("introductions.make")
def take_back() -> ResponseReturnValue:
    """Take an approved part back from children, or discard a draft; immediately, and without a colleague."""
    if not PlainForm().validate_on_submit():
        abort(400)
    kind, language = request.form.get("kind", ""), request.form.get("language", "")
    approved = request.form.get("state") == "approved"
    if kind not in rules.KINDS or (language and language not in LANGUAGES):
        abort(400)
    session = db.session()
    key = PartKey(kind, language)
    store.withdraw_part(session, current_caller().person_id, key, caller_log(), approved=approved)
    if approved:
        reload_introductions_after_commit(session)
        flash(_("It is taken back. A tablet without a network drops it once it is online again."))
    else:
        _end_requests()
        flash(_("The draft is gone."))
    return redirect(url_for(".overview"), 303)


@introductions_pages.get("/files/<digest>")
@permission_required("home.see")
def show_file(digest: str) -> ResponseReturnValue:
    """Send a portrait or greeting: one's own, one that waits for the caller, or an approved one of a colleague."""
    session, caller = db.session(), current_caller()
    askers = approval.list_askers(session, caller.person_id, digest)
    colleagues = {person.id for person in list_people(session, caller.site_ids)}
    found_part = store.find_content(session, digest, {caller.person_id, *askers}, approved=False)
    content, media = found_part or store.find_content(session, digest, colleagues, approved=True) or abort(404)
    return send_part(content, media)
