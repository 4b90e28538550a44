"""A letter of the letter box becomes a report: what an advocate read there does not end with having been read.

The child's words stay as given (S3); who left whom out, and what it is about, stands beside them in the name of the
advocate who decided. Nobody holds a code: the words come from a survey, and nobody asks who wrote them. Of one letter
there is one report, whoever is faster. Source: DESIGN.md 5, "A survey"; PRIVACY.md A10; S14, S17, S38.
"""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accounts import store as people
from youthvoice.audit.log import Log
from youthvoice.grievances.conversion.by_advocate import Chosen, Found, thread_of
from youthvoice.privacy.keys.names import PEOPLE, THREADS
from youthvoice.sites.store import SiteFacts
from youthvoice.threads import store as threads
from youthvoice.threads.letters import first_look_job as clocks
from youthvoice.threads.letters import membership as letter_membership
from youthvoice.threads.letters import store as letters
from youthvoice.threads.letters.key_wraps import receipt_of_report
from youthvoice.threads.letters.letter import Letter
from youthvoice.threads.letters.store import Envelope
from youthvoice.threads.ports import round_titles as rounds
from youthvoice.threads.readers.membership import FROM_LETTER


class MadeAlready(Exception):
    """Somebody made a report of this letter; nothing was written."""


def made_of(session: Session, letter_id: bytes) -> bytes | None:
    """The report that was made of a letter; None where there is none."""
    found = threads.of_receipt(session, running.keyring(), _receipt(letter_id))
    return found.facts.id if found else None


def make(  # noqa: PLR0913, PLR0917 - who, of what, and what was decided
    session: Session, log: Log, caller: Caller, site: SiteFacts, letter: Envelope, opened: Letter, chosen: Chosen
) -> bytes:
    """Make the report, note the look at the letter, and leave out of both whoever is to be left out.

    Args:
        session: may write; nothing is written where this raises, once the caller has rolled back.
        log: in the name of the caller.
        caller: an advocate who opened the letter.
        site: of the letter.
        letter: from outside.
        opened: its words.
        chosen: what she decided.

    Returns:
        The report's id, 16 bytes.

    Raises:
        CannotBeLeftOut: too few would read it.
        MadeAlready: see there.
    """
    people.keep_still(session)  # whoever shall read it does not leave in the same moment
    keyring, now = running.keyring(), running.now()
    readers = people.readers(session, site.id, keyring.key_or_new(PEOPLE), now)
    if made_of(session, letter.id):
        raise MadeAlready
    said = {
        "letter": letter.id.hex(),
        "round": dict(rounds.title_of(session, letter.round_id)),
        "arrived": letter.day.isoformat(),
        "shared": opened.shared,
    }
    told = Found(FROM_LETTER, said, opened.words, _receipt(letter.id))
    thread = thread_of(session, caller, site, told, chosen, readers, now)
    try:
        threads.add(session, thread)
    except IntegrityError:
        raise MadeAlready from None
    letters.look_at(session, letter.id, thread.day)
    clocks.settle_if_looked_at(session, site.id, letter.shown_from, site.time_zone, thread.day)
    out = sorted(
        chosen.left_out, key=lambda one: one == caller.person_id
    )  # she has read it: if somebody stays, it is she
    letter_membership.leave_out(session, keyring, letter.id, out, readers.advocates)
    log.add(session, "letter.open", letter.id.hex())  # that more was done with it stands in the report alone
    return thread.id


def _receipt(letter_id: bytes) -> bytes:
    return receipt_of_report(running.keyring().key_or_new(THREADS), letter_id)
