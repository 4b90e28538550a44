"""A frozen view as a file: what a spreadsheet would run is text."""

import pytest

from youthvoice.web.i18n.spreadsheet_cells import harmless_cell


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", " =", "\ufeff="]
)
def test_no_cell_begins_a_formula(sign: str) -> None:
    """Full-width signs and line breaks before one count as well."""
    assert harmless_cell(f"{sign}1+1") == f"'{sign}1+1"


@pytest.mark.parametrize("plain", ["About half", "3 = 3", "", 0, 12, "खाना"])
def test_ordinary_cells_stay_as_they_are(plain: object) -> None:
    assert harmless_cell(plain) == plain
