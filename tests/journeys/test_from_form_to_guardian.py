"""The whole way: an XLSForm comes in, children answer, a guardian reads, an adult answers the children.

Duties: DESIGN.md 5 (a survey; mail to guardians).
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.journeys.forms_of_others import write_form
from tests.journeys.navigators import ChildTablet, StaffDesk
from tests.journeys.places import Place, settle
from tests.journeys.server import House
from tests.people import PASSWORD
from youthvoice import running

pytestmark = pytest.mark.journey
Desks = Callable[[Place, str], StaffDesk]
Tablets = Callable[..., ChildTablet]


def imports(desk: StaffDesk, file: Path) -> str:
    """Hand a questionnaire in; gives the path of its page."""
    desk.opens("/staff/questionnaires/import")
    desk.page.locator("[name=file]").set_input_files(file)
    desk.presses("Import")
    desk.reads("is kept as version")
    return desk.page.url.removeprefix(desk.place.url)


def approves(desk: StaffDesk, path: str) -> None:
    """Look at the screens in every language, say that the flagged question asks nobody's name, approve."""
    desk.opens(f"{path}/approve")
    for language in ("en", "hi"):
        with desk.page.context.expect_page() if False else _stays(desk, path, language):
            pass
    desk.opens(f"{path}/approve")
    desk.ticks("seen")
    desk.presses("Approve")
    assert "Tick every one" in desk.is_told_what_is_wrong()
    desk.ticks("seen", "not_who")
    desk.presses("Approve")
    desk.reads("may be used in rounds now")
