"""An adult helps a child to tell, at her own desk: the same screens, read back, pictures handed over - HTTP only.

The adult's name is sealed inside, and the child is told before the first word that this adult will know. Nothing of
it is logged: it is the child's act.
"""

from flask import Blueprint, abort, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from youthvoice import db
from youthvoice.access.guard import needs, require, site_or_404
from youthvoice.accounts import labels as words
from youthvoice.clips import availability as shelf
from youthvoice.grievances.intake import page as telling
from youthvoice.grievances.routes.public.tell import Asked, allow_a_voice, pictures_seen, take, with_microphone
from youthvoice.sites import store as places
from youthvoice.sites.help_labels import named
from youthvoice.threads.channel_readiness import is_open_at, missing_at
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, at_most
from youthvoice.web.submission_ids import new_sheet

pages = Blueprint("helping", __name__, url_prefix="/staff/help-tell")
pages.url_value_preprocessor(allow_a_voice)


@pages.get("")
@needs("reports.help")
def index() -> ResponseReturnValue:
    """How it is done, and in which language of which site."""
    sites = [places.facts(site) for site in places.sites_of(db.session(), require().site_ids)]
    offered = [(site, [words.channel(code) for code in missing_at(site)], _spoken(site.languages)) for site in sites]
    return render_template("grievances/helping.html", offered=offered)


def _spoken(codes: tuple[str, ...]) -> list[languages.Language]:
    return [languages.LANGUAGES[code] for code in codes if code in languages.TRANSLATED]


def _asked(slug: str, language: str) -> Asked:
    with db.reading(db.engine()) as session:  # nobody waits in the queue of writers while a code is stretched
        facts = places.facts(places.site_by_slug(session, slug) or abort(404))
    site_or_404(facts.id)
    helper = require().name
    if language not in languages.TRANSLATED:
        abort(404)
    languages.say_in(language)
    refresh()  # the page is the child's: whatever the adult's own language was is forgotten for this request
    more = {
        "action": url_for(".send", slug=slug, language=language),
        "done_href": url_for(".done"),
        "front_href": url_for(".index"),
        "csrf": generate_csrf(),
        "helper_name": helper,
        "helper_id": require().person_id,
        "helps": escape(_("%(name)s helps you and will know what you tell.")) % {"name": named(helper)},
    }
    page = telling.telling_at(facts, language, ((), shelf.known().version))
    return Asked(facts, page, language, helper, more)


@pages.get("/<slug>/<language>")
@needs("reports.help")
def ask(slug: str, language: str) -> ResponseReturnValue:
    """The screens, in the child's language."""
    asked = _asked(slug, language)
    if not is_open_at(asked.site):
        abort(404)
    reply = telling.render(asked.page, new_sheet(), more=asked.more)
    return with_microphone(make_response(reply))


@pages.post("/<slug>/<language>")
@needs("reports.help")
@at_most(SENDING)
def send(slug: str, language: str) -> ResponseReturnValue:
    """Seal it, with the name of whoever helped inside."""
    return take(_asked(slug, language))


@pages.post("/done")
@needs("reports.help")
def done() -> ResponseReturnValue:
    """The child has the pictures."""
    return pictures_seen(url_for(".index"))
