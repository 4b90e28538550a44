"""One damaged row, one missing key, one reader who is new since: nothing else is lost, and the house says so."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from tests.conftest import StillClock
from tests.support.child_at_tablet import Child, a_child
from tests.support.people import CHEAP, signed_in
from tests.support.unattended_reports import make
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.people.store import FROM_THE_START, key_binding, renew_key
from youthvoice.accounts.store import find_person_row
from youthvoice.grievances.deadlines.report_escalation import escalate_reports
from youthvoice.privacy.credentials.passwords import make_secret
from youthvoice.privacy.keys.key_names import destruction_key
from youthvoice.threads.models import ThreadRow
from youthvoice.threads.readership import everybody_at
from youthvoice.threads.retention.job import count_lost, extend_and_end_months
from youthvoice.threads.store import find_damaged_threads, find_destruction_month, find_thread_readers, list_all_threads


@pytest.fixture
def child(app: Flask, visitor: Callable[[], Visitor]) -> Child:
    found = a_child(visitor())
    found.opens()
    return found


def damage(thread_id: bytes) -> None:
    with db.writing(db.engine()) as session:
        row = session.get(ThreadRow, thread_id)
        assert row
        broken = bytearray(row.marks)
        broken[40] ^= 1
        session.execute(update(ThreadRow).where(ThreadRow.id == thread_id).values(marks=bytes(broken)))


def test_one_damaged_row_stops_neither_the_clocks_nor_the_desk(
    app: Flask, clock: StillClock, visitor: Callable[[], Visitor]
) -> None:
    site = make(clock)
    broken, whole = site.report(), site.report(urgent=True)
    damage(broken)
    assert site.after() == ["asha", "lata", "ravi"]
    desk = signed_in(visitor(), site.people["asha"])
    assert desk.open("/staff/reports/").text.count("/staff/reports/" + whole.hex()) == 1
    desk.open("/staff/")
    assert "Rows of threads do not open" in app.test_cli_runner().invoke(args=["doctor"]).output


def test_what_nobody_can_read_the_state_of_does_not_end_by_a_timer(app: Flask, clock: StillClock) -> None:
    site = make(clock)
    broken = site.report(state="closed", clocks={})
    month = site.facts(broken).month
    damage(broken)
    for years in (3, 1):
        clock.move(days=365 * years)
        extend_and_end_months()
    with db.reading(db.engine()) as session:
        kept = find_damaged_threads(session)
    assert kept[broken] > month
    assert context.keyring().versions(destruction_key(kept[broken]))


def test_a_lost_key_of_a_month_is_never_made_anew_under_what_lies_there(child: Child) -> None:
    """A key of the same name would hide the loss, and open half of what it names once the right one is back."""
    keyring = context.keyring()
    child.tells(topic="food", words="the soup is cold")
    (first,) = child.lines("asha")
    with db.reading(db.engine()) as session:
        month = find_destruction_month(session, first.id)
    assert month
    name = destruction_key(month)
    (file,) = keyring.folder.glob(f"{name}.v*")
    lost = file.read_bytes()
    file.unlink()
    escalate_reports()
    child.opens()
    child.tells(topic="food", words="the soup is warm")
    assert not keyring.versions(name)
    with db.reading(db.engine()) as session:
        assert count_lost(session, context.now()) == 1
    file.touch(0o600)
    file.write_bytes(lost)
    told = sorted(one[0].said["words"] for one in child.reads_all("asha"))
    assert told == ["the soup is cold", "the soup is warm"]


@pytest.mark.dialect("moments")
def test_a_reader_who_is_new_since_a_moment_can_open_what_is_told_now(child: Child) -> None:
    """The house remembers readers for some seconds; wrapped to a key of yesterday a report would open for nobody."""
    everybody_at(child.site_id)
    olga = child.people["olga"]
    keyring = context.keyring()
    secret = make_secret("another horse", keyring.key("pepper"), key_binding(olga.handle, 2), cost=CHEAP)
    with db.writing(db.engine()) as session:
        person = find_person_row(session, olga.id)
        assert person
        renew_key(session, person, secret, FROM_THE_START)
    others = [child.id_of(name) for name in ("asha", "ravi", "meera")]
    child.tells(topic="food", words="only for Olga", left_out=others)
    with db.reading(db.engine()) as session:
        (facts,) = list_all_threads(session)
        assert find_thread_readers(session, facts.id, [(olga.id, secret.public)]) == {olga.id}
