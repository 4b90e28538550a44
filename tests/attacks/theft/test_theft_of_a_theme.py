"""T6 for themes: what many children wrote is in no row, file or log, the letters that wait in the outbox included."""

import logging

import pytest
from flask import Flask
from sqlalchemy import update

from tests.publications.guardians.test_second_letter import text
from tests.support.attacks.stolen_house import leaks, stolen
from tests.support.publications import make_house
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.config import Settings
from youthvoice.mail import outbox
from youthvoice.mail.messages import read_message
from youthvoice.publications.guardians.mail import Sender, send_edition
from youthvoice.publications.guardians.store import add_address
from youthvoice.publications.models import GuardianAddressRow
from youthvoice.publications.review import drafting
from youthvoice.publications.store import find_edition
from youthvoice.threads.agreed_themes import Theme, add_theme, round_subject

THEME, ADDRESS = "Many of us wish for a purple giraffe.", "family.giraffe@example.org"


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_stolen_house_holds_no_theme_that_waits_in_a_letter(
    app: Flask, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    home = make_house()
    home.counted()
    slug = home.edition().first.slug
    advocate, coordinator = home.people["advocate"].id, home.people["coordinator"].id
    with db.writing(db.engine()) as session:
        edition, log = find_edition(session, slug, [home.site_id]), Log(context.today(), "advocate")
        assert edition
        drafting.approve_edition(session, edition, advocate, context.today(), log)
        theme = Theme({"en": THEME}, is_quote=True, day=context.today())
        add_theme(session, round_subject(edition.first.frozen["round"]), theme, advocate, coordinator)
        add_address(session, home.site_id, ADDRESS, "en", coordinator)
        session.execute(update(GuardianAddressRow).values(cleared_on=context.today(), cleared_by=advocate))
        assert send_edition(session, edition, [home.site_id], Sender(coordinator, context.now(), log)) == 1
    assert leaks(stolen(app, settings, caplog.text), {"theme": THEME, "address": ADDRESS}) == []
    with db.writing(db.engine()) as session:
        (letter,) = outbox.lease(session, context.now())
    assert THEME in text(read_message(outbox.decrypt_mail(letter)))
