"""The rules for the parts of a questionnaire, which must fit together; `wording_rules` has those for its texts.

Each of these faults refuses a questionnaire, whether it was written for this program or imported (`find_misfits` of
`toml_reader`).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from youthvoice.surveys.questionnaires import questionnaire
from youthvoice.surveys.questionnaires.errors import FaultValue, QuestionnaireFault, make_fault

MAX_CATEGORIES = 5  # and "did not say": six, PRIVACY.md A3

MAX_TILES: Final = 24
"""Answers with pictures on one child's screen: twelve rows, four screen heights at 360x740 (62 answers took ten)."""

SPLIT_KINDS = frozenset({"choose_one", "number"})
"""The kinds by which a view may be split: one answer, without a good side."""

_RESERVED = {questionnaire.DONT_KNOW, questionnaire.DID_NOT_SAY, ""}


def consistency_faults(
    questions: Sequence[questionnaire.Question], purpose: questionnaire.Purpose, ages: questionnaire.Ages
) -> Iterator[QuestionnaireFault]:
    """Find everything that does not fit together; a fault of one question names it, and its `key` in the file."""
    yield from _questionnaire_faults(questions, purpose)
    if ages == questionnaire.SMALL_CHILDREN:
        yield from _small_children_faults(questions, purpose)
    earlier_questions: dict[str, questionnaire.Question] = {}
    for question in questions:
        if question.name in earlier_questions:
            yield question_fault(question, "name", "duplicate_name")
        yield from _options_faults(question, ages)
        for rule in (_bins_faults, _marks_faults, _merge_faults, _split_faults):
            yield from rule(question)
        if question.split and any(other.split == question.split for other in earlier_questions.values()):
            yield question_fault(question, "split", "split_twice")
        yield from _condition_faults(question, earlier_questions)
        yield from _pair_faults(question, earlier_questions)
        earlier_questions.setdefault(question.name, question)


def question_fault(question: questionnaire.Question, key: str, code: str, **values: FaultValue) -> QuestionnaireFault:
    """What is wrong at a key of a question."""
    return make_fault(code, question=question.name, key=key, **values)


def _questionnaire_faults(
    questions: Sequence[questionnaire.Question], purpose: questionnaire.Purpose
) -> Iterator[QuestionnaireFault]:
    if not any(question.coded for question in questions):
        yield make_fault("nothing_to_answer")
    for question in questions:
        if question.traits.input == "text" and purpose in {"care", "choice", "feedback"}:
            yield question_fault(question, "kind", "no_letter_box_here", purpose=purpose)
    if purpose == "choice" and [question.kind for question in questions if question.traits.input] not in (
        ["choose_one"],
        ["yes_no"],
    ):
        yield make_fault("choice_is_one_question")


def _small_children_faults(
    questions: Sequence[questionnaire.Question], purpose: questionnaire.Purpose
) -> Iterator[QuestionnaireFault]:
    """An adult sits beside them, so they are asked nothing about harm, and they tap one of two faces."""
    if purpose != "regular":
        yield make_fault("not_for_small_children", purpose=purpose)
    for question in questions:
        is_of_faces = question.traits.scale and not question.traits.lasting and len(question.options) == 2  # noqa: PLR2004
        if not is_of_faces or question.safety or question.when or question.moment or question.split:
            yield question_fault(question, "kind", "small_children_tap_faces")


def _options_faults(question: questionnaire.Question, ages: questionnaire.Ages) -> Iterator[QuestionnaireFault]:
    keys = question.keys
    low, high = question.traits.options
    if ages == questionnaire.SMALL_CHILDREN:
        low = min(low, 2)
    if question.traits.has_options and not low <= len(keys) <= high:
        yield question_fault(question, "options", "how_many_options", low=low, high=high, found=len(keys))
    if question.traits.pictured and MAX_TILES < len(keys) <= high:
        yield question_fault(question, "options", "too_many_tiles", most=MAX_TILES, found=len(keys))
    if question.kind == "yes_no" and len(keys) == 2 and set(keys) != {"yes", "no"}:  # noqa: PLR2004
        yield question_fault(question, "options", "yes_and_no")
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield question_fault(question, "options", "duplicate_option", option=key)
    for key in sorted(_RESERVED & set(keys)):
        yield question_fault(question, "options", "reserved_option", option=key)


