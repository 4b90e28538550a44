"""A child from her slip to the answer: at the tablet, with her seven pictures, on another phone (S30, S31, S32)."""

import re
from datetime import timedelta
from itertools import islice

from tests.conftest import StillClock
from tests.support.people import on_tablet
from tests.support.reviews import WORDS, Panel, make_review, read_by, review_now, today
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.audit.audit_log import Log
from youthvoice.privacy.credentials.picture_codes import SCREENS, PictureCode
from youthvoice.reviews import decisions, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Review
from youthvoice.reviews.job import process_due_reviews
from youthvoice.reviews.statements import review_slip
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import store_statement
from youthvoice.threads.child_codes.submission_codes import candidate_codes


def dealt(review: Review) -> dict[str, object]:
    """What she puts in at the tablet."""
    with db.writing(db.engine()) as session:
        pictures = review_slip.deal_slip(session, review)
    return {f"slip/{nth}": SCREENS[nth - 1].index(one) for nth, one in enumerate(pictures, 1)}


def keys_of(page: str) -> dict[str, object]:
    """The seven pictures that a page shows, as what she chooses on coming back."""
    names = re.findall(r'<li data-words="([^"]+)"', page)[: len(SCREENS)]
    picks = [
        next(nth for nth, one in enumerate(screen) if one.name == name)
        for screen, name in zip(SCREENS, names, strict=True)
    ]
    assert PictureCode(tuple(picks))
    return {f"p{nth}": pick for nth, pick in enumerate(picks, 1)}


def prepares(panel: Panel, review: Review, **said: object) -> tuple[Visitor, dict[str, object]]:
    """At a tablet, with a slip; gives the tablet and her seven pictures."""
    tablet, picks = on_tablet(panel.visitor(), panel.site_id), dealt(review)
    tablet.open("/language/en")
    assert "My review" in tablet.open("/mine").text
    page = tablet.send("/plan", picks).text
    assert "carries your words to the review." in page
    kept = tablet.send("/plan/words", {**picks, **said}, status=201).text
    return tablet, keys_of(kept)


def test_from_her_slip_to_the_answer(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=2)
    tablet, keys = prepares(panel, review, words=WORDS, change=["family"], readers=[panel.rosa.id])
    assert review_now(review).words_of_child() == "given"
    seen = tablet.send("/reply", keys).text
    assert "It is on" in seen
    assert "Take it back" in seen
    clock.move(days=2)
    process_due_reviews()
    assert (statement := read_by(review, panel.rosa))
    assert statement.words == WORDS
    answers = (
        Decision("own", "yes", {"en": "You go there on Sundays."}, panel.lata.id, today()),
        Decision("family", "no_because", {"en": "Your uncle must ask first."}),
        Decision("plan", "paused", {"en": "We wait, as you asked."}, panel.rosa.id, today() + timedelta(days=3)),
    )
    for answer in answers:
        with db.writing(db.engine()) as session:
            held = store.find_review(session, review.id, to_change=True)
            assert held
            decisions.decide(session, held, answer, held.version, panel.rosa.id, Log(today(), "rosa"))
    phone = panel.visitor()
    phone.open("/reply")
    seen = phone.send("/reply", {**keys, "at": "Example House"}).text
    for words in (
        "You go there on Sundays.",
        "Your uncle must ask first.",
        "We wait, as you asked.",
        "Is it really done?",
    ):
        assert words in seen
    done = phone.send("/reply/review/done/own").text
    assert "Thank you." in done
    assert "You said: it is done." in done
    phone.open("/reply/review/not-right/plan")
    assert "They look at it again." in phone.send("/reply/review/not-right/plan", {"words": "I want it now"}).text
    assert review_now(review).decided_on is None


