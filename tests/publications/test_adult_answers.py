"""What adults answered stands with who said it and on which day (S9, S11)."""

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.publications import make_house
from youthvoice import context, db
from youthvoice.accountability import replies
from youthvoice.audit.audit_log import Log
from youthvoice.publications import adult_answers
from youthvoice.publications.review import drafting
from youthvoice.publications.store import find_edition
from youthvoice.surveys.rounds.status import find_answer_due


@pytest.mark.parametrize("kind", ["yes", "no_because"])
def test_every_answer_bears_its_day_and_a_correction_keeps_it(app: Flask, clock: StillClock, kind: str) -> None:
    home = make_house()
    round_ = home.counted()
    slug = home.edition().first.slug
    with db.writing(db.engine()) as session:
        edition, log = find_edition(session, slug, [home.site_id]), Log(context.today(), "advocate")
        assert edition
        drafting.approve_edition(session, edition, home.people["advocate"].id, context.today(), log)
        answer_due = find_answer_due(session, round_.purpose, round_.slug)
        assert answer_due
        who = home.people["coordinator"].id
        replies.record_reply(session, answer_due.id, "", kind, {"en": "We looked into it."}, who, context.today())
        clock.move(days=3)
        replies.record_reply(session, answer_due.id, "", kind, {"en": "We looked into it again."}, who, context.today())
        with app.test_request_context():
            reply = adult_answers.load_reply_view(session, edition.first.frozen, context.today())
    ((*_said, by),) = reply.did or reply.could_not
    assert by == "24\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2026 · Coordinator Example"
