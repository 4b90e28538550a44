"""Whoever is in the Wi-Fi of a village, or has the key of a box, sends junk: children's sheets arrive all the same.

Duties: PRIVACY.md C, "The tablet's queue".
"""

import secrets
from contextvars import Context
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from werkzeug.test import Client
from werkzeug.wrappers import Response

from tests.conftest import StillClock
from tests.support.child_at_tablet import WEBM, whole
from tests.support.offline import deliver, manifest_of, outer_of, seal
from tests.support.rounds import answers
from tests.support.village import JSON, Village, in_box
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.box import disk_room, server_side, store
from youthvoice.box.bundle import BUNDLE_PATH, BoxBundle, box_key, encrypt_bundle
from youthvoice.kiosk.offline.envelope import VOICE_STEP, WORDS_STEP, digest_of, read_outer_number
from youthvoice.sites.models import TabletRow
from youthvoice.surveys.models import ResponseRow
from youthvoice.threads.models import LetterRow

AROUND = 81


def junk(number: str = "", length: int = WORDS_STEP, month: str = "2026-11") -> bytes:
    """What looks from outside as a tablet made it."""
    head = f"intake-{month}\n{number or secrets.token_hex(16)}\n".encode()
    return head + secrets.token_bytes(AROUND + length)


def status_of(village: Village, envelope: bytes) -> int:
    return deliver(Visitor(village.box), envelope).status_code


def test_junk_that_comes_first_takes_no_sheets_place(village: Village) -> None:
    """The box said 201 to her, and held the junk (A12): it cannot tell them apart, the house can."""
    manifest, survey = manifest_of(Visitor(village.box)), f"/survey/{village.round.slug}"
    sheet = secrets.token_hex(16)
    outer, letter = outer_of(sheet), answers(food="bad", letter_box="he comes into our room")
    hers = seal(manifest, survey, letter, sheet)
    assert status_of(village, junk(outer)) == 201
    assert status_of(village, hers) == 201
    assert status_of(village, hers) == 201
    assert village.waiting() == 2, "the very same again is not kept twice"
    village.there("out", village.file("out"))
    village.main("in", village.file("out"), village.file("back"), status=1)
    village.there("in", village.file("back"))
    assert (village.count(LetterRow), village.count(ResponseRow)) == (1, 1)
    (left,) = in_box(village, lambda: store.list_part(db.session(), b"", 10**9))
    assert left != hers, "what was not taken stays, what was taken is gone"
    assert read_outer_number(left) == bytes.fromhex(outer)


def test_what_was_taken_under_a_number_makes_the_box_forget_nothing_else_under_it(village: Village) -> None:
    """The house takes the first of a sheet; the same with other answers stays until that is taken itself."""
    manifest, survey = manifest_of(Visitor(village.box)), f"/survey/{village.round.slug}"
    sheet = secrets.token_hex(16)
    assert status_of(village, seal(manifest, survey, answers(food="very_good"), sheet)) == 201
    village.there("out", village.file("out"))
    assert status_of(village, seal(manifest, survey, answers(food="bad"), sheet)) == 201
    village.main("in", village.file("out"), village.file("back"))
    village.there("in", village.file("back"))
    assert village.waiting() == 1
    village.carries("next")
    assert (village.count(ResponseRow), village.waiting()) == (1, 0)


@pytest.mark.parametrize(
    ("length", "month"),
    [
        (WORDS_STEP - 1, "2026-11"),
        (WORDS_STEP + 1, "2026-11"),
        (0, "2026-11"),
        (2 * WORDS_STEP, "2026-11"),
        (VOICE_STEP - WORDS_STEP, "2026-11"),
        (VOICE_STEP + WORDS_STEP, "2026-11"),
        (WORDS_STEP, "2025-10"),
        (WORDS_STEP, "2027-12"),
    ],
)
def test_what_no_tablet_makes_is_not_kept(village: Village, length: int, month: str) -> None:
    assert (status_of(village, junk(length=length, month=month)), village.waiting()) == (422, 0)


@pytest.mark.parametrize("length", [WORDS_STEP, VOICE_STEP, 4 * VOICE_STEP])
def test_what_a_tablet_may_have_made_is_kept(village: Village, length: int) -> None:
    assert (status_of(village, junk(length=length, month="2026-02")), village.waiting()) == (201, 1)


