"""The pack of a review: her words first, whether she was asked, and what earlier reviews promised (S29, S30, T4)."""

import html
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.people import Somebody, signed_in
from tests.support.publications import House, make_house
from tests.support.reviews import WORDS, Child, Panel, make_review, review_at, review_now, say, today
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.audit.models import AuditEntryRow
from youthvoice.publications.encryption import Publication
from youthvoice.publications.review import drafting
from youthvoice.publications.store import list_waiting_editions
from youthvoice.reviews import decisions, rules, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Attendance, Offer, Review
from youthvoice.reviews.pack import Pack, SiteView, list_site_views, read_pack
from youthvoice.reviews.statements.statement import Statement
from youthvoice.threads.models import ThreadEntryRow
from youthvoice.threads.store import ReaderKey

SAID = "Lata goes there with you."
DAY = date(2026, 5, 4)


def decide(review: Review, by: Somebody, decision: Decision) -> None:
    """One decision about a review; commits."""
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        decisions.decide(session, held, decision, held.version, by.id, Log(today(), by.handle))


def pack_for(review: Review, who: Somebody) -> Pack:
    """The pack as somebody reads it now."""
    with db.reading(db.engine()) as session:
        now = store.find_review(session, review.id)
        assert now
        return read_pack(session, now, ReaderKey(who.id, who.public_key, who.site_ids), who.private_key)


def two_reviews(panel: Panel, clock: StillClock, *readers: Somebody) -> tuple[Child, Review]:
    """A review whose promise was for twenty days later, and the next one of the same case, thirty days later."""
    first = make_review(panel, days=1)
    child = say(first, Statement(words=WORDS, change=("school",), readers=frozenset(one.id for one in readers)))
    clock.move(days=1)
    decide(first, panel.rosa, Decision("own", "yes", {"en": SAID}, panel.lata.id, today() + timedelta(days=20)))
    clock.move(days=29)
    return child, make_review(panel, days=1)


@pytest.mark.parametrize(
    ("done_by", "confirmed", "now", "expected"),
    [
        (10, None, 5, ("open", 0)),
        (10, None, 10, ("open", 0)),
        (10, None, 13, ("late", 3)),
        (10, 9, 40, ("kept", 0)),
        (10, 12, 40, ("kept", 2)),
        (-3, None, 40, ("said_done", 0)),
        (-3, 8, 40, ("kept", 0)),
    ],
)
def test_nobody_but_the_child_says_that_a_promise_is_kept(
    done_by: int, confirmed: int | None, now: int, expected: tuple[str, int]
) -> None:
    said = None if confirmed is None else DAY + timedelta(days=confirmed)
    found = rules.promise_state(DAY, DAY + timedelta(days=done_by), said, DAY + timedelta(days=now))
    assert found == expected


def test_a_promise_of_before_that_is_not_kept_is_shown_with_its_days(panel: Panel, clock: StillClock) -> None:
    _child, second = two_reviews(panel, clock, panel.rosa)
    rosa = panel.at(panel.rosa)
    page = f"/staff/reviews/{second.key}"
    sealed = rosa.open(page).text
    assert "Her words of earlier reviews wait for you." in sealed
    assert WORDS not in sealed
    assert SAID not in sealed
    opened = rosa.send(f"{page}/open", {}).text
    assert WORDS in opened
    assert SAID in opened
    assert "Not kept: 9 days late" in opened
    assert re.search(rf"<b>Yes</b><br><bdi lang=\"en\">{SAID}</bdi>", opened), "the sentence stands by itself"
    order = [opened.index(words) for words in ("What she says", WORDS, SAID, "What the children of Example House say")]
    assert order == sorted(order), "what she wants and what was promised, before the views of all"
    assert [one.person_id for one in review_now(second).body.openings] == [panel.rosa.id]


