"""PRIVACY.md A12: what many children wrote, agreed by two advocates, read by every audience beside the view."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask, current_app
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.publications.guardians.test_rhythm_job import at
from tests.publications.guardians.test_second_letter import text, went_out
from tests.support import papers
from tests.support.people import agrees, make_person, on_tablet, signed_in
from tests.support.publications import House, counts_of, link_to, make_house, starter
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.store import list_advocates
from youthvoice.audit.audit_log import Log
from youthvoice.printing.document import typeset_documents
from youthvoice.publications.guardians.rhythm_job import send_due_rhythms
from youthvoice.publications.guardians.store import add_address
from youthvoice.publications.guardians.subscriptions import set_subscription
from youthvoice.publications.models import GuardianAddressRow
from youthvoice.publications.paper import load_view_document
from youthvoice.publications.review import drafting
from youthvoice.publications.store import list_waiting_editions
from youthvoice.sites.store import get_site
from youthvoice.surveys.batches.store import FirstWave, encrypt_counts
from youthvoice.surveys.models import BatchRow, RoundRow
from youthvoice.surveys.responses.forms import LetterWords
from youthvoice.surveys.responses.store import seal_letters
from youthvoice.threads.agreed_themes import Theme, add_theme, list_themes, reports_subject, round_subject
from youthvoice.threads.letters.store import add_letters

WORDS = "Many of us wish for fruit."
FORM: dict[str, object] = {"words_en": WORDS, "how": "paraphrase", "sheets": "6", "nobody": "y"}
SECOND = "second"


@pytest.fixture
def home(app: Flask, clock: StillClock) -> House:
    """A house with two advocates and an approved view of 24 children, of whom eight wrote."""
    made = make_house()
    (facts,) = made.open(starter("daily-life-10-12"))
    with db.writing(db.engine()) as session:
        other = make_person(session, "advocate", made.site_id, handle=SECOND)
        site, readers = get_site(session, made.site_id), list_advocates(session, made.site_id)
        written = [LetterWords("letter", f"fruit {number}", shared=False) for number in range(8)]
        add_letters(session.connection(), seal_letters(facts, site, written, readers))
    made.people[SECOND] = other  # type: ignore[index] # a dictionary, of this test alone
    clock.move(days=9)
    made.count(facts, 24)
    drafting.draft_due()
    with db.writing(db.engine()) as session:
        (edition,) = list_waiting_editions(session, [made.site_id])
        log = Log(context.today(), "advocate")
        drafting.approve_edition(session, edition, made.people["advocate"].id, context.today(), log)
        coordinator = made.people["coordinator"].id
        for language in ("en", "hi"):
            add_address(session, made.site_id, f"{language}@example.org", language, coordinator)
        session.execute(update(GuardianAddressRow).values(cleared_on=context.today(), cleared_by=coordinator))
        set_subscription(session, made.site_id, "guardian", "", "monthly", coordinator, context.today(), log)
    return made


def asked(home: House, browser: Visitor, status: int = 200, **other: object) -> str:
    address = f"/staff/publications/{home.edition().first.slug}/theme"
    browser.open(address)
    return browser.send(address, {**FORM, "second": home.people[SECOND].id, **other}, status).text


def kept(home: House) -> list[dict[str, str]]:
    with db.reading(db.engine()) as session:
        themes = list_themes(session, round_subject(home.edition().first.frozen["round"]))
    return [dict(one.words) for one in themes]


def sheet(home: House) -> str:
    """What the families' sheet of paper says."""
    with db.reading(db.engine()) as session, current_app.test_request_context():
        publication, site = home.edition().first, get_site(session, home.site_id)
        (made,) = typeset_documents([load_view_document(session, publication, site, "en")])
    return papers.text_of(made.pdf)


def everywhere(home: House, visitor: Callable[[], Visitor]) -> dict[str, str]:
    slug, advocate = home.edition().first.slug, signed_in(visitor(), home.people["advocate"])
    staff = {
        path: advocate.open(f"/staff/publications/{slug}{path}").text for path in ("", "/children", "/review", "/print")
    }
    staff["pdf"] = sheet(home)
    coordinator = signed_in(visitor(), home.people["coordinator"])
    staff["letter before it goes"] = coordinator.open(f"/staff/subscriptions/view/{slug}/en").text
    staff["paper for families"] = coordinator.open(f"/staff/subscriptions/paper/view/{slug}").text
    board = on_tablet(visitor(), home.site_id).open("/we-did").text
    return {**staff, "guardian": visitor().open(f"/views/{link_to(slug)}").text, "board": board}


