"""An advocate makes a report of a letter - HTTP only."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.grievances.advocate_reports import find_report_of_letter, make_from_letter
from youthvoice.grievances.intake.forms import LetterReportForm
from youthvoice.grievances.intake.rules import CannotBeLeftOut
from youthvoice.grievances.routes.staff import reports_pages
from youthvoice.sites.store import get_site
from youthvoice.threads import readership, thread_ports
from youthvoice.threads.letters.letter_box import EncryptedLetter, OpenedLetter
from youthvoice.threads.routes.staff.letters import letter_or_404, open_for_caller
from youthvoice.threads.store import list_threads
from youthvoice.web.form_page import show_form


@reports_pages.route("/letters/<letter_id>/report", methods=["GET", "POST"])
@permission_required("letters.read", menu="letters.index")
def make_report(letter_id: str) -> ResponseReturnValue:
    """Ask for the topic and for people to exclude, beside the letter. A letter that is still closed is opened first."""
    (letter, locked), session = letter_or_404(letter_id), db.session()
    if letter.id not in readership.opened_letters:
        return redirect(url_for("letters.envelope", letter_id=letter_id), 303)
    if find_report_of_letter(session, letter.id):
        return _already_made(letter.id)
    site, opened_letter = get_site(session, letter.site_id), _open_or_410(locked)
    form = LetterReportForm.offering(readership.everybody_at(site.id))
    template_values = {"letter": letter, "site": site, "opened": opened_letter}
    if not form.validate_on_submit():
        return show_form("grievances/intake/letter_report.html", form, **template_values)
    try:
        report_id = make_from_letter(
            session, caller_log(), current_caller(), site, letter, opened_letter, form.decision
        )
    except CannotBeLeftOut as error:
        session.rollback()
        form.refuse(error.code)
        return show_form("grievances/intake/letter_report.html", form, **template_values)
    except thread_ports.AlreadyReferred:
        session.rollback()
        return _already_made(letter.id)
    flash(_("It is now a report, and its deadlines have started."))
    return _to_report(report_id)


def _already_made(letter_id: bytes) -> ResponseReturnValue:
    """Another advocate has made the report: say so and show it."""
    flash(_("A colleague has made a report of this letter already. Look whether it says what you would say."), "note")
    return _to_report(find_report_of_letter(db.session(), letter_id))


def _to_report(report_id: bytes | None) -> ResponseReturnValue:
    """Redirect to the report; to the letter box where the caller cannot read the report."""
    session = db.session()
    if report_id and list_threads(session, readership.reader_key(session, current_caller()), [report_id]):
        return redirect(url_for("reports.detail", report=report_id.hex()), 303)
    return redirect(url_for("letters.index"), 303)


def _open_or_410(letter: EncryptedLetter) -> OpenedLetter:
    try:
        return open_for_caller(letter)
    except (CannotOpen, KeyGone):
        abort(410)
