"""Pages of representatives: sign in, post, order the agenda, hand over - HTTP only; nothing is logged."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Final

from flask import Response, abort, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.committees import representative_pages, status
from youthvoice.committees.agenda.entities import TOPICS, WISHES
from youthvoice.committees.elections.labels import CONTENT_NOTICES, DONE_LABELS, FIELD_REFUSALS
from youthvoice.committees.forms import SuggestForm
from youthvoice.committees.representatives import agenda_actions, picture_sign_in
from youthvoice.committees.representatives.rules import RESIGNED, Representative, may_take_over
from youthvoice.committees.representatives.signed_in_representative import (
    SignedInRepresentative,
    begin_session,
    current_representative,
    end_session,
    extend_session,
    signed_in,
)
from youthvoice.committees.representatives.store import end_term, list_to_hand_over, record_hand_over
from youthvoice.committees.routes.public import rep_pages
from youthvoice.committees.suggestions import page as suggestions_page
from youthvoice.errors import ConcurrentUpdate
from youthvoice.sites.labels import danger_label, names_label
from youthvoice.sites.store import CurrentTablet
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.threads.child_codes.code_attempts import TooManyCodeAttempts
from youthvoice.threads.child_fields import CODE_FIELDS, CODE_PICKS, MAX_FORM_BYTES, read_code, with_files
from youthvoice.threads.readership import is_channel_open, readers_at
from youthvoice.web import headers, random_ids, rate_limits, uploads
from youthvoice.web.deliveries import refusal
from youthvoice.web.i18n import languages

rep_pages.before_request(headers.refuse_other_sites)


rep_pages.after_request(extend_session)


_UNPROCESSABLE, _TOO_MANY = 422, 429

_MAX_WORD_LETTERS: Final = 40


@rep_pages.get("/mine")
def mine() -> ResponseReturnValue:
    """The home page of a representative; the sign-in page if nobody is signed in."""
    tablet, representative = _tablet_or_403(), current_representative()
    if representative is None:
        return representative_pages.render_sign_in(tablet)
    session = db.session()
    to_hand_over = list_to_hand_over(session, representative.committee.id, representative.today)
    return representative_pages.render_signed_in(
        "committees/representatives/home.html",
        representative,
        done=DONE_LABELS.get(request.args.get("done", ""), ""),
        answered=agenda_actions.list_item_views(session, representative, ["answered"]),
        hands_over=any(former.post == representative.representative.post for former in to_hand_over),
        tells=is_channel_open(tablet.site),
        given=status.list_picture_dates(session, representative.committee).get(
            representative.representative.nickname, ""
        ),
    )


@rep_pages.post("/mine")
@rate_limits.rate_limited(rate_limits.SENDING)
def sign_in() -> ResponseReturnValue:
    """Check seven pictures. The error is the same for every representative."""
    tablet, code = _tablet_or_403(), read_code(request.form)
    if code is None:
        return _show_again(tablet)
    who = random_ids.read_submission_id(request.form.get("who", ""))
    try:
        representative = picture_sign_in.find_signing_in(who, code, tablet)
    except TooManyCodeAttempts as error:
        return _show_later(error.code, tablet)
    if representative is None:
        return _show_refusal(
            tablet,
            _("These pictures do not open it. Choose them again. Did somebody give new ones? Ask an advocate."),
        )
    return begin_session(redirect(url_for(".mine"), 303), representative)


def _show_again(tablet: CurrentTablet) -> ResponseReturnValue:
    missing = [name for name in CODE_FIELDS if request.form.get(name, "") not in CODE_PICKS]
    return _show_refusal(tablet, _("Tap one picture first."), missing)


def _show_refusal(tablet: CurrentTablet, words: str, missing: list[str] | None = None) -> ResponseReturnValue:
    if headers.wants_json():
        return jsonify(words=str(words)), _UNPROCESSABLE
    return representative_pages.render_sign_in(tablet, "" if missing else str(words), missing or ()), _UNPROCESSABLE


def _show_later(code: str, tablet: CurrentTablet) -> ResponseReturnValue:
    if code == "wait":
        words = str(_("Wait a little, then try again."))
        return (
            jsonify(words=words) if headers.wants_json() else representative_pages.render_sign_in(tablet, words)
        ), _TOO_MANY
    if headers.wants_json():
        return jsonify(go=url_for(".later")), _TOO_MANY
    return representative_pages.render_plain("committees/representatives/slowed.html"), _TOO_MANY


@rep_pages.get("/mine/later")
def later() -> ResponseReturnValue:
    """This tablet has had too many attempts today."""
    _tablet_or_403()
    return representative_pages.render_plain("committees/representatives/slowed.html")


@rep_pages.get("/mine/word")
def word() -> ResponseReturnValue:
    """The page on which a child types the word that shows new pictures."""
    _tablet_or_403()
    return representative_pages.render_plain("committees/representatives/word_entry.html", wrong="")


@rep_pages.post("/mine/word")
@rate_limits.rate_limited(rate_limits.SENDING)
def take_word() -> ResponseReturnValue:
    """Show new pictures to the child who typed the word."""
    tablet, typed = _tablet_or_403(), request.form.get("word", "")[:_MAX_WORD_LETTERS]
    try:
        code = picture_sign_in.deal_pictures(typed, tablet)
    except TooManyCodeAttempts as error:
        if error.code == "tablet":
            return representative_pages.render_plain("committees/representatives/slowed.html"), _TOO_MANY
        return representative_pages.render_plain("committees/representatives/word_entry.html", wrong="wait"), _TOO_MANY
    if code is None:
        return representative_pages.render_plain(
            "committees/representatives/word_entry.html", wrong="word"
        ), _UNPROCESSABLE
    return representative_pages.render_new_pictures(code)


@rep_pages.get("/mine/pictures")
def pictures_kept() -> ResponseReturnValue:
    """The page that shows new pictures again after a reload; the server sends nothing of them."""
    _tablet_or_403()
    return representative_pages.render_kept_pictures()


@rep_pages.post("/mine/seen")
def pictures_seen() -> ResponseReturnValue:
    """The child has seen the pictures; nothing is stored about that."""
    reply = redirect("/language", 303)
    reply.delete_cookie(languages.COOKIE)
    return reply


@rep_pages.route("/mine/stop", methods=["GET", "POST"])
def give_up_post() -> ResponseReturnValue:
    """End one's own term, after reading what that means."""
    tablet, representative = _tablet_or_403(), current_representative()
    if representative is None:
        return redirect(url_for(".mine"), 303)
    if request.method == "GET":
        return representative_pages.render_signed_in("committees/representatives/resignation.html", representative)
    day = context.today(tablet.site.time_zone)
    end_term(db.session(), representative.representative, day, RESIGNED)
    db.session().commit()
    return end_session(redirect("/language", 303))


