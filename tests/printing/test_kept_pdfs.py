"""PDFs that the work process makes and keeps, and what somebody reads until they are there."""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from tests.conftest import StillClock
from tests.support import papers
from tests.support.long_tests import long_test
from tests.support.people import signed_in
from tests.support.publications import House, link_to, make_house
from tests.support.statements import counted_statements
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.printing import document, job
from youthvoice.printing.models import KeptPdfRow
from youthvoice.printing.store import PaperKey, find_pdf
from youthvoice.publications.guardians.store import add_address
from youthvoice.publications.models import PublicationRow
from youthvoice.publications.review import drafting
from youthvoice.publications.store import find_edition
from youthvoice.sites.models import SiteRow


@pytest.fixture
def home(app: Flask) -> House:
    """A house with an approved publication and one address of a guardian."""
    papers.need_font("hi")
    made = make_house()
    made.counted()
    slug = made.edition().first.slug
    with db.writing(db.engine()) as session:
        found = find_edition(session, slug, [made.site_id])
        assert found
        advocate = made.people["advocate"].id
        drafting.approve_edition(session, found, advocate, context.today(), Log(context.today(), "advocate"))
        add_address(session, made.site_id, "one@example.org", "hi", advocate)
    return made


def slug_of(home: House, audience: str = "guardians") -> str:
    return home.edition().rows[audience].slug


def kept() -> dict[tuple[str, str], KeptPdfRow]:
    with db.reading(db.engine()) as session:
        rows = {(one.kind, one.language): one for one in session.scalars(select(KeptPdfRow))}
        session.expunge_all()
        return rows


def pdf_of(home: House, audience: str, language: str) -> bytes:
    with db.reading(db.engine()) as session:
        kept_pdf = find_pdf(session, PaperKey(audience, f"{slug_of(home, audience)}/{home.site_id}", language))
        assert kept_pdf
        return kept_pdf.typeset_document.pdf


def test_the_work_process_makes_a_sheet_in_every_language_once(app: Flask, home: House) -> None:
    job.print_due()
    first = kept()
    assert set(first) == {(kind, language) for kind in ("guardians", "review") for language in ("en", "hi", "ar")}
    assert {one.state for one in first.values()} == {"made"}
    job.print_due()
    job.print_changed()
    assert {key: one.locked for key, one in kept().items()} == {key: one.locked for key, one in first.items()}


def test_a_sheet_says_what_its_page_says(app: Flask, home: House, visitor: Callable[[], Visitor]) -> None:
    job.print_due()
    said = papers.text_of(pdf_of(home, "guardians", "hi"))
    assert "जवाब देने वाले 24 बच्चों में से ज़्यादातर कहते हैं कि खाना अच्छा है" in said
    assert "1098" in said
    assert papers.facts_of(pdf_of(home, "guardians", "hi"))["Pages"] == "1"
    assert "did not feel safe" not in said


def test_nobody_can_read_it_in_the_database_and_every_sheet_is_as_long(app: Flask, home: House) -> None:
    job.print_due()
    rows = kept().values()
    assert not any(b"%PDF" in (one.locked or b"") for one in rows)
    assert len({len(one.locked or b"") for one in rows}) == 1


def test_staff_wait_a_moment_and_then_have_it(app: Flask, home: House, visitor: Callable[[], Visitor]) -> None:
    coordinator, address = signed_in(visitor(), home.people["coordinator"]), slug_of(home)
    path = f"/staff/publications/{address}/paper/hi"
    assert "being made" in coordinator.open(path, 202).text
    assert coordinator.open(path, 202).headers["Refresh"] == f"5; url={path}"
    assert kept()["guardians", "hi"].asked
    job.print_due()
    answer = coordinator.open(path)
    assert answer.mimetype == "application/pdf"
    assert answer.data == pdf_of(home, "guardians", "hi")
    assert not kept()["guardians", "hi"].asked


