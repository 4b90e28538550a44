"""Each wish ends with a decision, each promise with her word; none is dropped, none is decided twice (S9, S30)."""

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event

import pytest
from flask import request_started
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.conftest import StillClock
from tests.support.people import Somebody
from tests.support.reviews import WORDS, Child, Panel, make_review, review_now, say, today
from tests.support.unattended_reports import mailed
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability import store as due_store
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.escalation_job import escalate_overdue_answers
from youthvoice.accountability.store import set_decision_maker
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.models import PersonRow
from youthvoice.audit.audit_log import Log
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.reviews import decisions, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import open_own
from youthvoice.threads import handover_items


def decided(panel: Panel, review: Review, decision: Decision, version: int | None = None) -> Review:
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        seen = held.version if version is None else version
        return decisions.decide(session, held, decision, seen, panel.rosa.id, Log(today(), "rosa"))


def owed(review: Review) -> AnswerDue:
    with db.reading(db.engine()) as session:
        answer_due = store.find_answer_due(session, review)
    assert answer_due
    return answer_due


VOICE = b"\x1aE\xdf\xa3 a voice"


@pytest.fixture
def child(panel: Panel, clock: StillClock) -> Child:
    """A child who wishes one thing, on the day of her review."""
    hers = say(make_review(panel, days=1), Statement(words=WORDS), readers=[panel.rosa])
    clock.move(days=1)
    return hers


def wish_is_granted(panel: Panel) -> Decision:
    return Decision("own", "yes", {"en": "You go there on Sundays."}, panel.lata.id, today() + timedelta(days=10))


def paused() -> Decision:
    return Decision("plan", "paused", {"en": "We wait, as you asked."})


