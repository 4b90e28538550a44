"""Whoever looked into a tablet once has a copy of its pass: it speaks for no tablet, and does not last.

Duties: PRIVACY.md A1 (closing waits for queues) and C, "The tablet's queue".
"""

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import islice, product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.offline import deliver, manifest_of, seal
from tests.support.people import on_tablet
from tests.support.rounds import answers, facts
from tests.support.village_day import VillageDay, count_rows
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.committees.models import BallotRow
from youthvoice.kiosk.enrolment import enrol_tablet
from youthvoice.privacy.crypto.session_keys import token_hash
from youthvoice.sites.models import TabletRow
from youthvoice.sites.tablets import device
from youthvoice.sites.tablets.store import enrolment_slowed, find_tablet, retire_tablet, start_enrolment
from youthvoice.sites.tablets.tablet_pass import make_pass, read_pass
from youthvoice.sites.tablets.tablet_status import list_waiting_tablets
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.threads.models import CodeAttemptRow, ThreadRow
from youthvoice.web.rate_limits import TABLET_COOKIE


@pytest.fixture
def day(app: Flask, visitor: Callable[[], Visitor]) -> VillageDay:
    return VillageDay(visitor)


def says(anybody: Visitor, shown: str, **told: object) -> int:
    clock = int(context.now().timestamp() * 1000)
    report = {"waiting": False, "room": True, "clock": clock, "since": "", **told}
    body = json.dumps({"report": report, "pass": shown})
    return anybody.ask("POST", "/offline/status", data=body, headers={"Content-Type": "text/plain"}).status_code


def let_go(day: VillageDay) -> None:
    with db.writing(db.engine()) as session:
        tablet = find_tablet(session, [day.house.site_id], 1)
        assert tablet
        retire_tablet(session, tablet.id, context.today())


def ends_its_round(day: VillageDay, clock: StillClock) -> None:
    clock.move(seconds=(day.round.ends_at - context.now()).total_seconds() + 60)


@pytest.mark.dialect("what a tablet says is a row that is held")
def test_nobody_but_the_tablet_says_that_nothing_waits_on_it(day: VillageDay, clock: StillClock) -> None:
    """A stranger's word closed a round, and five children's answers came too late (A4)."""
    office = on_tablet(day.visitor(), day.house.site_id, "Office")
    assert says(day.tablet, day.manifest["pass"], waiting=True, since=context.today().isoformat()) == 204
    for _child in range(12):
        office.open(f"/survey/{day.round.slug}")
        office.send(f"/survey/{day.round.slug}", answers(food="good"))
    offline = [seal(day.manifest, f"/survey/{day.round.slug}", answers(food="bad")) for _child in range(5)]
    ends_its_round(day, clock)
    assert says(office, manifest_of(office)["pass"]) == 204
    for anybody in (day.visitor(), office):
        assert says(anybody, day.manifest["pass"]) == 403
        with db.reading(db.engine()) as session:
            assert list_waiting_tablets(session, [day.house.site_id], day.round.ends_at) == ["Village"]
    close_due(context.now())
    assert facts(day.round.slug).outcome is None
    assert [deliver(day.visitor(), one).get_json()["late"] for one in offline] == [False] * 5


def test_nobody_but_the_tablet_shuts_the_door_of_one_that_was_let_go(day: VillageDay) -> None:
    told = [day.seals("tell", f"he hit me {nth}", code="") for nth in range(2)]
    let_go(day)
    assert says(day.visitor(), day.manifest["pass"], closed=True) == 403
    assert deliver(day.visitor(), told[0]).status_code == 201
    assert says(day.tablet, day.manifest["pass"], closed=True) == 204
    assert deliver(day.visitor(), told[1]).status_code == 403


def connects_anew(day: VillageDay) -> Visitor:
    """An adult types another code on the same device."""
    cookie = day.tablet.client.get_cookie(TABLET_COOKIE)
    assert cookie
    with db.writing(db.engine()) as session:
        code = start_enrolment(session, day.house.site_id, "Village again")
    with db.writing(db.engine()) as session:
        token = enrol_tablet(session, code, context.now(), cookie.value)
    assert token
    day.tablet.client.set_cookie(TABLET_COOKIE, token)
    return day.tablet


@pytest.mark.dialect("an update that returns")
def test_a_device_that_was_connected_anew_speaks_for_what_it_was_before(day: VillageDay) -> None:
    before = day.manifest["pass"]
    for _time in range(2):
        again = connects_anew(day)
    assert says(again, before) == 204
    assert says(again, manifest_of(again)["pass"]) == 204
    other = on_tablet(day.visitor(), day.house.site_id, "Office")
    assert says(other, before) == 403