def test_she_changes_it_and_takes_it_back_with_her_pictures(panel: Panel) -> None:
    review = make_review(panel, days=2)
    tablet, keys = prepares(panel, review, words=WORDS, readers=[panel.rosa.id])
    tablet.send("/reply", keys)
    page = tablet.open("/reply/review/change").text
    assert WORDS in page
    changed = tablet.send("/reply/review/change", {"words": "Something else", "good": ["school"]})
    assert "Kept. This is what counts now." in changed.text
    assert (statement := read_by(review, panel.asha))
    assert statement.words == "Something else"
    tablet.open("/reply/review/take-back")
    assert "Nobody reads it." in tablet.send("/reply/review/take-back").text
    assert read_by(review, panel.asha) is None


def test_a_slip_is_good_once_and_another_makes_it_void(panel: Panel) -> None:
    review = make_review(panel, days=2)
    tablet, first = on_tablet(panel.visitor(), panel.site_id), dealt(review)
    second = dealt(review)
    tablet.send("/plan", first, status=422)
    tablet.send("/plan", second)
    sheet: dict[str, object] = dict(tablet.hidden)
    tablet.send("/plan/words", {**second, "words": WORDS}, status=201)
    again = tablet.send("/plan/words", {**second, **sheet, "words": WORDS}, status=201).text
    assert keys_of(again), "the same sheet again is a success again, with the same pictures"
    tablet.send("/plan", second, status=422)
    other = {**second, **sheet, "sheet": "00" * 16, "words": "another child"}
    assert "used already" in tablet.send("/plan/words", other, status=410).text
    assert (statement := read_by(review, panel.asha))
    assert statement.words == WORDS


def test_a_repeat_whose_code_was_drawn_at_random_gets_a_new_slip_from_her_advocate(panel: Panel) -> None:
    review = make_review(panel, days=2)
    tablet, slip = on_tablet(panel.visitor(), panel.site_id), dealt(review)
    tablet.send("/plan", slip)
    sent: dict[str, object] = {**tablet.hidden, **slip, "words": WORDS}
    usual_codes = candidate_codes(bytes.fromhex(str(sent["sheet"])), panel.site_id)
    for nth, (_code, keys) in enumerate(islice(usual_codes, 2)):  # other children have both: hers is drawn at random
        with db.writing(db.engine()) as session:
            other = store.find_review(session, make_review(panel, case=f"K-{nth}").id, to_change=True)
            assert other
            assert store_statement(session, other, Statement(words="Mine"), bytes([nth]) * 16, keys)
    tablet.send("/plan/words", sent, status=201)
    assert "Ask your advocate for another" in tablet.send("/plan/words", sent, status=410).text


def test_a_code_of_a_report_opens_no_review_and_the_other_way_round(panel: Panel) -> None:
    review = make_review(panel, days=2)
    tablet, keys = prepares(panel, review, words=WORDS)
    tablet.send("/reply", keys)
    assert "Write to us" not in tablet.open("/reply/write").text
    assert (
        tablet.ask("POST", "/reply/said", data={"kind": "child", "words": "hello", "sheet": "11" * 16}).status_code
        < 500
    )
    with db.reading(db.engine()) as session:
        assert store.find_review(session, review.id)
    statement = read_by(review, panel.asha)
    assert statement
    assert statement.words == WORDS


def test_a_wish_of_5000_letters_stays_on_the_page(panel: Panel) -> None:
    review = make_review(panel, days=2)
    tablet, picks = on_tablet(panel.visitor(), panel.site_id), dealt(review)
    tablet.send("/plan", picks)
    page = tablet.send("/plan/words", {**picks, "words": "ab " * 1700}, status=422).text
    assert "ab ab ab" in page
    assert "too long" in page
    assert review_now(review).words_of_child() == "nobody_asked"


def test_a_slip_leads_nowhere_once_the_day_is_here(panel: Panel, clock: StillClock) -> None:
    """Before the work process came by, too: she is told at once, and not after everything was said."""
    review = make_review(panel, days=1)
    tablet, picks = on_tablet(panel.visitor(), panel.site_id), dealt(review)
    clock.move(days=1)
    assert "The day of the review is here." in tablet.send("/plan", picks, status=410).text
