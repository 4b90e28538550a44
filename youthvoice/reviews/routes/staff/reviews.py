"""Reviews: list, open, ask the child, read the statement, decide - HTTP only.

No list shows anything of a statement. Each opening is logged, and the advocate sees it on the review.
"""

import hashlib
from contextlib import suppress
from typing import Final

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accountability.labels import REPLY_REFUSAL_LABELS, reply_language_labels
from youthvoice.accountability.rules import PLAN
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.reviews import access, decisions, forms, labels, page, rules, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.duties import carriers
from youthvoice.reviews.duties.invited_people import is_held, list_invited
from youthvoice.reviews.duties.review_calendar import CALENDAR_TYPE, write_calendar
from youthvoice.reviews.entities import Attendance, Offer, Review, ReviewBody
from youthvoice.reviews.pack import Pack, WishView, list_site_views, read_pack, wish_title
from youthvoice.reviews.routes.staff import reviews_pages
from youthvoice.reviews.routes.staff.review_carriers import may_hand_over
from youthvoice.reviews.statements import options, review_slip, wish_readers
from youthvoice.reviews.statements.advocate_messages import SealedToAdvocate, list_messages
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import read_all
from youthvoice.sites.last_day import coming_last_day
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.store import find_site_by_slug, get_site
from youthvoice.threads.child_fields import pick_label
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.readership import OpenedThings, reader_key
from youthvoice.web import form_page
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import add_error, show_form
from youthvoice.web.i18n import languages

opened_reviews: Final = OpenedThings("reviews")
"""Reviews whose statement the caller has opened since signing in."""

_CONFLICT: Final = 409


@reviews_pages.context_processor
def _words() -> dict[str, object]:
    return {"say": labels, "options": options, "pick_label": pick_label, "speak": languages.chosen()}


def _pack(review: Review) -> Pack:
    caller, session = current_caller(), db.session()
    return read_pack(session, review, reader_key(session, caller), open_private_key(caller))