@pytest.mark.parametrize("somebody_guesses", [False, True])
def test_the_page_that_connects_a_device_remembers_which_it_was(
    day: VillageDay, monkeypatch: pytest.MonkeyPatch, *, somebody_guesses: bool
) -> None:
    """By a short code, and by the long one that is shown while somebody guesses."""
    ports = context.runtime_of(day.tablet.app).ports
    monkeypatch.setitem(ports, enrolment_slowed.name, lambda _session: somebody_guesses)
    with db.writing(db.engine()) as session:
        code = start_enrolment(session, day.house.site_id, "Village again")
    day.tablet.send("/enrol", {"code": code}, 303, follow=False)
    cookie = day.tablet.client.get_cookie(TABLET_COOKIE)
    assert cookie
    with db.reading(db.engine()) as session:
        now = session.scalar(select(TabletRow.id).where(TabletRow.token_hash == token_hash(cookie.value)))
        assert session.scalar(select(TabletRow.successor_id).where(TabletRow.name == "Village")) == now


def test_a_tablet_gets_a_new_pass_each_day_and_keeps_its_name(day: VillageDay, clock: StillClock) -> None:
    clock.move(hours=1)
    assert manifest_of(day.tablet) == day.manifest, "within a day nothing of it need come again"
    clock.move(days=1)
    later = manifest_of(day.tablet)
    assert later["pass"] != day.manifest["pass"]
    assert len(later["pass"]) == len(day.manifest["pass"])
    assert later["name"] == day.manifest["name"]
    other = manifest_of(on_tablet(day.visitor(), day.house.site_id, "Office"))
    assert other["name"] != day.manifest["name"]


def thief_with_its_cookie(day: VillageDay) -> Visitor:
    """Somebody who opened the tablet's developer tools once."""
    cookie = day.tablet.client.get_cookie(TABLET_COOKIE)
    assert cookie
    thief = day.visitor()
    thief.client.set_cookie(TABLET_COOKIE, cookie.value)
    return thief


def test_whoever_says_that_nothing_waits_loses_nobodys_words(day: VillageDay, clock: StillClock) -> None:
    """One POST with a copied cookie made everything undeliverable that waited on the tablet, for ever (C)."""
    waits = {nth: day.seals("tell", f"words {nth}", code="") for nth in range(3)}
    clock.move(days=1)
    thief = thief_with_its_cookie(day)
    assert says(thief, manifest_of(thief)["pass"]) == 204
    assert deliver(day.visitor(), waits[0]).status_code == 403, "a pass alone has ended"
    assert [deliver(day.tablet, one).status_code for one in waits.values()] == [201] * 3
    assert count_rows(ThreadRow) == 3


def test_nor_does_whoever_says_that_one_is_empty_which_was_let_go(day: VillageDay) -> None:
    waits = day.seals("tell", "words", code="")
    let_go(day)
    assert says(thief_with_its_cookie(day), day.manifest["pass"], closed=True) == 204
    assert deliver(day.visitor(), waits).status_code == 403
    assert deliver(on_tablet(day.visitor(), day.house.site_id, "Office"), waits).status_code == 403, "no other's cookie"
    assert deliver(day.tablet, waits).status_code == 201


def test_a_device_that_was_connected_anew_brings_what_it_held_before(day: VillageDay, clock: StillClock) -> None:
    waits = day.seals("tell", "words", code="")
    clock.move(days=1)
    assert says(day.tablet, manifest_of(day.tablet)["pass"]) == 204
    assert deliver(connects_anew(day), waits).status_code == 201


@pytest.mark.dialect("numbers of days in a row")
def test_a_copied_pass_ends_once_the_tablet_has_a_newer_one_and_nothing_waits(
    day: VillageDay, clock: StillClock
) -> None:
    """It was good for ever, for as many reports as one likes (A5)."""
    waits = [day.seals("tell", f"words {nth}", code="") for nth in range(4)]
    clock.move(days=1)
    later = manifest_of(day.tablet)
    assert deliver(day.visitor(), waits[0]).status_code == 201
    assert says(day.tablet, later["pass"], waiting=True) == 204
    assert deliver(day.visitor(), waits[1]).status_code == 201, "something waits, perhaps with the earlier pass"
    assert says(day.tablet, day.manifest["pass"]) == 204
    assert deliver(day.visitor(), waits[2]).status_code == 201, "it has not learnt of a newer one"
    assert says(day.tablet, later["pass"]) == 204
    assert deliver(day.visitor(), waits[3]).status_code == 403
    assert deliver(day.visitor(), seal(later, "/tell", {"topic": "broken", "words": "x"})).status_code == 201
    assert count_rows(ThreadRow) == 4


def test_a_pass_that_names_no_day_is_good_until_the_tablet_has_one_that_does(
    day: VillageDay, clock: StillClock
) -> None:
    """So passes were until now; they lie in what waits, and on boxes."""
    older: dict[str, Any] = {**day.manifest, "pass": make_pass(context.keyring(), 1)}
    read = read_pass(context.keyring(), older["pass"])
    assert read
    assert read.issued == 0
    envelopes = [seal(older, "/tell", {"topic": "broken", "words": str(nth)}) for nth in range(2)]
    assert deliver(day.visitor(), envelopes[0]).status_code == 201
    assert says(day.tablet, manifest_of(day.tablet)["pass"]) == 204
    assert deliver(day.visitor(), envelopes[1]).status_code == 403


