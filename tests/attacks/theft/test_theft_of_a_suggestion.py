"""T6 for a suggestion: its words and voice are in no row, file, log or error page, before it is decided and after."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.attacks.stolen_house import as_bytes, disguises, leaks, rows, stolen
from tests.support.committees import make_house
from tests.support.suggestions import JSON, WEBM, Tablet, a_tablet, voice
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.grievances.deadlines.letter_job import escalate_late_letters
from youthvoice.threads.letters.due_job import suggestions_due

WORDS = ("purple giraffe of the attic", "बैंगनी जिराफ़ अटारी में", "الزرافة البنفسجية")
VOICE = WEBM + b"a voice about a giraffe" * 40


@pytest.fixture
def tablet(app: Flask, visitor: Callable[[], Visitor], clock: StillClock) -> Tablet:
    return a_tablet(make_house(), visitor, clock)


def suggested(tablet: Tablet) -> dict[str, str | bytes]:
    """Three suggestions, and what must be unreadable of them."""
    secrets: dict[str, str | bytes] = {"voice": VOICE[-200:]}
    for number, words in enumerate(WORDS):
        tablet.opens()
        sheet = tablet.browser.hidden["sheet"]
        tablet.browser.send("/agenda/suggest", {"words": words, "topic": "learning", "wish": "talk", "voice": voice(VOICE)}, 201, headers=JSON)  # fmt: skip # noqa: E501
        secrets |= {f"words {number}": words, f"sheet {number}": bytes.fromhex(sheet), f"sheet {number} hex": sheet}
    return secrets


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_stolen_database_holds_nothing_of_it(
    tablet: Tablet, app: Flask, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="youthvoice")
    secrets = suggested(tablet)
    assert leaks(stolen(app, settings, caplog.text), secrets) == []
    tablet.shown()
    house = tablet.house
    tablet.decides(house.asha, "hold", why="names", by=str(house.asha.id), until="2026-11-27")
    decided: tuple[tuple[str, dict[str, Any]], ...] = (
        ("move", {"topic": "unsafe", "hurt": "yes", "danger": "no"}),
        ("decline", {"why": "hurts"}),
        ("publish", {"topic": "learning", "words_en": WORDS[0]}),
    )
    for act, typed in decided:
        tablet.decides(house.asha, act, **typed)
        suggestions_due()
        escalate_late_letters()
    assert len(tablet.letters()) == 0
    assert leaks(stolen(app, settings, caplog.text), secrets) == []


@pytest.mark.dialect("what a thief reads in the rows")
def test_rows_of_two_opposite_suggestions_have_the_same_shape(tablet: Tablet) -> None:
    tablet.suggests(topic="food")
    tablet.suggests(topic="other", words="he hits me every night " * 20, wish="talk")
    lengths = [sorted(len(as_bytes(value)) for _name, value in rows("letters", "wraps"))]
    tablet.suggests(topic="play", words="a")
    lengths.append(sorted(len(as_bytes(value)) for _name, value in rows("letters", "wraps")))
    assert len(lengths[1]) * 2 == len(lengths[0]) * 3
    assert set(lengths[0]) == set(lengths[1])


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_page_that_breaks_says_nothing_of_it(tablet: Tablet, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    tablet.opens()
    sent = {**tablet.browser.hidden, "words": WORDS[0], "voice": voice(VOICE)}
    with db.engine().begin() as connection:
        connection.exec_driver_sql("ALTER TABLE wraps RENAME TO gone_wraps")
    answer = tablet.browser.ask("POST", "/agenda/suggest", data=sent, headers=JSON)
    assert answer.status_code == 500
    said = (caplog.text + answer.text).encode()
    assert "agenda.send_suggestion" in caplog.text
    for secret in (WORDS[0], VOICE[-200:]):
        assert not [one for one in disguises(secret) if one in said], secret
