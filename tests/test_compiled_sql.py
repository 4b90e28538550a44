"""The statements that go straight to the driver, on both databases."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from youthvoice import db
from youthvoice.compiled_sql import CompiledStatement, insert_into
from youthvoice.privacy.crypto.session_keys import session_token
from youthvoice.threads.models import ReceiptRow

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
