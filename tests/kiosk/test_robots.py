"""Search engines keep nothing of a house; who found a weakness reads whom to tell."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.visitor import Visitor
from youthvoice import context
from youthvoice.config import Settings, SettingsError


def test_search_engines_are_asked_to_stay_away_and_told_nothing(app: Flask, visitor: Callable[[], Visitor]) -> None:
    assert visitor().open("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_who_found_a_weakness_reads_whom_to_tell_and_until_when_that_is_good(
    app: Flask, clock: StillClock, visitor: Callable[[], Visitor]
) -> None:
    """RFC 9116: one contact, and an end within a year."""
    address = "/.well-known/security.txt"
    assert visitor().ask("GET", address).status_code == 404
    with context.override(app, settings=replace(context.settings(), contact="mailto:keeper@example.org")):
        answer = visitor().ask("GET", address)
    assert answer.mimetype == "text/plain"
    contact, expires, _languages = answer.text.splitlines()
    assert contact == "Contact: mailto:keeper@example.org"
    end = datetime.fromisoformat(expires.removeprefix("Expires: "))
    assert timedelta(days=150) < end - clock() < timedelta(days=365)
    assert "00:00:00" in expires, "not the hour of this machine"


@pytest.mark.parametrize(
    ("given", "contact"),
    [
        ("", None),
        ("keeper@example.org", "mailto:keeper@example.org"),
        ("https://example.org/security", "https://example.org/security"),
    ],
)
def test_a_contact_is_an_address_of_mail_or_a_page(given: str, contact: str | None) -> None:
    assert Settings.read({"YOUTHVOICE_CONTACT": given}).contact == contact


@pytest.mark.parametrize(
    "given",
    [
        "keeper", "http://example.org", "a@b", "a@b.c,d", "keeper@example.org\nContact: x", "https://", "https://[",
        "https://example.org/\x1b[31m", "https://example.org/\udcff", "k\udcff@example.org",
    ],
)  # fmt: skip
def test_anything_else_stops_the_start_in_words(given: str) -> None:
    with pytest.raises(SettingsError, match="YOUTHVOICE_CONTACT is no address"):
        Settings.read({"YOUTHVOICE_CONTACT": given})
