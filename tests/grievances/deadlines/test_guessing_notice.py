"""Where somebody guesses at picture codes the advocates are asked to sign in, once a day (S22, PRIVACY.md C)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.support.people import house
from tests.support.unattended_reports import make
from youthvoice import context, db
from youthvoice.grievances.deadlines.notices import warn_about_guessing
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.threads.child_codes.code_attempts import SLOW_FROM, AttemptCounter, place_counter, tablet_counter
from youthvoice.threads.models import CodeAttemptRow


def tried(attempt: AttemptCounter, number: int) -> None:
    with db.writing(db.engine()) as session:
        row = CodeAttemptRow(
            who=attempt.who, day=attempt.day, tries=number, slot=bytes(32), noise=bytes(8), warned=False
        )
        session.add(row)


def mails() -> int:
    with db.reading(db.engine()) as session:
        return session.scalar(select(func.count()).select_from(OutgoingMailRow)) or 0


@pytest.mark.dialect("rows that an UPDATE or DELETE gives back")
def test_the_advocates_of_a_slowed_site_are_asked_once_a_day(app: Flask, clock: StillClock) -> None:
    site = make(clock)
    house([], "quiet-house")
    pepper = context.keyring().key("pepper")
    warn_about_guessing()
    assert mails() == 0
    tried(place_counter(pepper, site.id, context.today("Asia/Kolkata")), SLOW_FROM)
    for _ in range(3):
        warn_about_guessing()
    assert mails() == 2  # two advocates; nobody else, and nobody elsewhere
    clock.move(days=1)
    warn_about_guessing()
    assert mails() == 2
    tried(place_counter(pepper, site.id, context.today("Asia/Kolkata")), SLOW_FROM)
    warn_about_guessing()
    assert mails() == 4


@pytest.mark.dialect("rows that an UPDATE or DELETE gives back")
def test_tries_of_days_that_are_over_are_forgotten(app: Flask) -> None:
    pepper, today = context.keyring().key("pepper"), context.today()
    for days in range(5):
        tried(tablet_counter(pepper, 1, today - timedelta(days=days)), 3)
    warn_about_guessing()
    with db.reading(db.engine()) as session:
        assert sorted(session.scalars(select(CodeAttemptRow.day))) == [
            today - timedelta(days=days) for days in (2, 1, 0)
        ]
