"""What adults may know of committees without being in one: who gave a representative her pictures, and their log."""

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


def list_given_pictures(session: Session, committee: entities.Committee) -> dict[str, str]:
    """By nickname since when each representative has her pictures, and which adult gave them.

    Whoever gives new pictures could keep them and speak in her name: she, an advocate and a coordinator read it.
    """
    day = context.today(store.committee_time_zone(session, committee))
    representatives = [
        one for one in list_representatives(session, committee.id) if one.is_in_office(day) and one.pictures_on
    ]
    names = names_of_people(session, [one.pictures_by for one in representatives])
    return {
        one.nickname: elections_labels.given_pictures(one, names.get(one.pictures_by, "")) for one in representatives
    }


def committee_log_subjects(session: Session, caller: Caller) -> dict[str, LogSubject]:
    """Whose lines of the log somebody sees who sees committees: those of her sites (`witnesses/log_scopes`)."""
    if not caller.may("committees.see"):
        return {}
    names = {one.id: one.name for one in store.list_committees(session, caller.site_ids)}
    subjects = {
        str(row): LogSubject(name, url_for("committees.detail", committee_id=row)) for row, name in names.items()
    }
    return subjects | {
        one.slug: LogSubject(f"{elections_labels.vote(one.post)} · {names[one.committee_id]}")
        for one in list_elections(session, names)
    }
