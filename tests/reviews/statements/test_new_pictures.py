"""Words that another gave, or whose pictures are lost: given anew with new pictures, and nobody can do it unseen."""

import pytest
from sqlalchemy import select

from tests.conftest import StillClock
from tests.reviews.test_child_walk import dealt, keys_of, prepares
from tests.support.people import on_tablet
from tests.support.reviews import WORDS, Panel, make_review, read_by, review_now, say, today
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.accountability import store as due_store
from youthvoice.audit.audit_log import Log
from youthvoice.audit.models import AuditEntryRow
from youthvoice.errors import Refused
from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.reviews import store
from youthvoice.reviews.duties.carriers import ask_carrier
from youthvoice.reviews.entities import NewPictures, Review
from youthvoice.reviews.statements import review_slip
from youthvoice.threads.models import ThreadReplyRow
from youthvoice.threads.store import ReaderKey, find_thread, list_sealed_entries, list_sealed_replies, open_thread

FALSE = "Everything is fine here"
REPLACED = "There are new words, with new pictures."


def dealt_anew(panel: Panel, review: Review) -> dict[str, object]:
    """What she puts in at the tablet, of a slip that replaces."""
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        pictures = review_slip.deal_new_pictures(session, held, panel.asha.id, Log(today(), "asha"))
    return {f"slip/{nth}": SCREENS[nth - 1].index(one) for nth, one in enumerate(pictures, 1)}


def gives(panel: Panel, picks: dict[str, object], **said: object) -> tuple[Visitor, dict[str, object]]:
    tablet = on_tablet(panel.visitor(), panel.site_id)
    tablet.send("/plan", picks)
    return tablet, keys_of(tablet.send("/plan/words", {**picks, **said}, status=201).text)


def test_what_a_neighbour_gave_in_her_place_gives_way_to_her_own_words(panel: Panel, clock: StillClock) -> None:
    """The neighbour saw her slip: with new pictures the child speaks, and the neighbour's words are gone."""
    review = make_review(panel, days=2)
    stranger, false_keys = prepares(panel, review, words=FALSE, change=["food"], readers=[panel.rosa.id])
    picks = dealt_anew(panel, review)
    assert (statement := read_by(review, panel.asha))
    assert statement.words == FALSE, "a slip that is not used costs nothing"
    _tablet, keys = gives(panel, picks, words=WORDS, readers=[panel.rosa.id])
    now = review_now(review)
    assert now.body.new_pictures == (NewPictures(panel.asha.id, today(), today()),)
    assert read_by(review, panel.asha).words == WORDS  # type: ignore[union-attr]
    page = stranger.send("/reply", false_keys).text
    assert REPLACED in page
    assert FALSE not in page
    assert WORDS not in page
    assert "made new pictures on" in _tablet.send("/reply", keys).text
    with db.reading(db.engine()) as session:
        owed = due_store.find_by_subjects(session, "review", [review.key])[review.key]
    assert {one.name for one in owed.parts} == {"plan", "own"}, "her wishes, and none of the neighbour's"
    clock.move(days=2)
    assert read_by(review, panel.rosa).words == WORDS  # type: ignore[union-attr]


def test_of_the_words_before_nothing_is_left_and_they_open_for_nobody(panel: Panel) -> None:
    review = make_review(panel, days=2)
    child = say(review, readers=[panel.rosa])
    old = child.thread_id
    with db.reading(db.engine()) as session:
        before = [[len(one.body.blob) for one in found(session, old)] for found in _BOTH]
    gives(panel, dealt_anew(panel, review), words="Other words")
    with db.reading(db.engine()) as session:
        for one in panel.everybody:
            assert open_thread(session, ReaderKey(one.id, one.public_key, one.site_ids), old, one.private_key) is None
        assert [[len(one.body.blob) for one in found(session, old)] for found in _BOTH] == before, "nothing tells"
        thread = find_thread(session, old)
        assert thread
        assert thread.case.state == "closed", "it ends with its month"
        ids = set(session.scalars(select(ThreadReplyRow.thread_id)))
    assert len(ids) == 2


_BOTH = (list_sealed_entries, list_sealed_replies)


def test_the_old_pictures_change_and_take_back_nothing(panel: Panel) -> None:
    """What was typed at that moment stays to be read."""
    review = make_review(panel, days=2)
    stranger, keys = prepares(panel, review, words=FALSE)
    stranger.send("/reply", keys)
    stranger.open("/reply/review/change")
    gives(panel, dealt_anew(panel, review), words=WORDS)
    page = stranger.send("/reply/review/change", {"words": "And this"}, status=410).text
    assert REPLACED in page
    assert "And this" in page
    assert WORDS not in page
    stranger.send("/reply/review/take-back", status=410)
    assert read_by(review, panel.asha).words == WORDS  # type: ignore[union-attr]


def test_a_slip_of_before_does_not_replace_anything(panel: Panel) -> None:
    """Nor one that was dealt for new pictures before another one was."""
    review = make_review(panel, days=2)
    old = dealt(review)
    say(review)
    first, second = dealt_anew(panel, review), dealt_anew(panel, review)
    tablet = on_tablet(panel.visitor(), panel.site_id)
    for picks in (old, first):
        tablet.send("/plan", picks, status=422)
    gives(panel, second, words="Mine")
    tablet.send("/plan", second, status=422)
    with pytest.raises(Refused, match="has_one"):
        dealt(review_now(review))


