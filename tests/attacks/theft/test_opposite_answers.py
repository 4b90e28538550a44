"""T6: a thief cannot tell a house where children said harm from one where nobody did, nor one count from another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.conftest import POSTGRESQL, SQLITE, StillClock, fresh_settings
from tests.support.attacks import opposite_lives
from tests.support.attacks.opposite_lives import GUARDIAN, TALKED, Picture, Said, afraid, calm
from tests.support.attacks.stolen_house import disguises
from tests.support.publications import make_house, starter
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability.models import QuietPageRow
from youthvoice.accountability.quiet_pages import rewrite_pages
from youthvoice.accountability.store import create_answer_due
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.schedule import JOBS
from youthvoice.surveys.batches.closing_job import sweep_due_receipts


@dataclass(frozen=True)
class Life:
    """One life, over.

    Attributes:
        picture: what a thief sees in the rows.
        done: what the advocates wrote when they had talked about safety.
        files: everything in the data folder; on PostgreSQL every row as text.
    """

    picture: Picture
    done: tuple[str, ...]
    files: bytes


@pytest.fixture(scope="module", params=[SQLITE, POSTGRESQL])
def lives(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Life, Life]:
    """The calm one and the one in which everybody is afraid."""
    return tuple(live(request, tmp_path_factory.mktemp("life"), said) for said in (calm(), afraid()))  # type: ignore[return-value]


def live(request: pytest.FixtureRequest, folder: Path, said: Said) -> Life:
    settings, clock = fresh_settings(request, folder, request.param), StillClock()
    app = create_app(settings, clock)
    app.config["TESTING"] = True
    with app.app_context():
        home = opposite_lives.live(said, lambda: Visitor(app), clock)
        tasks = opposite_lives.tasks(home, settled=True)
        done = tuple(reply.words[reply.language] for answer_due in tasks for reply in answer_due.replies)
        assert not opposite_lives.tasks(home)
        made = Life(opposite_lives.picture(), done, _rows() + b"".join(_files(settings.data)))
    runtime_of(app).engine.dispose()
    return made


def _rows() -> bytes:
    with db.reading(db.engine()) as session:
        if session.get_bind().dialect.name == "sqlite":
            return b""
        names = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        return "".join(str(session.execute(text(f'SELECT * FROM "{name}"')).all()) for name in names).encode()  # noqa: S608 - our own names


def _files(data: Path) -> Iterator[bytes]:
    return (file.read_bytes() for file in sorted(data.rglob("*")) if file.is_file() and file.suffix != ".eml")


def test_the_lives_are_opposite(lives: tuple[Life, Life]) -> None:
    """Else the comparison would prove nothing."""
    quiet, loud = lives
    assert quiet.done == ()
    assert loud.done == (TALKED, TALKED)  # the starter's question and that of the small round


def test_every_table_looks_the_same(lives: tuple[Life, Life]) -> None:
    quiet, loud = lives
    assert {name: len(rows) for name, rows in quiet.picture.items()} == {
        name: len(rows) for name, rows in loud.picture.items()
    }
    for name, rows in quiet.picture.items():
        assert rows == loud.picture[name], name


def test_what_the_comparison_covers_is_there(lives: tuple[Life, Life]) -> None:
    quiet, _loud = lives
    for name in ("owed", "publications", "batches", "letters", "wraps", "receipts", "outgoing_mail", "audit_entries"):
        assert quiet.picture[name], name
    states = {state for row in quiet.picture["publications"] for state in row}
    assert {"sent", "approved", "sent_back"} <= states
    assert {"round", "safety"} <= {column for row in quiet.picture["owed"] for column in row}


def test_no_word_of_anybody_stands_anywhere(lives: tuple[Life, Life]) -> None:
    for life, said in zip(lives, (calm(), afraid()), strict=True):
        secrets = [said.letter, TALKED, GUARDIAN, *(word for word in (said.reason, said.reply[1]) if len(word) > 9)]
        for secret in secrets:
            assert not [one for one in disguises(secret) if one in life.files], secret
        for told in (rb"about_half", rb'"low"', rb'"high"', rb'"chosen"', rb'[{,] ?"n": ?\d'):
            assert not re.search(told, life.files), (
                told
            )  # nothing shorter: two million sealed bytes hold any four by chance


@pytest.mark.sqlite("its write-ahead log")
def test_the_log_in_which_writes_lie_in_order_is_let_go_every_minute_and_every_day(
    app: Flask, settings: Settings
) -> None:
    """In it a sheet lies beside the letter that was sent with it, and a page of tasks beside its older self."""
    home = make_house()
    with db.writing(db.engine()) as session:
        create_answer_due(
            session, site_id=home.site_id, kind="safety", subject="maple/night", about={},
            due=context.today(), owner_role="advocate"
        )  # fmt: skip
    before = _page()
    (log,) = settings.data.glob("*-wal")
    assert [job.every for job in JOBS if job.do is sweep_due_receipts] == [60]
    for job, name in ((sweep_due_receipts, "rights"), (rewrite_pages, "needs-check")):
        home.open(starter(name))
        assert log.stat().st_size > 0
        job()
        assert log.stat().st_size == 0, job.__name__
    assert _page() != before


def _page() -> bytes:
    with db.reading(db.engine()) as session:
        return session.scalars(select(QuietPageRow.states)).one()
