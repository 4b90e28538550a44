"""What still keeps a site from closing, as one member of its staff may know it, each with who does it.

A person whom a child excluded from a report sees no line of it, and no number that would reveal it (S14): the list
holds only what its reader sees in the browser, too.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accountability.rules import ANSWER_DUE_KINDS
from youthvoice.accountability.store import list_unsettled
from youthvoice.accounts.sign_in.staff_session import Signer
from youthvoice.accounts.store import find_person, name_at_site
from youthvoice.closing.records import WRITTEN, holder_has_letter, holder_has_thread, list_held_letters, list_records
from youthvoice.grievances.short_names import short_name
from youthvoice.sites.store import Site
from youthvoice.sites.tablets.store import list_tablets
from youthvoice.surveys.questionnaires.questionnaire import FEEDBACK
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
                    owner = name_at_site(session, answer_due.owner_id, site.id) if answer_due.owner_id else None
                    about = answer_due.about.get("en") or next(iter(answer_due.about.values()), answer_due.subject)
                    yield OpenMatter(f"No answer yet: {about}", owner or "a coordinator")


def _list_rounds(session: Session, site: Site) -> Iterator[OpenMatter]:
    for round_ in list_rounds(session, [site.id]):
        if round_.closed_on is None:
            runs = "nobody: it ends by itself" if round_.purpose == FEEDBACK else "a coordinator ends it"
            who = "the work process counts it" if round_.ends_at <= context.now() else runs
            yield OpenMatter(f"Round {round_.slug} is not counted", who)


def _list_tablets(session: Session, site: Site) -> Iterator[OpenMatter]:
    for tablet in list_tablets(session, [site.id]):
        yield OpenMatter(f"Tablet {tablet.name} is not retired", "a coordinator, once nothing waits on it")
