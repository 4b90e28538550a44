"""A round that is shown in parts, and answered as a whole: no question stands among what children said."""

from collections.abc import Callable

from flask import Flask

from tests.publications.guardians.test_way_to_guardians import ENGLISH, answered, approve
from tests.support.people import on_tablet, signed_in
from tests.support.publications import make_house, starter
from tests.support.visitor import Visitor
from youthvoice.publications.review import drafting
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers, tally_answers
from youthvoice.surveys.rounds.split import declared_split


def test_a_question_is_not_told_as_what_children_said(app: Flask, visitor: Callable[[], Visitor]) -> None:
    assert app
    home, questionnaire = make_house(), starter("needs-check")
    (round_,) = home.open(questionnaire, split="age")
    same = {each.name: each.keys[0] for each in questionnaire.coded if each.single and each.name != "age"}
    sheets = [encode_answers(questionnaire, {**same, "age": str(8 + at % 2 * 4)}) for at in range(30)]
    home.count(round_, 30, tally_answers(questionnaire, sheets), declared_split(questionnaire, "age", sheets))
    drafting.draft_due()
    approve(lambda role: signed_in(visitor(), home.people[role]))
    answered(home, {"en": ENGLISH})
    board = on_tablet(visitor(), home.site_id).open("/we-did").text
    told = board[board.index("Everything you said") : board.index(ENGLISH)]
    assert "How many" not in told
