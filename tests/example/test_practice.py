"""`youthvoice practice`: nobody mistakes it for the real one, nothing leaves it, and nothing real is opened by it."""

import fcntl
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import StillClock
from tests.support import shared_setup
from youthvoice import context
from youthvoice.config import Settings, SettingsError, environment
from youthvoice.context import runtime_of
from youthvoice.example import practice
from youthvoice.factory import create_app
from youthvoice.mail.messages import MailText, compose
from youthvoice.mail.sms import compose_sms
from youthvoice.printing.document import Document
from youthvoice.web.headers import PROXY_HEADERS

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL = "http://127.0.0.1:9100"
HTML = "<html><body style='x'>Dear</body></html>"
MARK = "Practice. Nothing here is real."
MARK_IN = {
    "en": MARK,
    "hi": "यह अभ्यास है। यहाँ कुछ भी असली नहीं है।",
    "ar": "هذا تدريب. لا شيء هنا حقيقي.",
}


@pytest.fixture
def of_practice(tmp_path: Path) -> Settings:
    """The settings of a practice installation, as the command writes them."""
    folder = tmp_path / "youthvoice-practice-abc"
    folder.mkdir()
    practice.write_settings(folder, 9100)
    return Settings.read(environment({}, folder / practice.SETTINGS_FILE))


@pytest.fixture
def practice_app(of_practice: Settings, clock: StillClock) -> Iterator[Flask]:
    """A practice installation without the example."""
    with shared_setup.founded(of_practice):
        made = create_app(of_practice, clock)
    with made.app_context():
        yield made
    runtime_of(made).engine.dispose()


@pytest.fixture
def here(practice_app: Flask) -> FlaskClient:
    """A browser on the machine of the practice installation."""
    practice_app.testing = True
    return practice_app.test_client(use_cookies=False)


@pytest.mark.parametrize("language", MARK_IN)
def test_every_kind_of_page_says_that_nothing_is_real(here: FlaskClient, language: str) -> None:
    title = MARK_IN[language].split(".")[0]
    for path in ("/", "/help", f"/exit/{language}", "/no-such-page", "/staff/sign-in", "/views/none"):
        answer = here.get(path, base_url=URL, headers={"Cookie": f"language={language}"})
        page = answer.text
        assert MARK_IN[language] in page, (path, answer.status_code)
        assert 'class="practice-line"' in page
        assert " practice" in page.partition("<body")[2].partition(">")[0]
        assert "/static/practice." in page
        assert language != "en" or f"<title>{title}: " in page


def test_no_layout_is_without_the_mark() -> None:
    layouts = [file for file in Path("youthvoice").rglob("*.html") if "<html" in file.read_text("utf-8")]
    bare = {file.name for file in layouts if "child/practice.html" not in file.read_text("utf-8")}
    assert bare == {"letter.html", "note.html"}  # mails, which `compose` marks


def test_a_real_page_has_nothing_of_it(app: Flask) -> None:
    for path in ("/help", "/staff/sign-in"):
        assert b"ractice" not in app.test_client().get(path).data


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "voice.example.org"},
        {"Host": "192.168.1.5:9100"},
        *({name: "192.168.1.9"} for name in PROXY_HEADERS),
    ],
)
def test_no_tablet_and_no_proxy_reaches_it(here: FlaskClient, headers: dict[str, str]) -> None:
    for method, path in (("GET", "/"), ("GET", "/enrol?code=A-1"), ("POST", "/deliver"), ("POST", "/offline/status")):
        data = b"envelope" if method == "POST" else None
        assert here.open(path, base_url=URL, method=method, data=data).status_code != 421
        answer = here.open(path, base_url=URL, method=method, data=data, headers=headers)
        assert answer.status_code == 421, path  # neither 201 nor 410: a tablet keeps its envelope
        assert "Set-Cookie" not in answer.headers


def test_its_cookies_are_others_than_those_of_the_example_beside_it(of_practice: Settings) -> None:
    for name in ("staff", "tablet", "known"):
        names = {of_practice.cookie_name(name), replace(of_practice, practice=False).cookie_name(name)}
        names.add(replace(of_practice, practice=False, mode="production").cookie_name(name))
        assert names == {f"practice-{name}", name, f"__Host-{name}"}


