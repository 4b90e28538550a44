"""The analysis of a linked pair: from locked counts to every figure, the start of its process included."""

import random
import time
from pathlib import Path
from statistics import median

from sqlalchemy import select

from benchmarks.house import like_the_others, opened
from youthvoice import context, db
from youthvoice.surveys.analysis.report import analyse_round
from youthvoice.surveys.batches.store import FirstWave, encrypt_counts
from youthvoice.surveys.batches.transitions import Transitions
from youthvoice.surveys.models import BatchRow, RoundRow
from youthvoice.surveys.questionnaires.questionnaire import DID_NOT_SAY, DONT_KNOW, Questionnaire
from youthvoice.surveys.rounds.store import find_round, questionnaire_of_round

_SEED = 12  # the same children every time


def seconds(folder: Path, pairs: int, runs: int) -> float:
    """How long it takes to analyse a whole questionnaire.

    Args:
        folder: empty.
        pairs: children who answered both waves.
        runs: of which the median is given.
    """
    house = like_the_others(folder, invited=pairs)
    with opened(house):
        with db.writing(db.engine()) as session:
            row = session.scalars(select(RoundRow).where(RoundRow.slug == house.slug)).one()
            batch = session.get_one(BatchRow, row.batch_id)
            round_ = find_round(session, house.slug)
            if round_ is None:
                raise LookupError(house.slug)
            row.wave, row.link, batch.pair = "post", "card", "analysis"
            batch.closed_on, batch.outcome = context.today(), "counted"
            before, after, moved = _counts(questionnaire_of_round(session, round_), pairs)
            first = FirstWave(before, (pairs, pairs))
            batch.sealed_counts = encrypt_counts(context.keyring(), batch.id, pairs, after, moved, first)
        return median(_once(house.slug) for _ in range(runs))


def _once(slug: str) -> float:
    began = time.perf_counter()
    with db.reading(db.engine()) as session:
        round_ = find_round(session, slug)
        if round_ is None or not analyse_round(session, round_).questions:
            raise LookupError(slug)
    return time.perf_counter() - began


def _counts(
    questionnaire: Questionnaire, pairs: int
) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]], Transitions]:
    chance = random.Random(_SEED)  # noqa: S311 - figures, no secret
    before: dict[str, dict[str, int]] = {}
    after: dict[str, dict[str, int]] = {}
    moved: Transitions = {}
    for question in questionnaire.coded:
        given = [*question.keys, DONT_KNOW, DID_NOT_SAY]
        before[question.name], after[question.name] = dict.fromkeys(given, 0), dict.fromkeys(given, 0)
        table = moved.setdefault(question.name, {})
        for first, then in zip(chance.choices(given, k=pairs), chance.choices(given, k=pairs), strict=True):
            before[question.name][first] += 1
            after[question.name][then] += 1
            line = table.setdefault(first, {})
            line[then] = line.get(then, 0) + 1
    return before, after, {name: table for name, table in moved.items() if _is_single(questionnaire, name)}


def _is_single(questionnaire: Questionnaire, name: str) -> bool:
    return any(question.name == name and question.single for question in questionnaire.coded)
