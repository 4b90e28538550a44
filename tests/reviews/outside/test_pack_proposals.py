"""A child is asked on her own page whether her pack may go to others, and says yes or no in peace (S20, S31)."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.reviews.test_child_walk import prepares
from tests.support.packs import PAIR, WHY, child_answers, decided, mark_of, opened, question, review_on_its_day
from tests.support.people import PASSWORD
from tests.support.reviews import WORDS, Panel, make_review, review_now, say, today
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.accountability.rules import PLAN
from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.privacy.credentials.published_keys import format_key
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.reviews import store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Review
from youthvoice.reviews.outside import pack_file, pack_proposals
from youthvoice.reviews.outside.pack_file import open_pack_file
from youthvoice.reviews.pack import list_site_views
from youthvoice.threads.store import ReaderKey

Asked = tuple[Review, Visitor, dict[str, object]]


@pytest.fixture
def asked(panel: Panel, clock: StillClock) -> Asked:
    """The day of a review: the child with a tablet and her seven pictures."""
    review = make_review(panel, days=1)
    tablet, keys = prepares(panel, review, words=WORDS, change=["family"])
    clock.move(days=1)
    decided(review, panel.rosa, Decision(PLAN, "kept", {"en": "Here you are safe."}))
    return review_now(review), tablet, keys


def back(tablet: Visitor, keys: dict[str, object]) -> str:
    tablet.open("/reply")
    return tablet.send("/reply", keys).text


def asks(panel: Panel, review: Review, status: int = 200, **more: object) -> Visitor:
    asha = opened(panel, review, "/ask")
    asha.send(f"/staff/reviews/{review.key}/file/ask", question(**more), status)
    return asha


def answers(tablet: Visitor, keys: dict[str, object], answer: str, status: int = 200) -> str:
    back(tablet, keys)
    page = tablet.open("/reply/review/give").text
    return tablet.send("/reply/review/give", {"mark": mark_of(page), "answer": answer}, status).text


def makes(asha: Visitor, review: Review) -> bytes:
    page = f"/staff/reviews/{review.key}/file"
    shown = asha.open(page).text
    answer = asha.ask("POST", f"{page}/make", data={**asha.hidden, "mark": mark_of(shown)})
    assert answer.status_code == 200
    assert answer.mimetype == "application/octet-stream"
    return bytes(answer.data)


def test_she_reads_what_goes_to_whom_and_why_and_says_yes(panel: Panel, asked: Asked) -> None:
    review, tablet, keys = asked
    assert "A question for you" not in back(tablet, keys)
    asha = asks(panel, review)
    page = f"/staff/reviews/{review.key}/file"
    assert "Seal the file" not in asha.open(page).text, "nothing goes before her yes"
    assert "A question for you" in back(tablet, keys)
    shown = tablet.open("/reply/review/give").text
    for words in ("River House", WHY, "What you said", "Your voice", "What was decided now", "No, it stays here"):
        assert words in shown, words
    assert "What was decided before" not in shown, "of earlier reviews nothing goes"
    assert "You said yes." in answers(tablet, keys, "yes")
    told = open_pack_file(makes(asha, review), PAIR.private)
    assert told["pack"]["statement"]["words"] == WORDS
    assert told["pack"]["consent"] == {"basis": "child", "how": "page", "day": today().isoformat()}
    assert told["case"]["data"]["disclosure_other_orgs"] is True
    seen = back(tablet, keys)
    assert "went to" in seen
    assert "A question for you" not in seen
    (given,) = review_now(review).body.handed
    assert (given.to, given.how, given.ground) == ("River House", "page", None)


def test_her_no_is_final_and_told_to_her_advocate_alone(panel: Panel, asked: Asked) -> None:
    review, tablet, keys = asked
    asha = asks(panel, review)
    mark = review_now(review).body.proposals[0].mark
    assert "You said no. It stays here." in answers(tablet, keys, "no")
    page = f"/staff/reviews/{review.key}/file"
    assert "She said no" in asha.open(f"/staff/reviews/{review.key}").text
    asha.open(page)
    assert "Nobody has said yes" in asha.send(f"{page}/make", {"mark": mark}, 422).text
    assert "She said no to this" in opened(panel, review, "/ask").send(f"{page}/ask", question(), 422).text
    tablet.send("/reply/review/give", {"mark": mark, "answer": "yes"}, 422)
    said = {"how": "spoken", "yes": "y", "words": "all", "yes_on": today().isoformat()}
    for to, key in ((" river  HOUSE", new_pair().public), ("Another name of it", PAIR.public)):
        sent: dict[str, object] = {**said, "to": to, "key": format_key(key)}
        beside = opened(panel, review, "/said").send(f"{page}/said", sent, 422)
        assert "She said no to this" in beside.text, "and nobody writes down another yes of hers"
    assert review_now(review).body.handed == ()
    for who in (panel.rosa, panel.carol, panel.lee):
        assert "River House" not in panel.at(who).open("/staff/").text
    assert "River House" not in panel.at(panel.rosa).open(f"/staff/reviews/{review.key}").text
    assert "River House" not in asha.open("/staff/reviews/").text


def test_asked_in_other_words_she_is_asked_anew_six_times_at_most(panel: Panel, asked: Asked) -> None:
    review, tablet, keys = asked
    for nth in range(6):
        asks(panel, review, words_en=f"They care for you in house {nth}.")
        answers(tablet, keys, "no")
    asks(panel, review, 422, words_en="They care for you.")


def test_who_takes_her_question_back_asks_it_six_times_at_most(panel: Panel, asked: Asked) -> None:
    review, _tablet, _keys = asked
    page = f"/staff/reviews/{review.key}/file"
    for _nth in range(6):
        asha = asks(panel, review)
        asha.send(f"{page}/withdraw", {"mark": mark_of(asha.open(page).text)})
    asks(panel, review, 422)
    assert [proposal.state for proposal in review_now(review).body.proposals] == ["withdrawn"] * 6


def test_she_takes_her_yes_back_until_there_is_a_file(panel: Panel, asked: Asked) -> None:
    review, tablet, keys = asked
    asha = asks(panel, review)
    answers(tablet, keys, "yes")
    page = f"/staff/reviews/{review.key}/file"
    mark = mark_of(asha.open(page).text)
    assert "Take my yes back" in tablet.open("/reply/review/give").text
    answers(tablet, keys, "no")
    assert "Nobody has said yes" in asha.send(f"{page}/make", {"mark": mark}, 422).text
    assert review_now(review).body.handed == ()


def test_a_file_that_was_made_takes_no_answer_back_and_nothing_is_made_twice(panel: Panel, asked: Asked) -> None:
    review, tablet, keys = asked
    asha = asks(panel, review)
    answers(tablet, keys, "yes")
    mark = review_now(review).body.proposals[0].mark
    makes(asha, review)
    back(tablet, keys)
    refused = tablet.send("/reply/review/give", {"mark": mark, "answer": "no"}, 422)
    assert "Look at it again." in refused.text
    asha.open(f"/staff/reviews/{review.key}/file")
    asha.send(f"/staff/reviews/{review.key}/file/make", {"mark": mark}, 422)
    assert len(review_now(review).body.handed) == 1


def test_a_yes_is_to_what_she_read_and_to_nothing_else(panel: Panel, asked: Asked) -> None:
    review, tablet, keys = asked
    asha, page = asks(panel, review, words="none"), f"/staff/reviews/{review.key}/file"
    back(tablet, keys)
    old = mark_of(tablet.open("/reply/review/give").text)
    shown = asha.open(page).text
    asha.send(f"{page}/withdraw", {"mark": mark_of(shown)})
    assert "A question for you" not in back(tablet, keys)
    asks(panel, review, words="all")
    tablet.send("/reply/review/give", {"mark": old, "answer": "yes"}, 422)
    for wrong in ("", "maybe"):
        tablet.send("/reply/review/give", {"mark": old, "answer": wrong}, 400)
    assert review_now(review).body.proposals[-1].state == "asked"


@pytest.mark.parametrize(
    ("what", "goes"), [("all", {"words", "voice"}), ("without_voice", {"words"}), ("none", set[str]())]
)
def test_no_more_goes_than_she_said_yes_to(panel: Panel, clock: StillClock, what: str, goes: set[str]) -> None:
    review, child = review_on_its_day(panel, clock)
    assert child
    asha = asks(panel, review, words=what)
    child_answers(child, yes=True)
    told = open_pack_file(makes(asha, review_now(review)), PAIR.private)
    said, whole = told["pack"]["statement"], json.dumps(told, ensure_ascii=False)
    assert {name for name in ("words", "voice") if said and said[name]} == goes
    assert (WORDS in whole) is ("family" in whole) is bool(goes)
    assert len(told["pack"]["decisions"]) == (3 if goes else 1), "a decision tells what she wished"
    assert "An earlier secret" not in whole
    assert "You stay with us until May." not in whole, "she was not asked about earlier reviews"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"words_en": ""}, "Write one sentence for the child"),
        ({"words_en": "You go there. " * 20}, "Make it shorter"),
        ({"words_en": "The multidisciplinary committee decided."}, "A child may not understand"),
        ({"words": ""}, "Choose what goes"),
        ({"to": ""}, "Type the name of the organisation"),
        ({"key": "youthvoice-key:abcd"}, "no such key"),
    ],
)
def test_a_question_that_she_could_not_understand_is_put_right_first(
    panel: Panel, asked: Asked, wrong: dict[str, object], why: str
) -> None:
    review = asked[0]
    page = opened(panel, review, "/ask").send(f"/staff/reviews/{review.key}/file/ask", question(**wrong), 422).text
    assert why in page
    assert review_now(review).body.proposals == ()
    for kept in {**question(), **wrong}.values():
        assert str(kept).strip() in page, "nothing that was typed is lost"


def test_one_question_at_a_time_and_only_of_a_child_with_a_page(panel: Panel, asked: Asked, clock: StillClock) -> None:
    review = asked[0]
    asha = asks(panel, review)
    asha.open(f"/staff/reviews/{review.key}/file/ask")
    page = f"/staff/reviews/{review.key}/file"
    assert "Take it back first" in asha.send(f"{page}/ask", question(to="Hill House"), 422).text
    without = make_review(panel, days=1, case="K-18")
    clock.move(days=1)
    asha = panel.at(panel.asha)
    asha.open(f"/staff/reviews/{without.key}/file/ask", 404)
    assert "Ask her on her own page" not in asha.open(f"/staff/reviews/{without.key}/file").text


def test_nothing_is_asked_before_the_day(panel: Panel) -> None:
    review = make_review(panel, days=2)
    say(review)
    asha = panel.at(panel.asha)
    asha.open(f"/staff/reviews/{review.key}")
    asha.send(f"/staff/reviews/{review.key}/open")
    asha.open(f"/staff/reviews/{review.key}/file", 404)
    asha.open(f"/staff/reviews/{review.key}/file/ask", 404)


def test_the_command_seals_what_she_said_yes_to_and_nothing_before(
    app: Flask, panel: Panel, asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, tablet, keys = asked
    run, export = app.test_cli_runner().invoke, ["reviews", "export", review.key, str(tmp_path / "pack")]
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"asha:{PASSWORD}")
    assert "go together" in run(args=[*export, "--to", "River House"]).output
    assert "Nobody has said yes" in run(args=export).output
    asks(panel, review)
    assert "Nobody has said yes" in run(args=export).output
    options = ["--key", format_key(PAIR.public), "--yes-on", today().isoformat(), "--how", "spoken"]
    assert "Take it back first" in run(args=[*export, "--to", "Hill House", *options]).output
    assert not (tmp_path / "pack").exists()
    answers(tablet, keys, "yes")
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"ravi:{PASSWORD}")
    assert "Only the advocate who holds" in run(args=export).output
    monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"asha:{PASSWORD}")
    done = run(args=export)
    assert done.exit_code == 0, done.output
    assert open_pack_file((tmp_path / "pack").read_bytes(), PAIR.private)["pack"]["statement"]["words"] == WORDS
    assert review_now(review).body.proposals[-1].state == "given"


@pytest.mark.dialect
def test_a_no_in_the_second_in_which_the_file_is_made_comes_too_late_or_stops_it(
    app: Flask, panel: Panel, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either there is a file and her page says that it went, or there is none: never a file after her no was taken."""
    review, child = review_on_its_day(panel, clock)
    assert child
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        proposal = pack_proposals.new_proposal(held, today(), "River House", PAIR.public, ("words",), {"en": WHY})
        pack_proposals.propose_pack(session, held, proposal, panel.asha.id, Log(today(), "asha"))
    child_answers(child, yes=True)
    begun, takes_back = Event(), Event()

    def slowly(*given: Any, **more: Any) -> Any:
        begun.set()  # the yes was read: now she takes it back
        assert takes_back.wait(30)
        return list_site_views(*given, **more)

    monkeypatch.setattr(pack_file, "list_site_views", slowly)
    asha = panel.asha
    reader_key = ReaderKey(asha.id, asha.public_key, asha.site_ids)

    def makes_it() -> bytes:
        with db.writing(db.engine()) as session:
            held = store.find_review(session, review.id, to_change=True)
            assert held
            return pack_file.hand_over_proposed(session, held, reader_key, asha.private_key, Log(today(), "asha"), "en")

    with ThreadPoolExecutor(1, initializer=lambda: app.app_context().push()) as pool:
        made = pool.submit(makes_it)
        assert begun.wait(30)
        takes_back.set()
        with pytest.raises(Refused, match="changed"):
            child_answers(child, yes=False)
        assert made.result()
    (given,) = review_now(review).body.handed
    assert given.to == "River House"
    assert [proposal.state for proposal in review_now(review).body.proposals] == ["given"]