@pytest.mark.parametrize(
    "changed",
    [
        {"smtp_url": "smtps://mail.example.org"},
        {"sms": Path("/etc/gammu")},
        {"phone": Path("/dev/ttyUSB0")},
        {"backups": Path("/mnt")},
        {"metrics_port": 9300},
        {"box": True},
        {"mode": "production"},
        {"url": "https://voice.example.org"},
        {"database_url": "postgresql+psycopg://voice@localhost/voice"},
        {"keys": Path("/var/lib/youthvoice-keys/main")},
        {"data": Path("/var/lib/youthvoice/main")},
    ],
)
def test_it_starts_with_nothing_real_in_its_settings(of_practice: Settings, changed: dict[str, Any]) -> None:
    assert of_practice.refusals() == []
    with pytest.raises(SettingsError, match="practice"):
        create_app(replace(of_practice, **changed))


def test_a_link_to_real_keys_is_no_folder_of_practice(of_practice: Settings, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    of_practice.keys.symlink_to(tmp_path / "real")
    assert of_practice.refusals()


def test_mail_says_it_first_in_the_language_of_its_reader(practice_app: Flask) -> None:
    text = MailText(
        sender_name="House",
        subject="News",
        text="Dear reader",
        html=HTML,
        language="hi",
    )
    message = compose(text, "a@example.org", "<1@a.invalid>", context.settings(), NOW)
    assert message["Subject"] == "अभ्यास: News"
    assert _part(message, "plain").startswith(MARK_IN["hi"])
    assert MARK_IN["hi"] in _part(message, "html").partition("Dear")[0]
    assert compose_sms("Please sign in.", "+911234567", "<2@a.invalid>", NOW).get_content().startswith(MARK)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_every_paper_says_it(practice_app: Flask) -> None:
    assert practice_app
    for language, words in MARK_IN.items():
        assert Document("poster", {}, language).request()["page"]["practice"] == words
    layouts = [file.read_text("utf-8") for file in Path("youthvoice/printing/layouts").glob("*.typ")]
    assert sum("set page(" in layout for layout in layouts) == 1  # that of the common layout, which draws the mark


class FakeProgram:
    """`youthvoice serve` of a practice installation; keeps what it was started with."""

    started: "FakeProgram"

    def __init__(self, _command: list[str], *, env: dict[str, str], cwd: Path, **more: Any) -> None:
        self.environment, self.folder = env, Path(env["YOUTHVOICE_HOUSE"]).parent
        self.settings = Settings.read(environment(env))
        self.is_package_here = (cwd / "youthvoice").is_dir() and len(more["pass_fds"]) == 1 and "preexec_fn" in more
        self.neighbours = {file.name for file in self.folder.parent.iterdir()}
        (self.folder / "data").mkdir()
        type(self).started = self

    def wait(self) -> int:
        """It was ended by Ctrl+C."""
        return 0


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[type[FakeProgram]]:
    """No process is started, and nothing lies outside of the test's folder."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    monkeypatch.setattr(subprocess, "Popen", FakeProgram)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield FakeProgram
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_nothing_of_the_real_one_is_given_to_it_and_all_of_it_goes(
    fake: type[FakeProgram], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("YOUTHVOICE_HOUSE", "main")
    monkeypatch.setenv("YOUTHVOICE_KEYS", "/var/lib/youthvoice-keys/main")
    monkeypatch.setenv("YOUTHVOICE_SMTP_URL", "smtps://mail.example.org")
    answer = CliRunner().invoke(practice.practice)
    assert answer.exit_code == 0, answer.output
    started = fake.started
    assert {name for name in started.environment if name.startswith("YOUTHVOICE_")} == {"YOUTHVOICE_HOUSE"}
    assert started.is_package_here
    assert started.settings.practice
    assert started.settings.refusals() == []
    assert list(tmp_path.iterdir()) == []


def test_one_that_was_killed_goes_when_the_next_one_starts(fake: type[FakeProgram], tmp_path: Path) -> None:
    for name in ("killed", "served"):
        (tmp_path / f"youthvoice-practice-{name}/keys").mkdir(parents=True)
    (tmp_path / "somebody-elses").mkdir()
    (tmp_path / "youthvoice-practice-link").symlink_to(tmp_path / "somebody-elses")
    lock = os.open(tmp_path / "youthvoice-practice-served/in-use", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    CliRunner().invoke(practice.practice)
    os.close(lock)
    left = {"youthvoice-practice-served", "youthvoice-practice-link", "somebody-elses"}
    assert fake.started.neighbours == {*left, fake.started.folder.name}
    assert {file.name for file in tmp_path.iterdir()} == left
