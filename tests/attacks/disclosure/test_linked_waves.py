"""T5 of waves that cards link: where a child says harm before the first wave ends, advocates are asked to help then.

Where none does, nothing moves for anybody: `test_whole_site`.

Source: PRIVACY.md A8, A9; a pair closes with its second wave.
"""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import StillClock
from tests.support.attacks.crawler import signed_in, walk
from tests.support.front_door import FrontDoor, question
from tests.support.long_tests import long_test
from tests.support.open_rounds import NOW
from tests.support.people import PASSWORD
from youthvoice import context, db
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers
from youthvoice.surveys.responses.store import (
    card_suffix,
    deal_cards,
    make_presented_slip,
    screens_for_slip,
    seal_response,
    store_response_with_slip,
)
from youthvoice.surveys.rounds.entities import Round, Span
from youthvoice.surveys.rounds.store import questionnaire_of_round

BETWEEN, AMONG = NOW + timedelta(days=3), NOW + timedelta(days=4)
WAVES = (Span("pre", NOW, BETWEEN), Span("post", AMONG, AMONG + timedelta(days=3)))
LOOKING = {"advocate", "coordinator", "facilitator"}
HARM = 'safety = true\nharm = ["no"]'


def send(door: FrontDoor, round_: Round, card: dict[str, str], said: str) -> None:
    slip = make_presented_slip(round_, door.house.site_id, card)
    with db.writing(db.engine()) as session:
        coded = encode_answers(questionnaire_of_round(session, round_), {"night": said})
        coded += card_suffix(round_, door.house.site_id, slip)
        made = seal_response(round_, secrets.token_bytes(16), coded, day=context.today())
        assert not store_response_with_slip(session.connection(), made, slip).late


def deal(door: FrontDoor, round_: Round, children: int) -> list[dict[str, str]]:
    screens = screens_for_slip(round_)
    with db.writing(db.engine()) as session:
        dealt = deal_cards(session, round_, door.house.site_id, children)
    return [
        {name: str(pictures.index(one)) for (name, pictures), one in zip(screens, card, strict=True)} for card in dealt
    ]


@long_test("RUN")
def test_no_page_of_any_role_moves_between_the_waves_but_the_task_that_asks_for_help(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: StillClock
) -> None:
    door = FrontDoor(app, tmp_path, monkeypatch)
    before, _after = door.open(question("night", "yes_no", HARM), invited=20, link="card", waves=WAVES)
    deck = deal(door, before, 12)
    clock.moment = BETWEEN + timedelta(hours=1)  # the same hour is read before and after
    eyes = {role: signed_in(app, one.handle, PASSWORD) for role, one in door.house.people.items() if role in LOOKING}
    still = everything(eyes)
    assert sum(map(len, still.values())) > 40, "the crawl reaches the house"
    for card in deck[:-1]:
        send(door, before, card, "yes")
    send(door, before, deck[-1], "no")
    assert everything(eyes) == still, "sheets"
    assert [line.code for line in close_due(context.now()).lines] == ["not_ended"]
    moved = {role for role, pages in everything(eyes).items() if pages != still[role]}
    assert moved == {"advocate"}, "the look at what children said in the first wave"


def everything(eyes: dict[str, FlaskClient]) -> dict[str, dict[str, str]]:
    return {role: walk(client, ["/staff/"]) for role, client in eyes.items()}
