"""Analyse a closed batch for advocates: which waves are compared, why there is no analysis, and the results.

Source: PRIVACY.md A13 and B; A1 (twenty pairs).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec
from sqlalchemy.orm import Session

from youthvoice.errors import CannotOpen, KeyGone, Refused
from youthvoice.jobs.isolated_process import IsolatedProcessFailed, run_isolated
from youthvoice.surveys.analysis.entities import NO_TEST, Comparison, Design, QuestionCounts, QuestionResult
from youthvoice.surveys.analysis.labels import verdict
from youthvoice.surveys.batches import store
from youthvoice.surveys.questionnaires.answer_encoding import Counts
from youthvoice.surveys.questionnaires.questionnaire import DID_NOT_SAY, DONT_KNOW, FEEDBACK, Question, Questionnaire
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.status import waves_of_round
from youthvoice.surveys.rounds.store import questionnaire_of_round

MIN_PAIRS: Final = 20

_SECONDS: Final = 90  # on a slow, busy machine; two on a usual one

_PATIENCE: Final = 4  # seconds to wait for another analysis; then the page asks to try again in a minute


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysedQuestion:
    """One question with its counts, its results and its sentence.

    Attributes:
        question: as in the questionnaire.
        counts: exact, in both waves; empty before where it was asked once.
        result: of the tests.
        verdict: in the reader's language; empty where it was asked once.
    """

    question: Question
    counts: QuestionCounts
    result: QuestionResult
    verdict: str

    @property
    def good(self) -> tuple[str, ...]:
        """The answers on the good side; the right one of a knowledge item."""
        return (self.question.right,) if self.question.right else self.question.good


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The analysis of a round, or of both waves of a pair.

    Attributes:
        round: the last of its rounds.
        link: `card` where each child's card links the waves, `none` where nothing does; else one response asks both.
        n_pre: responses of the first wave; None where it was asked once.
        n_post: responses of the last wave.
        n_pairs: children who answered both; None where waves are not linked.
        questions: in the order of the questionnaire; of one response with both waves only those about now.
    """

    round: Round
    link: str
    n_pre: int | None
    n_post: int
    n_pairs: int | None
    questions: tuple[AnalysedQuestion, ...]

    @property
    def is_compared(self) -> bool:
        """Whether there are two waves."""
        return self.n_pre is not None

    def as_data(self) -> dict[str, Any]:
        """The analysis as plain values for JSON.

        Returns:
            `round`, `wave`, `linked`, `n_pre`, `n_post`, `n_pairs`, `questions[] {name, categories, counts,
            transitions, verdict}`, and of each question all fields of `TestResult`, `n_before`, `n_after`, `moves`
            and `also`, further tests of the same data.
        """
        return {
            "round": self.round.slug,
            "wave": self.round.wave,
            "linked": self.link,
            "n_pre": self.n_pre,
            "n_post": self.n_post,
            "n_pairs": self.n_pairs,
            "questions": [_as_data(question) for question in self.questions],
        }


def _as_data(question: AnalysedQuestion) -> dict[str, Any]:
    result: dict[str, Any] = msgspec.to_builtins(question.result)
    return {
        "name": question.question.name,
        "categories": [*question.question.keys, DONT_KNOW, DID_NOT_SAY],
        "counts": {"before": dict(question.counts.before) or None, "after": dict(question.counts.after)},
        "transitions": msgspec.to_builtins(question.counts.transitions) or None,
        **result.pop("main"),
        **{name: value for name, value in result.items() if name != "name"},
        "verdict": question.verdict,
    }


Wanted = Literal["any", "paired", "unpaired"]
"""The requested kind of tests; `any` means those that suit the data."""


def analyse_round(session: Session, round_: Round, wanted: Wanted = "any") -> Analysis:
    """Analyse a round, or both waves of the pair that it belongs to.

    Args:
        session: only read.
        round_: any wave of it.
        wanted: paired tests are refused where waves are not linked, unpaired ones where they are.

    Raises:
        Refused: a code of `ANALYSIS_REFUSALS`; `cannot_analyse` also where the present key does not open the counts.
    """
    try:
        return _analyse(session, round_, wanted)
    except (CannotOpen, KeyGone):
        raise Refused("cannot_analyse") from None


def _analyse(session: Session, round_: Round, wanted: Wanted) -> Analysis:
    waves = waves_of_round(session, round_)
    last = waves[-1]
    _check_counted(last)
    questionnaire = questionnaire_of_round(session, last)
    _check_wanted(wanted, last, questionnaire, len(waves))
    if last.has_cards:
        return _analyse_cards(session, last, questionnaire)
    if any(question.pair for question in questionnaire.coded):
        return _analyse_one_wave(session, last, questionnaire)
    if len(waves) > 1:
        return _analyse_two_groups(session, waves[0], last, questionnaire)
    return _show_counts(session, last, questionnaire)


