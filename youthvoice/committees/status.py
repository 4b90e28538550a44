"""What adults may know of committees without belonging to one: who gave out picture codes, and their log lines."""

from flask import url_for
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts.store import names_of_people
from youthvoice.committees import entities, store
from youthvoice.committees.elections import labels as elections_labels
from youthvoice.committees.elections.store import list_elections
from youthvoice.committees.representatives.store import list_representatives
from youthvoice.witnesses.log_scopes import LogSubject


def list_picture_dates(session: Session, committee: entities.Committee) -> dict[str, str]:
    """Since when each representative has a picture code, and which adult gave it; by nickname.

    An adult who gives out new pictures could keep them and act in the child's name: so the child, an advocate and a
    coordinator see it.
    """
    day = context.today(store.committee_time_zone(session, committee))
    representatives = [
        representative
        for representative in list_representatives(session, committee.id)
        if representative.is_in_office(day) and representative.pictures_on
    ]
    names = names_of_people(session, [representative.pictures_by for representative in representatives])
    return {
        representative.nickname: elections_labels.pictures_since_label(
            representative, names.get(representative.pictures_by, "")
        )
        for representative in representatives
    }


def committee_log_subjects(session: Session, caller: Caller) -> dict[str, LogSubject]:
    """The committees and elections whose log lines the caller may see, at their sites (`witnesses/log_scopes`)."""
    if not caller.may("committees.see"):
        return {}
    names = {committee.id: committee.name for committee in store.list_committees(session, caller.site_ids)}
    subjects = {
        str(id_): LogSubject(name, url_for("committees.detail", committee_id=id_)) for id_, name in names.items()
    }
    return subjects | {
        election.slug: LogSubject(f"{elections_labels.vote_label(election.post)} · {names[election.committee_id]}")
        for election in list_elections(session, names)
    }
