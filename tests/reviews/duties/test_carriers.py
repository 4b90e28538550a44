"""Who carries a review: asked first, may say no, may hand it over; no word is lost (S14, S31)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.people import Somebody, make_person
from tests.support.reviews import WORDS, Panel, make_review, read_by, review_at, review_now, say, today
from youthvoice import db
from youthvoice.accountability import store as due_store
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.people.store import change_person
from youthvoice.accounts.store import find_person_row
from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.grievances.reader_offboarding import reads_alone
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.reviews import store
from youthvoice.reviews.duties import carriers
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements import review_slip, store as statements
from youthvoice.reviews.statements.statement import Statement
from youthvoice.slips.store import count_slips
from youthvoice.threads.store import ReaderKey, open_thread


def key_of(who: Somebody) -> ReaderKey:
    return ReaderKey(who.id, who.public_key, who.site_ids)


def hand_over(review: Review, giver: Somebody, to: Somebody) -> Review:
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        return carriers.ask_carrier(session, held, to.id, Log(today(), giver.handle), key_of(giver), giver.private_key)


def takes_new_key(who: Somebody) -> Somebody:
    """She lost her password: two compared her new key."""
    pair = new_pair()
    with db.writing(db.engine()) as session:
        row = find_person_row(session, who.id)
        assert row
        change_person(session, row, public_key=pair.public)
    return Somebody(who.id, who.handle, who.name, who.role, who.site_ids, pair.private, pair.public)


def alone(who: Somebody) -> bool:
    with db.reading(db.engine()) as session:
        return reads_alone(session, who.id)


def asking(review: Review) -> AnswerDue:
    with db.reading(db.engine()) as session:
        return due_store.find_by_subjects(session, "statement", [review.key])[review.key]


def test_who_cannot_carry_it_is_followed_by_another_and_the_coordinator_sees_when_nobody_is_left(panel: Panel) -> None:
    review = make_review(panel, carried_since=None)
    page = f"/staff/reviews/{review.key}"
    asha, carol = panel.at(panel.asha), panel.at(panel.carol)
    assert "I cannot" in asha.open(page).text
    asha.send(f"{page}/cannot", {})
    assert review_now(review).advocate_id == panel.ravi.id
    assert asking(review).owner_id == panel.ravi.id, "her To do, not that of whoever cannot"
    assert "is asked to hold it" in carol.open(page).text
    asha.send(f"{page}/cannot", {}, status=404)
    ravi = panel.at(panel.ravi)
    ravi.open(page)
    ravi.send(f"{page}/cannot", {})
    assert review_now(review).lacks_advocate
    assert "No advocate holds it" in carol.open("/staff/reviews/").text
    carol.open(f"{page}/advocate")
    with db.writing(db.engine()) as session:
        third = make_person(session, "advocate", panel.site_id, handle="third")
    carol.open(f"{page}/advocate")
    carol.send(f"{page}/advocate", {"advocate": third.id})
    assert review_now(review).advocate_id == third.id
    assert not review_now(review).lacks_advocate


def test_an_advocate_who_hands_over_gives_the_words_and_opens_them_no_more(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=2)
    child = say(review, readers=[panel.rosa])
    hand_over(review, panel.asha, panel.ravi)
    statement = read_by(review, panel.ravi)
    assert statement
    assert statement.words == WORDS
    clock.move(days=2)
    assert read_by(review, panel.asha) is None
    assert read_by(review, panel.rosa) == statement
    assert child.own().statement == statement


def test_a_coordinator_hands_over_without_a_word_and_the_child_gives_it_again(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=2)
    child = say(review, readers=[panel.rosa])
    hand_over(review, panel.carol, panel.ravi)
    assert read_by(review, panel.ravi) is None
    with db.reading(db.engine()) as session:
        assert not carriers.is_open_to_advocate(session, review_now(review))
    ravi = panel.at(panel.ravi)
    assert "Her words do not open for you" in ravi.open(f"/staff/reviews/{review.key}").text
    child.says_anew(Statement(words=WORDS, readers=frozenset({panel.rosa.id})))
    assert read_by(review, panel.ravi)
    assert read_by(review, panel.asha) is None
    clock.move(days=2)
    assert read_by(review, panel.rosa)


def test_who_carried_it_once_opens_it_in_no_other_role_though_the_child_chose_her(
    panel: Panel, clock: StillClock
) -> None:
    review = make_review(panel, days=1)
    hand_over(review, panel.carol, panel.ravi)
    chosen = frozenset({panel.asha.id, panel.rosa.id})
    say(review_now(review), Statement(words=WORDS, readers=chosen))
    clock.move(days=1)
    with db.reading(db.engine()) as session:
        now = review_now(review)
        may = {who.handle: statements.may_open(session, now, who.id) for who in (panel.asha, panel.ravi, panel.rosa)}
    assert may == {"asha": False, "ravi": True, "rosa": True}


def test_words_do_not_go_to_an_advocate_whom_the_child_does_not_want_there(panel: Panel) -> None:
    review = make_review(panel)
    say(review, Statement(words=WORDS, not_there=(panel.ravi.id,)))
    with pytest.raises(Refused) as refused:
        hand_over(review, panel.asha, panel.ravi)
    assert refused.value.code == "child_said_no"
    assert review_now(review).advocate_id == panel.asha.id


@pytest.mark.parametrize("more", [{"trusted": False}, {"trained_until": None}, {"trained_until": date(2020, 1, 1)}])
def test_a_newcomer_or_whoever_is_not_trained_carries_nothing(panel: Panel, more: dict[str, object]) -> None:
    with db.writing(db.engine()) as session:
        new = make_person(session, "advocate", panel.site_id, handle="new", **more)  # type: ignore[arg-type]
    review = make_review(panel)
    say(review)
    with pytest.raises(Refused) as refused:
        hand_over(review, panel.asha, new)
    assert refused.value.code == "no_carrier"
    carol = panel.at(panel.carol)
    assert "New Example" not in carol.open("/staff/reviews/new/example-house").text


def test_an_untrusted_reviewer_decides_nothing(panel: Panel, clock: StillClock) -> None:
    with db.writing(db.engine()) as session:
        new = make_person(session, "reviewer", panel.site_id, handle="new", trusted=False)
    review = review_at(panel.site_id, panel.asha, new, 1)
    clock.move(days=1)
    panel.at(new).open(f"/staff/reviews/{review.key}/decide/plan", status=403)


def test_an_advocate_cannot_leave_while_a_statement_is_open_to_nobody_else(panel: Panel) -> None:
    review = make_review(panel)
    child = say(review)
    assert alone(panel.asha)
    page = panel.at(panel.asha).open("/staff/reports/leaving").text
    assert "Transfer it on the page of the review" in page
    assert "What you read is also read by others" not in page
    hand_over(review, panel.asha, panel.ravi)
    assert not alone(panel.asha)
    assert alone(panel.ravi)
    child.takes_back()
    assert not alone(panel.ravi), "what she took back holds nobody"


def test_with_a_new_key_nobody_reads_before_the_child_says_yes_again(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=2)
    child = say(review, readers=[panel.rosa])
    asha, rosa = takes_new_key(panel.asha), takes_new_key(panel.rosa)
    assert read_by(review, asha) is None
    with db.reading(db.engine()) as session:
        assert not carriers.is_open_to_advocate(session, review_now(review))
    child.says_anew(Statement(words=WORDS, readers=frozenset({panel.rosa.id})))
    assert read_by(review, asha)
    clock.move(days=2)
    assert read_by(review, rosa)


def test_a_review_opened_twice_is_asked_about(panel: Panel) -> None:
    make_review(panel, days=14, case="k 17")
    day = (today() + timedelta(days=14)).isoformat()
    typed: dict[str, object] = {
        "case_number": "K17", "step": "recovery", "kind": "regular", "day": day,
        "advocate": panel.asha.id, "reviewer": panel.rosa.id,
    }  # fmt: skip
    carol = panel.at(panel.carol)
    carol.open("/staff/reviews/new/example-house")
    page = carol.send("/staff/reviews/new/example-house", typed, status=422)
    assert "There is a review of this case on this day already." in page.text
    carol.send("/staff/reviews/new/example-house", {**typed, "once_more": "y"})
    with db.reading(db.engine()) as session:
        assert len(store.list_reviews(session, [panel.site_id])) == 2


def test_whoever_is_asked_gets_the_mail_that_says_nothing(panel: Panel) -> None:
    with db.writing(db.engine()) as session:
        row = find_person_row(session, panel.asha.id)
        assert row
        change_person(session, row, mail=encrypt_address("asha@example.org"))
    make_review(panel, carried_since=None)
    with db.reading(db.engine()) as session:
        assert len(session.scalars(select(OutgoingMailRow.id)).all()) == 1


def test_words_that_a_coordinator_left_behind_on_the_day_are_given_by_whoever_has_them(
    panel: Panel, clock: StillClock
) -> None:
    """From the day on the child cannot give them again: nobody makes them unread by asking another advocate."""
    review = make_review(panel, days=1)
    say(review)
    clock.move(days=1)
    page = f"/staff/reviews/{review.key}"
    assert "Transfer her statement" not in panel.at(panel.asha).open(page).text
    hand_over(review, panel.carol, panel.ravi)
    assert read_by(review, panel.ravi) is None
    assert "Ask the advocate who held it before" in panel.at(panel.ravi).open(page).text
    for who in (panel.carol, panel.rosa):
        assert "Transfer her statement" not in panel.at(who).open(page).text
    asha = panel.at(panel.asha)
    assert "Give it to Ravi Example" in asha.open(page).text
    asha.send(f"{page}/give-words", {})
    statement = read_by(review, panel.ravi)
    assert statement
    assert statement.words == WORDS
    assert "Transfer her statement" not in asha.open(page).text
    with db.reading(db.engine()) as session:
        thread_id = review_now(review).valid_statement.thread_id  # type: ignore[union-attr]
        assert open_thread(session, key_of(panel.asha), thread_id, panel.asha.private_key) is None


def test_words_that_were_left_behind_do_not_go_to_whom_the_child_does_not_want(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    say(review, Statement(words=WORDS, not_there=(panel.ravi.id,)))
    clock.move(days=1)
    hand_over(review, panel.carol, panel.ravi)
    asha, page = panel.at(panel.asha), f"/staff/reviews/{review.key}"
    asha.open(page)
    assert "does not want" in asha.send(f"{page}/give-words", {}).text
    assert read_by(review, panel.ravi) is None


def test_a_slip_of_whoever_carried_it_before_replaces_no_words(panel: Panel) -> None:
    """An advocate who kept a slip for new pictures speaks for nobody any more."""
    review = make_review(panel, days=2)
    say(review)
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        review_slip.deal_new_pictures(session, held, panel.asha.id, Log(today(), "asha"))
    hand_over(review, panel.carol, panel.ravi)
    with db.reading(db.engine()) as session:
        assert count_slips(session, review_slip.slip_purpose(review)).dealt == 0
    first = make_review(panel, days=2, case="K-18")
    with db.writing(db.engine()) as session:
        review_slip.deal_slip(session, first)
    hand_over(first, panel.carol, panel.ravi)
    with db.reading(db.engine()) as session:
        assert count_slips(session, review_slip.slip_purpose(first)).dealt == 1, (
            "a child who said nothing yet keeps hers"
        )
