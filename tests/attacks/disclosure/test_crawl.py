"""T7: every query parameter on every publication address is refused or gives the frozen publication."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support import papers
from tests.support.long_tests import RUNS_LONG, long_test
from tests.support.people import make_person, make_site, on_tablet, signed_in
from tests.support.publications import House, counts_of, kindly, link_to, make_house, starter
from tests.support.reviews import review_at
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.printing.job import print_changed, print_due
from youthvoice.publications.guardians.store import add_address
from youthvoice.publications.influence.years import ChildrensWord, count_influence, store_influence_year
from youthvoice.publications.review import drafting
from youthvoice.publications.rhythm import period_start
from youthvoice.publications.store import find_edition
from youthvoice.reviews.store import list_reviews
from youthvoice.surveys.batches.store import encrypt_counts
from youthvoice.surveys.models import BatchRow
from youthvoice.surveys.rounds.store import list_rounds, questionnaire_of_round
from youthvoice.threads.agreed_themes import Theme, add_theme, round_subject

PARAMETERS = (
    "age", "audience", "band", "batch", "by", "children", "date", "exact", "filter", "from", "gender", "group",
    "group_by", "language", "limit", "n", "option", "page", "question", "round", "site", "sort", "split", "to",
    "version", "wave", "where",
)  # fmt: skip
_TURNS = 5  # addresses until each parameter was tried alone
DAY = date(2025, 3, 2)
THEME = "Many of us wish for fruit."
VALUES = ("1", "girls", "2026-11-24", "'", "all", "")


def steady(answer: TestResponse) -> str | bytes:
    """A page without what is new at each opening: tokens of forms, the number of a child's sheet. A PDF as it is."""
    if answer.mimetype == "application/pdf":
        return bytes(answer.data)
    new, text = r"(?:csrf_token|sheet)", answer.text
    return re.sub(rf'name="{new}"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="{new}"', "", text)


@pytest.fixture
def published(app: Flask) -> House:
    """A house with an approved publication and one cleared address."""
    home = make_house()
    home.counted()
    edition = home.edition()
    with db.writing(db.engine()) as session:
        words = [ChildrensWord(home.site_id, DAY, DAY, in_time=True, changed=True, helped=False)] * 24
        store_influence_year(session, count_influence(DAY.year, words), 1)
        advocate = home.people["advocate"].id
        log = Log(context.today(), "advocate")
        found = find_edition(session, edition.first.slug, [home.site_id])
        assert found
        drafting.approve_edition(session, found, advocate, context.today(), log)
        add_address(session, home.site_id, "one@example.org", "en", advocate)
        theme = Theme({"en": THEME}, is_quote=False, day=context.today())
        add_theme(session, round_subject(found.first.frozen["round"]), theme, advocate, home.people["coordinator"].id)
    review_at(home.site_id, home.people["advocate"], home.people["reviewer"], 0, invited=("facilitator",))
    papers.need_font("hi")
    print_due()
    return home


def _quarter() -> str:
    return period_start("quarterly", context.today("Asia/Kolkata")).isoformat()


def home_review(home: House) -> str:
    """The key of the review of a child of the house, whose pack bears what all children say."""
    with db.reading(db.engine()) as session:
        (found,) = list_reviews(session, [home.site_id])
    return found.key


