"""The monthly pack for the outside committee: what children said, what adults answered, the reporting channel (S21).

It contains nothing new, only what children may read on their board, and frozen figures. So two packs can never be
compared to learn more than the board shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from youthvoice.grievances.statistics import ReportYear, list_years
from youthvoice.publications import encryption, store
from youthvoice.publications.board.board_cards import BoardEntry
from youthvoice.publications.board.board_entries import entry_of_view
from youthvoice.sites.store import Site


@dataclass(frozen=True, slots=True)
class MonthlyPack:
    """One month of a site.

    Attributes:
        site: the site.
        month: its first day.
        entries: the rounds whose present view for children was approved in this month, with the present answers.
        last_year: the latest frozen year of reports; None before the first.
        helpline_tested: the day on which somebody last called the helpline; None if nobody did.
    """

    site: Site
    month: date
    entries: Sequence[BoardEntry]
    last_year: ReportYear | None
    helpline_tested: date | None


def list_months(session: Session, site_id: int) -> list[date]:
    """The months in which a site's present views for children were approved, the latest first; each as its first day.

    A corrected view is in the month of its correction alone.
    """
    days = {
        publication.approved_on.replace(day=1) for publication in _visible(session, site_id) if publication.approved_on
    }
    return sorted(days, reverse=True)


def load_pack(session: Session, site: Site, month: date, language: str, today: date) -> MonthlyPack:
    """A site's pack of a month, in the present gettext language.

    Args:
        session: only read.
        site: whose.
        month: first day of the month.
        language: of the reader, also the present gettext language.
        today: at the site.
    """
    publications = [
        publication
        for publication in _visible(session, site.id)
        if publication.approved_on and publication.approved_on.replace(day=1) == month
    ]
    entries = [entry_of_view(session, publication.frozen, language, today) for publication in publications]
    years = list_years(session, site.id)
    return MonthlyPack(site, month, entries, years[0] if years else None, site.helpline_tested)


def _visible(session: Session, site_id: int) -> list[encryption.Publication]:
    """The newest visible views for children of each round at a site."""
    editions = store.list_editions(session, [site_id], store.VISIBLE_STATES)
    newest: dict[int, encryption.Publication] = {}
    for edition in reversed(editions):
        if "children" in edition.rows:
            publication = edition.rows["children"]
            newest[publication.round_id] = publication
    return list(newest.values())
