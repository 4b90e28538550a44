"""A team of another organisation reads the pack by a link and a number, where the child said yes to it (S31)."""

import base64
import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from unittest.mock import patch

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import Somebody
from tests.support.reviews import WORDS, Panel, make_review, review_now, say, today
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.accountability.rules import PLAN
from youthvoice.accounts.models import PersonRow
from youthvoice.audit.audit_log import Log
from youthvoice.audit.models import AuditEntryRow
from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto import argon2
from youthvoice.privacy.crypto.session_keys import token_hash
from youthvoice.reviews import decisions, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Review
from youthvoice.reviews.job import process_due_reviews
from youthvoice.reviews.models import ReviewLinkRow
from youthvoice.reviews.outside import outside_pack
from youthvoice.reviews.statements import review_links
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import open_statement_thread
from youthvoice.threads.store import ReaderKey

SOUND = b"\x1aE\xdf\xa3 a voice about sundays"
REFUSED = "This did not open."


def said(*readers: Somebody, outside: bool = True) -> Statement:
    return Statement(
        words=WORDS,
        change=("family",),
        good=("school",),
        voice=SOUND,
        voice_kind="audio/webm",
        readers=frozenset(one.id for one in readers),
        outside=outside,
    )


@pytest.fixture
def review(panel: Panel, clock: StillClock) -> Review:
    """The day of a review to which a team outside is invited; the child said yes to it and to the reviewer."""
    review = make_review(panel, days=1, outside=True)
    say(review, said(panel.rosa))
    clock.move(days=1)
    return review_now(review)


def opened_by(panel: Panel, who: Somebody, review: Review) -> Visitor:
    """A browser of hers in which the words of the child are open."""
    browser, page = panel.at(who), f"/staff/reviews/{review.key}"
    browser.open(page)
    browser.send(f"{page}/open")
    return browser


def link_of(browser: Visitor, review: Review, days: str = "3") -> tuple[str, str]:
    """Make a link: where it leads, and its number."""
    page = f"/staff/reviews/{review.key}/links/new"
    browser.open(page)
    once = browser.send(page, {"days": days}).text
    token, number = re.search(r"/outside/([\w-]{43})", once), re.search(r">(\d{4} \d{4})<", once)
    assert token
    assert number
    return f"/outside/{token[1]}", number[1]


def tries(visitor: Visitor, address: str, number: str, status: int = 200, language: str = "en") -> str:
    """Type a number there, as somebody without an account."""
    return html.unescape(visitor.send(f"{address}/in/{language}", {"number": number}, status).text)


def another(number: str) -> str:
    return f"{(int(number.replace(' ', '')) + 1) % 10**8:08}"


def rows_of_log() -> list[tuple[str, str]]:
    with db.reading(db.engine()) as session:
        return [(one.actor, one.action) for one in session.query(AuditEntryRow) if one.action.startswith("review.link")]


def test_a_team_reads_her_words_first_and_her_advocate_sees_it(panel: Panel, review: Review) -> None:
    asha = opened_by(panel, panel.asha, review)
    address, number = link_of(asha, review)
    team = panel.visitor()
    asked = team.open(address).text
    assert WORDS not in asked
    assert "K-17" not in asked
    pack = tries(team, address, number)
    assert WORDS in pack
    assert pack.index(WORDS) < pack.index("What is decided")
    assert base64.b64encode(SOUND).decode() in pack, "her voice comes with the page"
    seen = asha.open(f"/staff/reviews/{review.key}").text
    assert "The team opened her words" in seen
    assert rows_of_log() == [("asha", "review.link"), ("outside", "review.link_open")]


def test_the_answer_is_kept_nowhere_and_leaves_no_cookie(panel: Panel, review: Review) -> None:
    address, number = link_of(opened_by(panel, panel.asha, review), review)
    team = panel.visitor()
    team.open(address)
    answer = team.ask("POST", f"{address}/in/en", data={"number": number}, headers={"Accept-Encoding": "gzip"})
    assert WORDS in answer.text, "neither compressed beside her words, nor kept compressed"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert 'name="referrer" content="strict-origin"' in answer.text
    assert WORDS not in team.open(address).text, "it is typed again, each time"


@pytest.mark.parametrize(("language", "direction", "typed"), [("hi", "ltr", "देवनागरी"), ("ar", "rtl", "arabic")])
def test_it_is_read_in_the_language_of_the_reader(
    panel: Panel, review: Review, language: str, direction: str, typed: str
) -> None:
    address, number = link_of(opened_by(panel, panel.rosa, review), review)
    first = "०" if typed != "arabic" else "٠"
    own_digits = "".join(chr(ord(first) + int(sign)) if sign.isdigit() else sign for sign in number)
    page = tries(panel.visitor(), address, own_digits, language=language)
    assert f'lang="{language}" dir="{direction}"' in page
    assert WORDS in page