def test_two_advocates_agree_and_every_audience_reads_it(home: House, visitor: Callable[[], Visitor]) -> None:
    asked(home, signed_in(visitor(), home.people["advocate"]))
    assert kept(home) == [], "one alone tells nobody"
    assert not any(WORDS in page for page in everywhere(home, visitor).values())
    second = signed_in(visitor(), home.people[SECOND])
    agrees(second)
    assert kept(home) == [{"en": WORDS}]
    for where, page in everywhere(home, visitor).items():
        assert WORDS in page, where


def test_a_letter_that_sends_itself_says_the_themes_of_its_view_and_no_other(home: House, clock: StillClock) -> None:
    here, who = home.edition().first.frozen["round"], (home.people["advocate"].id, home.people[SECOND].id)
    other = {round_subject("apple-bell"): "giraffe", reports_subject(home.site_id, 2026): "zebra"}
    with db.writing(db.engine()) as session:
        add_theme(
            session, round_subject(here), Theme({"en": WORDS, "hi": "हमें फल चाहिए।"}, False, context.today()), *who
        )
        add_theme(session, round_subject(here), Theme({"en": "More <b>light</b>"}, True, context.today()), *who)
        for subject, words in other.items():
            add_theme(session, subject, Theme({"en": words}, False, context.today()), *who)
    at(clock, date(2027, 1, 1))
    send_due_rhythms()
    letters = {str(one["Content-Language"]): one for one in went_out()}
    assert set(letters) == {"en", "hi"}
    for kind, light in (("plain", "“More <b>light</b>”"), ("html", "“More &lt;b&gt;light&lt;/b&gt;”")):
        english, hindi = (text(letters[one], kind) for one in ("en", "hi"))
        assert "What many children wrote" in english
        assert WORDS in english
        assert light in english
        assert "हमें फल चाहिए।" in hindi
        assert light in hindi, "in the language it was written in"
        assert WORDS not in hindi
        assert not any(words in english + hindi for words in other.values())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"sheets": "5"}, "one in four of the children"),
        ({"sheets": "9"}, "fewer letters than that"),
        ({"sheets": "many"}, "Write a whole number, at least one."),
        ({"nobody": ""}, "A theme that points at somebody is never told."),
        ({"words_en": " ", "words_hi": ""}, "Write it in one language at least."),
        ({"words_en": "x" * 121}, "At most 120 letters."),
        ({"words_en": "Coordinator shouts at us."}, "This may point at somebody: Coordinator"),
        ({"words_en": "The garden of Example House is small."}, "This may point at somebody: Example House"),
        ({"words_en": "Call 0800 555 0200."}, "This may point at somebody"),
        ({"second": "1"}, "Choose who agrees with you."),
    ],
)
def test_what_is_no_theme_is_refused_and_nothing_typed_is_lost(
    home: House, visitor: Callable[[], Visitor], wrong: dict[str, object], words: str
) -> None:
    page = asked(home, signed_in(visitor(), home.people["advocate"]), 422, **({"words_hi": "फल"} | wrong))
    assert words in page
    assert ("फल" in page) is ("words_hi" not in wrong)


def test_nobody_but_an_advocate_writes_or_agrees(home: House, visitor: Callable[[], Visitor]) -> None:
    slug = home.edition().first.slug
    for role in ("coordinator", "facilitator", "reviewer", "safeguarding_lead", "outside_recipient"):
        signed_in(visitor(), home.people[role]).open(f"/staff/publications/{slug}/theme", 403)
    page = asked(home, signed_in(visitor(), home.people["advocate"]), 422, second=home.people["coordinator"].id)
    assert "Choose who agrees with you." in page


def test_of_a_pair_one_in_four_of_who_could_write_must_say_it(home: House, visitor: Callable[[], Visitor]) -> None:
    """Whoever came without a card wrote a letter, too, and is in no pair: six of 24 pairs are not many of 40."""
    with db.writing(db.engine()) as session:
        session.execute(update(RoundRow).values(link="card"))
        batch = session.scalars(select(BatchRow)).one()
        counts = counts_of(starter("daily-life-10-12"), 24)
        batch.sealed_counts = encrypt_counts(context.keyring(), batch.id, 24, counts, {}, FirstWave(counts, (30, 40)))
    assert "one in four" in asked(home, signed_in(visitor(), home.people["advocate"]), 422)


def test_at_most_five_themes_stand_beside_a_view(home: House, visitor: Callable[[], Visitor]) -> None:
    first, second = (signed_in(visitor(), home.people[one]) for one in ("advocate", SECOND))
    for number in range(5):
        asked(home, first, words_en=f"We wish for fruit, {number}.")
        agrees(second)
    first.open(f"/staff/publications/{home.edition().first.slug}/theme", 404)
    assert len(kept(home)) == 5