def test_she_says_that_it_is_done(panel: Panel, clock: StillClock) -> None:
    child, second = two_reviews(panel, clock, panel.rosa)
    hers = child.own()
    with db.writing(db.engine()) as session:
        decisions.confirm(session, hers, "own")
    (earlier,) = pack_for(second, panel.rosa).earlier
    kept = next(wish.promise for wish in earlier.wishes if wish.part == "own")
    assert kept
    assert (kept.state, kept.days) == ("kept", 9)


def test_of_a_statement_that_is_not_open_a_reader_learns_not_even_that_something_was_promised(
    panel: Panel, clock: StillClock
) -> None:
    _child, second = two_reviews(panel, clock)
    page = panel.at(panel.rosa).open(f"/staff/reviews/{second.key}").text
    for hidden in (WORDS, SAID, "In her own words", "School", "Open her words", "Not kept", "Lata Example"):
        assert hidden not in page, hidden
    (earlier,) = pack_for(second, panel.rosa).earlier
    assert [wish.part for wish in earlier.wishes] == ["plan"]
    assert [wish.part for wish in pack_for(second, panel.asha).earlier[0].wishes] == ["own", "school", "plan"]


@pytest.mark.parametrize(
    ("alone", "told"),
    [(True, "She was seen alone when she was asked."), (False, "She was not seen alone when she was asked.")],
)
def test_she_chose_not_to_say_anything(panel: Panel, clock: StillClock, alone: bool, told: str) -> None:
    review = make_review(panel, days=1)
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        store.record_offer(session, held, Offer(today(), panel.asha.id, "chose_not", alone), Log(today(), "asha"))
    page = panel.at(panel.rosa).open(f"/staff/reviews/{review.key}").text
    assert "and chose not to say anything." in page
    assert told in page
    assert 'class="alarm"' not in page
    clock.move(days=1)
    rosa = panel.at(panel.rosa)
    assert "Nobody has written down whether she was there." in rosa.open(f"/staff/reviews/{review.key}").text


