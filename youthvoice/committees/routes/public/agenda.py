"""The agenda, for children - HTTP only. What a child taps changes nothing that anybody else sees."""

from collections.abc import Collection
from typing import Final

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.committees import store
from youthvoice.committees.agenda import store as items
from youthvoice.committees.agenda import support as supporting
from youthvoice.committees.meetings import labels as meeting_words
from youthvoice.committees.pages import agenda as agenda_page
from youthvoice.sites.store import SiteFacts
from youthvoice.sites.tablets.current import here
from youthvoice.threads.channel_readiness import is_open_at
from youthvoice.web import headers
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, at_most, whoever_asks
from youthvoice.web.submission_ids import new_sheet, sheet_id

pages = Blueprint("agenda", __name__, url_prefix="/agenda")
pages.before_request(headers.refuse_other_sites)
_KEY_LETTERS: Final = 32


@pages.get("")
def board() -> ResponseReturnValue:
    """What is on the agenda of every committee here, and what became of it."""
    at = here() or abort(403)
    return _board(at.site, new_sheet())


@pages.post("/me-too")
@at_most(SENDING, by=whoever_asks)
def me_too() -> ResponseReturnValue:
    """Say "me too", or take it back; the page stays as it was but for that button."""
    at, said = here() or abort(403), request.form
    sheet = sheet_id(said.get("sheet", "")) or abort(400)
    tapped = {key for key in said.getlist("tapped") if _item_id(key)}
    key = said.get("more") or said.get("less") or ""
    item_id = _item_id(key) or abort(400)
    session, keyring = db.session(), running.keyring()
    if not _is_here(item_id, at.site):
        abort(404)
    if "more" in said:
        supporting.say(session, keyring, at.site.id, sheet, item_id)
        tapped.add(key)
    else:
        supporting.take_back(session, keyring, at.site.id, sheet, item_id)
        tapped.discard(key)
    session.commit()
    return _board(at.site, sheet.hex(), tapped)


def _board(site: SiteFacts, sheet: str, tapped: Collection[str] = ()) -> ResponseReturnValue:
    shown = agenda_page.agendas(db.session(), site, languages.chosen(site.languages), tapped)
    meets = [one for one in shown if one.committee.is_open]
    more = {
        "meets": meets,
        "tells": is_open_at(site),
        "front_href": "/language",
        "zone": site.time_zone,
        "say": meeting_words,
    }
    return render_template("committees/agenda.html", agendas=shown, sheet=sheet, **more)


def _item_id(key: str) -> bytes | None:
    """The id that a page of ours bore; None for anything else."""
    is_key = len(key) == _KEY_LETTERS and all(letter in "0123456789abcdef" for letter in key)
    return bytes.fromhex(key) if is_key else None


def _is_here(item_id: bytes, site: SiteFacts) -> bool:
    item = items.find(db.session(), running.keyring(), item_id)
    committee = store.find(db.session(), item.committee_id) if item else None
    return committee is not None and committee.site_id == site.id
