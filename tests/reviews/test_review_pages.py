"""Reviews on staff pages: opened without a name, her words first, a decision for every wish (S29, S30)."""

import re
from datetime import timedelta

import pytest

from tests.conftest import StillClock
from tests.support.reviews import WORDS, Child, Panel, make_review, review_now, say, today
from youthvoice import db
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review


def only_review(panel: Panel) -> Review:
    with db.reading(db.engine()) as session:
        (found,) = store.list_reviews(session, [panel.site_id])
    return found


def opening(panel: Panel, **more: object) -> dict[str, object]:
    return {
        "case_number": "K-17",
        "step": "recovery",
        "kind": "regular",
        "day": (today() + timedelta(days=14)).isoformat(),
        "advocate": panel.asha.id,
        "reviewer": panel.rosa.id,
        "invited": ["coordinator"],
        **more,
    }


@pytest.mark.parametrize("day", ["2026-02-30", "9999-99-99", "31.12.2026", "", "9999-12-31", "0001-01-01"])
def test_a_day_that_is_none_is_said_to_be_so(panel: Panel, day: str) -> None:
    """It was compared with today: 500."""
    carol = panel.at(panel.carol)
    carol.open("/staff/reviews/new/example-house")
    page = carol.send("/staff/reviews/new/example-house", opening(panel, day=day), 422)
    assert 'href="#day"' in page.text


def test_from_opening_to_a_decision(panel: Panel, clock: StillClock) -> None:
    carol, asha, rosa = (panel.at(one) for one in (panel.carol, panel.asha, panel.rosa))
    carol.open("/staff/reviews/new/example-house")
    carol.send("/staff/reviews/new/example-house", opening(panel))
    review = only_review(panel)
    page = f"/staff/reviews/{review.key}"
    assert "I hold it" in asha.open(page).text
    asha.send(f"{page}/carry", {})
    asha.open(f"{page}/asked")
    asha.send(f"{page}/asked", {"outcome": "prepares", "alone": "yes"})
    child = say(review, readers=[panel.rosa])
    assert WORDS not in rosa.open(page).text
    clock.move(days=14)
    rosa, asha = panel.at(panel.rosa), panel.at(panel.asha)
    assert WORDS not in rosa.open(page).text, "in its envelope until she opens it"
    assert WORDS in rosa.send(f"{page}/open", {}).text
    assert "Rosa Example" in asha.open(page).text
    version = re.search(r'name="version"[^>]*value="([0-9a-f]+)"', rosa.open(f"{page}/decide/own").text)
    assert version
    decided = rosa.send(
        f"{page}/decide/own",
        {
            "version": version[1],
            "kind": "yes",
            "words_en": "You visit her on Sundays.",
            "carried_by": panel.lata.id,
            "done_by": (today() + timedelta(days=7)).isoformat(),
        },
    )
    assert "You visit her on Sundays." in decided.text
    assert child.own().review.decided_on is None, "the plan is not decided yet"


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("", "Type the number"),
        ("Meena 12", "may be a name"),
        ("Ravi 1", "may be a name"),
        ("Asha-2011", "may be a name"),
        ("12 Mar 2011", "perhaps of birth"),
        ("K 12.03.2011", "perhaps of birth"),
        ("K9876543210", "telephone number"),
        ("12.03.2014", "perhaps of birth"),
        ("98765 43210", "telephone number"),
        ("Asha", "has a digit"),
    ],
)
def test_a_case_number_is_no_name_day_or_telephone_number(panel: Panel, case: str, why: str) -> None:
    carol = panel.at(panel.carol)
    carol.open("/staff/reviews/new/example-house")
    page = carol.send("/staff/reviews/new/example-house", opening(panel, case_number=case), status=422)
    assert why in page.text


def test_a_review_is_not_on_a_day_that_is_over(panel: Panel) -> None:
    past = (today() - timedelta(days=1)).isoformat()
    carol = panel.at(panel.carol)
    carol.open("/staff/reviews/new/example-house")
    page = carol.send("/staff/reviews/new/example-house", opening(panel, day=past), status=422)
    assert "This day is over" in page.text


def test_who_was_not_chosen_opens_nothing_by_hand(panel: Panel, clock: StillClock) -> None:
    """Not by the address of a review, of its voice, of a decision about a wish of hers."""
    review = make_review(panel, days=1, invited=["coordinator", "facilitator"])
    say(review, readers=[panel.carol])
    clock.move(days=1)
    page = f"/staff/reviews/{review.key}"
    rosa = panel.at(panel.rosa)
    seen = rosa.open(page).text
    assert "Her advocate speaks for her." in seen
    assert WORDS not in seen
    rosa.send(f"{page}/open", {}, status=404)
    rosa.send(f"{page}/voice", {}, status=404)
    rosa.open(f"{page}/decide/own", status=404)
    assert rosa.open(f"{page}/decide/plan").status_code == 200
    carol = panel.at(panel.carol)
    carol.open(page)
    assert WORDS in carol.send(f"{page}/open", {}).text


def test_nobody_asked_her_is_an_alarm(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    clock.move(days=1)
    page = panel.at(panel.rosa).open(f"/staff/reviews/{review.key}").text
    assert 'class="alarm"' in page
    assert "Nobody asked her." in page


def test_another_was_faster_and_nothing_typed_is_lost(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    child: Child = say(review, readers=[panel.rosa])
    clock.move(days=1)
    page, version = f"/staff/reviews/{review.key}", review_now(review).version
    rosa, asha = panel.at(panel.rosa), panel.at(panel.asha)
    for who in (rosa, asha):
        who.open(page)
        who.send(f"{page}/open", {})
    for who in (rosa, asha):
        who.open(f"{page}/decide/own")
    seen = asha.hidden["version"]
    no: dict[str, object] = {"version": seen, "kind": "no_because", "words_en": "It is too far."}
    rosa.send(f"{page}/decide/own", no)
    late = asha.send(f"{page}/decide/own", {**no, "words_en": "Her house burnt."}, status=409).text
    assert "Her house burnt." in late
    assert "It is too far." in late
    assert child.own().review.version > version
