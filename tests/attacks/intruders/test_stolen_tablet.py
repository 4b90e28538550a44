"""T6, T8: whoever steals a tablet reads nothing that waits on it, and what he sends from it is bounded.

He has all that is on it: its pass, the public point of its intake key, pages, sealed sheets. An adult lets it go.
"""

import logging
import re
import secrets
from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.attacks.stolen_house import as_bytes, leaks, rows, stolen
from tests.support.offline import deliver, manifest_of, seal
from tests.support.people import on_tablet, signed_in
from tests.support.rounds import answers, open_round
from tests.support.village_day import CODE, KINDS, VillageDay, count_rows
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.committees.models import BallotRow
from youthvoice.config import Settings
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.kiosk.offline.envelope import open_envelope
from youthvoice.kiosk.offline.job import end_intake_keys
from youthvoice.knocks.job import empty_due_boxes
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites.tablets import device
from youthvoice.sites.tablets.store import find_retired, find_tablet, report_found, report_lost, retire_tablet
from youthvoice.sites.tablets.tablet_status import list_waiting_tablets
from youthvoice.slips.store import slip_fields, slip_screens
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.responses.store import deal_round_slips
from youthvoice.threads.models import CodeAttemptRow, ThreadRow

WORDS = "canary: the purple giraffe सीढ़ी"


@pytest.fixture
def day(app: Flask, visitor: Callable[[], Visitor]) -> VillageDay:
    return VillageDay(visitor)


def lengths() -> list[tuple[str, str, int]]:
    """How every row looks to a thief: where it is, and how long what stands in it."""
    return sorted((table, type(value).__name__, len(as_bytes(value))) for table, value in rows())


