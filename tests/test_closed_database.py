"""Files of SQLite that the user of the service may not write: the sender reads that, not that the disk is full."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import StillClock
from tests.support import shared_setup
from tests.support.child_at_tablet import a_child
from tests.support.full_site import ALIVE, FullSite, in_process
from tests.support.people import signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.accounts.models import PersonRow
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app

pytestmark = pytest.mark.sqlite("its files")
NOBODY = 65534
SAID = {
    "en": "the database may not be written now",
    "hi": "डेटाबेस में अभी कुछ लिखा नहीं जा सकता",
    "ar": "لأن قاعدة البيانات لا تسمح بالكتابة الآن",
}


@pytest.fixture
def site(settings: Settings, clock: StillClock) -> Iterator[FullSite]:
    """In a folder that another user may enter."""
    with tempfile.TemporaryDirectory(prefix="closed") as name:
        folder = Path(name)
        folder.chmod(0o755)
        url = f"sqlite:///{folder / 'var/youthvoice.sqlite3'}"
        here = replace(settings, data=folder / "var", keys=folder / "keys", database_url=url)
        with shared_setup.founded(here):
            made = create_app(here, clock)
        made.config["TESTING"] = True
        with made.app_context():
            yield FullSite(made, clock, {}, folder)
        runtime_of(made).engine.dispose()


def send_as_nobody(site: FullSite, closed: Path, visitor: Visitor, language: str) -> None:
    """Send a form in a process of the user to whom all belongs but one file."""
    is_root = os.geteuid() == 0
    if is_root:  # whom no mode of a file stops
        for path in [site.folder, *site.folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        os.chown(closed, 0, 0)
    closed.chmod(0o444)

    def do() -> None:
        if is_root:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        path = f"/staff/help-tell/example-house/{language}"
        visitor.open(path)
        assert SAID[language] in visitor.send(path, {"topic": "food", "words": "canary"}, 503).text
        assert visitor.hidden["words"] == "canary"

    assert in_process(site, do) == ALIVE


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("ending", ["", "-wal"])
def test_a_file_that_is_read_only_is_called_so_and_the_form_comes_back(
    site: FullSite, ending: str, language: str
) -> None:
    person = a_child(Visitor(site.app)).people["lata"]
    with db.writing(db.engine()) as session:
        session.get_one(PersonRow, person.id).language = language
    visitor = signed_in(Visitor(site.app), person)
    site.disconnect()
    file = site.folder / f"var/youthvoice.sqlite3{ending}"
    file.touch()
    send_as_nobody(site, file, visitor, language)
