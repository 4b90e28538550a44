"""A judge: can somebody across the room, or on the line, tell who complains? 10,000 simulated visits, seeded.

The screens are those of the real pages, and the bytes those of really sealed envelopes. The visitors are a model: which
tile, whether to skip, write or speak, and how long each screen takes, is drawn the same way for everybody. So the judge
measures what the pages give away, not how children behave. Each figure is the area under the curve (AUC) of a logistic
regression that learns on one half of the visits and is tried on the other: 0.5 is guessing, 1 is knowing.

On the line nothing may be learnt. In the room the goal of 0.55 is not met: telling asks more screens than good news and
suggesting do, and whoever counts screens or seconds learns from it. The bound there holds what is reached, and only
falls.
"""

import json
import re
from html import unescape
from typing import Any, Final

import numpy as np
import pytest

from tests.support.good_news import GoodPlace
from tests.support.offline import manifest_of, seal
from tests.support.publications import starter
from tests.support.rounds import open_round

VISITS: Final = 10_000
ON_THE_LINE: Final = 0.55
IN_THE_ROOM: Final = {"screens": 0.858, "taps": 0.862, "seconds": 0.78, "all": 0.886}
"""At most; measured 0.857, 0.848, 0.747 and 0.885. These numbers only fall.

Once they rose, from 0.872: where somebody should come a child typed her name, which this model counts as no tap at all,
and now taps one of two tiles, which it counts. Without these two tiles it is 0.868.
Over surveys of three ages; over one alone the figure was 0.851, and 0.913 once its letter box had two screens, for the
judge learns the length of that one. Over three ages it was 0.865 before the letter box took a voice.
"""
_SECTION: Final = re.compile(r'<section class="screen"([^>]*)>(.*?)</section>', re.DOTALL)
_TILE: Final = re.compile(r'<input type="(?:radio|checkbox)" name="([\w-]+)" value="([^"]*)"')

Screen = tuple[str, Any, list[tuple[str, str]], bool]
"""Its question, its condition, its tiles, and whether it takes words or a voice."""


def screens_of(page: str) -> list[Screen]:
    """The screens of a page, in order."""
    screens = []
    for attributes, inside in _SECTION.findall(page):
        name = re.search(r'data-question="([^"]+)"', attributes)
        if "data-offline" in attributes or not (name or "data-assent" in attributes):
            continue
        when = re.search(r"data-when='([^']+)'|data-when=\"([^\"]+)\"", attributes)
        condition = json.loads(unescape(when[1] or when[2])) if when else None
        screens.append((name[1] if name else "", condition, _TILE.findall(inside), "<textarea" in inside))
    return screens


def holds(condition: Any, given: dict[str, str]) -> bool:
    """As screens.js decides whether a question is asked."""
    how, *rest = condition
    if how in {"all", "either"}:
        parts = rest[0] if len(rest) == 1 and isinstance(rest[0][0], list) else rest
        return (all if how == "all" else any)(holds(part, given) for part in parts)
    is_given: bool = given.get(rest[0]) == rest[1]
    return is_given if how == "is" else not is_given


def visit(screens: list[Screen], sizes: tuple[int, int], draw: np.random.Generator) -> list[float]:
    """One visit: bytes of its envelope, seconds since the request before, screens, taps, seconds."""
    given: dict[str, str] = {}
    seen, taps, seconds, speaks = 0, 1, 3.0, False
    for name, condition, tiles, is_free in screens:
        if condition is not None and not holds(condition, given):
            continue
        seen, taps, seconds = seen + 1, taps + 1, seconds + float(draw.lognormal(1.6, 0.6))
        if tiles and draw.random() < 0.8:
            given[name] = tiles[int(draw.integers(len(tiles)))][1]
            taps += 1
        if is_free and draw.random() < 0.4:
            speaks = bool(draw.random() < 0.5)
            taps, seconds = taps + 2, seconds + float(draw.lognormal(3.2, 0.6))
    return [sizes[speaks], float(draw.exponential(600)), seen, taps, seconds]