@rep_pages.get("/mine/bye")
@rep_pages.get("/mine/bye/<code>")
def show_goodbye(code: str = "") -> ResponseReturnValue:
    """Sign out and show the first screen, or a harmless page in a language."""
    if code and code not in languages.TRANSLATED:
        abort(404)
    return end_session(redirect(url_for("kiosk.exit_page", code=code) if code else "/language"))


@rep_pages.post("/mine/bye")
def leave() -> ResponseReturnValue:
    """Sign out; sent by a page that is being closed."""
    return end_session(Response(status=204))


def _tablet_or_403() -> CurrentTablet:
    return current_tablet() or abort(403)


_STEPS: Final = {"up": -1, "down": 1}


@rep_pages.get("/post")
@signed_in
def post(representative: SignedInRepresentative) -> ResponseReturnValue:
    """The page with three steps: topic, wish, Post."""
    return _render_post_form(representative, agenda_actions.PostedItem("", "", ""), {})


@rep_pages.post("/post")
@rate_limits.rate_limited(rate_limits.SENDING)
@signed_in
def send_post(representative: SignedInRepresentative) -> ResponseReturnValue:
    """Add an item to the agenda; or explain what speaks against it, and keep every word."""
    item = agenda_actions.read_posted(request.form)
    if "change" in request.form:
        return _render_post_form(representative, item, {})
    if item.wrong:
        return _render_post_form(representative, item, item.wrong), _UNPROCESSABLE
    with db.reading(db.engine()) as session:
        why = agenda_actions.check_posted(session, representative, item)
    if why:
        return representative_pages.render_signed_in(
            "committees/agenda/post_check.html", representative, posted=item, why=CONTENT_NOTICES[why]
        ), _UNPROCESSABLE
    agenda_actions.post_item(db.session(), representative, item)
    db.session().commit()
    return redirect(url_for("rep.mine", done="posted"), 303)


