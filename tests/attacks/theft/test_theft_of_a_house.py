"""T6: whoever takes the database, its WAL, the outbox and the logs, without key files, reads nothing.

And once a quarter's key has ended, no sheet of an old copy opens with the keys that are left.
"""

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.batches import ADVOCATE, OPENED, SITE, House, house
from youthvoice import db
from youthvoice.accountability.store import list_answers_due_of
from youthvoice.config import Settings
from youthvoice.errors import CannotOpen
from youthvoice.mail import outbox
from youthvoice.mail.messages import MailText, compose, message_id_for
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.privacy.crypto.symmetric_encryption import decrypt_padded, sealing_context
from youthvoice.surveys.responses.store import seal_response, store_response
from youthvoice.surveys.rounds.entities import Round
from youthvoice.threads.letters.letter_box import seal_letter

pytestmark = pytest.mark.sqlite("reads its files")

CANARY = "purple giraffe"
ADDRESS = "example.guardian@example.org"


class Box:
    """The letter box of the site."""

    id = SITE
    time_zone = "Asia/Kolkata"
    daily_hour = 17


class Reader:
    """An advocate."""

    person_id = ADVOCATE
    public_key = new_pair().public


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Iterator[House]:
    with house(settings, tmp_path / "keys") as made:
        yield made


def stolen(settings: Settings) -> bytes:
    """Every file of the data folder, key files apart."""
    return b"".join(file.read_bytes() for file in sorted(settings.data.rglob("*")) if file.is_file())


def tell(home: House, round_: Round, number: bytes) -> None:
    letter = seal_letter(
        home.keyring,
        CANARY,
        site=Box(),
        round_id=round_.id,
        question="words",
        readers=[Reader()],
        now=OPENED,
    )
    made = seal_response(round_, number, b"\x01\x02\x01", day=OPENED.date(), letters=[letter])
    with db.writing(home.engine) as session:
        store_response(session.connection(), made)


def mail(home: House, settings: Settings) -> None:
    text = MailText(
        sender_name="Example", subject=CANARY, text=CANARY, html=f"<p>{CANARY}", language="en",
        unsubscribe="https://example.org/stop/token-of-hers",
    )  # fmt: skip
    message_id = message_id_for(home.keyring.key_or_new("mail"), settings, "publication", 1, "address", 1)
    with db.writing(home.engine) as session:
        outbox.put(session, compose(text, ADDRESS, message_id, settings, OPENED), OPENED)


def test_a_naive_database_tells_everything(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "naive.sqlite3")) as naive:
        naive.execute("CREATE TABLE answers (words TEXT, address TEXT)")
        naive.execute("INSERT INTO answers VALUES (?, ?)", (CANARY, ADDRESS))
        naive.commit()
    taken = (tmp_path / "naive.sqlite3").read_bytes()
    assert CANARY.encode() in taken
    assert ADDRESS.encode() in taken


def test_nothing_can_be_read_in_a_stolen_data_folder(
    home: House, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="youthvoice")
    round_ = home.open()
    for number in range(12):
        tell(home, round_, bytes([number]) * 16)
    mail(home, settings)
    open_ = stolen(settings)
    home.close()
    closed = stolen(settings)
    for taken in (open_, closed, caplog.text.encode()):
        for secret in (CANARY, ADDRESS, "token-of-hers", '"good":12', '"bad":0'):
            assert secret.encode() not in taken
    key = home.keyring.key("kept-counts")
    assert key not in closed


def test_a_stolen_sheet_opens_with_none_of_the_keys_that_are_left(home: House) -> None:
    round_ = home.open()
    home.send_many(round_, 10, food="good")
    with db.reading(home.engine) as session:
        rows = session.connection().exec_driver_sql("SELECT id, blob FROM sheets").all()
    key = home.keyring.key(round_.answers_key)
    assert all(decrypt_padded(key, blob, sealing_context("sheet", round_.slug, number.hex())) for number, blob in rows)
    home.close()
    for name in home.keyring.names():
        left = home.keyring.key(name)
        for number, blob in rows:
            with pytest.raises(CannotOpen):
                decrypt_padded(left, blob, sealing_context("sheet", round_.slug, number.hex()))


def test_sheets_are_gone_from_the_file_after_counting(home: House, settings: Settings, tmp_path: Path) -> None:
    """A delete that only marks rows as free would leave the blobs in the file."""
    round_ = home.open()
    home.send_many(round_, 10, food="good")
    with db.reading(home.engine) as session:
        blobs = [row[0] for row in session.connection().exec_driver_sql("SELECT blob FROM sheets")]
    home.close()
    home.engine.dispose()
    copy = tmp_path / "copy.sqlite3"
    (file,) = settings.data.glob("*.sqlite3")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(file, copy)
    kept = copy.read_bytes()
    assert not [blob for blob in blobs if blob in kept]


def test_a_task_about_harm_names_no_child_and_no_number(home: House) -> None:
    round_ = home.open()
    home.send_many(round_, 7, night="no")
    home.close()
    with db.reading(home.engine) as session:
        (task,) = list_answers_due_of(session, ADVOCATE, "advocate", {SITE})
    assert not any(sign.isdigit() for sign in "".join(task.about.values()))
