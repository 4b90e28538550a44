"""The analysis of a closed batch: what is compared, why it is not, and what came out. For advocates alone.

Source: PRIVACY.md A13 and B; A1 (twenty pairs).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec
from sqlalchemy.orm import Session

from youthvoice.errors import CannotOpen, KeyGone, Refused
from youthvoice.jobs.isolated_process import IsolatedProcessFailed, run_isolated
from youthvoice.surveys.analysis.entities import (
    NO_TEST,
    Comparison,
    Design,
    QuestionCounts,
    QuestionResult,
)
from youthvoice.surveys.analysis.labels import verdict
from youthvoice.surveys.batches import store
from youthvoice.surveys.questionnaires.answer_encoding import Counts
from youthvoice.surveys.questionnaires.questionnaire import DID_NOT_SAY, DONT_KNOW, Question, Questionnaire
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.status import rounds_of_asking
from youthvoice.surveys.rounds.store import questionnaire_of_round

MIN_PAIRS: Final = 20

_SECONDS: Final = 90  # on a slow machine that is busy; two on a usual one

_PATIENCE: Final = 4  # seconds for the analysis of somebody else; then a page says to come back in a minute


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysedQuestion:
    """One question, with its figures and the sentence that goes with them.

    Attributes:
        asked: as it stands in the questionnaire.
        counts: exact, in both waves; one that was asked once has none before.
        result: of the tests.
        verdict: in the reader's language.
    """

    asked: Question
    counts: QuestionCounts
    result: QuestionResult
    verdict: str

    @property
    def good(self) -> tuple[str, ...]:
        """The answers on the good side; the right one of a knowledge item."""
        return (self.asked.right,) if self.asked.right else self.asked.good


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The analysis of one asking.

    Attributes:
        facts: its last round.
        link: how the waves belong together.
        n_pre: sheets of the first wave; None where it was asked once.
        n_post: sheets of the last one.
        n_pairs: children who answered both; None where nobody knows.
        questions: in the order of the questionnaire.
    """

    facts: Round
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
        """As JSON has it.

        Returns:
            `round`, `wave`, `linked`, `n_pre`, `n_post`, `n_pairs`, `questions[] {name, categories, counts,
            transitions, test, statistic, p, effect, ci_low, ci_high, verdict}`, and of each question `n_before`,
            `n_after`, `moves` and `also`, further tests of the same kind.
        """
        return {
            "round": self.facts.slug,
            "wave": self.facts.wave,
            "linked": self.link,
            "n_pre": self.n_pre,
            "n_post": self.n_post,
            "n_pairs": self.n_pairs,
            "questions": [_as_data(question) for question in self.questions],
        }


def _as_data(question: AnalysedQuestion) -> dict[str, Any]:
    result: dict[str, Any] = msgspec.to_builtins(question.result)
    return {
        "name": question.asked.name,
        "categories": [*question.asked.keys, DONT_KNOW, DID_NOT_SAY],
        "counts": {"before": dict(question.counts.before) or None, "after": dict(question.counts.after)},
        "transitions": msgspec.to_builtins(question.counts.transitions) or None,
        **result.pop("main"),
        **{name: value for name, value in result.items() if name != "name"},
        "verdict": question.verdict,
    }


Wanted = Literal["any", "paired", "unpaired"]
"""Which kind of tests somebody asks for; those that suit the data where she does not say."""


def analyse_round(session: Session, round_: Round, wanted: Wanted = "any") -> Analysis:
    """Analyse the asking that a round belongs to, both waves of a pair.

    Args:
        session: only read.
        round_: any round of it.
        wanted: paired tests are refused where waves are not linked, unpaired ones where they are.

    Raises:
        Refused: a code of `ANALYSIS_REFUSALS`; also where the kept-counts key is not the one of these counts.
    """
    try:
        return _analysed(session, round_, wanted)
    except (CannotOpen, KeyGone):
        raise Refused("cannot_analyse") from None


