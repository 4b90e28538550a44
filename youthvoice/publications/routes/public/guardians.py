"""Views for guardians - HTTP only."""

from functools import partial

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.audit.log import Log
from youthvoice.privacy.keys.names import AUDIT, LINKS
from youthvoice.publications import adult_answers as replies
from youthvoice.publications import render as showing
from youthvoice.publications import store
from youthvoice.publications.guardians import link_tokens as tokens
from youthvoice.publications.guardians import store as addresses
from youthvoice.publications.guardians import undelivered
from youthvoice.publications.models import Address
from youthvoice.publications.store import PublicationFacts
from youthvoice.sites import store as places
from youthvoice.web.i18n import languages

pages = Blueprint("views", __name__, url_prefix="")


@pages.get("/views/<token>")
@pages.get("/views/<token>/in/<language>", endpoint="read_in")
def read(token: str, language: str = "") -> ResponseReturnValue:
    """What children say, as it was frozen; the way here is a signed link."""
    publication, address = _named(token)
    frozen = publication.frozen
    chosen = showing.best(frozen, language or address.language)
    languages.say_in(chosen)
    session = db.session()
    owed = replies.owed_for(session, frozen)
    site = places.site(session, address.site_id)
    today = running.today(site.time_zone if site else "UTC")
    told = replies.told(frozen, owed, today, replies.names(session, owed))
    return render_template(
        "publications/read.html",
        view=showing.view(frozen, chosen, told.to),
        told=told,
        committees=replies.from_committees(session, [address.site_id], today),
        site_facts=site,
        sent_on=publication.sent_on,
        token=token,
        others=[languages.LANGUAGES[code] for code in showing.languages_of(frozen) if code != chosen],
    )


@pages.get("/views/<token>/stop")
def stop(token: str) -> ResponseReturnValue:
    """Ask once; nothing changes by opening this page, whatever program follows links."""
    publication, address = _named(token)
    languages.say_in(showing.best(publication.frozen, address.language))
    return render_template("publications/stop.html", token=token)


@pages.post("/views/<token>/stop")
def stopped(token: str) -> ResponseReturnValue:
    """No more mail, at one click and without a page before it (RFC 8058); again says the same."""
    publication, address = _named(token)
    session = db.session()
    day = running.today()
    addresses.unsubscribe(session, address.id, day, Log(running.keyring().key(AUDIT), day, "guardian"))
    undelivered.take_back(session, address.id, [address.site_id])
    languages.say_in(showing.best(publication.frozen, address.language))
    db.session().commit()
    return render_template("publications/stopped.html", token=token)


@pages.post("/views/<token>/again")
def again(token: str) -> ResponseReturnValue:
    """Letters again, for whoever ended them by mistake."""
    publication, address = _named(token)
    session = db.session()
    addresses.subscribe_again(session, address.id, Log(running.keyring().key(AUDIT), running.today(), "guardian"))
    languages.say_in(showing.best(publication.frozen, address.language))
    session.commit()
    return render_template("publications/again.html", token=token)


def _named(token: str) -> tuple[PublicationFacts, Address]:
    """The publication and address of a link; 404 for a wrong one, kindly and always alike."""
    named = tokens.named_by(running.keyring().key(LINKS), token, partial(addresses.mark_of, db.session()))
    if named is None:
        abort(404)
    publication = store.by_slug(db.session(), running.keyring(), named.slug)
    address = addresses.may_read(db.session(), named.address_id)
    if publication is None or address is None or publication.state not in store.SEEN:
        abort(404)
    return publication, address
