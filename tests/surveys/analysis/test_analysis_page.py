"""The page of the analysis and what can be downloaded: why there is none, what is logged, in every language."""

import csv
import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.front_door import ENDS, FrontDoor, question
from tests.support.open_rounds import NOW
from tests.support.people import signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.models import PersonRow
from youthvoice.audit.models import AuditEntryRow
from youthvoice.jobs import isolated_process
from youthvoice.jobs.worker_health import record_heartbeat
from youthvoice.privacy.keys.key_names import KEPT_COUNTS
from youthvoice.surveys.analysis import report
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.rounds.entities import Round, Span

CHANGED = [("yes", "yes", 8), ("yes", "no", 1), ("no", "yes", 9), ("no", "no", 6)]


@pytest.fixture
def door(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FrontDoor:
    return FrontDoor(app, tmp_path, monkeypatch)


@pytest.fixture
def advocate(door: FrontDoor, visitor: Callable[[], Visitor]) -> Visitor:
    return signed_in(visitor(), door.house.advocate)


def openings() -> list[str]:
    with db.reading(db.engine()) as session:
        kept = select(AuditEntryRow.subject).where(AuditEntryRow.action == "analysis.open")
        return list(session.scalars(kept.order_by(AuditEntryRow.number)))


def test_it_says_one_sentence_beside_every_figure_and_each_opening_is_in_the_log(
    door: FrontDoor, advocate: Visitor
) -> None:
    slug = door.pairs(CHANGED, "yes_no")["round"]
    at = f"/staff/rounds/{slug}/analysis"
    page = advocate.open(at)
    assert "24 answers before, 24 after. 24 children answered both times" in page.text
    assert "Of 24 children 9 changed to the better, 1 to the worse; chance alone would rarely do that." in page.text
    assert page.text.count('<svg xmlns="http://www.w3.org/2000/svg" role="img"') == 2
    rows = list(csv.DictReader(io.StringIO(advocate.open(f"{at}/figures.csv").text)))
    assert [(row["answer"], row["before"], row["after"]) for row in rows[:2]] == [("yes", "9", "17"), ("no", "15", "7")]
    assert rows[4]["test"] == "mcnemar_exact"
    found = json.loads(advocate.open(f"{at}/figures.json").text)
    assert found["questions"][0]["transitions"]["no"] == {"yes": 9, "no": 6}
    for name in ("shares", "moves"):
        drawn = advocate.open(f"{at}/{name}.svg")
        assert drawn.mimetype == "image/svg+xml"
        assert drawn.text.startswith("<svg ")
    subjects = ["command", "page", "figures.csv", "figures.json", "shares.svg", "moves.svg"]
    assert openings() == [f"{slug} {what}" for what in subjects]


@pytest.mark.parametrize(
    ("language", "words"), [("hi", "सिर्फ़ संयोग से ऐसा कम ही होता है।"), ("ar", "نادرًا ما تفعل المصادفة وحدها ذلك.")]
)
def test_it_speaks_the_readers_language(door: FrontDoor, advocate: Visitor, language: str, words: str) -> None:
    slug = door.counted_pairs(CHANGED, "yes_no").slug
    with db.writing(db.engine()) as session:
        session.get_one(PersonRow, door.house.advocate.id).language = language
    page = advocate.open(f"/staff/rounds/{slug}/analysis").text
    assert words in page
    assert ('direction="rtl"' in page) is (language == "ar")


def test_an_open_round_one_that_was_asked_once_and_one_with_too_few_pairs(door: FrontDoor, advocate: Visitor) -> None:
    before, after = door.open(question("asked", "yes_no"), invited=30, link="card")
    for facts in (before, after):
        assert "This round is not closed yet. Nothing is counted before." in refusal(advocate, facts)
    close_due(ENDS + timedelta(hours=1))
    assert "This round closed without being counted" in refusal(advocate, after)
    assert openings() == [], "what was not seen is not in the log as seen"


def refusal(advocate: Visitor, round_: Round) -> str:
    page = advocate.ask("GET", f"/staff/rounds/{round_.slug}/analysis")
    assert page.status_code == 409
    for name in ("figures.csv", "figures.json", "shares.svg"):
        assert advocate.ask("GET", f"/staff/rounds/{round_.slug}/analysis/{name}").status_code == 409
    return page.text


def test_under_twenty_pairs_nobody_sees_who_changed(door: FrontDoor, advocate: Visitor) -> None:
    with pytest.raises(AssertionError, match="in so few a child would be recognised"):
        door.pairs([("yes", "no", 4), ("no", "no", 12)], "yes_no")
    with db.reading(db.engine()) as session:
        slug = session.scalars(select(AuditEntryRow.subject).where(AuditEntryRow.action == "batch.counted")).one()
    page = advocate.ask("GET", f"/staff/rounds/{slug}/analysis")
    assert (page.status_code, "Fewer than twenty children" in page.text) == (409, True)


def test_counts_without_their_key_are_said_to_be_so_and_not_an_error_of_the_server(
    door: FrontDoor, advocate: Visitor
) -> None:
    slug = door.counted_pairs(CHANGED, "yes_no").slug
    context.keyring().destroy(KEPT_COUNTS)
    page = advocate.ask("GET", f"/staff/rounds/{slug}/analysis")
    assert (page.status_code, "ask your system administrator" in page.text) == (409, True)
    assert "ask your system administrator" in door.refused(slug)


def test_who_meets_somebody_elses_analysis_is_told_to_come_back_and_holds_no_thread(
    door: FrontDoor, advocate: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = door.counted_pairs(CHANGED, "yes_no").slug
    monkeypatch.setattr(report, "_PATIENCE", 0.05)
    with isolated_process._ONE_AT_A_TIME:  # noqa: SLF001 - as the other one holds it
        page = advocate.ask("GET", f"/staff/rounds/{slug}/analysis")
    assert (page.status_code, "Try again in a minute" in page.text) == (503, True)
    assert report._PATIENCE < 5 < report._SECONDS  # noqa: SLF001 - a browser waits no longer


def test_three_who_open_it_at_once_while_others_write_are_never_told_that_there_is_no_room(
    door: FrontDoor, visitor: Callable[[], Visitor], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was written into the log by a request that had begun to read: 17 of 54 were answered 503.

    A reader whose picture is old may not write on SQLite. On PostgreSQL `make test-postgresql` runs it.
    """
    slug = door.counted_pairs(CHANGED, "yes_no").slug
    monkeypatch.setattr(report, "_PATIENCE", 60)  # they are set one after the other
    readers = [signed_in(visitor(), door.house.advocate) for _ in range(3)]
    stop = threading.Event()

    def write_on() -> None:
        with app.app_context():
            while not stop.wait(0.05):
                record_heartbeat(db.engine())

    with ThreadPoolExecutor(4) as hands:
        writes = hands.submit(write_on)
        try:
            answers = list(
                hands.map(lambda reader: reader.ask("GET", f"/staff/rounds/{slug}/analysis/figures.csv"), readers)
            )
        finally:
            stop.set()
        writes.result()
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert openings().count(f"{slug} figures.csv") == 3


def test_tests_that_do_not_suit_how_waves_belong_together_are_refused_with_the_reason(door: FrontDoor) -> None:
    linked = door.counted_pairs(CHANGED, "yes_no").slug
    assert "would be wrong here" in door.refused(linked, "--unpaired")


def test_what_was_asked_once_shows_its_counts_and_compares_nothing(door: FrontDoor, advocate: Visitor) -> None:
    (facts,) = door.open(question("asked", "yes_no"), invited=30, link="none", waves=(Span("single", NOW, ENDS),))
    door.enter(facts, "asked", ["yes"] * 7 + ["no"] * 5)
    close_due(ENDS + timedelta(hours=1))
    page = advocate.open(f"/staff/rounds/{facts.slug}/analysis").text
    assert "12 answers. This was asked once" in page
    assert "<svg xmlns" not in page
    assert "There is nothing to compare it with" in door.refused(facts.slug, "--paired")


def test_waves_that_are_not_linked_refuse_tests_of_pairs(door: FrontDoor) -> None:
    apart = door.counted_groups([("yes", 12), ("no", 3)], [("yes", 14), ("no", 4)], "yes_no").slug
    assert "Nobody knows which answers are of the same child" in door.refused(apart, "--paired")


def test_no_process_that_serves_loads_the_libraries_of_the_analysis() -> None:
    """They are larger than a worker; only the process that analyses holds them, and it ends with its answer."""
    asks = (
        "import sys, youthvoice.blueprints, youthvoice.surveys.analysis.commands; "
        "print([name for name in ('scipy', 'statsmodels', 'pandas', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
