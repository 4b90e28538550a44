"""A child tells what was good at `/good` - HTTP only. Nothing is logged; no address that is asked for has a choice."""

from flask import Blueprint, abort, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from youthvoice import db
from youthvoice.clips import availability
from youthvoice.good_news import forms, page
from youthvoice.good_news.rules import PASSED_ON
from youthvoice.introductions.shown_introductions import approved_introductions
from youthvoice.sites.page import render_not_open
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.threads.child_fields import MAX_FORM_BYTES, with_files
from youthvoice.threads.readership import letter_readers_at, readers_at
from youthvoice.web import headers, random_ids, uploads
from youthvoice.web.deliveries import is_delivered, read_form_submission_id, receipt, refusal
from youthvoice.web.i18n import languages
from youthvoice.web.pages import page_cache
from youthvoice.web.rate_limits import SENDING, client_key, rate_limited

good_pages = Blueprint("good", __name__, url_prefix="/good")


good_pages.before_request(headers.refuse_other_sites)


uploads.allow_larger(good_pages, MAX_FORM_BYTES, "good.send")


def _page_here() -> page.GoodNewsPageKey:
    tablet = current_tablet() or abort(403)
    sound = (tablet.voices, availability.clip_index().version, approved_introductions().version)
    readers, adults = readers_at(tablet.site.id), page.list_adults(tablet.site.id)
    if len(readers) == 1:  # nobody else could pass her thanks on
        adults = tuple(adult for adult in adults if adult.person_id != readers[0].person_id)
    return page.GoodNewsPageKey(tablet.site, readers, adults, languages.chosen(), sound)


@good_pages.get("")
def ask() -> ResponseReturnValue:
    """The page, which is the same for each tablet of a site except for its submission id."""
    page_key = _page_here()
    if not page_key.readers or not letter_readers_at(page_key.site):
        return render_not_open(page_key.site, "good_news/not_open.html"), 404
    prerendered = page.prerender(page_key)
    return headers.with_microphone(page_cache.serve_prerendered(prerendered, random_ids.new_submission_id()))


@good_pages.post("")
@rate_limited(SENDING, by=client_key)
def send() -> ResponseReturnValue:
    """Seal and store what was good; the same submission again is a success and counts once."""
    page_key = _page_here()
    submission_id = read_form_submission_id() or abort(400)
    form = forms.GoodNewsForm(with_files(request.form, request.files))
    form.validate()
    readers = page.chosen_readers(page_key.site.id, form.shown, form.left_out)
    adults, only_reader = (
        {adult.person_id for adult in page_key.adults},
        readers[0].person_id if len(readers) == 1 else 0,
    )
    refused = form.refused(adults, only_reader) or ({} if readers else {"readers": str(forms.NOBODY_READS)})
    if refused and not is_delivered():
        return _show_again(page_key, form, refused, 413 if form.voice.too_large else 422)
    if form.good_news("").is_empty or not readers:  # delivered later: nobody can be asked for more
        return receipt(submission_id, late=True)
    good_news = form.good_news(languages.chosen(page_key.site.languages), adults - {only_reader})
    page.take_good_news(db.session(), page_key.site, good_news, readers, submission_id)
    db.session().commit()
    if is_delivered():
        return receipt(submission_id)
    anchor = good_news.destination if good_news.destination in PASSED_ON else "alone"  # all of one length
    thanks = url_for("good.thank", _anchor=anchor)
    if headers.wants_json():
        return jsonify(sheet=submission_id.hex(), thanks=thanks), 201
    # the part named here replaces the one of the form, by which kiosk.js says that she listens
    return redirect(thanks + ("#aloud" if request.form.get("aloud") else ""), 303)


def _show_again(
    page_key: page.GoodNewsPageKey, form: forms.GoodNewsForm, refused: dict[str, str], status: int
) -> ResponseReturnValue:
    if headers.wants_json():
        return refusal(refused, status)
    submission_id = str(request.form["sheet"])
    shown_again = page.render_good_news_page(page_key, submission_id, form.input_values(), refused)
    return headers.with_microphone(make_response(shown_again, status))


@good_pages.get("/thanks")
def thank() -> ResponseReturnValue:
    """What happens now; the same after everything that was good."""
    return page.render_thanks(_page_here())
