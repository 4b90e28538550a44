"""Publications: approve, send, export - HTTP only."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import log, needs, require
from youthvoice.publications import exports, store
from youthvoice.publications import render as showing
from youthvoice.publications.forms import AgainForm, SendBackForm
from youthvoice.publications.guardians.send import NothingToSend, Sender, send
from youthvoice.publications.review import page as desk
from youthvoice.publications.review.approval import approve as approve_edition
from youthvoice.publications.review.drafting_job import draft_again
from youthvoice.publications.store import Edition, NotWaiting
from youthvoice.web.i18n import languages

pages = Blueprint("publications", __name__, url_prefix="/staff/publications")


@pages.get("/")
@needs("publications.see")
def index() -> ResponseReturnValue:
    """What waits, what is approved and not sent, what was sent; an advocate also sees what she sent back."""
    return render_template("publications/index.html", groups=desk.groups(db.session(), require()))


@pages.get("/review")
@needs("publications.review")
def reviews() -> ResponseReturnValue:
    """The approved views of the caller's sites, as a care-plan review gets them."""
    return render_template("publications/reviews.html", listed=desk.for_reviews(db.session(), require()))


@pages.get("/<slug>")
@pages.get("/<slug>/in/<language>", endpoint="one_in")
@needs("publications.see")
def one(slug: str, language: str = "") -> ResponseReturnValue:
    """The page as guardians will get it, beside what to look at before approving or sending."""
    return _page(_edition(slug), "guardians", language)


@pages.get("/<slug>/children")
@pages.get("/<slug>/children/in/<language>", endpoint="for_children_in")
@needs("publications.see")
def for_children(slug: str, language: str = "") -> ResponseReturnValue:
    """The same as the children's board has it."""
    return _page(_edition(slug), "children", language)


@pages.get("/<slug>/review")
@pages.get("/<slug>/review/in/<language>", endpoint="for_review_in")
@needs("publications.review")
def for_review(slug: str, language: str = "") -> ResponseReturnValue:
    """The same as a care-plan review gets it, with the safety questions."""
    return _page(_edition(slug), "review", language)


@pages.post("/<slug>/approve")
@needs("publications.approve")
def approve(slug: str) -> ResponseReturnValue:
    """Approve for all audiences at once; from now on the decider can answer."""
    edition = _edition(slug)
    try:
        day = desk.today_at(db.session(), edition.site_ids & require().site_ids)
        approve_edition(db.session(), edition, require().person_id, day, log())
    except NotWaiting:
        return _decided_already(slug)
    db.session().commit()
    flash(_("Approved. Children see it on their board now, and the coordinator can send it."))
    return redirect(url_for("publications.one", slug=slug))


@pages.post("/<slug>/send-back")
@needs("publications.approve")
def send_back(slug: str) -> ResponseReturnValue:
    """Send it back; nobody else sees it."""
    edition, form = _edition(slug), SendBackForm()
    if not form.validate_on_submit():
        return _page(edition, "guardians", form=form), 422
    try:
        store.send_back(db.session(), running.keyring(), edition, form.reason.data.strip(), log())
    except NotWaiting:
        return _decided_already(slug)
    db.session().commit()
    flash(_("Sent back. Nobody is shown it."))
    return redirect(url_for("publications.one", slug=slug))


@pages.post("/<slug>/again")
@needs("publications.approve")
def again(slug: str) -> ResponseReturnValue:
    """Freeze a corrected version of what was sent back: the same bands, the names and days of today."""
    try:
        again_slug = draft_again(db.session(), running.keyring(), _edition(slug), log())
    except NotWaiting:
        return _decided_already(slug)
    db.session().commit()
    flash(_("A new version waits for approval."))
    return redirect(url_for("publications.one", slug=again_slug))


@pages.post("/<slug>/send")
@needs("publications.send")
def send_out(slug: str) -> ResponseReturnValue:
    """Put the letters into the outbox."""
    edition, caller = _edition(slug), require()
    try:
        letters = send(db.session(), edition, caller.site_ids, Sender(caller.person_id, running.now(), log()))
    except NothingToSend:
        flash(_("There was nothing to send: no cleared address, or it was sent already."))
        return redirect(url_for("publications.one", slug=slug))
    db.session().commit()
    flash(ngettext("%(num)s letter is on its way.", "%(num)s letters are on their way.", letters))
    return redirect(url_for("publications.one", slug=slug))


@pages.get("/<slug>/print")
@pages.get("/<slug>/print/<language>", endpoint="print_in")
@needs("publications.see")
def on_paper(slug: str, language: str = "") -> ResponseReturnValue:
    """One A4 sheet for families without mail."""
    edition = _edition(slug)
    return desk.paper(db.session(), edition, require(), language)


@pages.get("/<slug>/review/print/<language>")
@needs("publications.review")
def review_on_paper(slug: str, language: str) -> ResponseReturnValue:
    """One A4 sheet for a care-plan review."""
    edition = _edition(slug)
    if "review" not in edition.rows or language not in showing.languages_of(edition.rows["review"].frozen):
        abort(404)
    return desk.paper(db.session(), edition, require(), language, "review")


@pages.get("/<slug>/view.csv")
@needs("publications.see")
def as_csv(slug: str) -> ResponseReturnValue:
    """Bands only, the same for everyone."""
    return Response(exports.as_csv(_edition(slug).first.frozen), mimetype="text/csv")


@pages.get("/<slug>/view.json")
@needs("publications.see")
def as_json(slug: str) -> ResponseReturnValue:
    """Bands only, the same for everyone."""
    return Response(exports.as_json(_edition(slug).first.frozen), mimetype="application/json")


def _edition(slug: str) -> Edition:
    return _seen(store.find(db.session(), running.keyring(), slug, require().site_ids))


def _seen(edition: Edition | None) -> Edition:
    """What the caller may see: before approval only the advocates of its sites; else 404, as if it were not there."""
    if edition is None or not (edition.state in store.SEEN or require().may("publications.approve")):
        abort(404)
    return edition


def _page(edition: Edition, audience: str, language: str = "", form: SendBackForm | None = None) -> str:
    row = edition.rows.get(audience)
    if row is None and audience == "guardians":
        audience, row = "children", edition.rows.get("children")
    if row is None:
        abort(404)
    if language and language not in showing.languages_of(row.frozen):
        abort(404)
    chosen = showing.best(row.frozen, language or languages.chosen())
    return render_template(
        "publications/one.html",
        **desk.shown(db.session(), edition, audience, chosen, require()),
        form=form or SendBackForm(),
        plain=AgainForm(),
    )


def _decided_already(slug: str) -> ResponseReturnValue:
    flash(_("Somebody decided about it a moment ago."))
    return redirect(url_for("publications.one", slug=slug))
