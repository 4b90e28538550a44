"""Print the pack of a review - HTTP only.

The PDF is made while its reader waits, after the reader opened the statements in it. It is stored nowhere.
Where a statement is in it, the advocate sees the printing like an opening.
"""

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.accounts.store import names_of_people
from youthvoice.printing.page import paper_response, show_unmade, typeset_for_reader
from youthvoice.reviews import access, paper, store
from youthvoice.reviews.pack import list_site_views, read_pack
from youthvoice.reviews.routes.staff import reviews_pages
from youthvoice.reviews.routes.staff.reviews import opened_reviews
from youthvoice.sites.store import get_site
from youthvoice.threads.readership import reader_key
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import CODES, rate_limited


@reviews_pages.post("/<key>/print")
@permission_required("reviews.see")
@rate_limited(CODES)
def print_pack(key: str) -> ResponseReturnValue:
    """The pack as PDF in the language of the page."""
    if not PlainForm().validate_on_submit():
        abort(400)
    caller, language = current_caller(), languages.chosen()
    with db.reading(db.engine()) as session:  # slow typesetting must not block writers
        review = access.find_visible_review(session, key, caller) or abort(404)
        pack = read_pack(session, review, reader_key(session, caller), open_private_key(caller))
        if pack.has_words and review.id not in opened_reviews:
            abort(404)
        views = list_site_views(session, pack, language, for_review=caller.may("publications.review"))
        printed_by = names_of_people(session, [caller.person_id])[caller.person_id]
        document = paper.pack_document(pack, views, get_site(session, review.site_id), language, printed_by)
    typeset_document = typeset_for_reader(document)
    if typeset_document is None or not typeset_document.pdf:
        return show_unmade(document, typeset_document, url_for("reviews.detail", key=key))
    session = db.session()
    locked_review = access.find_visible_review(session, key, caller, to_change=True) or abort(404)
    store.record_printing(session, locked_review, caller.person_id, caller_log(), with_words=pack.has_words)
    store.record_earlier_openings(session, pack.opened_before, caller.person_id, caller_log(), printed=True)
    return paper_response(typeset_document.pdf, "review")