def test_whether_she_was_seen_alone_there_and_who_spoke_for_her(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    say(review, readers=[panel.rosa])
    clock.move(days=1)
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        attendance = Attendance("not_there", alone=False, spoken_for_by=panel.ravi.id)
        store.record_attendance(session, held, attendance, Log(today(), "rosa"))
    page = panel.at(panel.rosa).open(f"/staff/reviews/{review.key}").text
    told = page.replace("\u2068", "").replace("\u2069", "")
    for words in ("She was not there on the day.", "Nobody saw her alone before.", "Ravi Example spoke for her."):
        assert words in told


def test_nobody_asked_her_alarms_before_an_advocate_has_said_yes(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1, carried_since=None)
    for then in ("Ask her now.", "Decide nothing that can wait until she was asked."):
        page = panel.at(panel.rosa).open(f"/staff/reviews/{review.key}").text
        assert 'class="alarm"' in page
        assert then in page
        clock.move(days=1)


def approved(home: House, name: str = "daily-life-10-12") -> Publication:
    """A round that was counted, drafted and approved today; its view for reviews."""
    home.counted(name)
    drafting.draft_due()
    with db.writing(db.engine()) as session:
        (edition,) = list_waiting_editions(session, [home.site_id])
        advocate = home.people["advocate"]
        drafting.approve_edition(session, edition, advocate.id, context.today(), Log(context.today(), "advocate"))
        return edition.rows["review"]


@pytest.fixture
def home(app: Flask) -> House:
    """A site where views are published."""
    return make_house()


def views_read(home: House, review: Review, *, for_review: bool = True) -> list[SiteView]:
    pack = pack_for(review, home.people["advocate"])
    with db.reading(db.engine()) as session:
        return list(list_site_views(session, pack, "en", for_review=for_review))


def views_of(home: House, review: Review) -> list[str]:
    return [view.slug for view in views_read(home, review)]


def test_the_views_of_the_time_since_the_review_before_and_three_at_most(home: House, clock: StillClock) -> None:
    asha, rosa = home.people["advocate"], home.people["reviewer"]
    publication = approved(home)
    clock.move(days=20)
    first = review_at(home.site_id, asha, rosa, 1)
    assert views_of(home, first) == [publication.slug]
    clock.move(days=30)
    newer = []
    for name in ("daily-life-7-9", "daily-life-13-17", "needs-check", "rights-one-sheet"):
        clock.move(days=40)
        newer.append(approved(home, name).slug)
    second = review_at(home.site_id, asha, rosa, 0)
    assert views_of(home, second) == newer[:0:-1], "the newest first, none of before"


def plain(page: str) -> str:
    """The words of a page, blanks once."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_pack_says_nothing_that_a_published_page_does_not_say(home: House, visitor: Callable[[], Visitor]) -> None:
    """T4, T7: each sentence and band stands on the view's own page, which the same reader may open."""
    approved(home)
    review = review_at(home.site_id, home.people["advocate"], home.people["reviewer"], 0, invited=("facilitator",))
    for role, for_review in (("reviewer", True), ("facilitator", False)):
        reader = signed_in(visitor(), home.people[role])
        pack = reader.open(f"/staff/reviews/{review.key}").text
        address = re.search(r'href="(/staff/publications/[^"]+)">', pack.partition("<main")[2])
        assert address
        its_page = plain(reader.open(address[1]).text)
        (view,) = views_read(home, review, for_review=for_review)
        said = [*(one.sentence for one in view.findings), *(bar[2] for one in view.findings for bar in one.bars)]
        assert len(said) > 3
        for words in said:
            assert words in its_page, words
            assert words in plain(pack), words


def test_who_opens_words_of_before_is_named_at_the_review_they_were_said_to(panel: Panel, clock: StillClock) -> None:
    """Its own advocate reads it, in whichever pack they were shown."""
    child, second = two_reviews(panel, clock, panel.rosa)
    page, review = f"/staff/reviews/{second.key}", make_review(panel, case="K-99")
    rosa, lata, version = panel.at(panel.rosa), panel.at(panel.lata), review_now(child.review).version
    rosa.open(page)
    assert WORDS in rosa.send(f"{page}/open", {}).text
    assert [one.person_id for one in review_now(child.review).body.openings] == [panel.rosa.id]
    assert (
        "Rosa Example"
        in panel.at(panel.asha).open(f"/staff/reviews/{child.review.key}").text.partition("Who opened")[2]
    )
    with db.reading(db.engine()) as session:
        said = select(AuditEntryRow.subject).where(AuditEntryRow.action == "review.open_statement")
        assert set(session.scalars(said)) == {second.key, child.review.key}
    rosa.ask("POST", f"{page}/print", data=rosa.hidden)
    assert [one.printed for one in review_now(child.review).body.openings] == [False, True]
    assert review_now(child.review).version == version, "no form becomes stale by it"
    lata.ask("POST", f"{page}/open", data=lata.hidden)
    assert panel.lata.id not in {one.person_id for one in review_now(child.review).body.openings}
    assert review_now(review).body.openings == ()


def test_words_that_are_damaged_keep_back_no_decision_and_nobody_else_learns_it(
    panel: Panel, clock: StillClock
) -> None:
    child = say(make_review(panel, days=1), Statement(change=("family",), readers=frozenset({panel.rosa.id})))
    clock.move(days=1)
    with db.writing(db.engine()) as session:
        entries = session.query(ThreadEntryRow).where(ThreadEntryRow.thread_id == child.thread_id)
        for one in entries:
            one.body = one.body[:40] + bytes([one.body[40] ^ 1]) + one.body[41:]
    page = f"/staff/reviews/{child.review.key}"
    for who, told in ((panel.asha, LOST), (panel.rosa, LOST), (panel.ravi, "Her advocate speaks for her.")):
        seen = panel.at(who).open(page).text
        assert told in seen
        assert (LOST in seen) is (told == LOST)
        assert "The plan as a whole" in seen
    assert panel.at(panel.rosa).open(f"{page}/decide/plan").status_code == 200
    assert child.own().statement, "her own copy is another row"


LOST = "Her words cannot be opened with the keys that are here."
