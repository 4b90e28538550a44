"""The rows that tests of stores stand on: a site, an advocate, a questionnaire, a round. Plainly invented."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

from flask import Flask
from sqlalchemy import Engine

from tests.support import shared_setup
from tests.support.running import running
from youthvoice import db
from youthvoice.accounts.models import PersonRow
from youthvoice.config import Settings
from youthvoice.privacy.crypto.sealing import KeyPair, new_pair
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites.models import SiteRow
from youthvoice.surveys.models import BatchRow, QuestionnaireRow, RoundRow, RoundSiteRow
from youthvoice.surveys.rounds.entities import Round

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A letter box: the facts of a site that sealing needs."""

    id: int = 1
    time_zone: str = "Asia/Kolkata"
    daily_hour: int = 17


@dataclass(frozen=True)
class Reader:
    """An advocate who can open letters."""

    person_id: int
    pair: KeyPair

    @property
    def public_key(self) -> bytes:
        return self.pair.public


@dataclass(frozen=True)
class OneRound:
    """The round of `Ground`."""

    id: int = 1
    slug: str = "r7k2"
    batch_id: int = 1
    answers_key: str = "open-answers-2026Q4"
    wave: str = "single"
    has_cards: bool = False


@dataclass(frozen=True)
class Ground:
    """A database with one site, two advocates and one open round; its keys, and the context that it stands in."""

    app: Flask
    engine: Engine
    keyring: Keyring
    round: Round
    place: Place
    asha: Reader
    ravi: Reader

    def close(self) -> None:
        """The batch closes, as far as its row goes."""
        with db.writing(self.engine) as session:
            session.get_one(BatchRow, 1).closed_on = NOON.date()


@contextmanager
def ground(settings: Settings, keys: Path) -> Iterator[Ground]:
    """Lay the ground in an empty database of either kind."""
    shared_setup.lay_tables(settings.database_url)
    engine = db.make_engine(settings.database_url)
    asha, ravi = Reader(1, new_pair()), Reader(2, new_pair())
    with db.writing(engine) as session:
        session.add_all([_site(), _person(asha, "asha"), _person(ravi, "ravi")])
        session.flush()
        session.add_all([_questionnaire(), BatchRow(id=1, answers_key=OneRound.answers_key)])
        session.flush()
        session.add(_round())
        session.flush()
        session.add(RoundSiteRow(round_id=1, site_id=1, first=True))
    keyring = Keyring.open(keys, create=True, development=True)
    try:
        with running(settings, keyring, engine) as app:
            yield Ground(app, engine, keyring, cast(Round, OneRound()), Place(), asha, ravi)
    finally:
        engine.dispose()


def _site() -> SiteRow:
    return SiteRow(
        id=1,
        slug="example",
        name="Example House",
        mail_name="Example",
        languages=["en"],
        time_zone="Asia/Kolkata",
    )


def _person(reader: Reader, handle: str) -> PersonRow:
    return PersonRow(
        id=reader.person_id,
        handle=handle,
        name=handle.title(),
        role="advocate",
        salt=bytes(32),
        verifier_hash=bytes(32),
        public_key=reader.public_key,
        wrapped_private_key=b"",
        cost={},
        seal=bytes(32),
    )


def _questionnaire() -> QuestionnaireRow:
    day = NOON.date()
    return QuestionnaireRow(
        id=1, name="example", version=1, digest="0" * 64, body="{}", imported_by="example", imported_on=day
    )


def _round() -> RoundRow:
    return RoundRow(
        id=1,
        slug=OneRound.slug,
        questionnaire_id=1,
        batch_id=1,
        purpose="regular",
        wave="single",
        starts_at=datetime(2026, 11, 23, tzinfo=UTC),
        ends_at=datetime(2026, 11, 30, tzinfo=UTC),
        invited=20,
        permission="example",
        decider_id=1,
        answer_due=date(2026, 12, 12),
        opened_by=1,
        seconded_by=2,
    )
