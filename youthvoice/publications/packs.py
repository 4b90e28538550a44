"""The monthly pack for the outside committee: what children said, what adults answered, the reporting channel (S21).

It contains nothing new, only what children may read on their board, and frozen figures. So two packs can never be
compared to learn more than the board shows.
"""

from collections.abc import Collection, Sequence
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
    return months_by_site(session, [site_id])[site_id]


def months_by_site(session: Session, site_ids: Collection[int]) -> dict[int, list[date]]:
    """As `list_months`, for each of these sites."""
    return {
        site_id: sorted({day.replace(day=1) for each in there if (day := each.approved_on)}, reverse=True)
        for site_id, there in _visible_by_site(session, site_ids).items()
    }


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
        for publication in _visible_by_site(session, [site.id])[site.id]
        if publication.approved_on and publication.approved_on.replace(day=1) == month
    ]
    entries = [entry_of_view(session, publication.frozen, language, today) for publication in publications]
    years = list_years(session, site.id)
    return MonthlyPack(site, month, entries, years[0] if years else None, site.helpline_tested)


def _visible_by_site(session: Session, site_ids: Collection[int]) -> dict[int, list[encryption.Publication]]:
    """The newest visible views for children of each round, by site."""
    newest: dict[int, dict[int, encryption.Publication]] = {site_id: {} for site_id in site_ids}
    for edition in reversed(store.list_editions(session, site_ids, store.VISIBLE_STATES)):
        if publication := edition.rows.get("children"):
            for site_id in edition.site_ids & newest.keys():
                newest[site_id][publication.round_id] = publication
    return {site_id: list(there.values()) for site_id, there in newest.items()}
