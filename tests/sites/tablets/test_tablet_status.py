"""What a tablet says of itself: rounds wait for its queue, coordinators see it as it was at the daily hour."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.offline import manifest_of
from tests.support.people import house, on_tablet, signed_in
from tests.support.rounds import open_round
from tests.support.visitor import Visitor, calm
from youthvoice import context, db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.sites.store import get_site
from youthvoice.sites.tablets.store import find_tablet, retire_tablet
from youthvoice.sites.tablets.tablet_status import list_health, list_waiting_tablets

NAME = "Tablet 1"


class Village:
    """A site, its coordinator, and one tablet."""

    def __init__(self, visitor: Callable[[], Visitor], clock: StillClock) -> None:
        self.clock = clock
        self.site_id, self.people = house(["coordinator", "facilitator", "advocate"])
        self.tablet = on_tablet(visitor(), self.site_id, NAME)
        self.manifest = manifest_of(self.tablet)
        self.visitor = visitor

    def says(self, status: int = 204, **told: object) -> None:
        report = {"waiting": False, "room": True, "clock": int(self.clock.moment.timestamp() * 1000), **told}
        sent: dict[str, Any] = {"report": report, "pass": self.manifest["pass"]}
        assert self.tablet.ask("POST", "/offline/status", json=sent).status_code == status

    def waits(self, ended_at: datetime) -> list[str]:
        with db.reading(db.engine()) as session:
            return list_waiting_tablets(session, [self.site_id], ended_at)

    def page(self, path: str = "/staff/tablets") -> str:
        desk = signed_in(self.visitor(), self.people["coordinator"])
        return calm(desk.open(path).text.partition("<main")[2])


@pytest.fixture
def village(app: Flask, visitor: Callable[[], Visitor], clock: StillClock) -> Village:
    return Village(visitor, clock)


def test_a_round_waits_until_a_tablet_was_empty_after_its_end(village: Village, clock: StillClock) -> None:
    ended = clock.moment
    assert village.waits(ended) == [], "it never said that it has a queue"
    clock.move(days=-1)
    village.says()
    clock.move(days=1)
    assert village.waits(ended) == [NAME], "it was empty, but before the end"
    clock.move(hours=2)
    village.says(waiting=True, since="2026-11-23")
    assert village.waits(ended) == [NAME]
    clock.move(hours=1)
    village.says()
    assert village.waits(ended) == []


def test_who_was_let_go_is_waited_for_only_with_something_on_it(village: Village, clock: StillClock) -> None:
    clock.move(hours=-2)
    village.says()
    clock.move(hours=2)
    ended = clock.moment
    assert village.waits(ended) == [NAME]
    village.says(waiting=True, since="2026-11-23")
    let_go(village)
    assert village.waits(ended) == [NAME]
    village.says()
    assert village.waits(ended) == []


def let_go(village: Village) -> None:
    with db.writing(db.engine()) as session:
        tablet = find_tablet(session, [village.site_id], 1)
        assert tablet
        retire_tablet(session, tablet.id, context.today())


def test_the_page_moves_at_the_daily_hour_and_never_in_between(village: Village, clock: StillClock) -> None:
    """T5: whoever watches it never sees when something was sent."""
    village.says(waiting=True, since="2026-11-20")
    before = village.page()
    assert "20\u00a0Nov" not in before
    clock.move(days=1)
    assert "20\u00a0Nov" in village.page()
    shown = village.page()
    for hour in range(6):
        clock.move(minutes=20)
        village.says(waiting=bool(hour % 2), since="2026-11-21" if hour % 2 else "", room=False)
        assert village.page() == shown
    clock.move(days=1)
    assert "It is full" in village.page()


def test_a_tablet_that_was_away_for_more_than_a_week_is_told(village: Village, clock: StillClock) -> None:
    words = "without a network for more than a week"
    village.says()
    clock.move(days=7)
    assert words not in village.page()
    clock.move(days=1)
    assert words in village.page()


@pytest.mark.parametrize(("off", "told"), [(timedelta(minutes=29), False), (timedelta(days=-365), True)])
def test_a_wrong_clock_is_told(village: Village, clock: StillClock, off: timedelta, told: bool) -> None:
    village.says(clock=int((clock.moment + off).timestamp() * 1000))
    clock.move(days=1)
    assert ("Its clock is wrong" in village.page()) is told


@pytest.mark.parametrize("told", [{"since": "<b>"}, {"since": "x" * 5000}, {"clips": ["en"] * 5000}, {"version": "1"}])
def test_what_a_tablet_makes_up_breaks_nothing(village: Village, clock: StillClock, told: dict[str, object]) -> None:
    village.says(204, **{"waiting": True, **told})
    clock.move(days=1)
    assert "<b>" not in village.page()
    with db.reading(db.engine()) as session:
        (health,) = list_health(session, [get_site(session, village.site_id)], context.now()).values()
    assert health.seen_on == date(2026, 11, 24)
    assert len(health.clips) <= 32


def test_what_no_longer_opens_is_told_and_not_called_a_missing_network(village: Village, clock: StillClock) -> None:
    village.says(waiting=True, since="2025-11-20", refused=True)
    clock.move(days=1)
    assert "Something on it never opens" in village.page()
    assert "Bring it to a network" not in village.page()
    assert "Something on it never opens" in village.page("/staff/")
    assert "for a week" not in village.page("/staff/")


LOST = "Something sent here was lost"


def test_what_never_opens_is_cleared_once_an_adult_has_read_it_and_children_are_told(
    village: Village, clock: StillClock
) -> None:
    """T5: the children read it from the next daily hour on, whenever the tablet drops it; then no longer."""
    stuck: dict[str, Any] = {"waiting": True, "since": "2025-11-20", "refused": True}
    village.says(**stuck)
    assert LOST not in does(village, "clear"), "at the daily hour nothing was so yet"
    clock.move(days=1)
    village.says(**stuck)
    assert "Was a key folder lost or changed?" in does(village, "clear")
    assert "What never opens is dropped when it meets a network" in village.page()
    assert "never opens" not in village.page("/staff/")
    assert LOST not in village.tablet.open("/language/en").text
    before = manifest_of(village.tablet)["version"]
    village.says()
    clock.move(days=1)
    assert LOST not in village.tablet.open("/language/en").text, "it is not that hour yet"
    village.says(**stuck)  # something else since: an adult reads of it first
    clock.move(hours=12)
    assert LOST in village.tablet.open("/language/en").text
    assert manifest_of(village.tablet)["version"] != before
    assert "never opens" in village.page("/staff/")
    clock.move(days=14)
    assert LOST not in village.tablet.open("/language/en").text


def test_what_waits_for_more_than_a_week_stands_on_to_do_from_the_daily_hour_on(
    village: Village, clock: StillClock
) -> None:
    """T5: neither a delivery nor a new sheet moves it in between."""
    words = "Something waits on this tablet for a week"
    village.says(waiting=True, since="2026-11-17")
    clock.move(days=1)
    assert words not in village.page("/staff/"), "it is seven days, and not more"
    village.says(waiting=True, since="2026-11-17")
    clock.move(days=1)
    assert words in village.page("/staff/")
    assert f"something waits on {NAME} since 2026-11-17" in doctor_says()
    village.says()
    assert words in village.page("/staff/"), "it was so at the daily hour"
    clock.move(days=1)
    assert words not in village.page("/staff/")
    assert "something waits" not in doctor_says()


def doctor_says() -> str:
    return current_app.test_cli_runner().invoke(args=["doctor"]).output


def does(village: Village, step: str, **fields: object) -> str:
    """The coordinator opens a page of the tablet, reads it, and agrees; gives both pages."""
    desk, path = signed_in(village.visitor(), village.people["coordinator"]), f"/staff/tablets/1/{step}"
    return calm(desk.open(path).text + desk.send(path, fields).text)


def test_a_tablet_is_said_to_be_lost_when_it_is_let_go_or_later_and_taken_back(
    village: Village, clock: StillClock
) -> None:
    village.says(waiting=True, since="2026-11-23")
    page = does(village, "retire", where="here")
    assert "still on it do not count either" in page
    assert "Reported lost" not in page
    clock.move(days=10)
    assert "Something waits on this tablet for a week" in village.page("/staff/")
    page = does(village, "lost")
    assert "still on it do not count either" in page
    assert "Reported lost on Fri\u00a04\u00a0Dec\u00a02026" in page
    assert "Bring it to a network." not in page
    assert "Something waits on this tablet" not in village.page("/staff/"), "nobody can bring it"
    page = does(village, "found")
    assert "Reported lost" not in page
    assert "Bring it to a network." in page
    with db.reading(db.engine()) as session:
        lines = session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.number)).all()
        noted = [line.action for line in lines if line.action.startswith("tablet.")]
    assert noted[-3:] == ["tablet.retire", "tablet.lost", "tablet.found"]


def test_it_is_lost_from_the_moment_it_is_let_go(village: Village) -> None:
    assert "Reported lost on" in does(village, "retire", where="lost")


def test_whoever_lets_a_tablet_go_reads_what_waits_on_it(village: Village, clock: StillClock) -> None:
    assert "If something is waiting on it" in village.page("/staff/tablets/1/retire")
    village.says(waiting=True, since="2026-11-23")
    assert "If something is waiting on it" in village.page("/staff/tablets/1/retire")
    clock.move(days=1)
    assert "Something has been waiting on it since Mon\u00a023\u00a0Nov\u00a02026" in village.page(
        "/staff/tablets/1/retire"
    )


def test_a_round_names_the_tablets_it_waits_for_as_they_were_at_the_daily_hour(
    village: Village, clock: StillClock
) -> None:
    round_ = open_round([village.site_id], village.people["facilitator"].id)

    def waits() -> bool:
        return f"what may lie on these tablets, at most 14 days: {NAME}" in village.page(f"/staff/rounds/{round_.slug}")

    clock.moment = round_.ends_at - timedelta(days=1)
    village.says(waiting=True, since="2026-11-23")
    assert not waits(), "it is open still"
    clock.moment = round_.ends_at + timedelta(days=1)
    assert waits()
    village.says()
    assert waits(), "nothing moves in between"
    clock.move(days=1)
    assert not waits()


def test_a_round_that_ends_on_a_tablets_first_day_names_it(village: Village, clock: StillClock) -> None:
    """Before its first daily hour nobody sees what waits on it, and the page named no tablet at all."""
    round_ = open_round([village.site_id], village.people["facilitator"].id)
    clock.moment = round_.ends_at + timedelta(minutes=5)
    on_tablet(village.visitor(), village.site_id, "Library")
    village.says()
    page = f"/staff/rounds/{round_.slug}"
    assert "at most 14 days: Library. Bring" in village.page(page)
    assert "What waits on it is shown from" in village.page()
    clock.move(days=2)
    assert "Library" not in village.page(page), "it never said that it has a queue"


def test_close_due_names_the_tablets_as_they_were_at_the_daily_hour(village: Village, clock: StillClock) -> None:
    """T5: whoever runs the machine sees no delivery either."""
    round_ = open_round([village.site_id], village.people["facilitator"].id)
    other_tablet = on_tablet(village.visitor(), village.site_id, "Tablet 2")
    other = manifest_of(other_tablet)
    clock.moment = round_.ends_at - timedelta(days=1)
    village.says(waiting=True, since="2026-11-23")
    clock.moment = round_.ends_at + timedelta(hours=1)
    before = close_due_says()
    assert "bring them online (Tablet 1), 2026-12-15" in before
    village.manifest, first = other, village.manifest
    village.tablet = other_tablet
    village.says(waiting=True, since="2026-11-24")
    assert close_due_says() == before
    clock.move(days=1)
    assert "(Tablet 1, Tablet 2)" in close_due_says()
    village.says()
    village.manifest = first
    assert "(Tablet 1, Tablet 2)" in close_due_says(), "one is empty, and that shows at the hour"


def close_due_says() -> str:
    return current_app.test_cli_runner().invoke(args=["surveys", "close-due"]).output


@pytest.mark.parametrize("sent", [b"", b"[]", b"{}", b'{"report":{},"pass":""}', b"\xff"])
def test_what_is_no_report_is_refused(village: Village, sent: bytes) -> None:
    assert village.tablet.ask("POST", "/offline/status", data=sent).status_code == 400


def test_a_pass_that_was_made_up_reports_nothing(village: Village) -> None:
    village.manifest["pass"] = "AAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAA"
    village.says(403)
    assert village.waits(datetime(2020, 1, 1, tzinfo=UTC)) == []


def test_a_tablet_that_was_let_go_holds_up_nothing_that_began_later(village: Village, clock: StillClock) -> None:
    """It got no page since; whatever a thief makes it say, new rounds do not wait."""
    village.says(waiting=True, since="2026-11-23")
    let_go(village)
    clock.move(days=30)
    village.says(waiting=True, since="2026-11-23")
    for began, names in ((-40, [NAME]), (-28, [])):
        with db.reading(db.engine()) as session:
            moments = clock.moment, clock.moment + timedelta(days=began)
            assert list_waiting_tablets(session, [village.site_id], *moments) == names


@pytest.mark.dialect
def test_no_report_of_a_tablet_takes_a_page_from_adults(village: Village, clock: StillClock) -> None:
    """PostgreSQL keeps a NUL in JSON and then refuses to open any field beside it: To do gave 500 to everybody."""
    village.says(204, waiting=True, since="2026-11-10", version="\u0000", clips=["\u0000"])
    clock.move(days=1)
    for path in ("/staff/", "/staff/tablets"):
        assert NAME in village.page(path)
