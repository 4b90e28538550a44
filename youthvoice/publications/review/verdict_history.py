"""What frozen views of the same children have said of a question's changes, and what a new view may say besides. Pure.

A view says what changed since the wave before it. Later views of the same question make a row, and two verdicts that
share a wave narrow it twice (PRIVACY.md A6 d): so a new verdict is said only where the whole row still leaves enough.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from youthvoice.privacy.disclosure.bands import Band
from youthvoice.privacy.disclosure.change_verdicts import Verdict
from youthvoice.privacy.disclosure.phrasing import compare_waves
from youthvoice.privacy.disclosure.verdict_rows import PublishedVerdict, PublishedWave, is_safe_in_row
from youthvoice.publications.band_lines import GOOD_SIDE
from youthvoice.publications.review.trends import question_identity
from youthvoice.publications.snapshot import Frozen

_VERDICTS: Final = ("more", "fewer", "no_clear_change")


@dataclass(slots=True)
class AnswerHistory:
    """The waves of one answer, by keys, and the verdicts between them; `newest` is the last one told of."""

    waves: dict[str, PublishedWave] = field(default_factory=dict)
    said: list[PublishedVerdict] = field(default_factory=list)
    newest: str = ""

    def add(self, view: Frozen, line: Mapping[str, Any], *, is_earlier: bool) -> None:
        """What one view says of it; whether it is of a round that ended before the one that is drafted."""
        here = view["round"]
        self.waves[here] = _wave(line)
        if line["before"]:
            before = key_of_wave_before(view)
            self.waves.setdefault(before, _wave(line["before"]))
            self._say(PublishedVerdict(before, here, is_linked=_is_linked(view)), line["change"])
        since = line.get("since")
        if since and since["round"] in self.waves:
            self._say(PublishedVerdict(since["round"], here, is_linked=False), since["change"])
        self.newest = here if is_earlier else self.newest

    def _say(self, said_verdict: PublishedVerdict, change: str | None) -> None:
        first, then = self.waves[said_verdict.before], self.waves[said_verdict.after]
        if change in _VERDICTS and compare_waves(first.band, first.n, then.band, then.n) == "too_wide":
            verdict = cast(Verdict, change)
            self.said.append(PublishedVerdict(said_verdict.before, said_verdict.after, said_verdict.is_linked, verdict))

    def bears(self, view: Frozen, line: Mapping[str, Any]) -> bool:
        """Whether a verdict between a view's line and the wave before it is said in this row, whatever it is."""
        before = key_of_wave_before(view)
        waves = {before: _wave(line["before"]), **self.waves, view["round"]: _wave(line)}
        return is_safe_in_row(waves, self.said, PublishedVerdict(before, view["round"], is_linked=_is_linked(view)))

    def bears_since(self, view: Frozen, line: Mapping[str, Any]) -> bool:
        """Whether a verdict between a view's line and the newest round before is said, whatever it is."""
        waves = {**self.waves, view["round"]: _wave(line)}
        return is_safe_in_row(waves, self.said, PublishedVerdict(self.newest, view["round"], is_linked=False))


def histories_of(view: Frozen, earlier: Sequence[Frozen]) -> dict[tuple[str, str], AnswerHistory]:
    """By question and answer of a view, what earlier views of the same children said of it."""
    rows = sorted((one for one in earlier if one["round"] != view["round"]), key=_order)
    found = {}
    for question in view["questions"]:
        wanted = question_identity(question)
        for line in question["lines"]:
            history = AnswerHistory({view["round"]: _wave(line)})  # a later view may speak of it already
            for one, other in _lines_of(rows, wanted, line["key"]):
                history.add(one, other, is_earlier=_order(one) < _order(view))
            found[question["name"], line["key"]] = history
    return found


def _order(view: Frozen) -> tuple[str, str]:
    return view["last_day"], view["round"]


def key_of_wave_before(view: Frozen) -> str:
    """What the wave before a view is called in a row: its round, or, told of with it alone, a name of its own."""
    before = view["before"]
    return str((before and before["round"]) or f"{view['round']}/before")


def hide_verdicts_of_a_full_row(views: Mapping[str, Frozen], earlier: Sequence[Frozen]) -> None:
    """Take back what a new view's lines say of their change where the row they stand in does not bear it."""
    for view in views.values():
        histories = histories_of(view, earlier)
        for question in view["questions"]:
            for line in question["lines"]:
                history = histories[question["name"], line["key"]]
                if history.said and line["change"] in _VERDICTS and not _is_said_by_bands(line):
                    line["change"] = line["change"] if history.bears(view, line) else "too_wide"


def lines_with_a_round_before(
    view: Frozen, earlier: Sequence[Frozen]
) -> Iterator[tuple[str, dict[str, Any], str, str]]:
    """The lines of a new view whose verdict since the newest round before may be said, whatever it is.

    Returns:
        Name of the question, line, the slug of that round, and what the question is called there.
    """
    by_round = {one["round"]: one for one in earlier}
    histories = histories_of(view, earlier)
    for question in view["questions"]:
        for line in question["lines"]:
            history = histories[question["name"], line["key"]]
            if line["before"] or not history.newest or not _has_two_sides(question, line["key"]):
                continue
            wanted = question_identity(question)
            there = next(
                question for question in by_round[history.newest]["questions"] if question_identity(question) == wanted
            )
            if _has_two_sides(there, line["key"]) and history.bears_since(view, line):
                yield question["name"], line, history.newest, there["name"]


def _has_two_sides(question: Mapping[str, Any], key: str) -> bool:
    """Whether a line stands beside everything else, and nothing more."""
    wanted = "" if key == GOOD_SIDE else key
    return any(table["key"] == wanted and len(table["now"]["categories"]) == 2 for table in question["tables"])  # noqa: PLR2004


def _is_said_by_bands(line: Mapping[str, Any]) -> bool:
    first, published_wave = _wave(line["before"]), _wave(line)
    return compare_waves(first.band, first.n, published_wave.band, published_wave.n) != "too_wide"


def _lines_of(rows: Sequence[Frozen], wanted: object, key: str) -> Iterator[tuple[Frozen, Mapping[str, Any]]]:
    for view in rows:
        for question in view["questions"]:
            if question_identity(question) == wanted:
                yield from ((view, line) for line in question["lines"] if line["key"] == key)


def _wave(line: Mapping[str, Any]) -> PublishedWave:
    return PublishedWave(line["n"], Band(line["low"], line["high"]))


def _is_linked(view: Frozen) -> bool:
    return bool(view["linked"]) or view["before"] is None
