"""The advocate makes a report of a statement that shows a danger - HTTP only."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.errors import Refused
from youthvoice.reviews import access, labels
from youthvoice.reviews.duties import danger_report
from youthvoice.reviews.forms import ReportedPartForm
from youthvoice.reviews.routes.staff import reviews_pages
from youthvoice.reviews.routes.staff.reviews import opened_reviews
from youthvoice.reviews.statements.store import read_statement
from youthvoice.sites.store import get_site
from youthvoice.threads.readership import reader_key
from youthvoice.threads.thread_ports import ReferralRefused, reports
from youthvoice.web.form_page import add_error, show_form


@reviews_pages.route("/<key>/report/", methods=["GET", "POST"])
@permission_required("reviews.carry")
def report_from_review(key: str) -> ResponseReturnValue:
    """Ask which part it is, what it is about, and who must not read the report."""
    review, session, caller = access.review_or_404(key, to_change=True), db.session(), current_caller()
    if caller.person_id != review.advocate_id or review.id not in opened_reviews:
        abort(404)
    statement = read_statement(session, review, reader_key(session, caller), open_private_key(caller)) or abort(404)
    site = get_site(session, review.site_id)
    form, part_form = reports().asking(site), ReportedPartForm.offering(danger_report.list_parts(statement))
    if all([part_form.validate_on_submit(), form.validate_on_submit()]):  # validate both, to show all errors together
        part = part_form.part.data
        try:
            danger_report.make_report(session, review, statement, part, caller, caller_log(), site, form)
        except ReferralRefused:
            session.rollback()
        except Refused as refused:
            session.rollback()
            add_error(part_form, "part", str(labels.REFUSAL_LABELS[refused.code]))
        else:
            flash(_("It is now a report, and its deadlines have started. She reads on her page that you reported it."))
            return redirect(url_for("reviews.detail", key=key), 303)
    page, status = show_form("reviews/report.html", form, part=part_form, review=review)
    return page, 422 if part_form.errors else status
