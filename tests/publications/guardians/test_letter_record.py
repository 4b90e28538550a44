"""Which families know a view: asked before each letter, at any site, and read once (S12)."""

from datetime import date

import pytest
from sqlalchemy import delete, func, select

from tests.support.people import make_site
from tests.support.publications import House
from youthvoice import db
from youthvoice.publications.guardians import letter_record, store
from youthvoice.publications.guardians.letter_record import WrittenView, answers_known, record_letter
from youthvoice.publications.guardians.store import address_mark
from youthvoice.publications.models import GuardianAddressRow, GuardianLetterRow

DAY = date(2026, 12, 1)
VIEW = 1

pytestmark = pytest.mark.usefixtures("view")


@pytest.fixture
def view(home: House) -> None:
    """A published view; it has the first row."""
    assert home.edition().first.id == VIEW


def enter(home: House, address: str) -> int:
    with db.writing(db.engine()) as session:
        store.add_address(session, home.site_id, address, "en", home.people["coordinator"].id)
        return session.scalars(select(func.max(GuardianAddressRow.id))).one()


def write(home: House, address_id: int, told_of: date | None = None) -> None:
    with db.writing(db.engine()) as session:
        record_letter(session, address_id, f"<{address_id}-{told_of}>", WrittenView(VIEW, told_of), DAY)


def letter(row_id: int, address_id: int, told_of: date | None = None) -> GuardianLetterRow:
    about = {"publication_id": VIEW, "message_id": f"<{row_id}>", "told_of": told_of, "written_on": DAY}
    return GuardianLetterRow(id=row_id, address_id=address_id, **about)


def known(home: House) -> dict[int, date | None]:
    """By row of the address: the day of the answer that it knows."""
    with db.reading(db.engine()) as session:
        days = answers_known(session, VIEW)
        rows = session.scalars(select(GuardianAddressRow))
        return {row.id: days[mark] for row in rows if (mark := address_mark(row)) in days}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The addresses that were decrypted to find out who knows a view."""
    rows: list[int] = []
    mark_of = address_mark

    def noted(address_row: GuardianAddressRow) -> bytes:
        rows.append(address_row.id)
        return mark_of(address_row)

    monkeypatch.setattr(letter_record, "address_mark", noted)
    return rows


def test_a_process_decrypts_the_address_of_each_letter_once(home: House, opened: list[int]) -> None:
    """Each of a thousand sites asks before it writes its letters about one view of all."""
    first, second, third = (enter(home, f"family-{nth}@example.org") for nth in range(3))
    for address_id in (first, second):
        write(home, address_id)
        known(home)
    assert opened == [first, second]
    write(home, first, DAY)
    assert known(home) == {first: DAY, second: None}
    assert opened == [first, second, first]
    write(home, third)
    assert (known(home), known(home)) == ({first: DAY, second: None, third: None},) * 2
    assert opened == [first, second, first, third]


def test_who_was_removed_or_never_written_to_is_known_no_longer(home: House) -> None:
    first, second = (enter(home, f"family-{nth}@example.org") for nth in range(2))
    write(home, first)
    write(home, second)
    assert set(known(home)) == {first, second}
    with db.writing(db.engine()) as session:
        session.execute(delete(GuardianLetterRow).where(GuardianLetterRow.address_id == first))
    assert set(known(home)) == {second}
    third = enter(home, "family-2@example.org")
    with db.writing(db.engine()) as session:
        record_letter(session, third, "<lost>", WrittenView(VIEW, None), DAY)
        assert len(answers_known(session, VIEW)) == 2
        session.rollback()
    write(home, first)  # with the row id of the one that was rolled back, on SQLite
    assert set(known(home)) == {first, second}


def test_what_began_earlier_and_is_committed_later_is_decrypted_alone(home: House, opened: list[int]) -> None:
    """Two work processes write letters about one view: their rows are numbered before they are there."""
    families = [enter(home, f"family-{nth}@example.org") for nth in range(4)]
    for row_id, address_id in zip((10, 13, 11, 12), families, strict=True):
        with db.writing(db.engine()) as session:
            session.add(letter(row_id, address_id))
        known(home)
    assert opened == families
    assert set(known(home)) == set(families)
    with db.writing(db.engine()) as session:  # one goes while another comes: their number stays
        session.execute(delete(GuardianLetterRow).where(GuardianLetterRow.id == 11))
        session.add(letter(9, families[0], DAY))
    assert known(home) == {families[0]: DAY, families[1]: None, families[3]: None}


def test_a_family_known_at_two_sites_is_one(home: House) -> None:
    address_id = enter(home, "Both@example.org")
    write(home, address_id)
    with db.writing(db.engine()) as session:
        other_site = make_site(session, "other-house")
        store.add_address(session, other_site.id, "both@example.org ", "en", home.people["coordinator"].id)
    assert len(known(home)) == 2