@pytest.mark.dialect("counted in rows")
def test_a_connected_tablet_delivers_so_many_a_day_and_no_more(
    day: VillageDay, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert device.MAX_DELIVERED // device.WEIGHT == 300, "reports"
    monkeypatch.setattr(device, "MAX_DELIVERED", 2 * device.WEIGHT)

    def sends(kind: str) -> int:
        return deliver(day.visitor(), day.seals(kind, code="")).status_code

    assert [sends("tell"), *(sends("survey") for _nth in range(21))] == [*[201] * 21, 429]
    with db.reading(db.engine()) as session:
        tries = sorted(session.scalars(select(CodeAttemptRow.tries)))
    assert tries == [1, 2 * device.WEIGHT], "rows, so that every process counts and no restart forgets; one of reports"
    assert sends("tell") == 429
    assert day.tablet.send("/tell", {"topic": "broken", "words": "x", "sheet": "a" * 32}, 201), "at the tablet itself"
    clock.move(days=1)
    assert [sends("tell"), sends("survey")] == [201, 201]


def test_a_copied_pass_uses_up_nothing_of_the_tablet_itself(day: VillageDay, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three hundred made-up reports a day kept every child's own on the tablet."""
    monkeypatch.setattr(device, "MAX_DELIVERED", 2 * device.WEIGHT)
    theirs, junk = ([day.seals("tell", f"{whose} {nth}", code="") for nth in range(4)] for whose in ("hers", "his"))
    assert [deliver(day.visitor(), one).status_code for one in junk] == [201, 201, 429, 429]
    assert [deliver(day.tablet, one).status_code for one in theirs] == [201] * 4, "slowly, and never shut for a day"


def test_a_pass_has_one_spelling(day: VillageDay) -> None:
    """With a `=` behind it, it was taken as well: each spelling had a limit of its own."""
    keyring, tablet_pass = context.keyring(), day.manifest["pass"]
    of_a_box = next(one for one in (make_pass(keyring, nth) for nth in range(1, 500)) if set("-_") & set(one))
    assert read_pass(keyring, tablet_pass)
    assert read_pass(keyring, of_a_box)
    padded = [tablet_pass + "=", tablet_pass + "==", tablet_pass + "\n", " " + tablet_pass]
    spellings = [*padded, of_a_box.translate(str.maketrans("-_", "+/"))]
    assert [read_pass(keyring, one) for one in spellings] == [None] * 5
    refused = deliver(day.visitor(), seal({**day.manifest, "pass": tablet_pass + "="}, "/tell", {"topic": "broken"}))
    assert refused.status_code == 403


def test_what_was_let_go_brings_so_much_and_a_copy_of_its_pass_as_much_again(
    day: VillageDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "MAX_DELIVERED", 2 * device.WEIGHT)
    let_go(day)
    theirs, junk = ([day.seals("tell", f"{whose} {nth}", code="") for nth in range(3)] for whose in ("hers", "his"))
    assert [deliver(day.visitor(), one).status_code for one in junk] == [201, 201, 429]
    assert [deliver(day.tablet, one).status_code for one in theirs] == [201, 201, 429]


@pytest.mark.dialect("counted in rows")
def test_slips_made_up_with_a_copied_pass_shut_no_vote(day: VillageDay) -> None:
    """Ten of them kept every child of that tablet from voting for the day, with a network and without."""
    path, fields = day.form("vote")
    names = [name for name in fields if name != "choice"]
    waits, now = day.seals("vote"), day.form("vote")[1]
    never_dealt = (picks for picks in product(range(9), repeat=len(names)) if picks not in day.dealt)
    made_up = [{**dict(zip(names, picks, strict=True)), "choice": 0} for picks in islice(never_dealt, 12)]
    his = [deliver(day.visitor(), seal(day.manifest, path, one)).status_code for one in made_up]
    assert his == [201] * 10 + [429] * 2
    assert deliver(day.tablet, waits).get_json()["late"] is False
    day.tablet.open(path)
    day.tablet.send(path, now)
    assert count_rows(BallotRow) == 2


def test_a_clock_that_is_off_by_ages_breaks_no_page(day: VillageDay) -> None:
    for clock in (2**62, -(2**62)):
        assert says(day.tablet, day.manifest["pass"], clock=clock) == 204
        with db.reading(db.engine()) as session:
            row = session.get(TabletRow, 1)
            assert row
            assert row.status
            assert abs(timedelta(minutes=row.status["clock"])) < timedelta(days=366 * 101)
