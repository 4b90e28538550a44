"""Lines for the lists of answers due."""

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
from youthvoice.sites.store import get_site, group_by_site, list_sites, site_ids_by_day
from youthvoice.web.i18n import languages


@dataclass(frozen=True, slots=True)
class AnswerDueLine:
    """A line of a list.

    Attributes:
        answer_due: the answer due.
        heading: its label.
        site: its name.
        state: see `rules.DueState`, for the reader.
        when: how much time the reader has, or when it was answered.
        due: the reader's deadline.
        owner: who has to answer, where that is somebody else.
        asked: who missed a deadline, and who is asked now; or that children reopened the answer.
        round: what tells it apart from others with its name; empty without a round.
    """

    answer_due: AnswerDue
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
    """One line of a list.

    Args:
        session: only read.
        answer_due: of the line.
        person_id: the reader.
        of_another: whether the reader is not the one to answer; of the advocates' tasks the line then hides even the
            kind.
    """
    site = get_site(session, answer_due.site_id)
    today = context.today(site.time_zone)
    names = names_of_people(session, answer_due.people)
    reader = 0 if of_another else person_id  # for another one's answer the state and the deadline are the owner's
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


def list_late_of_others(session: Session, caller: guard.Caller, own_ids: set[int]) -> list[AnswerDueLine]:
    """What others did not answer in time, for a coordinator. S13: silence past its day raises an alarm to adults.

    The advocates' tasks are one line per site. Their number and dates would tell in which round a child said harm,
    because only then a task is due three days after the round.
    """
    if caller.role != permissions.COORDINATOR:
        return []
    sites = list_sites(session, caller.site_ids)
    overdue = [
        answer_due
        for today, site_ids in site_ids_by_day(sites).items()
        for answer_due in store.list_overdue(session, caller.person_id, site_ids, today)
    ]
    lines = [
        answer_due_line(session, answer_due, caller.person_id, of_another=True)
        for _site, there in group_by_site(sites, overdue, lambda answer_due: [answer_due.site_id])
        for answer_due in there
        if answer_due.id not in own_ids
    ]
    advocates = {
        due_line.site: replace(due_line, state="", when="")
        for due_line in lines
        if due_line.answer_due.owner_id is None
    }
    return [*(due_line for due_line in lines if due_line.answer_due.owner_id is not None), *advocates.values()]


def _round(session: Session, answer_due: AnswerDue, zone: str) -> str:
    title_and_day = (
        answerable_rounds().find_title_and_last_day(session, answer_due.subject, zone)
        if rules.ANSWER_DUE_KINDS[answer_due.kind].of_a_round
        else None
    )
    return labels.asked_in_label(answer_due, *title_and_day, languages.chosen()) if title_and_day else ""


def _owner(answer_due: AnswerDue, names: Mapping[int, str]) -> str:
    return str(_("The child advocates")) if answer_due.owner_id is None else names.get(answer_due.owner_id, "")
