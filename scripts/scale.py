"""Write docs/scale.md: what a country needs, computed from what was measured and from what is assumed.

`python scripts/scale.py` writes the page again; a test fails while it is out of date. Whoever has other numbers changes
those of `Country` and reads the page that comes out.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parent.parent / "docs" / "scale.md"

TEMPLATE: Final = Path(__file__).with_suffix(".md")

_GB = 1_000_000_000


@dataclass(frozen=True)
class Measured:
    """What one thing costs, measured on one core whose bare Flask pair is answered 1,700 times a second on two.

    Attributes:
        response_ms: CPU of the page of a survey and the answers of one child, durably committed.
        night_ms: CPU of work processes and database for a site at whose daily hour a round of 12 sheets ends: its views
            are drafted, the first letter leaves, and everything else is done that a day brings.
        next_letter_ms: CPU of each further letter of that site in the same language.
        round_bytes: that a closed round leaves in the database at a site: three views and the row of its answer.
        report_bytes: that a report with its first entry leaves.
        letter_bytes: that the record of a letter leaves, once the outbox is empty.
        outbox_bytes: of a letter while it waits.
        web_mib: resident memory of a web process, of which a part is shared.
        work_mib: of a work process.
        database_share: CPU of PostgreSQL for a response, over that of the web process.
        receipt_bytes: of the receipt of a submission in PostgreSQL, with its indexes.
        receipt_delete_s: seconds in which PostgreSQL deletes a million receipts, of 42 million.
        receipt_add_ms: in which one more is stored meanwhile, the slowest of a hundred.
        log_bytes: of a line of the log in PostgreSQL, with its indexes.
        log_check_us: CPU in which a line is checked, in millionths of a second.
        view_check_us: in which a view of 65 KB is opened; three times that for a round at a site, with its answer.
    """

    response_ms: float = 6.5
    night_ms: float = 192.0
    next_letter_ms: float = 6.0
    round_bytes: int = 65_639 + 196_871 + 2_500
    report_bytes: int = 2_867
    letter_bytes: int = 180
    outbox_bytes: int = 65_700
    web_mib: int = 121
    work_mib: int = 110
    database_share: float = 0.45
    receipt_bytes: int = 160
    receipt_delete_s: float = 2.0
    receipt_add_ms: int = 196
    log_bytes: int = 136
    log_check_us: float = 19.0
    view_check_us: float = 260.0


@dataclass(frozen=True)
class Country:
    """What is assumed of a country.

    Attributes:
        sites: shelters, schools and villages.
        children_at_a_site: who answer.
        rounds: surveys and choices of a site in a year.
        answering: share of children who answer a round.
        days: in a year on which children answer.
        hours: of such a day.
        peak: how many times more answers come in the busiest minutes than on average.
        families: letters of a site about a view.
        log_lines: of the log that a site writes in a year: six adults sign in and out on a hundred days; rounds,
            and reports write the others.
        reports: that a thousand children tell in a year.
        report_minutes: of an advocate for one report, from the first reading to its end.
        work_minutes: that an advocate has in a year for reports.
        night_minutes: in which everything that comes due at one midnight shall be done.
        use: share of a core that is planned for, so that a busy hour still has room.
        core_price: a month of one core with 4 GiB, in euros; a common price of rented machines, which is no offer.
        gb_price: a month of a gigabyte on disk, in euros; the same.
        database_factor: disk of PostgreSQL with its indexes, empty rows and log, over the bytes of the rows.
        copies: of the database: itself, a replica, and backups of a week and of four months.
    """

    sites: int = 10_000
    children_at_a_site: int = 500
    rounds: int = 12
    answering: float = 0.7
    days: int = 200
    hours: int = 5
    peak: float = 8.0
    families: int = 20
    log_lines: int = 1_700
    reports: int = 40
    report_minutes: int = 90
    work_minutes: int = 60_000
    night_minutes: int = 15
    use: float = 0.5
    core_price: float = 8.0
    gb_price: float = 0.1
    database_factor: float = 1.5
    copies: int = 13


@dataclass(frozen=True)
class Need:
    """What a country needs, by what is measured.

    Attributes:
        country: what is assumed.
        measured: what was measured.
    """

    country: Country
    measured: Measured

    @property
    def children(self) -> int:
        """All of them."""
        return self.country.sites * self.country.children_at_a_site

    @property
    def responses(self) -> float:
        """Of a year."""
        return self.children * self.country.rounds * self.country.answering

    @property
    def peak_per_s(self) -> float:
        """Responses a second in the busiest minutes."""
        seconds = self.country.days * self.country.hours * 3600
        return self.responses / seconds * self.country.peak

    @property
    def web_cores(self) -> float:
        """Cores for the busiest minutes."""
        return self.peak_per_s * self.measured.response_ms / 1000 / self.country.use

    @property
    def night_seconds(self) -> float:
        """CPU of a midnight at which a round of every site comes due, and its letters."""
        more = (self.country.families - 1) * self.measured.next_letter_ms
        return self.country.sites * (self.measured.night_ms + more) / 1000

    @property
    def night_cores(self) -> float:
        """Cores that have it done in time; at night nobody else needs them, so that they are used whole."""
        return self.night_seconds / 60 / self.country.night_minutes

    @property
    def reports(self) -> float:
        """Of a year."""
        return self.children * self.country.reports / 1000

    @property
    def row_gb(self) -> float:
        """Bytes that a year leaves in rows, in gigabytes."""
        rounds = self.country.sites * self.country.rounds
        letters = rounds * self.country.families * self.measured.letter_bytes
        rows = rounds * self.measured.round_bytes + self.reports * self.measured.report_bytes + letters
        return rows / _GB

    @property
    def database_gb(self) -> float:
        """What a year adds to the disk of the database."""
        return self.row_gb * self.country.database_factor

    @property
    def waiting(self) -> float:
        """Responses that are not counted yet, while a round is open at every site."""
        return self.children * self.country.answering

    @property
    def receipts(self) -> float:
        """Those of the twelve months in which they are stored, and of the month that is going on."""
        return self.responses / 12 * 13

    @property
    def log_lines(self) -> int:
        """Of a year."""
        return self.country.sites * self.country.log_lines

    @property
    def check_minutes(self) -> float:
        """CPU of a night in which the log and the views of ten years are looked through."""
        rounds = self.country.sites * self.country.rounds
        year = self.log_lines * self.measured.log_check_us + 3 * rounds * self.measured.view_check_us
        return 10 * year / 60_000_000

    @property
    def database_cores(self) -> float:
        """Cores of PostgreSQL in the busiest minutes."""
        return self.peak_per_s * self.measured.response_ms * self.measured.database_share / 1000

    @property
    def outbox_gb(self) -> float:
        """The outbox of such a midnight at its fullest."""
        return self.country.sites * self.country.families * self.measured.outbox_bytes / _GB

    @property
    def cores(self) -> int:
        """Of all machines: for the day or the midnight, whichever is more, and twice: one machine stands by."""
        return 2 * max(2, math.ceil(max(self.web_cores, self.night_cores)))

    @property
    def month_price(self) -> float:
        """Euros a month after ten years."""
        disk = (10 * self.database_gb + self.outbox_gb) * self.country.copies
        return self.cores * self.country.core_price + disk * self.country.gb_price

    @property
    def advocates(self) -> float:
        """People who read what children tell."""
        return self.reports * self.country.report_minutes / self.country.work_minutes


def walls(need: Need) -> list[tuple[float, str]]:
    """Where it ends first: for each limit, at how many sites like these it is reached, the nearest first."""
    site, minutes = need.country.sites, need.country.night_minutes
    return sorted(
        [
            (100 * site / need.advocates, "a hundred full-time advocates have no more time"),
            (8 * 60 * minutes * site / need.night_seconds, f"a midnight takes {minutes} minutes of eight cores"),
            (8 * site / need.web_cores, "the busiest minutes take eight cores"),
            (2_000 * site / (10 * need.database_gb), "ten years fill a disk of 2 TB"),
        ]
    )


def page(country: Country, measured: Measured) -> str:
    """The page in Markdown."""
    need = Need(country, measured)
    padding = country.sites * country.rounds * measured.round_bytes / _GB
    reached = "\n".join(f"{number}. {sites:,.0f} sites: {what}." for number, (sites, what) in enumerate(walls(need), 1))
    return TEMPLATE.read_text("utf-8").format(
        country=country,
        measured=measured,
        need=need,
        more=country.families - 1,
        ten_years=10 * need.database_gb,
        memory=4 * measured.web_mib + 2 * measured.work_mib,
        walls=reached,
        padding=padding,
        receipts_gb=need.receipts * measured.receipt_bytes / _GB,
        ten_years_rows=10 * need.row_gb,
        ten_years_log=10 * need.log_lines,
        log_gb=10 * need.log_lines * measured.log_bytes / _GB,
        sweep=need.responses / 12 / 1_000_000 * measured.receipt_delete_s,
        padding_price=padding * country.gb_price,
    )


if __name__ == "__main__":
    PAGE.write_text(page(Country(), Measured()), "utf-8")
