"""What a child says to her advocate alone after the day: never lost, and with whoever carries her newest review."""

import pytest

from tests.conftest import StillClock
from tests.reviews.test_child_walk import prepares
from tests.reviews.test_review_pages import opening
from tests.support.people import Somebody
from tests.support.reviews import WORDS, Child, Panel, make_review, review_at, review_now, say, today
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.people.store import change_person, close_account
from youthvoice.accounts.store import find_person_row
from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.grievances.reader_offboarding import reads_alone
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.reviews import decisions, store
from youthvoice.reviews.child_review import add_for_next_review, child_review
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.duties import carriers
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements.advocate_messages import list_reviews_to_transfer
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import open_own
from youthvoice.threads.handover_items import list_handovers, open_handover
from youthvoice.threads.store import ReaderKey

LATER = "Next time I want to talk about school"
NOT_RIGHT = "There is a bus at noon"


def key_of(who: Somebody) -> ReaderKey:
    return ReaderKey(who.id, who.public_key, who.site_ids)


def decide_plan(review: Review, by: Somebody) -> None:
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        kept = Decision("plan", "kept", {"en": "It goes on."})
        decisions.decide(session, held, kept, held.version, by.id, Log(today(), by.handle))


def adds(child: Child, words: str = LATER) -> None:
    with db.writing(db.engine()) as session:
        own_statement = open_own(session, child.thread_id, child.code.reply.private, to_change=True)
        assert own_statement
        add_for_next_review(session, own_statement, words)


def sealed_to(who: Somebody) -> list[str]:
    """What she opens of what was sealed to her."""
    with db.reading(db.engine()) as session:
        items = list_handovers(session, who.id)
        told = [open_handover(context.keyring(), one, who.private_key) for one in items]
    return [str(item["words"]) for one in told for item in one["items"]]


def tells_again(child: Child) -> str:
    """Whom her page asks her to tell; nobody where nothing is lost."""
    with db.reading(db.engine()) as session:
        return child_review(session, child.own()).tell_again


def passes_on(review: Review, giver: Somebody, to: Somebody) -> None:
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        carriers.ask_carrier(session, held, to.id, Log(today(), giver.handle), key_of(giver), giver.private_key)


def after_the_day(panel: Panel, clock: StillClock, statement: Statement | None = None) -> tuple[Review, Child]:
    """A review that is over, and what its child says for the next one."""
    review = make_review(panel, days=1)
    child = say(review, statement)
    clock.move(days=1)
    adds(child)
    return review, child


def test_whoever_hands_a_review_over_gives_what_lies_sealed_to_her_alone(panel: Panel, clock: StillClock) -> None:
    review, child = after_the_day(panel, clock)
    assert (sealed_to(panel.asha), tells_again(child)) == ([LATER], "")
    passes_on(review, panel.asha, panel.ravi)
    assert (sealed_to(panel.asha), sealed_to(panel.ravi)) == ([], [LATER])
    assert tells_again(child) == ""
    assert LATER not in panel.at(panel.asha).open(f"/staff/reviews/{review.key}").text
    ravi = panel.at(panel.ravi)
    ravi.open(f"/staff/reviews/{review.key}")
    assert "What she said for the next time" in ravi.send(f"/staff/reviews/{review.key}/carry", {}).text


def test_where_nobody_can_give_it_her_own_copy_stays_and_her_page_says_so(panel: Panel, clock: StillClock) -> None:
    review, child = after_the_day(panel, clock)
    passes_on(review, panel.carol, panel.ravi)
    assert (sealed_to(panel.asha), sealed_to(panel.ravi)) == ([LATER], [])
    assert tells_again(child) == "Ravi Example"
    assert [one.said["words"] for one in child.own().replies if one.kind == "next"] == [LATER]


