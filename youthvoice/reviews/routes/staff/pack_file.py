"""A pack as one sealed file for another organisation, on the child's yes - HTTP only."""

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.errors import CannotOpen, KeyGone, Refused
from youthvoice.privacy.credentials.published_keys import read_key
from youthvoice.reviews import access, labels, page
from youthvoice.reviews.entities import PackHandover
from youthvoice.reviews.forms import PackFileForm
from youthvoice.reviews.outside.pack_file import hand_over_pack
from youthvoice.reviews.routes.staff.reviews import opened_reviews
from youthvoice.threads.readership import reader_key
from youthvoice.web.form_page import add_error, show_form

pack_file_pages = Blueprint("pack_file", __name__, url_prefix="/staff/reviews/<key>/file")


@pack_file_pages.route("", methods=["GET", "POST"])
@permission_required("reviews.carry")
def give(key: str) -> ResponseReturnValue:
    """Write down the child's yes, and take the file."""
    session, caller = db.session(), current_caller()
    review = access.review_or_404(key, to_change=True)
    today = page.today_at(session, review)
    if caller.person_id != review.advocate_id or today < review.day:
        abort(404)
    if review.statement is not None and review.id not in opened_reviews:
        abort(404)
    form = PackFileForm()
    if not form.validate_on_submit():
        return show_form("reviews/pack_file.html", form, review=review)
    given = PackHandover(today, caller.person_id, form.to.data.strip(), form.yes_on.data, form.how.data)
    me, public = reader_key(session, caller), read_key(form.key.data) or abort(400)
    try:
        sealed = hand_over_pack(session, review, given, public, me, open_private_key(caller), caller_log())
    except (Refused, CannotOpen, KeyGone) as refused:
        session.rollback()
        code, name = (refused.code, refused.field) if isinstance(refused, Refused) else ("not_open", "")
        add_error(form, name, str(labels.HANDOVER_REFUSAL_LABELS[code]))
        return show_form("reviews/pack_file.html", form, review=review)
    session.commit()
    headers = {"Content-Disposition": 'attachment; filename="pack.youthvoice"'}
    return Response(sealed, content_type="application/octet-stream", headers=headers)
