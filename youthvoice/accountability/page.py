"""Lines for the lists of answers due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access import guard, permissions
from youthvoice.accountability import labels, rules, store
from youthvoice.accountability.entities import AnswerDue, answerable_rounds
from youthvoice.accounts.store import names_of_people
from youthvoice.sites.site_page import name_key
from youthvoice.sites.store import Site, group_by_site, list_sites, site_ids_by_day
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


def answer_due_lines(
    session: Session, answers_due: Sequence[AnswerDue], person_id: int, *, of_others: bool = False
) -> list[AnswerDueLine]:
    """Lines of a list, in the same order; what they need is asked once for all of them.

    Args:
        session: only read.
        answers_due: of the lines.
        person_id: the reader.
        of_others: whether the reader is not the one to answer; of the advocates' tasks a line then hides even the kind,
            and tells no day.
    """
    sites = {site.id: site for site in list_sites(session, {answer_due.site_id for answer_due in answers_due})}
    names = names_of_people(session, {who for answer_due in answers_due for who in answer_due.people})
    of_rounds = {
        answer_due.id: (answer_due.subject, sites[answer_due.site_id].time_zone)
        for answer_due in answers_due
        if rules.ANSWER_DUE_KINDS[answer_due.kind].of_a_round and (answer_due.to_children or not of_others)
    }
    rounds = answerable_rounds().find_titles_and_last_days(session, set(of_rounds.values()))
    lines = []
    for answer_due in answers_due:
        line = _line(answer_due, sites[answer_due.site_id], names, 0 if of_others else person_id)
        if answer_due.id in of_rounds and (title_and_day := rounds.get(of_rounds[answer_due.id])):
            line = replace(line, round=labels.asked_in_label(answer_due, *title_and_day, languages.chosen()))
        if of_others and answer_due.owner_id is None:
            line = replace(line, state="", when="", asked=())
        lines.append(line)
    return lines


def _line(answer_due: AnswerDue, site: Site, names: Mapping[int, str], reader: int) -> AnswerDueLine:
    """A line without its round; without a reader its state and its deadline are the owner's."""
    today, language, again = context.today(site.time_zone), languages.chosen(), labels.reopened_label(answer_due)
    return AnswerDueLine(
        answer_due,
        labels.due_heading(answer_due, language, reader) if reader else labels.others_due_heading(answer_due, language),
        site.name,
        answer_due.state(today, reader),
        labels.due_when_label(answer_due, today, reader),
        answer_due.due_for(reader) if reader else answer_due.due,
        "" if reader else _owner(answer_due, names),
        (*labels.asked_after_labels(answer_due, names), *((again,) if again else ())),
    )


def list_late_of_others(session: Session, caller: guard.Caller, own_ids: set[int]) -> list[AnswerDue]:
    """What others did not answer in time, the oldest first, for a coordinator.

    S13: silence past its day raises an alarm to adults. The advocates' tasks are one line per site. Their number and
    dates would tell in which round a child said harm, because only then a task is due three days after the round.
    """
    if caller.role != permissions.COORDINATOR:
        return []
    sites = sorted(list_sites(session, caller.site_ids), key=lambda site: name_key(site.name))
    overdue = [
        answer_due
        for today, site_ids in site_ids_by_day(sites).items()
        for answer_due in store.list_overdue(session, caller.person_id, site_ids, today)
    ]
    by_site = group_by_site(sites, overdue, lambda answer_due: [answer_due.site_id])
    late = [answer_due for _site, there in by_site for answer_due in there if answer_due.id not in own_ids]
    of_advocates = {answer_due.site_id: answer_due for answer_due in late if answer_due.owner_id is None}
    of_one_person = sorted((each for each in late if each.owner_id is not None), key=lambda each: each.due)
    return [*of_one_person, *of_advocates.values()]


def _owner(answer_due: AnswerDue, names: Mapping[int, str]) -> str:
    return str(_("The child advocates")) if answer_due.owner_id is None else names.get(answer_due.owner_id, "")
