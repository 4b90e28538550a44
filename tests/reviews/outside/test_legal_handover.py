"""A pack goes without the child's yes only where two adults name a legal ground, and no more than that needs (S20)."""

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.reviews.outside.test_pack_proposals import back, makes
from tests.reviews.test_child_walk import prepares
from tests.support.packs import (
    ORDER,
    PAIR,
    WHY,
    child_answers,
    decided,
    ground,
    mark_of,
    opened,
    question,
    review_on_its_day,
)
from tests.support.people import PASSWORD, Somebody, make_person, make_site
from tests.support.reviews import WORDS, Panel, make_review, review_now, today
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.accountability.rules import PLAN
from youthvoice.accounts.people.store import close_account
from youthvoice.accounts.store import find_person_row
from youthvoice.reviews import rules
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Review
from youthvoice.reviews.outside.pack_file import open_pack_file


@pytest.fixture
def review(panel: Panel, clock: StillClock) -> Review:
    return review_on_its_day(panel, clock)[0]


def names_a_ground(panel: Panel, review: Review, second: Somebody, **more: object) -> str:
    """The advocate asks; gives the address of the request."""
    asha = opened(panel, review, "/law")
    page = asha.send(f"/staff/reviews/{review.key}/file/law", ground(second, **more))
    assert page.request.path.startswith("/staff/requests/")
    return page.request.path


def agrees(panel: Panel, second: Somebody, request: str, status: int = 200) -> Visitor:
    browser = panel.at(second)
    browser.open(request)
    browser.send(f"{request}/agree", {}, status)
    return browser


@pytest.mark.parametrize("role", ["lee", "carol"])
def test_only_with_both_it_goes_and_says_that_it_is_no_yes_of_hers(panel: Panel, review: Review, role: str) -> None:
    second: Somebody = getattr(panel, role)
    request = names_a_ground(panel, review, second)
    asha, page = opened(panel, review, ""), f"/staff/reviews/{review.key}/file"
    assert "Seal the file" not in asha.open(page).text, "one adult alone gives nothing"
    assert review_now(review).body.proposals == ()
    agrees(panel, second, request)
    told = open_pack_file(makes(asha, review), PAIR.private)
    assert told["pack"]["consent"] == {
        "basis": "legal_ground",
        "ground": "court_order",
        "reference": ORDER,
        "child_told_before": "told",
        "asked_by": "Asha Example",
        "agreed_by": second.name,
        "day": today().isoformat(),
    }
    assert told["case"]["data"]["disclosure_other_orgs"] is False
    assert told["case"]["data"]["consent_for_services"] is False
    assert told["referral"]["data"]["consent_overridden"] is True
    (given,) = review_now(review).body.handed
    assert (given.how, given.ground and given.ground.agreed_by) == ("legal_ground", second.id)
    asha.open(page)
    asha.send(f"{page}/make", {"mark": "0" * 32}, 422)


def test_nothing_that_she_said_goes_unless_the_order_of_a_court_asks_for_it(panel: Panel, review: Review) -> None:
    agrees(panel, panel.lee, names_a_ground(panel, review, panel.lee))
    told = open_pack_file(makes(opened(panel, review, ""), review), PAIR.private)
    whole = json.dumps(told, ensure_ascii=False)
    assert told["pack"]["statement"] is None
    assert [one["wish"] for one in told["pack"]["decisions"]] == [PLAN], "a decision would tell her wish"
    for hidden in (WORDS, "family", "An earlier secret", "You go on Sundays.", "You stay with us until May."):
        assert hidden not in whole, hidden
    assert "Here you are safe." in whole


def test_asked_for_by_a_court_her_words_go_and_her_voice_never(panel: Panel, review: Review) -> None:
    agrees(panel, panel.lee, names_a_ground(panel, review, panel.lee, asks_for_words="y", earlier="y"))
    told = open_pack_file(makes(opened(panel, review, ""), review), PAIR.private)
    assert told["pack"]["statement"]["words"] == WORDS
    assert told["pack"]["statement"]["voice"] == ""
    assert "readers" not in told["pack"]["statement"]
    assert "You stay with us until May." in json.dumps(told)
    assert "An earlier secret" not in json.dumps(told)


@pytest.mark.parametrize("code", rules.LEGAL_GROUNDS)
def test_no_ground_ever_takes_her_voice(code: str) -> None:
    for asks in (True, False):
        parts = rules.parts_on_ground(code, asks_for_words=asks, earlier=True)
        assert "voice" not in parts
        assert ("words" in parts) is (asks and code == "court_order")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"ground": ""}, "needs a legal ground"),
        ({"ground": "because"}, "Not a valid choice"),
        ({"reference": " "}, "Name the paragraph"),
        ({"reference": "x" * 161}, "At most 160 letters"),
        ({"ground": "law", "asks_for_words": "y"}, "Only an order of a court"),
        ({"told": ""}, "Say whether she was told"),
        ({"second": 0}, "Choose who agrees"),
        ({"words_en": ""}, "Write one sentence"),
        ({"words_en": "The multidisciplinary committee decided."}, "A child may not understand"),
        ({"key": "youthvoice-key:abcd"}, "no such key"),
    ],
)
def test_without_all_of_it_nobody_is_asked(panel: Panel, review: Review, wrong: dict[str, object], why: str) -> None:
    asked = {**ground(panel.lee), **wrong}
    page = opened(panel, review, "/law").send(f"/staff/reviews/{review.key}/file/law", asked, 422).text
    assert why in page
    assert "River House" in page, "nothing that was typed is lost"
    assert "A question about a review" not in panel.at(panel.lee).open("/staff/").text


