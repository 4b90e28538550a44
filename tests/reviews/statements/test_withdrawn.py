"""What a child did not approve, took back, or gave to another review stays shut for whoever tries (S14, S29, S31)."""

import re

import pytest
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.reviews.test_child_pages import back, with_voice
from tests.reviews.test_child_walk import dealt, prepares
from tests.support.people import make_person, on_tablet
from tests.support.reviews import WORDS, Panel, make_review, read_by, review_now, say
from tests.support.visitor import calm
from youthvoice import db
from youthvoice.errors import CannotOpen
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import open_own
from youthvoice.threads.models import ThreadRow


def statements() -> int:
    with db.reading(db.engine()) as session:
        return session.scalar(select(func.count(ThreadRow.id))) or 0


def test_what_she_did_not_approve_is_nowhere_and_her_slip_stays_good(panel: Panel) -> None:
    review = make_review(panel, days=2)
    tablet, picks = on_tablet(panel.visitor(), panel.site_id), dealt(review)
    tablet.send("/plan", picks)
    tablet.send("/plan/words", {**picks, "words": WORDS, "sheet": ""}, status=400)
    assert statements() == 0
    assert review_now(review).words_of_child() == "nobody_asked"
    assert "carries your words to the review." in tablet.send("/plan", picks).text


def test_the_pictures_of_one_review_open_nothing_of_another(panel: Panel) -> None:
    one, other = (make_review(panel, days=2, case=case) for case in ("K-1", "K-2"))
    tablet, pictures = prepares(panel, one, **with_voice(words="Words of the first"))
    _tablet, hers = prepares(panel, other, words="Words of the second")
    assert "Words of the second" not in back(tablet, pictures)
    tablet.open("/reply/review/change")
    tablet.send("/reply/review/change", {"words": "Words of the first again"})
    second = read_by(other, panel.asha)
    assert second
    assert second.words == "Words of the second"
    mixed = {name: (pictures if nth < 3 else hers)[name] for nth, name in enumerate(pictures)}
    stranger = on_tablet(panel.visitor(), panel.site_id, "Another tablet")
    stranger.open("/reply")
    assert "Words of" not in stranger.send("/reply", mixed).text
    stranger.open("/reply/review/voice", status=404)


def test_a_code_does_not_unseal_what_another_code_sealed(panel: Panel) -> None:
    one, other = (say(make_review(panel, case=case)) for case in ("K-1", "K-2"))
    with db.reading(db.engine()) as session, pytest.raises(CannotOpen):
        open_own(session, other.thread_id, one.code.reply.private)


def test_taken_back_it_closes_for_her_advocate_who_has_it_open_and_never_reaches_her_reader(
    panel: Panel, clock: StillClock
) -> None:
    """Consent that ends between her approval and the day."""
    review = make_review(panel, days=2, outside=True)
    sound = b"\x1aE\xdf\xa3 a voice"
    readers = frozenset({panel.rosa.id})
    child = say(review, Statement(words=WORDS, voice=sound, voice_kind="audio/webm", readers=readers, outside=True))
    page, asha = f"/staff/reviews/{review.key}", panel.at(panel.asha)
    asha.open(page)
    assert WORDS in asha.send(f"{page}/open").text
    assert asha.open(f"{page}/report/").status_code == 200
    child.takes_back()
    form: dict[str, object] = {"part": "words", "topic": "unsafe", "hurt": "no", "danger": "no"}
    asha.send(f"{page}/report/", form, status=404)
    assert asha.ask("POST", f"{page}/voice", data=asha.hidden).status_code == 404
    seen = asha.open(page).text
    assert WORDS not in seen
    clock.move(days=2)
    for who in (panel.asha, panel.rosa):
        browser = panel.at(who)
        assert WORDS not in browser.open(page).text
        browser.send(f"{page}/open", status=404)
        browser.open(f"{page}/links/new", status=404)
    assert child.own().statement, "she alone has it"


def test_midnight_comes_while_she_says_it_beside_her_advocate_and_no_word_is_lost(
    panel: Panel, clock: StillClock
) -> None:
    review = make_review(panel, days=1)
    clock.move(hours=9, minutes=25)  # 23:55 at the site
    asha, page = panel.at(panel.asha), f"/staff/reviews/{review.key}/statement/en"
    asha.open(page)
    clock.move(minutes=10)
    late = asha.send(page, {"words": WORDS}, status=410).text
    assert "The day of the review is here." in late
    assert WORDS in late
    assert statements() == 0
    asha.open(page, status=410)


@pytest.mark.parametrize("third", [True, False])
def test_who_shall_stay_away_is_not_asked_to_carry_it_in_place_of_who_cannot(panel: Panel, *, third: bool) -> None:
    with db.writing(db.engine()) as session:
        other = make_person(session, "advocate", panel.site_id, handle="zora") if third else None
    review = make_review(panel, carried_since=None)
    child = say(review, Statement(words=WORDS, not_there=(panel.ravi.id,)))
    asha, page = panel.at(panel.asha), f"/staff/reviews/{review.key}"
    asha.open(page)
    asha.send(f"{page}/cannot", {})
    now = review_now(review)
    assert now.advocate_id == (other.id if other else panel.asha.id)
    assert now.lacks_advocate is not third
    assert read_by(review, panel.ravi) is None
    assert not other or read_by(review, other) == child.own().statement


def test_that_she_took_it_back_nobody_reads_but_her_advocate(panel: Panel, clock: StillClock) -> None:
    """Whoever pressed her to take it back, or to say nothing, cannot see whether she did."""
    taken, kept = (make_review(panel, days=1, case=case) for case in ("K-1", "K-2"))
    say(taken, readers=[panel.rosa, panel.carol]).takes_back()
    say(kept)
    for days_gone in (0, 1):
        clock.move(days=days_gone)
        assert "took it back" in panel.at(panel.asha).open(f"/staff/reviews/{taken.key}").text
        for who in (panel.rosa, panel.carol, panel.ravi):
            browser = panel.at(who)
            pages = [browser.open(f"/staff/reviews/{one.key}").text for one in (taken, kept)]
            told = [
                re.sub(f"{one.key}|{case}", "", calm(page))
                for one, case, page in zip((taken, kept), ("K-1", "K-2"), pages, strict=True)
            ]
            assert "Her advocate speaks for her." in told[0]
            assert told[0] == told[1], who.handle