@reviews_pages.get("/")
@permission_required("reviews.see")
def index() -> ResponseReturnValue:
    """The reviews of the caller's sites that the caller may see."""
    session, caller = db.session(), current_caller()
    waiting = access.sites_with_waiting(session, caller, context.today())
    at = choose_sites(session, caller.site_ids, dict.fromkeys(waiting, 1))
    opens = page.sites_with_reviewers(session, at.sites) if caller.may("reviews.open") else ()
    page_number = max(1, request.args.get("page", 1, int))
    lines_by_site = page.list_lines(session, caller, at.sites, page_number)
    pages = max((-(-site_lines.number // page.MAX_LINES) for _site, site_lines in lines_by_site), default=1)
    has_days = store.has_days(session, caller.person_id)
    return render_template(
        "reviews/index.html", listed=lines_by_site, at=at, opens=opens, page=page_number, pages=pages, mine=has_days
    )


@reviews_pages.get("/days.ics")
@permission_required("reviews.see")
def days() -> ResponseReturnValue:
    """The days of the reviews that the caller carries or decides, as a calendar file."""
    session, caller = db.session(), current_caller()
    reviews = store.list_reviews(session, caller.site_ids, caller.person_id)
    keys = wish_readers.list_keys_with_known_wishes(session, reader_key(session, caller), reviews)
    waiting = [review for review in reviews if not review.is_decided(knows=review.key in keys)]
    file = Response(write_calendar(waiting, str(_("Meeting"))), content_type=CALENDAR_TYPE)
    file.headers["Content-Disposition"] = 'attachment; filename="days.ics"'
    return file


@reviews_pages.route("/new/<slug>", methods=["GET", "POST"])
@permission_required("reviews.open")
def new(slug: str) -> ResponseReturnValue:
    """Open a review at a site."""
    session, caller = db.session(), current_caller()
    site = find_site_by_slug(session, slug) or abort(404)
    site_or_404(site.id)
    advocates, reviewers = page.advocates_at(session, site), page.reviewers_at(session, site.id)
    usual = caller.person_id if caller.role == ADVOCATE else 0
    today = context.today(site.time_zone)
    last_day = coming_last_day(site, today)
    form = forms.ReviewForm.offering(advocates, reviewers, today, last_day, usual_advocate=usual)
    asks_once_more = bool(form.once_more.data)
    if form.validate_on_submit() and (day := form.day.data):
        if not form.once_more.data and store.list_same_day(session, site.id, form.case_number.data, day):
            asks_once_more = True
            add_error(form, "once_more", str(labels.REFUSAL_LABELS["same_day"]))
        else:
            carries_it = form.advocate.data == caller.person_id
            body = ReviewBody(
                case_number=form.case_number.data.strip(),
                step=form.step.data,
                kind=form.kind.data,
                invited=forms.sort_invited(form.invited.data or ()),
                outside=form.outside.data,
                opened_by=caller.person_id,
                opened_on=today,
                carried_since=today if carries_it else None,
            )
            review = store.open_review(
                session,
                caller_log(),
                site_id=site.id,
                day=day,
                advocate_id=form.advocate.data,
                reviewer_id=form.reviewer.data,
                body=body,
            )
            _transfer_later_words(review)
            flash(_("The review is open. The advocate finds it on her To do page."))
            return redirect(url_for(".detail", key=review.key), 303)
    return show_form("reviews/new.html", form, site=site, lacks=not (advocates and reviewers), asks=asks_once_more)


def _transfer_later_words(review: Review) -> None:
    """Transfer what the child said for the next review to its advocate, where the caller holds it."""
    session, caller = db.session(), current_caller()
    own_key, day = reader_key(session, caller), page.today_at(session, review)
    with suppress(Refused):  # the child does not want this advocate: the words stay where they are
        carriers.transfer_messages_to_carrier(session, review, own_key, open_private_key(caller), day)


@reviews_pages.get("/<key>")
@permission_required("reviews.see")
def detail(key: str) -> ResponseReturnValue:
    """A review: its envelope until the caller opens it, then its pack."""
    review, session, caller = access.review_or_404(key), db.session(), current_caller()
    site = get_site(session, review.site_id)
    today, pack = context.today(site.time_zone), _pack(review)
    knows = pack.statement is not None or caller.person_id == review.advocate_id
    for_review = caller.may("publications.review")
    for_advocate = _for_advocate(pack) if caller.role == ADVOCATE else []
    statement = pack.statement if review.id in opened_reviews else None
    acts = caller.person_id == review.advocate_id or access.may_decide(session, review, caller)
    everybody = list_invited(session, review)
    return render_template(
        "reviews/review.html",
        everybody_invited=everybody,
        invited=everybody if statement and acts else (),
        held=is_held(review, today),
        unwanted=statement.not_there if statement else (),
        person_id=caller.person_id,
        review=review,
        pack=pack,
        sealed=pack.has_words and review.id not in opened_reviews,
        views=list_site_views(session, pack, languages.chosen(), for_review=for_review),
        for_review=for_review,
        stage=review.stage(today, knows=knows),
        today=today,
        site=site,
        carries=caller.person_id == review.advocate_id,
        decides=access.may_decide(session, review, caller),
        hands_over=may_hand_over(review),
        closed_to_advocate=not carriers.is_open_to_advocate(session, review),
        gives_statement=carriers.can_transfer_statement(session, review, reader_key(session, caller)),
        alarm_words=page.alarm_label(review, today, knows=knows),
        changes_day=caller.may("reviews.open"),
        plain=PlainForm(),
        for_advocate=for_advocate,
        is_newest=bool(for_advocate) and store.find_newest_of_case(session, review).id == review.id,
        team=_team_outside(review, pack, sealed=review.id not in opened_reviews),
        tongues=[languages.LANGUAGES[code] for code in site.languages if code in languages.TRANSLATED],
    )


def _for_advocate(pack: Pack) -> list[SealedToAdvocate]:
    """What the child said to the caller only, after this review or an earlier one."""
    caller, keys = current_caller(), {pack.review.key, *(earlier_review.review.key for earlier_review in pack.earlier)}
    return list_messages(db.session(), caller.person_id, open_private_key(caller), keys)


def _team_outside(review: Review, pack: Pack, *, sealed: bool) -> page.TeamOutside | None:
    """Links for the outside team, where the caller has opened the child's consent to it; else None."""
    statement = None if sealed else pack.statement
    if (
        statement is None
        or not statement.outside
        or not review.body.outside
        or not page.may_manage_links(review, current_caller())
    ):
        return None
    return page.read_team_outside(db.session(), review)


@reviews_pages.post("/<key>/carry")
@permission_required("reviews.carry")
def carry(key: str) -> ResponseReturnValue:
    """The advocate accepts to carry the review."""
    review = access.review_or_404(key, to_change=True)
    if current_caller().person_id != review.advocate_id:
        abort(404)
    if PlainForm().validate_on_submit() and review.body.carried_since is None:
        store.carry_review(db.session(), review, caller_log())
        flash(_("You hold this review. Ask the child whether she wants to say something."))
    return redirect(url_for(".detail", key=key), 303)


@reviews_pages.route("/<key>/asked", methods=["GET", "POST"])
@permission_required("reviews.carry")
def ask_child(key: str) -> ResponseReturnValue:
    """The advocate records that the child was asked."""
    review, session, caller = access.review_or_404(key, to_change=True), db.session(), current_caller()
    if caller.person_id != review.advocate_id:
        abort(404)
    form = forms.OfferForm()
    if form.validate_on_submit():
        day = page.today_at(session, review)
        offer = Offer(day, caller.person_id, form.outcome.data, form.alone.data == "yes")
        store.record_offer(session, review, offer, caller_log())
        flash(_("It is kept."))
        return redirect(url_for(".detail", key=key), 303)
    return show_form("reviews/asked.html", form, review=review)


@reviews_pages.route("/<key>/there", methods=["GET", "POST"])
@permission_required("reviews.decide")
def attendance(key: str) -> ResponseReturnValue:
    """Record how the child took part on the day."""
    review, session = access.review_or_404(key, to_change=True), db.session()
    if not access.may_decide(session, review, current_caller()) or page.today_at(session, review) < review.day:
        abort(404)
    recorded = review.body.attendance
    form = forms.ReviewAttendanceForm.offering(page.everybody_at(session, review.site_id), recorded)
    if form.validate_on_submit():
        new_attendance = Attendance(form.child.data, form.alone.data == "yes", form.spoken_for_by.data or 0)
        store.record_attendance(session, review, new_attendance, caller_log())
        flash(_("It is kept."))
        return redirect(url_for(".detail", key=key), 303)
    return show_form("reviews/there.html", form, review=review)


@reviews_pages.route("/<key>/day", methods=["GET", "POST"])
@permission_required("reviews.open")
def move(key: str) -> ResponseReturnValue:
    """Change the day of a review; the child may change the statement until the new day."""
    review, session = access.review_or_404(key, to_change=True), db.session()
    form = forms.DayForm(data={"day": review.day})
    if form.validate_on_submit():
        today = page.today_at(session, review)
        last_day = coming_last_day(get_site(session, review.site_id), today)
        code = "decided_already" if today >= review.day else rules.day_refusal(form.day.data, today, last_day)
        if form.day.data == today:
            # the chosen readers could open the statement immediately, and the child could change nothing
            code = "day_is_over"
        if code is None:
            store.move_review(session, review, form.day.data, caller_log())
            flash(_("The review has a new day."))
            return redirect(url_for(".detail", key=key), 303)
        add_error(form, "day", str(labels.REFUSAL_LABELS[code]))
    return show_form("reviews/day.html", form, review=review)


@reviews_pages.post("/<key>/open")
@permission_required("reviews.see")
def open_statement(key: str) -> ResponseReturnValue:
    """Open the statement; the opening is logged, and the advocate sees who did it."""
    review, session, caller = access.review_or_404(key, to_change=True), db.session(), current_caller()
    pack = _pack(review)
    if not pack.has_words:
        abort(404)
    store.record_opening(session, review, caller.person_id, caller_log())
    store.record_earlier_openings(session, pack.opened_before, caller.person_id, caller_log())
    opened_reviews.note(review.id)
    return redirect(url_for(".detail", key=key), 303)


def _words_of(key: str) -> tuple[Statement | None, tuple[ThreadEntry, ...]]:
    """The statement and later entries that the caller has opened.

    It uses a separate transaction: listening must not block writers.
    """
    caller = current_caller()
    with db.reading(db.engine()) as session:
        review = access.find_visible_review(session, key, caller)
        if review is None or review.id not in opened_reviews:
            abort(404)
        return read_all(session, review, reader_key(session, caller), open_private_key(caller))


@reviews_pages.post("/<key>/voice")
@permission_required("reviews.see")
def listen(key: str) -> ResponseReturnValue:
    """Play the child's recording. It starts with a button and is stored nowhere."""
    statement, _later = _words_of(key)
    if statement is None or not statement.voice:
        abort(404)
    return Response(statement.voice, content_type=statement.voice_kind)


@reviews_pages.post("/<key>/voice/<entry>")
@permission_required("reviews.see")
def listen_disagrees(key: str, entry: str) -> ResponseReturnValue:
    """Play the child's recorded reason for disagreeing. It starts with a button and is stored nowhere."""
    _statement, later_entries = _words_of(key)
    thread_entry = next((thread_entry for thread_entry in later_entries if thread_entry.id.hex() == entry), None)
    if thread_entry is None or thread_entry.kind != decisions.DISAGREES or not thread_entry.sound:
        abort(404)
    return Response(thread_entry.sound, content_type=str(thread_entry.said["kind"]))


@reviews_pages.route("/<key>/decide/<part>", methods=["GET", "POST"])
@permission_required("reviews.decide")
def decide(key: str, part: str) -> ResponseReturnValue:
    """Decide about the plan, or a wish that the caller may know. The form keeps what was typed after a conflict."""
    review, session, caller = access.review_or_404(key, to_change=True), db.session(), current_caller()
    pack = _pack(review)
    wish = next((wish for wish in pack.wishes if wish.part == part), None)
    if (
        wish is None
        or not access.may_decide(session, review, caller)
        or (part != PLAN and review.id not in opened_reviews)
    ):
        abort(404)
    site = get_site(session, review.site_id)
    language = pack.statement.language if pack.statement else site.languages[0]
    form = forms.DecisionForm.offering(
        part, page.everybody_at(session, review.site_id), (language, languages.chosen()), _form_values(wish)
    )
    readers = reply_language_labels(wish.decision, site.languages) if wish.decision else []
    same_wishes = [
        (earlier_review.review.day, earlier_wish)
        for earlier_review in pack.earlier
        for earlier_wish in earlier_review.wishes
        if earlier_wish.part == part
    ]
    template_values = {
        "before": same_wishes,
        "names": pack.names,
        "review": review,
        "wish": wish,
        "title": wish_title(part),
        "hers": language,
        "readers": readers,
    }
    if form.validate_on_submit() and (hard := form.hard_words):
        return render_template("reviews/decide.html", form=form, hard=hard, **template_values), form_page.UNPROCESSABLE
    if form.is_submitted() and not form.errors:
        decision = Decision(part, form.kind.data, form.said, form.carried_by.data or 0, form.day)
        version = review.version if form.version.data == _decision_digest(wish) else 0  # no review has version 0
        try:
            decisions.decide(session, review, decision, version, caller.person_id, caller_log())
        except ConcurrentUpdate:
            session.rollback()
            words = _("Somebody saved a decision while you were writing. Compare the two, then keep one.")
            form.version.raw_data = form.version.data = _decision_digest(wish)
            form.form_errors = [words]
            return render_template("reviews/decide.html", form=form, **template_values), _CONFLICT
        except Refused as refused:
            session.rollback()
            for code in dict.fromkeys((refused.code, *form.list_missing())):
                form.refuse(code, _refusal_message(code))
        else:
            flash(_("The decision is kept. The child reads it with her code."))
            return redirect(url_for(".detail", key=key), 303)
    return show_form("reviews/decide.html", form, **template_values)


def _decision_digest(wish: WishView) -> str:
    """What the form holds to detect a conflict. A number of the whole review would tell of wishes hidden from her."""
    return hashlib.sha256(repr((wish.part, wish.decision, wish.earlier)).encode()).hexdigest()[:16]


def _form_values(wish: WishView) -> dict[str, object]:
    reply = wish.decision
    values: dict[str, object] = {"version": _decision_digest(wish)}
    if reply is not None:
        values |= {"kind": reply.kind, "carried_by": reply.carried_by, "done_by": reply.done_by}
        values |= {f"words_{code}": words for code, words in reply.words.items()}
    return values


def _refusal_message(code: str) -> str:
    return str(labels.REFUSAL_LABELS.get(code) or REPLY_REFUSAL_LABELS[code])


@reviews_pages.post("/<key>/slip")
@permission_required("reviews.carry")
def deal_slip(key: str) -> ResponseReturnValue:
    """Deal a slip that leads the child to this review at a tablet, once."""
    review = _open_carried_or_404(key)
    try:
        pictures = review_slip.deal_slip(db.session(), review)
    except Refused as refused:
        db.session().rollback()
        flash(labels.SLIP_REFUSAL_LABELS[refused.code], "note")
        return redirect(url_for(".detail", key=key), 303)
    caller_log().add(db.session(), "review.slip", review.key)
    return render_template("reviews/slip.html", review=review, slips=[pictures])


def _open_carried_or_404(key: str) -> Review:
    """A review that the caller carries, as long as the child can still prepare."""
    review = access.review_or_404(key, to_change=True)
    if current_caller().person_id != review.advocate_id or review.body.carried_since is None:
        abort(404)
    if not rules.can_change(review.day, page.today_at(db.session(), review)):
        abort(410)
    return review
