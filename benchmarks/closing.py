"""Closing a batch: sheets are opened, tallied, sealed as counts, and deleted, in one transaction."""

import random
import secrets
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.house import House, opened
from youthvoice import db, running
from youthvoice.example import rounds
from youthvoice.surveys import coding, responses, store
from youthvoice.surveys.closing import close_due
from youthvoice.surveys.conditions import Answer
from youthvoice.surveys.questionnaires import Questionnaire

LATER = timedelta(days=60)


def fill(house: House, sheets: int) -> None:
    """Let so many invented children answer everything, through the code that takes a tablet's sheets."""
    chance = random.Random(10)  # noqa: S311 - invented answers
    with opened(house), db.writing(db.engine()) as session:
        facts = store.round_by_slug(session, house.slug)
        if facts is None:
            raise LookupError(house.slug)
        questions = store.questions_of(session, facts)
        for _ in range(sheets):
            coded = coding.encode(questions, everything(questions, chance))
            sheet = secrets.token_bytes(responses.SHEET_ID_BYTES)
            given = responses.respond(running.keyring(), facts, sheet, coded, day=running.today())
            responses.take(session.connection(), given)


def everything(questions: Questionnaire, chance: random.Random) -> dict[str, Answer]:
    """What one invented child says who answers every question."""
    answers: dict[str, Answer] = {}
    for question in questions.questions:
        if question.coded:
            chosen = chance.choice(question.keys)
            answers[question.name] = (chosen,) if question.kind == "choose_many" else chosen
    return dict(questions.kept(answers))


def seconds_to_close(house: House) -> float:
    """How long it takes to close the round of a house, on a copy of it so that it can be done again."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder, opened(house.copied(Path(folder))):
        moment = running.now() + LATER
        with rounds.at(moment):
            began = time.perf_counter()
            report = close_due(db.engine(), running.keyring(), moment)
            lasted = time.perf_counter() - began
    if report.with_code("counted") != (house.slug,):
        raise RuntimeError(f"not counted: {report.lines}")
    return lasted