def _show_counts(session: Session, round_: Round, questionnaire: Questionnaire) -> Analysis:
    """The counts of a round that has no other wave, without tests."""
    counts = store.load_counts(session, round_.batch_id)
    analysed_questions = []
    for question in questionnaire.coded:
        result = QuestionResult(name=question.name, n_before=0, n_after=0, moves=None, main=NO_TEST)
        question_counts = _counts(question, {}, counts.by_question[question.name])
        analysed_questions.append(
            AnalysedQuestion(question=question, counts=question_counts, result=result, verdict="")
        )
    return Analysis(
        round=round_, link="none", n_pre=None, n_post=counts.n, n_pairs=None, questions=tuple(analysed_questions)
    )


def _check_wanted(wanted: Wanted, round_: Round, questionnaire: Questionnaire, waves: int) -> None:
    is_linked = round_.has_cards or any(question.pair for question in questionnaire.coded)
    if wanted == "any":
        return
    if not is_linked and waves == 1:
        raise Refused("asked_once")
    if is_linked and wanted == "unpaired":
        raise Refused("are_linked")
    if not is_linked and wanted == "paired":
        raise Refused("not_linked")


def _check_counted(round_: Round) -> None:
    if round_.purpose == FEEDBACK:
        raise Refused("of_feedback")
    if round_.closed_on is None:
        raise Refused("not_closed")
    if round_.outcome != "counted":
        raise Refused("not_counted")


def _analyse_cards(session: Session, round_: Round, questionnaire: Questionnaire) -> Analysis:
    counts = store.load_counts(session, round_.batch_id)
    if counts.n < MIN_PAIRS:
        raise Refused("under_twenty_pairs")
    before, after, transitions = counts.before, counts.by_question, counts.transitions
    n_pre, n_post = counts.wave_sizes
    question_counts = [
        _counts(question, before[question.name], after[question.name], transitions.get(question.name, {}))
        for question in questionnaire.coded
    ]
    analysed_questions = _run_tests(questionnaire.coded, question_counts, linked=True)
    return Analysis(
        round=round_, link="card", n_pre=n_pre, n_post=n_post, n_pairs=counts.n, questions=analysed_questions
    )


def _analyse_one_wave(session: Session, round_: Round, questionnaire: Questionnaire) -> Analysis:
    """Analyse responses that ask "before" and "now": every child is a pair."""
    counts = store.load_counts(session, round_.batch_id)
    n, by_question, transitions = counts.n, counts.by_question, counts.transitions
    if n < MIN_PAIRS:
        raise Refused("under_twenty_pairs")
    now_questions = [question for question in questionnaire.coded if question.pair in by_question]
    question_counts = [
        _counts(
            question, by_question[str(question.pair)], by_question[question.name], transitions.get(question.name, {})
        )
        for question in now_questions
    ]
    analysed_questions = _run_tests(now_questions, question_counts, linked=True)
    return Analysis(round=round_, link="sheet", n_pre=n, n_post=n, n_pairs=n, questions=analysed_questions)


def _analyse_two_groups(session: Session, first: Round, round_: Round, questionnaire: Questionnaire) -> Analysis:
    """Analyse two waves that are not linked."""
    if first.outcome != "counted":
        raise Refused("other_wave_missing")
    waves = [store.load_counts(session, wave.batch_id) for wave in (first, round_)]
    before, after = (counts.by_question for counts in waves)
    question_counts = [
        _counts(question, before[question.name], after[question.name]) for question in questionnaire.coded
    ]
    analysed_questions = _run_tests(questionnaire.coded, question_counts, linked=False)
    return Analysis(
        round=round_, link="none", n_pre=waves[0].n, n_post=waves[1].n, n_pairs=None, questions=analysed_questions
    )


def _counts(
    question: Question, before: Counts, after: Counts, transitions: Mapping[str, Mapping[str, int]] | None = None
) -> QuestionCounts:
    design, order = _design(question)
    return QuestionCounts(
        name=question.name, design=design, order=order, before=before, after=after, transitions=transitions or {}
    )


def _design(question: Question) -> tuple[Design, tuple[str, ...]]:
    """How a question is compared, and its answers in the order that this needs."""
    keys = question.keys
    if not question.single:
        return "options", keys
    if question.right:
        return "knowledge", (*(key for key in keys if key != question.right), question.right)
    if question.bins:
        return "amount", keys
    if not question.good or not question.traits.scale:
        return "square", keys
    upwards = keys[::-1] if keys[0] in question.good else keys
    return ("share" if len(keys) == 2 else "scale"), upwards  # noqa: PLR2004 - yes and no


def _run_tests(
    questions: Sequence[Question], counts_in_order: Sequence[QuestionCounts], *, linked: bool
) -> tuple[AnalysedQuestion, ...]:
    request = msgspec.json.encode(Comparison(linked=linked, questions=tuple(counts_in_order)), enc_hook=dict)
    try:
        answer = run_isolated("youthvoice.surveys.analysis.process", request, _SECONDS, _PATIENCE)
    except IsolatedProcessFailed as failed:
        raise Refused("busy" if failed.code == "busy" else "cannot_analyse") from None
    results = msgspec.json.decode(answer, type=list[QuestionResult])
    return tuple(
        AnalysedQuestion(question=question, counts=counts, result=result, verdict=verdict(counts.design, result))
        for question, counts, result in zip(questions, counts_in_order, results, strict=True)
    )
