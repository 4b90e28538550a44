"""Days on staff pages are written one way, in the reader's language."""

from datetime import date, time
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from youthvoice.web.i18n.formats import format_day, format_hour

ROOMS = Path(__file__).parents[2] / "youthvoice"
OF_GUARDIANS = {"view.html"}


@pytest.mark.parametrize(
    ("language", "written"), [("en", "Tue 24 Nov 2026"), ("hi", "मंगल 24 नव॰ 2026"), ("ar", "الثلاثاء 24 نوفمبر 2026")]
)
def test_a_day_is_written_in_the_readers_language(app: Flask, language: str, written: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert format_day(date(2026, 11, 24)).replace("\N{NO-BREAK SPACE}", " ") == written


@pytest.mark.parametrize("language", ["en", "hi", "ar"])
def test_an_hour_is_written_one_way_everywhere(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert format_hour(time(16)) == "16:00"
    own = [file.name for file in ROOMS.rglob("*.py") if "format_time(" in file.read_text("utf-8")]
    assert own == ["formats.py"], "hours are written by `formats.hour`"


def test_no_page_of_staff_writes_a_day_its_own_way() -> None:
    own = [file.name for file in ROOMS.rglob("templates/**/*.html") if "dateformat" in file.read_text("utf-8")]
    assert set(own) <= OF_GUARDIANS
