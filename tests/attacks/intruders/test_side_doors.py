"""What is not said in words: sizes, headers, order of rows, the health page; and starts that production refuses."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.attacks.crawler import signed_in as by_password, walk
from tests.support.batches import House as ClosingHouse, house
from tests.support.long_tests import long_test
from tests.support.people import on_tablet
from tests.support.publications import make_house
from tests.support.rounds import answers, open_round, sheet_of
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.config import Settings, SettingsError
from youthvoice.factory import create_app
from youthvoice.jobs.file_order import rewrite_file
from youthvoice.schedule import JOBS
from youthvoice.surveys.rounds.entities import Round


@pytest.fixture
def closing_home(settings: Settings, tmp_path: Path) -> Iterator[ClosingHouse]:
    with house(settings, tmp_path / "keys") as made:
        yield made


def _fill(child: Visitor, round_: Round, sheets: int) -> None:
    for _ in range(sheets):
        number = sheet_of(child.open(f"/survey/{round_.slug}").text)
        child.ask("POST", f"/survey/{round_.slug}", data={"sheet": number, **answers(food="bad")})


@long_test("RUN")
def test_nine_and_eleven_sheets_look_alike_everywhere_while_a_round_is_open(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    home = make_house()
    round_ = open_round([home.site_id], home.people["coordinator"].id)
    child = on_tablet(visitor(), home.site_id)
    _fill(child, round_, 9)
    eyes = [by_password(app, one.handle, one.password) for one in home.people.values()]
    starts = ["/staff/", f"/staff/rounds/{round_.slug}", "/health"]
    before = [walk(client, starts) for client in eyes]
    sizes = [len(child.ask("GET", f"/survey/{round_.slug}").data), len(child.ask("GET", "/").data)]
    _fill(child, round_, 2)
    assert [walk(client, starts) for client in eyes] == before
    assert [len(child.ask("GET", f"/survey/{round_.slug}").data), len(child.ask("GET", "/").data)] == sizes


def test_no_answer_bears_a_time_or_mark_of_what_lies_under_it(app: Flask, visitor: Callable[[], Visitor]) -> None:
    home = make_house()
    round_ = open_round([home.site_id], home.people["coordinator"].id)
    child = on_tablet(visitor(), home.site_id)
    _fill(child, round_, 1)
    for path in ("/", "/we-did", f"/survey/{round_.slug}", f"/survey/{round_.slug}/thanks", "/health", "/nothing"):
        headers = child.ask("GET", path).headers
        assert not {"ETag", "Last-Modified", "X-RateLimit-Remaining", "Server-Timing"} & set(headers.keys()), path


def twelve_letters(visitor: Callable[[], Visitor]) -> list[str]:
    """Twelve children answer and write on one tablet; gives the numbers of their sheets as they came."""
    home = make_house()
    round_ = open_round([home.site_id], home.people["coordinator"].id)
    child = on_tablet(visitor(), home.site_id)
    came = []
    for _ in range(12):
        came.append(sheet_of(child.open(f"/survey/{round_.slug}").text))
        child.ask("POST", f"/survey/{round_.slug}", data={"sheet": came[-1], **answers(food="bad", letter_box="words")})
    return came


@pytest.mark.sqlite("how its rows lie in the file")
def test_rows_lie_in_the_order_of_random_numbers(
    app: Flask, visitor: Callable[[], Visitor], settings: Settings
) -> None:
    came = twelve_letters(visitor)
    with closing(sqlite3.connect(settings.data / "youthvoice.sqlite3")) as thief:
        lying = [row[0].hex() for row in thief.execute("SELECT id FROM sheets")]
        letters = [row[0] for row in thief.execute("SELECT rowid FROM letters")]
        for table in ("sheets", "receipts", "wraps"):
            with pytest.raises(sqlite3.OperationalError):
                thief.execute(f"SELECT rowid FROM {table}")  # noqa: S608 - our own names
        columns = {row[1] for row in thief.execute("PRAGMA table_info(sheets)")}
        sizes = {row[0] for row in thief.execute("SELECT length(blob) FROM sheets")}
    assert lying == sorted(came) != came
    assert columns == {"id", "round_id", "blob"}
    assert len(sizes) == 1
    assert len(letters) == len(came)
    assert min(letters) > len(came)  # drawn at random, not counted as they came


@pytest.mark.sqlite("where its rows lie in the file")
def test_once_a_day_no_place_in_the_file_tells_when_a_letter_or_sheet_came(
    app: Flask, visitor: Callable[[], Visitor], settings: Settings
) -> None:
    twelve_letters(visitor)
    (job,) = (job for job in JOBS if job.do is rewrite_file)
    job.do()
    raw = (settings.data / "youthvoice.sqlite3").read_bytes()
    with closing(sqlite3.connect(settings.data / "youthvoice.sqlite3")) as thief:
        letters = [
            raw.index(row[0]) for row in thief.execute("SELECT substr(body, 100000, 40) FROM letters ORDER BY place")
        ]
        sheets = [divmod(raw.index(row[0]), 4096) for row in thief.execute("SELECT id FROM sheets ORDER BY id")]
    assert letters == sorted(letters)
    assert len({page for page, _at in sheets}) < len(sheets)
    assert all(at > after for (page, at), (beside, after) in pairwise(sheets) if page == beside), (
        "each page is filled from its end"
    )
    assert job.every == 86400


@pytest.mark.sqlite("its write-ahead log")
def test_a_counted_sheet_is_gone_from_the_write_ahead_log_too(
    closing_home: ClosingHouse, settings: Settings, clock: StillClock
) -> None:
    round_ = closing_home.open()
    closing_home.send_many(round_, 10, food="good")
    with db.reading(closing_home.engine) as session:
        rows = session.connection().exec_driver_sql("SELECT id, blob FROM sheets").all()
    closing_home.close()
    left = b"".join(file.read_bytes() for file in settings.data.iterdir() if file.is_file())
    assert rows
    assert not [row for row in rows if row[0] in left or row[1] in left]


@pytest.mark.parametrize(
    ("data", "keys", "database"),
    [
        ("var", "var", ""), ("var", "var/keys", ""), ("var", "other/../var/keys", ""), ("keys/var", "keys", ""),
        ("var", "link/keys", ""), ("var", "elsewhere/keys", "sqlite:///{}/elsewhere/house.sqlite3"),
    ],
)  # fmt: skip
def test_production_does_not_start_where_one_backup_would_hold_data_and_keys(
    tmp_path: Path, data: str, keys: str, database: str
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "var")
    environment = _production(tmp_path / data, tmp_path / keys)
    environment["YOUTHVOICE_DATABASE_URL"] = database.format(tmp_path)
    assert len(Settings.read(environment).refusals()) == 1
    with pytest.raises(SettingsError):
        create_app(Settings.read(environment))


@pytest.mark.parametrize("url", ["http://house.example", "https://", "", "house.example", "HTTP://house.example"])
def test_production_does_not_start_without_https(tmp_path: Path, url: str) -> None:
    environment = _production(tmp_path / "var", tmp_path / "keys") | {"YOUTHVOICE_URL": url}
    with pytest.raises(SettingsError):
        create_app(Settings.read(environment))


def test_production_does_not_start_with_keys_of_development(app: Flask, settings: Settings) -> None:
    with pytest.raises(SettingsError, match="development keys"):
        create_app(Settings.read(_production(settings.data, settings.keys)))


def test_production_starts_where_everything_is_right(tmp_path: Path) -> None:
    assert not Settings.read(_production(tmp_path / "var", tmp_path / "var-keys")).refusals()


def _production(data: Path, keys: Path) -> dict[str, str]:
    return {
        "YOUTHVOICE_MODE": "production",
        "YOUTHVOICE_URL": "https://house.example",
        "YOUTHVOICE_DATA": str(data),
        "YOUTHVOICE_KEYS": str(keys),
    }
