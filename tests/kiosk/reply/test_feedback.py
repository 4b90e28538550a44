"""A child says how the answer was: two taps, once for each report and round, and nothing ties them to her (A1, A2)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.support.offline import deliver, manifest_of, seal
from tests.support.people import Somebody, house, make_person, on_tablet, signed_in
from tests.support.suggestions import JSON
from tests.support.threads import HERS, Told, message, picks, told
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability.store import find_by_subject
from youthvoice.accounts.people.store import close_account
from youthvoice.accounts.store import get_person_row
from youthvoice.audit.audit_log import Log
from youthvoice.audit.models import AuditEntryRow
from youthvoice.errors import ConcurrentUpdate, KeyGone
from youthvoice.privacy.credentials.picture_codes import PictureCode
from youthvoice.publications.review.drafting import draft_due
from youthvoice.surveys.batches.closing_job import close_due, destroy_unused_answer_keys
from youthvoice.surveys.batches.store import load_counts
from youthvoice.surveys.models import ResponseRow, RoundRow
from youthvoice.surveys.responses.tickets import make_ticket, open_ticket
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.opening import open_feedback_rounds
from youthvoice.surveys.rounds.store import end_round, find_feedback_round, find_round
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.models import ReceiptRow
from youthvoice.web.random_ids import new_submission_id

ASKS = "Was the answer kind?"
_TICKET = re.compile(r'action="(/survey/[^"]+)".*?name="ticket" value="([^"]+)"', re.DOTALL)
Place = tuple[int, dict[str, Somebody]]


@pytest.fixture
def place(app: Flask) -> Place:
    """A house that asks how answers are."""
    made = house(["advocate", "coordinator", "outside_recipient"])
    open_feedback_rounds()
    return made


@pytest.fixture
def tablet(place: Place, visitor: Callable[[], Visitor]) -> Visitor:
    return on_tablet(visitor(), place[0])


def answered(site_id: int, *, days_ago: int = 0, code: PictureCode = HERS) -> Told:
    """A report whose child has an answer."""
    day = context.today("Asia/Kolkata") - timedelta(days=days_ago)
    return told(site_id, code=code, case=CaseState(state="open"), replies=[message("A lamp comes.", day)])


def thread_page(tablet: Visitor, thread: Told) -> str:
    tablet.open("/reply")
    tablet.send("/reply", dict(picks(thread.code)), 303, follow=False)
    return tablet.open("/reply/open").text


def ticket_of(page: str) -> tuple[str, str]:
    """Where the two taps go, and with what."""
    found = _TICKET.search(page)
    assert found
    return found[1], found[2]


def taps(tablet: Visitor, page: str, status: int = 201, **answers: Any) -> Any:
    """Send from a page; what its script gets."""
    address, ticket = ticket_of(page)
    form: dict[str, object] = {
        "sheet": new_submission_id(),
        "ticket": ticket,
        **{f"a-{name}": key for name, key in answers.items()},
    }
    return tablet.send(address, form, status, headers=JSON).json


def count(table: type[db.Base]) -> int:
    with db.reading(db.engine()) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def the_round(site_id: int) -> Round:
    with db.reading(db.engine()) as session:
        round_ = find_feedback_round(session, site_id, context.now())
    assert round_
    return round_


def several(tablet: Visitor, site_id: int, number: int, **answers: Any) -> None:
    """So many reports are answered, and their children tap."""
    for at in range(number):
        digits = (at % 9, at // 9, *HERS.picks[2:])
        taps(tablet, thread_page(tablet, answered(site_id, code=PictureCode(digits))), **answers)


def is_over(clock: StillClock) -> None:
    """The quarter ends, then the days in which what was tapped late still counts."""
    clock.move(days=60)
    close_due(context.now())
    clock.move(days=14)
    close_due(context.now())


@pytest.mark.usefixtures("app")
def test_where_no_coordinator_could_answer_nobody_is_asked() -> None:
    house(["advocate"])
    open_feedback_rounds()
    assert count(RoundRow) == 0


def test_it_opens_once_and_no_adult_did(place: Place) -> None:
    open_feedback_rounds()
    round_ = the_round(place[0])
    with db.reading(db.engine()) as session:
        row = session.scalars(select(RoundRow)).one()
        assert (row.opened_by, row.seconded_by, row.decider_id) == (None, None, place[1]["coordinator"].id)
        line = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "round.open")).one()
    assert (line.actor, line.subject) == ("work", round_.slug)


def test_behind_her_pictures_a_child_is_asked_two_things_and_can_skip(place: Place, tablet: Visitor) -> None:
    thread = answered(place[0])
    page = thread_page(tablet, thread)
    assert all(words in page for words in (ASKS, "Did the answer come quickly enough?", "Too slow", "Skip"))
    assert taps(tablet, page, kind="kind")["late"] is False
    assert count(ResponseRow) == 1
    assert ASKS not in thread_page(tablet, thread)


def test_nothing_is_asked_before_an_answer_nor_of_one_from_long_before_the_round(place: Place, tablet: Visitor) -> None:
    """An answer of the quarter before is perhaps read in the next one only, and asked about there."""
    assert ASKS not in thread_page(tablet, told(place[0], case=CaseState()))
    old = answered(place[0], days_ago=93, code=PictureCode((1, 1, 1, 1, 1, 1, 1)))
    assert ASKS not in thread_page(tablet, old)
    assert ASKS in thread_page(tablet, answered(place[0], days_ago=92, code=PictureCode((2, 2, 2, 2, 2, 2, 2))))


def test_who_skips_is_not_asked_again_and_nothing_is_counted(place: Place, tablet: Visitor) -> None:
    thread = answered(place[0])
    address, ticket = ticket_of(thread_page(tablet, thread))
    form: dict[str, object] = {"sheet": new_submission_id(), "ticket": ticket, "a-kind": "kind", "skip": "1"}
    skipped = tablet.send(address, form, 201, headers=JSON).data
    assert count(ResponseRow) == 0
    assert ASKS not in thread_page(tablet, thread)
    other = answered(place[0], code=PictureCode((1, 1, 1, 1, 1, 1, 1)))
    address, ticket = ticket_of(thread_page(tablet, other))
    form = {"sheet": new_submission_id(), "ticket": ticket, "a-kind": "kind"}
    said = tablet.send(address, form, 201, headers=JSON).data
    assert len(said) == len(skipped), "on the line a skip is as long as an answer"


def test_send_without_a_tap_says_so_and_she_can_still_say_it(place: Place, tablet: Visitor) -> None:
    page = thread_page(tablet, answered(place[0]))
    assert taps(tablet, page, 422)["words"] == "Tap one picture first."
    taps(tablet, page, quick="too_slow")
    assert count(ResponseRow) == 1


def test_a_thousand_taps_count_once(place: Place, tablet: Visitor, clock: StillClock) -> None:
    """The same page again, reloaded pages, another answer to the same report, and a colleague's tablet."""
    thread = answered(place[0])
    first, second = thread_page(tablet, thread), thread_page(tablet, thread)
    assert ticket_of(first)[1] != ticket_of(second)[1]
    for nth in range(40):
        clock.move(minutes=1)
        taps(tablet, first if nth % 2 else second, kind="unkind")
    assert count(ResponseRow) == 1
    thread.answer(message("And another one.", context.today("Asia/Kolkata")))
    assert ASKS not in thread_page(tablet, thread), "a report gives one response to a round"


