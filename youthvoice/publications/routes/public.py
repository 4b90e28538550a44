"""A view by a guardian's link, what came of children's words, and the children's board - HTTP only."""

from datetime import date, timedelta
from functools import partial
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from limits import parse

from youthvoice import context, db
from youthvoice.accountability import taps
from youthvoice.accountability.store import find_answer_due
from youthvoice.audit.audit_log import Log
from youthvoice.printing.page import show_pdf
from youthvoice.privacy.keys.key_names import LINKS
from youthvoice.publications import adult_answers, encryption, models, paper, render
from youthvoice.publications.board import board_entries, children_board
from youthvoice.publications.guardians import guardian_links, store
from youthvoice.publications.guardians.delivery import withdraw_waiting_mail
from youthvoice.publications.influence import open_files
from youthvoice.publications.influence.labels import blocks_of_year
from youthvoice.publications.influence.years import list_influence_years
from youthvoice.publications.letter_themes import theme_words
from youthvoice.publications.store import VISIBLE_STATES, find_publication_by_slug
from youthvoice.sites.store import Site, get_site
from youthvoice.sites.tablets.device import current_tablet, tablet_required
from youthvoice.web import headers, random_ids, rate_limits
from youthvoice.web.deliveries import is_delivered, read_form_submission_id, receipt
from youthvoice.web.i18n import languages

views_pages = Blueprint("views", __name__, url_prefix="")


@views_pages.get("/views/<token>")
@views_pages.get("/views/<token>/in/<language>", endpoint="read_in")
def read(token: str, language: str = "") -> ResponseReturnValue:
    """A frozen view, by a signed link that is valid for a while."""
    publication, address, until = _link_target_or_404(token)
    frozen, session = publication.frozen, db.session()
    site = get_site(session, address.site_id)
    offered = _languages_for(publication, address, site)
    chosen = language if language in offered else render.best_language(frozen, address.language)
    languages.set_language(chosen)
    today = context.today(site.time_zone)
    if today > until:
        return _expired(token, site, until)
    reply = adult_answers.load_reply_view(session, frozen, today)
    return render_template(
        "publications/guardians/view.html",
        view=render.render_view(frozen, chosen, reply.to),
        told=reply,
        themes=theme_words(session, frozen),
        committees=adult_answers.list_committee_replies(session, [address.site_id], today),
        site_facts=site,
        sent_on=until - timedelta(days=guardian_links.LINK_DAYS),  # of this letter; earlier letters may exist
        opens_until=until,
        token=token,
        paper_language=chosen,
        others=[languages.LANGUAGES[code] for code in offered if code != chosen],
    )


@views_pages.get("/views/<token>/paper/<language>")
def as_pdf(token: str, language: str) -> ResponseReturnValue:
    """The view as PDF, made by the work process."""
    publication, address, until = _link_target_or_404(token)
    session = db.session()
    site = get_site(session, address.site_id)
    if language not in _languages_for(publication, address, site):
        abort(404)
    languages.set_language(language)
    if context.today(site.time_zone) > until:
        return _expired(token, site, until)
    sent_on = until - timedelta(days=guardian_links.LINK_DAYS)
    key, document = paper.paper_of_letter(session, publication, site, language, sent_on)
    back = url_for("views.read_in", token=token, language=language)
    return show_pdf(key, document, back, "guardian")


@views_pages.get("/influence")
def influence() -> ResponseReturnValue:
    """What came of children's words, for anybody: all sites together, without names of sites."""
    years = [(year.year, blocks_of_year(year, {})) for year in list_influence_years(db.session())]
    return render_template("publications/influence/open.html", years=years)


@views_pages.get("/influence.csv")
def influence_csv() -> ResponseReturnValue:
    """The same figures as CSV."""
    return Response(open_files.export_influence_csv(list_influence_years(db.session()), {}), mimetype="text/csv")


@views_pages.get("/influence.json")
def influence_json() -> ResponseReturnValue:
    """The same figures as JSON."""
    return Response(
        open_files.export_influence_json(list_influence_years(db.session()), {}), mimetype="application/json"
    )


_RESUMPTIONS: Final = parse("3 per day")
"""For each address: ending and resuming are logged, and nobody may fill the log with a link. To end letters is never
refused."""


@views_pages.get("/views/<token>/stop")
def stop(token: str) -> ResponseReturnValue:
    """Ask before letters end; opening this page changes nothing, so programs that follow links do no harm."""
    publication, address, _until = _link_target_or_404(token)
    languages.set_language(render.best_language(publication.frozen, address.language))
    return render_template("publications/guardians/unsubscribe.html", token=token)


