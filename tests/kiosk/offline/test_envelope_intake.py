"""What a tablet kept is delivered: once, as if a child's page had sent it, whoever carries the tablet by then."""

import json
import secrets
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from flask import Flask
from limits import parse
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.support.offline import deliver, manifest_of, outer_of, seal, seal_letter
from tests.support.people import house, on_tablet
from tests.support.rounds import answers, open_round
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.kiosk.offline import envelope_intake
from youthvoice.kiosk.offline.envelope import read_outer_number
from youthvoice.kiosk.offline.job import end_intake_keys
from youthvoice.sites.tablets.store import find_tablet, list_tablets, retire_tablet
from youthvoice.sites.tablets.tablet_status import clear_unopened
from youthvoice.surveys.batches.closing_job import sweep_due_receipts
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.rounds.entities import Round

FORM = "application/x-www-form-urlencoded"


class Village:
    """A site with a round and one tablet that was online once."""

    def __init__(self, visitor: Callable[[], Visitor]) -> None:
        self.visitor = visitor
        self.site_id, people = house(["facilitator", "advocate", "coordinator"])
        self.advocate_id = people["advocate"].id
        self.round: Round = open_round([self.site_id], people["facilitator"].id)
        self.tablet = on_tablet(visitor(), self.site_id)
        self.manifest = manifest_of(self.tablet)
        self.survey = f"/survey/{self.round.slug}"

    def sheets(self) -> int:
        with db.reading(db.engine()) as session:
            return session.scalar(select(func.count()).select_from(ResponseRow)) or 0


@pytest.fixture
def village(app: Flask, visitor: Callable[[], Visitor]) -> Village:
    return Village(visitor)


def test_a_sheet_is_delivered_once_however_often_it_comes(village: Village) -> None:
    sheet = secrets.token_hex(16)
    envelope = seal(village.manifest, village.survey, answers(food="good"), sheet)
    for _time in range(3):
        said = deliver(village.visitor(), envelope)
        assert (said.status_code, said.get_json()) == (201, {"sheet": outer_of(sheet), "late": False})
    assert village.sheets() == 1


def test_what_was_sent_and_waits_all_the_same_counts_once(village: Village) -> None:
    """The answer was lost on the way after the house had taken it: the tablet kept the sheet, too."""
    sheet = secrets.token_hex(16)
    sent = {**answers(food="good"), "sheet": sheet}
    village.tablet.send(village.survey, sent, 201, headers={"Accept": "application/json"})
    assert deliver(village.visitor(), seal(village.manifest, village.survey, sent, sheet)).status_code == 201
    assert village.sheets() == 1


def test_every_sheet_of_a_tablet_is_as_long_as_any_other(village: Village) -> None:
    short = seal(village.manifest, village.survey, answers(food="good"))
    long = seal(village.manifest, village.survey, answers(food="good", letter_box="काश " * 400))
    assert len(short) == len(long)


@pytest.mark.parametrize("spoil", [
    lambda blob: blob[:-1] + bytes([blob[-1] ^ 1]),
    lambda blob: blob.replace(b"intake-2026-11", b"intake-2026-10"),
    lambda blob: blob[:20],
    lambda _blob: b"",
    lambda _blob: b"<html>captive portal</html>",
])  # fmt: skip
def test_what_does_not_open_is_refused_and_stays(village: Village, spoil: Callable[[bytes], bytes]) -> None:
    said = deliver(village.visitor(), spoil(seal(village.manifest, village.survey, answers(food="good"))))
    assert said.status_code in {410, 423}
    assert "sheet" not in said.get_json()
    assert village.sheets() == 0


def test_an_envelope_of_another_number_does_not_open(village: Village) -> None:
    one, other = secrets.token_hex(16), secrets.token_hex(16)
    envelope = seal(village.manifest, village.survey, answers(food="good"), one)
    moved = envelope.replace(outer_of(one).encode(), outer_of(other).encode(), 1)
    assert moved != envelope
    assert deliver(village.visitor(), moved).status_code == 410