def everywhere(home: House, visitor: Callable[[], Visitor]) -> Iterator[tuple[Visitor, str]]:
    """Every address at which something published can be read, with somebody who may."""
    slug = home.edition().first.slug
    token = link_to(slug)
    advocate = signed_in(visitor(), home.people["advocate"])
    for path in ("", "/in/hi", "/children", "/children/in/ar", "/review", "/review/in/hi", "/print", "/print/hi"):
        yield advocate, f"/staff/publications/{slug}{path}"
    for path in ("/view.csv", "/view.json"):
        yield advocate, f"/staff/publications/{slug}{path}"
    for path in ("", "figures.csv", "figures.json"):
        yield advocate, f"/staff/influence/{path}"
    for path in ("", ".csv", ".json"):
        yield visitor(), f"/influence{path}"
    for path in ("/paper/en", "/paper/hi", "/paper/ar", "/review/paper/en"):
        yield advocate, f"/staff/publications/{slug}{path}"
    coordinator = signed_in(visitor(), home.people["coordinator"])
    for path in ("", f"view/{slug}/hi", f"paper/view/{slug}", f"paper/{home.site_id}/{_quarter()}"):
        yield coordinator, f"/staff/subscriptions/{path}"
    yield advocate, "/staff/publications/"
    yield advocate, "/staff/publications/review"
    yield advocate, "/staff/publications/voices"
    for path in ("", "/in/ar", "/in/xx", "/paper/hi", "/stop"):
        yield visitor(), f"/views/{token}{path}"
    yield on_tablet(visitor(), home.site_id), "/we-did"
    for role in ("reviewer", "facilitator"):
        yield signed_in(visitor(), home.people[role]), f"/staff/reviews/{home_review(home)}"


@long_test("RUN")
def test_no_parameter_changes_what_is_published(published: House, visitor: Callable[[], Visitor]) -> None:
    """All of them at once, with every value and with one; and some alone. Others at each address.

    `make test-long` has them all at once with each value, at every address.
    """
    alone = [f"?{name}={value}" for name, value in zip(PARAMETERS, VALUES * 5, strict=False)]
    at_once = ["?" + "&".join(f"{name}={value}" for name in PARAMETERS) for value in VALUES]
    every = "?" + "&".join(f"{name}={value}" for name, value in product(PARAMETERS, VALUES))
    for nth, (browser, address) in enumerate(everywhere(published, visitor)):
        browser.open(address)
        plain = steady(browser.open(address))
        with_one = at_once if RUNS_LONG else [at_once[nth % len(at_once)]]
        for query in (every, *with_one, *alone[nth % _TURNS :: _TURNS]):
            assert steady(browser.open(address + query)) == plain, address + query


def test_other_counts_in_the_same_batch_later_change_no_page(published: House, visitor: Callable[[], Visitor]) -> None:
    """Pages read only what was frozen: even a batch that is tampered with changes nothing (A8)."""
    before = {address: steady(browser.open(address)) for browser, address in everywhere(published, visitor)}
    tells = {address for address, page in before.items() if isinstance(page, str) and THEME in page}
    assert {address for address in tells if re.search(r"\.csv|\.json|influence|voices|stop", address)} == set()
    assert any("subscriptions/view" in address for address in tells), "a letter bears it"
    assert len(tells) > 12
    with db.writing(db.engine()) as session:
        (facts,) = list_rounds(session, [published.site_id])
        batch = session.get_one(BatchRow, facts.batch_id)
        questionnaire = questionnaire_of_round(session, facts)
        batch.sealed_counts = encrypt_counts(context.keyring(), batch.id, 90, counts_of(questionnaire, 90, kindly), {})
    print_changed()
    after = {address: steady(browser.open(address)) for browser, address in everywhere(published, visitor)}
    assert after == before


def test_nothing_is_published_under_another_slug_or_to_another_site(
    published: House, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        other = make_site(session, "other-house").id
        stranger = make_person(session, "advocate", other, handle="stranger")
    slug = published.edition().first.slug
    outsider = signed_in(visitor(), stranger)
    for path in ("", "/children", "/review", "/print", "/paper/en", "/review/paper/en", "/view.csv", "/view.json"):
        outsider.open(f"/staff/publications/{slug}{path}", 404)
        outsider.open(f"/staff/publications/{slug[::-1]}{path}", 404)


def test_a_naive_dashboard_falls(app: Flask) -> None:
    """The attack can succeed: a page that filters by a parameter is told apart at once."""
    counts = counts_of(starter("daily-life-10-12"), 24)["food"]

    def dashboard(query: str) -> str:
        return str(counts.get(query.rpartition("=")[2], sum(counts.values())))

    assert dashboard("?option=good") != dashboard("")
