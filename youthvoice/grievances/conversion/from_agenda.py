"""What concerns one child leaves an agenda and becomes a report; `threads.handing_up` says to whom this is handed.

The agenda then names one adult and a day. Neither says more than that: the name is the advocate who took it off, unless
she was to be left out, and the day is that of a report that is not pressing, whatever this one is.

Source: S14, S22, S26.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accounts import store as people
from youthvoice.accounts.store import Readers
from youthvoice.audit.log import Log
from youthvoice.grievances.conversion.by_advocate import Found, thread_of
from youthvoice.grievances.conversion.forms import LetterReportForm
from youthvoice.grievances.intake.recipient_rules import CannotBeLeftOut, first_reads
from youthvoice.grievances.time_limits import ANSWER, after, rules_of
from youthvoice.privacy.keys.names import PEOPLE, THREADS
from youthvoice.sites.store import SiteFacts
from youthvoice.threads import store as threads
from youthvoice.threads.case_state import moment_of
from youthvoice.threads.letters.key_wraps import receipt_of_report
from youthvoice.threads.ports.reports import CannotGoUp, FromAgenda, WentTo, WentUpAlready
from youthvoice.threads.readers.cache import everybody_at
from youthvoice.threads.readers.membership import FROM_AGENDA


def asking(site: SiteFacts) -> LetterReportForm:
    """What it is about, how pressing it is, who must not read it."""
    return LetterReportForm.offering(everybody_at(site.id))


def make(  # noqa: PLR0913, PLR0917 - who, of what, and what was decided
    session: Session, log: Log, caller: Caller, site: SiteFacts, told: FromAgenda, form: LetterReportForm
) -> WentTo:
    """Make the report; see `handing_up.Reports.make`.

    Raises:
        CannotGoUp: too few would read it.
        WentUpAlready: see there.
    """
    people.keep_still(session)  # whoever shall read it does not leave in the same moment
    keyring, now = running.keyring(), running.now()
    readers = people.readers(session, site.id, keyring.key_or_new(PEOPLE), now)
    receipt = receipt_of_report(keyring.key_or_new(THREADS), told.id)
    found = Found(FROM_AGENDA, {"agenda": told.agenda}, told.words, receipt, told.voice, told.voice_kind, told.language)
    chosen = form.chosen
    try:
        thread = thread_of(session, caller, site, found, chosen, readers, now)
        reads = first_reads(readers, chosen.left_out, chosen.harm)
    except CannotBeLeftOut as error:
        form.refuse(error.why)
        raise CannotGoUp from None
    if threads.of_receipt(session, keyring, receipt):
        raise WentUpAlready
    try:
        threads.add(session, thread)
    except IntegrityError:
        raise WentUpAlready from None
    log.add(session, "agenda.moved", site.slug)
    return WentTo(_name(caller, readers, reads), _until(site, now))


def _name(caller: Caller, readers: Readers, reads: frozenset[int]) -> str:
    """Who is named on the agenda: whoever took it off, else the first advocate who reads it, else anybody who does."""
    if caller.person_id in reads:
        return caller.name
    return next(one.name for one in (*readers.advocates, *readers.everybody) if one.person_id in reads)


def _until(site: SiteFacts, now: datetime) -> date:
    hour = after(rules_of(site.jurisdiction), ANSWER, harm=False, urgent=False, now=now)
    return moment_of(hour).astimezone(ZoneInfo(site.time_zone)).date()