def _bins_faults(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    bins = question.bins
    least, most = question.traits.bins
    if not least <= len(bins) <= most:
        yield question_fault(question, "bins", "how_many_bins" if most else "bins_not_wanted", found=len(bins))
    for bin_ in bins:
        if not 0 <= bin_.low <= bin_.high:
            yield question_fault(question, "bins", "bin_upside_down", bin=bin_.key)
    for before, after in pairwise(bins):
        if after.low != before.high + 1:
            code = "bins_overlap" if after.low <= before.high else "bins_gap"
            yield question_fault(question, "bins", code, one=before.key, after=after.key)


def _marks_faults(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    keys = question.keys
    if question.right is not None and not (question.right in keys and question.single and question.options):
        yield question_fault(question, "right", "right_unknown", said=question.right)
    if question.publish == "right" and question.right is None:
        yield question_fault(question, "publish", "right_missing")
    for part, marked in (("harm", question.harm), ("good", question.good)):
        for key in marked:
            if key not in keys:
                yield question_fault(question, part, "mark_unknown", part=part, said=key)
    if question.safety != bool(question.harm):
        code = "safety_without_harm" if question.safety else "harm_without_safety"
        yield question_fault(question, "safety" if question.safety else "harm", code)
    if keys and set(keys) <= set(question.good):
        yield question_fault(question, "good", "all_good")
    if question.lasting and (not question.traits.lasting or question.safety or question.moment):
        yield question_fault(question, "lasting", "lasting_not_here")


def _merge_faults(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    if question.merge is None:
        return
    if question.kind != "choose_one":
        yield question_fault(question, "merge", "merge_not_wanted")
        return
    if not 2 <= len(question.merge) <= MAX_CATEGORIES:  # noqa: PLR2004 - one category says nothing
        yield question_fault(question, "merge", "how_many_merged", found=len(question.merge))
    merged = [key for merge in question.merge.values() for key in merge.options]
    for key in question.keys:
        if merged.count(key) != 1:
            code = "merge_twice" if key in merged else "merge_forgot"
            yield question_fault(question, "merge", code, option=key)
    for key in sorted(set(merged) - set(question.keys)):
        yield question_fault(question, "merge", "mark_unknown", part="merge", said=key)


def _split_faults(question: questionnaire.Question) -> Iterator[QuestionnaireFault]:
    """A view may be split by a plain fact with one of few answers, never by a question of opinion or safety."""
    if not question.split:
        return
    plain = question.kind in SPLIT_KINDS and not (question.safety or question.moment or question.right)
    if not plain or question.good or len(question.merge or question.keys) > MAX_CATEGORIES:
        yield question_fault(question, "split", "split_not_here", most=MAX_CATEGORIES)


def _condition_faults(
    question: questionnaire.Question, earlier_questions: dict[str, questionnaire.Question]
) -> Iterator[QuestionnaireFault]:
    for name, key in question.when.asks_about() if question.when else ():
        earlier = earlier_questions.get(name)
        if earlier is None:
            yield question_fault(question, "when", "when_not_earlier", said=name)
        elif not earlier.traits.has_options:
            yield question_fault(question, "when", "when_not_choice", said=name)
        elif key not in (*earlier.keys, questionnaire.DONT_KNOW):
            yield question_fault(question, "when", "when_unknown_answer", said=name, answer=key)


def _pair_faults(
    question: questionnaire.Question, earlier_questions: dict[str, questionnaire.Question]
) -> Iterator[QuestionnaireFault]:
    before = earlier_questions.get(question.pair or "")
    if (question.moment == "now") != (question.pair is not None):
        yield question_fault(question, "pair" if question.pair else "moment", "pair_and_now")
    elif question.pair and (before is None or before.moment != "before"):
        yield question_fault(question, "pair", "pair_unknown", said=question.pair)
    elif before and (before.keys, before.kind) != (question.keys, question.kind):
        yield question_fault(question, "pair", "pair_differs", said=before.name)
