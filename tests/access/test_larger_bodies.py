"""Who may send more than a child does: somebody whose session is good, as the front that reads bodies asks."""

from collections.abc import Callable
from functools import partial

from flask import Flask

from tests.support.people import house, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.access import sessions
from youthvoice.access.guard import cookie_name
from youthvoice.server import _is_signed_in


def test_only_the_cookie_of_a_session_that_is_good_lets_more_in(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _site_id, people = house(["coordinator"])
    desk = signed_in(visitor(), people["coordinator"])
    name = cookie_name()
    cookie = desk.client.get_cookie(name)
    assert cookie is not None
    ask = partial(_is_signed_in, app)
    assert ask({"HTTP_COOKIE": f"a=b; {name}={cookie.value}"})
    sent = ("", "a=b", f"{name}=", f"{name}=made-up", f"tablet={cookie.value}")
    assert not any(ask({"HTTP_COOKIE": one}) for one in sent)
    assert not ask({})
    with db.writing(db.engine()) as session:
        sessions.end(session, cookie.value)
    assert not ask({"HTTP_COOKIE": f"{name}={cookie.value}"})
