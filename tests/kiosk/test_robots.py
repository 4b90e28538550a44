"""Search engines keep nothing of a house, and learn nothing of what it is."""

from collections.abc import Callable

from flask import Flask

from tests.support.visitor import Visitor


def test_search_engines_are_asked_to_stay_away_and_told_nothing(app: Flask, visitor: Callable[[], Visitor]) -> None:
    assert visitor().open("/robots.txt").text == "User-agent: *\nDisallow: /\n"
