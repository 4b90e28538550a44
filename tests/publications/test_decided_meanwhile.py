"""Two decide about a view at once: the slower one changes nothing of it, also not for one audience alone."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, func, select, update

from tests.support.people import signed_in
from tests.support.publications import House
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.audit.models import AuditEntryRow
from youthvoice.publications.models import PublicationRow, PublicationSiteRow
from youthvoice.publications.review import drafting
from youthvoice.publications.store import APPROVED, SENT_BACK, WAITING

pytestmark = pytest.mark.dialect("how many rows an UPDATE changed, and what a conflict leaves")


@pytest.fixture
def advocate(home: House, visitor: Callable[[], Visitor]) -> Visitor:
    return signed_in(visitor(), home.people["advocate"])


def slug() -> str:
    with db.reading(db.engine()) as session:
        return session.scalars(select(PublicationRow.slug).where(PublicationRow.audience == "guardians")).one()


def views() -> dict[tuple[int, str], str]:
    with db.reading(db.engine()) as session:
        return {(row.version, row.audience): row.state for row in session.scalars(select(PublicationRow))}


def log_lines() -> int:
    with db.reading(db.engine()) as session:
        return session.scalar(select(func.count()).select_from(AuditEntryRow)) or 0


@pytest.mark.parametrize("act", ["approve", "send-back"])
def test_a_view_that_somebody_decided_for_one_audience_is_decided_for_no_other(
    home: House, advocate: Visitor, act: str
) -> None:
    here = slug()
    advocate.open(f"/staff/publications/{here}")
    with db.writing(db.engine()) as session:
        children = PublicationRow.audience == "children"
        session.execute(update(PublicationRow).where(children).values(state=APPROVED))
    lines = log_lines()
    answer = advocate.send(f"/staff/publications/{here}/{act}", {"reason": "A word is wrong."})
    assert "Somebody decided about it a moment ago." in answer.text
    assert views() == {(1, "children"): APPROVED, (1, "guardians"): WAITING, (1, "review"): WAITING}
    assert log_lines() == lines


def test_a_corrected_version_that_somebody_began_is_made_for_no_audience(home: House, advocate: Visitor) -> None:
    """The last view of the second version is there; the ones before it are not."""
    here = slug()
    advocate.open(f"/staff/publications/{here}")
    advocate.send(f"/staff/publications/{here}/send-back", {"reason": "A word is wrong."})
    advocate.open(f"/staff/publications/{here}")
    with db.writing(db.engine()) as session:
        drafting.draft_again(session, home.edition(), Log(context.today(), "advocate"))
        (last,) = session.scalars(
            select(PublicationRow.id).where(PublicationRow.version == 2).order_by(PublicationRow.id.desc()).limit(1)
        )
        earlier = (PublicationRow.version == 2, PublicationRow.id != last)
        ids = session.scalars(select(PublicationRow.id).where(*earlier)).all()
        session.execute(delete(PublicationSiteRow).where(PublicationSiteRow.publication_id.in_(ids)))
        session.execute(delete(PublicationRow).where(*earlier))
    before = views()
    assert len(before) == 4
    answer = advocate.send(f"/staff/publications/{here}/again")
    assert "Somebody decided about it a moment ago." in answer.text
    assert views() == before
    assert before[1, "guardians"] == SENT_BACK