uploads.allow_larger(rep_pages, MAX_FORM_BYTES, "rep.send_spoken")


@rep_pages.get("/mine/speak")
@signed_in
def speak(representative: SignedInRepresentative) -> ResponseReturnValue:
    """The page on which a representative records a suggestion.

    A voice tells who it is, so it goes to an advocate and is never published.
    """
    return _render_speaking(representative, random_ids.new_submission_id(), {})


@rep_pages.post("/mine/speak")
@rate_limits.rate_limited(rate_limits.SENDING)
@signed_in
def send_spoken(representative: SignedInRepresentative) -> ResponseReturnValue:
    """Send a recorded suggestion. Without a submission id the form comes from the posting page, and is shown."""
    offered = _suggestion_page_key(representative).offered or abort(404)
    form = SuggestForm(
        with_files(request.form, request.files), [suggestible_committee.id for suggestible_committee in offered]
    )
    form.validate()
    submission_id = random_ids.read_submission_id(request.form.get("sheet", ""))
    if submission_id is None:
        return _render_speaking(representative, random_ids.new_submission_id(), form.input_values())
    if refused := form.refused():
        if headers.wants_json():
            return refusal(refused, _UNPROCESSABLE)
        return _render_speaking(representative, submission_id.hex(), form.input_values(), refused), _UNPROCESSABLE
    suggestion = form.suggestion(representative.language)
    committee_id = representative.committee.id
    suggestions_page.take_suggestion(db.session(), representative.site, committee_id, suggestion, submission_id)
    db.session().commit()
    done = url_for("rep.mine", done="spoken")
    return (jsonify(sheet=submission_id.hex(), thanks=done), 201) if headers.wants_json() else redirect(done, 303)


def _suggestion_page_key(representative: SignedInRepresentative) -> suggestions_page.SuggestionPageKey:
    """The key of the suggestion page for the representative's own committee; without choices if it has no reader."""
    with db.reading(db.engine()) as session:
        committees = suggestions_page.list_suggestible_committees(session, representative.site)
    offered = tuple(
        suggestible_committee
        for suggestible_committee in committees
        if suggestible_committee.id == representative.committee.id
    )
    return suggestions_page.SuggestionPageKey(
        representative.site, offered, representative.today, representative.language, tells=False
    )


def _render_speaking(
    representative: SignedInRepresentative,
    submission_id: str,
    values: Mapping[str, Collection[str]],
    refused: Mapping[str, str] | None = None,
) -> Response:
    page_key = _suggestion_page_key(representative)
    if not page_key.offered:
        abort(404)
    ways = {"action": url_for(".send_spoken"), "posts": True, **representative_pages.page_links()}
    return headers.with_microphone(
        make_response(suggestions_page.render_suggestion_page(page_key, submission_id, values, refused, ways))
    )


def _render_post_form(
    representative: SignedInRepresentative, item: agenda_actions.PostedItem, wrong: Mapping[str, str]
) -> str:
    why = {name: FIELD_REFUSALS[code] for name, code in wrong.items()}
    return representative_pages.render_signed_in(
        "committees/agenda/post.html",
        representative,
        posted=item,
        why=why,
        topics=TOPICS,
        wishes=WISHES,
        speaks=bool(_suggestion_page_key(representative).offered),
    )


