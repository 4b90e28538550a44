"""What children of one site said to the same question, round after round: published bands beside each other. Pure.

A trend reads frozen views and nothing else. Rounds of before the last few are told of by the year: their bands are
added, lows to lows and highs to highs, never counts. Between two rounds "more" or "fewer" is said by the rule for
waves, else that the ranges are too wide to show a change.

Source: PRIVACY.md A5, A6, A8; STANDARDS.md S9.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, cast

from flask_babel import lazy_gettext as _l, ngettext

from youthvoice.privacy.disclosure.bands import Band
from youthvoice.privacy.disclosure.change_verdicts import Change
from youthvoice.privacy.disclosure.phrasing import compare_waves
from youthvoice.privacy.disclosure.safe_table import bands_together
from youthvoice.privacy.text_skeleton import text_skeleton
from youthvoice.publications import labels
from youthvoice.publications.band_lines import BandLine
from youthvoice.publications.snapshot import Frozen

ROUNDS_ALONE: Final = 6
"""So many rounds stand alone, the newest ones; those before are told of by the year."""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A published band on the line of a trend.

    Attributes:
        line: `low`, `high`, `n`, `code`, `tenths` of a line of a view, in answers; `code` is `between` for several.
        day: the last day of its round, ISO 8601; of several rounds their year.
        rounds: how many it is of.
        round: of one, its slug; empty for a wave that has no view of its own.
    """

    line: BandLine
    day: str
    rounds: int = 1
    round: str = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """One answer of a question, the oldest round first.

    Attributes:
        key: of the line, as in `band_lines.lines_of_table`.
        points: two at least.
        changes: since the day of an earlier round, to the newest one: since the one before, and since the first that
            stands alone, where that is another.
    """

    key: str
    points: tuple[TrendPoint, ...]
    changes: tuple[tuple[str, Change], ...]


def find_trends(view: Frozen, earlier: Iterable[Frozen]) -> dict[str, tuple[Trend, ...]]:
    """The trends of a view, by question; a question without one is left out.

    Args:
        view: frozen, the newest round.
        earlier: approved views for the same audience, of the same children (site, or group of one), in any order.
    """
    before = [one for one in earlier if _order(one) < _order(view) and one["purpose"] == view["purpose"]]
    rounds = [*sorted(before, key=_order), view]
    asked = [(one, other, question_identity(other)) for one in rounds for other in one["questions"]]
    found = {}
    for question in view["questions"]:
        wanted = question_identity(question)
        same = [(one, other) for one, other, identity in asked if identity == wanted]
        trends = tuple(
            trend for line in question["lines"] if (trend := _trend_of_line(line["key"], same, question, view))
        )
        if trends:
            found[question["name"]] = trends
    return found


def _order(view: Frozen) -> tuple[str, str]:
    return view["last_day"], view["round"]


def question_identity(question: Mapping[str, Any]) -> tuple[object, ...]:
    """The same of two frozen questions that are one, whatever they are called: T9, and the same good side (A5)."""
    options = ((key, _skeleton(words)) for key, words in question["labels"].items())
    return (
        question["kind"],
        question["as"],
        _skeleton(question["text"]),
        frozenset(options),
        frozenset(question["good"]),
    )


def _skeleton(words: Mapping[str, str]) -> str:
    language = "en" if "en" in words else next(iter(words))
    return text_skeleton(words[language], language)


def _trend_of_line(
    key: str, same: Sequence[tuple[Frozen, Mapping[str, Any]]], newest: Mapping[str, Any], view: Frozen
) -> Trend | None:
    single = [trend_point for one, question in same for trend_point in _points_of_round(one, question, key)]
    said_already = view["before"] is not None and any(line["before"] for line in newest["lines"])
    if len(single) < 2 or (said_already and len(single) == 2):  # noqa: PLR2004 - two stand beside each other already
        return None
    alone = single[-ROUNDS_ALONE:]
    return Trend(key, (*_by_year(single[:-ROUNDS_ALONE]), *alone), tuple(_changes(alone, view)))


def _points_of_round(view: Frozen, question: Mapping[str, Any], key: str) -> Iterator[TrendPoint]:
    """What a round said; of waves whose children are linked by a card the first one has no view of its own."""
    for line in question["lines"]:
        if line["key"] == key:
            if line["before"] and view["linked"] and view["before"]:
                yield TrendPoint(line["before"], view["before"]["last_day"])
            yield TrendPoint(line, view["last_day"], round=view["round"])


