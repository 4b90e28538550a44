"""Days on staff pages are written one way, in the reader's language."""

from datetime import date, time
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from youthvoice.web.i18n.formats import format_day, format_hour, format_short_day, format_spoken_hour, format_weekday

ROOMS = Path(__file__).parents[2] / "youthvoice"
OF_GUARDIANS = {"view.html"}


@pytest.mark.parametrize(
    ("language", "written"), [("en", "Tue 24 Nov 2026"), ("hi", "मंगल 24 नव॰ 2026"), ("ar", "الثلاثاء 24 نوفمبر 2026")]
)
def test_a_day_is_written_in_the_readers_language(app: Flask, language: str, written: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert format_day(date(2026, 11, 24)).replace("\N{NO-BREAK SPACE}", " ") == written


@pytest.mark.parametrize(
    ("language", "day", "weekday", "hours"),
    [
        ("en", "24 November", "Tuesday, 24 November", ("4 in the afternoon", "4:30 in the afternoon")),
        ("es", "24 de noviembre", "martes, 24 de noviembre", ("4 de la tarde", "4:30 de la tarde")),
        ("de", "24. November", "Dienstag, 24. November", ("4 Uhr nachmittags", "4:30 Uhr nachmittags")),
        ("fr", "24 novembre", "mardi 24 novembre", ("4 h de l’après-midi", "4 h 30 de l’après-midi")),
        ("zh_Hant", "11月24日", "11月24日 星期二", ("下午 4 點", "下午 4:30")),
    ],
)
def test_the_order_of_a_day_and_of_an_hour_is_that_of_the_language(
    app: Flask, language: str, day: str, weekday: str, hours: tuple[str, str]
) -> None:
    with app.test_request_context(), force_locale(language):
        assert format_short_day(date(2026, 11, 24)).replace("\N{NO-BREAK SPACE}", " ") == day
        assert format_weekday(date(2026, 11, 24)) == weekday
        assert (format_spoken_hour(time(16)), format_spoken_hour(time(16, 30))) == hours


@pytest.mark.parametrize("language", ["en", "hi", "ar"])
def test_an_hour_is_written_one_way_everywhere(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert format_hour(time(16)) == "16:00"
    own = [file.name for file in ROOMS.rglob("*.py") if "format_time(" in file.read_text("utf-8")]
    assert own == ["formats.py"], "hours are written by `formats.hour`"


def test_no_page_of_staff_writes_a_day_its_own_way() -> None:
    own = [file.name for file in ROOMS.rglob("templates/**/*.html") if "dateformat" in file.read_text("utf-8")]
    assert set(own) <= OF_GUARDIANS
