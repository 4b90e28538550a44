"""What a mail looks like."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from youthvoice.config import Settings
from youthvoice.mail.messages import MailText, NotAnAddress, compose, message_id_for, plain_address, sender_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WORDS = MailText(
    sender_name="उदाहरण", subject="आपके लिए", text="नमस्ते", html="<!doctype html><p>नमस्ते", language="hi",
    unsubscribe="https://example.org/stop/abc",
)  # fmt: skip


def some_settings(tmp_path: Path, **more: str) -> Settings:
    return Settings.read({"YOUTHVOICE_DATA": str(tmp_path), "YOUTHVOICE_URL": "https://voice.example.org", **more})


def test_the_same_words_are_the_same_bytes(tmp_path: Path) -> None:
    """T3: nothing random stands in a mail."""
    settings = some_settings(tmp_path)
    first, second = (compose(WORDS, "a@example.org", "<1@example.org>", settings, NOW).as_bytes() for _ in range(2))
    assert first == second


def test_it_is_text_and_html_from_a_neutral_sender(tmp_path: Path) -> None:
    mail = compose(WORDS, "a@example.org", "<1@example.org>", some_settings(tmp_path), NOW)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert str(mail["From"]) == "उदाहरण <post@voice.example.org>"
    assert mail["Content-Language"] == "hi"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_account_of_the_server_is_the_sender(tmp_path: Path) -> None:
    settings = some_settings(tmp_path, YOUTHVOICE_SMTP_URL="smtps://voice%40example.net:secret@mail.example.net")
    assert sender_of(settings) == "voice@example.net"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "nobody",
        "a@b",
        "a@example.org, b@example.org",
        "A <a@example.org>",
        "a@example.org\nBcc: b@example.org",
        "@",
        "a@[127.0.0.1]",
        "|cat@example.org",
        "-oQ/tmp@example.org",
        f"{'a' * 250}@example.org",
    ],
)
def test_only_one_plain_address_is_an_address(wrong: str) -> None:
    """What a program that passes mail on may take for an option, a command or a machine is none."""
    with pytest.raises(NotAnAddress) as refused:
        plain_address(wrong)
    assert "example" not in str(refused.value)


@pytest.mark.parametrize("kept", ["-oQ/tmp@example.org", "a@[127.0.0.1]", f"{'a' * 250}@example.org"])
def test_an_address_that_was_taken_under_earlier_rules_stops_no_mail(tmp_path: Path, kept: str) -> None:
    """Else one of them would keep the letters of a whole view, or everybody's daily note, from going out."""
    written = compose(WORDS, kept, "<a@example.org>", some_settings(tmp_path), NOW)
    assert written["Message-ID"] == "<a@example.org>"


def test_ordinary_addresses_are_taken() -> None:
    for right in ("meena.roy+1@example.org", "o'hara@mail.example.org", f"{'a' * 60}@example.org"):
        assert plain_address(f" {right} ") == right


def test_a_message_id_tells_nothing_and_stays_the_same(tmp_path: Path) -> None:
    settings = some_settings(tmp_path)
    made = message_id_for(bytes(32), settings, "publication", 7, "address", 12)
    assert made == message_id_for(bytes(32), settings, "publication", 7, "address", 12)
    assert made != message_id_for(bytes(32), settings, "publication", 7, "address", 13)
    assert made != message_id_for(b"1" * 32, settings, "publication", 7, "address", 12)
    assert "publication" not in made
    assert made.endswith("@voice.example.org>")
