"""Whoever records finds the words of an answer before there is one (S5)."""

from flask import Flask

from tests.support.people import house
from youthvoice import db
from youthvoice.clips.text_collector import collecting_texts
from youthvoice.kiosk.reply.sample_pages import thread_samples
from youthvoice.sites.store import get_site


def test_every_step_that_bears_no_name_and_every_question_can_be_recorded(app: Flask) -> None:
    site_id, _people = house(["advocate"])
    with db.reading(db.engine()) as session:
        site = get_site(session, site_id)
    with app.test_request_context("/"), collecting_texts("answer") as gathered:
        for render in thread_samples(site):
            render()
    said = {one.words for one in gathered.texts.values()}
    for words in (
        "You told us.", "It took too long. The next person was asked.", "You said: it was not put right.",
        "Was it really put right?", "Was anybody bad to you because you told?", "In part", "Write to us",
        "Shall we stop?", "They must go on. They wrote to you why.", "Send", "Back",
    ):  # fmt: skip
        assert words in said, words