def test_a_ticket_that_is_none_opens_nothing(place: Place, tablet: Visitor) -> None:
    address, ticket = ticket_of(thread_page(tablet, answered(place[0])))
    for wrong in ("", "x", "%", ticket[:-4] + "AAAA", "A" * len(ticket)):
        tablet.send(address, {"sheet": new_submission_id(), "ticket": wrong, "a-kind": "kind"}, 400, headers=JSON)
    tablet.send("/survey/no-such-round", {"sheet": new_submission_id(), "ticket": ticket}, 404, headers=JSON)
    assert count(ResponseRow) == 0


def test_without_a_ticket_the_round_is_no_survey(place: Place, tablet: Visitor) -> None:
    """Neither a page nor a form: whoever knows its name cannot fill it, and no door leads there."""
    address, _ticket = ticket_of(thread_page(tablet, answered(place[0])))
    tablet.open(address, 404)
    tablet.send(address, {"sheet": new_submission_id(), "a-kind": "kind"}, 404, headers=JSON)
    assert address not in tablet.open("/open").text
    assert address not in manifest_of(tablet)["pages"]


def test_a_phone_without_a_tablets_cookie_counts_as_well(place: Place, visitor: Callable[[], Visitor]) -> None:
    """Without scripts, too: it leads back to her answer."""
    phone = visitor()
    page = thread_page(phone, answered(place[0]))
    address, ticket = ticket_of(page)
    form: dict[str, object] = {"sheet": new_submission_id(), "ticket": ticket, "a-kind": "kind"}
    assert "/reply/open" in phone.send(address, form).text
    assert count(ResponseRow) == 1


