"""What waits for an advocate to check: suggestions that her key opens, of agendas for which somebody else answers.

Nothing here opens a suggestion but `opened`, for which its caller has written into the log. Source: DESIGN.md 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accounts.sign_in.session import private_key
from youthvoice.committees import store
from youthvoice.committees.agenda import store as items
from youthvoice.committees.entities import CommitteeFacts, ItemFacts
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.threads.letters.letter import Locked
from youthvoice.threads.readers.current import me
from youthvoice.threads.suggestions import store as suggestion_store
from youthvoice.threads.suggestions.store import Waiting
from youthvoice.threads.suggestions.suggestion import Suggestion, open_suggestion


@dataclass(frozen=True, slots=True)
class Line:
    """A suggestion from outside.

    Attributes:
        waiting: as its store gives it.
        committee: whose agenda.
        item: the line that stands on the agenda for it while it is held; None before.
        due: until when it is decided: as the child was told, or as the agenda says.
    """

    waiting: Waiting
    committee: CommitteeFacts
    item: ItemFacts | None

    @property
    def due(self) -> date:
        """Until when it is decided."""
        held = self.item.body.held if self.item else None
        return held.until if held else self.waiting.due_on


@dataclass(frozen=True, slots=True)
class Seen:
    """A suggestion before an advocate.

    Attributes:
        line: from outside.
        site: where.
        locked: what is needed to open it.
    """

    line: Line
    site: SiteFacts
    locked: Locked

    @property
    def id(self) -> bytes:
        """16 bytes."""
        return self.line.waiting.id


def at_sites(session: Session, caller: Caller) -> list[tuple[SiteFacts, list[Line]]]:
    """Everything that waits for somebody, by site, the earliest due first."""
    sites = [places.facts(site) for site in places.sites_of(session, caller.site_ids)]
    waits = suggestion_store.shown_to(session, running.keyring(), me(session, caller), running.now())
    found = _lines(session, caller, waits)
    lines = [(site, sorted((one for one in found if one.waiting.site_id == site.id), key=_by_day)) for site in sites]
    return [(site, mine) for site, mine in lines if mine]


def find(session: Session, caller: Caller, suggestion_id: str) -> Seen | None:
    """One suggestion; None where it is gone, not hers to check, or no such address."""
    try:
        number = bytes.fromhex(suggestion_id)
    except ValueError:
        return None
    found = suggestion_store.one_for(session, running.keyring(), number, me(session, caller), running.now())
    lines = _lines(session, caller, [found[0]]) if found else []
    site = places.site(session, lines[0].waiting.site_id) if lines else None
    return Seen(lines[0], places.facts(site), found[1]) if found and site else None


def opened(seen: Seen, caller: Caller) -> Suggestion:
    """What it says.

    Raises:
        CannotOpen, KeyGone: it cannot be opened any more.
    """
    return open_suggestion(running.keyring(), seen.locked, caller.person_id, private_key(caller))


def _lines(session: Session, caller: Caller, waits: Sequence[Waiting]) -> list[Line]:
    known = {one: store.find(session, one) for one in {each.committee_id for each in waits}}
    hers = {one: each for one, each in known.items() if each and each.facilitator_id != caller.person_id}
    held = items.on(session, running.keyring(), hers, {"suggested"}) if hers else []
    by_letter = {item.body.letter: item for item in held}
    return [
        Line(each, hers[each.committee_id], by_letter.get(each.id.hex())) for each in waits if each.committee_id in hers
    ]


def _by_day(line: Line) -> tuple[date, str, bytes]:
    return line.due, line.committee.name, line.waiting.id
