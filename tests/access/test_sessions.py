"""Rows of signed-in adults."""

from flask import Flask

from tests.support.people import house
from youthvoice import context, db
from youthvoice.access import sessions
from youthvoice.privacy.crypto.session_keys import session_token


def test_who_signs_out_everywhere_else_stays_signed_in_here(app: Flask) -> None:
    """So does who changes her password: the page on which she did it goes on."""
    _, people = house(["advocate", "coordinator"])
    here, there, hers = session_token(), session_token(), session_token()
    with db.writing(db.engine()) as session:
        for person, token in (("advocate", here), ("advocate", there), ("coordinator", hers)):
            sessions.start(session, people[person].id, people[person].private_key, token, context.now())
        sessions.end_all(session, people["advocate"].id, but=here)
        found = [sessions.find(session, token, context.now()) is not None for token in (here, there, hers)]
        assert found == [True, False, True]
        sessions.end_all(session, people["advocate"].id)
        assert sessions.find(session, here, context.now()) is None