def test_nobody_seals_another_sheet_under_the_outer_number_of_one_that_waits(village: Village) -> None:
    """All that a tablet shows is known: the outer number, the pass and the key (A12)."""
    hers = seal(village.manifest, village.survey, answers(food="bad"))
    outer, own = read_outer_number(hers) or b"", secrets.token_hex(16)
    head = {"path": village.survey, "type": FORM, "language": "en", "pass": village.manifest["pass"]}
    for number in (own, outer.hex()):
        body = urlencode({**answers(food="very_good"), "sheet": number}).encode()
        letter = json.dumps({**head, "sheet": number}).encode() + b"\n" + body
        said = deliver(village.visitor(), seal_letter(village.manifest, letter, outer.hex()))
        assert (said.status_code, village.sheets()) == (410, 0)
    said = deliver(village.visitor(), hers)
    assert (said.status_code, said.get_json(), village.sheets()) == (201, {"sheet": outer.hex(), "late": False}, 1)


def test_an_envelope_that_names_no_sheet_inside_is_none(village: Village) -> None:
    """Its outer number is known to whoever looks into the tablet: it says nothing of the sheet."""
    hers = seal(village.manifest, village.survey, answers(food="bad"))
    outer = (read_outer_number(hers) or b"").hex()
    head = {"path": village.survey, "type": FORM, "language": "en", "pass": village.manifest["pass"]}
    letter = json.dumps(head).encode() + b"\n" + urlencode({**answers(food="good"), "sheet": outer}).encode()
    said = deliver(village.visitor(), seal_letter(village.manifest, letter, outer))
    assert (said.status_code, village.sheets()) == (410, 0)
    said = deliver(village.visitor(), hers)
    assert (said.status_code, said.get_json()["sheet"], village.sheets()) == (201, outer, 1)


def test_a_page_takes_no_other_sheet_than_the_one_its_envelope_names(village: Village) -> None:
    named, other = secrets.token_hex(16), secrets.token_hex(16)
    head = {"path": village.survey, "type": FORM, "language": "en", "pass": village.manifest["pass"]}
    body = urlencode({**answers(food="good"), "sheet": other}).encode()
    letter = json.dumps({**head, "sheet": named}).encode() + b"\n" + body
    said = deliver(village.visitor(), seal_letter(village.manifest, letter, outer_of(named)))
    assert (said.status_code, village.sheets()) == (410, 0)


def test_a_broken_form_is_told_to_an_adult_and_then_let_go(village: Village) -> None:
    """It waited for ever, and each round of the site with it."""
    broken = seal(village.manifest, "/agenda/me-too", {"item": "no such key"})
    assert deliver(village.visitor(), broken).get_json() == {"refused": "BrokenForm"}
    with db.writing(db.engine()) as session:
        (tablet,) = list_tablets(session, [village.site_id])
        clear_unopened(session, tablet.id, context.today())
    said = deliver(village.visitor(), broken)
    outer = (read_outer_number(broken) or b"").hex()
    assert (said.status_code, said.get_json()) == (201, {"sheet": outer, "late": True})


def test_what_may_be_taken_on_another_day_is_never_let_go(village: Village) -> None:
    """A round that is not there yet, a report that nobody may read: an adult who clears the tablet loses neither."""
    sheet = seal(village.manifest, "/survey/no-such-round", answers(food="bad"))
    told = {"topic": "hit", "left_out": village.advocate_id, "shown": village.advocate_id}
    report = seal(village.manifest, "/tell", told)
    with db.writing(db.engine()) as session:
        (tablet,) = list_tablets(session, [village.site_id])
        clear_unopened(session, tablet.id, context.today())
    assert [deliver(village.visitor(), one).status_code for one in (sheet, report)] == [404, 422]


