"""A backup of a house with reviews, brought back elsewhere with the key files, as docs/operations.md says (S14)."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.reviews.test_child_walk import prepares
from tests.support.people import signed_in
from tests.support.reviews import WORDS, Child, Panel, make_panel, make_review, read_by, say, today
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.config import Settings, SettingsError
from youthvoice.context import runtime_of
from youthvoice.errors import KeyGone
from youthvoice.factory import create_app
from youthvoice.reviews import decisions, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Review
from youthvoice.reviews.job import end_reviews
from youthvoice.reviews.models import ReviewRow
from youthvoice.reviews.statements.statement import Statement
from youthvoice.threads.models import ThreadRow
from youthvoice.threads.retention.job import extend_and_end_months

OLD = "An old secret of the garden"
SOUND = b"\x1aE\xdf\xa3 a voice about sundays"
PROMISED = "You go there on Sundays."


@contextmanager
def elsewhere(copy: Path, keys: Path, folder: Path, clock: StillClock) -> Iterator[Flask]:
    """Another machine: copied key files first, then the backup into an empty database."""
    shutil.copytree(keys, folder / "keys")
    environment = {"YOUTHVOICE_MODE": "development", "YOUTHVOICE_DATA": str(folder / "var"), "YOUTHVOICE_EXAMPLE": "0"}
    there = create_app(Settings.read({**environment, "YOUTHVOICE_KEYS": str(folder / "keys")}), clock)
    there.config["TESTING"] = True
    with there.app_context():
        said = there.test_cli_runner().invoke(args=["restore", str(copy)])
        assert said.exit_code == 0, said.output
        yield there
    runtime_of(there).engine.dispose()


def decide(panel: Panel, review: Review, *answers: Decision) -> None:
    for answer in answers:
        with db.writing(db.engine()) as session:
            held = store.find_review(session, review.id, to_change=True)
            assert held
            decisions.decide(session, held, answer, held.version, panel.rosa.id, Log(today(), "rosa"))


@pytest.fixture
def panel(app: Flask, visitor: Callable[[], Visitor]) -> Panel:
    return make_panel(visitor)


@pytest.fixture
def old(panel: Panel, clock: StillClock) -> Child:
    """A review that was decided years ago; its month ends soon."""
    child = say(make_review(panel, days=1), Statement(words=OLD, readers=frozenset({panel.rosa.id})))
    clock.move(days=1)
    decide(panel, child.review, *(Decision(part, kind, {"en": "No."}) for part, kind in _NOES))
    end_reviews()
    clock.move(days=3 * 365 - 10)
    return child


_NOES = (("own", "no_because"), ("plan", "kept"))


@pytest.mark.sqlite
def test_packs_and_childrens_codes_open_elsewhere_and_what_was_destroyed_stays_so(
    app: Flask, panel: Panel, old: Child, clock: StillClock, tmp_path: Path
) -> None:
    statement = Statement(words=WORDS, voice=SOUND, voice_kind="audio/webm", readers=frozenset({panel.rosa.id}))
    review = make_review(panel, days=1)
    child = say(review, statement)
    _tablet, pictures = prepares(panel, make_review(panel, days=60, case="K-30"), words="For my own pictures")
    clock.move(days=1)
    decide(panel, review, Decision("own", "yes", {"en": PROMISED}, panel.lata.id, today()))
    assert read_by(old.review, panel.rosa), "until its month ends"
    copy = tmp_path / "copy"
    made = app.test_cli_runner().invoke(args=["backup", str(copy)])
    assert made.exit_code == 0, made.output
    clock.move(days=30)
    extend_and_end_months()
    with elsewhere(copy, context.keyring().folder, tmp_path / "there", clock) as there:
        for who in (panel.asha, panel.rosa):
            browser, page = signed_in(Visitor(there), who), f"/staff/reviews/{review.key}"
            browser.open(page)
            pack = browser.send(f"{page}/open").text
            assert WORDS in pack
            assert PROMISED in pack
            assert OLD not in pack
            assert browser.ask("POST", f"{page}/voice", data=browser.hidden).data == SOUND
        assert child.own().statement == statement
        phone = Visitor(there)
        phone.open("/reply")
        assert "For my own pictures" in phone.send("/reply", {**pictures, "at": "Example House"}).text
        nothing_of_the_old_one_is_left(there, panel, old)


def nothing_of_the_old_one_is_left(there: Flask, panel: Panel, old: Child) -> None:
    """The backup brought its rows; no key of its month came with them, and the next round of the jobs removes them."""
    thread_id = old.thread_id
    with pytest.raises(KeyGone):
        old.own()
    for who in (panel.asha, panel.rosa):
        page = signed_in(Visitor(there), who).open(f"/staff/reviews/{old.review.key}").text
        assert "Her words cannot be opened with the keys that are here." in page
    extend_and_end_months()
    end_reviews()
    with db.reading(db.engine()) as session:
        assert session.get(ThreadRow, thread_id) is None
        assert session.get(ReviewRow, old.review.id) is None


@pytest.mark.sqlite
@pytest.mark.parametrize("missing", ["threads", "kept-words", "pepper"])
def test_a_key_file_that_did_not_come_along_is_named_and_none_is_made_in_its_place(
    app: Flask, panel: Panel, clock: StillClock, tmp_path: Path, missing: str
) -> None:
    """A key is a file with a name: another one in its place would open nothing of what a child said."""
    child, copy, kept = say(make_review(panel)), tmp_path / "copy", tmp_path / "kept"
    assert app.test_cli_runner().invoke(args=["backup", str(copy)]).exit_code == 0
    shutil.copytree(context.keyring().folder, kept)
    (away,) = kept.glob(f"{missing}.*")
    away.rename(tmp_path / away.name)
    with pytest.raises(SettingsError, match=f"missing in .*: {missing}. Put them back"):
        elsewhere(copy, kept, tmp_path / "without", clock).__enter__()
    assert not (tmp_path / "without/keys" / away.name).exists()
    (tmp_path / away.name).rename(away)
    with elsewhere(copy, kept, tmp_path / "with", clock):
        assert child.own().statement
        assert read_by(child.review, panel.asha)