def test_a_new_key_opens_nothing_of_before_and_her_page_says_so(panel: Panel, clock: StillClock) -> None:
    _review, child = after_the_day(panel, clock)
    second = review_at(panel.site_id, panel.ravi, panel.rosa)
    with db.writing(db.engine()) as session:
        assert [review.id for review in list_reviews_to_transfer(session, panel.asha.id, [panel.site_id])] == [
            second.id
        ]
        row = find_person_row(session, panel.asha.id)
        assert row
        change_person(session, row, public_key=new_pair().public, key_version=2)
        assert list_reviews_to_transfer(session, panel.asha.id, [panel.site_id]) == [], (
            "nobody is asked for what she cannot do"
        )
    assert tells_again(child) == "Ravi Example"
    with db.writing(db.engine()) as session:
        review = store.find_review(session, second.id, to_change=True)
        assert review
        store.change_review(session, review, advocate_id=panel.asha.id)
    assert tells_again(child) == "Asha Example"


@pytest.mark.parametrize("opens", ["asha", "carol"])
def test_for_the_next_review_it_goes_to_who_carries_that(panel: Panel, clock: StillClock, opens: str) -> None:
    """At once where whoever opens it can; else she who holds it is asked to, and one button does it."""
    _review, child = after_the_day(panel, clock)
    at = panel.at(getattr(panel, opens))
    at.open("/staff/reviews/new/example-house")
    at.send("/staff/reviews/new/example-house", opening(panel, advocate=panel.ravi.id))
    with db.reading(db.engine()) as session:
        second = store.find_newest_of_case(session, review_now(child.review))
    assert second.advocate_id == panel.ravi.id
    if opens == "carol":
        assert tells_again(child) == "Ravi Example"
        asha, page = panel.at(panel.asha), f"/staff/reviews/{second.key}"
        assert page in asha.open("/staff/").text, "on her To do"
        assert "Give it to Ravi Example" in asha.open(page).text
        asha.send(f"{page}/give-words", {})
        assert page not in asha.open("/staff/").text
        assert "Give it to Ravi Example" not in asha.open(page).text
    assert (sealed_to(panel.asha), sealed_to(panel.ravi)) == ([], [LATER])
    assert tells_again(child) == ""


def test_it_is_never_given_to_somebody_whom_she_does_not_want_there(panel: Panel, clock: StillClock) -> None:
    review, _child = after_the_day(panel, clock, Statement(words=WORDS, not_there=(panel.ravi.id,)))
    second = review_at(panel.site_id, panel.ravi, panel.rosa)
    asha, page = panel.at(panel.asha), f"/staff/reviews/{second.key}"
    asha.open(page)
    assert "does not want her there" in asha.send(f"{page}/give-words", {}).text
    with pytest.raises(Refused, match="child_said_no"):
        passes_on(review_now(second), panel.asha, panel.ravi)
    assert (sealed_to(panel.asha), sealed_to(panel.ravi)) == ([LATER], [])
    assert review_now(review).body.for_advocate[0].to == panel.asha.id


def test_with_an_earlier_review_nothing_leaves_who_carries_the_newest(panel: Panel, clock: StillClock) -> None:
    review, child = after_the_day(panel, clock)
    review_at(panel.site_id, panel.asha, panel.rosa)
    passes_on(review, panel.asha, panel.ravi)
    assert (sealed_to(panel.asha), sealed_to(panel.ravi)) == ([LATER], [])
    assert tells_again(child) == ""


def test_who_says_that_she_cannot_gives_it_to_the_next(panel: Panel, clock: StillClock) -> None:
    review, _child = after_the_day(panel, clock)
    second = review_at(panel.site_id, panel.asha, panel.rosa, carried_since=None)
    asha = panel.at(panel.asha)
    asha.open(f"/staff/reviews/{second.key}")
    asha.send(f"/staff/reviews/{second.key}/cannot", {})
    assert (sealed_to(panel.asha), sealed_to(panel.ravi)) == ([], [LATER])
    assert review_now(review).body.for_advocate[0].to == panel.ravi.id


