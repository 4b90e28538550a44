"""Collect the tasks of a person from every feature; the overdue first."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ADVOCATE, COORDINATOR, OUTSIDE_RECIPIENT, SAFEGUARDING_LEAD
from youthvoice.accountability.store import list_answers_due_of
from youthvoice.accounts import account_tasks, agreement
from youthvoice.accounts.store import names_of_people
from youthvoice.audit import audit_log
from youthvoice.committees.meetings.store import list_newest_missed_meetings
from youthvoice.committees.representatives.store import list_pending_terms
from youthvoice.context import Port
from youthvoice.dashboard.backup_age import find_due_rehearsal, find_old_backup
from youthvoice.dashboard.entities import URGENCY_GROUPS, Task, urgency_of
from youthvoice.good_news.rules import week_of
from youthvoice.good_news.store import list_thanks
from youthvoice.grievances.deadlines import letter_job
from youthvoice.grievances.inbox import NO_REPORTS, InboxRow, UrgentReports
from youthvoice.jobs.worker_health import is_line_silent
from youthvoice.knocks.store import load_own_knocks
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.publications.guardians.delivery import list_undelivered
from youthvoice.publications.guardians.subscriptions import find_views_on_rhythm
from youthvoice.publications.store import Edition, list_editions_to_send, list_waiting_editions
from youthvoice.reviews.decisions import list_waiting_wishes
from youthvoice.reviews.rules import offer_due
from youthvoice.reviews.statements.advocate_messages import list_reviews_to_transfer
from youthvoice.reviews.store import list_unasked, sites_with_reviews
from youthvoice.sites.last_day import CHILDREN_KNOW_DAYS, is_over
from youthvoice.sites.store import Site, find_phone_site
from youthvoice.sites.tablets.refused_deliveries import list_refused
from youthvoice.sites.tablets.store import sites_with_tablets
from youthvoice.sites.tablets.tablet_status import HELD_DAYS, list_held_up, list_unopened
from youthvoice.surveys.choices import store
from youthvoice.surveys.questionnaires.own_pictures.store import list_proposed
from youthvoice.surveys.questionnaires.store import list_newest_versions, list_versions_with_picture, load_questionnaire
from youthvoice.surveys.rounds.entities import UNATTENDED
from youthvoice.surveys.rounds.store import (
    find_adults_of_round,
    has_sittings,
    list_rounds_by_slug,
    list_rounds_ended_since,
    list_rounds_that_run,
)
from youthvoice.threads import handover_items
from youthvoice.threads.child_codes import code_attempts, slip_attempts
from youthvoice.translation.store import list_unsigned_languages
from youthvoice.web.i18n.formats import format_day, join_list
from youthvoice.web.i18n.languages import LANGUAGES

pressing_subjects: Final = Port[Callable[[Session], str]]("pressing_subjects")
"""Names what of the machine cannot wait, in the reader's language; empty where nothing is wrong."""

silent_endings: Final = Port[Callable[[Session, Site], tuple[int, Sequence[str]] | None]]("silent_endings")
"""The languages in which not all about the end of a site is recorded, and a questionnaire to record it with."""

_RESTORE_IS_SHOWN: Final = timedelta(days=30)

_EARLY_END_IS_SHOWN: Final = timedelta(days=14)

_ENDING_ROLES: Final = frozenset({COORDINATOR, ADVOCATE, OUTSIDE_RECIPIENT})
"""Those who decide that a site closes, and end it together."""

_OF_ROUNDS: Final = frozenset({"round", "choice", "safety", "too_many", "publication", "send"})

_OF_ONE_REVIEW: Final = frozenset({"statement", "unasked", "asked_late", "words_to_give", "wish", "review"})
"""Kinds that are done on the page of a review."""


def group_tasks(
    session: Session, caller: Caller, sites: Iterable[Site], urgent_reports: UrgentReports = NO_REPORTS
) -> list[tuple[str, list[Task]]]:
    """The tasks by group code: danger, then as in `URGENCY_GROUPS`; empty groups are left out.

    Args:
        session: only read.
        caller: the reader.
        sites: the caller's.
        urgent_reports: from `inbox.list_urgent_reports`.
    """
    every = {site.id: site for site in sites}
    days = {zone: context.today(zone) for zone in {site.time_zone for site in every.values()}}
    collector = _TaskCollector(session, caller, every, urgent_reports, days)
    tasks = _join_by_review(sorted(collector.list_tasks(), key=lambda task: task.order))
    other_tasks = [task for task in tasks if not task.danger]
    groups = {"danger": [task for task in tasks if task.danger]}
    groups |= {code: [task for task in other_tasks if urgency_of(task.days) == code] for code in URGENCY_GROUPS}
    return [(code, members) for code, members in groups.items() if members]


