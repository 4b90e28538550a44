"""Texts of an analysis: a plain sentence for each result, names and meanings of tests, why there is no analysis.

Source: PRIVACY.md B.
"""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice.surveys.analysis.entities import Design, QuestionResult, TestResult

RARE: Final = 0.05
"""Below this probability a result is called rare; the usual one in twenty."""

TEST_LABELS: Final = {
    "mcnemar_exact": _l("McNemar's exact test"),
    "wilcoxon": _l("Wilcoxon's signed-rank test"),
    "sign": _l("Sign test"),
    "stuart_maxwell": _l("Stuart-Maxwell test"),
    "bowker": _l("Bowker's test of symmetry"),
    "newcombe": _l("Newcombe's interval of a difference"),
    "brunner_munzel": _l("Brunner-Munzel test"),
    "none": _l("No test"),
}

TEST_MEANINGS: Final = {
    "mcnemar_exact": _l("Whether more children changed one way than the other."),
    "wilcoxon": _l("Whether answers moved up or down, large steps counting more."),
    "sign": _l("Whether more children moved up than down, every step counting alike."),
    "stuart_maxwell": _l("Whether the shares of the answers changed at all."),
    "bowker": _l("Whether as many moved from one answer to another as came back."),
    "newcombe": _l("How far apart the two shares are, with the doubt of both."),
    "brunner_munzel": _l("Whether a child of the second time tends to answer higher."),
    "none": _l("Nothing but counting suits this question."),
}

EFFECT_LABELS: Final = {
    "mcnemar_exact": _l("Change of the share"),
    "newcombe": _l("Change of the share"),
    "wilcoxon": _l("Rank-biserial correlation"),
    "brunner_munzel": _l("Chance that the later answer is higher"),
}


def verdict(design: Design, result: QuestionResult) -> str:
    """One sentence about a question's change, and whether chance alone would often cause it.

    Args:
        design: how it was compared.
        result: of the question.
    """
    if not result.n_before or not result.n_after:
        return str(_("Too few children gave an answer both times."))
    if result.moves:
        return _of_pairs(design, result)
    return _of_two_groups(design, result)


def _of_pairs(design: Design, result: QuestionResult) -> str:
    assert result.moves is not None
    moves: Mapping[str, int] = {
        "n": result.n_before,
        "better": result.moves.better,
        "same": result.moves.same,
        "worse": result.moves.worse,
    }
    if design == "options":
        return str(_("Counted only: children could choose several answers."))
    if not result.moves.better + result.moves.worse:
        return str(_("Of %(n)s children nobody answered otherwise than before.", **moves))
    words = {
        "knowledge": lambda: _("Of %(n)s children %(better)s learnt it, %(worse)s forgot it", **moves),
        "share": lambda: _("Of %(n)s children %(better)s changed to the better, %(worse)s to the worse", **moves),
        "scale": lambda: _("Of %(n)s children %(better)s answered better, %(worse)s worse, %(same)s the same", **moves),
        "amount": lambda: _("Of %(n)s children %(better)s said more, %(worse)s less, %(same)s the same", **moves),
        "square": lambda: _("Of %(n)s children %(better)s changed their answer, %(same)s did not", **moves),
    }[design]()
    return str(_("%(change)s; %(chance)s", change=words, chance=_chance(result.main.p)))


def _chance(p: float | None) -> str:
    if p is None:
        return str(_("there are too few to say more."))
    if p < RARE:
        return str(_("chance alone would rarely do that."))
    return str(_("chance alone could do that as well."))


def _of_two_groups(design: Design, result: QuestionResult) -> str:
    main = result.main
    if main.effect is None:
        return str(_("Counted only: these are not known to be the same children."))
    if design == "scale":
        words = _("Picked at random, the later child answers better in %(times)s of 100 pairs", times=_times(main))
        return str(_("%(change)s; %(chance)s", change=words, chance=_chance(main.p)))
    if design == "amount":
        words = _("Picked at random, the later child says more in %(times)s of 100 pairs", times=_times(main))
        return str(_("%(change)s; %(chance)s", change=words, chance=_chance(main.p)))
    change = {"change": percent(main.effect), "low": percent(main.ci_low or 0), "high": percent(main.ci_high or 0)}
    words = _("The share changed by %(change)s points of a hundred (%(low)s to %(high)s)", **change)
    p = 0.0 if is_beyond_chance(main) else 1.0  # this test has an interval and no p
    return str(_("%(change)s; %(chance)s", change=words, chance=_chance(p)))


def _times(result: TestResult) -> int:
    return round(100 * (result.effect or 0))


def is_beyond_chance(result: TestResult) -> bool:
    """Whether chance alone would rarely cause a result."""
    if result.p is not None:
        return result.p < RARE
    low, high = result.ci_low, result.ci_high
    return low is not None and high is not None and (low > 0 or high < 0)


def percent(share: float) -> str:
    """A difference of shares in percentage points, with its sign: `+8.5`."""
    return f"{100 * share:+.1f}".replace("-", "\N{MINUS SIGN}")


def number(value: float | None) -> str:
    """A statistic with at most two decimals; empty where there is none."""
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def p_value(value: float | None) -> str:
    """A p-value with three decimals, below that `<0.001`; empty where there is none."""
    if value is None:
        return ""
    return "<0.001" if value < 0.001 else f"{value:.3f}"  # noqa: PLR2004 - what three digits can say


def effect(result: TestResult) -> str:
    """The size of a change with its interval; empty where the test gives none."""
    if result.effect is None:
        return ""
    format_value = percent if result.test in {"mcnemar_exact", "newcombe"} else number
    size = f"{EFFECT_LABELS[result.test]}: {format_value(result.effect)}"
    if result.ci_low is None or result.ci_high is None:
        return size
    return str(
        _(
            "%(size)s (%(low)s to %(high)s)",
            size=size,
            low=format_value(result.ci_low),
            high=format_value(result.ci_high),
        )
    )


ANALYSIS_REFUSALS: Final = {
    "not_closed": _l("This round is not closed yet. Nothing is counted before."),
    "not_counted": _l("This round closed without being counted, so there is nothing to analyse."),
    "asked_once": _l("This was asked once. There is nothing to compare it with."),
    "other_wave_missing": _l("The other wave was not counted, so there is nothing to compare with."),
    "under_twenty_pairs": _l("Fewer than twenty children answered both times: in so few a child would be recognised."),
    "are_linked": _l("These waves are linked: tests for different children would be wrong here."),
    "not_linked": _l("Nobody knows which answers are of the same child, so tests of pairs would be wrong here."),
    "of_feedback": _l("Children speak here of who answered them: nobody sees exact figures, not even an advocate."),
    "busy": _l("Somebody else's analysis is being made. Try again in a minute."),
    "cannot_analyse": _l(
        "The analysis could not be made. Try again; if it fails again, ask your system administrator."
    ),
}
"""Why there is no analysis, by code."""