def test_nobody_gives_what_is_not_hers(panel: Panel, clock: StillClock) -> None:
    _review, _child = after_the_day(panel, clock)
    second = review_at(panel.site_id, panel.ravi, panel.rosa)
    page = f"/staff/reviews/{second.key}"
    ravi, carol = panel.at(panel.ravi), panel.at(panel.carol)
    ravi.open(page)
    ravi.send(f"{page}/give-words", {}, status=404)
    carol.open(page)
    assert carol.ask("POST", f"{page}/give-words", data=carol.hidden).status_code == 403
    assert sealed_to(panel.asha) == [LATER]


def taken_back(panel: Panel, clock: StillClock) -> tuple[Visitor, Review]:
    """At a tablet, after the day of a review whose words she took back; the plan is decided."""
    review = make_review(panel, days=1)
    tablet, keys = prepares(panel, review, words=WORDS)
    tablet.send("/reply", keys)
    tablet.open("/reply/review/take-back")
    tablet.send("/reply/review/take-back")
    clock.move(days=1)
    decide_plan(review, panel.rosa)
    tablet.open("/reply")
    tablet.send("/reply", keys)
    return tablet, review


def test_after_she_took_it_back_what_is_not_right_goes_to_her_advocate_alone(panel: Panel, clock: StillClock) -> None:
    tablet, review = taken_back(panel, clock)
    page = tablet.open("/reply/review/not-right/plan").text
    assert "Asha Example" in page
    assert '<textarea class="words" name="words"' in page
    seen = tablet.send("/reply/review/not-right/plan", {"words": NOT_RIGHT}).text
    assert NOT_RIGHT in seen
    assert sealed_to(panel.asha) == [NOT_RIGHT]
    for who in (panel.ravi, panel.carol, panel.rosa):
        assert NOT_RIGHT not in panel.at(who).open(f"/staff/reviews/{review.key}").text
    asha = panel.at(panel.asha)
    assert "What she says is not right" in asha.open(f"/staff/reviews/{review.key}").text
    with db.reading(db.engine()) as session:
        (item,) = list_handovers(session, panel.asha.id)
    address = f"/staff/handed/{item.id.hex()}"
    asha.open(address)
    assert NOT_RIGHT in asha.send(address, {}).text
    assert review_now(review).decided_on is None


@pytest.mark.parametrize("path", ["/reply/review/not-right/plan", "/reply/review/next"])
def test_where_nobody_can_carry_it_her_words_stay_on_the_page(panel: Panel, clock: StillClock, path: str) -> None:
    tablet, review = taken_back(panel, clock)
    with db.writing(db.engine()) as session:
        row = find_person_row(session, panel.asha.id)
        assert row
        close_account(session, row, today())
    tablet.open(path)
    page = tablet.send(path, {"words": NOT_RIGHT}, status=422).text
    assert NOT_RIGHT in page
    assert "Nobody can carry it now." in page
    assert review_now(review).decided_on, "nothing was taken"


def test_nobody_leaves_while_what_a_child_said_opens_to_her_alone(panel: Panel, clock: StillClock) -> None:
    """Where a reviewer has her yes the statement does not hold the advocate: what was said after it does."""
    review = make_review(panel, days=1)
    child = say(review, readers=[panel.rosa])
    clock.move(days=1)
    assert not alone(panel.asha)
    adds(child)
    assert alone(panel.asha)
    assert not alone(panel.ravi)
    leaving = panel.at(panel.asha).open("/staff/reports/leaving").text
    assert "nobody else can open it" in leaving
    assert "Nothing holds you here" not in leaving
    passes_on(review, panel.asha, panel.ravi)
    assert not alone(panel.asha)
    assert alone(panel.ravi)
    assert "nobody else can open it" not in panel.at(panel.asha).open("/staff/reports/leaving").text


def alone(who: Somebody) -> bool:
    with db.reading(db.engine()) as session:
        return reads_alone(session, who.id)