def test_unknown_wrong_over_and_ended_answer_alike(panel: Panel, review: Review, clock: StillClock) -> None:
    """In words, and in one run of Argon2 each."""
    asha = opened_by(panel, panel.asha, review)
    (wrong, number), (ended, its_number), (over, late) = (link_of(asha, review, "1") for _ in range(3))
    key = re.findall(r"/links/([0-9a-f]{32})/end", asha.open(f"/staff/reviews/{review.key}").text)
    with db.reading(db.engine()) as session:
        token = ended.rpartition("/")[2]
        hers = session.query(ReviewLinkRow).filter_by(token_hash=token_hash(token)).one().id.hex()
    assert hers in key
    asha.send(f"/staff/reviews/{review.key}/links/{hers}/end")
    unknown = "/outside/" + "A" * 43
    pages = []
    for address, typed in ((unknown, "1234 5678"), (wrong, another(number)), (ended, its_number)):
        with patch.object(argon2._queue, "run", wraps=argon2._queue.run) as run:  # noqa: SLF001 - counted here
            pages.append(tries(panel.visitor(), address, typed, 422).replace(address, ""))
        assert run.call_count == 1
    clock.move(days=1, hours=1)
    pages.append(tries(panel.visitor(), over, late, 422).replace(over, ""))
    assert [
        page.replace(typed, "")
        for page, typed in zip(pages, ("1234 5678", another(number), its_number, late), strict=True)
    ][1:] == [pages[0].replace("1234 5678", "")] * 3
    assert REFUSED in pages[0]
    first = [panel.visitor().open(address).text.replace(address, "") for address in (unknown, wrong)]
    assert first[0] == first[1]


def test_five_wrong_numbers_end_a_link_though_many_come_at_once(app: Flask, panel: Panel, review: Review) -> None:
    asha = opened_by(panel, panel.asha, review)
    address, number = link_of(asha, review)
    tried: list[bytes] = []
    together = Barrier(review_links.MAX_WRONG_NUMBERS, timeout=30)

    def slowly(wrapped: bytes, *_: object) -> bytes:
        if wrapped:
            tried.append(wrapped)
            together.wait()  # as many as may try stand here before the first of them is found wrong
        raise CannotOpen

    def guess(nth: int) -> None:
        with app.app_context():
            assert outside_pack.open_outside_pack(address.rpartition("/")[2], f"{nth:08}") is None

    with patch.object(review_links, "decrypt_for_link", slowly), ThreadPoolExecutor(12) as pool:
        list(pool.map(guess, range(12)))
    assert len(tried) == review_links.MAX_WRONG_NUMBERS, "the sixth is tried against nothing"
    assert REFUSED in tries(panel.visitor(), address, number, 422)
    seen = asha.open(f"/staff/reviews/{review.key}").text
    assert "Dead: five wrong numbers" in seen
    assert "× 5" in seen
    with db.reading(db.engine()) as session:
        assert session.query(ReviewLinkRow).one().wrapped == b""


def test_a_right_number_takes_its_try_back(panel: Panel, review: Review) -> None:
    address, number = link_of(opened_by(panel, panel.asha, review), review)
    for _ in range(review_links.MAX_WRONG_NUMBERS + 2):
        tries(panel.visitor(), address, number)
    tries(panel.visitor(), address, "12", 422)
    with db.reading(db.engine()) as session:
        assert session.query(ReviewLinkRow).one().tries == 0, "too few digits are no try"


def test_the_last_decision_ends_every_link_for_good(panel: Panel, review: Review) -> None:
    address, number = link_of(opened_by(panel, panel.asha, review), review)
    decided = review
    for part, kind in ((PLAN, "kept"), ("own", "no_because"), ("family", "no_because")):
        with db.writing(db.engine()) as session:
            held = store.find_review(session, review.id, to_change=True)
            assert held
            choice = Decision(part, kind, {"en": "It is too far."})
            decided = decisions.decide(session, held, choice, held.version, panel.rosa.id, Log(today(), "rosa"))
    assert decided.decided_on == today()
    with db.writing(db.engine()) as session:
        store.change_review(session, review_now(review), decided_on=None)
    assert REFUSED in tries(panel.visitor(), address, number, 422), "nor once she asks for a new look"


def test_a_link_of_somebody_who_left_opens_nothing(panel: Panel, review: Review) -> None:
    address, number = link_of(opened_by(panel, panel.rosa, review), review)
    with db.writing(db.engine()) as session:
        session.get_one(PersonRow, panel.rosa.id).left_on = today()
    assert REFUSED in tries(panel.visitor(), address, number, 422)


def test_of_a_link_whose_time_is_over_no_key_stays(panel: Panel, review: Review, clock: StillClock) -> None:
    link_of(opened_by(panel, panel.asha, review), review)
    process_due_reviews()
    with db.reading(db.engine()) as session:
        assert session.query(ReviewLinkRow).one().wrapped
    clock.move(days=3, hours=1)
    process_due_reviews()
    with db.reading(db.engine()) as session:
        assert session.query(ReviewLinkRow).one().wrapped == b""
    assert "Its time is over" in opened_by(panel, panel.asha, review).open(f"/staff/reviews/{review.key}").text