def _analysed(session: Session, round_: Round, wanted: Wanted) -> Analysis:
    waves = rounds_of_asking(session, round_)
    facts = waves[-1]
    _check_counted(facts)
    questionnaire = questionnaire_of_round(session, facts)
    _check_wanted(wanted, facts, questionnaire, len(waves))
    if facts.has_cards:
        return _of_cards(session, facts, questionnaire)
    if any(question.pair for question in questionnaire.coded):
        return _of_one_sheet(session, facts, questionnaire)
    if len(waves) > 1:
        return _of_two_groups(session, waves[0], facts, questionnaire)
    n, counts = store.load_number_of_responses(session, facts.batch_id), store.load_counts(session, facts.batch_id)
    asked = [_counts(question, {}, counts[question.name]) for question in questionnaire.coded]
    results = [QuestionResult(name=counts.name, n_before=0, n_after=0, moves=None, main=NO_TEST) for counts in asked]
    analysed_questions = tuple(
        AnalysedQuestion(asked=question, counts=question_counts, result=result, verdict="")
        for question, question_counts, result in zip(questionnaire.coded, asked, results, strict=True)
    )
    return Analysis(facts=facts, link="none", n_pre=None, n_post=n, n_pairs=None, questions=analysed_questions)


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
    if round_.closed_on is None:
        raise Refused("not_closed")
    if round_.outcome != "counted":
        raise Refused("not_counted")


def _of_cards(session: Session, round_: Round, questionnaire: Questionnaire) -> Analysis:
    pairs = store.load_number_of_responses(session, round_.batch_id)
    if pairs < MIN_PAIRS:
        raise Refused("under_twenty_pairs")
    before, after = (load(session, round_.batch_id) for load in (store.load_counts_before, store.load_counts))
    moved = store.load_transitions(session, round_.batch_id)
    n_pre, n_post = store.load_wave_sizes(session, round_.batch_id)
    asked = [
        _counts(question, before[question.name], after[question.name], moved.get(question.name, {}))
        for question in questionnaire.coded
    ]
    analysed_questions = _compared(questionnaire.coded, asked, linked=True)
    return Analysis(facts=round_, link="card", n_pre=n_pre, n_post=n_post, n_pairs=pairs, questions=analysed_questions)


def _of_one_sheet(session: Session, round_: Round, questionnaire: Questionnaire) -> Analysis:
    """One sheet that asks "before" and "now": everybody is a pair."""
    n, counts = store.load_number_of_responses(session, round_.batch_id), store.load_counts(session, round_.batch_id)
    if n < MIN_PAIRS:
        raise Refused("under_twenty_pairs")
    moved = store.load_transitions(session, round_.batch_id)
    now = [question for question in questionnaire.coded if question.pair in counts]
    asked = [
        _counts(question, counts[str(question.pair)], counts[question.name], moved.get(question.name, {}))
        for question in now
    ]
    analysed_questions = _compared(now, asked, linked=True)
    return Analysis(facts=round_, link="sheet", n_pre=n, n_post=n, n_pairs=n, questions=analysed_questions)


def _of_two_groups(session: Session, first: Round, round_: Round, questionnaire: Questionnaire) -> Analysis:
    """Two waves of which nobody knows who answered both."""
    if first.outcome != "counted":
        raise Refused("other_wave_missing")
    before, after = (store.load_counts(session, one.batch_id) for one in (first, round_))
    n_pre, n_post = (store.load_number_of_responses(session, one.batch_id) for one in (first, round_))
    asked = [_counts(question, before[question.name], after[question.name]) for question in questionnaire.coded]
    analysed_questions = _compared(questionnaire.coded, asked, linked=False)
    return Analysis(facts=round_, link="none", n_pre=n_pre, n_post=n_post, n_pairs=None, questions=analysed_questions)


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


def _compared(
    questions: Sequence[Question], asked: Sequence[QuestionCounts], *, linked: bool
) -> tuple[AnalysedQuestion, ...]:
    request = msgspec.json.encode(Comparison(linked=linked, questions=tuple(asked)), enc_hook=dict)
    try:
        said = run_isolated("youthvoice.surveys.analysis.process", request, _SECONDS, _PATIENCE)
    except IsolatedProcessFailed as failed:
        raise Refused("busy" if failed.code == "busy" else "cannot_analyse") from None
    results = msgspec.json.decode(said, type=list[QuestionResult])
    return tuple(
        AnalysedQuestion(asked=question, counts=counts, result=result, verdict=verdict(counts.design, result))
        for question, counts, result in zip(questions, asked, results, strict=True)
    )
