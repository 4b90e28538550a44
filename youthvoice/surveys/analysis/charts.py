"""Charts of change between two waves, as self-contained SVG: paired dots for shares, bars for moves up and down.

Each chart has a title and a description; the page has its figures in a table beside it. Patterns, not only colours,
distinguish the sides. For languages written from right to left the chart runs from the right.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from markupsafe import Markup, escape

from youthvoice.surveys.analysis.entities import Moves
from youthvoice.surveys.analysis.report import AnalysedQuestion, Analysis
from youthvoice.surveys.questionnaires.questionnaire import DONT_KNOW
from youthvoice.web.i18n import languages

_WIDTH: Final = 640  # units; the chart scales to its place on the page

_SIDE: Final = 24  # on both sides of the axis

_LINE: Final = 20  # height of a line of text

_ROW: Final = 34  # height of a question's dots or bars

_LETTERS: Final = 74  # of a line of text at most

_TOP: Final = 30  # above the first row, for the axis

_INK: Final = "#2b2621"

_SOFT: Final = "#857866"

_UP: Final = "#2166ac"

_DOWN: Final = "#b2182b"


@dataclass(frozen=True, slots=True)
class ShareRow:
    """The share of one question in both waves, 0 to 1."""

    label: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class MoveRow:
    """How many moved in one question."""

    label: str
    moves: Moves


@dataclass(frozen=True, slots=True)
class ChartWords:
    """The texts of a chart.

    Attributes:
        title: what it shows.
        description: how to read it, for people who do not see it.
        low: label of the left mark: before, or worse.
        high: label of the right mark: now, or better.
        language: its code.
        direction: `ltr` or `rtl`.
    """

    title: str
    description: str
    low: str
    high: str
    language: str
    direction: str


CHARTS: Final = ("shares", "moves")
"""The names of the charts of an analysis."""


def draw_chart(name: str, analysis: Analysis) -> Markup:
    """Draw a chart of an analysis in the reader's language; empty where there is nothing to draw.

    Args:
        name: one of `CHARTS`.
        analysis: of two waves.
    """
    return _draw_shares_of(analysis) if name == "shares" else _draw_moves_of(analysis)


def share_rows(analysis: Analysis) -> list[ShareRow]:
    """The share of the good side in both waves, of every question that has one.

    Skips and "I don't know" are left out of a share, but "I don't know" counts as not right where there is a right
    answer.
    """
    return [
        ShareRow(_question_text(question), before, after)
        for question in analysis.questions
        if question.good
        and (before := _share(question, question.counts.before)) is not None
        and (after := _share(question, question.counts.after)) is not None
    ]


def _share(question: AnalysedQuestion, counts: Mapping[str, int]) -> float | None:
    answered = sum(counts.get(key, 0) for key in question.question.keys) + (
        counts.get(DONT_KNOW, 0) if question.question.right else 0
    )
    return sum(counts.get(key, 0) for key in question.good) / answered if answered else None


def move_rows(analysis: Analysis) -> list[MoveRow]:
    """How many children moved up and down, of every question whose answers have an order."""
    ordered_designs = {"share", "knowledge", "scale", "amount"}
    return [
        MoveRow(_question_text(question), question.result.moves)
        for question in analysis.questions
        if question.result.moves and question.counts.design in ordered_designs
    ]


def _question_text(question: AnalysedQuestion) -> str:
    return question.question.text.get(languages.chosen()) or next(iter(question.question.text.values()))


def _draw_shares_of(analysis: Analysis) -> Markup:
    rows = share_rows(analysis)
    description = _("For each question the share on the good side: a ring for before, a full dot for now.")
    words = _words_of(_("The good side, in a hundred children"), description, _("Before"), _("Now"))
    return draw_shares(rows, words) if rows else Markup()


def _draw_moves_of(analysis: Analysis) -> Markup:
    rows = move_rows(analysis)
    description = _("For each question a striped bar for children who moved down, a full one for those who moved up.")
    words = _words_of(_("Who moved, and which way"), description, _("Worse or less"), _("Better or more"))
    return draw_moves(rows, words) if rows else Markup()


def _words_of(title: str, description: str, low: str, high: str) -> ChartWords:
    language = languages.chosen()
    return ChartWords(title, description, low, high, languages.tag(language), languages.direction(language))


def draw_shares(rows: Sequence[ShareRow], words: ChartWords) -> Markup:
    """Draw a paired dot chart: a ring for before, a full dot for now, a line between; 0 to 100 of a hundred children.

    Args:
        rows: at least one, in order.
        words: in the reader's language.
    """
    return _picture(_share_parts(rows, words), _tops([row.label for row in rows])[-1] + _LINE, words)


def _share_parts(rows: Sequence[ShareRow], words: ChartWords) -> Iterator[str]:
    tops = _tops([row.label for row in rows])
    yield from _legend(words)
    for row, top in zip(rows, tops, strict=False):
        yield from _label(row.label, top, words.direction)
        y = top + len(_lines(row.label)) * _LINE + _ROW / 2
        yield from _axis(y, words.direction)
        x_before, x_after = _across(row.before, words.direction), _across(row.after, words.direction)
        colour = _UP if row.after >= row.before else _DOWN
        yield f'<line x1="{x_before}" y1="{y}" x2="{x_after}" y2="{y}" stroke="{colour}" stroke-width="3"/>'
        yield f'<circle cx="{x_before}" cy="{y}" r="7" fill="#fff" stroke="{colour}" stroke-width="3"/>'
        yield f'<circle cx="{x_after}" cy="{y}" r="7" fill="{colour}"/>'
    for tenth in range(0, 11, 2):
        x = _across(tenth / 10, words.direction)
        yield _text(f"{tenth * 10}", x, tops[-1] + 12, anchor="middle", size=12)


def _legend(words: ChartWords) -> Iterator[str]:
    """A ring and a full dot, each with its label, in reading direction."""
    for at, (label, fill) in enumerate(((words.low, "#fff"), (words.high, _INK))):
        x = _across(at * 0.3 + 0.01, words.direction)
        yield f'<circle cx="{x}" cy="{_TOP - 17}" r="6" fill="{fill}" stroke="{_INK}" stroke-width="2"/>'
        yield _text(label, x + (-14 if words.direction == "rtl" else 14), _TOP - 12, anchor="start", size=14)


def _axis(y: float, direction: str) -> Iterator[str]:
    for tenth in range(0, 11, 2):
        x = _across(tenth / 10, direction)
        yield f'<line x1="{x}" y1="{y - 9}" x2="{x}" y2="{y + 9}" stroke="{_SOFT}"/>'
    ends = _across(0, direction), _across(1, direction)
    yield f'<line x1="{ends[0]}" y1="{y}" x2="{ends[1]}" y2="{y}" stroke="{_SOFT}" stroke-width="0.5"/>'


def draw_moves(rows: Sequence[MoveRow], words: ChartWords) -> Markup:
    """Draw bars on both sides of a middle line: children who answered worse and better, without those who did not move.

    Args:
        rows: at least one, in order.
        words: in the reader's language.
    """
    return _picture(_move_parts(rows, words), _tops([row.label for row in rows])[-1] + 8, words)


def _move_parts(rows: Sequence[MoveRow], words: ChartWords) -> Iterator[str]:
    tops, middle = _tops([row.label for row in rows]), _WIDTH / 2
    most = max((max(row.moves.better, row.moves.worse) for row in rows), default=0) or 1
    longest_bar = middle - _SIDE - 40
    sign = -1 if words.direction == "rtl" else 1  # of the side on which better is
    yield _text(words.low, middle - sign * 12, _TOP - 12, anchor="end", size=14)
    yield _text(words.high, middle + sign * 12, _TOP - 12, anchor="start", size=14)
    for row, top in zip(rows, tops, strict=False):
        yield from _label(row.label, top, words.direction)
        y = top + len(_lines(row.label)) * _LINE + 8
        yield f'<line x1="{middle}" y1="{y - 5}" x2="{middle}" y2="{y + 21}" stroke="{_INK}"/>'
        moves = ((row.moves.worse, -sign, "url(#stripes)", _DOWN), (row.moves.better, sign, _UP, _UP))
        for number, side, fill, colour in moves:
            width = longest_bar * number / most
            x = middle if side > 0 else middle - width
            yield f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="16" fill="{fill}" stroke="{colour}"/>'
            outward = "start" if side == sign else "end"  # away from the middle, in the direction of reading
            yield _text(str(number), middle + side * (width + 8), y + 13, anchor=outward, size=14)


def _tops(labels: Sequence[str]) -> list[float]:
    """The top of each row, and the bottom of the last one."""
    tops = [float(_TOP)]
    for label in labels:
        tops.append(tops[-1] + len(_lines(label)) * _LINE + _ROW)
    return tops


def _lines(label: str) -> list[str]:
    return textwrap.wrap(label, _LETTERS) or [""]


def _label(label: str, top: float, direction: str) -> Iterator[str]:
    x = _WIDTH - _SIDE if direction == "rtl" else _SIDE
    for at, line in enumerate(_lines(label), 1):
        yield _text(line, x, top + at * _LINE - 4, anchor="start", size=15, colour=_INK)


def _across(share: float, direction: str) -> float:
    at = _SIDE + (_WIDTH - 2 * _SIDE) * share
    return round(_WIDTH - at if direction == "rtl" else at, 1)


def _text(  # noqa: PLR0913 - where and how
    words: str, x: float, y: float, *, anchor: str, size: int, colour: str = _INK
) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{escape(words)}</text>'


def _picture(parts: Iterator[str], height: float, words: ChartWords) -> Markup:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {_WIDTH} {height:g}" lang="{words.language}" '
        f'direction="{words.direction}" font-family="Noto Sans, sans-serif">'
        f"<title>{escape(words.title)}</title><desc>{escape(words.description)}</desc>"
        '<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" fill="#fff"/><rect width="3" height="6" fill="{_DOWN}"/></pattern></defs>'
    )
    return Markup(head + "".join(parts) + "</svg>")  # noqa: S704 - every word in it was escaped above
