"""The delivery of each letter: which arrived, and trying again - HTTP only."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_wtf import FlaskForm

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.accounts.store import names_of_people
from youthvoice.publications import labels
from youthvoice.publications.guardians import delivery as guardian_delivery
from youthvoice.publications.routes.staff import guardians_pages
from youthvoice.sites.store import list_site_names


@guardians_pages.get("/delivery/")
@permission_required("addresses.enter")
def letters() -> ResponseReturnValue:
    """The delivery of each letter; an address is in plain text only for the person who entered it."""
    caller, session = current_caller(), db.session()
    by_state = guardian_delivery.list_letters(session, caller.site_ids, most=_MAX_SHOWN)
    letter_deliveries = [letter_delivery for rows in by_state.values() for letter_delivery in rows]
    return render_template(
        "publications/guardians/delivery.html",
        parted=list(by_state.items()),
        most=_MAX_SHOWN,
        total=guardian_delivery.count_letters(session, caller.site_ids),
        again=sum(
            letter_delivery.may_go for letter_delivery in guardian_delivery.list_undelivered(session, caller.site_ids)
        ),
        me=caller.person_id,
        names=names_of_people(session, {letter_delivery.to.entered_by for letter_delivery in letter_deliveries}),
        sites=list_site_names(session, caller.site_ids),
        states=labels.DELIVERY_LABELS,
        reasons=labels.REASON_LABELS,
        plain=FlaskForm(),
    )


_MAX_SHOWN = 100  # of each state


@guardians_pages.post("/delivery/")
@permission_required("addresses.enter", menu="guardians.letters")
def retry_letters() -> ResponseReturnValue:
    """Try all undelivered letters again, from the beginning."""
    return _retry(None)


@guardians_pages.post("/delivery/<int:letter_id>/again")
@permission_required("addresses.enter", menu="guardians.letters")
def retry_letter(letter_id: int) -> ResponseReturnValue:
    """Try one letter again."""
    return _retry(letter_id)


@guardians_pages.post("/delivery/<int:letter_id>/once-more")
@permission_required("addresses.enter", menu="guardians.letters")
def send_once_more(letter_id: int) -> ResponseReturnValue:
    """Write a letter again that was sent, but never found."""
    if not guardian_delivery.send_once_more(db.session(), letter_id, current_caller().site_ids):
        abort(404)
    caller_log().add(db.session(), "letter.again", "1")
    flash(ngettext("%(num)s letter is on its way.", "%(num)s letters are on their way.", 1))
    return redirect(url_for("guardians.letters"), 303)


def _retry(letter_id: int | None) -> ResponseReturnValue:
    tried = guardian_delivery.retry_undelivered(db.session(), current_caller().site_ids, letter_id)
    if tried:
        caller_log().add(db.session(), "letter.again", str(tried))
    flash(ngettext("%(num)s letter is tried again.", "%(num)s letters are tried again.", tried))
    return redirect(url_for("guardians.letters"), 303)
