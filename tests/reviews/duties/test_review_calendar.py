"""The days of reviews for a calendar: those of the caller, a neutral line, an address; never a case."""

from datetime import timedelta

from icalendar import Calendar

from tests.support.reviews import Panel, make_review, today
from youthvoice import db
from youthvoice.audit.audit_log import Log
from youthvoice.reviews import store


def test_a_calendar_holds_her_days_and_nothing_of_a_case(panel: Panel) -> None:
    review = make_review(panel, days=5)
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        store.move_review(session, held, today() + timedelta(days=9), Log(today(), "carol"))
    answer = panel.at(panel.rosa).ask("GET", "/staff/reviews/days.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "K-17" not in answer.text
    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    day = today() + timedelta(days=9)
    assert event.to_ical().count(f"DTSTART;VALUE=DATE:{day:%Y%m%d}".encode()) == 1
    assert str(event["SUMMARY"]) == "Meeting"
    assert str(event["URL"]).endswith(f"/staff/reviews/{review.key}")
    other = panel.at(panel.lata).ask("GET", "/staff/reviews/days.ics").text
    assert "VEVENT" not in other