def test_a_guardian_opens_it_with_her_link_and_nobody_else(
    app: Flask, home: House, visitor: Callable[[], Visitor]
) -> None:
    job.print_due()
    token = link_to(slug_of(home))
    reader = visitor()
    assert f"/views/{token}/paper/hi" in reader.open(f"/views/{token}").text
    assert reader.open(f"/views/{token}/paper/hi").data == pdf_of(home, "guardians", "hi")
    reader.open(f"/views/{token}/paper/bn", 404)
    reader.open(f"/views/{token[:-1]}/paper/hi", 404)
    assert "Sign in" in reader.open(f"/staff/publications/{slug_of(home)}/paper/hi").text


def test_the_sheet_of_a_review_is_for_those_who_may(app: Flask, home: House, visitor: Callable[[], Visitor]) -> None:
    job.print_due()
    path = f"/staff/publications/{slug_of(home)}/review/paper/en"
    assert signed_in(visitor(), home.people["reviewer"]).open(path).data == pdf_of(home, "review", "en")
    signed_in(visitor(), home.people["facilitator"]).open(path, 403)


def test_what_changed_is_made_again_and_never_shown_as_it_was(
    app: Flask, home: House, visitor: Callable[[], Visitor]
) -> None:
    job.print_due()
    coordinator, path = (
        signed_in(visitor(), home.people["coordinator"]),
        f"/staff/publications/{slug_of(home)}/paper/en",
    )
    before = coordinator.open(path).data
    with db.writing(db.engine()) as session:
        session.execute(update(SiteRow).values(helpline_number="1099"))
    coordinator.open(path, 202)
    job.print_due()
    after = coordinator.open(path).data
    assert "1099" in papers.text_of(after)
    assert after != before
    assert "1099" not in papers.text_of(pdf_of(home, "guardians", "hi")), "nobody asked for that one yet"
    job.print_changed()
    assert "1099" in papers.text_of(pdf_of(home, "guardians", "hi"))


def test_what_nobody_may_see_any_more_is_taken_away(app: Flask, home: House) -> None:
    job.print_due()
    with db.writing(db.engine()) as session:
        session.execute(update(PublicationRow).values(state="sent_back"))
    job.print_changed()
    assert kept() == {}


def test_what_is_old_is_made_when_somebody_opens_it(app: Flask, home: House, visitor: Callable[[], Visitor]) -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(PublicationRow).values(approved_on=context.today() - timedelta(days=500)))
    job.print_due()
    assert kept() == {}
    path = f"/staff/publications/{slug_of(home)}/paper/ar"
    coordinator = signed_in(visitor(), home.people["coordinator"])
    coordinator.open(path, 202)
    job.print_due()
    job.print_changed()
    assert set(kept()) == {("guardians", "ar")}
    assert coordinator.open(path).mimetype == "application/pdf"


def test_a_machine_without_fonts_says_which_package_is_missing(
    app: Flask, home: House, visitor: Callable[[], Visitor], tmp_path: Path
) -> None:
    settings = replace(context.settings(), fonts=tmp_path)
    coordinator, path = (
        signed_in(visitor(), home.people["coordinator"]),
        f"/staff/publications/{slug_of(home)}/paper/hi",
    )
    with context.override(app, settings=settings):
        job.print_due()
        page = coordinator.open(path, 503).text
        assert "fonts-noto-core" in page
        assert f"/staff/publications/{slug_of(home)}/print/hi" in page, "the browser has fonts of its own"
        assert "ख" in page
        assert "fonts" not in visitor().open(f"/views/{link_to(slug_of(home))}/paper/hi", 503).text
        said = app.test_cli_runner().invoke(args=["doctor"]).output
        assert "has no NotoSans-Regular.ttf" in said
        assert "Install the Debian package fonts-noto-core" in said
    job.print_changed()  # the fonts are there by now
    assert coordinator.open(path).mimetype == "application/pdf"
    assert "fonts-noto-core" not in app.test_cli_runner().invoke(args=["doctor"]).output


