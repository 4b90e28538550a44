"""Views that stay with families: each published one as the page of paper that it is, in a folder to give away."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from youthvoice.backups.durable_file import write_new_file
from youthvoice.printing.document import Document, typeset_documents
from youthvoice.publications.paper import load_view_document
from youthvoice.publications.render import languages_of_view
from youthvoice.publications.store import list_views_for_families
from youthvoice.sites.store import Site
from youthvoice.web.i18n.languages import LANGUAGES, tag

_PAGE = Markup('<!doctype html><html lang="en"><meta charset="utf-8"><title>{0}</title><h1>{0}</h1>{1}</html>\n')

_ROW = Markup('<p lang="{}"><a href="{}">{}</a> ({}, {})</p>\n')


class ViewPaper(NamedTuple):
    """The paper of one view in one language.

    Attributes:
        name: of its file.
        approved_on: the day on which it was published.
    """

    name: str
    approved_on: date
    document: Document


def list_view_papers(session: Session, site: Site) -> Iterator[ViewPaper]:
    """The papers of every view that was published for the families of a site, the oldest first."""
    for publication in list_views_for_families(session, site.id, date.min, date.max):
        for code in languages_of_view(publication.frozen):
            day = publication.approved_on or publication.made_on
            document = load_view_document(session, publication, site, code)
            yield ViewPaper(f"{day.isoformat()}-{publication.slug}-{tag(code)}.pdf", day, document)


def write_views(session: Session, site: Site, folder: Path) -> list[str]:
    """Write each paper into an empty folder, and a page that lists them.

    Returns:
        The names of those that cannot be made.

    Raises:
        OSError: a file cannot be written.
    """
    rows, faults = [], []
    for paper in list_view_papers(session, site):
        (typeset_document,) = typeset_documents([paper.document])
        if not typeset_document.pdf:
            faults.append(paper.name)
            continue
        write_new_file(folder / paper.name, typeset_document.pdf)
        code = paper.document.language
        rows.append(
            _ROW.format(tag(code), paper.name, paper.document.values["title"], LANGUAGES[code].name, paper.approved_on)
        )
    write_new_file(folder / "index.html", str(_PAGE.format(escape(site.name), Markup().join(rows))).encode())
    return faults
