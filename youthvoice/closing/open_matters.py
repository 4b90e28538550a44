"""What still keeps a site from closing, as one member of its staff may know it, each with who does it.

A person whom a child excluded from a report sees no line of it, and no number that would reveal it (S14): the list
holds only what its reader sees in the browser, too.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.permissions import ADVOCATE, COORDINATOR
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.rules import ANSWER_DUE_KINDS, is_wish
from youthvoice.accountability.store import list_due_to_children, list_unsettled
from youthvoice.accounts.sign_in.staff_session import Signer
from youthvoice.accounts.store import find_person, name_at_site
from youthvoice.closing.records import WRITTEN, holder_has_letter, holder_has_thread, list_held_letters, list_records
from youthvoice.grievances.short_names import short_name
from youthvoice.reviews.entities import Review
from youthvoice.reviews.store import find_answer_due, list_reviews
from youthvoice.sites.store import Site
from youthvoice.sites.tablets.store import list_tablets
from youthvoice.surveys.questionnaires.questionnaire import FEEDBACK
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import list_rounds
from youthvoice.threads.case_state import STATEMENT
from youthvoice.threads.letters.store import list_letters, list_suggestions
from youthvoice.threads.store import ReaderKey, list_threads


class OpenMatter(NamedTuple):
    """One thing that keeps a site from closing, and who does what is left to do, in English."""

    words: str
    who: str


def list_open_matters(session: Session, site: Site, signer: Signer) -> list[OpenMatter]:
    """What still keeps a site from closing, as far as this member of its staff may know it."""
    person = find_person(session, signer.person_id)
    if person is None:
        return []
    reader_key = ReaderKey(person.id, person.public_key, frozenset({site.id}))
    return [
        *_list_reports(session, site, reader_key),
        *_list_statements(session, reader_key),
        *_list_letters(session, reader_key),
        *_list_records(session, reader_key),
        *_list_promises(session, site),
        *_list_rounds(session, site),
        *_list_tablets(session, site),
    ]


def list_late_promises(session: Session, site: Site, signer: Signer, last_day: date) -> Iterator[OpenMatter]:
    """What children of a site are promised for a day after its last one, as far as a member of its staff may know it.

    Args:
        session: only read.
        site: the site.
        signer: who asks.
        last_day: the day, decided or about to be.
    """
    for answer_due in list_due_to_children(session, date.min):
        if answer_due.site_id == site.id:
            yield from _list_late_answers(session, site, answer_due, last_day)
    for round_ in list_rounds(session, [site.id]):
        ends_on = round_.last_day(site.time_zone)
        if round_.closed_on is None and round_.purpose != FEEDBACK and ends_on > last_day:
            yield OpenMatter(f"{_quote(round_)} runs until {ends_on}, after the last day", _who_ends(round_))
    sees_all = signer.role in {ADVOCATE, COORDINATOR}
    for review in list_reviews(session, [site.id], None if sees_all else signer.person_id):
        yield from _list_late_review(session, site, review, last_day)


def _list_late_answers(session: Session, site: Site, answer_due: AnswerDue, last_day: date) -> Iterator[OpenMatter]:
    if answer_due.settled_on is None and answer_due.due > last_day:
        words = f"An answer is due on {answer_due.due}, after the last day: {_subject(answer_due)}"
        yield OpenMatter(words, _name(session, site, answer_due.owner_id))
    for reply in answer_due.replies:
        if reply.done_by is not None and reply.done_by > last_day:
            words = f"Promised for {reply.done_by}, after the last day: {_subject(answer_due)}"
            yield OpenMatter(words, _name(session, site, reply.by))


def _list_late_review(session: Session, site: Site, review: Review, last_day: date) -> Iterator[OpenMatter]:
    """Without a number and a child; nothing of a wish, which only readers of the statement know (S31)."""
    if review.decided_on is None and review.day > last_day:
        yield OpenMatter(
            f"A care-plan review is planned for {review.day}, after the last day",
            f"{_name(session, site, review.reviewer_id)} holds it before, or whoever cares for the child then",
        )
    answer_due = find_answer_due(session, review)
    for reply in answer_due.replies if answer_due else ():
        if not is_wish("review", reply.part) and reply.done_by is not None and reply.done_by > last_day:
            words = f"A care-plan review promised something for {reply.done_by}, after the last day"
            yield OpenMatter(words, _name(session, site, reply.carried_by or reply.by))


def _subject(answer_due: AnswerDue) -> str:
    return answer_due.about.get("en") or next(iter(answer_due.about.values()), answer_due.subject)


def _name(session: Session, site: Site, person_id: int | None) -> str:
    """Who does it; the coordinators where a role has to, or where the person works elsewhere."""
    return (name_at_site(session, person_id, site.id) if person_id else None) or "a coordinator"


def _list_reports(session: Session, site: Site, reader_key: ReaderKey) -> Iterator[OpenMatter]:
    for summary in sorted(list_threads(session, reader_key), key=lambda summary: short_name(summary.id)):
        if summary.case.state != "closed":
            owner = name_at_site(session, summary.case.owner, site.id) if summary.case.owner else None
            who = f"a second person beside {owner}" if summary.case.state == "asked" and owner else owner
            yield OpenMatter(f"Report {short_name(summary.id)} is open", who or "nobody yet, so an advocate takes it")


def _list_statements(session: Session, reader_key: ReaderKey) -> Iterator[OpenMatter]:
    """Without a number and a child: a review has a page of its own, which says what is left to do."""
    if any(summary.case.state != "closed" for summary in list_threads(session, reader_key, kinds=(STATEMENT,))):
        yield OpenMatter("A review to which a child said something is open", "its reviewer, then who promised")


def _list_letters(session: Session, reader_key: ReaderKey) -> Iterator[OpenMatter]:
    """What this reader's key opens: a letter that excludes the reader changes no line."""
    now = context.now()
    if any(letter.looked_at_on is None for letter in list_letters(session, reader_key, now)):
        yield OpenMatter("Letters wait for their first look", "an advocate")
    if list_suggestions(session, reader_key, now):
        yield OpenMatter("Suggestions wait for a decision", "an advocate")


