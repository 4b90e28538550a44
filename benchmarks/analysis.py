"""The analysis of a linked pair: from locked counts to every figure, the start of its process included."""

import random
import time
from pathlib import Path
from statistics import median

from sqlalchemy import select

from benchmarks.house import like_the_others, opened
from youthvoice import context, db
from youthvoice.surveys.analysis.report import analyse_round
from youthvoice.surveys.batches.store import FirstWave, lock_counts
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
            facts = find_round(session, house.slug)
            if facts is None:
                raise LookupError(house.slug)
            row.wave, row.link, batch.pair = "post", "card", "analysis"
            batch.closed_on, batch.outcome = context.today(), "counted"
            before, after, moved = _counts(questionnaire_of_round(session, facts), pairs)
            first = FirstWave(before, (pairs, pairs))
            batch.sealed_counts = lock_counts(context.keyring(), batch.id, pairs, after, moved, first)
        return median(_once(house.slug) for _ in range(runs))


def _once(slug: str) -> float:
    began = time.perf_counter()
    with db.reading(db.engine()) as session:
        facts = find_round(session, slug)
        if facts is None or not analyse_round(session, facts).questions:
            raise LookupError(slug)
    return time.perf_counter() - began


def _counts(
    questions: Questionnaire, pairs: int
) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]], Transitions]:
    chance = random.Random(_SEED)  # noqa: S311 - figures, no secret
    before: dict[str, dict[str, int]] = {}
    after: dict[str, dict[str, int]] = {}
    moved: Transitions = {}
    for one in questions.coded:
        given = [*one.keys, DONT_KNOW, DID_NOT_SAY]
        before[one.name], after[one.name] = dict.fromkeys(given, 0), dict.fromkeys(given, 0)
        table = moved.setdefault(one.name, {})
        for first, then in zip(chance.choices(given, k=pairs), chance.choices(given, k=pairs), strict=True):
            before[one.name][first] += 1
            after[one.name][then] += 1
            line = table.setdefault(first, {})
            line[then] = line.get(then, 0) + 1
    return before, after, {name: table for name, table in moved.items() if _is_single(questions, name)}


def _is_single(questions: Questionnaire, name: str) -> bool:
    return any(one.name == name and one.single for one in questions.coded)
