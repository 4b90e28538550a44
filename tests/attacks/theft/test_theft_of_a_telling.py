"""T6 for a telling: words, voice, code and helper are in no row, file, log or error page (both databases)."""

import logging
from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.attacks.stolen_house import as_bytes, disguises, leaks, rows, stolen
from tests.support.child_at_tablet import JSON, WEBM, Child, a_child, voice
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.config import Settings

WORDS = ("purple giraffe of the attic", "बैंगनी जिराफ़ अटारी में", "الزرافة البنفسجية")
HOW = "Mina of the attic, room four"
VOICE = WEBM + b"a voice about a giraffe" * 40
_SEALED = ("threads", "thread_wraps", "thread_entries", "thread_replies")


@pytest.fixture
def child(app: Flask, visitor: Callable[[], Visitor]) -> Child:
    return a_child(visitor())


def tells(child: Child) -> dict[str, str | bytes]:
    """Three tellings; gives everything that must be unreadable."""
    secrets: dict[str, str | bytes] = {"how": HOW, "voice": VOICE[-200:]}
    for number, words in enumerate(WORDS):
        child.opens()
        sheet = child.tablet.hidden["sheet"]
        child.tells(topic="unsafe", words=words, come="yes", how=HOW, voice=voice(VOICE), company="adult",
                    helper=child.id_of("lata"), left_out=[child.id_of("asha")], danger="yes")  # fmt: skip
        code, keys = child.code_of(sheet)
        secrets |= {
            f"words {number}": words,
            f"sheet {number}": bytes.fromhex(sheet),
            f"code {number}": bytes(code.picks),
            f"pictures {number}": " ".join(one.name for one in code.pictures),
            f"key {number}": keys.reply.private,
        }
    return secrets


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_stolen_database_holds_nothing_of_it(
    child: Child, app: Flask, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="youthvoice")
    secrets = tells(child)
    found = stolen(app, settings, caplog.text)
    assert leaks(found, secrets) == []


@pytest.mark.dialect("what a thief reads in the rows")
def test_sealed_tables_name_no_helper_no_topic_and_no_danger(child: Child) -> None:
    tells(child)
    content = b"\n".join(as_bytes(value) for _name, value in rows(*_SEALED))
    for word in ("Lata", "Asha", "unsafe", "urgent", "harm", "adult", "told", "audio"):
        assert word.encode() not in content, word


@pytest.mark.dialect("what a thief reads in the rows")
def test_two_opposite_tellings_leave_rows_of_the_same_shape(child: Child) -> None:
    """Urgent and harm with somebody left out, and a broken lamp: nothing outside the seals differs."""
    shapes = []
    for told in (
        {"topic": "unsafe", "by_whom": "adult", "danger": "yes", "left_out": [child.id_of("asha")]},
        {"topic": "broken", "by_whom": "thing", "danger": "no"},
    ):
        before = [len(as_bytes(value)) for _name, value in rows(*_SEALED)]
        child.opens()
        child.tells(**told)
        after = sorted((name, len(as_bytes(value))) for name, value in rows(*_SEALED))
        shapes.append((len(after) - len(before), after))
    first = shapes[0][1]
    assert shapes[1][1] == sorted([*first, *first])
    assert shapes[0][0] == shapes[1][0]


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_page_that_breaks_says_nothing_of_it(child: Child, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    child.opens()
    sheet, page = child.tablet.hidden["sheet"], child.tablet.hidden
    with db.engine().begin() as connection:
        connection.exec_driver_sql("ALTER TABLE thread_entries RENAME TO gone_entries")
    sent = {**page, "words": WORDS[0], "how": HOW, "come": "yes", "voice": voice(VOICE)}
    answer = child.tablet.ask("POST", "/tell", data=sent, headers=JSON)
    assert answer.status_code == 500
    assert "tell.send" in caplog.text
    said = (caplog.text + answer.text).encode()
    for secret in (WORDS[0], HOW, sheet, VOICE[-200:]):
        assert not [one for one in disguises(secret) if one in said], secret
