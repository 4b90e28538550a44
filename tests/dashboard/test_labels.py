"""What a line of the To do page says of a review."""

from datetime import date

import pytest
from flask import Flask

from youthvoice.dashboard import labels
from youthvoice.dashboard.entities import Task

DAY = date(2026, 12, 3)


@pytest.mark.parametrize(
    ("kind", "asked", "words"),
    [
        ("statement", "decision_maker", "The child was not asked in time: see to it that she is"),
        ("review", "advocates", "A wish has no decision in time: see to it that it has one"),
        ("promise", "decision_maker", "What a child was promised is late: see to it that it is done"),
        ("promise", "", "Do it, then write down what was done"),
        ("item", "decision_maker", "It was not answered in time: answer the children"),
        (
            "care_gap",
            "advocates",
            "Look at Care stages, then write what is done about it",
        ),
    ],
)
def test_what_is_late_says_what_to_do_about_it(app: Flask, kind: str, asked: str, words: str) -> None:
    with app.test_request_context():
        assert labels.step(Task(kind, "1", {"en": "K-17"}, "House", DAY, -1, step=asked)) == words


def test_a_review_waits_for_its_day_and_is_called_by_its_case(app: Flask) -> None:
    task = Task("review", "1", {"en": "K-17"}, "House", DAY, 5, ready=False)
    with app.test_request_context():
        assert labels.about(task, "en") == "Decisions: review K-17"
        assert labels.step(task) == "Wait: it is decided on the day of the review, not before"


def test_a_gap_names_its_quarter(app: Flask) -> None:
    task = Task("care_gap", "1", {"en": "July - September 2026"}, "House", DAY, 5)
    with app.test_request_context():
        assert labels.about(task, "en") == "Children not asked or answered in time"
        assert labels.second(task, "en") == "July - September 2026"
