"""The statements that go straight to the driver, and lists of row ids, on both databases."""

from collections.abc import Collection
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import BigInteger, bindparam, delete, event, insert, literal, not_, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.support.people import make_site
from youthvoice import db
from youthvoice.compiled_sql import CompiledStatement, insert_into
from youthvoice.privacy.crypto.session_keys import session_token
from youthvoice.sites.models import SiteRow
from youthvoice.threads.models import ReceiptRow
from youthvoice.translation.models import LanguageSignatureRow

_receipts = ReceiptRow.__table__
BY_HASH = CompiledStatement(select(_receipts.c.month).where(_receipts.c.id_hash == bindparam("id_hash")))
ADD = CompiledStatement(insert(ReceiptRow))
ADD_IF_NEW = CompiledStatement(
    lambda dialect: insert_into(ReceiptRow, dialect).on_conflict_do_nothing().returning(_receipts.c.month)
)
SECRET = session_token().encode()[:32]
ROW = {"id_hash": SECRET, "month": f"{date(2026, 11, 1):%Y-%m}"}


@pytest.mark.dialect("its own words of SQL")
def test_a_row_goes_in_and_comes_back(app: Flask) -> None:
    with db.engine().begin() as connection:
        assert ADD.rows(connection, ROW) == ()
    with db.engine().connect() as connection:
        assert tuple(BY_HASH.first(connection, {"id_hash": SECRET}) or ()) == ("2026-11",)
        assert BY_HASH.first(connection, {"id_hash": bytes(32)}) is None


@pytest.mark.dialect("its own words of SQL")
def test_what_is_there_already_gives_no_row(app: Flask) -> None:
    with db.engine().begin() as connection:
        assert len(ADD_IF_NEW.rows(connection, ROW)) == 1
        assert len(ADD_IF_NEW.rows(connection, ROW)) == 0


@pytest.mark.dialect("its own words of SQL")
def test_what_is_not_committed_is_not_kept(app: Flask) -> None:
    with db.engine().connect() as connection:
        connection.begin()
        ADD.rows(connection, ROW)
        connection.rollback()
        assert BY_HASH.first(connection, {"id_hash": SECRET}) is None


@pytest.mark.dialect("its own words of SQL")
def test_a_refusal_is_the_library_s_and_shows_no_parameters(app: Flask) -> None:
    """PostgreSQL itself names the key that was there already; so logs hold the kind of an error, never its words."""
    with db.engine().begin() as connection:
        ADD.rows(connection, ROW)
    with pytest.raises(IntegrityError) as refused, db.engine().begin() as connection:
        ADD.rows(connection, ROW)
    told = str(refused.value)
    assert "INSERT INTO receipts" in told
    assert "2026-11" not in told
    assert refused.value.params is None


@pytest.fixture
def site_ids(app: Flask) -> list[int]:
    with db.writing(db.engine()) as session:
        return [make_site(session, f"house-{number}").id for number in range(5)]


@pytest.mark.dialect("lists of row ids")
@pytest.mark.parametrize("kind", [list, set, frozenset, tuple])
def test_a_list_finds_its_rows_whatever_holds_it_and_however_often_it_is_asked(
    site_ids: list[int], kind: type[Collection[int]]
) -> None:
    with db.reading(db.engine()) as session:
        for chosen in ([], site_ids[:1], site_ids[1:4], [*site_ids, 999_999], site_ids * 40):
            found = set(session.scalars(select(SiteRow.id).where(SiteRow.id.in_(kind(chosen)))))  # type: ignore[call-arg]
            assert found == {*chosen} & {*site_ids}


@pytest.mark.dialect("lists of row ids")
def test_all_but_a_list_and_lists_of_words_are_asked_as_before(site_ids: list[int]) -> None:
    with db.reading(db.engine()) as session:
        others = select(SiteRow.id).where(SiteRow.id.not_in(site_ids[:2]))
        assert set(session.scalars(others)) == {*site_ids[2:]}
        assert set(session.scalars(select(SiteRow.id).where(not_(SiteRow.id.in_(site_ids[:2]))))) == {*site_ids[2:]}
        named = select(SiteRow.id).where(SiteRow.slug.in_(["house-0", "house-3"]), SiteRow.id.in_(site_ids[1:]))
        assert list(session.scalars(named)) == [site_ids[3]]
        within = select(SiteRow.id).where(SiteRow.id.in_(select(SiteRow.id).where(SiteRow.id.in_(site_ids[:1]))))
        assert list(session.scalars(within)) == site_ids[:1]


@pytest.mark.dialect("lists of row ids")
def test_a_list_chooses_what_is_changed_and_what_is_deleted(site_ids: list[int]) -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(SiteRow).where(SiteRow.id.in_(site_ids[:2])).values(name="Another Name"))
        session.execute(delete(LanguageSignatureRow).where(LanguageSignatureRow.site_id.in_(site_ids[2:])))
    with db.reading(db.engine()) as session:
        renamed = select(SiteRow.id).where(SiteRow.name == "Another Name")
        assert set(session.scalars(renamed)) == {*site_ids[:2]}
        assert set(session.scalars(select(LanguageSignatureRow.site_id))) == {*site_ids[:2]}


@pytest.mark.postgresql("SQLite takes each by itself")
def test_on_postgresql_the_text_of_a_statement_does_not_depend_on_how_many_rows_are_asked_for(app: Flask) -> None:
    engine = db.engine()
    text = str(select(SiteRow.id).where(SiteRow.id.in_([1, 2, 3])).compile(engine))
    assert text.endswith("= ANY (%(id_1)s::INTEGER[])")


@pytest.mark.postgresql("SQLite takes each by itself")
def test_on_postgresql_a_list_is_sent_as_one_text(app: Flask) -> None:
    """The driver looked at each of a thousand numbers on its own: a sixth of the work of a page of staff."""
    engine, sent = db.engine(), []
    event.listen(engine, "before_cursor_execute", lambda *given: sent.append(given[3]))
    with db.reading(engine) as session:
        session.scalars(select(SiteRow.id).where(SiteRow.id.in_([7, 8]))).all()
        session.scalars(select(literal(2**40, BigInteger)).where(literal(2**40, BigInteger).in_([2**40]))).one()
    assert [[value for value in values.values() if isinstance(value, str)] for values in sent if values] == [
        ["{7, 8}"], ["{1099511627776}"],
    ]  # fmt: skip


@pytest.mark.postgresql("SQLite loses no connection to its file")
def test_after_a_lost_connection_nothing_else_fails(app: Flask) -> None:
    """Its rollback failed as well, within the error page: a child read that something broke, and not to wait."""
    with db.engine().connect() as connection:
        connection.begin()
        driver = connection.connection.dbapi_connection
        assert driver
        driver.close()
        with pytest.raises(DBAPIError):
            BY_HASH.first(connection, {"id_hash": SECRET})
    with db.engine().connect() as connection:
        assert BY_HASH.first(connection, {"id_hash": SECRET}) is None