def test_a_document_that_ends_its_process_does_not_stop_the_others(
    app: Flask, home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real process without memory for anything answers nothing; the job goes on, and doctor says so."""
    monkeypatch.setattr(document, "MAX_SECONDS", 0.05)
    job.print_due()
    assert {one.state for one in kept().values()} == {"failed"}
    assert (
        "A PDF could not be set: It took too much memory or time."
        in app.test_cli_runner().invoke(args=["doctor"]).output
    )
    monkeypatch.undo()
    job.print_changed()
    assert {one.state for one in kept().values()} == {"made"}


@long_test("RUN")
def test_many_are_made_a_few_at_a_time_so_that_other_jobs_never_wait(
    app: Flask, home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "_DOCUMENTS_PER_RUN", 2)
    job.print_due()
    assert len(kept()) == 3
    job.print_due()
    assert len(kept()) == 6
    monkeypatch.setattr(job, "_UNITS_PER_RUN", 1)
    with db.writing(db.engine()) as session:
        session.execute(update(SiteRow).values(helpline_number="1099"))
    before = {key: one.locked for key, one in kept().items()}
    changed = []
    for _look in range(3):
        job.print_changed()
        changed.append({kind for (kind, language), one in kept().items() if one.locked != before[kind, language]})
    assert changed == [{"guardians"}, {"guardians", "review"}, {"guardians", "review"}]


def test_where_nothing_is_missing_no_paper_is_read_to_find_that_out(app: Flask, home: House) -> None:
    """Each five seconds: of a thousand sites a year of papers are tens of thousands of rows."""
    job.print_due()
    with counted_statements(db.engine()) as statements:
        job.print_due()
    assert [statement for statement in statements if "digest" in statement] == []


def test_papers_of_all_days_are_searched_for_once_an_hour(
    app: Flask, home: House, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A country approves a quarter of a million views a year, and what is missing is searched for each five seconds."""
    clock.move(days=10)
    job.print_due()
    job.print_due()  # finds that nothing is missing
    with db.writing(db.engine()) as session:
        session.execute(delete(KeptPdfRow))
        of_today = update(PublicationRow).where(PublicationRow.audience == "review")
        session.execute(of_today.values(approved_on=context.today()))
    job.print_due()
    assert {kind for kind, _language in kept()} == {"review"}
    later = time.monotonic() + 3700
    monkeypatch.setattr("time.monotonic", lambda: later)
    job.print_due()
    assert {kind for kind, _language in kept()} == {"guardians", "review"}


def test_two_work_processes_may_print_at_once(app: Flask, home: House) -> None:
    errors: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                job.print_due()
                job.print_changed()
        except BaseException as error:  # noqa: BLE001 - is looked at below
            errors.append(error)

    both = [Thread(target=work) for _process in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert errors == []
    assert {one.state for one in kept().values()} == {"made"}
    assert len(kept()) == 6


def test_without_the_library_everything_else_works_and_doctor_says_what_to_do(
    app: Flask, home: House, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    job.print_due()
    path = f"/staff/publications/{slug_of(home)}/paper/hi"
    assert "youthvoice doctor" in signed_in(visitor(), home.people["coordinator"]).open(path, 503).text
    assert "Run: make install" in app.test_cli_runner().invoke(args=["doctor"]).output


def test_with_another_key_it_is_made_anew(app: Flask, home: House) -> None:
    job.print_due()
    context.keyring().renew("kept-words")
    job.print_changed()
    assert pdf_of(home, "guardians", "en").startswith(b"%PDF")


@pytest.mark.dialect("upserts, tuples in IN")
def test_it_is_kept_alike_on_both_databases(app: Flask, home: House) -> None:
    job.print_due()
    job.print_changed()
    assert len(kept()) == 6
    with db.writing(db.engine()) as session:
        session.execute(update(PublicationRow).values(state="sent_back"))
    job.print_changed()
    assert kept() == {}