@rep_pages.route("/mine/order", methods=["GET", "POST"])
@signed_in
def order(representative: SignedInRepresentative) -> ResponseReturnValue:
    """The order of the agenda, and answers due from adults."""
    session = db.session()
    if request.method == "GET":
        return representative_pages.render_signed_in(
            "committees/agenda/order.html",
            representative,
            waiting=agenda_actions.list_item_views(session, representative, agenda_actions.WAITING),
            owed=agenda_actions.list_item_views(session, representative, ["with_adults"]),
            settled=agenda_actions.list_settled_alone(session, representative),
        )
    for name, step in _STEPS.items():
        if key := request.form.get(name, ""):
            agenda_actions.move_item(session, representative, key, step)
            session.commit()
            return redirect(url_for(".order", _anchor=f"i-{key}" if len(key) <= 32 and key.isalnum() else None), 303)  # noqa: PLR2004 - digits of an id
    with suppress(ConcurrentUpdate):  # the page shows how it is now
        _act_without_adults(representative, request.form)
        session.commit()
    return redirect(url_for(".order"), 303)


def _act_without_adults(representative: SignedInRepresentative, form: Mapping[str, str]) -> None:
    """Actions on items that are discussed without adults: keep, bring in, settle, discuss again."""
    session = db.session()
    for name in ("alone", "bring"):
        if key := form.get(name, ""):
            agenda_actions.set_alone(session, representative, key, alone=name == "alone")
    for name, act in (("settle", agenda_actions.settle_alone), ("again", agenda_actions.talk_again)):
        if key := form.get(name, ""):
            act(session, representative, key)


@rep_pages.route("/mine/really", methods=["GET", "POST"])
@signed_in
def confirm_done(representative: SignedInRepresentative) -> ResponseReturnValue:
    """Answers of adults: a meeting says whether they are really done."""
    session = db.session()
    if request.method == "GET":
        answered = agenda_actions.list_item_views(session, representative, ["answered"])
        return representative_pages.render_signed_in(
            "committees/agenda/adult_answers.html", representative, answered=answered
        )
    answer = next((name for name in ("yes", "not_yet") if request.form.get(name)), "")
    if answer and agenda_actions.say_done(session, representative, request.form[answer], done=answer == "yes"):
        session.commit()
        return redirect(url_for("rep.mine", done="really"), 303)
    return redirect(url_for(".confirm_done"), 303)


@rep_pages.route("/mine/hand-over", methods=["GET", "POST"])
@signed_in
def hand_over(representative: SignedInRepresentative) -> ResponseReturnValue:
    """Hand over open items from a former representative to the present one; both confirm."""
    session, day = db.session(), representative.today
    to_hand_over = list_to_hand_over(session, representative.committee.id, day)
    former_ones = [former for former in to_hand_over if may_take_over(representative.representative, former)]
    # the form names the one that its page showed; the page shows the first
    old = next((former for former in former_ones if former.key == request.form.get("old", former.key)), None)
    if old is None:
        return redirect(url_for("rep.mine"), 303)
    if request.method == "POST" and {"gave", "took"} <= set(request.form):
        record_hand_over(session, old.id, day)
        session.commit()
        return redirect(url_for("rep.mine", done="handed"), 303)
    return _render_handover(representative, old), _UNPROCESSABLE if request.method == "POST" else 200


def _render_handover(representative: SignedInRepresentative, old: Representative) -> str:
    items = agenda_actions.list_item_views(db.session(), representative, agenda_actions.HANDED_OVER)
    return representative_pages.render_signed_in(
        "committees/representatives/handover.html", representative, old=old, found=items, given=set(request.form)
    )


@rep_pages.route("/mine/friend", methods=["GET", "POST"])
@rate_limits.rate_limited(rate_limits.SENDING)
@signed_in
def tell_of_a_friend(representative: SignedInRepresentative) -> ResponseReturnValue:
    """Report something bad about which a friend spoke (S26): the report goes to the advocates.

    The text that was typed comes along. The representative is signed out, and `/tell` takes the same form (307 keeps
    it).
    """
    if "begin" in request.form and is_channel_open(representative.site):
        return end_session(redirect("/tell", 307), forgets_language=False)
    words = agenda_actions.read_posted(request.form).words
    names = names_label([reader.name for reader in readers_at(representative.site.id)])
    template_values = {
        "hers": words,
        "names": names,
        "tells": is_channel_open(representative.site),
        "in_danger": danger_label(representative.site),
    }
    return representative_pages.render_signed_in(
        "committees/representatives/friend_report.html", representative, **template_values
    )
