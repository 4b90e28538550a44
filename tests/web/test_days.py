"""Days on staff pages are written one way, in the reader's language."""

import subprocess
import sys
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from babel import dates, lists
from flask import Flask
from flask_babel import force_locale

from youthvoice.web.i18n.formats import format_date, format_day, format_hour, join_choices, join_list
from youthvoice.web.i18n.languages import TRANSLATED

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
    assert not own, "hours are written by `formats.format_hour`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_days_and_lists_are_written_as_unicode_writes_them(app: Flask, language: str) -> None:
    year = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    with app.test_request_context(), force_locale(language):
        for pattern in ("EEE d MMM y", "EEEE, d MMMM", "MMMM y"):
            assert [format_date(day, pattern) for day in year] == [
                dates.format_date(day, pattern, locale=language) for day in year
            ]
        for things in ([], ["a"], ["a", "b"], ["{0}", "b", "c"], ["a", "b", "c", "d"]):
            assert join_list(things) == lists.format_list(things, "standard", language)
            assert join_choices(things) == lists.format_list(things, "or", language)


def test_writing_a_day_reads_no_tables_of_babel() -> None:
    """They are eight megabytes of every process."""
    done = subprocess.run([sys.executable, "-c", _WRITE_A_DAY], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["नवंबर", "False"]


_WRITE_A_DAY = """
import datetime, flask, flask_babel
from babel import core, localedata
from youthvoice.config import shared_folder
from youthvoice.web.i18n.formats import format_date
app = flask.Flask("days")
app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(shared_folder("translations"))
flask_babel.Babel(app, locale_selector=lambda: "hi")
with app.test_request_context():
    print(format_date(datetime.date(2026, 11, 24), "MMMM"), bool(core._global_data or localedata._cache))
"""


def test_no_page_of_staff_writes_a_day_its_own_way() -> None:
    own = [file.name for file in ROOMS.rglob("templates/**/*.html") if "dateformat" in file.read_text("utf-8")]
    assert set(own) <= OF_GUARDIANS
