"""A suggestion arrives: sealed before the first write, and taken once however often its sheet comes."""

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.committees import store
from youthvoice.committees.suggestions.page import readers_of
from youthvoice.sites.store import SiteFacts
from youthvoice.threads import receipts
from youthvoice.threads.letters import store as letters
from youthvoice.threads.suggestions.suggestion import Suggestion, seal_suggestion


def take(session: Session, site: SiteFacts, committee_id: int, suggestion: Suggestion, sheet: bytes) -> bool:
    """Seal a suggestion to the advocates and put it into the box of its agenda; the caller commits.

    Args:
        session: may write; nothing was asked of it yet, so that nobody waits while this is sealed.
        site: of the tablet.
        committee_id: one that the page offered.
        suggestion: what.
        sheet: 16 bytes.

    Returns:
        False when the sheet came before: nothing was written.

    Raises:
        ValueError: nobody could read it.
        LookupError: there is no such committee here.
    """
    keyring, now = running.keyring(), running.now()
    with db.reading(db.engine()) as reading:
        committee = store.find(reading, committee_id)
    if committee is None or committee.site_id != site.id:
        raise LookupError(committee_id)
    sealed = seal_suggestion(
        keyring,
        suggestion,
        box=site,
        committee_id=committee.id,
        check_days=committee.check_days,
        readers=readers_of(committee),
        now=now,
    )
    receipt = receipts.receipt_of(keyring, "suggestion", sheet)
    if not receipts.add(session.connection(), receipt, receipts.month_of(running.today(site.time_zone))):
        return False
    letters.post_letters(session.connection(), [sealed])
    return True