def _by_year(points: Sequence[TrendPoint]) -> Iterator[TrendPoint]:
    for year, of_year in groupby(points, key=lambda point: point.day[:4]):
        several = list(of_year)
        if len(several) == 1:
            yield several[0]
            continue
        both = bands_together(Band(point.line["low"], point.line["high"]) for point in several)
        n = sum(point.line["n"] for point in several)
        line = {"low": both.low, "high": both.high, "n": n, "code": "between", "tenths": None}
        yield TrendPoint(line, year, len(several))


def _changes(points: Sequence[TrendPoint], view: Frozen) -> Iterator[tuple[str, Change]]:
    for place in sorted({0, len(points) - 2}, reverse=True):
        yield points[place].day, _compare_points(points, place, view)


def _compare_points(points: Sequence[TrendPoint], place: int, view: Frozen) -> Change:
    """By the bands; where they hide it, by the verdict that the newest view bears on what was before it (A6)."""
    trend_point, newest = points[place], points[-1].line
    by_bands = _compare(trend_point.line, newest)
    if by_bands != "too_wide" or place != len(points) - 2:
        return by_bands
    since, before = newest.get("since"), view["before"] if newest["before"] else None
    if since and since["round"] == trend_point.round:
        return cast(Change, since["change"])
    if before and before["round"] == trend_point.round:
        return cast(Change, newest["change"])
    return by_bands


def _compare(one: BandLine, other: BandLine) -> Change:
    return compare_waves(Band(one["low"], one["high"]), one["n"], Band(other["low"], other["high"]), other["n"])


@dataclass(frozen=True, slots=True)
class RenderedTrend:
    """A trend in the words of a language.

    Attributes:
        label: what the answer is; empty where the question has one row only.
        points: day or year, the band in words and in numbers, low, high and n.
        changes: mark and words.
        is_hidden: whether the ranges hide what changed since the round before; said once a page, with all others.
    """

    label: str
    points: tuple[tuple[str, str, str, int, int, int], ...]
    changes: tuple[tuple[str, str], ...]
    is_hidden: bool = False


_CHANGES: Final = {
    "more": ("more", _l("More than on %(day)s.")),
    "fewer": ("fewer", _l("Fewer than on %(day)s.")),
    "no_clear_change": ("no-change", _l("No clear change since %(day)s.")),
}


def render_trends(view: Frozen, earlier: Iterable[Frozen], language: str) -> dict[str, tuple[RenderedTrend, ...]]:
    """The trends of a view in a language, which must be the one that gettext speaks now; arguments as `find_trends`."""
    questions = {question["name"]: question for question in view["questions"]}
    return {
        name: tuple(_rendered(trend, questions[name], len(trends) == 1, language, view) for trend in trends)
        for name, trends in find_trends(view, earlier).items()
    }


def _rendered(trend: Trend, question: Mapping[str, Any], alone: bool, language: str, view: Frozen) -> RenderedTrend:  # noqa: FBT001
    label = "" if alone else labels.line_label(question, trend.key, language, view["languages"])
    points = tuple(_point(trend_point) for trend_point in trend.points)
    trend_changes = tuple(_change(*change) for change in trend.changes if change[1] != "too_wide")
    return RenderedTrend(label, points, trend_changes, is_hidden=trend.changes[0][1] == "too_wide")


def _point(trend_point: TrendPoint) -> tuple[str, str, str, int, int, int]:
    line = trend_point.line
    day = labels.frozen_day_label(trend_point.day) if trend_point.rounds == 1 else _year(trend_point)
    return day, labels.band_label(line), labels.band_numbers_label(line), line["low"], line["high"], line["n"]


def _year(trend_point: TrendPoint) -> str:
    return str(
        ngettext(
            "%(year)s, %(num)s round", "%(year)s, %(num)s rounds together", trend_point.rounds, year=trend_point.day
        )
    )


def _change(day: str, change: Change) -> tuple[str, str]:
    mark, words = _CHANGES[change]
    return mark, str(words) % {"day": labels.frozen_day_label(day)}
