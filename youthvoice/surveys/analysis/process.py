"""The process that analyses: chooses the test for each question and runs all of them; JSON in, JSON out.

Only this process loads SciPy, and it ends with its answer, so that no web worker holds them.

Source: PRIVACY.md B (which method for which design).
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from youthvoice.jobs.isolated_process import limit_this_process
from youthvoice.surveys.analysis import inference
from youthvoice.surveys.analysis.entities import (
    NO_TEST,
    Comparison,
    Design,
    Moves,
    QuestionCounts,
    QuestionResult,
    TestResult,
)

MAX_MEMORY: Final = 3 * 1024 * 1024 * 1024  # bytes of address space; the libraries reserve much more than they use

MAX_CPU_SECONDS: Final = 60  # of one core, on the slowest machine


def compare(comparison: Comparison) -> list[QuestionResult]:
    """Compare the two waves of every question.

    "I don't know" and a skip are neither on a scale nor on a side of a share: such children are left out of that
    question's figures, and `n_before` and `n_after` say how many are included. In a knowledge item "I don't know"
    counts as not right.
    """
    return [(_compare_linked if comparison.linked else _compare_unlinked)(counts) for counts in comparison.questions]


def _compare_linked(counts: QuestionCounts) -> QuestionResult:
    table = _table(counts)
    n = sum(map(sum, table))
    moves = inference.count_moves(table) if n else Moves(0, 0, 0)
    if counts.design == "square":  # these answers have no order: every move counts as one
        moves = Moves(moves.better + moves.worse, moves.same, 0)
    results = _PAIRED[counts.design](table) if n else (NO_TEST,)
    return QuestionResult(
        name=counts.name, n_before=n, n_after=n, moves=moves, main=results[0], also=tuple(results[1:])
    )


def _table(counts: QuestionCounts) -> list[list[int]]:
    """Children by answer before and after, without those who are left out."""
    transitions, sides = counts.transitions, _sides(counts)
    return [
        [sum(transitions.get(first, {}).get(then, 0) for first in before for then in after) for after in sides]
        for before in sides
    ]


def _sides(counts: QuestionCounts) -> list[tuple[str, ...]]:
    """The answers that count together, the worst or least first."""
    if counts.design == "knowledge":
        right = counts.order[-1]
        answers = dict.fromkeys((*counts.order, *counts.before, *counts.after))
        return [tuple(key for key in answers if key not in {right, _DID_NOT_SAY}), (right,)]
    return [(key,) for key in counts.order]


_DID_NOT_SAY: Final = "did_not_say"  # as `questionnaire.DID_NOT_SAY`, without loading that module


def _two_by_two(table: Sequence[Sequence[int]]) -> tuple[TestResult, ...]:
    """Compare a share; before in rows and after in columns, each with the good side last."""
    (neither, better), (worse, both) = table
    return (inference.compare_paired_shares(better, worse, both, neither),)


def _scale(table: Sequence[Sequence[int]]) -> tuple[TestResult, ...]:
    return (*inference.compare_paired_ranks(table), *inference.compare_square(table))


_PAIRED: Final[Mapping[Design, Callable[[Sequence[Sequence[int]]], tuple[TestResult, ...]]]] = {
    "share": _two_by_two,
    "knowledge": _two_by_two,
    "scale": _scale,
    "amount": _scale,
    "square": inference.compare_square,
    "options": lambda _table: (NO_TEST,),
}


def _compare_unlinked(counts: QuestionCounts) -> QuestionResult:
    sides = _sides(counts)
    before, after = (
        [sum(wave.get(key, 0) for key in side) for side in sides] for wave in (counts.before, counts.after)
    )
    n_before, n_after = sum(before), sum(after)
    main = NO_TEST
    if n_before and n_after and counts.design in {"share", "knowledge"}:
        main = inference.compare_shares((before[-1], n_before), (after[-1], n_after))
    elif n_before and n_after and counts.design in {"scale", "amount"}:
        main = inference.compare_ranks(before, after)
    return QuestionResult(name=counts.name, n_before=n_before, n_after=n_after, moves=None, main=main)


def main() -> None:
    """Answer one request on standard input."""
    limit_this_process(MAX_MEMORY, MAX_CPU_SECONDS)
    comparison = msgspec.json.decode(sys.stdin.buffer.read(), type=Comparison)
    answer = sys.stdout.buffer
    sys.stdout = sys.stderr  # libraries print warnings
    answer.write(msgspec.json.encode(compare(comparison)))
    answer.flush()


if __name__ == "__main__":
    main()
