"""A house in which two adults enter sheets of a pair, and an advocate opens the analysis. Plainly invented."""

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
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
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

    def enter(self, round_: Round, columns: str, rows: Sequence[str]) -> None:
        self._sign(self.house.facilitator, self.house.advocate)
        for at in range(0, len(rows), MAX_PAPER_SHEETS):
            path = self.folder / "sheets.csv"
            path.write_text("\n".join((columns, *rows[at : at + MAX_PAPER_SHEETS])) + "\n", "utf-8")
            self._run("answers", round_.slug, path)

    def pairs(self, cells: Sequence[tuple[str, str, int]], kind: str) -> dict[str, Any]:
        """Linked by cards: children by what they said before and after; what the analysis of them says."""
        return self.analysed(self.counted_pairs(cells, kind))

    def counted_pairs(self, cells: Sequence[tuple[str, str, int]], kind: str) -> Round:
        """The same children, counted and not analysed, which takes a process of its own; gives the second wave."""
        said = [(before, after) for before, after, children in cells for _ in range(children)]
        rounds = self.open(question("asked", kind), invited=len(said), link="card")
        with db.writing(db.engine()) as session:
            deck = deal_cards(session, rounds[0], self.house.site_id, len(said))
        named = [";".join(picture.name for picture in card) for card in deck]
        for wave, facts in enumerate(rounds):
            self.enter(facts, "card,asked", [f"{card},{pair[wave]}" for card, pair in zip(named, said, strict=True)])
        close_due(ENDS + timedelta(hours=1))
        return rounds[-1]

    def groups(self, before: Sequence[tuple[str, int]], after: Sequence[tuple[str, int]], kind: str) -> dict[str, Any]:
        """Not linked: children of each wave by what they said; what the analysis of them says."""
        return self.analysed(self.counted_groups(before, after, kind))

    def counted_groups(self, before: Sequence[tuple[str, int]], after: Sequence[tuple[str, int]], kind: str) -> Round:
        """The same children, counted and not analysed; gives the second wave."""
        rounds = self.open(question("asked", kind), invited=80, link="none")
        for facts, said in zip(rounds, (before, after), strict=True):
            self.enter(facts, "asked", [answer for answer, children in said for _ in range(children)])
        close_due(ENDS + timedelta(hours=1))
        return rounds[-1]

    def analysed(self, round_: Round) -> dict[str, Any]:
        close_due(ENDS + timedelta(hours=1))
        self._sign(self.house.advocate)
        found: dict[str, Any] = json.loads(self._run("analyse", round_.slug, "--json").stdout)
        return found

    def refused(self, slug: str, *options: str) -> str:
        """Why the command gives no analysis."""
        self._sign(self.house.advocate)
        result = self.app.test_cli_runner().invoke(args=["surveys", "analyse", slug, *options])
        assert result.exit_code == 1, result.output
        return result.stderr

    def _sign(self, first: Somebody, second: Somebody | None = None) -> None:
        self.signs.setenv("YOUTHVOICE_SIGN_IN", f"{first.handle}:{PASSWORD}")
        if second:
            self.signs.setenv("YOUTHVOICE_SECOND_SIGN_IN", f"{second.handle}:{PASSWORD}")

    def _run(self, *words: object) -> Result:
        result = self.app.test_cli_runner().invoke(args=["surveys", *map(str, words)])
        assert result.exit_code == 0, result.output
        return result
