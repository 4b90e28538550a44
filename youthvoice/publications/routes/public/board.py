"""The children's board, and what children tap on it - HTTP only."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.accountability import store as answers
from youthvoice.accountability.confirmation import job as really_done
from youthvoice.publications.board import page as boards
from youthvoice.sites.store import SiteFacts
from youthvoice.sites.tablets.current import here, on_a_tablet
from youthvoice.web import headers
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, at_most, whoever_asks
from youthvoice.web.submission_ids import new_sheet, sheet_id

pages = Blueprint("board", __name__, url_prefix="/we-did")
pages.before_request(headers.refuse_other_sites)

_EVENING = 16
"""From this hour on the daily hour of a site is in the evening."""


@pages.get("", defaults={"number": 1})
@pages.get("/<int(min=2, max=99):number>", endpoint="earlier")
@on_a_tablet
def we_did(number: int) -> ResponseReturnValue:
    """What the children of this site said and what adults answered, the newest first."""
    site = _site()
    page = boards.board(db.session(), site.id, languages.chosen(), running.today(site.time_zone), number)
    if number > 1 and not page.told:
        abort(404)
    shown = {"page": page, "number": number, "sheet": new_sheet(), "site": site}
    return render_template("publications/we_did.html", **shown, front_href="/language")


@pages.post("")
@at_most(SENDING, by=whoever_asks)
@on_a_tablet
def tapped() -> ResponseReturnValue:
    """Keep "yes" or "not yet" until the daily hour; nothing changes before, and nobody is told how many there are."""
    site, session = _site(), db.session()
    sheet = sheet_id(request.form.get("sheet", "")) or abort(400)
    what = request.form.get("what", "")
    about = really_done.About.read(request.form.get("about", ""))
    if about is None or what not in really_done.SAYS:
        abort(400)
    owed = answers.one(session, running.keyring(), about.owed_id)
    asked = owed is not None and really_done.is_asked(owed, about, running.today(site.time_zone))
    if owed is None or not asked or not boards.is_here(session, site.id, owed):
        return redirect(url_for("board.we_did"), 303)  # the answer is another one by now: she reads it
    really_done.take(session, running.keyring(), sheet, owed, about, what)
    session.commit()
    return redirect(url_for("board.thanks"), 303)


@pages.get("/thanks")
@on_a_tablet
def thanks() -> ResponseReturnValue:
    """When the taps are looked at."""
    site = _site()
    evening = site.daily_hour >= _EVENING
    return render_template("publications/tapped.html", evening=evening, site=site, front_href="/language")


def _site() -> SiteFacts:
    at = here()
    if at is None:
        abort(403)
    return at.site
