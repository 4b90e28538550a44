"""Paper: a guardian's page in Hindi, and forty pages for families without mail, as the work process makes them."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.closing import LATER, fill
from benchmarks.house import House, like_the_others, opened
from youthvoice import context, db
from youthvoice.accounts.store import find_person_row_by_handle
from youthvoice.example import people, rounds
from youthvoice.jobs.turns import run_to_end
from youthvoice.printing.document import Document, typeset_documents
from youthvoice.publications.paper import load_view_document
from youthvoice.publications.review import drafting
from youthvoice.publications.store import list_waiting_editions
from youthvoice.sites.store import find_site_by_slug
from youthvoice.surveys.batches.closing_job import close_due

_PACK = 40  # pages


def seconds(folder: Path, sheets: int, runs: int) -> tuple[float, float]:
    """How long one page takes and how long forty do: from the database to PDF, the start of the process included.

    Args:
        folder: empty.
        sheets: responses behind the view.
        runs: medians of so many.
    """
    house = like_the_others(folder, invited=sheets)
    fill(house, sheets)
    moment = context.wall_clock() + LATER
    with opened(house), rounds.pretend_moment(moment):
        load = _view(house)
        page = median(_timed(lambda: [load("hi")]) for _ in range(runs))
        pack = median(_timed(lambda: [_pack(load("hi"))]) for _ in range(runs))
    return page, pack


def _pack(document: Document) -> Document:
    """Forty sheets in one PDF, each with other words everywhere: none is set with what another one left."""
    sheets = [_numbered(document.values, number) for number in range(_PACK)]
    return replace(document, layout="pack", values={"title": document.values["title"], "sheets": sheets})


def _numbered(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return f"{value} {number}" if " " in value else value
    if isinstance(value, dict):
        return {name: _numbered(each, number) for name, each in value.items()}
    return [_numbered(each, number) for each in value] if isinstance(value, list) else value


def _timed(documents: Callable[[], list[Document]]) -> float:
    began = time.perf_counter()
    made = typeset_documents(documents())
    took = time.perf_counter() - began
    if wrong := [document for document in made if not document.pdf]:
        raise RuntimeError(f"not set: {wrong[0].package or wrong[0].fault}")
    return took


def _view(house: House) -> Callable[[str], Document]:
    """Close, freeze and approve; gives the sheet of the view for families in a language."""
    report = close_due(context.now())
    if report.with_code("counted") != (house.slug,):
        raise RuntimeError(f"not counted: {report.lines}")
    run_to_end(drafting.draft_due)
    with db.writing(db.engine()) as session:
        site, asha = find_site_by_slug(session, people.SLUG), find_person_row_by_handle(session, "asha")
        if site is None or asha is None:
            raise LookupError(people.SLUG)
        edition = list_waiting_editions(session, [site.id])[0]
        drafting.approve_edition(session, edition, asha.id, context.today(), rounds.log_of("asha"))

    def load(language: str) -> Document:
        with db.reading(db.engine()) as session:
            return load_view_document(session, edition.rows["guardians"], site, language)

    return load