@pytest.mark.parametrize("path", ["/staff/", "/enrol", "/reply", "/survey/x/thanks", "/offline/deliver", "//x"])
def test_nothing_else_comes_in_this_way(village: Village, path: str) -> None:
    assert deliver(village.visitor(), seal(village.manifest, path, {})).status_code == 410


@pytest.mark.parametrize("shown", ["", "AAAA", "AAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAA", "\u0661"])
def test_a_pass_that_was_made_up_is_no_tablet(village: Village, shown: str) -> None:
    envelope = seal({**village.manifest, "pass": shown}, village.survey, answers(food="good"))
    assert deliver(village.visitor(), envelope).status_code in {403, 404}
    assert village.sheets() == 0


def test_a_tablet_that_was_let_go_delivers_what_it_has(village: Village) -> None:
    envelope = seal(village.manifest, village.survey, answers(food="good"))
    with db.writing(db.engine()) as session:
        (one,) = list_tablets(session, [village.site_id])
        tablet = find_tablet(session, [village.site_id], one.id)
        assert tablet
        retire_tablet(session, tablet.id, context.today())
    assert deliver(village.visitor(), envelope).status_code == 201
    assert village.sheets() == 1


def test_a_tablet_that_was_connected_elsewhere_sends_the_old_to_the_old_site_and_the_new_to_the_new(
    village: Village,
) -> None:
    before = seal(village.manifest, village.survey, answers(food="good"))
    with db.writing(db.engine()) as session:
        tablet = find_tablet(session, [village.site_id], 1)
        assert tablet
        retire_tablet(session, tablet.id, context.today())
    elsewhere, _people = house([], "another-house")
    after = seal(manifest_of(on_tablet(village.tablet, elsewhere, "Tablet 9")), village.survey, answers(food="good"))
    assert deliver(village.visitor(), before).status_code == 201
    assert village.sheets() == 1
    deliver(village.visitor(), after)
    assert village.sheets() == 1, "this round is not asked there"


def test_a_tablet_that_was_let_go_delivers_until_nothing_more_can_be_begun_on_it(village: Village) -> None:
    """It says that it is empty before it knows: with its pages still there a child may tell in the next minute."""
    early, late = (seal(village.manifest, village.survey, answers(food="good")) for _child in range(2))
    with db.writing(db.engine()) as session:
        tablet = find_tablet(session, [village.site_id], 1)
        assert tablet
        retire_tablet(session, tablet.id, context.today())
    told = {"waiting": False, "room": True, "clock": 0}
    for closed, envelope in ((False, early), (True, late)):
        report = {"report": {**told, "closed": closed}, "pass": village.manifest["pass"]}
        assert village.tablet.ask("POST", "/offline/status", json=report).status_code == 204
        assert (deliver(village.visitor(), envelope).status_code == 201) is not closed
    assert village.sheets() == 1


def test_a_tablet_that_is_found_after_months_delivers_and_after_a_year_it_is_kept_for_an_adult(
    village: Village, clock: StillClock
) -> None:
    envelope = seal(village.manifest, village.survey, answers(food="good"))
    clock.move(days=300)
    end_intake_keys()
    said = deliver(village.visitor(), envelope)
    assert said.status_code == 201, "the round is long over, and the sheet is no more than late"
    clock.move(days=100)
    end_intake_keys()
    assert deliver(village.visitor(), envelope).status_code == 410


def test_a_sheet_of_exactly_twelve_months_is_taken(village: Village, clock: StillClock) -> None:
    """Its receipt would be kept still, so it cannot count twice."""
    envelope = seal(village.manifest, village.survey, answers(food="good"))
    clock.move(days=365)
    assert context.today().month == 11
    end_intake_keys()
    sweep_due_receipts()
    assert deliver(village.visitor(), envelope).status_code == 201


