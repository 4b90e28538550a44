"""What must hold between the parts of a questionnaire, whoever wrote it."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from youthvoice.surveys.questionnaires.answer_encoding import MOST_OPTIONS
from youthvoice.surveys.questionnaires.question import DID_NOT_SAY, DONT_KNOW, WITH_OPTIONS, Question
from youthvoice.surveys.questionnaires.questionnaire import Purpose
from youthvoice.surveys.questionnaires.validation.errors import Fault, fault

MOST_CATEGORIES = 5  # and "did not say": six, PRIVACY.md A3
_RESERVED = {DONT_KNOW, DID_NOT_SAY, ""}


def disorder(questions: Sequence[Question], purpose: Purpose) -> Iterator[Fault]:
    """Everything that does not fit together; each fault names its question and the `key` it stands at."""
    yield from _whole(questions, purpose)
    seen: dict[str, Question] = {}
    for question in questions:
        if question.name in seen:
            yield fault("duplicate_name", question=question.name, key="name")
        for rule in (_answers, _bins, _marks, _merges):
            yield from rule(question)
        yield from _conditions(question, seen)
        yield from _pairs(question, seen)
        seen.setdefault(question.name, question)


def _whole(questions: Sequence[Question], purpose: Purpose) -> Iterator[Fault]:
    if not any(question.coded for question in questions):
        yield fault("nothing_to_answer")
    for question in questions:
        if question.kind == "words" and purpose in {"care", "choice"}:
            yield fault("no_letter_box_here", question=question.name, key="kind", purpose=purpose)
    if purpose == "choice" and [question.kind for question in questions if question.kind != "say"] not in (
        ["choose_one"],
        ["yes_no"],
    ):
        yield fault("choice_is_one_question")


def _answers(question: Question) -> Iterator[Fault]:
    keys, name = question.keys, question.name
    sizes = {
        "faces": (3, 5),
        "yes_no": (2, 2),
        "choose_one": (2, MOST_OPTIONS),
        "choose_many": (2, MOST_OPTIONS),
    }
    if question.kind in sizes:
        low, high = sizes[question.kind]
        if not low <= len(keys) <= high:
            yield fault("how_many_options", question=name, key="options", low=low, high=high, found=len(keys))
    if question.kind == "yes_no" and len(keys) == 2 and set(keys) != {"yes", "no"}:  # noqa: PLR2004
        yield fault("yes_and_no", question=name, key="options")
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield fault("duplicate_option", question=name, key="options", option=key)
    for key in sorted(_RESERVED & set(keys)):
        yield fault("reserved_option", question=name, key="options", option=key)


def _bins(question: Question) -> Iterator[Fault]:
    name, bins = question.name, question.bins
    if question.kind == "number" and not 2 <= len(bins) <= MOST_CATEGORIES:  # noqa: PLR2004 - one bin says nothing
        yield fault("how_many_bins", question=name, key="bins", found=len(bins))
    if question.kind != "number" and bins:
        yield fault("bins_not_wanted", question=name, key="bins")
    for bin_ in bins:
        if not 0 <= bin_.low <= bin_.high:
            yield fault("bin_upside_down", question=name, key="bins", bin=bin_.key)
    for one, after in pairwise(bins):
        if after.low != one.high + 1:
            code = "bins_overlap" if after.low <= one.high else "bins_gap"
            yield fault(code, question=name, key="bins", one=one.key, after=after.key)


def _marks(question: Question) -> Iterator[Fault]:
    name, keys = question.name, question.keys
    if question.right is not None and (question.right not in keys or question.kind not in WITH_OPTIONS[:3]):
        yield fault("right_unknown", question=name, key="right", said=question.right)
    if question.publish == "right" and question.right is None:
        yield fault("right_missing", question=name, key="publish")
    for part, marked in (("harm", question.harm), ("good", question.good)):
        for key in marked:
            if key not in keys:
                yield fault("mark_unknown", question=name, key=part, part=part, said=key)
    if question.safety != bool(question.harm):
        code = "safety_without_harm" if question.safety else "harm_without_safety"
        yield fault(code, question=name, key="safety" if question.safety else "harm")
    if keys and set(keys) <= set(question.good):
        yield fault("all_good", question=name, key="good")
    if question.lasting and (question.kind in {"faces", "words", "say"} or question.safety or question.moment):
        yield fault("lasting_not_here", question=name, key="lasting")


def _merges(question: Question) -> Iterator[Fault]:
    if question.merge is None:
        return
    name = question.name
    if question.kind != "choose_one":
        yield fault("merge_not_wanted", question=name, key="merge")
        return
    if not 2 <= len(question.merge) <= MOST_CATEGORIES:  # noqa: PLR2004 - one category says nothing
        yield fault("how_many_merged", question=name, key="merge", found=len(question.merge))
    merged = [key for merge in question.merge.values() for key in merge.options]
    for key in question.keys:
        if merged.count(key) != 1:
            code = "merge_twice" if key in merged else "merge_forgot"
            yield fault(code, question=name, key="merge", option=key)
    for key in sorted(set(merged) - set(question.keys)):
        yield fault("mark_unknown", question=name, key="merge", part="merge", said=key)


def _conditions(question: Question, seen: dict[str, Question]) -> Iterator[Fault]:
    for name, key in question.when.asks_about() if question.when else ():
        about = seen.get(name)
        if about is None:
            yield fault("when_not_earlier", question=question.name, key="when", said=name)
        elif about.kind not in WITH_OPTIONS:
            yield fault("when_not_choice", question=question.name, key="when", said=name)
        elif key not in (*about.keys, DONT_KNOW):
            yield fault("when_unknown_answer", question=question.name, key="when", said=name, answer=key)


def _pairs(question: Question, seen: dict[str, Question]) -> Iterator[Fault]:
    before = seen.get(question.pair or "")
    if (question.moment == "now") != (question.pair is not None):
        yield fault("pair_and_now", question=question.name, key="pair" if question.pair else "moment")
    elif question.pair and (before is None or before.moment != "before"):
        yield fault("pair_unknown", question=question.name, key="pair", said=question.pair)
    elif before and (before.keys, before.kind) != (question.keys, question.kind):
        yield fault("pair_differs", question=question.name, key="pair", said=before.name)