def test_it_waits_on_a_tablet_and_is_delivered_once(
    place: Place, tablet: Visitor, visitor: Callable[[], Visitor]
) -> None:
    address, ticket = ticket_of(thread_page(tablet, answered(place[0])))
    manifest, sheet = manifest_of(tablet), new_submission_id()
    blob = seal(manifest, address, {"sheet": sheet, "ticket": ticket, "a-kind": "kind"}, sheet)
    for _time in range(2):
        assert deliver(visitor(), blob).status_code == 201
    assert count(ResponseRow) == 1


def test_once_it_is_counted_nobody_makes_a_receipt_from_a_report_again(
    place: Place, tablet: Visitor, clock: StillClock
) -> None:
    several(tablet, place[0], 10, kind="kind")
    thread, round_ = answered(place[0], code=PictureCode((7,) * 7)), the_round(place[0])
    with db.reading(db.engine()) as session:
        ticket = make_ticket(session.connection(), round_, thread.id, context.today(), "UTC")
    assert open_ticket(round_, ticket)
    is_over(clock)
    close_due(context.now())
    destroy_unused_answer_keys()
    with pytest.raises(KeyGone):
        open_ticket(round_, ticket)


def test_nothing_stored_leads_from_her_taps_to_her_report(place: Place, tablet: Visitor) -> None:
    """The row has an id that no browser knew."""
    thread = answered(place[0])
    page = thread_page(tablet, thread)
    address, ticket = ticket_of(page)
    sheet = new_submission_id()
    tablet.send(address, {"sheet": sheet, "ticket": ticket, "a-kind": "kind", "a-quick": "quick"}, 201, headers=JSON)
    with db.reading(db.engine()) as session:
        response = session.scalars(select(ResponseRow)).one()
        receipts = [row.id_hash for row in session.scalars(select(ReceiptRow))]
    known = (bytes.fromhex(sheet), thread.id, thread.keys.locator)
    for stored in (response.id, response.blob, *receipts):
        assert all(each not in stored for each in known)
    assert {column.name for column in ResponseRow.__table__.columns} == {"id", "round_id", "blob"}


def test_all_responses_have_one_length(place: Place, tablet: Visitor) -> None:
    several(tablet, place[0], 3, kind="kind", quick="too_slow")
    taps(tablet, thread_page(tablet, answered(place[0], code=PictureCode((8,) * 7))), quick="quick")
    with db.reading(db.engine()) as session:
        lengths = {len(row.blob) for row in session.scalars(select(ResponseRow))}
    assert len(lengths) == 1


def test_under_ten_it_runs_on_and_says_nothing(place: Place, tablet: Visitor, clock: StillClock) -> None:
    several(tablet, place[0], 9, kind="kind")
    slug = the_round(place[0]).slug
    clock.move(days=60)
    close_due(context.now())
    open_feedback_rounds()
    assert the_round(place[0]).slug == slug
    assert count(ResponseRow) == 9


def test_from_ten_on_it_is_counted_at_the_quarters_end_and_the_next_one_begins(
    place: Place, tablet: Visitor, clock: StillClock, visitor: Callable[[], Visitor]
) -> None:
    """Adults read ranges, the coordinator owes an answer, and what is tapped with an old ticket changes nothing."""
    site_id, people = place
    several(tablet, site_id, 11, kind="kind", quick="too_slow")
    late = thread_page(tablet, answered(site_id, code=PictureCode((7,) * 7)))
    slug = the_round(site_id).slug
    is_over(clock)
    destroy_unused_answer_keys()
    with db.reading(db.engine()) as session:
        closed = find_round(session, slug)
        assert closed
        assert closed.outcome == "counted"
        counts = load_counts(session, closed.batch_id).by_question
        owed = find_by_subject(session, "round", slug)
    assert (counts["kind"]["kind"], counts["quick"]["too_slow"]) == (11, 11)
    assert owed
    assert (owed.owner_id, owed.due) == (people["coordinator"].id, context.today("Asia/Kolkata") + timedelta(days=30))
    assert taps(tablet, late, kind="unkind")["late"] is True, "and she reads so"
    assert count(ResponseRow) == 0
    assert the_round(site_id).slug != slug
    draft_due()
    page = signed_in(visitor(), people["coordinator"]).open(f"/staff/rounds/{slug}").text
    assert "How was the answer?" in page
    assert ">11<" not in page


