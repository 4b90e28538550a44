"""Pages of the adult who received a handover - HTTP only."""

import base64

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.clips.audio_files import ENDINGS, WEBM
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.grievances import report_labels
from youthvoice.grievances.actions.hand_over import ReportGone, open_for, write_back
from youthvoice.grievances.forms import WriteBackForm
from youthvoice.threads import readership
from youthvoice.threads.handover_items import HandoverItem, find_handover, list_handovers, mark_opened
from youthvoice.web import form_page, url_converters

handover_pages = StaffBlueprint("handover", __name__, url_prefix="/staff/handed", menu="handover.index")


@handover_pages.get("/")
@permission_required("handed.read")
def index() -> ResponseReturnValue:
    """The caller's handovers; none of them is opened."""
    return render_template(
        "grievances/handover/index.html",
        items=list_handovers(db.session(), current_caller().person_id),
        ngettext=ngettext,
    )


@handover_pages.get("/<item>")
@permission_required("handed.read")
def detail(item: str) -> ResponseReturnValue:
    """One handover: its envelope until it is opened, then its content and a box to write back."""
    handover_item = _item_or_404(item)
    if handover_item.id not in readership.opened_reports:
        return render_template("grievances/handover/envelope.html", item=handover_item)
    return _page(handover_item, WriteBackForm())


@handover_pages.post("/<item>")
@permission_required("handed.read")
def open_item(item: str) -> ResponseReturnValue:
    """Open a handover and log it."""
    _mark_open(_item_or_404(item))
    return redirect(url_for("handover.detail", item=item), 303)


def _mark_open(handover_item: HandoverItem) -> None:
    mark_opened(db.session(), handover_item.id, context.today())
    caller_log().add(db.session(), "handed.open", handover_item.id.hex())
    db.session().commit()  # it stays opened even if the form that came with it is refused
    readership.opened_reports.note(handover_item.id)


@handover_pages.post("/<item>/voice/<int:nth>")
@permission_required("handed.read")
def listen(item: str, nth: int) -> ResponseReturnValue:
    """Play a recording of the child in a handover. It starts with a button and is stored nowhere."""
    handover_item = _item_or_404(item)
    if handover_item.id not in readership.opened_reports:
        abort(404)
    try:
        items = open_for(handover_item, current_caller())["items"]
    except (CannotOpen, KeyGone):
        abort(410)
    if nth >= len(items) or not items[nth].get("sound"):
        abort(404)
    kind = items[nth].get("kind")
    return Response(base64.b64decode(items[nth]["sound"]), content_type=kind if kind in ENDINGS else WEBM)


@handover_pages.post("/<item>/back")
@permission_required("handed.read")
def back(item: str) -> ResponseReturnValue:
    """Write back what was done. A form from an earlier sign-in works too and opens the handover again."""
    handover_item, form = _item_or_404(item), WriteBackForm()
    if handover_item.id not in readership.opened_reports:
        _mark_open(handover_item)
    if not form.validate_on_submit():
        return _page(handover_item, form)
    try:
        write_back(db.session(), current_caller(), handover_item, (form.words.data or "").strip())
    except (ReportGone, CannotOpen, KeyGone):
        abort(410)
    caller_log().add(db.session(), "handed.back", handover_item.id.hex())
    flash(_("It is sealed to those who read the report."))
    return redirect(url_for("handover.index"), 303)


def _page(handover_item: HandoverItem, form: WriteBackForm) -> ResponseReturnValue:
    try:
        item_content = open_for(handover_item, current_caller())
    except (CannotOpen, KeyGone):
        abort(410)
    return form_page.show_form(
        "grievances/handover/report.html", form, item=handover_item, said=item_content, say=report_labels
    )


def _item_or_404(item: str) -> HandoverItem:
    return find_handover(db.session(), current_caller().person_id, url_converters.id_or_404(item)) or abort(404)
