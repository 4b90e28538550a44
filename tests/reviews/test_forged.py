"""What somebody tries by hand at a review, and what a thief of the database sees of a statement (S29, S31)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.reviews.test_child_walk import dealt, prepares
from tests.support.long_tests import breadth
from tests.support.people import make_person, make_site, on_tablet
from tests.support.reviews import WORDS, Panel, make_review, read_by, review_now, say, today
from youthvoice import context, db
from youthvoice.accountability import store as due_store
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.audit.audit_log import Log
from youthvoice.audit.models import AuditEntryRow
from youthvoice.errors import ConcurrentUpdate
from youthvoice.reviews import decisions, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Review
from youthvoice.reviews.models import ReviewRow
from youthvoice.reviews.statements import options, review_slip
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import OWN, change_statement, open_own
from youthvoice.slips.store import count_slips
from youthvoice.threads.child_codes.code_attempts import MAX_SLIPS_OF_TABLET
from youthvoice.threads.models import ThreadEntryRow, ThreadReplyRow


def _another(picks: dict[str, object], nth: int) -> dict[str, object]:
    """Other pictures than these."""
    first = int(str(picks["slip/1"]))
    return {**picks, "slip/1": (first + 1 + nth // 9) % 9, "slip/2": nth % 9}


def test_pictures_sent_by_hand_to_the_second_page_are_counted_as_those_of_the_first(panel: Panel) -> None:
    review = make_review(panel, days=2)
    tablet, picks = on_tablet(panel.visitor(), panel.site_id), dealt(review)
    for nth in range(MAX_SLIPS_OF_TABLET):
        tablet.send("/plan/words", {**_another(picks, nth), "sheet": "1" * 32, "words": WORDS}, status=410)
    kept = {**picks, "sheet": "2" * 32, "words": WORDS}
    assert WORDS in tablet.send("/plan/words", kept, status=429).text, "and what a child wrote stays on the page"
    assert review_now(review).words_of_child() == "nobody_asked"


def test_taken_back_nothing_of_a_row_is_another_than_before(panel: Panel) -> None:
    """A thread without an entry would tell a thief that she took it back (PRIVACY.md C, "A statement")."""
    sizes = []
    child = say(make_review(panel, days=2), Statement(words=WORDS, voice=b"\x1a\x45\xdf\xa3" + bytes(40_000)))
    for _turn in range(2):
        with db.reading(db.engine()) as session:
            sizes.append(
                [session.scalars(select(func.length(each.body))).all() for each in (ThreadEntryRow, ThreadReplyRow)]
            )
        child.takes_back()
    assert sizes[0] == sizes[1]
    assert child.own().statement


def test_taken_back_and_given_again_it_is_the_only_one(panel: Panel) -> None:
    review = make_review(panel, days=2)
    child = say(review)
    child.takes_back()
    child.says_anew(Statement(words="Again"))
    assert (statement := read_by(review, panel.asha))
    assert statement.words == "Again"
    with db.reading(db.engine()) as session:
        assert session.scalar(select(func.count()).select_from(ThreadEntryRow)) == 1


def test_whoever_keeps_a_promise_learns_the_sentence_and_nothing_of_the_wish(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    say(review, readers=[panel.rosa])
    clock.move(days=1)
    answer = Decision("family", "yes", {"en": "You go there on Sundays."}, panel.lata.id, today())
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        decisions.decide(session, held, answer, held.version, panel.rosa.id, Log(today(), "rosa"))
    with db.reading(db.engine()) as session:
        (owed,) = [
            answer_due
            for answer_due in due_store.list_answers_due_of(session, panel.lata.id, "facilitator", [panel.site_id])
            if answer_due.kind == "promise"
        ]
    lata = panel.at(panel.lata)
    page = lata.open(f"/staff/answers/{owed.id}").text
    assert "You go there on Sundays." in page
    for hidden in ("/family", review.key, WORDS):
        assert hidden not in page, hidden
        assert hidden not in lata.open("/staff/answers/").text, hidden


def test_a_form_tells_nothing_of_what_became_of_the_rest(panel: Panel, clock: StillClock) -> None:
    """Whoever decides without her yes would else see how often she changed her words."""
    review = make_review(panel, days=2)
    rosa, page = panel.at(panel.rosa), f"/staff/reviews/{review.key}/decide/plan"
    rosa.open(page)
    before = rosa.hidden["version"]
    child = say(review)
    child.says_anew(Statement(words="Another word"))
    child.takes_back()
    rosa.open(page)
    assert rosa.hidden["version"] == before
    clock.move(days=2)
    rosa = panel.at(panel.rosa)
    rosa.open(page)
    rosa.send(page, {"version": "9" * 5000, "kind": "kept", "words_en": "It stays."}, status=409)


def test_a_number_of_somebody_elsewhere_shows_no_name(panel: Panel, clock: StillClock) -> None:
    with db.writing(db.engine()) as session:
        there = make_site(session, slug="elsewhere", name="Elsewhere").id
        zora = make_person(session, "facilitator", there, handle="zora", name="Zora Secret")
    review = make_review(panel, days=1)
    clock.move(days=1)
    rosa, page = panel.at(panel.rosa), f"/staff/reviews/{review.key}/there"
    rosa.open(page)
    for number in (zora.id, 10**30):
        rosa.send(page, {"child": "there", "alone": "yes", "spoken_for_by": number}, status=422)
    assert "Zora" not in rosa.open(f"/staff/reviews/{review.key}").text
    assert review_now(review).body.attendance is None


def test_late_in_the_evening_a_new_look_is_promised_by_the_day_of_the_site(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=2)
    _tablet, keys = prepares(panel, review, words=WORDS)
    clock.move(days=2)
    clock.move(hours=(23 - context.now().hour) % 24)
    assert context.now().date() != today()
    answer = Decision("plan", "kept", {"en": "It stays as it is."})
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        decisions.decide(session, held, answer, held.version, panel.rosa.id, Log(today(), "rosa"))
    phone = panel.visitor()
    phone.open("/reply")
    phone.send("/reply", {**keys, "at": "Example House"})
    asked = phone.open("/reply/review/not-right/plan").text
    by = today() + timedelta(days=14)
    assert f"{by.day}\N{NO-BREAK SPACE}" in asked


def test_decided_before_the_job_came_no_slip_is_left(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    dealt(review)
    clock.move(days=1)
    answer = Decision("plan", "kept", {"en": "It stays as it is."})
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        decisions.decide(session, held, answer, held.version, panel.rosa.id, Log(today(), "rosa"))
        assert count_slips(session, review_slip.slip_purpose(review)).dealt == 0


@pytest.mark.dialect
def test_of_two_tablets_at_once_the_later_words_are_the_only_ones_that_stay(app: Flask, panel: Panel) -> None:
    child = say(make_review(panel, days=2))
    thread_id, comes = child.thread_id, Event()

    def says_later() -> None:
        comes.set()
        with db.writing(db.engine()) as session:  # it waits here, or for the row
            own_statement = open_own(session, thread_id, child.code.reply.private, to_change=True)
            assert own_statement
            change_statement(session, own_statement, Statement(words="Later"))

    with ThreadPoolExecutor(1, initializer=lambda: app.app_context().push()) as pool:
        with db.writing(db.engine()) as session:
            own_statement = open_own(session, thread_id, child.code.reply.private, to_change=True)
            assert own_statement
            other = pool.submit(says_later)
            assert comes.wait(30)
            change_statement(session, own_statement, Statement(words="Earlier"))
        other.result()
    assert [entry.said["words"] for entry in child.own().replies if entry.kind == OWN] == ["Later"]


def test_the_row_of_what_is_owed_is_as_long_with_eleven_wishes_as_with_none(panel: Panel, clock: StillClock) -> None:
    statement = Statement(words=WORDS, change=tuple(one.code for one in options.LIFE))
    full, empty = make_review(panel, days=1), make_review(panel, days=1, case="K-18")
    say(full, statement)
    clock.move(days=1)
    words = {"hi": "\N{DEVANAGARI LETTER KA}" * 239, "ar": "\N{ARABIC LETTER BEH}" * 239}
    with db.writing(db.engine()) as session:
        for part in (*statement.wishes, "plan"):
            held = store.find_review(session, full.id, to_change=True)
            assert held
            no = Decision(part, "kept" if part == "plan" else "no_because", words)
            decisions.decide(session, held, no, held.version, panel.rosa.id, Log(today(), "rosa"))
    with db.reading(db.engine()) as session:
        sizes = [
            session.scalar(
                select(func.length(AnswerDueRow.locked)).where(
                    AnswerDueRow.kind == "review", AnswerDueRow.subject == one.key
                )
            )
            for one in (full, empty)
        ]
    assert sizes[0] == sizes[1]


def test_a_review_is_not_moved_to_today_so_that_she_has_an_evening_left(panel: Panel) -> None:
    """From the day on chosen readers open her words, and she changes nothing: nobody brings that day on at once."""
    review = make_review(panel, days=14)
    say(review, readers=[panel.rosa])
    rosa, page = panel.at(panel.rosa), f"/staff/reviews/{review.key}/day"
    rosa.open(page)
    rosa.send(page, {"day": today().isoformat()}, status=422)
    assert read_by(review, panel.rosa) is None


def test_neither_the_row_of_a_review_nor_the_log_counts_what_she_wishes(panel: Panel, clock: StillClock) -> None:
    """Whoever takes the database, or reads the log, learns that somebody decided on a day; not how much."""
    statement = Statement(words=WORDS, change=tuple(one.code for one in options.LIFE))
    full, empty = make_review(panel, days=1), make_review(panel, days=1, case="K-18")
    said = say(full, statement)
    say(empty, Statement(good=("food",)))
    clock.move(days=1)
    for review, parts in ((full, (*statement.wishes, "plan")), (empty, ("plan",))):
        for part in parts:
            decide(review, Decision(part, "kept" if part == "plan" else "no_because", {"en": "It stays."}), panel)
    with db.writing(db.engine()) as session:
        own_statement = open_own(session, said.thread_id, said.code.reply.private, to_change=True)
        assert own_statement
        decisions.disagree(session, own_statement, "own")
    decide(full, Decision("own", "no_because", {"en": "It stays as it is."}), panel)
    with db.reading(db.engine()) as session:
        versions = {one.id: one.version for one in session.scalars(select(ReviewRow))}
        lines = {
            one.key: session.scalars(select(AuditEntryRow.action).where(AuditEntryRow.subject == one.key)).all()
            for one in (full, empty)
        }
    assert versions[full.id] == versions[empty.id]
    assert lines[full.key] == lines[empty.key]
    assert lines[full.key].count("review.decide") == 1
    clock.move(days=1)
    seen = review_now(full).version
    decide(full, Decision("own", "no_because", {"en": "It stays here."}), panel)
    with pytest.raises(ConcurrentUpdate):
        decide(full, Decision("own", "no_because", {"en": "It stays there."}), panel, seen)
    with db.reading(db.engine()) as session:
        on_days = select(AuditEntryRow.day).where(AuditEntryRow.subject == full.key)
        days = session.scalars(on_days.where(AuditEntryRow.action == "review.decide")).all()
    assert days == [today() - timedelta(days=1), today()]


def decide(review: Review, decision: Decision, panel: Panel, seen: int | None = None) -> None:
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        version = held.version if seen is None else seen
        decisions.decide(session, held, decision, version, panel.rosa.id, Log(today(), "rosa"))


_OF_WHO_CARRIES = (
    "carry", "cannot", "asked", "slip", "new-pictures", "new-pictures/en", "statement/en", "report/", "file/ask",
    "file/said", "file/law", "file/make", "file/withdraw",
)  # fmt: skip


_OF_WHO_OPENS = ("open", "voice", "decide/own", "links/new", "there", "decide/plan", f"links/{'0' * 32}/end")


@pytest.mark.parametrize("days_gone", breadth([2], [0]))
def test_by_hand_nobody_else_does_what_is_for_whoever_carries_or_opens_it(
    panel: Panel, clock: StillClock, days_gone: int
) -> None:
    """Every address that changes something, before the day and on it, with the token of a form of one's own."""
    with db.writing(db.engine()) as session:
        there = make_site(session, slug="elsewhere", name="Elsewhere").id
        others = [
            make_person(session, role, there, handle=f"far-{role}") for role in ("advocate", "reviewer", "coordinator")
        ]
    review = make_review(panel, days=2, invited=("facilitator",), outside=True)
    child = say(review, Statement(words=WORDS, change=("family",)))
    clock.move(days=days_gone)
    before = review_now(review)
    here = {one.id: _OF_WHO_CARRIES + _OF_WHO_OPENS for one in (panel.ravi, panel.carol, panel.lata, panel.lee)}
    mine = {panel.rosa.id: (*_OF_WHO_CARRIES, *_OF_WHO_OPENS[:4])}  # she decides the plan, and may not know of wishes
    more = ("day", "advocate", "give-words", f"invited/{panel.lata.id}")
    far = {one.id: (*_OF_WHO_CARRIES, *_OF_WHO_OPENS, *more) for one in others}
    for who in (*panel.everybody[1:], *others):
        browser = panel.at(who)
        browser.open("/staff/me")
        for path in {**here, **mine, **far}[who.id]:
            address = f"/staff/reviews/{review.key}/{path}"
            assert browser.knows("POST", address), path
            answer = browser.ask("POST", address, data={**browser.hidden, "yes": "y"})
            assert answer.status_code in {400, 403, 404}, (who.handle, path, answer.status_code)
            assert WORDS not in answer.text
    now = review_now(review)
    assert replace(now, body=before.body) == before
    assert now.body == before.body
    assert child.own().statement


def test_without_the_token_of_a_form_whoever_carries_it_changes_nothing(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=2, outside=True)
    say(review, Statement(words=WORDS, change=("family",)))
    asha = panel.at(panel.asha)
    asha.open(f"/staff/reviews/{review.key}")
    asha.send(f"/staff/reviews/{review.key}/open")
    for days_gone in (0, 2):
        clock.move(days=days_gone)
        asha = panel.at(panel.asha)
        before = review_now(review)
        for path in (*_OF_WHO_CARRIES, *_OF_WHO_OPENS, "day", "advocate", "give-words"):
            sent = {"to": "River House", "day": "2030-01-01", "advocate": panel.ravi.id, "mark": "0" * 32}
            answer = asha.ask("POST", f"/staff/reviews/{review.key}/{path}", data=sent)
            assert answer.status_code in {400, 403, 404}, (path, answer.status_code)
        assert review_now(review) == before
