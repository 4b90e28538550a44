"""Closing a batch: sheets are opened, tallied, sealed as counts, and deleted, in one transaction."""

import random
import secrets
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, text

from benchmarks.house import House, opened
from youthvoice import context, db
from youthvoice.example import rounds
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.questionnaires import answer_encoding
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import Answer
from youthvoice.surveys.responses.store import SUBMISSION_ID_BYTES, seal_response
from youthvoice.surveys.rounds.store import find_round, questionnaire_of_round

LATER = timedelta(days=60)
_KINDS = 500  # invented children who differ; the others answer as one of them, each on a sheet of her own
_AT_ONCE = 20_000  # sheets in one INSERT


def fill(house: House, sheets: int) -> None:
    """Let so many invented children answer everything: locked one by one, stored in large steps.

    Receipts are left out, for nothing here comes twice and closing does not look at them.
    """
    chance = random.Random(10)  # noqa: S311 - invented answers
    with opened(house), db.writing(db.engine()) as session:
        round_ = find_round(session, house.slug)
        if round_ is None:
            raise LookupError(house.slug)
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("PRAGMA cache_size=-400000"))
        questionnaire = questionnaire_of_round(session, round_)
        kinds = [
            answer_encoding.encode_answers(questionnaire, everything(questionnaire, chance)) for _ in range(_KINDS)
        ]
        for start in range(0, sheets, _AT_ONCE):
            rows = []
            for _ in range(min(_AT_ONCE, sheets - start)):
                sheet = secrets.token_bytes(SUBMISSION_ID_BYTES)
                given = seal_response(round_, sheet, chance.choice(kinds), day=context.today())
                rows.append({"id": sheet, "round_id": round_.id, "blob": given.blob})
            session.execute(insert(ResponseRow), rows)


def everything(questionnaire: Questionnaire, chance: random.Random | None = None) -> dict[str, Answer]:
    """What one invented child says who answers every question."""
    chance = chance or random.Random(10)  # noqa: S311 - invented answers
    answers: dict[str, Answer] = {}
    for question in questionnaire.questions:
        if question.coded:
            chosen = chance.choice(question.keys)
            answers[question.name] = (chosen,) if question.kind == "choose_many" else chosen
    return dict(questionnaire.kept(answers))


def seconds_to_close(house: House) -> float:
    """How long it takes to close the round of a house, on a copy of it so that it can be done again."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder, opened(house.copied(Path(folder))):
        moment = context.now() + LATER
        with rounds.pretend_moment(moment):
            began = time.perf_counter()
            report = close_due(moment)
            lasted = time.perf_counter() - began
    if report.with_code("counted") != (house.slug,):
        raise RuntimeError(f"not counted: {report.lines}")
    return lasted
