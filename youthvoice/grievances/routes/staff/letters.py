"""Make a letter a report - HTTP only."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import log, needs, require
from youthvoice.accounts.sign_in.session import private_key
from youthvoice.grievances.conversion import from_letter
from youthvoice.grievances.conversion.forms import LetterReportForm
from youthvoice.grievances.conversion.from_letter import MadeAlready
from youthvoice.grievances.current_reader import me
from youthvoice.grievances.intake.recipient_rules import CannotBeLeftOut
from youthvoice.privacy.crypto.sealing import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.threads import store as threads
from youthvoice.threads.letters import opened_letters as letter_visits
from youthvoice.threads.letters import store as letters
from youthvoice.threads.letters.letter import Letter, open_letter
from youthvoice.threads.letters.store import ForReader
from youthvoice.threads.readers.cache import everybody_at

pages = Blueprint("letter_reports", __name__, url_prefix="/staff/letters")


@pages.route("/<letter_id>/report", methods=["GET", "POST"])
@needs("letters.read")
def make(letter_id: str) -> ResponseReturnValue:
    """Ask what it is about and who must not read it, with the words beside; whoever has not opened it does so first."""
    found, session = _letter_or_404(letter_id), db.session()
    letter = found.envelope
    if not letter_visits.is_open(letter.id):
        return redirect(url_for("letters.envelope", letter_id=letter_id), 303)
    if from_letter.made_of(session, letter.id):
        return _made_already(letter.id)
    site, opened = _site(found), _opened(found)
    form = LetterReportForm.offering(everybody_at(site.id))
    shown = {"form": form, "letter": letter, "site": site, "opened": opened}
    if not form.validate_on_submit():
        return render_template("grievances/letter_report.html", **shown), 400 if form.errors else 200
    try:
        report = from_letter.make(session, log(), require(), site, letter, opened, form.chosen)
        session.commit()
    except CannotBeLeftOut as error:
        session.rollback()
        form.refuse(error.why)
        return render_template("grievances/letter_report.html", **shown), 400
    except MadeAlready:
        session.rollback()
        return _made_already(letter.id)
    flash(_("It is a report now, and its clocks run."))
    return _to_report(report)


def _made_already(letter_id: bytes) -> ResponseReturnValue:
    """Somebody was faster: one report, and she is told."""
    flash(_("A colleague has made a report of this letter already. Look whether it says what you would say."))
    return _to_report(from_letter.made_of(db.session(), letter_id))


def _to_report(report: bytes | None) -> ResponseReturnValue:
    """To its page; whoever does not read it goes back to the letter box."""
    session = db.session()
    if report and threads.mine(session, running.keyring(), me(session, require()), [report]):
        return redirect(url_for("report.one", report=report.hex()), 303)
    return redirect(url_for("letters.index"), 303)


def _letter_or_404(letter_id: str) -> ForReader:
    try:
        number = bytes.fromhex(letter_id)
    except ValueError:
        abort(404)
    session = db.session()
    found = letters.letter_for(session, running.keyring(), number, me(session, require()), running.now())
    return found or abort(404)


def _opened(found: ForReader) -> Letter:
    caller = require()
    try:
        return open_letter(
            running.keyring(),
            found.envelope.id,
            body=found.body,
            destruction_month=found.destruction_month,
            wrapped=found.wrapped,
            person_id=caller.person_id,
            private_key=private_key(caller),
        )
    except (CannotOpen, KeyGone):
        abort(410)


def _site(found: ForReader) -> SiteFacts:
    site = places.site(db.session(), found.envelope.site_id)
    assert site is not None  # a foreign key says so
    return places.facts(site)
