"""A year of reports in sentences; a function of the bands only, and without a number that counts them."""

from collections.abc import Callable

from flask_babel import gettext as _

from youthvoice.grievances.statistics.rules import QUESTIONS, Year
from youthvoice.privacy.disclosure.phrasing import phrase
from youthvoice.privacy.disclosure.safe_table import SafeTable


def number(year: Year) -> str:
    """How many reports there were, as a range of ten; under ten nothing more is said."""
    if year.number is None:
        return str(_("Fewer than ten children told us something in %(year)s. Nothing more is said.", year=year.year))
    low, high = year.number
    return str(_("%(low)s to %(high)s reports in %(year)s", low=low, high=high, year=year.year))


def sentences(year: Year) -> list[str]:
    """What is said about a year, a sentence for each question."""
    return [
        _SAID[name](_share(year.tables[name], sides[0])) for name, (sides, _first) in QUESTIONS.items() if year.tables
    ]


def _share(table: SafeTable, side: str) -> str:
    """The first side's band in words; the first and the last range have no numbers here either."""
    found = phrase(table.band(side), table.n)
    if found.code == "about_tenths":
        return str(_("about %(tenths)s in 10", tenths=found.tenths))
    if found.code == "between":
        return str(_("few") if found.low == 0 else _("most"))
    return str(
        {
            "few": _("few"),
            "about_half": _("about half"),
            "most": _("most"),
            "fewer_than_half": _("fewer than half"),
            "more_than_half": _("more than half"),
        }[found.code]
    )


_SAID: dict[str, Callable[[str], str]] = {
    "about": lambda share: str(_("About something that may hurt a child: %(share)s", share=share)),
    "looked": lambda share: str(_("First looked at in time: %(share)s", share=share)),
    "answered": lambda share: str(_("The child got an answer: %(share)s", share=share)),
    "closed": lambda share: str(_("Closed with an action and an outcome: %(share)s", share=share)),
    "put_right": lambda share: str(_("The child said that it was put right: %(share)s", share=share)),
}
