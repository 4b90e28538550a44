"""What a colleague is asked when an adult introduces herself: these parts, of this adult, and nothing else."""

import re

import pytest
from flask import Flask

from tests.introductions.test_introductions import OWN, Team, team as team  # noqa: PLC0414 - a fixture
from tests.support.audio import webm_of
from tests.support.people import agrees, make_person
from youthvoice import context, db
from youthvoice.access.guard import Caller
from youthvoice.accounts.agreement import AgreementRequest, CannotBeDone
from youthvoice.introductions.approval import ApproveIntroduction
from youthvoice.introductions.store import list_own_parts

FILE = re.compile(r'<(?:img|audio) [^>]*src="(/staff/me/introduction/files/[0-9a-f]{32})"')
DRAFT = "Draft: no child sees or hears it yet."


def test_a_colleague_sees_and_hears_what_she_is_asked_and_nothing_else(team: Team) -> None:
    team.draws()
    team.asks()
    agrees(team.browsers["second"])
    team.says(webm_of(3), "hi")
    team.writes(en="comes on Tuesdays")
    page = team.browsers["second"].open(team.asks()).text
    lines = re.findall(r"<dt>(.*?)</dt>", page)
    assert lines == ["Greeting · हिन्दी", "A few words · English", "What changes"], "her portrait is approved already"
    assert "comes on Tuesdays" in page
    (sound,) = FILE.findall(page)
    assert team.browsers["second"].ask("GET", sound).content_type == "audio/webm"


def test_who_hears_no_asks_again_and_her_draft_is_hers_alone(team: Team) -> None:
    team.draws()
    request = team.asks()
    page = team.browsers["second"].open(request).text
    (address,) = set(FILE.findall(page))
    team.browsers["second"].send(f"{request}/refuse", {"reason": "Which of us is it?"})
    assert team.browsers["second"].ask("GET", address).status_code == 404
    assert team.browsers["advocate"].ask("GET", address).status_code == 200
    own_page = team.browsers["advocate"].open(OWN).text
    assert "A colleague is asked" not in own_page
    assert "Ask a colleague to look" in own_page
    assert "ask again" not in team.draws(clothes="d9694a"), "nothing waits any more"
    assert "Which of us is it?" in team.browsers["advocate"].open(request).text


def test_a_new_draft_takes_back_no_other_request(team: Team) -> None:
    """Neither what a colleague asks her, nor what she asks about something else."""
    with db.writing(db.engine()) as session:
        third = make_person(session, "advocate", team.site_id, handle="third")
    leave = f"/staff/people/{third.id}/leave"
    team.browsers["coordinator"].open(leave)
    leaving = team.browsers["coordinator"].send(leave, {"second": team.people["second"].id}).request.path
    team.draws("coordinator", clothes="4f7fb5")
    introduced = team.asks("coordinator", "advocate")
    for name in ("advocate", "coordinator"):
        before = "ask again" in team.draws(name, clothes="d9694a")
        assert before == (name == "coordinator"), "her own introduction alone was asked for"
    page = team.browsers["second"].open(leaving).text
    assert "I agree" in page
    page = team.browsers["second"].open(team.asks("coordinator")).text
    (address,) = set(FILE.findall(page))
    assert team.browsers["second"].ask("GET", address).status_code == 200, "besides what else she is asked"
    assert team.browsers["coordinator"].open(OWN).text.count("has until") == 1
    assert team.browsers["advocate"].ask("GET", introduced).status_code == 404


def test_nobody_asks_for_what_another_drafted(app: Flask, team: Team) -> None:
    team.draws()
    asha, ravi, olga = (team.people[name].id for name in ("advocate", "second", "coordinator"))
    with app.test_request_context("/staff/"), db.writing(db.engine()) as session:
        (draft,) = list_own_parts(session, asha)
        data = {"person": asha, "parts": [[*draft.key, draft.digest]]}
        site_ids = frozenset({team.site_id})
        forged = AgreementRequest(1, "introduction", ravi, olga, context.now(), "waits", data, site_ids)
        second = Caller(olga, "coordinator", "Olga", "coordinator", site_ids, "en", token="")
        with pytest.raises(CannotBeDone):
            ApproveIntroduction().carry_out(session, forged, second)


def test_who_asks_twice_asks_once_and_who_has_no_draft_asks_nobody(team: Team) -> None:
    assert team.asks() == f"{OWN}/ask", "there is nothing to look at"
    team.draws()
    first, second = team.asks(), team.asks(of="outside_recipient")
    team.browsers["second"].open(first, 404)
    team.browsers["outside_recipient"].open(second)
    assert team.browsers["advocate"].open(OWN).text.count("has until") == 1


def test_words_that_are_changed_back_leave_no_draft(team: Team) -> None:
    browser = team.browsers["advocate"]
    team.writes(en="comes on Tuesdays")
    team.asks()
    agrees(team.browsers["second"])
    assert DRAFT in team.writes(en="comes on Fridays", hi="मंगलवार को आती हैं")
    assert 'value="comes on Fridays"' in browser.open(f"{OWN}/words").text, "what she wrote last"
    team.asks()
    page = team.writes(en="comes on Fridays", hi="मंगलवार को आती हैं")
    assert "ask again" not in page, "nothing changed"
    page = team.writes(en="comes on Tuesdays", hi="मंगलवार को आती हैं")
    assert "ask again" in page
    assert page.count(DRAFT) == 1, "that in Hindi"
    team.asks()
    page = team.takes_back("words", "hi", "draft")
    assert "ask again" in page
    assert DRAFT not in page
    assert "comes on Tuesdays" in team.telling()


@pytest.mark.parametrize(("kind", "language"), [("name", ""), ("words", "xx")])
def test_what_no_introduction_has_cannot_be_taken_back(team: Team, kind: str, language: str) -> None:
    browser = team.browsers["advocate"]
    browser.open(OWN)
    browser.send(f"{OWN}/take-back", {"kind": kind, "language": language, "state": "draft"}, 400)