def test_a_coordinator_of_the_day_it_is_counted_answers_it(place: Place, tablet: Visitor, clock: StillClock) -> None:
    """Whoever was there when it opened may have left."""
    site_id, people = place
    several(tablet, site_id, 11, kind="kind")
    slug, left_id = the_round(site_id).slug, people["coordinator"].id
    with db.writing(db.engine()) as session:
        later = make_person(session, "coordinator", site_id, handle="later", name="Later Example")
        close_account(session, get_person_row(session, left_id), context.today())
    is_over(clock)
    with db.reading(db.engine()) as session:
        answer_due, round_ = find_by_subject(session, "round", slug), find_round(session, slug)
    assert answer_due
    assert round_
    assert answer_due.owner_id == round_.decider_id == later.id != left_id


def test_an_answer_owed_goes_to_whoever_coordinates_now_and_stays_with_who_does(
    place: Place, tablet: Visitor, clock: StillClock
) -> None:
    """Nobody can answer who has left after it was counted; a colleague who came changes nothing."""
    site_id, people = place
    several(tablet, site_id, 10, kind="kind")
    slug, left_id = the_round(site_id).slug, people["coordinator"].id
    is_over(clock)
    owners, handles = [], ("later", "latest")
    with db.writing(db.engine()) as session:
        new_ids = [make_person(session, "coordinator", site_id, handle=handle, name=handle).id for handle in handles]
    for gone in (None, left_id, new_ids[1]):
        if gone is not None:
            with db.writing(db.engine()) as session:
                close_account(session, get_person_row(session, gone), context.today())
        open_feedback_rounds()
        with db.reading(db.engine()) as session:
            answer_due, round_ = find_by_subject(session, "round", slug), find_round(session, slug)
        assert answer_due
        assert round_
        assert answer_due.owner_id == round_.decider_id
        owners.append(answer_due.owner_id)
    assert owners == [left_id, min(new_ids), min(new_ids)]


def test_what_is_tapped_late_counts_and_no_answer_is_read_while_nobody_asks(
    place: Place, tablet: Visitor, clock: StillClock
) -> None:
    """At the turn of a quarter her page may lie open; the next round begins in the same moment."""
    site_id, _people = place
    several(tablet, site_id, 10, kind="kind")
    late = thread_page(tablet, answered(site_id, code=PictureCode((7,) * 7)))
    slug = the_round(site_id).slug
    clock.move(days=60)
    close_due(context.now())
    assert the_round(site_id).slug != slug
    assert ASKS in thread_page(tablet, answered(site_id, code=PictureCode((8,) * 7)))
    clock.move(days=13)
    close_due(context.now())
    assert taps(tablet, late, kind="unkind")["late"] is False
    clock.move(days=1)
    close_due(context.now())
    with db.reading(db.engine()) as session:
        closed = find_round(session, slug)
        assert closed
        counts = load_counts(session, closed.batch_id).by_question["kind"]
    assert (counts["kind"], counts["unkind"]) == (10, 1)


def test_after_a_year_under_ten_it_is_discarded(place: Place, tablet: Visitor, clock: StillClock) -> None:
    several(tablet, place[0], 2, kind="kind")
    slug = the_round(place[0]).slug
    clock.move(days=366 + 15)
    for _run in range(2):
        close_due(context.now())
    with db.reading(db.engine()) as session:
        closed = find_round(session, slug)
    assert closed
    assert closed.outcome == "too_few"
    assert count(ResponseRow) == 0
    open_feedback_rounds()
    assert the_round(place[0]).slug != slug
    assert "ten of us" not in tablet.open("/we-did").text


def test_no_adult_ends_it_or_opens_it(place: Place, visitor: Callable[[], Visitor]) -> None:
    """Whoever may be called unkind cannot end what is asked."""
    slug = the_round(place[0]).slug
    desk = signed_in(visitor(), place[1]["coordinator"])
    page = desk.open(f"/staff/rounds/{slug}").text
    assert "It opens by itself." in page
    assert "End it now" not in page
    desk.open(f"/staff/rounds/{slug}/end", 410)
    assert "How was the answer?" not in desk.open("/staff/rounds/open").text
    assert "Nothing has been asked here yet" in desk.open("/staff/rounds/").text, "no adult has asked anything"
    with pytest.raises(ConcurrentUpdate), db.writing(db.engine()) as session:
        end_round(session, the_round(place[0]), context.now(), context.today(), Log(context.today(), "test"))
