"""Input and output of the process that analyses: plain values, without its libraries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Design = Literal["share", "knowledge", "scale", "amount", "square", "options"]
"""How a question is compared: a share of two answers, a right answer, an ordered scale from worse to better, an ordered
amount from less to more, one of several answers, or answers that do not exclude each other."""

TestName = Literal[
    "mcnemar_exact", "wilcoxon", "sign", "stuart_maxwell", "bowker", "newcombe", "brunner_munzel", "none"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """The result of a statistical test.

    Attributes:
        test: its name.
        statistic: of the test; None where it has none.
        df: degrees of freedom; None where it has none.
        p: two-sided, 0 to 1; None where the test gives none.
        p_mid: the mid-p of an exact test; None elsewhere.
        effect: the size of the change, by test: `mcnemar_exact` and `newcombe` the difference of two shares
            (-1 to 1, better is above 0), `wilcoxon` the matched rank-biserial correlation (-1 to 1),
            `brunner_munzel` the chance that a child of the second wave answers higher than one of the first (0 to 1,
            ties are half).
        ci_low: lower end of the 95 % interval of the effect; None where there is none.
        ci_high: upper end.
    """

    test: TestName
    statistic: float | None = None
    df: int | None = None
    p: float | None = None
    p_mid: float | None = None
    effect: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None


NO_TEST = TestResult(test="none")


@dataclass(frozen=True, slots=True)
class Moves:
    """How pairs moved: children who answered better (or more, or otherwise), the same, and worse (or less)."""

    better: int
    same: int
    worse: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCounts:
    """The exact counts of one question in two waves.

    Attributes:
        name: of the question.
        design: how it is compared.
        order: its answers; on a scale the worst first, for a share the good one last, for knowledge the right one last.
        before: children by answer in the first wave, `dont_know` and `did_not_say` too.
        after: the same of the second wave.
        transitions: children by their answer before, then after; empty where waves are not linked.
    """

    name: str
    design: Design
    order: tuple[str, ...]
    before: Mapping[str, int]
    after: Mapping[str, int]
    transitions: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionResult:
    """The results of one question.

    Attributes:
        name: of the question.
        n_before: children whose answers the figures use, in the first wave; for linked waves the pairs.
        n_after: the same of the second.
        moves: for linked waves.
        main: the result that its sentence is about.
        also: further tests of the same data.
    """

    name: str
    n_before: int
    n_after: int
    moves: Moves | None
    main: TestResult
    also: tuple[TestResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The counts of all questions of a batch, to be compared.

    Attributes:
        linked: whether both answers of a child are linked.
        questions: in the order of the questionnaire.
    """

    linked: bool
    questions: tuple[QuestionCounts, ...]
