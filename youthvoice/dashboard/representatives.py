"""What committees ask of a facilitator."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.committees.representatives import tasks as rep_todo
from youthvoice.dashboard.task import Item


def representatives(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Item]:
    """Terms that end, and what is to be handed over, in the committees of a facilitator."""
    if not caller.may("representatives.manage"):
        return []
    days = {site_id: today for site_id, (_name, today) in known.items()}
    found = ((one, one.committee) for one in rep_todo.of(session, running.keyring(), caller.person_id, days))
    return [
        Item(one.kind, str(at.id), {"en": at.name}, known[at.site_id][0], one.due, (one.due - days[at.site_id]).days)
        for one, at in found
    ]
