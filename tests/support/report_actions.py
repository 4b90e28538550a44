"""Somebody does something with a report, as its pages let her."""

from dataclasses import dataclass
from typing import Any

from tests.grievances.conftest import Team
from tests.support.people import Somebody
from tests.support.reports import Told
from tests.support.visitor import Visitor


@dataclass
class At:
    """Somebody before a report that she has opened."""

    browser: Visitor
    told: Told

    def does(self, act: str, *, status: int = 200, **typed: Any) -> str:
        """Open the form of an act, fill it, send it; gives the page that follows."""
        self.browser.open(self.told.path if act == "answer" else f"{self.told.path}/{act}")
        return self.sends(act, status=status, **typed)

    def sends(self, act: str, *, status: int = 200, **typed: Any) -> str:
        """Send the form that is open."""
        return self.browser.send(f"{self.told.path}/{act}", dict(typed), status).text

    def reads(self) -> str:
        """The report's page."""
        return self.browser.open(self.told.path).text


def before(team: Team, who: Somebody, told: Told) -> At:
    """She has opened it."""
    browser = team.at(who)
    browser.open(told.path)
    browser.send(told.path)
    return At(browser, told)
