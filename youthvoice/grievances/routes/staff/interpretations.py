"""Pages of an interpreter: what was sealed to her, one entry each, and what she writes of it - HTTP only."""

from flask import Response, abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.interpreters import find_languages
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.grievances import interpretations
from youthvoice.grievances.forms import RenderingForm
from youthvoice.grievances.handovers import ReportGone
from youthvoice.grievances.routes.staff.opened_items import content_or_410, is_open, open_and_log, play_or_404
from youthvoice.threads.handover_items import HandoverItem
from youthvoice.web import form_page, url_converters
from youthvoice.web.i18n.languages import LANGUAGES

interpretation_pages = StaffBlueprint(
    "interpretations", __name__, url_prefix="/staff/translate", menu="interpretations.index"
)


@interpretation_pages.get("/")
@permission_required("interpretations.write")
def index() -> ResponseReturnValue:
    """What the caller can read now; none of it is opened."""
    session, caller = db.session(), current_caller()
    spoken, _works_at = find_languages(session, caller.person_id)
    return render_template(
        "grievances/interpretations/index.html",
        items=interpretations.list_readable(session, caller),
        spoken=[LANGUAGES[code].name for code in spoken if code in LANGUAGES],
        ngettext=ngettext,
    )


@interpretation_pages.get("/<item>")
@permission_required("interpretations.write")
def detail(item: str) -> ResponseReturnValue:
    """One entry: its envelope until it is opened, then the entry and a box for the rendering."""
    handover_item = _item_or_404(item)
    if not is_open(handover_item):
        return render_template("grievances/interpretations/envelope.html", item=handover_item)
    return _page(handover_item, RenderingForm())


@interpretation_pages.post("/<item>")
@permission_required("interpretations.write")
def open_item(item: str) -> ResponseReturnValue:
    """Open an entry and log it."""
    open_and_log(_item_or_404(item), "interpretation.open")
    return redirect(url_for(".detail", item=item), 303)


@interpretation_pages.post("/<item>/voice")
@permission_required("interpretations.write")
def listen(item: str) -> ResponseReturnValue:
    """Play the recording. It starts with a button and is stored nowhere."""
    handover_item = _item_or_404(item)
    if not is_open(handover_item):
        abort(404)
    return play_or_404(content_or_410(handover_item))


@interpretation_pages.post("/<item>/rendering")
@permission_required("interpretations.write")
def write(item: str) -> ResponseReturnValue:
    """Take a rendering. A form from an earlier sign-in works too and opens the entry again."""
    handover_item, form = _item_or_404(item), RenderingForm()
    if not is_open(handover_item):
        open_and_log(handover_item, "interpretation.open")
    if not form.validate_on_submit():
        return _page(handover_item, form)
    try:
        interpretations.write_rendering(db.session(), current_caller(), handover_item, (form.words.data or "").strip())
    except interpretations.TooManyRenderings:
        form.words.errors = [_("You wrote it five times. Tell the advocate if it is still not right.")]
        return _page(handover_item, form)
    except interpretations.ContactAdded:
        form.words.errors = [_("A telephone number or an address that is not in the answer goes to no child.")]
        return _page(handover_item, form)
    except (ReportGone, CannotOpen, KeyGone):
        abort(410)
    caller_log().add(db.session(), "interpretation.write", handover_item.id.hex())
    flash(_("It is sealed to those who asked for it. You may write it once more, better."))
    return redirect(url_for(".index"), 303)


def _page(handover_item: HandoverItem, form: RenderingForm) -> ResponseReturnValue:
    content = content_or_410(handover_item)
    names = {
        code: LANGUAGES[code].name if code in LANGUAGES else code for code in (content["language"], content["into"])
    }
    return form_page.show_form(
        "grievances/interpretations/entry.html", form, item=handover_item, said=content, names=names
    )


def _item_or_404(item: str) -> HandoverItem:
    item_id = url_converters.id_or_404(item)
    return interpretations.find_readable(db.session(), current_caller(), item_id) or abort(_nothing_to_read())


def _nothing_to_read() -> Response:
    """The same for an item that ended while she wrote and for one that never was."""
    template_values = {
        "title": _("You can no longer read this"),
        "words": _("It ended, or was taken back. What you wrote since then is not kept, and nobody got it."),
    }
    way = {"way_href": url_for(".index"), "way_words": _("To translate")}
    return make_response(render_template("staff/error.html", **template_values, **way), 404)
