"""The pictures that a child chooses between: each another one, and none says which answer is good."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.support.child_at_tablet import a_child
from tests.support.visitor import Visitor
from youthvoice.committees.agenda.entities import TOPICS, WISHES
from youthvoice.grievances.intake import intake_options
from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.reviews.statements import options as statement_options
from youthvoice.threads.child_fields import Pick

SOMEBODY = "1F464"
"""Who has a name: she is known by it, and by the colour and the shape behind her."""
CHILDREN, ADULTS = {"1F9D2", "1F466", "1F467"}, {"1F9D3", "1F9D1-200D-1F9D2"}


def screens(page: str) -> Iterator[tuple[str, list[str]]]:
    """Each screen of a page, or all of it, and the pictures there in order."""
    parts = re.split(r'<section class="screen', page.partition('<svg class="sprite"')[0])
    for part in parts[1:] or parts:
        name = re.search(r'aria-labelledby="([^"]+)"', part)
        yield (name[1] if name else "page"), re.findall(r'href="#[po]-([^"]+)"', part)


@pytest.mark.parametrize("path", ["/", "/help", "/rights", "/tell", "/exit/en"])
def test_no_screen_shows_a_picture_twice(app: Flask, visitor: Callable[[], Visitor], path: str) -> None:
    for name, shown in screens(a_child(visitor()).tablet.open(path).text):
        chosen = [one for one in shown if one != SOMEBODY]
        assert len(chosen) == len(set(chosen)), f"{name}: {chosen}"


@pytest.mark.parametrize(
    ("of", "child", "adult"), [(intake_options.BY_WHOM, "child", "adult"), (intake_options.WITH, "alone", "adult")]
)
def test_an_adult_looks_like_no_child(of: tuple[Pick, ...], child: str, adult: str) -> None:
    """1F9D1 and 1F9D2 are the same face to whoever cannot read the word under it."""
    pictures = {pick.code: pick.picture for pick in of}
    assert pictures[child] in CHILDREN
    assert pictures[adult] in ADULTS


def test_a_picture_of_a_code_stands_for_nothing_else_that_a_child_taps() -> None:
    """CHILD-UX: who learnt seven pictures would meet one of them again, and take it for hers."""
    codes = {one.code for screen in SCREENS for one in screen}
    lists = [value for module in (intake_options, statement_options) for value in vars(module).values()]
    picks = [pick for value in lists if isinstance(value, tuple) for pick in value if isinstance(pick, Pick)]
    assert len(picks) > 40
    assert not [pick for pick in picks if pick.picture in codes]
    assert not codes & {*TOPICS.values(), *WISHES.values()}


def test_being_hit_touched_teased_or_shouted_at_can_be_told(app: Flask, visitor: Callable[[], Visitor]) -> None:
    page = a_child(visitor()).tablet.open("/tell").text
    for code, drawn in (("hit", "hit"), ("touched", "touched"), ("teased", "teased"), ("shouted_at", "shouted")):
        assert f'name="topic" value="{code}"' in page
        assert f'id="o-{drawn}"' in page, "its picture is drawn"


def test_yes_and_no_are_marks_of_ink(app: Flask, visitor: Callable[[], Visitor]) -> None:
    page = a_child(visitor()).tablet.open("/tell").text
    assert [pick.picture for pick in intake_options.YES_NO] == ["yes", "no"]
    assert not re.search("#p-(2705|274C|274E|2714|2716)", page)


def test_whoever_is_in_danger_does_not_smile_and_wave(app: Flask, visitor: Callable[[], Visitor]) -> None:
    page = a_child(visitor()).tablet.open("/tell").text
    asked = page[page.index('data-question="danger"') : page.index('data-question="may_know"')]
    assert re.findall('href="#o-([a-z-]+)"', asked)[:3] == ["worried", "no", "dont-know"]
