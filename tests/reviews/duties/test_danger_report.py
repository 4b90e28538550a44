"""What a child says becomes a report only by her advocate's hand; she reads it, and the log holds no word (S31)."""

from typing import Any

from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.reviews import WORDS, Panel, make_review, review_now, say
from youthvoice import db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements.statement import Statement
from youthvoice.threads.case_state import REPORT
from youthvoice.threads.store import ReaderKey, list_all_threads, open_thread, read_entries

AFRAID = "He waits at the gate"
CHOSEN: dict[str, Any] = {"part": "words", "topic": "unsafe", "hurt": "yes", "danger": "no"}


def reports() -> int:
    with db.reading(db.engine()) as session:
        return len(list_all_threads(session, (REPORT,)))


def prepared(panel: Panel) -> Review:
    review = make_review(panel, days=3)
    say(review, Statement(words=WORDS, good_words=AFRAID, afraid=("safe",)), readers=[])
    return review


def test_an_advocate_makes_a_report_of_a_part_and_the_child_reads_that(panel: Panel) -> None:
    review = prepared(panel)
    page, asha = f"/staff/reviews/{review.key}", panel.at(panel.asha)
    asha.open(f"{page}/report/", status=404)
    assert "She may be in danger" in asha.send(f"{page}/open", {}).text
    assert reports() == 0, "never by itself"
    form = asha.open(f"{page}/report/").text
    assert "Only her voice" not in form
    assert "Choose what goes into the report." in asha.send(f"{page}/report/", {**CHOSEN, "part": ""}, status=422).text
    asha.send(f"{page}/report/", CHOSEN)
    assert reports() == 1
    assert review_now(review).body.reported
    with db.reading(db.engine()) as session:
        (made,) = list_all_threads(session, (REPORT,))
        reader_key = ReaderKey(panel.lee.id, panel.lee.public_key, panel.lee.site_ids)
        thread = open_thread(session, reader_key, made.id, panel.lee.private_key)
        assert thread
        entries = read_entries(session, thread)
        told = [entry.said.get("words") for entry in entries]
        log = " ".join(str(tuple(row)) for row in session.execute(select(*AuditEntryRow.__table__.c)))
    assert WORDS in told, "the safeguarding lead reads it, for somebody was hurt"
    assert AFRAID not in str(told), "only the part that was chosen"
    assert entries[0].said["review"] == "K-17"
    assert "review.reported" in log
    assert WORDS not in log
    asha.open(f"{page}/report/")
    assert "There is a report of these words already." in asha.send(f"{page}/report/", CHOSEN, status=422).text
    assert reports() == 1
    assert "from a review" in panel.at(panel.lee).open("/staff/reports/").text


def test_nobody_but_the_advocate_who_carries_it_makes_one(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    say(review, readers=[panel.rosa])
    clock.move(days=1)
    page = f"/staff/reviews/{review.key}"
    rosa = panel.at(panel.rosa)
    rosa.open(page)
    rosa.send(f"{page}/open", {})
    rosa.open(f"{page}/report/", status=403)
    panel.at(panel.ravi).open(f"{page}/report/", status=404)
    assert reports() == 0
