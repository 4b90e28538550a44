"""Everything that committees, choices and school sessions have at a site, for whoever knocks on every door."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from tests.support import elections, representatives
from tests.support.committees import DAY, make_committee, put
from tests.support.meetings import following
from tests.support.people import on_tablet
from tests.support.publications import House
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.committees.models import AgendaItemRow, ElectionRow, MeetingRow, RepresentativeRow
from youthvoice.example.rounds import log_of
from youthvoice.surveys.choices.store import prepare_choice
from youthvoice.surveys.models import ChoiceRow, QuestionnaireRow, SchoolSessionRow
from youthvoice.surveys.school_sessions.store import add_school_session
from youthvoice.threads.models import LetterRow

Ids = dict[str, list[str]]


def fill(home: House, visitor: Callable[[], Visitor], words: str) -> None:
    """A committee with all that belongs to one, a suggestion with these words, a choice that waits, a session."""
    joshi, site_id = home.people["facilitator"], home.site_id
    committee = make_committee(site_id, joshi, "dormitory")
    put(committee)
    following(committee)
    representatives.make(committee)
    elections.open_election(home, committee, joshi, post="deputy")  # type: ignore[arg-type] # only its people are asked
    child = on_tablet(visitor(), site_id)
    child.open("/agenda/suggest")
    child.send("/agenda/suggest", {"words": words}, headers={"Accept": "application/json"}, status=201)
    with db.writing(db.engine()) as session:
        asked = session.scalars(select(QuestionnaireRow.id)).first()
        assert asked
        due = DAY + timedelta(days=9)
        choice_row = ChoiceRow(
            site_id=site_id, closes_at=context.now() + timedelta(days=3), decider_id=joshi.id, answer_due=due,
            invited=12, ties="lot",
        )  # fmt: skip
        prepare_choice(session, asked, choice_row, joshi.id, DAY, log_of("facilitator"))
        session_row = SchoolSessionRow(
            site_id=site_id, school="Example school", class_name="7", day=DAY, permission="on file",
            held_by=joshi.id, before_id=None, after_id=None, owner_id=joshi.id, due=due,
        )  # fmt: skip
        add_school_session(session, session_row, {"en": "Example school"}, DAY, log_of("coordinator"))


def ids() -> Ids:
    """What stands in addresses, by the name it has in the rule; an election bears its slug."""
    with db.reading(db.engine()) as session:
        meeting = session.execute(select(MeetingRow.id, MeetingRow.committee_id)).first()
        assert meeting
        return {
            "committee_id": [str(meeting.committee_id)],
            "meeting_id": [str(meeting.id)],
            "item_id": [session.scalars(select(AgendaItemRow.id)).one().hex()],
            "representative": [session.scalars(select(RepresentativeRow.id)).one().hex()],
            "slug": list(session.scalars(select(ElectionRow.slug))),
            "suggestion_id": [session.scalars(select(LetterRow.id).where(LetterRow.box == "agenda")).one().hex()],
            "choice_id": [str(session.scalars(select(ChoiceRow.id)).one())],
            "session_id": [str(session.scalars(select(SchoolSessionRow.id)).one())],
            "name": ["decided"],
            "kind": ["own"],
        }
