"""A tablet is connected by a code that works once, for fifteen minutes, and knows its site from then on."""

import base64
from collections.abc import Callable
from contextvars import Context

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.people import make_site
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.sites.models import TabletRow
from youthvoice.sites.store import CurrentTablet, change_site, find_site
from youthvoice.sites.tablets import device, pairing, store
from youthvoice.sites.tablets.store import find_tablet, list_tablets, retire_tablet
from youthvoice.web.rate_limits import TABLET_COOKIE


def _site() -> int:
    with db.writing(db.engine()) as session:
        return make_site(session).id


def _code(site_id: int) -> str:
    with db.writing(db.engine()) as session:
        return store.start_enrolment(session, site_id, "Common room")


def _enrol(code: str) -> str | None:
    with db.writing(db.engine()) as session:
        return store.enrol_device(session, code)


def _here(app: Flask, token: str | None, method: str = "GET") -> CurrentTablet | None:
    def ask() -> CurrentTablet | None:
        with app.test_request_context("/", headers={"Cookie": f"{TABLET_COOKIE}={token}"}, method=method):
            return device.current_tablet()

    return Context().run(ask)


@pytest.mark.dialect("rows that an UPDATE or DELETE gives back")
def test_a_code_connects_one_tablet_however_it_is_typed(app: Flask) -> None:
    code = _code(_site())
    assert _enrol(code.lower().replace("-", " "))
    assert _enrol(code) is None


def test_a_code_runs_out_after_fifteen_minutes(app: Flask, clock: StillClock) -> None:
    code = _code(_site())
    clock.move(minutes=15)
    assert _enrol(code) is None


@pytest.mark.dialect("what a thief reads in the rows")
def test_the_database_knows_neither_code_nor_token(app: Flask) -> None:
    code = _code(_site())
    waiting = _row()
    token = _enrol(code)
    assert token
    for secret in (code, code.replace("-", ""), token):
        said = secret.encode()
        for form in (said, said.hex().encode(), base64.b64encode(said).rstrip(b"=")):
            assert form.lower() not in waiting + _row()


def _row() -> bytes:
    """Everything that lies in the row of the one tablet, in small letters; its name is found there."""
    with db.reading(db.engine()) as session:
        row = session.execute(select(TabletRow.__table__)).one()
    kept = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row).lower()
    assert b"common room" in kept
    return kept


def test_no_two_tablets_wait_for_the_same_code(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 640,000 codes two are the same now and then; one that ran out unused lies there still."""
    drawn = iter(("KITE-4821", "KITE-4821", "ROSE-0001"))
    monkeypatch.setattr(pairing, "new_spoken_code", lambda **_more: next(drawn))
    site_id = _site()
    assert (_code(site_id), _code(site_id)) == ("KITE-4821", "ROSE-0001")


@pytest.mark.dialect("rows that an UPDATE or DELETE gives back")
def test_a_new_code_replaces_the_old_one_until_the_tablet_is_connected(app: Flask) -> None:
    site_id = _site()
    first = _code(site_id)
    with db.writing(db.engine()) as session:
        (tablet,) = list_tablets(session, [site_id])
        second = store.renew_code(session, site_id, tablet.id)
    assert second
    assert _enrol(first) is None
    assert _enrol(second)
    with db.writing(db.engine()) as session:
        assert store.renew_code(session, site_id, tablet.id) is None


def test_an_enrolled_tablet_knows_its_site_and_every_change_of_it(app: Flask) -> None:
    site_id = _site()
    token = _enrol(_code(site_id))
    before = _here(app, token)
    assert before
    assert before.site.name == "Example House"
    with db.writing(db.engine()) as session:
        site = find_site(session, site_id)
        assert site
        change_site(session, site.id, {"name": "Hill House"})
    after = _here(app, token, method="POST")
    assert after
    assert (after.site.name, after.site.version) == ("Hill House", 2)


def test_a_retired_or_unknown_tablet_is_nowhere(app: Flask) -> None:
    site_id = _site()
    token = _enrol(_code(site_id))
    with db.writing(db.engine()) as session:
        (facts,) = list_tablets(session, [site_id])
        tablet = find_tablet(session, [site_id], facts.id)
        assert tablet
        retire_tablet(session, tablet.id, context.today())
    for cookie in (token, "made-up", ""):
        assert _here(app, cookie) is None


def test_a_page_for_tablets_refuses_other_devices_kindly(app: Flask, visitor: Callable[[], Visitor]) -> None:
    @app.get("/only-here")
    @device.tablet_required
    def only_here() -> str:
        return "here"

    answer = visitor().open("/only-here", 403)
    assert "Ask an adult to connect this tablet" in answer.text
