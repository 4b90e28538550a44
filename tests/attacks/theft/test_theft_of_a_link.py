"""T6 for a link of a team outside: database, key files, link and number - whoever lacks one of them reads nothing."""

import logging
import secrets
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.reviews.outside.test_outside_pack import another, link_of, opened_by, said, tries
from tests.support.attacks.stolen_house import leaks, stolen
from tests.support.reviews import WORDS, make_panel, make_review, say
from tests.support.visitor import Visitor
from youthvoice import context, db, metadata
from youthvoice.backups.archive import back_up, restore
from youthvoice.config import Settings
from youthvoice.errors import CannotOpen
from youthvoice.privacy.credentials.shared_links import LinkSecrets, decrypt_for_link
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.reviews.models import ReviewLinkRow, ReviewRow


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_stolen_database_opens_nothing_without_link_number_and_key_files(
    app: Flask, settings: Settings, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="youthvoice")
    panel = make_panel(lambda: Visitor(app))
    review = make_review(panel, days=1, outside=True)
    say(review, said(panel.rosa))
    clock.move(days=1)
    address, shown = link_of(opened_by(panel, panel.asha, review), review)
    token, number = address.rpartition("/")[2], shown.replace(" ", "")
    assert WORDS in tries(panel.visitor(), address, number)
    found = stolen(app, settings, caplog.text)
    assert leaks(found, {"token": token, "number": number, "spoken": shown, "words": WORDS}) == []
    with db.reading(db.engine()) as session:
        row = session.query(ReviewLinkRow).one()
    pepper, purpose = context.keyring().key(PEPPER), sealing_context("review-link", row.id.hex(), "key")

    def opens(token: str, number: str, pepper: bytes, salt: bytes = row.salt) -> bool:
        try:
            return bool(decrypt_for_link(row.wrapped, LinkSecrets(token, number), salt, pepper, purpose))
        except CannotOpen:
            return False

    assert opens(token, number, pepper), "with everything it does"
    assert not opens(token, number, secrets.token_bytes(32)), "without the key files"
    assert not opens(token, another(number), pepper), "without the number: a forwarded link"
    assert not opens(token, "", pepper)
    assert not opens("A" * 43, number, pepper), "without the link: a number that was overheard"
    assert not opens(token, number, pepper, bytes(16))


def test_no_backup_brings_a_link_back_that_was_ended(app: Flask, clock: StillClock, tmp_path: Path) -> None:
    panel = make_panel(lambda: Visitor(app))
    review = make_review(panel, days=1, outside=True)
    say(review, said(panel.rosa))
    clock.move(days=1)
    link_of(opened_by(panel, panel.asha, review), review)
    key, tables, copy = bytes(32), metadata.full_metadata(), tmp_path / "copy"
    back_up(db.engine(), tables, key, copy, clock())
    empty = db.make_engine(f"sqlite:///{tmp_path}/empty/youthvoice.sqlite3")
    tables.create_all(empty)
    restore(empty, tables, key, copy, lambda _connection, _made: None)
    with db.reading(empty) as session:
        assert session.query(ReviewRow).count() == 1
        assert session.query(ReviewLinkRow).count() == 0
    empty.dispose()
