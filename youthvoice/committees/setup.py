"""Setting up, changing and closing a committee: its choices, its checks, and what follows."""

from contextlib import suppress
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice.access.permissions import FACILITATOR
from youthvoice.accounts.store import list_trusted_people
from youthvoice.committees import store
from youthvoice.committees.committee_kinds import PRESETS
from youthvoice.committees.entities import Committee, find_refusal_above
from youthvoice.committees.forms import NOWHERE, CommitteeForm
from youthvoice.committees.meetings.outcomes import return_items
from youthvoice.committees.meetings.store import cancel_planned_meetings
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.sites.store import get_site, list_site_names


def fill_choices(
    session: Session, form: CommitteeForm, preset: str, site_ids: frozenset[int], committee_id: int | None
) -> None:
    """Fill the choices of a committee's form.

    Args:
        session: only read.
        form: as it was sent.
        preset: kind of the committee.
        site_ids: where it may be set up.
        committee_id: the committee that is changed; None while it is new.
    """
    form.site.choices = list(list_site_names(session, site_ids).items())
    form.facilitator.choices = list(list_facilitators(session, site_ids).items())
    if "goes_up_to" in form:
        above = [
            committee
            for committee in store.list_committees(session, site_ids)
            if committee.preset in PRESETS[preset].goes_up_to
        ]
        choices = [(committee.id, committee.name) for committee in above if committee.id != committee_id]
        form.goes_up_to.choices = [(NOWHERE, str(_("Nowhere: it keeps what it cannot settle"))), *choices]


def list_facilitators(session: Session, site_ids: frozenset[int]) -> dict[int, str]:
    """The facilitators of some sites, with their names, by row."""
    return {person.id: person.name for person in list_trusted_people(session, site_ids) if person.role == FACILITATOR}


def set_up_committee(
    session: Session, form: CommitteeForm, preset: str, site_id: int, committee_id: int | None = None
) -> Committee:
    """Save a valid form as a new or changed committee.

    Args:
        session: may write.
        form: valid.
        preset: kind of the committee.
        site_id: its site; it cannot be changed later.
        committee_id: the committee that is changed; None makes a new one.

    Raises:
        Refused: with the code of why; nothing was written, once the caller has rolled back.
    """
    open_committees = {committee.id: committee for committee in store.list_open_committees(session)}
    if code := find_refusal_above(preset, site_id, committee_id, form.above, open_committees):
        raise Refused(code)
    if form.facilitator.data not in list_facilitators(session, frozenset({site_id})):
        raise Refused("no_facilitator")
    site = get_site(session, site_id)
    zone = ZoneInfo(site.time_zone)
    values = form.values() | {"first_at": datetime.combine(form.first_day.data, form.first_time.data, zone)}
    try:
        if committee_id is None:
            return store.add_committee(session, site_id, values | {"preset": preset, "opened_on": form.first_day.data})
        store.change_committee(session, committee_id, values)
    except IntegrityError:
        raise Refused("name_taken") from None
    committee = store.find_committee(session, committee_id)
    assert committee is not None
    return committee


def close_committee(session: Session, committee_id: int, now: datetime, day: date) -> None:
    """Close a committee: cancel its meetings and return the items that came from committees below.

    If somebody changes such an item at the same moment, the job of meetings returns it within five minutes.
    """
    store.record_closing(session, committee_id, day)
    cancel_planned_meetings(session, committee_id, now)
    with suppress(ConcurrentUpdate), session.begin_nested():
        return_items(session, committee_id, day)