def area_under_curve(scores: np.ndarray, truth: np.ndarray) -> float:
    """How often a complaint scores above anything else; ties count half."""
    ordered = np.unique(scores, return_inverse=True)[1]
    counts = np.bincount(ordered)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[ordered]
    yes = int(truth.sum())
    return float((ranks[truth].sum() - yes * (yes + 1) / 2) / (yes * (len(truth) - yes)))


def judge(features: np.ndarray, truth: np.ndarray) -> float:
    """The AUC of a logistic regression with squares, on the half that it did not learn from."""
    spread = features.std(axis=0)
    plain = (features - features.mean(axis=0)) / np.where(spread > 0, spread, 1)
    inputs = np.hstack([np.ones((len(plain), 1)), plain, plain**2])
    learns, weights = np.arange(len(truth)) % 2 == 0, np.zeros(inputs.shape[1])
    for _step in range(800):
        guess = 1 / (1 + np.exp(-np.clip(inputs[learns] @ weights, -30, 30)))
        weights -= 0.3 * inputs[learns].T @ (guess - truth[learns]) / learns.sum()
    return area_under_curve(inputs[~learns] @ weights, truth[~learns])


@pytest.fixture
def visits(place: GoodPlace) -> tuple[np.ndarray, np.ndarray]:
    """What is seen of each visit, and whether it is a complaint.

    A quarter each tells, says something good, suggests, or answers a survey of one of three ages.
    """
    place.house.committee()
    site_ids, decider_id = [place.house.site_id], place.house.joshi.id
    rounds = [open_round(site_ids, decider_id, starter(f"daily-life-{ages}")) for ages in ("7-9", "10-12", "13-17")]
    paths = ("/tell", "/good", "/agenda/suggest", *(f"/survey/{round_.slug}" for round_ in rounds))
    place.browser.open("/language/en")
    flows = [screens_of(place.browser.ask("GET", path).text) for path in paths]
    assert all(len(screens) > 1 for screens in flows), [len(screens) for screens in flows]
    manifest, draw = manifest_of(place.browser), np.random.default_rng(20261130)
    plain = [len(seal(manifest, path, {"words": "a few words", "topic": "food"})) for path in paths]
    assert len(set(plain)) == 1, "every sealed form of words has one length, whatever it is"
    spoken = manifest["steps"]["voice"] - manifest["steps"]["words"]
    which = draw.choice(len(paths), size=VISITS, p=[1 / 4] * 3 + [1 / 12] * 3)
    rows = [visit(flows[flow], (plain[flow], plain[flow] + spoken), draw) for flow in which]
    return np.array(rows), which == 0


def test_nobody_on_the_line_can_tell_who_complains(visits: tuple[np.ndarray, np.ndarray]) -> None:
    """A2: bytes, which are those of real envelopes, and times, which the model draws alike for everybody."""
    features, truth = visits
    figure = judge(features[:, :2], truth)
    assert figure <= ON_THE_LINE, figure


def test_what_is_seen_across_the_room_tells_no_more_than_it_did(visits: tuple[np.ndarray, np.ndarray]) -> None:
    features, truth = visits
    parts = {"screens": [2], "taps": [3], "seconds": [4], "all": [0, 1, 2, 3, 4]}
    figures = {name: round(judge(features[:, columns], truth), 3) for name, columns in parts.items()}
    assert all(figures[name] <= IN_THE_ROOM[name] for name in parts), figures


def test_the_judge_finds_what_is_there() -> None:
    """It knows a flow that has other bytes, and learns nothing from noise."""
    draw = np.random.default_rng(7)
    truth, noise = draw.random(2000) < 0.25, draw.random((2000, 2))
    assert judge(noise + truth[:, None], truth) > 0.95
    assert abs(judge(noise, truth) - 0.5) < 0.06
