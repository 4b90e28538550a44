"""A class behind one box is let in, a flood is not. Counted as one line, as behind a proxy that names no addresses."""

import secrets

import pytest
from limits import parse
from werkzeug.test import TestResponse

from tests.support.rounds import answers
from tests.support.village import JSON, Village
from youthvoice.web import rate_limits

CHILDREN, SECONDS = 40, 600
BESIDE = ("/vote/a", "/agenda/me-too", "/agenda/me-too", "/agenda/me-too", "/we-did", "/tell")
OTHER = {"REMOTE_ADDR": "10.0.0.7"}
ENVELOPE = b"intake-2026-11\n" + b"0" * 31 + b"1\n" + b"x" * (81 + 32 * 1024)
"""As long as tablets make them."""


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of the flood limits, in seconds."""
    moment = [1_800_000_000.0]
    monkeypatch.setattr("youthvoice.web.rate_limits.time.time", lambda: moment[0])
    return moment


def sends(village: Village, path: str, **given: object) -> TestResponse:
    form = {"sheet": secrets.token_hex(16), "words": "a lamp", **answers(food="good")}
    return village.box.test_client().post(path, data=form, headers=JSON, **given)


def test_forty_children_at_three_tablets_in_ten_minutes_are_let_in(village: Village, now: list[float]) -> None:
    survey, said = f"/survey/{village.round.slug}", []
    for _child in range(CHILDREN):
        now[0] += SECONDS / CHILDREN
        said += [sends(village, path).status_code for path in (survey, *BESIDE)]
    assert set(said) == {201}
    assert village.waiting() == CHILDREN * (1 + len(BESIDE))


def test_a_flood_is_refused_and_children_at_another_tablet_are_not(village: Village, now: list[float]) -> None:
    said = [sends(village, "/we-did").status_code for _nth in range(130)]
    assert said == [201] * 120 + [429] * 10
    assert village.waiting() == 120
    assert sends(village, "/we-did", environ_base=OTHER).status_code == 201
    now[0] += 61
    assert sends(village, "/we-did").status_code == 201


def test_a_tablet_delivers_what_waited_for_months_and_a_flood_of_envelopes_is_refused(
    village: Village, now: list[float]
) -> None:
    def delivers(**given: object) -> int:
        answer = village.box.test_client().post("/offline/deliver", data=ENVELOPE, **given)
        return answer.status_code

    def delivered(number: int) -> None:
        for _nth in range(number):
            with village.box.app_context():
                rate_limits.flood_counts.hit(parse("6000 per minute"), "box.deliver", "address:127.0.0.1")

    delivered(5000)
    assert delivers() == 201
    delivered(1000)
    assert delivers() == 429
    assert delivers(environ_base=OTHER) == 201
    now[0] += 61
    assert delivers() == 201