def test_a_sheet_whose_receipt_has_ended_does_not_count_again_while_its_key_is_there_still(
    village: Village, clock: StillClock
) -> None:
    """Receipts end within the hour, keys within a day, and a key comes back with a backup of the keys."""
    sheet = secrets.token_hex(16)
    envelope = seal(village.manifest, village.survey, answers(food="good"), sheet)
    assert deliver(village.visitor(), envelope).status_code == 201
    clock.move(days=396)
    sweep_due_receipts()
    assert deliver(village.visitor(), envelope).status_code == 410


def test_each_month_has_a_key_of_its_own(village: Village, clock: StillClock) -> None:
    before = seal(village.manifest, village.survey, answers(food="good"))
    clock.move(days=40)
    now = manifest_of(on_tablet(village.visitor(), village.site_id, "Tablet 2"))["key"]
    assert now["name"] == "intake-2027-01"
    assert now["public"] != village.manifest["key"]["public"]
    assert deliver(village.visitor(), before).status_code == 201


def test_junk_of_a_line_is_not_opened_without_end_and_honest_tablets_behind_it_deliver(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envelope_intake, "JUNK", parse("3 per minute"))
    junk = f"intake-2026-11\n{'0' * 32}\n".encode() + secrets.token_bytes(300)
    hers, of_one_let_go, elsewhere = (seal(village.manifest, village.survey, answers(food="good")) for _nth in "abc")
    stranger = village.visitor()
    assert [deliver(stranger, junk).status_code for _nth in range(5)] == [410] * 3 + [429] * 2
    assert deliver(stranger, hers).status_code == 429, "nothing is opened for it"
    stranger.client.set_cookie("tablet", "made up")
    assert deliver(stranger, hers).status_code == 429
    assert deliver(village.tablet, hers).status_code == 201
    with db.writing(db.engine()) as session:
        tablet = find_tablet(session, [village.site_id], 1)
        assert tablet
        retire_tablet(session, tablet.id, context.today())
    assert deliver(village.tablet, of_one_let_go).status_code == 201
    assert [deliver(village.tablet, junk).status_code for _nth in range(5)] == [410] * 3 + [429] * 2, "has its own"
    kind = {"Accept": "application/json"}
    there = village.visitor().client.post(
        "/offline/deliver", data=elsewhere, headers=kind, environ_base={"REMOTE_ADDR": "10.0.0.7"}
    )
    assert there.status_code == 201


def test_what_never_opens_is_dropped_once_an_adult_has_read_of_it(village: Village, clock: StillClock) -> None:
    """And nothing else; what a missing key would open stays, and so does what lies on another tablet."""
    missing = seal(village.manifest, village.survey, answers(food="good")).replace(b"2026-11", b"2026-10", 1)
    blob, sheet = b"intake-2025-01\n" + b"a" * 32 + b"\n" + b"x" * 200, "a" * 32

    def tablet_says(envelope: bytes) -> tuple[int, object]:
        answer = village.tablet.ask("POST", "/offline/deliver", data=envelope)
        return answer.status_code, (answer.get_json() or {}).get("sheet")

    assert tablet_says(blob) == (410, None)
    with db.writing(db.engine()) as session:
        (one,) = list_tablets(session, [village.site_id])
        tablet = find_tablet(session, [village.site_id], one.id)
        assert tablet
        clear_unopened(session, tablet.id, context.today())
    assert tablet_says(missing) == (423, None)
    assert tablet_says(b"<html>") == (410, None)
    assert deliver(village.visitor(), blob).status_code == 410, "somebody else"
    assert tablet_says(blob) == (201, sheet)
    told = {"waiting": False, "room": True, "clock": int(clock.moment.timestamp() * 1000)}
    report = {"report": told, "pass": village.manifest["pass"]}
    assert village.tablet.ask("POST", "/offline/status", json=report).status_code == 204
    assert tablet_says(blob) == (410, None), "of the next one an adult reads first"
