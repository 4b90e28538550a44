"""Families without mail get paper: every language of a view, or of a quarter, in one print."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.publications.guardians.test_rhythm_job import approve, at
from tests.publications.guardians.test_way_to_guardians import Adult, sent, slug
from tests.support import papers
from tests.support.kept_papers import get_papers
from tests.support.long_tests import long_test
from tests.support.people import make_person, make_site, signed_in
from tests.support.publications import House
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.printing.job import print_changed
from youthvoice.printing.models import KeptPdfRow
from youthvoice.publications.models import PublicationRow, PublicationSiteRow
from youthvoice.publications.review import drafting
from youthvoice.publications.store import list_waiting_editions

SAID = {"en": "say the food is good", "hi": "खाना अच्छा है", "ar": "الطعام جيد"}


def sheets(page: str) -> dict[str, str]:
    """By language the sheets of a print."""
    return dict(re.findall(r'(?s)<article class="paper" lang="(\w+)"(.*?)</article>', page))


def test_one_print_holds_a_sheet_for_each_language(home: House, adult: Adult) -> None:
    coordinator = adult("coordinator")
    coordinator.open(f"/staff/subscriptions/paper/view/{slug()}", 404)
    approve(adult)
    assert "All languages in one print" in coordinator.open(f"/staff/publications/{slug()}").text
    found = sheets(coordinator.open(f"/staff/subscriptions/paper/view/{slug()}").text)
    assert found.keys() == SAID.keys()
    for language, said in SAID.items():
        assert said in found[language]
        assert ('dir="rtl"' in found[language][:20]) == (language == "ar")
        assert "1098" in found[language], "help of the place"
        assert "/views/" not in found[language]


def test_a_quarter_is_printed_at_once(home: House, adult: Adult, clock: StillClock) -> None:
    coordinator = adult("coordinator")
    page = coordinator.open("/staff/subscriptions/").text
    assert "/paper/" not in page
    approve(adult)
    page = coordinator.open("/staff/subscriptions/").text
    assert "4th quarter 2026" in page
    assert sheets(coordinator.open(f"/staff/subscriptions/paper/{home.site_id}/2026-10-01").text).keys() == SAID.keys()
    coordinator.open(f"/staff/subscriptions/paper/{home.site_id}/2026-07-01", 404)
    coordinator.open(f"/staff/subscriptions/paper/{home.site_id}/nonsense", 404)
    at(clock, date(2027, 2, 1))
    later = adult("coordinator").open(f"/staff/subscriptions/paper/{home.site_id}/2026-10-01").text
    assert sheets(later).keys() == SAID.keys()


@long_test("RUN")
def test_a_quarter_is_one_pdf_in_a_language_with_a_page_for_each_view(
    home: House, adult: Adult, clock: StillClock
) -> None:
    approve(adult)
    home.counted("rights")
    drafting.draft_due()
    with db.writing(db.engine()) as session:
        log = Log(context.today(), "advocate")
        for edition in list_waiting_editions(session, [home.site_id]):
            drafting.approve_edition(session, edition, home.people["advocate"].id, context.today(), log)
    coordinator, path = adult("coordinator"), f"/staff/subscriptions/paper/{home.site_id}/2026-10-01"
    assert f"{path}/hi" in coordinator.open("/staff/subscriptions/").text
    made = get_papers(coordinator, path)
    for language, said in SAID.items():
        assert papers.facts_of(made[language])["Pages"] == "2"
        if language != "ar":  # letters that join are other letters in a PDF
            assert said in papers.text_of(made[language])
    assert papers.text_of(made["en"]).count("1098") == 2
    coordinator.open(f"{path}/bn", 404)
    coordinator.open(f"/staff/subscriptions/paper/{home.site_id}/2026-07-01/en", 404)
    adult("facilitator").open(f"{path}/en", 403)
    with db.writing(db.engine()) as session:
        session.execute(update(PublicationRow).values(state="sent_back"))
    print_changed()
    with db.reading(db.engine()) as session:
        assert session.scalars(select(KeptPdfRow)).all() == []


@long_test("RUN")
def test_the_paper_of_a_letter_bears_its_day_and_is_gone_with_its_link(
    home: House, adult: Adult, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    papers.need_poppler()
    page, _stop = sent(home, adult)
    today = context.today("Asia/Kolkata")
    first = today - timedelta(days=4)
    with db.writing(db.engine()) as session:  # others here were written to before, and elsewhere before them
        session.execute(update(PublicationRow).values(sent_on=today - timedelta(days=9)))
        session.execute(update(PublicationSiteRow).values(sent_on=first))
    of_letter = papers.text_of(get_papers(visitor(), f"{page}/paper")["en"]).replace("\u00a0", " ")
    assert f"Sent on {today.day} {today:%B %Y}" in of_letter
    of_view = adult("coordinator").open(f"/staff/publications/{slug()}/paper/en").data  # made before anybody asks
    assert f"Sent on {first.day} {first:%B %Y}" in papers.text_of(of_view).replace("\u00a0", " ")

    def of_days() -> set[str]:
        with db.reading(db.engine()) as session:
            return {one for one in session.scalars(select(KeptPdfRow.subject)) if one.endswith(today.isoformat())}

    assert len(of_days()) == 1
    clock.move(days=122)
    print_changed()
    assert of_days() == set()


def test_nobody_prints_for_another_site(home: House, adult: Adult, visitor: Callable[[], Visitor]) -> None:
    approve(adult)
    with db.writing(db.engine()) as session:
        stranger = make_person(session, "coordinator", make_site(session, "other-house").id, handle="stranger")
    elsewhere = signed_in(visitor(), stranger)
    elsewhere.open(f"/staff/subscriptions/paper/view/{slug()}", 404)
    elsewhere.open(f"/staff/subscriptions/paper/{home.site_id}/2026-10-01", 404)
    elsewhere.open(f"/staff/subscriptions/view/{slug()}/en", 404)
    adult("facilitator").open(f"/staff/subscriptions/paper/view/{slug()}", 403)
