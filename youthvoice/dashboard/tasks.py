"""What waits for somebody: answers she owes, views and questionnaires to approve, views to send; the overdue first."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accountability import store as answers
from youthvoice.accountability.entities import OwedFacts
from youthvoice.accounts import requests
from youthvoice.accounts import store as people
from youthvoice.accounts import tasks as todo
from youthvoice.accounts.trust import trust_now
from youthvoice.audit import log
from youthvoice.dashboard import choices as choosing
from youthvoice.dashboard import meetings as missed
from youthvoice.dashboard import representatives as of_committees
from youthvoice.dashboard.task import Item
from youthvoice.dashboard.urgency import GROUPS, group
from youthvoice.grievances.deadlines import letter_job as letter_clocks
from youthvoice.grievances.desk import inbox
from youthvoice.grievances.desk.escalated_count import HandedOn
from youthvoice.privacy.keys.names import PEPPER
from youthvoice.publications import store as publications
from youthvoice.publications.guardians import undelivered as letters
from youthvoice.publications.store import Edition
from youthvoice.sites import store as places
from youthvoice.surveys.choices import store as choice_store
from youthvoice.surveys.questionnaires import store as questionnaires
from youthvoice.surveys.rounds import store as surveys
from youthvoice.surveys.rounds.entities import EXEMPT, RoundFacts
from youthvoice.threads.child_codes import attempt_limits as code_tries
from youthvoice.threads.handover import store as handed_store
from youthvoice.web.i18n.lists import listed

_MOST_REPORTS: Final = 20
_RESTORE_IS_SHOWN: Final = timedelta(days=30)
_OF_ROUNDS: Final = frozenset({"round", "choice", "safety", "too_many", "publication", "send"})
_PRESSING: Final = frozenset({"danger", "late", "today", "week"})


def groups(
    session: Session,
    caller: Caller,
    sites: Iterable[tuple[int, str, str]],
    waited: Collection[HandedOn] = (),
) -> list[tuple[str, list[Item]]]:
    """Things to do by group code: danger, then as in `rules.GROUPS`; empty groups are left out.

    Args:
        session: only read.
        caller: who asks.
        sites: id, name and time zone of each of hers.
        waited: from `handed_on.to_look_at`; their rows are marked as overdue.
    """
    known = {site_id: (name, running.today(zone)) for site_id, name, zone in sites}
    items = [
        *_reports(session, caller, known, waited),
        *_handed(session, caller),
        *_owed(session, caller, known),
        *_late_letters(session, caller, known),
        *_publications(session, caller, known),
        *_questionnaires(session, caller),
        *(Item("choose", *one) for one in choosing.waiting(session, caller, known)),
        *_sittings(session, caller, known),
        *missed.meetings(session, caller, known),
        *_undelivered(session, caller, known),
        *of_committees.representatives(session, caller, known),
        *_people(session, caller, known),
        *_requests(session, caller, known),
        *_slowed(session, caller, known),
        *_restored(session, caller),
    ]
    items.sort(key=lambda item: item.order)
    calm = [item for item in items if not item.danger]
    parted = {"danger": [item for item in items if item.danger]}
    parted |= {code: [item for item in calm if group(item.days) == code] for code in GROUPS}
    return [(code, found) for code, found in parted.items() if found]


def _owed(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Item]:
    owed = answers.mine(session, running.keyring(), caller.person_id, caller.role, caller.site_ids)
    zones = {site.id: site.time_zone for site in places.sites_of(session, known)}
    return [_owed_item(session, each, caller, known[each.site_id], zones) for each in owed if each.site_id in known]


def _owed_item(
    session: Session, owed: OwedFacts, caller: Caller, at: tuple[str, date], zones: Mapping[int, str]
) -> Item:
    site, today = at
    item = Item(
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


def _of_round(session: Session, item: Item, slug: str, zone: str) -> Item:
    """With its round, so that two lines about the same questions can be told apart."""
    if item.kind not in _OF_ROUNDS or (facts := surveys.round_by_slug(session, slug)) is None:
        return item
    return replace(item, round_title=facts.title, round_day=facts.last_day(zone))


def _reports(
    session: Session, caller: Caller, known: Mapping[int, tuple[str, date]], waited: Collection[HandedOn]
) -> Sequence[Item]:
    """The most pressing of the reports that wait for her, and one line for all the others."""
    if not caller.may("reports.read"):
        return []
    late = {one.id: one.clock for one in waited}
    rows, number = inbox.most_pressing(session, caller, _PRESSING, _MOST_REPORTS, late)
    items = [_report(row, known[row.site.id][1], late.get(row.id, "")) for row in rows]
    if more := number - len(items):
        items.append(Item("reports", "", {}, "", None, items[-1].days, step=str(more)))
    return items


def _handed(session: Session, caller: Caller) -> Sequence[Item]:
    """One line for everything that was sealed to her alone and that she has not opened yet."""
    if not caller.may("handed.read") or not handed_store.waiting(session, caller.person_id):
        return []
    return [Item("handed", "", {}, "", None, None)]


def _report(row: inbox.Row, today: date, waited: str) -> Item:
    due = row.stands.due.astimezone(ZoneInfo(row.site.time_zone)) if row.stands.due else None
    days = (due.date() - today).days if due else None
    if row.stands.group == "late" or waited:  # by the hour: what was due this morning is late already
        days = min(-1, days or 0)
    assert row.marks is not None  # letters have a line of their own
    about = {"en": row.marks.topic}
    return Item(
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


def _late_letters(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Item]:
    """One line for each site whose advocates she was asked to ask, for she opens no letters or suggestions herself."""
    return [
        Item(
            f"late_{one.box}",
            str(one.site_id),
            {},
            known[one.site_id][0],
            one.due,
            (one.due - known[one.site_id][1]).days,
        )
        for one in letter_clocks.asked_to_ask(session, caller)
    ]


def _publications(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Item]:
    editions, hers = [], (running.keyring(), caller.site_ids)
    if caller.may("publications.approve"):
        editions += [("publication", edition) for edition in publications.waiting(session, *hers)]
    if caller.may("publications.send"):
        editions += [("send", edition) for edition in publications.to_send(session, *hers)]
    zones = {site.id: site.time_zone for site in places.sites_of(session, known)}
    return [_edition(session, kind, edition, known, zones) for kind, edition in editions]


def _edition(
    session: Session,
    kind: str,
    edition: Edition,
    known: Mapping[int, tuple[str, date]],
    zones: Mapping[int, str],
) -> Item:
    here, frozen = sorted(edition.site_ids & set(known)), edition.first.frozen
    site = listed(known[site_id][0] for site_id in here)
    item = Item(kind, edition.first.slug, frozen["title"], site, None, None)
    return _of_round(session, item, frozen["round"], zones[here[0]] if here else "UTC")


def _questionnaires(session: Session, caller: Caller) -> Sequence[Item]:
    if not caller.may("questionnaires.approve"):
        return []
    of_choices = choice_store.questionnaires_of_choices(session)
    return [
        Item("questionnaire", str(stored.id), {"en": questionnaires.called(stored)}, "", None, None)
        for stored in questionnaires.newest_versions(session)
        if stored.approved_on is None and stored.id not in of_choices
    ]


def _sittings(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Item]:
    """Rounds that are open at the sites of whoever holds sittings, until their last day."""
    if not caller.may("rounds.sit"):
        return []
    now = running.now()
    rounds = (facts for facts in surveys.rounds_at(session, known) if facts.purpose not in EXEMPT)
    opened = [facts for facts in rounds if facts.state(now) == "open"]
    zones = {site.id: site.time_zone for site in places.sites_of(session, known)}
    return [_sitting(facts, known, zones) for facts in opened]


def _sitting(facts: RoundFacts, known: Mapping[int, tuple[str, date]], zones: Mapping[int, str]) -> Item:
    here = [site_id for site_id in facts.site_ids if site_id in known]
    last = facts.last_day(zones[here[0]] if here else "UTC")
    site = listed(known[site_id][0] for site_id in here)
    return Item("sitting", facts.slug, facts.titles, site, last, (last - known[here[0]][1]).days)


def _undelivered(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Item]:
    """One line for each site whose letters no server took."""
    if not caller.may("publications.send"):
        return []
    lost = letters.undelivered(session, caller.site_ids)
    site_ids = dict.fromkeys(one.to.site_id for one in lost if one.may_go)
    return [Item("undelivered", str(site_id), {}, known[site_id][0], None, None) for site_id in site_ids]


def _people(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Item]:
    """Keys to compare, newcomers to know of, and what somebody sets up for herself."""
    today = running.today()
    return [
        Item(
            one.kind,
            str(one.person_id),
            {"en": one.name},
            listed(known[site_id][0] for site_id in sorted(one.site_ids & set(known))),
            one.due,
            (one.due - today).days if one.due else None,
        )
        for one in todo.of(session, caller, trust_now())
    ]


def _slowed(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Item]:
    """One line for each site where so many wrong picture codes were tried today that its phones are slowed."""
    if not caller.may("letters.read"):
        return []
    days = {site_id: today for site_id, (_name, today) in known.items()}
    found = code_tries.slowed(session, running.keyring().key(PEPPER), days)
    return [Item("code_tries", str(site_id), {}, known[site_id][0], days[site_id], 0) for site_id in sorted(found)]


def _restored(session: Session, caller: Caller) -> Sequence[Item]:
    """Backups that were brought back in the last 30 days: whatever was undone since they were made stands again."""
    if not caller.may("people.meet"):
        return []
    since = running.today() - _RESTORE_IS_SHOWN
    return [Item("restored", "", {"en": made}, "", day, None) for day, made in log.restored_since(session, since)]


def _requests(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Item]:
    """What others ask her to agree to, and what became of what she asked for herself."""
    if not caller.may("requests.answer"):
        return []
    today = running.today()
    found = requests.of(session, caller.person_id)
    names = people.names(session, {one.asked_by for one in found} | {one.asked_of for one in found})
    items = []
    for one in found:
        mine, waits = one.asked_by == caller.person_id, one.state == "waits"
        kind = "request" if not mine else "request_waits" if waits else f"request_{one.state}"
        title = requests.kind_of(one).title(session, one.data)
        site = listed(known[site_id][0] for site_id in sorted(one.site_ids & set(known)))
        due = one.until.date() if waits else None
        days = (due - today).days if due else None
        other = names[one.asked_of if mine else one.asked_by]
        items.append(Item(kind, str(one.id), {"en": title}, site, due, days, step=other))
    return items