def test_one_line_brings_half_a_gigabyte_a_day_and_another_one_is_let_in(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = disk_room.LINE_A_DAY.amount
    assert steps * WORDS_STEP == 512 * 1024**2
    with village.box.app_context():
        for _nth in range(steps // 12 - 1):
            assert disk_room.admits(VOICE_STEP, "address:127.0.0.1")
    assert status_of(village, junk(length=VOICE_STEP)) == 201
    assert status_of(village, junk(length=VOICE_STEP)) == 429
    client = village.box.test_client()
    other = client.post("/offline/deliver", data=junk(), environ_base={"REMOTE_ADDR": "10.0.0.7"})
    assert other.status_code == 201


def test_junk_leaves_room_for_what_children_send_there(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    left = SimpleNamespace(free=1024**3, total=32 * 1024**3)
    monkeypatch.setattr("youthvoice.box.disk_room.shutil.disk_usage", lambda _folder: left)
    assert status_of(village, junk()) == 503, "it waits on the tablet"
    village.answers_one()
    assert village.waiting() == 1


def test_a_part_has_an_envelope_that_is_larger_than_a_part(village: Village) -> None:
    """On a weak line parts are small: a voice goes all the same, alone."""
    small, large = junk(), junk(length=VOICE_STEP)
    for envelope in (small, large):
        assert status_of(village, envelope) == 201

    def parts() -> list[list[bytes]]:
        found: list[list[bytes]] = []
        after = b""
        while part := store.list_part(db.session(), after, 2 * WORDS_STEP):
            found.append(part)
            after = digest_of(part[-1])
        return found

    assert sorted(in_box(village, parts), key=str) == sorted([[small], [large]], key=str)


def test_in_a_box_nobody_tells_words_from_an_answer_nor_how_long_somebody_spoke(village: Village) -> None:
    """A thief of the box sees that somebody spoke for longer than ten seconds, and no more."""
    for nth, sound in enumerate((b"", WEBM, WEBM + bytes(50_000), WEBM + bytes(270_000))):
        sent = whole(sound, sheet=f"{nth:032x}", topic="broken", words="x") if sound else None
        told = sent or {
            "data": {"sheet": f"{nth:032x}", "topic": "broken", "words": "x"}, "content_type": "multipart/form-data",
        }  # fmt: skip
        assert village.box.test_client().post("/tell", headers=JSON, **told).status_code == 201
    answered = {"sheet": "f" * 32}
    assert village.box.test_client().post("/we-did", headers=JSON, data=answered).status_code == 201
    lengths = sorted(len(one) for one in in_box(village, lambda: store.list_part(db.session(), b"", 10**9)))
    around = len("intake-2026-11\n") + 33 + AROUND
    assert lengths == [around + WORDS_STEP] * 3 + [around + VOICE_STEP] * 2


# ---- With the key of a box


def bundle_of(village: Village, *envelopes: bytes, made_at: int = 0) -> bytes:
    with village.app.app_context(), db.reading(db.engine()) as session:
        box_id = session.scalars(select(TabletRow.id).order_by(TabletRow.id.desc())).first()
        assert box_id
        key = box_key(context.keyring(), box_id)
    with village.box.app_context(), db.reading(db.engine()) as session:
        state = store.find_state(session)
        assert state
    return encrypt_bundle(key, state.pass_text, BoxBundle(made_at, envelopes, ask=b"a" * 16, has=None))


def brings(village: Village, file: bytes) -> int:
    return Context().run(Client(village.app, Response).post, BUNDLE_PATH, data=file).status_code


@pytest.mark.parametrize("made_at", [2**62, -(2**62), 2**63 - 1, 0])
def test_a_clock_of_a_box_that_says_anything_is_no_error(village: Village, made_at: int) -> None:
    assert brings(village, bundle_of(village, made_at=made_at)) == 200


def test_a_bundle_of_what_no_tablet_makes_asks_the_house_nothing(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve hundred in one bundle, and every POST waited for a minute."""
    asked: list[bytes] = []
    deliver_one = server_side._Requester.deliver  # noqa: SLF001 - counted

    def count(self: server_side._Requester, envelope: bytes) -> int:
        asked.append(envelope)
        return deliver_one(self, envelope)

    monkeypatch.setattr(server_side._Requester, "deliver", count)  # noqa: SLF001
    small = [f"intake-2026-11\n{secrets.token_hex(16)}\n".encode() + b"x" * 200 for _nth in range(1200)]
    assert brings(village, bundle_of(village, *small)) == 200
    assert asked == []
    assert brings(village, bundle_of(village, junk())) == 200
    assert len(asked) == 1


def test_one_bundle_of_a_box_at_a_time(village: Village, monkeypatch: pytest.MonkeyPatch, clock: StillClock) -> None:
    begun, goes_on = Event(), Event()
    deliver_one = server_side._Requester.deliver  # noqa: SLF001 - held up

    def hold(self: server_side._Requester, envelope: bytes) -> int:
        begun.set()
        goes_on.wait(30)
        return deliver_one(self, envelope)

    monkeypatch.setattr(server_side._Requester, "deliver", hold)  # noqa: SLF001
    file, said = bundle_of(village, junk()), list[int]()
    first = Thread(target=lambda: said.append(brings(village, file)))
    first.start()
    assert begun.wait(30)
    assert brings(village, file) == 503
    goes_on.set()
    first.join(30)
    assert said == [200]
    assert brings(village, file) == 200, "the next one is let in"