def test_without_words_there_is_nothing_to_replace_and_from_the_day_on_nothing_is(
    panel: Panel, clock: StillClock
) -> None:
    review = make_review(panel, days=2)
    with pytest.raises(Refused, match="has_none"):
        dealt_anew(panel, review)
    say(review)
    asha = panel.at(panel.asha)
    asha.open(f"/staff/reviews/{review.key}")
    picks = dealt_anew(panel, review)
    clock.move(days=2)
    tablet = on_tablet(panel.visitor(), panel.site_id)
    assert "The day of the review is here." in tablet.send("/plan", picks, status=410).text
    tablet.send("/plan/words", {**picks, "sheet": "00" * 16, "words": "Late"}, status=410)
    asha = panel.at(panel.asha)
    asha.open(f"/staff/reviews/{review.key}")
    asha.send(f"/staff/reviews/{review.key}/new-pictures", {}, status=410)
    asha.open(f"/staff/reviews/{review.key}/new-pictures/en", status=410)
    assert read_by(review, panel.asha).words == WORDS  # type: ignore[union-attr]


def test_an_advocate_cannot_do_it_unseen(panel: Panel) -> None:
    """Her slip stands in the log, on the child's page before it is used, and in the pack of everybody afterwards."""
    review = make_review(panel, days=2)
    child_at, keys = prepares(panel, review, words=WORDS)
    page = f"/staff/reviews/{review.key}"
    asha, carol = panel.at(panel.asha), panel.at(panel.carol)
    asha.open(page)
    assert "takes the place" in asha.send(f"{page}/new-pictures", {}).text
    assert "made new pictures on" in child_at.send("/reply", keys).text
    with db.reading(db.engine()) as session:
        assert "review.new_pictures" in set(session.scalars(select(AuditEntryRow.action)))
    said = "She gave a new statement, with new pictures"
    assert said not in carol.open(page).text
    asha.open(f"{page}/new-pictures/en")
    asha.send(f"{page}/new-pictures/en", {"words": FALSE}, status=201)
    assert said in carol.open(page).text
    assert FALSE not in carol.open(page).text
    child_at.open("/reply")
    assert REPLACED in child_at.send("/reply", keys).text
    assert review_now(review).body.new_pictures[-1].used_on == today()


def test_beside_her_advocate_a_child_whose_pictures_are_lost_speaks_again(panel: Panel) -> None:
    review = make_review(panel, days=2)
    say(review)
    page = f"/staff/reviews/{review.key}"
    asha = panel.at(panel.asha)
    assert f"{page}/new-pictures/en" in asha.open(page).text
    asha.open(f"{page}/statement/en")
    refused = asha.send(f"{page}/statement/en", {"words": "Other"}, status=410).text
    assert "You gave your words before." in refused, "the desk alone replaces nothing"
    asha.open(f"{page}/new-pictures/en")
    kept = asha.send(f"{page}/new-pictures/en", {"words": "Other"}, status=201).text
    tablet = on_tablet(panel.visitor(), panel.site_id)
    tablet.open("/reply")
    assert "Other" in tablet.send("/reply", keys_of(kept)).text


def test_who_was_asked_to_carry_it_deals_none_before_she_said_yes(panel: Panel) -> None:
    review = make_review(panel, days=2, carried_since=None)
    say(review)
    page, asha = f"/staff/reviews/{review.key}", panel.at(panel.asha)
    asha.open(page)
    asha.send(f"{page}/new-pictures", {}, status=404)
    asha.open(f"{page}/new-pictures/en", status=404)
    assert read_by(review, panel.asha).words == WORDS  # type: ignore[union-attr]


def test_words_that_came_while_the_page_was_open_beside_her_are_not_replaced(panel: Panel) -> None:
    """There was nothing to replace when it was opened: the faster ones count, these stay to be read."""
    review = make_review(panel, days=2)
    page, asha = f"/staff/reviews/{review.key}", panel.at(panel.asha)
    assert "take the place" not in asha.open(f"{page}/statement/en").text
    say(review)
    kept = asha.send(f"{page}/statement/en", {"words": "Other"}, status=410).text
    assert "Other" in kept
    assert "take the place" in asha.open(f"{page}/new-pictures/en").text
    assert review_now(review).body.new_pictures == ()
    assert read_by(review, panel.asha).words == WORDS  # type: ignore[union-attr]


def test_only_who_carries_it_deals_them(panel: Panel) -> None:
    review = make_review(panel, days=2)
    say(review)
    page = f"/staff/reviews/{review.key}"
    for who in (panel.ravi, panel.carol, panel.rosa):
        at = panel.at(who)
        if at.ask("GET", page).status_code == 200:
            at.open(page)
        assert at.ask("POST", f"{page}/new-pictures", data=at.hidden).status_code in {403, 404}
        assert at.ask("GET", f"{page}/new-pictures/en").status_code in {403, 404}
    assert review_now(review).body.new_pictures == ()


def test_new_pictures_are_still_good_when_another_advocate_carries_it(panel: Panel) -> None:
    review = make_review(panel, days=2)
    say(review)
    picks = dealt_anew(panel, review)
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        asha = panel.asha
        reader_key = ReaderKey(asha.id, asha.public_key, asha.site_ids)
        ask_carrier(session, held, panel.ravi.id, Log(today(), "asha"), reader_key, asha.private_key)
    gives(panel, picks, words="Mine")
    assert read_by(review, panel.asha) is None
    assert read_by(review, panel.ravi).words == "Mine"  # type: ignore[union-attr]