@views_pages.post("/views/<token>/stop")
def stopped(token: str) -> ResponseReturnValue:
    """End the letters, by one click and without a page before it (RFC 8058); a second call says the same."""
    publication, address, _until = _link_target_or_404(token)
    session = db.session()
    day = context.today()
    may_resubscribe = store.may_resubscribe(address.unsubscribed_on, day)
    store.unsubscribe_address(session, address.id, day, Log(day, "guardian"))
    withdraw_waiting_mail(session, address.id, [address.site_id])
    languages.set_language(render.best_language(publication.frozen, address.language))
    db.session().commit()
    return render_template("publications/guardians/unsubscribed.html", token=token, is_mistake=may_resubscribe)


@views_pages.post("/views/<token>/again")
def resubscribe(token: str) -> ResponseReturnValue:
    """Resume the letters, for somebody who has just ended them by mistake."""
    publication, address, _until = _link_target_or_404(token)
    session = db.session()
    languages.set_language(render.best_language(publication.frozen, address.language))
    if not rate_limits.flood_counts.hit(_RESUMPTIONS, "resubscribe", str(address.id)):
        abort(429)
    if not store.resubscribe_address(session, address, Log(context.today(), "guardian")):
        return render_template("publications/guardians/unsubscribed.html", token=token, is_mistake=False), 410
    session.commit()
    return render_template("publications/guardians/resubscribe.html", token=token)


def _languages_for(
    publication: encryption.Publication, address: models.GuardianAddressRow, site: Site
) -> tuple[str, ...]:
    """The languages in which a family is offered a view: of those of the view their own, and what their site speaks."""
    own = render.best_language(publication.frozen, address.language)
    return tuple(code for code in render.languages_of_view(publication.frozen) if code in {own, *site.languages})


def _expired(token: str, site: Site, until: date) -> ResponseReturnValue:
    """The page of an expired link: what to do now, and nothing of what children said."""
    return render_template("publications/guardians/expired.html", until=until, site_facts=site, token=token), 410


def _link_target_or_404(token: str) -> tuple[encryption.Publication, models.GuardianAddressRow, date]:
    """The publication, the address and the last day of a link; the same friendly 404 for all invalid ones.

    Letters can be ended after that day, too.
    """
    link_target = guardian_links.read_link_token(
        context.keyring().key(LINKS), token, partial(store.fingerprint_of_address, db.session())
    )
    if link_target is None:
        abort(404)
    publication = find_publication_by_slug(db.session(), link_target.slug)
    address_row = store.find_readable_address(db.session(), link_target.address_id)
    if publication is None or address_row is None or publication.state not in VISIBLE_STATES:
        abort(404)
    return publication, address_row, link_target.until


board_pages = Blueprint("board", __name__, url_prefix="/we-did")


board_pages.before_request(headers.refuse_other_sites)


_EVENING = 16
"""A daily hour of a site from here on counts as evening."""


@board_pages.get("", defaults={"number": 1})
@board_pages.get("/<int(min=2, max=99):number>", endpoint="earlier")
@tablet_required
def we_did(number: int) -> ResponseReturnValue:
    """What the children of this site said and what adults answered, the newest first."""
    site = _site()
    page = children_board.load_board(db.session(), site.id, languages.chosen(), context.today(site.time_zone), number)
    if number > 1 and not page.entries:
        abort(404)
    return children_board.render_board(site, page, number, random_ids.new_submission_id())


@board_pages.post("")
@rate_limits.rate_limited(rate_limits.SENDING, by=rate_limits.client_key)
@tablet_required
def tapped() -> ResponseReturnValue:
    """Store "yes" or "not yet" until the daily hour; nothing changes before, and nobody learns how many there are."""
    site, session = _site(), db.session()
    submission_id = read_form_submission_id() or abort(400)
    what = request.form.get("what", "")
    subject = taps.TapSubject.read(request.form.get("about", ""))
    if subject is None or what not in taps.TAP_ANSWERS:
        abort(400)
    answer_due = find_answer_due(session, subject.answer_due_id)
    is_asked = answer_due is not None and taps.are_children_asked(answer_due, subject, context.today(site.time_zone))
    if answer_due is None or not is_asked or not board_entries.is_on_board(session, site.id, answer_due):
        # The answer has changed: the child reads the new one.
        return receipt(submission_id, late=True) if is_delivered() else redirect(url_for("board.we_did"), 303)
    taps.record_tap(session, submission_id, answer_due, subject, what)
    session.commit()
    return receipt(submission_id) if is_delivered() else redirect(url_for("board.thanks"), 303)


@board_pages.get("/thanks")
@tablet_required
def thanks() -> ResponseReturnValue:
    """When the taps are counted."""
    site = _site()
    evening = site.daily_hour >= _EVENING
    return render_template("publications/board/thanks.html", evening=evening, site=site, front_href="/language")


def _site() -> Site:
    tablet = current_tablet()
    if tablet is None:
        abort(403)
    return tablet.site
