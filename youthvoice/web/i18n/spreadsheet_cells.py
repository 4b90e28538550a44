"""Cells of a file that is downloaded and opened in a spreadsheet: none is calculated there."""

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the last four are full-width


def harmless_cell(cell: object) -> object:
    """A cell that is safe in a spreadsheet: a text that looks like a formula gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" \u00a0\ufeff").startswith(_FORMULA) else cell