def _join_by_review(tasks: Iterable[Task]) -> list[Task]:
    """Join the tasks of one review, whose page shows all of them: the most pressing one, with the others below it."""
    joined: dict[tuple[str, str] | int, Task] = {}
    for number, task in enumerate(tasks):
        place = ("review", task.key) if task.kind in _OF_ONE_REVIEW else number
        first = joined.get(place)
        joined[place] = replace(first, also=(*first.also, task)) if first else task
    return list(joined.values())


def _list_editions_to_send_by_hand(session: Session, site_ids: Collection[int]) -> list[Edition]:
    """Editions that somebody has to send, without those that all families get by regular letters."""
    return list_editions_to_send(session, site_ids, lambda view_ids: find_views_on_rhythm(session, view_ids, site_ids))


@dataclass(frozen=True, slots=True)
class _TaskCollector:
    """Collects the tasks of one caller.

    Attributes:
        session: only read.
        caller: the reader.
        sites: the caller's, by id.
        urgent_reports: those that the caller can read.
        days: today, by time zone.
    """

    session: Session
    caller: Caller
    sites: Mapping[int, Site]
    urgent_reports: UrgentReports
    days: Mapping[str, date]

    def list_tasks(self) -> Iterator[Task]:
        """The tasks of every feature, unordered."""
        for permissions, collect in _SOURCES:
            if not permissions or any(self.caller.may(permission) for permission in permissions):
                yield from collect(self)

    def _task_at(self, site_id: int, kind: str, key: object, about: Mapping[str, str], due: date) -> Task:
        """A task at one of the caller's sites, with the days that are left there."""
        site = self.sites[site_id]
        return Task(kind, str(key), about, site.name, due, (due - self._today(site_id)).days)

    def _today(self, site_id: int) -> date:
        return self.days[self.sites[site_id].time_zone]

    def _day_at(self, site_id: int, moment: datetime) -> date:
        return context.day_at(moment, self.sites[site_id].time_zone)

    def _names(self, site_ids: Iterable[int]) -> str:
        """Names of those sites that are the caller's."""
        return join_list(self.sites[site_id].name for site_id in sorted({*site_ids} & self.sites.keys()))

    def _with_rounds(self, tasks: Sequence[tuple[Task, str, int | None]]) -> Iterator[Task]:
        """Tasks, each with its round if its slug is that of one: two lines about the same questions differ then."""
        slugs = {slug for task, slug, _site_id in tasks if task.kind in _OF_ROUNDS}
        rounds = {round_.slug: round_ for round_ in list_rounds_by_slug(self.session, slugs)} if slugs else {}
        for task, slug, site_id in tasks:
            if task.kind in _OF_ROUNDS and (round_ := rounds.get(slug)):
                zone = self.sites[site_id].time_zone if site_id else "UTC"
                yield replace(task, round_title=round_.title, round_day=round_.last_day(zone))
            else:
                yield task

    def reports(self) -> Iterator[Task]:
        """The most pressing reports that wait for the caller, and one line for all the others."""
        tasks = [self._report(row) for row in self.urgent_reports.rows]
        yield from tasks
        if more := self.urgent_reports.number - len(tasks):
            yield Task("reports", "", {}, "", None, tasks[-1].days, step=str(more))

    def _report(self, row: InboxRow) -> Task:
        due = self._day_at(row.site.id, row.status.due) if row.status.due else None
        days = (due - self._today(row.site.id)).days if due else None
        if row.status.group == "late" or row.status.waited:  # deadlines are hours: one of this morning has passed
            days = min(-1, days or 0)
        assert row.case is not None  # letters have a line of their own
        about, danger = {"en": row.case.topic}, row.status.group == "danger"
        step, waited = row.status.step, row.status.waited
        return Task("report", row.key, about, row.site.name, due, days, step=step, danger=danger, waited=waited)

    def handed_over(self) -> Iterator[Task]:
        """One line for all unopened handovers to the caller."""
        if handover_items.count_unopened(self.session, self.caller.person_id):
            yield Task("handed", "", {}, "", None, None)

    def interpretations(self) -> Iterator[Task]:
        """One line for all entries that an interpreter has not opened yet."""
        if handover_items.count_unopened(self.session, self.caller.person_id):
            yield Task("interpretation", "", {}, "", None, None)

    def knocks(self) -> Iterator[Task]:
        """A child who wants to talk with the caller, and knocks at others to which nobody came; never how many."""
        for site_id, own in load_own_knocks(self.session, list(self.sites.values()), self.caller.person_id).items():
            if own.slot is not None:
                yield self._task_at(site_id, "knock_marks" if own.has_begun else "knock", site_id, {}, own.slot.day)
            if own.missed:
                oldest = min(miss.since for miss in own.missed)
                yield self._task_at(site_id, "knock_missed", site_id, {}, oldest + timedelta(days=1))

    def thanks(self) -> Iterator[Task]:
        """Thanks to the caller, in the week in which they come; never how many."""
        weeks = {site_id: week_of(self._today(site_id)) for site_id in self.sites}
        for week in sorted(set(weeks.values())):
            here = [site_id for site_id, its_week in weeks.items() if its_week == week]
            entries = list_thanks(self.session, here, week, self.caller.person_id)
            for site_id in sorted({entry.site_id for entry in entries if entry.week == week}):
                yield Task("thanks", "", {}, self.sites[site_id].name, None, None)

    def answers_due(self) -> Iterator[Task]:
        person_id, role, tasks = self.caller.person_id, self.caller.role, list[tuple[Task, str, int | None]]()
        for answer_due in list_answers_due_of(self.session, person_id, role, self.caller.site_ids):
            if answer_due.site_id not in self.sites:
                continue
            key = answer_due.subject if answer_due.kind in {"review", "statement"} else answer_due.id
            about, due = answer_due.about_for(person_id), answer_due.due_for(person_id)
            task = replace(
                self._task_at(answer_due.site_id, answer_due.kind, key, about, due),
                ready=answer_due.ready,
                step="" if answer_due.owner_id == person_id else answer_due.rung,
                danger=answer_due.kind == "safety",
                mine=answer_due.owner_id == person_id or answer_due.owner_role == role,
            )
            tasks.append((task, answer_due.subject.partition("/")[0], answer_due.site_id))
        yield from self._with_rounds(tasks)

    def unasked(self) -> Iterator[Task]:
        """Reviews before which nobody asked the child on time; the advocate's own tasks come separately (S13, S29)."""
        alarmed = self.caller.role in {COORDINATOR, SAFEGUARDING_LEAD}
        days = {site_id: self._today(site_id) for site_id in self.sites if alarmed}
        for today in set(days.values()):
            site_ids = [site_id for site_id, day in days.items() if day == today]
            for review in list_unasked(self.session, site_ids, today):
                kind = "asked_late" if review.asking_alarm(today) == "asked_late" else "unasked"
                about, due = {"en": review.body.case_number}, offer_due(review.day, review.body.opened_on)
                yield self._task_at(review.site_id, kind, review.key, about, due)

    def wishes(self) -> Iterator[Task]:
        """Reviews with a waiting wish, only for people who may know of it."""
        days = {site_id: self._today(site_id) for site_id in sites_with_reviews(self.session, self.sites)}
        for review, due in list_waiting_wishes(self.session, self.caller.person_id, days):
            yield self._task_at(review.site_id, "wish", review.key, {"en": review.body.case_number}, due)

    def words_to_give(self) -> Iterator[Task]:
        """What a child wrote to the caller alone for the next review, which another advocate now holds."""
        if not handover_items.list_handovers(self.session, self.caller.person_id):
            return
        for review in list_reviews_to_transfer(self.session, self.caller.person_id, self.sites):
            about = {"en": review.body.case_number}
            yield Task("words_to_give", review.key, about, self.sites[review.site_id].name, None, None)

    def late_letters(self) -> Iterator[Task]:
        """One line for each site whose advocates the caller has to remind, because only they can open their letters."""
        for ask in letter_job.list_sites_to_ask(self.session, self.caller):
            yield self._task_at(ask.site_id, f"late_{ask.box}", ask.site_id, {}, ask.due)

    def publications(self) -> Iterator[Task]:
        for permission, kind, collect in (
            ("publications.approve", "publication", list_waiting_editions),
            ("publications.send", "send", _list_editions_to_send_by_hand),
        ):
            if self.caller.may(permission):
                editions = collect(self.session, self.caller.site_ids)
                yield from self._with_rounds([self._edition(kind, edition) for edition in editions])

    def _edition(self, kind: str, edition: Edition) -> tuple[Task, str, int | None]:
        frozen, site_ids = edition.first.frozen, sorted(edition.site_ids & self.sites.keys())
        task = Task(kind, edition.first.slug, frozen["title"], self._names(site_ids), None, None)
        return task, frozen["round"], next(iter(site_ids), None)

    def undelivered(self) -> Iterator[Task]:
        """One line for each site with letters that could not be delivered."""
        lost = list_undelivered(self.session, self.caller.site_ids)
        for site_id in dict.fromkeys(delivery.to.site_id for delivery in lost if delivery.may_go):
            yield Task("undelivered", str(site_id), {}, self.sites[site_id].name, None, None)

    def questionnaires(self) -> Iterator[Task]:
        of_choices = store.find_choice_questionnaires(self.session)
        for questionnaire_row in list_newest_versions(self.session):
            if questionnaire_row.waits and questionnaire_row.id not in of_choices:
                yield self._questionnaire("questionnaire", questionnaire_row.id)

    def questionnaires_back(self) -> Iterator[Task]:
        """Questionnaires of the caller that an advocate sent back, until there is a newer version or a withdrawal."""
        for questionnaire_row in list_newest_versions(self.session):
            if questionnaire_row.is_back and questionnaire_row.imported_by == self.caller.handle:
                yield self._questionnaire("questionnaire_back", questionnaire_row.id)

    def pictures_instead(self) -> Iterator[Task]:
        """Replacements of withdrawn pictures that children do not see yet."""
        for code in list_proposed(self.session):
            for questionnaire_row in list_versions_with_picture(self.session, code)[:1]:
                words = load_questionnaire(self.session, questionnaire_row.id).own_pictures[code]
                yield Task("picture_instead", code, words, "", None, None)

    def _questionnaire(self, kind: str, questionnaire_id: int) -> Task:
        questionnaire = load_questionnaire(self.session, questionnaire_id)
        return Task(kind, str(questionnaire_id), questionnaire.title or {"en": questionnaire.name}, "", None, None)

    def choices(self) -> Iterator[Task]:
        for choice in store.list_waiting_choices(self.session, self.sites, context.now()):
            evening = self._day_at(choice.row.site_id, choice.row.closes_at)
            yield self._task_at(choice.row.site_id, "choose", choice.row.id, choice.question.text, evening)

    def sittings(self) -> Iterator[Task]:
        """Open rounds at the caller's sites, until their last day."""
        for round_ in list_rounds_that_run(self.session, self.sites, context.now()):
            if round_.state(context.now()) != "open" or not has_sittings(self.session, round_):
                continue
            here = [site_id for site_id in round_.site_ids if site_id in self.sites]
            last = round_.last_day(self.sites[here[0]].time_zone)
            task = self._task_at(here[0], "sitting", round_.slug, round_.titles, last)
            yield replace(task, site=join_list(self.sites[site_id].name for site_id in here))

    def ended_early(self) -> Iterator[Task]:
        """Rounds that one adult ended before the agreed day, for those two adults and every advocate."""
        earliest = context.today() - _EARLY_END_IS_SHOWN - timedelta(days=1)  # in any time zone
        for round_ in list_rounds_ended_since(self.session, self.sites, earliest):
            if round_.ended_on is None or round_.purpose in UNATTENDED:
                continue
            site_id = next(site_id for site_id in round_.site_ids if site_id in self.sites)
            if round_.ended_on < self._today(site_id) - _EARLY_END_IS_SHOWN:
                continue
            fixed_by = find_adults_of_round(self.session, round_.id)
            if self.caller.role == ADVOCATE or self.caller.person_id in fixed_by:
                yield Task("ended_early", round_.slug, round_.titles, self.sites[site_id].name, round_.ended_on, None)

    def missed_meetings(self) -> Iterator[Task]:
        """One line for each committee: to its missed meeting, or to the committee for coordinators."""
        holds = self.caller.may("committees.meet")
        for missed in list_newest_missed_meetings(self.session, self.sites, context.now()):
            kind, key = ("missed", missed.meeting_id) if holds else ("missed_there", missed.committee_id)
            day = self._day_at(missed.site_id, missed.starts_at)
            yield self._task_at(missed.site_id, kind, key, {"en": missed.committee}, day)

    def terms(self) -> Iterator[Task]:
        """Ending terms, and open handovers, in the committees of a facilitator."""
        days = {site_id: self._today(site_id) for site_id in self.sites}
        for term in list_pending_terms(self.session, self.caller.person_id, days):
            committee = term.committee
            yield self._task_at(committee.site_id, term.kind, committee.id, {"en": committee.name}, term.due)

    def people(self) -> Iterator[Task]:
        """Keys to compare, newcomers to know of, and settings of the caller's own account."""
        for task in account_tasks.list_account_tasks(self.session, self.caller):
            days = (task.due - context.today()).days if task.due else None
            yield Task(task.kind, str(task.person_id), {"en": task.name}, self._names(task.site_ids), task.due, days)

    def requests(self) -> Iterator[Task]:
        """Requests to the caller, and results of the caller's own requests."""
        requests = agreement.list_requests(self.session, self.caller.person_id)
        names = names_of_people(
            self.session,
            {who for agreement_request in requests for who in (agreement_request.asked_by, agreement_request.asked_of)},
        )
        for agreement_request in requests:
            mine, waits = agreement_request.asked_by == self.caller.person_id, agreement_request.state == "waits"
            kind = "request" if not mine else "request_waits" if waits else f"request_{agreement_request.state}"
            about = {"en": agreement.kind_of(agreement_request).title(self.session, agreement_request.data)}
            due = agreement_request.until.date() if waits else None
            days = (due - context.today()).days if due else None
            other = names[agreement_request.asked_of if mine else agreement_request.asked_by]
            yield Task(
                kind, str(agreement_request.id), about, self._names(agreement_request.site_ids), due, days, step=other
            )

    def slowed(self) -> Iterator[Task]:
        """A line for each site where wrong codes were tried so often today that phones or a tablet are slowed."""
        days, pepper = {site_id: self._today(site_id) for site_id in self.sites}, context.keyring().key(PEPPER)
        for site_id in sorted(code_attempts.slowed_sites(self.session, pepper, days)):
            yield self._task_at(site_id, "code_tries", site_id, {}, days[site_id])
        for site_id in sorted(code_attempts.sites_with_slowed_tablets(self.session, pepper, days)):
            yield self._task_at(site_id, "tablet_tries", site_id, {}, days[site_id])

    def held_up(self) -> Iterator[Task]:
        """Tablets with an envelope that waits for a week, no longer opens or was refused; and wrong slips."""
        sites = [self.sites[site_id] for site_id in sorted(sites_with_tablets(self.session, self.sites))]
        now, pepper = context.now(), context.keyring().key(PEPPER)
        for site_id, name, since in list_held_up(self.session, sites, now):
            yield self._task_at(site_id, "held_up", site_id, {"en": name}, since + timedelta(days=HELD_DAYS))
        refused = [(tablet.site_id, tablet.id, tablet.name) for tablet in list_refused(self.session, sites, now)]
        for kind, tablets in (
            ("unopened", list_unopened(self.session, sites, now)),
            ("refused", refused),
            ("wrong_slips", slip_attempts.list_wrong_slips(self.session, pepper, sites, now)),
        ):
            for site_id, tablet_id, name in tablets:
                yield Task(kind, str(tablet_id), {"en": name}, self.sites[site_id].name, None, None)

    def unsigned_languages(self) -> Iterator[Task]:
        """One line for each site whose children see sentences about danger and consent that nobody signed for."""
        join = cache(join_list)  # most sites have the same languages
        for site_id, names in list_unsigned_languages(self.session, self.sites.values()).items():
            yield self._task_at(site_id, "unsigned", site_id, {"en": join((*names,))}, self._today(site_id))

    def closings(self) -> Iterator[Task]:
        """One line for each site that closes, was asked to, or has to be ended: what the caller does about it."""
        role = self.caller.role
        for site_id, site in self.sites.items():
            last_day = site.closes_on or site.closing_asked
            if last_day is None:
                continue
            about, due = {"en": format_day(last_day)}, last_day
            if is_over(site, self._today(site_id)):
                kind = "closing_end"
            elif site.closes_on is None:
                kind = "closing_confirm" if role == OUTSIDE_RECIPIENT else "closing_asked"
                due -= timedelta(days=CHILDREN_KNOW_DAYS)
            else:
                kind = "closing_prepare" if role in _ENDING_ROLES | {SAFEGUARDING_LEAD} else "closing"
            if kind in {"closing", "closing_prepare"} or role in _ENDING_ROLES:
                yield self._task_at(site_id, kind, site_id, about, due)

    def silent_endings(self) -> Iterator[Task]:
        """One line for each site that closes, or is asked to, and says something of it that nobody has recorded."""
        for site_id, site in self.sites.items():
            last_day = site.closes_on or site.closing_asked
            if last_day is None or is_over(site, self._today(site_id)):
                continue
            if (silent := silent_endings()(self.session, site)) is not None:
                about = {"en": join_list(LANGUAGES[code].name for code in silent[1])}
                known_on = last_day - timedelta(days=CHILDREN_KNOW_DAYS)  # the last day to tell children of it
                yield self._task_at(site_id, "silent_ending", silent[0], about, known_on)

    def restored(self) -> Iterator[Task]:
        """Backups restored in the last 30 days: changes since they were made may have to be repeated."""
        since = context.today() - _RESTORE_IS_SHOWN
        for day, copied_at in audit_log.list_restores(self.session, since):
            yield Task("restored", "", {"en": copied_at}, "", day, None)

    def old_backup(self) -> Iterator[Task]:
        """The last backup, if it is two days old or missing, or a newer one was refused."""
        if (age := find_old_backup(self.session)) is not None:
            made_on = age.made_on.isoformat() if age.made_on else ""
            days = (age.due - context.today()).days
            yield Task("backup", "", {"en": made_on}, "", age.due, days, step=age.refusal)

    def installation(self) -> Iterator[Task]:
        """What of the machine cannot wait and has no line of its own, as the page of its state names it."""
        if named := pressing_subjects()(self.session):
            yield Task("installation", "", {"en": named}, "", context.today(), 0)

    def rehearsal(self) -> Iterator[Task]:
        """The yearly try that everything comes back from a backup."""
        if (due := find_due_rehearsal(self.session)) is not None:
            yield Task("rehearsal", "", {}, "", due, (due - context.today()).days)

    def silent_line(self) -> Iterator[Task]:
        """The telephone line, if it could answer no child for three hours, or if nobody tried it yet."""
        site = find_phone_site(self.session)
        if context.settings().phone is None or site is None or site.id not in self.sites:
            return
        if is_line_silent(self.session):
            yield Task("silent_line", "", {}, site.name, None, None)
        elif site.phone_heard is None:
            yield Task("untried_line", "", {}, site.name, None, None)