def test_a_page_lists_reviews_in_their_order_although_the_cache_of_plans_is_full(
    panel: Panel, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_plan_is_decided", context.AppCache[tuple[bytes, int], bool](1))
    children = [say(make_review(panel, days=1, case=case), Statement(words=WORDS)) for case in ("17/2026", "18/2026")]
    clock.move(days=1)
    for child in children:
        plan = replace(paused(), carried_by=panel.rosa.id, done_by=today() + timedelta(days=1))
        assert decided(panel, child.review, plan).decided_on is None
    site_id = children[0].review.site_id
    with db.reading(db.engine()) as session:
        store.list_pages(session, [site_id], 0, 9)
    make_review(panel, days=1, case="19/2026")
    with db.reading(db.engine()) as session:
        number, reviews = store.list_pages(session, [site_id], 0, 9)[site_id]
        assert number == 3
        assert [review.key for review in reviews] == [review.key for review in store.list_reviews(session, [site_id])]


def test_a_review_is_decided_once_plan_and_every_wish_are(panel: Panel, child: Child) -> None:
    review = child.review
    assert decided(panel, review, wish_is_granted(panel)).decided_on is None
    plan = replace(paused(), carried_by=panel.rosa.id, done_by=today() + timedelta(days=1))
    assert decided(panel, review, plan).decided_on == today()
    assert owed(review).settled_on == today()
    assert [entry.said["step"] for entry in child.own().replies if entry.kind == "step"] == ["decided"]
    with db.reading(db.engine()) as session:
        promises = decisions.list_promises(session, review)
    assert {part: (one.owner_id, one.due) for part, one in promises.items()} == {
        "own": (panel.lata.id, today() + timedelta(days=10)),
        "plan": (panel.rosa.id, today() + timedelta(days=1)),
    }


def test_the_whole_is_never_answered_at_once_so_no_wish_is_dropped(panel: Panel, child: Child) -> None:
    for part, code in (("", "unknown_part"), ("school", "unknown_part")):
        with pytest.raises(Refused) as refused:
            decided(panel, child.review, Decision(part, "no_because", {"en": "No."}))
        assert refused.value.code == code


def test_a_promise_has_a_day_and_an_owner_and_a_no_has_a_reason(panel: Panel, child: Child) -> None:
    cases = (
        (Decision("own", "yes", {"en": "Yes."}, panel.lata.id), "day_of_a_promise"),
        (Decision("own", "yes", {"en": "Yes."}, 0, today()), "owner_missing"),
        (Decision("own", "yes", {"en": "Yes."}, 99999, today()), "owner_missing"),
        (Decision("own", "no_because", {"en": " "}), "reason_missing"),
        (Decision("plan", "kept", {"en": ""}), "reason_missing"),
        (Decision("plan", "yes", {"en": "Yes."}, panel.lata.id, today()), "not_an_answer"),
        (Decision("own", "noted", {"en": "Noted."}), "not_an_answer"),
    )
    for decision, code in cases:
        with pytest.raises(Refused) as refused:
            decided(panel, child.review, decision)
        assert refused.value.code == code, decision


def test_nothing_is_decided_before_the_day(panel: Panel) -> None:
    review = make_review(panel, days=3)
    with pytest.raises(Refused) as refused:
        decided(panel, review, Decision("plan", "kept", {"en": "Because."}))
    assert refused.value.code == "not_yet"


def test_of_two_who_decide_at_once_the_second_looks_again(panel: Panel, child: Child) -> None:
    seen = review_now(child.review).version
    decided(panel, child.review, Decision("own", "no_because", {"en": "It is too far."}), seen)
    with pytest.raises(ConcurrentUpdate):
        decided(panel, child.review, wish_is_granted(panel), seen)
    reply = owed(child.review).reply("own")
    assert reply
    assert reply.words == {"en": "It is too far."}


@pytest.mark.dialect("whoever writes a row is waited for")
def test_of_two_who_send_at_the_same_moment_one_decides_and_the_other_keeps_what_she_typed(
    panel: Panel, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, begun = f"/staff/reviews/{child.review.key}", Barrier(2)
    desks, typed = [panel.at(who) for who in (panel.rosa, panel.asha)], ("It is too far.", "Her house burnt.")
    for desk in desks:
        desk.open(review)
        desk.send(f"{review}/open")
        desk.open(f"{review}/decide/own")

    came: list[object] = []
    both = Event()

    def comes(sender: object, **_more: object) -> None:
        came.append(sender)
        if len(came) == len(desks):
            both.set()

    def slowly(session: Session, review: Review) -> AnswerDue:
        assert both.wait(30)  # within the transaction of whoever is first: the other was sent, and waits
        return answer_due_of(session, review)

    def send(desk: Visitor, words: str) -> TestResponse:
        begun.wait()
        return desk.ask("POST", f"{review}/decide/own", data={**desk.hidden, "kind": "no_because", "words_en": words})

    answer_due_of = decisions.answer_due_of
    monkeypatch.setattr(decisions, "answer_due_of", slowly)
    with ThreadPoolExecutor(2) as pool, request_started.connected_to(comes):
        answers = dict(zip(typed, pool.map(send, desks, typed), strict=True))
    assert sorted(one.status_code for one in answers.values()) == [303, 409]
    lost, stands = sorted(typed, key=lambda words: answers[words].status_code != 409)
    reply = owed(child.review).reply("own")
    assert reply
    assert reply.words == {"en": stands}
    assert owed(child.review).earlier_of("own") == ()
    assert lost in answers[lost].text
    assert stands in answers[lost].text, "she reads what was decided meanwhile"


def test_she_says_that_it_is_done(panel: Panel, child: Child) -> None:
    decided(panel, child.review, wish_is_granted(panel))
    with db.writing(db.engine()) as session:
        own_statement = open_own(session, child.thread_id, child.code.reply.private, to_change=True)
        assert own_statement
        decisions.confirm(session, own_statement, "own")
    reply = owed(child.review).reply("own")
    assert reply
    assert reply.confirmed_on == today()
    with db.reading(db.engine()) as session:
        assert decisions.list_promises(session, child.review)["own"].settled_on == today()


def test_she_disagrees_and_somebody_above_looks_anew_in_time(panel: Panel, child: Child) -> None:
    """One rung higher at once: nobody was late, and whoever decided is not asked alone again (S30)."""
    with db.writing(db.engine()) as session:
        set_decision_maker(session, panel.site_id, panel.lee.id, Log(today(), "carol"), "example-house")
    decided(panel, child.review, Decision("plan", "kept", {"en": "You are safe here."}))
    with db.writing(db.engine()) as session:
        own_statement = open_own(session, child.thread_id, child.code.reply.private, to_change=True)
        assert own_statement
        decisions.disagree(session, own_statement, "plan", "I am not")
    answer_due = owed(child.review)
    assert answer_due.again == ("plan",)
    assert answer_due.settled_on is None
    assert answer_due.rung == "decision_maker"
    assert answer_due.asked_id == panel.lee.id
    assert answer_due.until == answer_due.due == today() + timedelta(days=14)
    assert [reply.words for reply in answer_due.earlier] == [{"en": "You are safe here."}]
    assert review_now(child.review).body.plan_on is None
    decided(panel, child.review, Decision("plan", "kept", {"en": "Look, you are."}))
    assert owed(child.review).again == ()


def test_where_she_disagrees_about_a_wish_those_alone_are_asked_who_may_know_of_it(panel: Panel, child: Child) -> None:
    """Nobody above, for a mail, a row or a page would tell her that there is a wish (S31)."""
    with db.writing(db.engine()) as session:
        set_decision_maker(session, panel.site_id, panel.lee.id, Log(today(), "carol"), "example-house")
    decided(panel, child.review, wish_is_granted(panel))
    decided(panel, child.review, Decision("plan", "kept", {"en": "You are safe here."}))
    before = owed(child.review)
    with db.writing(db.engine()) as session:
        own_statement = open_own(session, child.thread_id, child.code.reply.private, to_change=True)
        assert own_statement
        decisions.disagree(session, own_statement, "own", "Nobody came")
    answer_due = owed(child.review)
    assert answer_due.again == ("own",)
    assert answer_due.settled_on is None
    assert (answer_due.rung, answer_due.asked_id, answer_due.due) == (before.rung, None, before.due)
    with db.reading(db.engine()) as session:
        assert not decisions.list_promises(session, child.review)
        review = store.find_review(session, child.review.id)
    assert review
    assert (review.decided_on, review.body.look_until) == (None, today() + timedelta(days=14))
    for who in (panel.asha, panel.rosa):
        at = panel.at(who)
        at.open(f"/staff/reviews/{child.review.key}")
        assert "She asked for a new look" in at.send(f"/staff/reviews/{child.review.key}/open", {}).text, who
    panel.at(panel.lee).open(f"/staff/reviews/{child.review.key}", status=404)
    decided(panel, child.review, wish_is_granted(panel))
    assert owed(child.review).again == ()
    assert review_now(child.review).decided_on == today()


def test_what_she_objects_by_voice_alone_after_taking_back_reaches_her_advocate(
    panel: Panel, clock: StillClock
) -> None:
    """S5: nobody reads her statement any more, and who cannot write is heard all the same."""
    child = say(make_review(panel, days=1), readers=[panel.rosa])
    child.takes_back()
    clock.move(days=1)
    decided(panel, child.review, Decision("plan", "kept", {"en": "You are safe here."}))
    with db.writing(db.engine()) as session:
        own_statement = open_own(session, child.thread_id, child.code.reply.private, to_change=True)
        assert own_statement
        decisions.disagree(session, own_statement, "plan", voice=VOICE, voice_kind="audio/webm")
    (kept,) = review_now(child.review).body.for_advocate
    assert kept.to == panel.asha.id
    with db.reading(db.engine()) as session:
        (item,) = handover_items.list_handovers(session, panel.asha.id)
        said = handover_items.open_handover(context.keyring(), item, panel.asha.private_key)
    assert base64.b64decode(said["items"][0]["sound"]) == VOICE


def mail_goes_to(*people: Somebody) -> None:
    with db.writing(db.engine()) as session:
        for who in people:
            session.get_one(PersonRow, who.id).mail = encrypt_address(f"{who.handle}@example.org")


def asked() -> list[str]:
    return sorted(str(mail["To"]).partition("@")[0] for mail in mailed())


def test_whoever_promised_a_wish_is_reminded_three_days_before_and_on_the_day(
    panel: Panel, child: Child, clock: StillClock
) -> None:
    """S9, S30: nobody above may know of it, so nobody else would remember."""
    decided(panel, child.review, wish_is_granted(panel))
    mail_goes_to(panel.lata)
    mailed()
    days = []
    for day in range(1, 12):
        clock.move(days=1)
        escalate_overdue_answers()
        days += [day] * len(asked())
    assert days == [7, 10]


def test_nobody_above_learns_of_a_promised_wish_where_the_job_stood_still_for_days(
    panel: Panel, child: Child, clock: StillClock
) -> None:
    """S31: the first look after a night of two days without electricity finds the promise late and unreminded."""
    with db.writing(db.engine()) as session:
        set_decision_maker(session, panel.site_id, panel.lee.id, Log(today(), "carol"), "example-house")
    decided(panel, child.review, Decision("plan", "kept", {"en": "You are safe here."}))
    decided(panel, child.review, wish_is_granted(panel))
    mail_goes_to(*panel.everybody)
    mailed()
    clock.move(days=12)
    escalate_overdue_answers()
    assert "lee" not in asked()
    with db.reading(db.engine()) as session:
        promise = decisions.list_promises(session, child.review)["own"]
    assert (promise.rung, promise.asked_id) == ("owner", None)


def test_silence_after_the_review_climbs(panel: Panel, child: Child, clock: StillClock) -> None:
    """S13: the reviewer, then whoever decides at the site, then the advocates."""
    with db.writing(db.engine()) as session:
        review = store.find_review(session, child.review.id)
        assert review
        decisions.open_for_decisions(session, review, today())
    clock.move(days=8)
    escalate_overdue_answers()
    assert owed(child.review).rung == "advocates"


def test_nobody_asked_her_is_late_two_days_before(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=10)
    clock.move(days=9)
    escalate_overdue_answers()
    with db.reading(db.engine()) as session:
        statement = due_store.find_by_subjects(session, "statement", [review.key])[review.key]
    assert statement.rung == "advocates"
    assert review_now(review).words_of_child() == "nobody_asked"


def test_changing_a_decision_loses_no_language_in_which_a_child_reads_it(panel: Panel, child: Child) -> None:
    kept = Decision("plan", "kept", {"en": "You stay here.", "hi": "आप यहीं रहेंगे।", "ar": "تبقى هنا."})
    review = decided(panel, child.review, kept)
    page, rosa = f"/staff/reviews/{review.key}/decide/plan", panel.at(panel.rosa)
    form = rosa.open(page).text
    boxes = [language for language in kept.words if f'name="words_{language}"' in form]
    sent: dict[str, object] = {f"words_{language}": kept.words[language] for language in boxes}
    sent |= {"kind": "kept", "carried_by": "0", "words_en": "You stay. You are safe."}
    rosa.send(page, sent)
    reply = owed(review).reply("plan")
    assert reply
    assert reply.words == {**kept.words, "en": "You stay. You are safe."}


def test_whoever_keeps_two_promises_of_one_review_reads_which_is_which(
    panel: Panel, child: Child, clock: StillClock
) -> None:
    """Anybody else learns the case at most: a sentence about a wish would say that there is one (S31)."""
    decided(panel, child.review, wish_is_granted(panel))
    promises = {"own": "You go there on Sundays.", "plan": "You learn to sew first."}
    plan = replace(paused(), words={"en": promises["plan"]}, carried_by=panel.lata.id)
    decided(panel, child.review, replace(plan, done_by=today() + timedelta(days=10)))
    lata = panel.at(panel.lata)
    for path in ("/staff/", "/staff/answers/"):
        page = lata.open(path).text
        for sentence in promises.values():
            assert f"K-17: {sentence}" in page
    clock.move(days=11)
    for path in ("/staff/", "/staff/answers/"):
        page = panel.at(panel.carol).open(path).text
        assert not any(sentence in page for sentence in promises.values())
