"""The fixtures of the desk, and what a child does before she calls."""

from tests.grievances.conftest import team
from tests.support.rounds import sheet_of
from tests.support.visitor import Visitor

__all__ = ["team"]


def screens_after_telling(tablet: Visitor) -> str:
    """Tell on a tablet; gives the screens that follow, with the pictures of her code."""
    told = {"topic": "broken", "words": "the lamp", "sheet": sheet_of(tablet.open("/tell").text)}
    return str(tablet.ask("POST", "/tell", data=told, headers={"Accept": "application/json"}).get_json()["screens"])