def let_go(day: VillageDay, *, lost: bool = False) -> None:
    with db.writing(db.engine()) as session:
        tablet = find_tablet(session, [day.house.site_id], 1)
        assert tablet
        retire_tablet(session, tablet.id, context.today())
        if lost:
            report_lost(session, tablet.id, context.today())


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_stolen_house_holds_no_more_of_what_was_delivered(
    day: VillageDay, app: Flask, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """And beside it the tablet itself, with envelopes that it has not delivered yet."""
    caplog.set_level(logging.DEBUG)
    envelopes = [day.seals(kind, WORDS) for kind in KINDS]
    for envelope in envelopes:
        assert deliver(day.visitor(), envelope).status_code == 201
    key = day.manifest["key"]["name"]
    keyring = context.keyring()
    canaries: dict[str, str | bytes] = {
        "words": WORDS, "code": CODE, "code as bytes": bytes(map(int, CODE)), "pass": day.manifest["pass"],
        "private point": keyring.browser_pair(key, 1).private,
    }  # fmt: skip
    found = stolen(app, settings, caplog.text)
    assert leaks(found, canaries) == []
    assert not [where for where, content in found for one in envelopes if one[70:170] in content]


def test_a_sheet_that_was_delivered_looks_as_one_that_was_sent(app: Flask, visitor: Callable[[], Visitor]) -> None:
    """A thief of the rows does not see which child sat where there was no network.

    That something was delivered today he sees, by a row that counts it for two days and by what tablets say of
    themselves; not what, nor by which tablet.
    """
    day = VillageDay(visitor)
    empty_due_boxes()  # a site has a box of knocks from its first fixed hour on
    seen = []
    for is_late in (False, True):
        before = lengths()
        for kind in KINDS:
            path, fields = day.form(kind, WORDS)
            if is_late:
                assert deliver(visitor(), seal(day.manifest, path, fields)).status_code == 201
            else:
                sent = {**fields, "sheet": secrets.token_hex(16)}
                assert day.tablet.ask("POST", path, data=sent).status_code in {200, 201, 303}
                if kind == "tell":  # she has written her pictures down, as a child has who saw them on a tablet
                    assert day.tablet.ask("POST", "/tell/done", data=sent).status_code == 303
        after = lengths()
        for one in before:
            after.remove(one) if one in after else None
        seen.append(after)
    seen = [[one for one in rows if one[0] != CodeAttemptRow.__tablename__] for rows in seen]
    assert seen[0] == seen[1]


def test_what_waits_opens_with_the_key_file_alone_and_after_a_year_with_none(
    day: VillageDay, settings: Settings, clock: StillClock
) -> None:
    envelopes, name = [day.seals(kind, WORDS) for kind in KINDS], day.manifest["key"]["name"]
    others = Keyring.open(settings.data / "of-a-thief", create=True, development=True)
    others.key_or_new(name)
    for one in envelopes:
        assert open_envelope(context.keyring(), one).body
        with pytest.raises(CannotOpen):
            open_envelope(others, one)
    held = {file.read_bytes() for file in settings.keys.rglob("*") if file.is_file() and name in file.name}
    assert held
    clock.move(days=400)
    end_intake_keys()
    for one in envelopes:
        with pytest.raises(KeyGone):
            open_envelope(context.keyring(), one)
    left = b"".join(file.read_bytes() for file in settings.keys.rglob("*") if file.is_file())
    assert not [one for one in held if one in left], "nobody opens it any more, with all key files neither"


def test_a_tablet_that_was_let_go_sends_so_much_a_day(
    day: VillageDay, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stole it makes up reports; one that nobody let go may bring everything at once."""
    monkeypatch.setattr(device, "MAX_DELIVERED", 6 * device.WEIGHT)
    made = [day.seals("tell", code="") for _nth in range(6)]
    assert {deliver(day.visitor(), one).status_code for one in made} == {201}
    let_go(day)
    said = [deliver(day.visitor(), day.seals("survey")).status_code for _nth in range(9)]
    assert said == [201] * 6 + [429] * 3
    assert count_rows(ResponseRow) == 6
    assert deliver(day.visitor(), day.seals("tell")).status_code == 429, "all he sends together"
    assert count_rows(ThreadRow) == 6


def test_it_gets_no_page_no_key_and_no_other_door(day: VillageDay) -> None:
    let_go(day)
    for address in ("/offline/manifest", "/offline/code"):
        assert day.tablet.ask("GET", address).status_code == 403
    for kind in KINDS:
        path, fields = day.form(kind)
        said = day.tablet.ask("POST", path, data={**fields, "sheet": secrets.token_hex(16)})
        assert said.status_code in {403, 404}, kind
    again = on_tablet(day.visitor(), day.house.site_id, "Village again")
    assert manifest_of(again)["pass"] != day.manifest["pass"]


def test_it_stuffs_no_round(day: VillageDay, app: Flask, clock: StillClock) -> None:
    """T8: over a tenth more than the twenty who were invited, and nothing is published."""
    for _nth in range(9):
        path, fields = day.form("survey")
        assert day.tablet.ask("POST", path, data={**fields, "sheet": secrets.token_hex(16)}).status_code == 303
    let_go(day)
    for _nth in range(14):
        assert deliver(day.visitor(), seal(day.manifest, path, answers(food="bad"))).status_code == 201
    clock.move(days=30)
    said = app.test_cli_runner().invoke(args=["surveys", "close-due"]).output
    assert f"{day.round.slug}: closed; more answers came" in said, said


def test_it_guesses_at_ten_slips_a_day_and_casts_no_vote(day: VillageDay) -> None:
    """What it is told is what a child is told who puts in a wrong one."""
    let_go(day)
    path, fields = day.form("vote")
    real = {name: value for name, value in fields.items() if name != "choice"}
    wrong = [{**real, next(iter(real)): (int(next(iter(real.values()))) + 1 + nth) % 9} for nth in range(8)]
    said = [deliver(day.visitor(), seal(day.manifest, path, {**one, "choice": 1})) for one in (*wrong, *wrong)]
    assert [one.status_code for one in said] == [201] * 10 + [429] * 6
    assert {one.get_json()["late"] for one in said[:10]} == {True}
    assert count_rows(BallotRow) == 0


COUNTS = sorted(set(KINDS) - {"tell"})


def test_a_lost_one_brings_nothing_that_counts_and_every_report(day: VillageDay) -> None:
    """What it holds stays on it (a 4xx, see C): it may be found again. Nothing of it is written."""
    waits = {kind: day.seals(kind, WORDS) for kind in KINDS}
    let_go(day, lost=True)
    before = list(rows())
    assert {kind: deliver(day.visitor(), waits[kind]).status_code for kind in COUNTS} == dict.fromkeys(COUNTS, 403)
    assert list(rows()) == before
    assert deliver(day.visitor(), waits["tell"]).status_code == 201
    assert count_rows(ThreadRow) == 1
    with db.writing(db.engine()) as session:
        tablet = find_retired(session, [day.house.site_id], 1)
        assert tablet
        report_found(session, tablet.id)
    assert {deliver(day.visitor(), one).status_code for one in waits.values()} == {201}
    assert count_rows(ThreadRow) == 1
    assert (count_rows(ResponseRow), count_rows(BallotRow)) == (1, 1)


def test_what_is_refused_uses_up_nothing_of_what_a_child_told(day: VillageDay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "MAX_DELIVERED", 2 * device.WEIGHT)
    let_go(day, lost=True)
    said = [deliver(day.visitor(), day.seals(kind)).status_code for kind in ("survey", "me_too", "survey", "suggest")]
    assert said == [403] * 4
    assert [deliver(day.visitor(), day.seals("tell", code="")).status_code for _nth in range(3)] == [201, 201, 429]


def test_its_answers_count_with_a_slip_alone(app: Flask, visitor: Callable[[], Visitor]) -> None:
    """A slip is in a child's hand and lies on no tablet; a wrong one is no way in for a letter either."""
    day = VillageDay(visitor)
    round_ = open_round([day.house.site_id], day.house.joshi.id, slips=True)
    with db.writing(db.engine()) as session:
        (dealt,) = deal_round_slips(session, round_, day.house.site_id, 1)
    slip = [screen.index(one) for screen, one in zip(slip_screens(len(dealt)), dealt, strict=True)]
    let_go(day, lost=True)

    def said(*picks: int) -> int:
        put_in = dict(zip(slip_fields(len(picks)), picks, strict=True))
        fields = {**answers(food="good", letter_box=WORDS), **put_in}
        return deliver(day.visitor(), seal(day.manifest, f"/survey/{round_.slug}", fields)).status_code

    assert said(*slip[:-1], (slip[-1] + 1) % 9) == 403
    assert (count_rows(ResponseRow), count_rows(ThreadRow)) == (0, 0)
    assert said(*slip) == 201
    assert count_rows(ResponseRow) == 1


def test_the_advocate_reads_that_a_report_came_from_a_lost_tablet(day: VillageDay) -> None:
    """Also what is added to a report under the number of a sheet that lies on it."""
    number = secrets.token_hex(16)
    assert deliver(day.visitor(), day.seals("tell", sheet=number)).status_code == 201
    let_go(day, lost=True)
    assert deliver(day.visitor(), day.seals("tell", "more", sheet=number)).status_code == 201
    assert deliver(day.visitor(), day.seals("tell", code="")).status_code == 201
    desk = signed_in(day.visitor(), day.house.asha)
    listed = desk.open("/staff/reports").text
    assert listed.count("from a lost tablet") == 2
    found = re.search(r'href="(/staff/reports/[0-9a-f]{32})"', listed)
    assert found
    assert "It may not be from a child of this site" in desk.send(found[1]).text


def test_no_round_waits_for_a_lost_one(day: VillageDay, clock: StillClock) -> None:
    told = {"waiting": True, "room": True, "clock": int(clock.moment.timestamp() * 1000), "since": "2026-11-20"}
    sent = {"report": told, "pass": day.manifest["pass"]}
    assert day.tablet.ask("POST", "/offline/status", json=sent).status_code == 204

    def waited_for() -> list[str]:
        with db.reading(db.engine()) as session:
            return list_waiting_tablets(session, [day.house.site_id], clock.moment)

    assert waited_for() == ["Village"]
    let_go(day, lost=True)
    assert waited_for() == []
