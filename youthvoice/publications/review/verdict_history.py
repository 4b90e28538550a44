"""The verdicts that frozen views of the same children contain about a question, and what a new view may add. Pure.

A view says what changed since the wave before it. The waves of one question, in order, are a row. Two verdicts that
share a wave both narrow its counts (PRIVACY.md A6 d), so a new verdict is published only if the whole row still leaves
enough possibilities.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

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
    """The published waves of one answer, by key, and the verdicts between them; `newest` is the last earlier round."""

    waves: dict[str, PublishedWave] = field(default_factory=dict)
    verdicts: list[PublishedVerdict] = field(default_factory=list)
    newest: str = ""

    def add(self, view: Frozen, line: Mapping[str, Any], *, is_earlier: bool) -> None:
        """Add what one view says of the answer; `is_earlier` if its round ended before the drafted one."""
        key = view["round"]
        self.waves[key] = _wave(line)
        if line["before"]:
            before = key_of_wave_before(view)
            self.waves.setdefault(before, _wave(line["before"]))
            self._add_verdict(PublishedVerdict(before, key, is_linked=_is_linked(view)), line["change"])
        since = line.get("since")
        if since and since["round"] in self.waves:
            self._add_verdict(PublishedVerdict(since["round"], key, is_linked=False), since["change"])
        self.newest = key if is_earlier else self.newest

    def _add_verdict(self, verdict: PublishedVerdict, change: str | None) -> None:
        """Add a verdict, unless it follows from the bands of its two waves anyway."""
        old, new = self.waves[verdict.before], self.waves[verdict.after]
        if change in _VERDICTS and compare_waves(old.band, old.n, new.band, new.n) == "too_wide":
            code = cast(Verdict, change)
            self.verdicts.append(PublishedVerdict(verdict.before, verdict.after, verdict.is_linked, code))

    def is_safe(self, view: Frozen, line: Mapping[str, Any]) -> bool:
        """Whether any verdict between a view's line and the wave before it may be published in this row."""
        before = key_of_wave_before(view)
        waves = {before: _wave(line["before"]), **self.waves, view["round"]: _wave(line)}
        return is_safe_in_row(waves, self.verdicts, PublishedVerdict(before, view["round"], is_linked=_is_linked(view)))

    def is_safe_since(self, view: Frozen, line: Mapping[str, Any]) -> bool:
        """Whether any verdict between a view's line and the newest earlier round may be published."""
        waves = {**self.waves, view["round"]: _wave(line)}
        return is_safe_in_row(waves, self.verdicts, PublishedVerdict(self.newest, view["round"], is_linked=False))


class ViewLine(NamedTuple):
    """A line of a view about an answer to a question."""

    view: Frozen
    question: Mapping[str, Any]
    line: Mapping[str, Any]


LinesByAnswer = Mapping[tuple[object, str], Sequence[ViewLine]]
"""By the identity of a question and the key of an answer: its lines, in the order of views."""


def find_lines_by_answer(views: Sequence[Frozen]) -> LinesByAnswer:
    """The lines of views about each answer; of ten years of rounds each question is read once."""
    lines = defaultdict[tuple[object, str], list[ViewLine]](list)
    for view in sorted(views, key=_order):
        for question in view["questions"]:
            identity = question_identity(question)
            for line in question["lines"]:
                lines[identity, line["key"]].append(ViewLine(view, question, line))
    return lines


def _history_of(view: Frozen, line: Mapping[str, Any], lines: Sequence[ViewLine]) -> AnswerHistory:
    """What other views of the same children, also later ones, say about an answer of a view."""
    history = AnswerHistory({view["round"]: _wave(line)})  # a later view may contain it
    for other in lines:
        history.add(other.view, other.line, is_earlier=_order(other.view) < _order(view))
    return history


def _order(view: Frozen) -> tuple[str, str]:
    return view["last_day"], view["round"]


def key_of_wave_before(view: Frozen) -> str:
    """The key of the wave before a view: the slug of its round; another key where that wave has no view of its own."""
    before = view["before"]
    return str((before and before["round"]) or f"{view['round']}/before")


def hide_unsafe_verdicts(views: Mapping[str, Frozen], view_lines: LinesByAnswer) -> None:
    """Replace the verdicts of new views that the row with all other views makes unsafe by `too_wide`."""
    for view in views.values():
        for question in view["questions"]:
            identity = question_identity(question)
            for line in question["lines"]:
                if line["change"] not in _VERDICTS or _is_said_by_bands(line):
                    continue
                history = _history_of(view, line, view_lines.get((identity, line["key"]), ()))
                if history.verdicts and not history.is_safe(view, line):
                    line["change"] = "too_wide"


def find_lines_to_compare(view: Frozen, view_lines: LinesByAnswer) -> Iterator[tuple[str, dict[str, Any], str, str]]:
    """The lines of a new view whose verdict since the newest earlier round may be published.

    Returns:
        Name of the question, line, slug of that earlier round, and name of the question there.
    """
    for question in view["questions"]:
        identity = question_identity(question)
        for line in question["lines"]:
            lines = view_lines.get((identity, line["key"]), ())
            if line["before"] or not lines or not _has_two_sides(question, line["key"]):
                continue
            history = _history_of(view, line, lines)
            earlier_question = next((other.question for other in lines if other.view["round"] == history.newest), None)
            if not earlier_question or not _has_two_sides(earlier_question, line["key"]):
                continue
            if history.is_safe_since(view, line):
                yield question["name"], line, history.newest, earlier_question["name"]


def _has_two_sides(question: Mapping[str, Any], key: str) -> bool:
    """Whether a table separates a line from everything else, and has nothing more."""
    table_key = "" if key == GOOD_SIDE else key
    return any(table["key"] == table_key and len(table["now"]["categories"]) == 2 for table in question["tables"])  # noqa: PLR2004


def _is_said_by_bands(line: Mapping[str, Any]) -> bool:
    old, new = _wave(line["before"]), _wave(line)
    return compare_waves(old.band, old.n, new.band, new.n) != "too_wide"


def _wave(line: Mapping[str, Any]) -> PublishedWave:
    return PublishedWave(line["n"], Band(line["low"], line["high"]))


def _is_linked(view: Frozen) -> bool:
    """Whether the same children answered before and now: by cards, or in one wave with a question about before."""
    return bool(view["linked"]) or view["before"] is None
