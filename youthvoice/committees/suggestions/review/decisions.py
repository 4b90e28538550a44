"""An advocate decides about a suggestion: in one transaction it goes, and what everybody may see comes.

Nothing of what comes bears anything of what went: neither its id, nor its days, nor its order. Who is second learns
that somebody was faster, and nothing was written. Source: DESIGN.md 5, "An agenda"; S26; PRIVACY.md A10.
"""

from dataclasses import dataclass, replace
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accountability import store as answers
from youthvoice.audit.log import Log
from youthvoice.committees.agenda import store as items
from youthvoice.committees.agenda.store import Meanwhile
from youthvoice.committees.entities import Held, ItemBody, ItemFacts, Moved
from youthvoice.committees.item_states import State
from youthvoice.committees.suggestions.review.queue import Seen
from youthvoice.threads.suggestions import review_deadline as suggestion_clocks
from youthvoice.threads.suggestions import store as suggestion_store
from youthvoice.web.i18n.languages import TRANSLATED

HELD = "held"
"""Kind of what the holder of a suggestion owes; its subject is that of the line on the agenda."""


class DecidedAlready(Exception):
    """Somebody decided about it since it was shown; nothing was written."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where it is decided.

    Attributes:
        session: may write; its caller commits, or rolls back where a decision raises.
        log: in the name of whoever decides.
        seen: the suggestion before her.
        today: at the site.
    """

    session: Session
    log: Log
    seen: Seen
    today: date


def publish(desk: Desk, body: ItemBody) -> None:
    """It stands on the agenda from today, in these words.

    Raises:
        DecidedAlready: see there.
    """
    _taken_out(desk, "publish")
    _comes(desk, "on_agenda", body)


def join(desk: Desk, item: ItemFacts) -> None:
    """It is the same as something that is on the agenda already: one more "me too" there.

    Raises:
        DecidedAlready: see there.
    """
    _taken_out(desk, "join")
    items.add_support(desk.session, running.keyring(), item.id, 1)
    if desk.seen.line.item:
        _comes(desk, "declined", ItemBody("other", why="there_already"))


def decline(desk: Desk, why: str) -> None:
    """It does not come onto the agenda; the agenda says why, and nothing of it.

    Raises:
        DecidedAlready: see there.
    """
    _taken_out(desk, "decline")
    _comes(desk, "declined", ItemBody("other", why=why))


def moved(desk: Desk, to: Moved) -> None:
    """It is a thread of the advocates by now; the agenda says who answers by when.

    Raises:
        DecidedAlready: see there.
    """
    _taken_out(desk, "move")
    _comes(desk, "moved", ItemBody("other", moved=to))


def hold(desk: Desk, held: Held) -> None:
    """It waits: the agenda says why, who decides and until when, and that adult owes it.

    Raises:
        DecidedAlready: see there.
    """
    seen, keyring = desk.seen, running.keyring()
    if not suggestion_store.hold(desk.session, seen.id, desk.today):
        raise DecidedAlready
    body = ItemBody("other", held=held, letter=seen.id.hex())
    item_id = items.add(desk.session, keyring, seen.line.committee.id, body, desk.today, state="suggested")
    answers.owe(
        desk.session,
        keyring,
        site_id=seen.site.id,
        kind=HELD,
        subject=item_id.hex(),
        about=_about_held(),
        due=held.until,
        owner_id=held.by,
    )
    _noted(desk, "hold")


def _taken_out(desk: Desk, act: str) -> None:
    if not suggestion_store.take_out(desk.session, desk.seen.line.waiting):
        raise DecidedAlready
    _noted(desk, act)


def _noted(desk: Desk, act: str) -> None:
    """Settle what was owed for it; the log says whose agenda, not which suggestion."""
    line, session = desk.seen.line, desk.session
    suggestion_clocks.settle_if_decided(session, desk.seen.site.id, line.committee.id, line.waiting.due_on, desk.today)
    if line.item and (owed := answers.about(session, running.keyring(), HELD, line.item.subject)):
        answers.settle(session, owed.id, desk.today)
    desk.log.add(session, f"suggestion.{act}", str(line.committee.id))


def _comes(desk: Desk, state: State, body: ItemBody) -> None:
    """Onto the agenda: a new row, or the line that stood there while it was held."""
    keyring, line = running.keyring(), desk.seen.line
    if line.item is None:
        items.add(desk.session, keyring, line.committee.id, body, desk.today, state=state)
        return
    try:
        items.move(desk.session, keyring, line.item, state, desk.today, body=replace(body, held=None, letter=""))
    except Meanwhile:
        raise DecidedAlready from None


def _about_held() -> dict[str, str]:
    """The same words whatever was suggested (S22)."""
    said = {}
    for language in TRANSLATED:
        with force_locale(language):
            said[language] = str(_("A suggestion that waits"))
    return said
