"""Lines of the lists of what is owed, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access import guard, permissions
from youthvoice.accountability import labels, rules, store
from youthvoice.accountability.entities import AnswerDue, answerable_rounds
from youthvoice.accounts.store import names_of_people
from youthvoice.sites.store import get_site, list_sites
from youthvoice.web.i18n import languages


@dataclass(frozen=True, slots=True)
class AnswerDueLine:
    """A line of a list.

    Attributes:
        owed: what it is about.
        heading: what is owed.
        site: where.
        state: as `rules.DueState`, for the reader.
        when: how much time she has, or when it was answered.
        due: the reader's own day.
        owner: who owes it, where that is another.
        asked: who was asked and did not answer, and who is asked now; or what children said of the answer.
        round: by which round it is told apart from others of its name; empty for what is of none.
    """

    owed: AnswerDue
    heading: str
    site: str
    state: str
    when: str
    due: date
    owner: str = ""
    asked: tuple[str, ...] = ()
    round: str = ""


def answer_due_line(
    session: Session, answer_due: AnswerDue, person_id: int, *, of_another: bool = False
) -> AnswerDueLine:
    """One line.

    Args:
        session: only read.
        answer_due: what is owed.
        person_id: who reads it.
        of_another: it is not hers to answer; of a task of the advocates she learns not even the kind.
    """
    site = get_site(session, answer_due.site_id)
    today = context.today(site.time_zone)
    names = names_of_people(session, answer_due.people)
    reader = 0 if of_another else person_id
    language = languages.chosen()
    heading = (
        labels.others_due_heading(answer_due, language)
        if of_another
        else labels.due_heading(answer_due, language, person_id)
    )
    again = labels.reopened_label(answer_due)
    return AnswerDueLine(
        answer_due,
        heading,
        site.name,
        answer_due.state(today, reader),
        labels.due_when_label(answer_due, today, reader),
        answer_due.due_for(reader) if reader else answer_due.due,
        _owner(answer_due, names) if of_another else "",
        (*labels.asked_after_labels(answer_due, names), *((again,) if again else ())),
        _round(session, answer_due, site.time_zone) if answer_due.to_children or not of_another else "",
    )


def list_late_of_others(session: Session, caller: guard.Caller, hers: set[int]) -> list[AnswerDueLine]:
    """S13: silence past its date raises an alarm to adults.

    Of the advocates' tasks one line for each site: how many there are, and since which day, would say in which round a
    child said harm, for only then is a task due three days after it closed.
    """
    if caller.role != permissions.COORDINATOR:
        return []
    late = [
        answer_due
        for site in list_sites(session, caller.site_ids)
        for answer_due in store.list_overdue(session, caller.person_id, [site.id], context.today(site.time_zone))
    ]
    rows = [
        answer_due_line(session, answer_due, caller.person_id, of_another=True)
        for answer_due in late
        if answer_due.id not in hers
    ]
    advocates = {
        due_line.site: replace(due_line, state="", when="") for due_line in rows if due_line.owed.owner_id is None
    }
    return [*(due_line for due_line in rows if due_line.owed.owner_id is not None), *advocates.values()]


def _round(session: Session, answer_due: AnswerDue, zone: str) -> str:
    found = (
        answerable_rounds().asked(session, answer_due.subject, zone)
        if rules.ANSWER_DUE_KINDS[answer_due.kind].of_a_round
        else None
    )
    return labels.asked_in_label(answer_due, *found, languages.chosen()) if found else ""


def _owner(answer_due: AnswerDue, names: Mapping[int, str]) -> str:
    return str(_("The child advocates")) if answer_due.owner_id is None else names.get(answer_due.owner_id, "")
