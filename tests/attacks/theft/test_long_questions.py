"""T6: a question as long as questionnaires allow is locked in one length, whether a child said harm or not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.batches import ADVOCATE, SITE, House, a_question, a_questionnaire, house
from youthvoice import db
from youthvoice.accountability import replies
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.accountability.rules import MAX_REPLY_CHARACTERS
from youthvoice.accountability.store import list_answers_due_of
from youthvoice.config import Settings
from youthvoice.surveys.questionnaires.questionnaire import make_words
from youthvoice.surveys.rounds.entities import Round
from youthvoice.web.i18n.languages import TRANSLATED


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Iterator[House]:
    with house(settings, tmp_path / "keys") as made:
        yield made


@pytest.mark.parametrize("letters", [100, 1900, 2000])
def test_no_length_of_a_question_tells_whether_harm_was_said(home: House, letters: int) -> None:
    quiet, loud = (_closed(home, letters, night) for night in ("yes", "no"))
    assert _length(home, quiet) == _length(home, loud)
    (task,) = _tasks(home)
    said = dict.fromkeys(TRANSLATED, "\x01" * MAX_REPLY_CHARACTERS)  # as long in JSON as a sign can be
    with db.writing(home.engine) as session:
        replies.record_reply(session, task.id, "", "done", said, ADVOCATE, task.due)
    assert not _tasks(home)
    assert _length(home, quiet) == _length(home, loud)


def _closed(home: House, letters: int, night: str) -> Round:
    long = make_words(en="n" * letters, hi="\N{DEVANAGARI LETTER KA}" * letters, ar="\N{ARABIC LETTER BEH}" * letters)
    question = replace(a_question("night", safety=True, harm=("no",)), text=long)
    round_ = home.open(questionnaire=replace(a_questionnaire(), questions=(a_question("friends"), question)))
    home.send_many(round_, 10, night=night)
    home.close()
    return round_


def _tasks(home: House) -> list[AnswerDue]:
    with db.reading(home.engine) as session:
        found = list_answers_due_of(session, ADVOCATE, "advocate", {SITE})
    return [answer_due for answer_due in found if answer_due.kind == "safety"]


def _length(home: House, round_: Round) -> int:
    with db.reading(home.engine) as session:
        row = select(AnswerDueRow.locked).where(
            AnswerDueRow.kind == "safety", AnswerDueRow.subject == f"{round_.slug}/night"
        )
        return len(session.scalars(row).one())