@pytest.mark.parametrize(
    ("invited", "yes", "why"), [(True, False, "she did not say yes"), (False, True, "no team is invited")]
)
def test_there_is_no_link_without_invitation_and_her_yes(
    panel: Panel, clock: StillClock, *, invited: bool, yes: bool, why: str
) -> None:
    review = make_review(panel, days=1, outside=invited)
    say(review, said(panel.rosa, outside=yes))
    clock.move(days=1)
    for who in (panel.asha, panel.rosa):
        browser = opened_by(panel, who, review)
        assert "team outside" not in browser.open(f"/staff/reviews/{review.key}").text, why
        browser.open(f"/staff/reviews/{review.key}/links/new", 404)
        browser.send(f"/staff/reviews/{review.key}/links/new", {"days": "3"}, 404)


def test_even_a_link_that_somebody_smuggled_in_opens_nothing_without_her_yes(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1, outside=True)
    say(review, said(outside=False))
    clock.move(days=1)
    asha = panel.asha
    with db.writing(db.engine()) as session:
        reader_key = ReaderKey(asha.id, asha.public_key, asha.site_ids)
        thread = open_statement_thread(session, review_now(review), reader_key, asha.private_key)
        assert thread
        new_review_link = review_links.prepare_link(thread.private, 3)
        review_links.add_link(session, review, new_review_link, asha.id, Log(today(), "asha"))
    assert (
        outside_pack.open_outside_pack(new_review_link.link_secrets.token, new_review_link.link_secrets.number) is None
    )
    with db.reading(db.engine()) as session:
        assert session.query(ReviewLinkRow).one().tries == 0, "the number was right"


def test_no_link_is_made_where_the_last_decision_comes_first(
    panel: Panel, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Her key is stretched for a second outside every transaction, and meanwhile others decide."""
    stretch = review_links.prepare_link

    def stretch_slowly(private: bytes, days: int) -> review_links.NewReviewLink:
        for part, kind in (("own", "no_because"), ("family", "no_because"), (PLAN, "kept")):
            with db.writing(db.engine()) as session:
                held = store.find_review(session, review.id, to_change=True)
                assert held
                made = Decision(part, kind, {"en": "We thought of it."})
                decisions.decide(session, held, made, held.version, panel.rosa.id, Log(today(), "rosa"))
        return stretch(private, days)

    monkeypatch.setattr(review_links, "prepare_link", stretch_slowly)
    page = f"/staff/reviews/{review.key}/links/new"
    asha = opened_by(panel, panel.asha, review)
    asha.open(page)
    asha.send(page, {"days": "3"}, 410)
    with db.reading(db.engine()) as session:
        assert session.query(ReviewLinkRow).count() == 0


def test_a_link_is_made_from_the_day_on_by_who_has_her_words_open(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=2, outside=True, invited=["coordinator"])
    say(review, said(panel.carol))
    page = f"/staff/reviews/{review.key}"
    early = opened_by(panel, panel.asha, review)
    assert "Make a link" not in early.open(page).text
    early.open(f"{page}/links/new", 404)
    clock.move(days=2)
    asha = panel.at(panel.asha)
    asha.open(f"{page}/links/new", 404)
    assert "Make a link" not in asha.open(page).text, "not while her words lie in their envelope"
    rosa = panel.at(panel.rosa)
    assert "team outside" not in rosa.open(page).text, "she was not chosen, and nothing hints at it"
    rosa.open(f"{page}/links/new", 404)
    carol = opened_by(panel, panel.carol, review)
    assert "Make a link" not in carol.open(page).text, "she reads, and gives nothing on"
    assert "Make a link" in opened_by(panel, panel.asha, review).open(page).text


def test_nothing_of_other_reviews_opens_by_it(panel: Panel, clock: StillClock) -> None:
    before = make_review(panel, days=1, outside=True)
    say(
        before, Statement(words="An earlier secret", change=("food",), readers=frozenset([panel.rosa.id]), outside=True)
    )
    review = make_review(panel, days=8, outside=True)
    say(review, said(panel.rosa))
    clock.move(days=8)
    address, number = link_of(opened_by(panel, panel.asha, review), review)
    pack = tries(panel.visitor(), address, number)
    assert WORDS in pack
    assert "An earlier secret" not in pack
    assert "What earlier reviews promised" in pack
    assert pack.index("What earlier reviews promised") > pack.index(WORDS)


def test_a_try_is_wrong_for_another_link(panel: Panel, review: Review) -> None:
    asha = opened_by(panel, panel.asha, review)
    (one, _), (_, number) = link_of(asha, review), link_of(asha, review)
    assert REFUSED in tries(panel.visitor(), one, number, 422)


def test_who_tries_often_waits(panel: Panel, review: Review) -> None:
    team, address = panel.visitor(), "/outside/" + "B" * 43
    for _ in range(20):
        team.ask("POST", f"{address}/in/en", data={"number": "1"})
    answer = team.ask("POST", f"{address}/in/en", data={"number": "1"})
    assert answer.status_code == 429
    assert "Too many tries" in answer.text
    assert review.day <= today() + timedelta(days=1)
