"""What was handed to an adult - HTTP only."""

import base64

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import log, needs, require
from youthvoice.clips.audio_format import ENDINGS, WEBM
from youthvoice.grievances.case import opened_reports as visits
from youthvoice.grievances.desk import labels as desk_words
from youthvoice.grievances.handover import messages as handed
from youthvoice.privacy.crypto.sealing import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone
from youthvoice.threads.handover import store as handed_store
from youthvoice.threads.handover.items import SealedItem

pages = Blueprint("handed", __name__, url_prefix="/staff/handed")


class BackForm(FlaskForm):
    """What was done."""

    words = TextAreaField(
        _l("What was done?"),
        [DataRequired(_l("Write what was done.")), Length(max=2000, message=_l("At most %(max)d letters."))],
    )


@pages.get("/")
@needs("handed.read")
def index() -> ResponseReturnValue:
    """What was handed to the caller; nothing of it is opened."""
    return render_template(
        "grievances/handed_list.html", items=handed.all_of(db.session(), require()), ngettext=ngettext
    )


@pages.get("/<item>")
@needs("handed.read")
def one(item: str) -> ResponseReturnValue:
    """One thing: in its envelope until it is opened, then with a box to write back."""
    found = _item_or_404(item)
    if not visits.is_open(found.id):
        return render_template("grievances/handed_envelope.html", item=found)
    return _page(found, BackForm())


@pages.post("/<item>")
@needs("handed.read")
def open_(item: str) -> ResponseReturnValue:
    """Open it; the log says so."""
    _opens(_item_or_404(item))
    return redirect(url_for("handed.one", item=item), 303)


def _opens(found: SealedItem) -> None:
    handed_store.was_opened(db.session(), found.id, running.today())
    log().add(db.session(), "handed.open", found.id.hex())
    db.session().commit()
    visits.begin(found.id)


@pages.post("/<item>/voice/<int:nth>")
@needs("handed.read")
def listen(item: str, nth: int) -> ResponseReturnValue:
    """The child's voice among what was handed over; behind a button, kept nowhere."""
    found = _item_or_404(item)
    if not visits.is_open(found.id):
        abort(404)
    try:
        told = handed.opened(found, require())["items"]
    except (CannotOpen, KeyGone):
        abort(410)
    if nth >= len(told) or not told[nth].get("sound"):
        abort(404)
    kind = told[nth].get("kind")
    return Response(base64.b64decode(told[nth]["sound"]), content_type=kind if kind in ENDINGS else WEBM)


@pages.post("/<item>/back")
@needs("handed.read")
def back(item: str) -> ResponseReturnValue:
    """Write back what was done; from a page of an earlier sign-in too, which opens the thing anew."""
    found, form = _item_or_404(item), BackForm()
    if not visits.is_open(found.id):
        _opens(found)
    if not form.validate_on_submit():
        return _page(found, form), 400
    try:
        handed.write_back(db.session(), require(), found, (form.words.data or "").strip())
    except (handed.ReportGone, CannotOpen, KeyGone):
        abort(410)
    log().add(db.session(), "handed.back", found.id.hex())
    db.session().commit()
    flash(_("It is sealed to those who read the report."))
    return redirect(url_for("handed.index"), 303)


def _page(found: SealedItem, form: BackForm) -> str:
    try:
        said = handed.opened(found, require())
    except (CannotOpen, KeyGone):
        abort(410)
    return render_template("grievances/handed.html", item=found, said=said, form=form, say=desk_words)


def _item_or_404(item: str) -> SealedItem:
    try:
        item_id = bytes.fromhex(item)
    except ValueError:
        abort(404)
    return handed_store.one(db.session(), require().person_id, item_id) or abort(404)
