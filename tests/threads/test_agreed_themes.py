"""PRIVACY.md A12: a theme is said by many, and how many said it is kept nowhere."""

from datetime import date
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import given, strategies as st
from sqlalchemy import select

from tests.support.people import house
from youthvoice import db
from youthvoice.threads.agreed_themes import (
    MAX_THEMES,
    SHARE_OF_A_BATCH,
    Theme,
    add_theme,
    list_themes,
    theme_refusal,
)
from youthvoice.threads.models import ThemeRow

SAID = Theme({"en": "Many wish for fruit.", "hi": "कई बच्चे फल चाहते हैं।"}, is_quote=False, day=date(2026, 11, 24))


@pytest.mark.parametrize(
    ("children", "sheets", "share", "code"),
    [
        (9, 9, SHARE_OF_A_BATCH, "too_few_children"),
        (10, 2, SHARE_OF_A_BATCH, "not_many"),
        (10, 3, SHARE_OF_A_BATCH, None),
        (13, 3, SHARE_OF_A_BATCH, "not_many"),
        (24, 5, SHARE_OF_A_BATCH, "not_many"),
        (24, 6, SHARE_OF_A_BATCH, None),
    ],
)
def test_at_least_three_sheets_and_so_large_a_share_say_it(
    children: int, sheets: int, share: Fraction, code: str | None
) -> None:
    assert theme_refusal(children, 24, sheets, share, 0) == code


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), st.integers(0, 9))
def test_no_theme_is_rare(children: int, wrote: int, sheets: int, themes: int) -> None:
    code = theme_refusal(children, wrote, sheets, SHARE_OF_A_BATCH, themes)
    is_theme = children >= 10 and themes < MAX_THEMES and 3 <= sheets <= wrote and 4 * sheets >= children
    assert (code is None) is is_theme


def test_what_is_kept_is_locked_of_one_length_and_holds_no_number(app: Flask) -> None:
    _site, people = house(["advocate", "coordinator"])
    both = people["advocate"].id, people["coordinator"].id
    with db.writing(db.engine()) as session:
        for theme in (SAID, Theme({"en": "Play." * 20}, is_quote=True, day=SAID.day)):
            add_theme(session, "round/lemon-kite", theme, *both)
        rows = session.scalars(select(ThemeRow)).all()
        assert len({len(row.locked) for row in rows}) == 1
        assert b"fruit" not in b"".join(row.locked for row in rows)
        assert SAID in list_themes(session, "round/lemon-kite")
        assert list_themes(session, "round/apple-bell") == []
        assert {column.name for column in ThemeRow.__table__.columns} == {
            "id", "subject", "locked", "day", "written_by", "agreed_by",
        }  # fmt: skip
