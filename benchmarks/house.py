"""A house to measure: made in a temporary folder through the stores, as the commands of a coordinator would."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from flask import Flask

from youthvoice import context, db
from youthvoice.accounts.people import bootstrap
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.example import people, rounds
from youthvoice.factory import create_app
from youthvoice.sites.store import find_site_by_slug
from youthvoice.sites.tablets import store
from youthvoice.web.i18n.languages import COOKIE
from youthvoice.web.rate_limits import TABLET_COOKIE

QUESTIONNAIRE = "daily-life-10-12"
_LASTS = timedelta(days=20)
# What one child sends: every coded question; the letter box stays empty here.
ANSWERS = (
    ("a-food", "bad"),
    ("a-more_of", "fruit"),
    ("a-sleep", "good"),
    ("a-learning", "very_good"),
    ("a-listened_to", "sometimes"),
    ("a-safe_at_night", "often"),
    ("a-someone_to_tell", "yes"),
    ("a-wishes", "sport"),
    ("a-wishes", "family"),
    ("a-play", "good"),
)
LETTER = (("a-letter_box", "The lamp on the stairs is broken and nobody has mended it since the rain."),)


@dataclass(frozen=True)
class House:
    """A prepared house.

    Attributes:
        environment: the settings that a server of it is started with.
        slug: of the open round.
        cookies: one Cookie header for each enrolled tablet; the child chose English.
    """

    environment: Mapping[str, str]
    slug: str
    cookies: tuple[str, ...]

    @property
    def settings(self) -> Settings:
        """The same as a process reads them."""
        return Settings.read(self.environment)

    def copied(self, folder: Path) -> "House":
        """The same house once more, database and keys, elsewhere; only of SQLite."""
        environment = _environment(folder, "")
        shutil.copytree(self.settings.data, environment["YOUTHVOICE_DATA"])
        shutil.copytree(self.settings.keys, environment["YOUTHVOICE_KEYS"])
        return House(environment, self.slug, self.cookies)


@contextmanager
def opened(house: House, clock: context.Clock = context.wall_clock) -> Iterator[Flask]:
    """The application of a house, in this process."""
    app = create_app(house.settings, clock)
    try:
        with app.app_context():
            yield app
    finally:
        runtime_of(app).engine.dispose()


@cache
def _templates() -> tempfile.TemporaryDirectory[str]:
    """Where houses lie of which others are copies; it goes with this process."""
    return tempfile.TemporaryDirectory(prefix="templates")


@cache
def _template(invited: int) -> House:
    return build(Path(_templates().name, str(invited)), 1, invited=invited)


def like_the_others(folder: Path, invited: int = 20_000) -> House:
    """A house on SQLite with one tablet, in an empty folder: made once, and copied from then on.

    Args:
        folder: of the copy.
        invited: children who may answer.
    """
    return _template(invited).copied(folder)


def build(folder: Path, tablet_count: int, database_url: str = "", invited: int = 20_000) -> House:
    """Make a house: one site, its people, tablets, and an open round.

    Args:
        folder: empty; database, keys and outbox go there.
        tablet_count: how many tablets are enrolled.
        database_url: SQLite in the folder when empty.
        invited: children who may answer.
    """
    blank = House(_environment(folder, database_url), "", ())
    with opened(blank):
        prepared = bootstrap.prepare_accounts(people.ready(context.today()), context.keyring().key("pepper"))
        with db.writing(db.engine()) as session:
            site = people.add_site(session, context.today())
            people.add_people(session, prepared, site)
            rounds.bring_questionnaires(session)
        tokens = [_enrol(number) for number in range(tablet_count)]
        with db.writing(db.engine()) as session:
            last = context.today() + _LASTS
            slug = rounds.open_round(session, QUESTIONNAIRE, last, last + _LASTS, invited).slug
    return House(blank.environment, slug, tuple(f"{TABLET_COOKIE}={token}; {COOKIE}=en" for token in tokens))


def _enrol(number: int) -> str:
    with db.writing(db.engine()) as session:
        site = find_site_by_slug(session, people.SLUG)
        if site is None:
            raise LookupError(people.SLUG)
        code = store.start_enrolment(session, site.id, f"Tablet {number}")
        token = store.enrol_device(session, code)
    if token is None:
        raise LookupError(code)
    return token


def _environment(folder: Path, database_url: str) -> dict[str, str]:
    ours = {
        "YOUTHVOICE_MODE": "development",
        "YOUTHVOICE_EXAMPLE": "0",
        "YOUTHVOICE_DATA": str(folder / "var"),
        "YOUTHVOICE_KEYS": str(folder / "keys"),
    }
    if database_url:
        ours["YOUTHVOICE_DATABASE_URL"] = database_url
    # An installed house has its bytecode; whoever measures may have forbidden Python to keep any.
    kept = {k: v for k, v in os.environ.items() if not k.startswith("YOUTHVOICE_") and k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **ours}