_SOURCES: Final[tuple[tuple[tuple[str, ...], Callable[[_TaskCollector], Iterator[Task]]], ...]] = (
    (("reports.read",), _TaskCollector.reports),
    (("handed.read",), _TaskCollector.handed_over),
    (("interpretations.write",), _TaskCollector.interpretations),
    (("knocks.listen",), _TaskCollector.knocks),
    (("knocks.listen",), _TaskCollector.thanks),
    ((), _TaskCollector.answers_due),
    (("reviews.see",), _TaskCollector.unasked),
    (("reviews.carry",), _TaskCollector.words_to_give),
    (("reviews.decide",), _TaskCollector.wishes),
    ((), _TaskCollector.late_letters),
    ((), _TaskCollector.publications),
    (("questionnaires.approve",), _TaskCollector.questionnaires),
    (("questionnaires.approve",), _TaskCollector.pictures_instead),
    (("questionnaires.import",), _TaskCollector.questionnaires_back),
    (("choices.approve",), _TaskCollector.choices),
    (("rounds.sit",), _TaskCollector.sittings),
    (("rounds.see",), _TaskCollector.ended_early),
    (("committees.meet", "committees.set_up"), _TaskCollector.missed_meetings),
    (("publications.send",), _TaskCollector.undelivered),
    (("representatives.manage",), _TaskCollector.terms),
    ((), _TaskCollector.people),
    (("requests.answer",), _TaskCollector.requests),
    (("letters.read",), _TaskCollector.slowed),
    ((), _TaskCollector.closings),
    (("clips.record",), _TaskCollector.silent_endings),
    (("people.meet",), _TaskCollector.restored),
    (("places.manage",), _TaskCollector.held_up),
    (("places.manage",), _TaskCollector.unsigned_languages),
    (("places.manage",), _TaskCollector.old_backup),
    (("places.manage",), _TaskCollector.rehearsal),
    (("places.manage",), _TaskCollector.silent_line),
    (("installation.see",), _TaskCollector.installation),
)
"""The sources of tasks, with the permissions of which one is required; none for sources that everybody has."""
