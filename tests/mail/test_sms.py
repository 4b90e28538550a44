"""Text messages through a real gammu-smsd, whose telephone is its own dummy."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.debian_programs import need_program
from tests.support.smtp_server import post_office
from youthvoice import context, db
from youthvoice.mail import outbox, sms
from youthvoice.mail.messages import MailText, compose
from youthvoice.mail.sms import NotANumber, compose_sms, plain_number, send_due_sms
from youthvoice.mail.transport import send_all_due

NUMBER = "+919876543210"
WORDS = "Example post · heron: कृपया साइन इन करें"
CONFIGURATION = """
[gammu]
model = dummy
connection = none
device = {folder}/telephone
[smsd]
service = files
inboxpath = {folder}/in/
outboxpath = {folder}/out/
sentsmspath = {folder}/sent/
errorsmspath = {folder}/failed/
logfile = {folder}/log
loopsleep = 1
checksecurity = 0
"""


@pytest.fixture
def modem(tmp_path: Path) -> Path:
    """The configuration of a gammu-smsd that is not running yet."""
    need_program("gammu-smsd", "gammu-smsd")
    for name in ("telephone", "in", "out", "sent", "failed"):
        (tmp_path / name).mkdir()
    file = tmp_path / "smsdrc"
    file.write_text(CONFIGURATION.format(folder=tmp_path))
    return file


@pytest.fixture
def put(app: Flask, clock: StillClock) -> Callable[[str], None]:
    """Put a text message into the outbox."""

    def put_sms(message_id: str) -> None:
        with db.writing(db.engine()) as session:
            message = compose_sms(WORDS, NUMBER, message_id, clock())
            outbox.put(session, message, clock(), channel=outbox.SMS)

    return put_sms


def waiting() -> int:
    with db.reading(db.engine()) as session:
        return outbox.delivery_status(session).waiting


@pytest.fixture
def settled(app: Flask, modem: Path) -> Iterator[None]:
    """The installation sends by that modem."""
    with context.override(app, settings=replace(context.settings(), mode="production", sms=modem)):
        yield


@pytest.mark.usefixtures("settled")
def test_a_message_leaves_by_a_real_gammu_with_its_number_and_words(put: Callable[[str], None], modem: Path) -> None:
    put("<one@example.org>")
    send_due_sms()
    assert waiting() == 0
    with subprocess.Popen(["gammu-smsd", "-c", str(modem)], stderr=subprocess.DEVNULL) as daemon:
        until = time.monotonic() + 30
        while not list((modem.parent / "sent").iterdir()) and time.monotonic() < until:
            time.sleep(0.1)
        daemon.terminate()
    (file,) = (modem.parent / "sent").iterdir()
    written = file.read_text("utf-8")
    assert f'Number = "{NUMBER}"' in written
    assert f"; {WORDS}" in written
    assert "Coding = Unicode_No_Compression" in written


@pytest.mark.usefixtures("settled")
def test_what_gammu_does_not_take_is_tried_again(put: Callable[[str], None], modem: Path, clock: StillClock) -> None:
    modem.unlink()
    put("<one@example.org>")
    put("<two@example.org>")
    send_due_sms()
    assert waiting() == 2
    modem.write_text(CONFIGURATION.format(folder=modem.parent))
    send_due_sms()
    assert waiting() == 2
    clock.move(minutes=1)
    send_due_sms()
    assert waiting() == (0 if shutil.which("gammu-smsd-inject") else 2)


@pytest.mark.dialect("channels are leased apart")
@pytest.mark.usefixtures("settled")
def test_a_mail_server_that_does_not_answer_holds_up_no_warning_nor_takes_it(
    put: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, clock: StillClock
) -> None:
    taken: list[str] = []

    class Telephone:
        """Takes everything."""

        def deliver(self, message: object) -> outbox.DeliveryAttempt:
            taken.append(str(message))
            return outbox.DeliveryAttempt("sent")

    monkeypatch.setattr(sms, "GammuQueue", lambda _file: Telephone())
    text = MailText(sender_name="Example", subject="News", text="News.", html="<p>News.</p>", language="en")
    with db.writing(db.engine()) as session:
        mail = compose(text, "example@example.org", "<mail@example.org>", context.settings(), clock())
        outbox.put(session, mail, clock())
    put("<one@example.org>")
    send_all_due(db.engine(), replace(context.settings(), smtp_url="smtp://127.0.0.1:9"), context.now)
    send_due_sms()
    assert len(taken) == 1
    assert waiting() == 1
    clock.move(minutes=1)
    with post_office() as office:
        put("<two@example.org>")
        send_all_due(db.engine(), replace(context.settings(), smtp_url=office.url), context.now)
        assert [str(one["To"]) for one in office.taken] == ["example@example.org"]
    assert waiting() == 1


def test_in_development_it_lies_in_the_folder_of_mails(app: Flask, put: Callable[[str], None]) -> None:
    put("<one@example.org>")
    send_due_sms()
    (file,) = context.settings().outbox.glob("*.eml")
    assert f"Telephone-Number: {NUMBER}" in file.read_text("utf-8")


@pytest.mark.parametrize("written", [NUMBER, "+91 98765 43210", " +91 (98765)-43210 ", "+91.98765/43210"])
def test_a_number_may_be_written_as_people_write_it(written: str) -> None:
    assert plain_number(written) == NUMBER


@pytest.mark.parametrize(
    "written",
    [
        *("98765 43210", "0091 98765 43210", "+0198765432", "+91", "+9198765432109876", "+91987654321a", ""),
        *("-c/etc/passwd", "+\u096f\u0967\u096f\u096e\u096d\u096c\u096b\u096a", "+919876543210\n+911"),
    ],
)
def test_what_no_network_takes_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(NotANumber) as refused:
        plain_number(written)
    assert str(refused.value) == "not a number"