def _list_records(session: Session, reader_key: ReaderKey) -> Iterator[OpenMatter]:
    """Records that no timer ends."""
    who = "each of its readers can, with close records"
    for summary in list_records(session, reader_key):
        if not holder_has_thread(session, [WRITTEN], summary.id):
            yield OpenMatter(f"Record {short_name(summary.id)} is written for no holder yet", who)
    if any(not holder_has_letter(session, [WRITTEN], letter.id) for letter in list_held_letters(session, reader_key)):
        yield OpenMatter("Letters on hold are written for no holder yet", who)


def _list_promises(session: Session, site: Site) -> Iterator[OpenMatter]:
    """What adults owe all children of a site; what adults owe one child is part of a review."""
    for kind, traits in ANSWER_DUE_KINDS.items():
        if traits.to_children and not traits.of_a_review:
            for answer_due in list_unsettled(session, kind):
                if answer_due.site_id == site.id:
                    words = f"No answer yet, due on {answer_due.due}: {_subject(answer_due)}"
                    yield OpenMatter(words, _name(session, site, answer_due.owner_id))


def _list_rounds(session: Session, site: Site) -> Iterator[OpenMatter]:
    for round_ in list_rounds(session, [site.id]):
        if round_.closed_on is None:
            by_itself = f"it ends by itself after {round_.last_day(site.time_zone)}"
            runs = by_itself if round_.purpose == FEEDBACK else _who_ends(round_)
            who = "the work process counts it" if round_.ends_at <= context.now() else runs
            yield OpenMatter(f"{_quote(round_)} is not counted", who)


def _quote(round_: Round) -> str:
    return f"The round “{round_.title_in('en')}”"


def _who_ends(round_: Round) -> str:
    return f"a coordinator ends it, with surveys end {round_.slug}"


def _list_tablets(session: Session, site: Site) -> Iterator[OpenMatter]:
    for tablet in list_tablets(session, [site.id]):
        yield OpenMatter(f"Tablet {tablet.name} is not retired", "a coordinator, once nothing waits on it")
