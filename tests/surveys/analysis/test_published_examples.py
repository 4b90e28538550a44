"""Published examples through the front door: sheets entered, the batch closed, `youthvoice surveys analyse` asked.

Each figure is compared to every digit that was printed.
"""

from pathlib import Path

import pytest
from flask import Flask

from tests.support.front_door import ENDS, GRADES, FrontDoor, question
from tests.support.long_tests import long_test
from tests.support.open_rounds import NOW
from youthvoice.surveys.rounds.entities import Span


@pytest.fixture
def door(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FrontDoor:
    return FrontDoor(app, tmp_path, monkeypatch)


@long_test("RUN")
def test_bland_1319_schoolchildren_asked_at_12_and_at_14(door: FrontDoor) -> None:
    """Bland, An Introduction to Medical Statistics: severe colds, 356 and 468 children; 144 and 256 changed."""
    cells = [("yes", "yes", 212), ("yes", "no", 144), ("no", "yes", 256), ("no", "no", 707)]
    found = door.pairs(cells, "yes_no")
    (asked,) = found["questions"]
    assert (found["linked"], found["n_pre"], found["n_post"], found["n_pairs"]) == ("card", 1319, 1319, 1319)
    assert (asked["counts"]["before"]["yes"], asked["counts"]["after"]["yes"]) == (356, 468)
    assert asked["transitions"] == {"yes": {"yes": 212, "no": 144}, "no": {"yes": 256, "no": 707}}
    assert round(asked["effect"], 3) == 0.085
    assert asked["p"] < 0.001
    assert asked["verdict"] == (
        "Of 1319 children 256 changed to the better, 144 to the worse; chance alone would rarely do that."
    )


def test_fagerland_lydersen_and_laake_21_pairs(door: FrontDoor) -> None:
    """BMC Medical Research Methodology 13:91 (2013), airway hyper-responsiveness: exact 0.070, mid-p 0.039."""
    (asked,) = door.pairs([("yes", "yes", 1), ("yes", "no", 1), ("no", "yes", 7), ("no", "no", 12)], "yes_no")[
        "questions"
    ]
    assert (asked["test"], round(asked["p"], 3), round(asked["p_mid"], 3)) == ("mcnemar_exact", 0.070, 0.039)
    assert asked["verdict"].endswith("; chance alone could do that as well.")


@long_test("RUN")
def test_stuart_1955_unaided_vision_of_7477_women_on_one_sheet(door: FrontDoor) -> None:
    """Biometrika 42:412: right eye and left eye as before and now. Stuart-Maxwell 11.96, Bowker (1948) 19.11."""
    table = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
    keys = ("best", "second", "third", "worst")
    options = f"options = [{GRADES}]"
    (facts,) = door.open(
        question("was", "choose_one", f'{options}\nmoment = "before"'),
        question("eye", "choose_one", f'{options}\nmoment = "now"\npair = "was"'),
        invited=7477, link="sheet", waves=(Span("single", NOW, ENDS),),
    )  # fmt: skip
    rows = [
        f"{before},{after}"
        for before, line in zip(keys, table, strict=True)
        for after, people in zip(keys, line, strict=True)
        for _ in range(people)
    ]
    door.enter(facts, "was,eye", rows)
    (asked,) = door.analysed(facts)["questions"]
    assert (asked["test"], round(asked["statistic"], 2), asked["df"]) == ("stuart_maxwell", 11.96, 3)
    (symmetry,) = asked["also"]
    assert (symmetry["test"], round(symmetry["statistic"], 2), symmetry["df"]) == ("bowker", 19.11, 6)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [((48, 32), (56, 14), 0.0524, 0.3339), ((3, 7), (9, 1), 0.1705, 0.8090)],
)
def test_newcombe_1998_differences_of_independent_shares(
    door: FrontDoor, first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    """Statistics in Medicine 17:873, table II, method 10: 56/70 - 48/80 and 9/10 - 3/10."""
    before, after = (list(zip(("yes", "no"), wave, strict=True)) for wave in (first, second))
    found = door.groups(before, after, "yes_no")
    (asked,) = found["questions"]
    assert found["n_pairs"] is None
    assert (asked["test"], round(asked["ci_low"], 4), round(asked["ci_high"], 4)) == ("newcombe", low, high)
    assert asked["transitions"] is None


def test_brunner_and_munzel_2000_shoulder_pain(door: FrontDoor) -> None:
    """Biometrical Journal 42:17: 14 and 11 people, scores 1 to 5; p 0.005786, 0.788961 (0.5952169 to 0.9827052)."""
    before = [("one", 11), ("two", 2), ("four", 1)]
    after = [("one", 3), ("two", 1), ("three", 4), ("four", 2), ("five", 1)]
    (asked,) = door.groups(before, after, "faces")["questions"]
    assert asked["test"] == "brunner_munzel"
    assert (round(asked["p"], 6), round(asked["effect"], 6)) == (0.005786, 0.788961)
    assert (round(asked["ci_low"], 7), round(asked["ci_high"], 7)) == (0.5952169, 0.9827052)
    assert asked["verdict"] == (
        "Picked at random, the later child answers better in 79 of 100 pairs; chance alone would rarely do that."
    )
