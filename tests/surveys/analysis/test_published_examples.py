"""Published worked examples through the front door: sheets entered, the batch closed, `flask surveys analyse` asked.

Each figure is compared to every digit that was printed.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from tests.support.open_rounds import NOW, House, a_house, kept, log
from tests.support.people import PASSWORD, Somebody
from youthvoice import db
from youthvoice.surveys.batches.closing import close_due
from youthvoice.surveys.questionnaires.toml_reader import read_toml
from youthvoice.surveys.responses.paper_file import MAX_PAPER_SHEETS
from youthvoice.surveys.responses.store import deal_cards
from youthvoice.surveys.rounds.entities import Round, Span
from youthvoice.surveys.rounds.opening import open_rounds

ENDS = datetime(2026, 12, 4, tzinfo=UTC)
WAVES = (Span("pre", NOW, ENDS), Span("post", NOW, ENDS))
HEAD = """\
purpose = "regular"
ages = "13-17"
languages = ["en"]
title = { en = "A published example" }
[scales]
faces = [
  { key = "one", en = "One" }, { key = "two", en = "Two" }, { key = "three", en = "Three" },
  { key = "four", good = true, en = "Four" }, { key = "five", good = true, en = "Five" },
]
yes_no = [{ key = "yes", good = true, en = "Yes" }, { key = "no", en = "No" }]
"""
GRADES = "".join(f'{{ key = "{key}", en = "{key.title()}" }}, ' for key in ("best", "second", "third", "worst"))


def question(name: str, kind: str, more: str = "") -> str:
    return f'[[question]]\nname = "{name}"\nkind = "{kind}"\ntext = {{ en = "About {name}?" }}\n{more}\n'


class FrontDoor:
    """A house in which two adults enter sheets, and an advocate opens the analysis."""

    def __init__(self, app: Flask, folder: Path, signs: pytest.MonkeyPatch) -> None:
        self.app, self.folder, self.signs = app, folder, signs
        self.house: House = a_house()

    def open(self, *questions: str, invited: int, link: str, waves: Sequence[Span] = WAVES) -> list[Round]:
        known = kept(read_toml((HEAD + "".join(questions)).encode(), "example"), self.house.advocate)
        with db.writing(db.engine()) as session:
            opening = self.house.opening(known, link=link, spans=tuple(waves), invited=invited)
            return open_rounds(session, opening, log())

    def enter(self, facts: Round, columns: str, rows: Sequence[str]) -> None:
        self._sign(self.house.facilitator, self.house.advocate)
        for at in range(0, len(rows), MAX_PAPER_SHEETS):
            path = self.folder / "sheets.csv"
            path.write_text("\n".join((columns, *rows[at : at + MAX_PAPER_SHEETS])) + "\n", "utf-8")
            self._run("answers", facts.slug, path)

    def pairs(self, cells: Sequence[tuple[str, str, int]], kind: str) -> dict[str, Any]:
        """Linked by cards: children by what they said before and after."""
        said = [(before, after) for before, after, children in cells for _ in range(children)]
        rounds = self.open(question("asked", kind), invited=len(said), link="card")
        with db.writing(db.engine()) as session:
            deck = deal_cards(session, rounds[0], self.house.site_id, len(said))
        named = [";".join(picture.name for picture in card) for card in deck]
        for wave, facts in enumerate(rounds):
            self.enter(facts, "card,asked", [f"{card},{pair[wave]}" for card, pair in zip(named, said, strict=True)])
        return self.analysed(rounds[-1])

    def groups(self, before: Sequence[tuple[str, int]], after: Sequence[tuple[str, int]], kind: str) -> dict[str, Any]:
        """Not linked: children of each wave by what they said."""
        rounds = self.open(question("asked", kind), invited=80, link="none")
        for facts, said in zip(rounds, (before, after), strict=True):
            self.enter(facts, "asked", [answer for answer, children in said for _ in range(children)])
        return self.analysed(rounds[-1])

    def analysed(self, facts: Round) -> dict[str, Any]:
        close_due(ENDS + timedelta(hours=1))
        self._sign(self.house.advocate)
        found: dict[str, Any] = json.loads(self._run("analyse", facts.slug, "--json").stdout)
        return found

    def _sign(self, first: Somebody, second: Somebody | None = None) -> None:
        self.signs.setenv("YOUTHVOICE_SIGN_IN", f"{first.handle}:{PASSWORD}")
        if second:
            self.signs.setenv("YOUTHVOICE_SECOND_SIGN_IN", f"{second.handle}:{PASSWORD}")

    def _run(self, *words: object) -> Result:
        result = self.app.test_cli_runner().invoke(args=["surveys", *map(str, words)])
        assert result.exit_code == 0, result.output
        return result


@pytest.fixture
def door(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FrontDoor:
    return FrontDoor(app, tmp_path, monkeypatch)


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
