"""Pages of the adult who received a handover - HTTP only."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.grievances import report_labels
from youthvoice.grievances.forms import WriteBackForm
from youthvoice.grievances.handovers import ReportGone, write_back
from youthvoice.grievances.routes.staff.opened_items import content_or_410, is_open, open_and_log, play_or_404
from youthvoice.threads.handover_items import HandoverItem, find_handover, list_handovers
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
    if not is_open(handover_item):
        return render_template("grievances/handover/envelope.html", item=handover_item)
    return _page(handover_item, WriteBackForm())


@handover_pages.post("/<item>")
@permission_required("handed.read")
def open_item(item: str) -> ResponseReturnValue:
    """Open a handover and log it."""
    open_and_log(_item_or_404(item), "handed.open")
    return redirect(url_for("handover.detail", item=item), 303)


@handover_pages.post("/<item>/voice/<int:nth>")
@permission_required("handed.read")
def listen(item: str, nth: int) -> ResponseReturnValue:
    """Play a recording of the child in a handover. It starts with a button and is stored nowhere."""
    handover_item = _item_or_404(item)
    if not is_open(handover_item):
        abort(404)
    items = content_or_410(handover_item)["items"]
    return play_or_404(items[nth] if nth < len(items) else {})


@handover_pages.post("/<item>/back")
@permission_required("handed.read")
def back(item: str) -> ResponseReturnValue:
    """Write back what was done. A form from an earlier sign-in works too and opens the handover again."""
    handover_item, form = _item_or_404(item), WriteBackForm()
    if not is_open(handover_item):
        open_and_log(handover_item, "handed.open")
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
    return form_page.show_form(
        "grievances/handover/report.html",
        form,
        item=handover_item,
        said=content_or_410(handover_item),
        say=report_labels,
    )


def _item_or_404(item: str) -> HandoverItem:
    return find_handover(db.session(), current_caller().person_id, url_converters.id_or_404(item)) or abort(404)
