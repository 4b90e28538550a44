"""Trends: the answers of children of one site to the same question over several rounds, as published bands. Pure.

A trend reads only frozen views. Rounds before the last few are shown by year: their bands are added, lows to lows and
highs to highs, never counts. Between two rounds "more" or "fewer" follows the rule for waves; else the ranges are too
wide to show a change.

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
"""The newest rounds are shown one by one; those before by year."""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A published band at one point of a trend.

    Attributes:
        line: `low`, `high`, `n`, `code`, `tenths` of a line of a view; `code` is `between` for several rounds.
        day: the last day of its round, ISO 8601; of several rounds their year.
        rounds: the number of its rounds.
        round: the slug of its only round; empty for a wave without a view of its own.
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
        points: at least two.
        changes: each with the day of an earlier round: since the round before, and since the first one that is shown
            alone, if that is another.
    """

    key: str
    points: tuple[TrendPoint, ...]
    changes: tuple[tuple[str, Change], ...]


def find_trends(view: Frozen, other_views: Iterable[Frozen]) -> dict[str, tuple[Trend, ...]]:
    """The trends of a view, by question; questions without one are left out.

    Args:
        view: frozen; a trend ends with it.
        other_views: approved, for the same audience and the same children (sites and group), in any order; later ones
            and those of another purpose are left out.
    """
    before = [other for other in other_views if _order(other) < _order(view) and other["purpose"] == view["purpose"]]
    rounds = [*sorted(before, key=_order), view]
    identified = [(old, other, question_identity(other)) for old in rounds for other in old["questions"]]
    trends_by_question = {}
    for question in view["questions"]:
        own_identity = question_identity(question)
        same_question = [(old, other) for old, other, identity in identified if identity == own_identity]
        trends = tuple(
            trend for line in question["lines"] if (trend := _trend_of_line(line["key"], same_question, question, view))
        )
        if trends:
            trends_by_question[question["name"]] = trends
    return trends_by_question


def _order(view: Frozen) -> tuple[str, str]:
    return view["last_day"], view["round"]


def question_identity(question: Mapping[str, Any]) -> tuple[object, ...]:
    """A value that is equal for two frozen questions with the same meaning, whatever their names (T9, A5).

    It holds kind, text, options and the good side.
    """
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
    key: str, same_question: Sequence[tuple[Frozen, Mapping[str, Any]]], newest: Mapping[str, Any], view: Frozen
) -> Trend | None:
    """The trend of one answer; None without two points, or where the view itself shows both beside each other.

    Args:
        key: of the line.
        same_question: views that have it, each with it, the oldest first; the last is `newest` in `view`.
        newest: the question.
        view: the newest one.
    """
    points = [trend_point for old, question in same_question for trend_point in _points_of_round(old, question, key)]
    shows_two = view["before"] is not None and any(line["before"] for line in newest["lines"])
    if len(points) < (3 if shows_two else 2):
        return None
    shown_alone = points[-ROUNDS_ALONE:]
    return Trend(key, (*_by_year(points[:-ROUNDS_ALONE]), *shown_alone), tuple(_changes(shown_alone, view)))


def _points_of_round(view: Frozen, question: Mapping[str, Any], key: str) -> Iterator[TrendPoint]:
    """The bands of one round; the first of two linked waves has no view of its own, so its band is in this one."""
    for line in question["lines"]:
        if line["key"] == key:
            if line["before"] and view["linked"] and view["before"]:
                yield TrendPoint(line["before"], view["before"]["last_day"])
            yield TrendPoint(line, view["last_day"], round=view["round"])


def _by_year(points: Sequence[TrendPoint]) -> Iterator[TrendPoint]:
    for year, group in groupby(points, key=lambda point: point.day[:4]):
        of_year = list(group)
        if len(of_year) == 1:
            yield of_year[0]
            continue
        band = bands_together(Band(point.line["low"], point.line["high"]) for point in of_year)
        n = sum(point.line["n"] for point in of_year)
        line = {"low": band.low, "high": band.high, "n": n, "code": "between", "tenths": None}
        yield TrendPoint(line, year, len(of_year))


def _changes(points: Sequence[TrendPoint], view: Frozen) -> Iterator[tuple[str, Change]]:
    for place in sorted({0, len(points) - 2}, reverse=True):  # since the round before, then since the first one
        yield points[place].day, _compare_points(points, place, view)


def _compare_points(points: Sequence[TrendPoint], place: int, view: Frozen) -> Change:
    """The change between a point and the newest one.

    By their bands; if these hide it, by the verdict that the newest view has about what was before it (A6).
    """
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


def _compare(old: BandLine, new: BandLine) -> Change:
    return compare_waves(Band(old["low"], old["high"]), old["n"], Band(new["low"], new["high"]), new["n"])


@dataclass(frozen=True, slots=True)
class RenderedTrend:
    """A trend in a language.

    Attributes:
        label: the answer; empty if the question has a single line.
        points: day or year, the band in words and in numbers, low, high and n.
        changes: icon and words.
        is_hidden: whether the ranges are too wide to show a change since the round before; listed once a page.
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


def render_trends(view: Frozen, other_views: Iterable[Frozen], language: str) -> dict[str, tuple[RenderedTrend, ...]]:
    """The trends of a view in the present gettext language; arguments as for `find_trends`."""
    questions = {question["name"]: question for question in view["questions"]}
    return {
        name: tuple(_render_trend(trend, questions[name], len(trends) == 1, language, view) for trend in trends)
        for name, trends in find_trends(view, other_views).items()
    }


def _render_trend(trend: Trend, question: Mapping[str, Any], alone: bool, language: str, view: Frozen) -> RenderedTrend:  # noqa: FBT001
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
