"""What waits for somebody, gathered from every feature; the overdue first."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.store import list_answers_due_of
from youthvoice.accounts import account_tasks, agreement
from youthvoice.accounts.store import names_of_people
from youthvoice.audit import audit_log
from youthvoice.committees.entities import Committee
from youthvoice.committees.meetings.rules import Meeting
from youthvoice.committees.meetings.store import list_newest_missed_meetings
from youthvoice.committees.representatives.store import list_pending_terms
from youthvoice.dashboard.entities import URGENCY_GROUPS, Task, urgency_of
from youthvoice.grievances.deadlines import letter_job
from youthvoice.grievances.inbox import EscalatedReport, InboxRow, list_most_urgent
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.publications.guardians.mail import list_undelivered
from youthvoice.publications.store import Edition, list_editions_to_send, list_waiting_editions
from youthvoice.sites.store import list_sites
from youthvoice.surveys.choices import store
from youthvoice.surveys.questionnaires.store import list_newest_versions, version_label
from youthvoice.surveys.rounds.entities import EXEMPT, Round
from youthvoice.surveys.rounds.store import find_round, list_rounds
from youthvoice.threads import handover_items
from youthvoice.threads.child_codes import code_attempts
from youthvoice.web.i18n.formats import join_list


def list_waiting_choices(
    session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]
) -> Iterator[tuple[str, Mapping[str, str], str, date, int]]:
    """What waits: its key, what is asked by language, its site, its evening, and how many days there are left.

    Args:
        session: only read.
        caller: who asks.
        known: name and today of each of her sites.
    """
    if not caller.may("choices.approve"):
        return
    zones = {site.id: site.time_zone for site in list_sites(session, known)}
    for one in store.list_waiting_choices(session, known, context.now()):
        name, today = known[one.row.site_id]
        evening = one.row.closes_at.astimezone(ZoneInfo(zones[one.row.site_id])).date()
        yield str(one.row.id), one.question.text, name, evening, (evening - today).days


def missed_meeting_tasks(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Task]:
    """One line for each committee of the caller's sites: to its meeting, or to the committee for who sets it up.

    Args:
        session: only read.
        caller: who asks.
        known: name and day of each of her sites.
    """
    holds = caller.may("committees.meet")
    if not holds and not caller.may("committees.set_up"):
        return []
    zones = {site.id: site.time_zone for site in list_sites(session, known)}
    return [
        _missed_meeting_task(meeting, committee, known[committee.site_id], zones[committee.site_id], holds=holds)
        for committee, meeting in list_newest_missed_meetings(session, known, context.now())
    ]


def _missed_meeting_task(
    meeting: Meeting, committee: Committee, at: tuple[str, date], zone: str, *, holds: bool
) -> Task:
    site, today = at
    day = meeting.starts_at.astimezone(ZoneInfo(zone)).date()
    kind, key = ("missed", meeting.id) if holds else ("missed_there", committee.id)
    return Task(kind, str(key), {"en": committee.name}, site, day, (day - today).days)


def representative_tasks(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Task]:
    """Terms that end, and what is to be handed over, in the committees of a facilitator."""
    if not caller.may("representatives.manage"):
        return []
    days = {site_id: today for site_id, (_name, today) in known.items()}
    found = ((one, one.committee) for one in list_pending_terms(session, caller.person_id, days))
    return [
        Task(one.kind, str(at.id), {"en": at.name}, known[at.site_id][0], one.due, (one.due - days[at.site_id]).days)
        for one, at in found
    ]


_MOST_REPORTS: Final = 20


_RESTORE_IS_SHOWN: Final = timedelta(days=30)


_OF_ROUNDS: Final = frozenset({"round", "choice", "safety", "too_many", "publication", "send"})


_PRESSING: Final = frozenset({"danger", "late", "today", "week"})


def group_tasks(
    session: Session,
    caller: Caller,
    sites: Iterable[tuple[int, str, str]],
    waited: Collection[EscalatedReport] = (),
) -> list[tuple[str, list[Task]]]:
    """Things to do by group code: danger, then as in `rules.GROUPS`; empty groups are left out.

    Args:
        session: only read.
        caller: who asks.
        sites: id, name and time zone of each of hers.
        waited: from `inbox.list_escalated`; their rows are marked as overdue.
    """
    known = {site_id: (name, context.today(zone)) for site_id, name, zone in sites}
    items = [
        *_reports(session, caller, known, waited),
        *_handed(session, caller),
        *_owed(session, caller, known),
        *_late_letters(session, caller, known),
        *_publications(session, caller, known),
        *_questionnaires(session, caller),
        *(Task("choose", *one) for one in list_waiting_choices(session, caller, known)),
        *_sittings(session, caller, known),
        *missed_meeting_tasks(session, caller, known),
        *_undelivered(session, caller, known),
        *representative_tasks(session, caller, known),
        *_people(session, caller, known),
        *_requests(session, caller, known),
        *_slowed(session, caller, known),
        *_restored(session, caller),
    ]
    items.sort(key=lambda item: item.order)
    calm = [item for item in items if not item.danger]
    parted = {"danger": [item for item in items if item.danger]}
    parted |= {code: [item for item in calm if urgency_of(item.days) == code] for code in URGENCY_GROUPS}
    return [(code, found) for code, found in parted.items() if found]


def _owed(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Task]:
    owed = list_answers_due_of(session, caller.person_id, caller.role, caller.site_ids)
    zones = {site.id: site.time_zone for site in list_sites(session, known)}
    return [_owed_item(session, each, caller, known[each.site_id], zones) for each in owed if each.site_id in known]


def _owed_item(
    session: Session, owed: AnswerDue, caller: Caller, at: tuple[str, date], zones: Mapping[int, str]
) -> Task:
    site, today = at
    item = Task(
        owed.kind,
        str(owed.id),
        owed.about,
        site,
        owed.due_for(caller.person_id),
        (owed.due_for(caller.person_id) - today).days,
        owed.ready,
        step="" if owed.owner_id == caller.person_id else owed.rung,
        danger=owed.kind == "safety",
        mine=owed.owner_id == caller.person_id or owed.owner_role == caller.role,
    )
    return _of_round(session, item, owed.subject.partition("/")[0], zones[owed.site_id])


def _of_round(session: Session, item: Task, slug: str, zone: str) -> Task:
    """With its round, so that two lines about the same questions can be told apart."""
    if item.kind not in _OF_ROUNDS or (facts := find_round(session, slug)) is None:
        return item
    return replace(item, round_title=facts.title, round_day=facts.last_day(zone))


def _reports(
    session: Session, caller: Caller, known: Mapping[int, tuple[str, date]], waited: Collection[EscalatedReport]
) -> Sequence[Task]:
    """The most pressing of the reports that wait for her, and one line for all the others."""
    if not caller.may("reports.read"):
        return []
    late = {one.id: one.clock for one in waited}
    rows, number = list_most_urgent(session, caller, _PRESSING, _MOST_REPORTS, late)
    items = [_report(row, known[row.site.id][1], late.get(row.id, "")) for row in rows]
    if more := number - len(items):
        items.append(Task("reports", "", {}, "", None, items[-1].days, step=str(more)))
    return items


def _handed(session: Session, caller: Caller) -> Sequence[Task]:
    """One line for everything that was sealed to her alone and that she has not opened yet."""
    if not caller.may("handed.read") or not handover_items.count_unopened(session, caller.person_id):
        return []
    return [Task("handed", "", {}, "", None, None)]


def _report(row: InboxRow, today: date, waited: str) -> Task:
    due = row.stands.due.astimezone(ZoneInfo(row.site.time_zone)) if row.stands.due else None
    days = (due.date() - today).days if due else None
    if row.stands.group == "late" or waited:  # by the hour: what was due this morning is late already
        days = min(-1, days or 0)
    assert row.marks is not None  # letters have a line of their own
    about = {"en": row.marks.topic}
    return Task(
        "report",
        row.key,
        about,
        row.site.name,
        due.date() if due else None,
        days,
        step=row.stands.step,
        danger=row.stands.group == "danger",
        waited=waited,
    )


def _late_letters(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Task]:
    """One line for each site whose advocates she was asked to ask, for she opens no letters or suggestions herself."""
    return [
        Task(
            f"late_{one.box}",
            str(one.site_id),
            {},
            known[one.site_id][0],
            one.due,
            (one.due - known[one.site_id][1]).days,
        )
        for one in letter_job.list_sites_to_ask(session, caller)
    ]


def _publications(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Task]:
    editions = []
    if caller.may("publications.approve"):
        editions += [("publication", edition) for edition in list_waiting_editions(session, caller.site_ids)]
    if caller.may("publications.send"):
        editions += [("send", edition) for edition in list_editions_to_send(session, caller.site_ids)]
    zones = {site.id: site.time_zone for site in list_sites(session, known)}
    return [_edition(session, kind, edition, known, zones) for kind, edition in editions]


def _edition(
    session: Session,
    kind: str,
    edition: Edition,
    known: Mapping[int, tuple[str, date]],
    zones: Mapping[int, str],
) -> Task:
    here, frozen = sorted(edition.site_ids & set(known)), edition.first.frozen
    site = join_list(known[site_id][0] for site_id in here)
    item = Task(kind, edition.first.slug, frozen["title"], site, None, None)
    return _of_round(session, item, frozen["round"], zones[here[0]] if here else "UTC")


def _questionnaires(session: Session, caller: Caller) -> Sequence[Task]:
    if not caller.may("questionnaires.approve"):
        return []
    of_choices = store.choice_questionnaires_query(session)
    return [
        Task("questionnaire", str(stored.id), {"en": version_label(stored)}, "", None, None)
        for stored in list_newest_versions(session)
        if stored.approved_on is None and stored.id not in of_choices
    ]


def _sittings(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Task]:
    """Rounds that are open at the sites of whoever holds sittings, until their last day."""
    if not caller.may("rounds.sit"):
        return []
    now = context.now()
    rounds = (facts for facts in list_rounds(session, known) if facts.purpose not in EXEMPT)
    opened = [facts for facts in rounds if facts.state(now) == "open"]
    zones = {site.id: site.time_zone for site in list_sites(session, known)}
    return [_sitting(facts, known, zones) for facts in opened]


def _sitting(facts: Round, known: Mapping[int, tuple[str, date]], zones: Mapping[int, str]) -> Task:
    here = [site_id for site_id in facts.site_ids if site_id in known]
    last = facts.last_day(zones[here[0]] if here else "UTC")
    site = join_list(known[site_id][0] for site_id in here)
    return Task("sitting", facts.slug, facts.titles, site, last, (last - known[here[0]][1]).days)


def _undelivered(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Task]:
    """One line for each site whose letters no server took."""
    if not caller.may("publications.send"):
        return []
    lost = list_undelivered(session, caller.site_ids)
    site_ids = dict.fromkeys(one.to.site_id for one in lost if one.may_go)
    return [Task("undelivered", str(site_id), {}, known[site_id][0], None, None) for site_id in site_ids]


def _people(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Task]:
    """Keys to compare, newcomers to know of, and what somebody sets up for herself."""
    today = context.today()
    return [
        Task(
            one.kind,
            str(one.person_id),
            {"en": one.name},
            join_list(known[site_id][0] for site_id in sorted(one.site_ids & set(known))),
            one.due,
            (one.due - today).days if one.due else None,
        )
        for one in account_tasks.list_account_tasks(session, caller)
    ]


def _slowed(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Task]:
    """One line for each site where so many wrong picture codes were tried today that its phones are slowed."""
    if not caller.may("letters.read"):
        return []
    days = {site_id: today for site_id, (_name, today) in known.items()}
    found = code_attempts.slowed_sites(session, context.keyring().key(PEPPER), days)
    return [Task("code_tries", str(site_id), {}, known[site_id][0], days[site_id], 0) for site_id in sorted(found)]


def _restored(session: Session, caller: Caller) -> Sequence[Task]:
    """Backups that were brought back in the last 30 days: whatever was undone since they were made stands again."""
    if not caller.may("people.meet"):
        return []
    since = context.today() - _RESTORE_IS_SHOWN
    return [Task("restored", "", {"en": made}, "", day, None) for day, made in audit_log.list_restores(session, since)]


def _requests(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Task]:
    """What others ask her to agree to, and what became of what she asked for herself."""
    if not caller.may("requests.answer"):
        return []
    today = context.today()
    found = agreement.list_requests(session, caller.person_id)
    names = names_of_people(session, {one.asked_by for one in found} | {one.asked_of for one in found})
    items = []
    for one in found:
        mine, waits = one.asked_by == caller.person_id, one.state == "waits"
        kind = "request" if not mine else "request_waits" if waits else f"request_{one.state}"
        title = agreement.kind_of(one).title(session, one.data)
        site = join_list(known[site_id][0] for site_id in sorted(one.site_ids & set(known)))
        due = one.until.date() if waits else None
        days = (due - today).days if due else None
        other = names[one.asked_of if mine else one.asked_by]
        items.append(Task(kind, str(one.id), {"en": title}, site, due, days, step=other))
    return items
