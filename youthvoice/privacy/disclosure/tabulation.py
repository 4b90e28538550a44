"""Tabulation: the categories in which a question is published, decided by kind, declaration and n, not by counts."""

from collections.abc import Collection, Mapping, Sequence

from youthvoice.privacy.disclosure.bands import FULL_CATEGORIES, max_categories
from youthvoice.privacy.disclosure.safe_table import SafeTable, protect, refuse_wrong_counts

DID_NOT_SAY = "did_not_say"
"""Skipped, don't know, or ruled out by `when`: always a category, so that a skip never leaks by subtraction."""

DONT_KNOW = "dont_know"
"""An answer that a child may choose; counted as `DID_NOT_SAY`."""

GOOD, REST = "good", "rest"
"""The two categories of a scale below 60 children: its declared good side, and everything else."""

CHOSEN, NOT_CHOSEN = "chosen", "not_chosen"


def tabulate(
    counts: Mapping[str, int],
    *,
    scale: bool,
    good: Collection[str] = (),
    groups: Mapping[str, Sequence[str]] | None = None,
) -> tuple[SafeTable, ...]:
    """Tabulate one question of one batch, once, for all audiences.

    Below 60 children a scale is published as `GOOD` and `REST`, from 60 on as declared; so is a knowledge item, whose
    good side is the right answer. Everything else is published as declared, in its declared groups if there are any.

    Nothing is published, and () returned, when that makes more categories than n allows: more than five options without
    a merge, or more than two categories among 10 or 12 children. Publishing each option separately would be no way
    out: these tables share one sum, and together they reveal what the refused table would.

    Args:
        counts: children per declared answer, including answers that nobody gave, in the order of the page;
            `DID_NOT_SAY` may be missing, `DONT_KNOW` is added to it.
        scale: whether the answers have a good side and a rest.
        good: the answers on a scale's declared good side.
        groups: a declared merge, for questions that are no scale, as in `merge_answers`.

    Returns:
        One table, or none.

    Raises:
        ValueError: fewer than ten children, wrong counts, or a declaration that does not fit the answers.

    Source: PRIVACY.md A3, A4, A5.
    """
    counts = _merge_silence(counts)
    n = sum(counts.values())
    if groups and not scale:
        counts = merge_answers(counts, groups)
    if scale and n < FULL_CATEGORIES:
        counts = _two_sides(counts, good)
    if 0 < max_categories(n) < len(counts):
        return ()
    return (protect(counts),)


def tabulate_options(counts: Mapping[str, int], n: int) -> dict[str, SafeTable]:
    """Tabulate a question with several answers: every option separately, chosen or not chosen.

    Args:
        counts: how many children chose each option; a child may be in several.
        n: children in the batch, including those who chose nothing.

    Raises:
        ValueError: fewer than ten children, or an option with more than n.

    Source: PRIVACY.md A3.
    """
    return {option: protect({CHOSEN: count, NOT_CHOSEN: n - count}) for option, count in counts.items()}


def merge_answers(counts: Mapping[str, int], groups: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Add up answers in the groups that a questionnaire declares.

    Args:
        counts: children per answer.
        groups: the answers of each group, in the order of the page; `DID_NOT_SAY` stays separate, last, unless a group
            names it.

    Raises:
        ValueError: wrong counts, or a group that names an unknown answer, or an answer in no group or in two.

    Source: PRIVACY.md A3.
    """
    refuse_wrong_counts(counts)
    named = [answer for answers in groups.values() for answer in answers]
    if DID_NOT_SAY in counts and DID_NOT_SAY not in named:
        groups = {**groups, DID_NOT_SAY: [*groups.get(DID_NOT_SAY, ()), DID_NOT_SAY]}
        named.append(DID_NOT_SAY)
    if sorted(named) != sorted(counts):
        raise ValueError("Every answer must be in exactly one group.")
    return {group: sum(counts[answer] for answer in answers) for group, answers in groups.items()}


def _merge_silence(counts: Mapping[str, int]) -> dict[str, int]:
    """Merge "don't know" into "did not say", which is the last category and always exists."""
    refuse_wrong_counts(counts)
    return {
        **{answer: count for answer, count in counts.items() if answer not in (DID_NOT_SAY, DONT_KNOW)},
        DID_NOT_SAY: counts.get(DID_NOT_SAY, 0) + counts.get(DONT_KNOW, 0),
    }


def _two_sides(counts: Mapping[str, int], side: Collection[str]) -> dict[str, int]:
    """Merge the answers of the good side, and everything else, "did not say" included."""
    if not side or not set(side) < set(counts) or DID_NOT_SAY in side:
        raise ValueError("One side must be some of the declared answers, and not silence.")
    return merge_answers(counts, {GOOD: list(side), REST: [answer for answer in counts if answer not in side]})
