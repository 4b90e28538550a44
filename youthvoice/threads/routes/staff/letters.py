"""The letter box - HTTP only."""

from itertools import groupby

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import log, needs, require
from youthvoice.accounts.sign_in.session import private_key
from youthvoice.privacy.crypto.sealing import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone
from youthvoice.privacy.keys.names import THREADS
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.threads import store as thread_store
from youthvoice.threads.letters import first_look_job as clocks
from youthvoice.threads.letters import opened_letters as letter_visits
from youthvoice.threads.letters import store
from youthvoice.threads.letters.key_wraps import receipt_of_report
from youthvoice.threads.letters.letter import open_letter
from youthvoice.threads.letters.rules import first_look_due, shown_day
from youthvoice.threads.letters.store import Envelope, ForReader
from youthvoice.threads.readers.current import me

pages = Blueprint("letters", __name__, url_prefix="/staff/letters")


@pages.get("/")
@needs("letters.read")
def index() -> ResponseReturnValue:
    """The letters that were sealed to the caller, by site and day; from the daily hour on."""
    caller, session = require(), db.session()
    sites = [places.facts(site) for site in places.sites_of(session, caller.site_ids)]
    letters = store.letters_for(session, running.keyring(), me(session, caller), running.now())
    boxes = [(site, _by_day(site, [one for one in letters if one.site_id == site.id])) for site in sites]
    return render_template("threads/letters.html", boxes=boxes, number=len(letters), today=running.today)


def _by_day(site: SiteFacts, letters: list[Envelope]) -> list[dict[str, object]]:
    """Days, newest first, each with its letters in no order and the day a first look is due."""
    days = groupby(letters, key=lambda one: shown_day(one.shown_from, site.time_zone))
    return [{"day": day, "due": first_look_due(day), "letters": list(found)} for day, found in days]


@pages.get("/<letter_id>")
@needs("letters.read")
def envelope(letter_id: str) -> ResponseReturnValue:
    """A letter from outside. Opening it is a change, for it is logged, so it needs a button."""
    found = _letter_or_404(letter_id)
    return render_template("threads/envelope.html", letter=found.envelope, site=_site(found))


@pages.post("/<letter_id>")
@needs("letters.read")
def read(letter_id: str) -> ResponseReturnValue:
    """Open a letter: note the first look and the opening, show the words as given."""
    caller, found = require(), _letter_or_404(letter_id)
    site, session = _site(found), db.session()
    try:
        opened = open_letter(
            running.keyring(),
            found.envelope.id,
            body=found.body,
            destruction_month=found.destruction_month,
            wrapped=found.wrapped,
            person_id=caller.person_id,
            private_key=private_key(caller),
        )
    except (CannotOpen, KeyGone):
        return render_template("threads/sealed_for_good.html", letter=found.envelope, site=site), 410
    today = running.today(site.time_zone)
    store.look_at(session, found.envelope.id, today)
    clocks.settle_if_looked_at(session, site.id, found.envelope.shown_from, site.time_zone, today)
    log().add(session, "letter.open", found.envelope.id.hex())
    session.commit()
    letter_visits.begin(found.envelope.id)
    shown = {"opened": opened, "following": _next(site, found.envelope), "report": _report(found.envelope)}
    return render_template("threads/letter.html", letter=found.envelope, site=site, **shown)


def _report(letter: Envelope) -> str:
    """The report that was made of it, as its address has it; empty where there is none that the caller reads."""
    session, keyring = db.session(), running.keyring()
    made = thread_store.of_receipt(session, keyring, receipt_of_report(keyring.key_or_new(THREADS), letter.id))
    hers = thread_store.mine(session, keyring, me(session, require()), [made.facts.id]) if made else []
    return hers[0].id.hex() if hers else ""


def _letter_or_404(letter_id: str) -> ForReader:
    caller = require()
    try:
        number = bytes.fromhex(letter_id)
    except ValueError:
        abort(404)
    session = db.session()
    found = store.letter_for(session, running.keyring(), number, me(session, caller), running.now())
    return found or abort(404)


def _site(found: ForReader) -> SiteFacts:
    site = places.site(db.session(), found.envelope.site_id)
    assert site is not None  # a foreign key says so
    return places.facts(site)


def _next(site: SiteFacts, current: Envelope) -> Envelope | None:
    """Another letter of this site that nobody looked at yet."""
    session = db.session()
    letters = store.letters_for(session, running.keyring(), me(session, require()), running.now())
    unread = (one for one in letters if one.site_id == site.id and one.looked_at_on is None)
    return next((one for one in unread if one.id != current.id), None)
