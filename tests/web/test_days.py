"""Days on staff pages are written one way, in the reader's language."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from youthvoice.web.days import day

ROOMS = Path(__file__).parents[2] / "youthvoice"
OF_GUARDIANS = {"read.html"}


@pytest.mark.parametrize(
    ("language", "written"), [("en", "Tue 24 Nov 2026"), ("hi", "मंगल 24 नव॰ 2026"), ("ar", "الثلاثاء 24 نوفمبر 2026")]
)
def test_a_day_is_written_in_the_readers_language(app: Flask, language: str, written: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert day(date(2026, 11, 24)).replace("\N{NO-BREAK SPACE}", " ") == written


def test_no_page_of_staff_writes_a_day_its_own_way() -> None:
    own = [file.name for file in ROOMS.rglob("templates/**/*.html") if "dateformat" in file.read_text("utf-8")]
    assert set(own) <= OF_GUARDIANS
