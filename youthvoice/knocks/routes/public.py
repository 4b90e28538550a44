"""A child knocks at `/talk` - HTTP only. Nothing is logged, and no address names the adult whom she chose."""

from flask import Blueprint, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from youthvoice import db
from youthvoice.clips import availability
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.introductions.shown_introductions import approved_introductions
from youthvoice.knocks import page as knock_page, rules, store
from youthvoice.knocks.forms import KnockForm
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.threads.readership import is_channel_open
from youthvoice.web import headers, random_ids
from youthvoice.web.deliveries import is_delivered, read_form_submission_id, receipt, refusal
from youthvoice.web.i18n import languages
from youthvoice.web.pages import page_cache
from youthvoice.web.rate_limits import SENDING, client_key, rate_limited

talk_pages = Blueprint("talk", __name__, url_prefix="/talk")


talk_pages.before_request(headers.refuse_other_sites)


_NOT_TAKEN = 422


def _page_here() -> knock_page.KnockPageKey:
    tablet = current_tablet() or abort(403)
    sound = (tablet.voices, availability.clip_index().version, approved_introductions().version)
    people, tells = knock_page.knock_people(tablet.site.id), is_channel_open(tablet.site)
    return knock_page.KnockPageKey(tablet.site, people, languages.chosen(), sound, tells)


@talk_pages.get("")
def ask() -> ResponseReturnValue:
    """The page, which is the same for each tablet of a site except for its submission id."""
    page_key = _page_here()
    if not page_key.people.listeners:
        return render_template("knocks/not_open.html", front_href="/language"), 404
    return page_cache.serve_prerendered(knock_page.prerender(page_key), random_ids.new_submission_id())


@talk_pages.post("")
@rate_limited(SENDING, by=client_key)
def send() -> ResponseReturnValue:
    """Put a knock into the box of the site; the same submission again is a success and changes nothing."""
    page_key = _page_here()
    submission_id = read_form_submission_id() or abort(400)
    form = KnockForm(request.form, [listener.person_id for listener in page_key.people.listeners])
    if refused := form.refused():
        if not is_delivered():
            return _show_again(page_key, form, refused)
        # delivered later, it is taken also where its adult has stopped listening since
        if form.knock.wish not in rules.WISHES or not store.listens_or_listened_at(
            db.session(), form.knock.person_id, page_key.site.id
        ):
            return receipt(submission_id, late=True)
    try:
        store.take_knock(db.session(), page_key.site, form.knock, submission_id)
    except (CannotOpen, KeyGone):  # the page stays open, an envelope on its tablet, until the box opens again
        abort(503)
    db.session().commit()
    db.truncate_write_ahead_log(db.engine())  # it would hold each knock apart, between lines that tell the minute
    if is_delivered():
        return receipt(submission_id)
    thanks = url_for("talk.thank")
    if headers.wants_json():
        return jsonify(sheet=submission_id.hex(), thanks=thanks), 201
    return redirect(thanks, 303)


def _show_again(page_key: knock_page.KnockPageKey, form: KnockForm, refused: dict[str, str]) -> ResponseReturnValue:
    if headers.wants_json():
        return refusal(refused, _NOT_TAKEN)
    page = knock_page.render_knock_page(page_key, str(request.form["sheet"]), form.values(), refused)
    return make_response(page, _NOT_TAKEN)


@talk_pages.get("/thanks")
def thank() -> ResponseReturnValue:
    """What happens now; the same after every knock."""
    return knock_page.render_thanks(_page_here())
