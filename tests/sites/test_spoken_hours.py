"""Hours as children say them, in the parts into which their language divides a day."""

from datetime import time

import pytest
from flask import Flask
from flask_babel import force_locale

from youthvoice.web.i18n.formats import format_spoken_hour


@pytest.mark.parametrize(
    ("hour", "said"),
    [
        (time(7), {"en": "7 in the morning", "hi": "सुबह 7 बजे", "ar": "الساعة 7 صباحًا"}),
        (time(12), {"en": "12 noon", "hi": "दोपहर 12 बजे", "ar": "الساعة 12 ظهرًا"}),
        (time(16), {"en": "4 in the afternoon", "hi": "शाम 4 बजे", "ar": "الساعة 4 بعد الظهر"}),
        (time(17, 30), {"en": "5:30 in the afternoon", "hi": "शाम 5:30 बजे", "ar": "الساعة 5:30 بعد الظهر"}),
        (time(18), {"en": "6 in the evening", "hi": "शाम 6 बजे", "ar": "الساعة 6 مساءً"}),
        (time(20), {"en": "8 in the evening", "hi": "रात 8 बजे", "ar": "الساعة 8 مساءً"}),
        (time(22), {"en": "10 at night", "hi": "रात 10 बजे", "ar": "الساعة 10 مساءً"}),
    ],
)
def test_an_hour_is_said_as_in_the_language_of_the_child(app: Flask, hour: time, said: dict[str, str]) -> None:
    with app.test_request_context():
        for language, words in said.items():
            with force_locale(language):
                assert format_spoken_hour(hour) == words


@pytest.mark.parametrize(
    ("language", "hours"),
    [
        ("bn", ("সকাল 7টা", "দুপুর 12টা", "বিকাল 4টা", "বিকাল 4:30")),
        ("fr", ("7 h du matin", "midi", "4 h de l’après-midi", "4 h 30 de l’après-midi")),
        ("mr", ("सकाळी 7", "दुपारी 12", "संध्याकाळी 4", "संध्याकाळी 4:30")),
        ("ru", ("7:00 утра", "12:00 дня", "4:00 дня", "4:30 дня")),
        ("th", ("ตอนเช้า 7 โมง", "ตอนเที่ยง", "ตอนเย็น 4 โมง", "ตอนเย็น 4:30")),
    ],
)
def test_an_hour_has_no_shortened_part_of_a_day_and_noon_its_own_word(
    app: Flask, language: str, hours: tuple[str, ...]
) -> None:
    with app.test_request_context(), force_locale(language):
        assert tuple(format_spoken_hour(hour) for hour in (time(7), time(12), time(16), time(16, 30))) == hours