def test_nobody_agrees_but_a_safeguarding_lead_or_a_coordinator_of_the_site(panel: Panel, review: Review) -> None:
    with db.writing(db.engine()) as session:
        there = make_site(session, slug="elsewhere", name="Elsewhere").id
        far = make_person(session, "safeguarding_lead", there, handle="far", name="Far Example")
    form = opened(panel, review, "/law")
    offered = form.open(f"/staff/reviews/{review.key}/file/law").text
    assert "Lee Example" in offered
    assert "Carol Example" in offered
    for who in (panel.ravi, panel.rosa, panel.lata, panel.asha, far):
        assert f"{who.name} ·" not in offered, who.name
        form.send(f"/staff/reviews/{review.key}/file/law", ground(who), 422)


def test_whoever_agrees_reads_all_of_it_and_nothing_that_she_said(panel: Panel, review: Review) -> None:
    request = names_a_ground(panel, review, panel.lee, asks_for_words="y")
    lee = panel.at(panel.lee)
    home = lee.open("/staff/").text
    assert "A question about a review" in home
    for hidden in ("K-17", "River House", ORDER):
        assert hidden not in home, "nothing of it is in a list"
    page = lee.open(request).text
    for words in ("K-17", "River House", ORDER, WHY, "An order of a court", "What she said", "I told her before"):
        assert words in page, words
    assert WORDS not in page
    for who in (panel.ravi, panel.carol, panel.rosa):
        panel.at(who).open(request, 404)


def test_a_no_of_the_second_adult_keeps_it_here(panel: Panel, review: Review) -> None:
    request = names_a_ground(panel, review, panel.lee)
    lee = panel.at(panel.lee)
    lee.open(request)
    lee.send(f"{request}/refuse", {"reason": "The order names another child."})
    assert review_now(review).body.proposals == ()
    assert "Seal the file" not in opened(panel, review, "").open(f"/staff/reviews/{review.key}/file").text


def test_it_is_weighed_again_when_the_second_adult_agrees(panel: Panel, review: Review) -> None:
    """Another advocate carries it by then, or the child is being asked: nothing is agreed to."""
    request = names_a_ground(panel, review, panel.lee)
    asha = opened(panel, review, "/ask")
    asha.send(f"/staff/reviews/{review.key}/file/ask", question())
    browser = panel.at(panel.lee)
    browser.open(request)
    assert "Take it back first" in browser.send(f"{request}/agree", {}, 409).text
    assert review_now(review).body.proposals[-1].ground is None
    with db.writing(db.engine()) as session:
        row = find_person_row(session, panel.asha.id)
        assert row
        close_account(session, row, today())
    browser.open(request)
    browser.send(f"{request}/agree", {}, 409)
    assert review_now(review).body.handed == ()


@pytest.mark.parametrize("words", ["all", "none"])
def test_a_no_of_hers_binds_whoever_writes_down_a_yes_and_not_the_law(
    panel: Panel, clock: StillClock, words: str
) -> None:
    """The law may still ask, also for the very parts that she refused; then the file says so, and her words stay."""
    review, child = review_on_its_day(panel, clock)
    assert child
    opened(panel, review, "/ask").send(f"/staff/reviews/{review.key}/file/ask", question(words=words))
    child_answers(child, yes=False)
    agrees(panel, panel.lee, names_a_ground(panel, review_now(review), panel.lee))
    told = open_pack_file(makes(opened(panel, review, ""), review), PAIR.private)
    assert told["pack"]["consent"]["basis"] == "legal_ground"
    assert told["pack"]["statement"] is None


@pytest.mark.parametrize("told", rules.TOLD_BEFORE)
def test_the_child_reads_who_decided_it_and_why_before_it_goes(panel: Panel, clock: StillClock, told: str) -> None:
    review = make_review(panel, days=1)
    tablet, keys = prepares(panel, review, words=WORDS)
    clock.move(days=1)
    decided(review, panel.rosa, Decision(PLAN, "kept", {"en": "Here you are safe."}))
    agrees(panel, panel.lee, names_a_ground(panel, review_now(review), panel.lee, told=told))
    assert ("Your plan and others" in back(tablet, keys)) is (told != "danger")
    page = tablet.open("/reply/review/give").text
    knows = ("River House", "A court says so.", ORDER, "Asha Example", "Lee Example", WHY)
    for words in knows:
        assert (words in page) is (told != "danger"), words
    mark = review_now(review).body.proposals[-1].mark
    for answer in ("yes", "no"):
        tablet.send("/reply/review/give", {"mark": mark, "answer": answer}, 422)
    makes(opened(panel, review_now(review), ""), review)
    seen = back(tablet, keys)
    for words in ("River House", "A court says so.", ORDER, "Asha Example", "Lee Example"):
        assert words in seen, words
    assert "as you wished" not in seen


def test_the_command_gives_it_on_both_yeses_alone(
    app: Flask, panel: Panel, review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, export = app.test_cli_runner().invoke, ["reviews", "export", review.key, str(tmp_path / "pack")]
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"asha:{PASSWORD}")
    request = names_a_ground(panel, review, panel.lee)
    assert "Nobody has said yes" in run(args=export).output
    agrees(panel, panel.lee, request)
    assert mark_of(opened(panel, review, "").open(f"/staff/reviews/{review.key}/file").text)
    assert run(args=export).exit_code == 0
    told = open_pack_file((tmp_path / "pack").read_bytes(), PAIR.private)
    assert told["pack"]["consent"]["basis"] == "legal_ground"
