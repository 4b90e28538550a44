"""What the pages that set up committees need: whom and what one can choose, and whether it may be so."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice.access.guard import Caller
from youthvoice.access.permissions import FACILITATOR
from youthvoice.accounts.trust import trusted_at
from youthvoice.committees import rules, store
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.forms import NOWHERE, CommitteeForm
from youthvoice.committees.presets import PRESETS
from youthvoice.sites import store as places


class CannotBeSo(ValueError):
    """A committee cannot be like this.

    Attributes:
        code: of `words.refusal`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def offer(session: Session, form: CommitteeForm, preset: str, caller: Caller, mine: int | None = None) -> None:
    """Put into a form what can be chosen.

    Args:
        session: only read.
        form: as it came.
        preset: kind of the committee.
        caller: who sets it up.
        mine: the committee that is changed; None while it is new.
    """
    sites = places.sites_of(session, caller.site_ids)
    form.site.choices = [(site.id, site.name) for site in sites]
    form.facilitator.choices = list(facilitators(session, caller.site_ids).items())
    if "goes_up_to" in form:
        above = [one for one in store.at(session, caller.site_ids) if one.preset in PRESETS[preset].goes_up_to]
        named = [(one.id, one.name) for one in above if one.id != mine]
        form.goes_up_to.choices = [(NOWHERE, str(_("Nowhere: it keeps what it cannot settle"))), *named]


def facilitators(session: Session, site_ids: frozenset[int]) -> dict[int, str]:
    """The facilitators of some sites, by row, with their names."""
    return {one.id: one.name for one in trusted_at(session, site_ids) if one.role == FACILITATOR}


def set_up(session: Session, form: CommitteeForm, preset: str, site_id: int, mine: int | None = None) -> CommitteeFacts:
    """Write what a valid form says.

    Args:
        session: may write.
        form: valid.
        preset: kind of the committee.
        site_id: where; of one that there is it cannot be changed.
        mine: the committee that is changed; None makes a new one.

    Raises:
        CannotBeSo: with the code of why; nothing was written, once the caller has rolled back.
    """
    every = {one.id: one for one in store.every(session)}
    if code := rules.refusal_above(preset, site_id, mine, form.above, every):
        raise CannotBeSo(code)
    if form.facilitator.data not in facilitators(session, frozenset({site_id})):
        raise CannotBeSo("no_facilitator")
    site = places.site(session, site_id)
    assert site is not None
    zone = ZoneInfo(site.time_zone)
    values = form.values() | {"first_at": datetime.combine(form.first_day.data, form.first_time.data, zone)}
    try:
        if mine is None:
            return store.add(session, site_id, values | {"preset": preset, "opened_on": form.first_day.data})
        store.change(session, mine, values)
    except IntegrityError:
        raise CannotBeSo("name_taken") from None
    changed = store.find(session, mine)
    assert changed is not None
    return changed


def zones(session: Session, site_ids: frozenset[int]) -> Mapping[int, str]:
    """The time zone of each site."""
    return {site.id: site.time_zone for site in places.sites_of(session, site_ids)}
