"""A box that meets a network: it hands over what a stick would carry, and believes nobody but its main server."""

import socket
from collections.abc import Callable, Iterable
from contextvars import Context
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import select, update
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from tests.box.test_box import reads_that_something_is_lost
from tests.conftest import StillClock
from tests.support.house_line import Answer, Line, serving
from tests.support.long_tests import long_test
from tests.support.village import Village, in_box, in_three_languages
from youthvoice import context, db
from youthvoice.box import job, network, server_visit, store
from youthvoice.box.bundle import BUNDLE_PATH, MAX_PART_BYTES, OUT
from youthvoice.box.models import BoxPageRow
from youthvoice.sites.models import TabletRow
from youthvoice.sites.tablets.store import retire_tablet
from youthvoice.sites.tablets.tablet_status import list_waiting_tablets
from youthvoice.surveys.models import ResponseRow
from youthvoice.threads.models import LetterRow
from youthvoice.web.request_bodies import MAX_BYTES


def visit(village: Village) -> None:
    """What the work process does when it looks."""
    in_box(village, job.visit_server)


def sends(village: Village, status: int = 0) -> str:
    return village.there("send", status=status)


def counted(village: Village) -> tuple[int, int, int]:
    return village.count(ResponseRow), village.count(LetterRow), village.waiting()


def test_everything_goes_by_itself_once_and_what_is_new_comes_back(village: Village, line: Line) -> None:
    for nth in range(3):
        village.answers_one(f"lamp {nth}")
    visit(village)
    assert counted(village) == (3, 3, 0)
    village.answers_one()
    visit(village)
    assert counted(village) == (3, 3, 1), "the next visit has its time, whatever is sent meanwhile"
    assert "has everything" in sends(village)
    assert counted(village) == (4, 4, 0)


@in_three_languages
def test_pages_that_changed_come_and_nothing_else(village: Village, line: Line) -> None:
    sends(village)
    before = line.asked

    def spoil() -> None:
        with db.writing(db.engine()) as session:
            session.execute(update(BoxPageRow).where(BoxPageRow.name == "en/help").values(body=b"old"))
            session.execute(update(BoxPageRow).where(BoxPageRow.name == "hi/help").values(name="hi/gone"))

    in_box(village, spoil)
    assert village.box.test_client().get("/help", headers={"Youth-Voice-Language": "en"}).text == "old"
    sends(village)
    assert line.asked == before + 1
    assert village.child().open("/help").text != "old"
    names = in_box(village, lambda: list(db.session().scalars(select(BoxPageRow.name))))
    assert "hi/gone" not in names
    assert "hi/help" in names


@long_test("RUN")
@in_three_languages
def test_pages_come_in_parts_and_none_is_shown_before_all_are_there(
    village: Village, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_box(village, forget_all_pages)
    monkeypatch.setattr("youthvoice.box.bundle.MAX_PART_BYTES", 300_000)
    line.meddle = lambda _request, on: on() if line.asked <= 3 else Response(status=502)
    assert "too much to do" in sends(village, 1)
    assert village.box.test_client().get("/help").status_code == 503, "half a shelf is none"
    line.meddle = lambda _request, on: on()
    before = line.asked
    sends(village)
    assert 1 < line.asked - before < 6, "what came before the line broke did not come again"
    assert village.child().open("/help").status_code == 200


def forget_all_pages() -> None:
    with db.writing(db.engine()) as session:
        for row in session.scalars(select(BoxPageRow).where(BoxPageRow.name != "state")):
            session.delete(row)


def test_what_waits_goes_in_parts_that_the_front_lets_in_each_sheet_once(
    village: Village, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nth in range(5):
        village.answers_one(f"lamp {nth}")
    monkeypatch.setattr(server_visit, "MAX_PART_BYTES", 70_000)
    in_box(village, lambda: server_visit.exchange_with_server(str(context.settings().box_server), 70_000))
    assert counted(village) == (5, 5, 0)
    assert len([size for size in line.parts if size > 30_000]) == 3
    assert MAX_PART_BYTES + 256 * 1024 < MAX_BYTES


def test_a_line_that_breaks_after_the_house_has_it_counts_nothing_twice(village: Village, line: Line) -> None:
    for nth in range(2):
        village.answers_one(f"lamp {nth}")

    def loses(_request: Request, on: Callable[[], Response]) -> Response:
        on()
        return Response(b"", 500)

    line.meddle = loses
    assert "too much to do" in sends(village, 1)
    assert counted(village) == (2, 2, 2)
    line.meddle = lambda _request, on: on()
    sends(village)
    assert counted(village) == (2, 2, 0)


def _redirects(_request: Request, on: Callable[[], Response]) -> Response:
    on()
    return Response(status=302, headers={"Location": "/offline/bundle"})


@pytest.mark.parametrize(
    "meddle",
    [
        lambda _request, _on: Response("<html>Sign in to this network</html>", content_type="text/html"),
        lambda _request, _on: Response(status=200),
        lambda _request, _on: Response(b"youth voice bundle back 1\n" + b"x" * 400),
        lambda _request, on: Response(on().get_data()[:-1]),
        _redirects,
    ],
)
def test_whoever_else_answers_changes_nothing(village: Village, line: Line, meddle: Answer) -> None:
    village.answers_one()
    shown = village.child().open("/help").text
    line.meddle = meddle
    assert "not the main server" in sends(village, 1)
    assert village.waiting() == 1
    assert village.child().open("/help").text == shown


def test_an_answer_that_was_the_houses_once_is_none_the_next_time(village: Village, line: Line) -> None:
    heard: list[bytes] = []

    def hears(_request: Request, on: Callable[[], Response]) -> Response:
        answer = on()
        heard.append(answer.get_data())
        return answer

    line.meddle = hears
    village.answers_one()
    sends(village)
    village.answers_one()
    line.meddle = lambda _request, _on: Response(heard[0])
    assert "not the main server" in sends(village, 1)
    assert village.waiting() == 1


def test_where_nobody_answers_it_looks_again_ever_less_often_and_in_smaller_parts(
    village: Village, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[tuple[float, int]] = []
    now = [0.0]

    def tries(_house: str, most: int, _skip: object) -> object:
        tried.append((now[0], most))
        raise network.ServerNotReached("network")

    monkeypatch.setattr(job, "exchange_with_server", tries)
    monkeypatch.setattr("youthvoice.box.job.time.monotonic", lambda: now[0])
    while now[0] < 4000:
        visit(village)
        now[0] += 10
    gaps = [later[0] - sooner[0] for sooner, later in pairwise(tried)]
    assert 8 < len(tried) < 25
    assert max(gaps) <= 620
    assert gaps[0] <= 70
    assert [most for _at, most in tried[:3]] == [MAX_PART_BYTES, MAX_PART_BYTES // 2, MAX_PART_BYTES // 4]


def test_no_network_is_said_in_words(village: Village) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
    settings = replace(context.runtime_of(village.box).settings, box_server=nobody)
    with context.override(village.box, settings=settings):
        assert "no network" in sends(village, 1)
    assert "YOUTHVOICE_BOX_HOUSE" in sends(village, 1)


def test_what_the_house_refuses_stays_and_is_not_brought_again_and_again(
    village: Village, line: Line, clock: StillClock
) -> None:
    envelope = b"intake-2026-11\n" + b"0" * 31 + b"1\n" + b"x" * (81 + 32 * 1024)
    assert village.box.test_client().post("/offline/deliver", data=envelope).status_code == 201
    assert "stays in the box" in sends(village, 1)
    visit(village)
    sizes = len(line.parts)
    in_box(village, lambda: setattr(job._visits.get("visits", job.Visits), "next_at", 0.0))  # noqa: SLF001 - its time has come
    visit(village)
    assert len(line.parts) == sizes + 1, "the pages alone"
    assert village.waiting() == 1
    reads_that_something_is_lost(village, clock)
    sends(village)
    assert village.waiting() == 0


def test_a_round_waits_until_the_last_part_has_come(village: Village, line: Line, clock: StillClock) -> None:
    def waits() -> list[str]:
        with db.reading(db.engine()) as session:
            return list_waiting_tablets(session, [village.site_id], clock.moment)

    village.answers_one()
    assert waits()
    line.meddle = lambda _request, on: on() if line.asked == 1 else Response(status=502)
    sends(village, 1)
    assert waits(), "a part is not all"
    line.meddle = lambda _request, on: on()
    clock.move(minutes=1)
    sends(village)
    assert not waits()


def test_what_arrived_counts_as_of_the_minute_in_which_the_box_began(
    village: Village, line: Line, clock: StillClock
) -> None:
    """A child may send at the box while its bundle is on a slow line."""
    began = clock.moment

    def slowly(_request: Request, on: Callable[[], Response]) -> Response:
        clock.move(minutes=5)
        return on()

    line.meddle = slowly
    village.answers_one()
    sends(village)
    with db.reading(db.engine()) as session:
        assert not list_waiting_tablets(session, [village.site_id], began)
        assert list_waiting_tablets(session, [village.site_id], began + timedelta(minutes=1))


@pytest.mark.parametrize("sent", [b"", b"x", OUT, OUT + b"A" * 32 + b"\n" + b"x" * 90])
def test_the_house_opens_to_nobody_without_the_key(village: Village, sent: bytes) -> None:
    answer = Context().run(Client(village.app, Response).post, BUNDLE_PATH, data=sent)
    assert (answer.status_code, answer.get_json()) == (422, {"refused": "CannotOpen"})


def test_a_bundle_that_is_too_large_is_refused_before_it_is_read(village: Village) -> None:
    sent = OUT + b"A" * (MAX_PART_BYTES + 300 * 1024)
    assert Context().run(Client(village.app, Response).post, BUNDLE_PATH, data=sent).status_code == 413


def test_a_box_that_was_let_go_brings_what_it_has_and_then_closes(village: Village, line: Line) -> None:
    village.answers_one()
    with db.writing(db.engine()) as session:
        row = session.get(TabletRow, village.tablet_id())
        assert row
        retire_tablet(session, row.id, context.today())
    assert "let this box go" in sends(village)
    assert counted(village) == (1, 1, 0)
    assert village.box.test_client().get("/offline/manifest").status_code == 403, "its tablets empty themselves"
    assert village.box.test_client().get("/").status_code == 503
    assert not in_box(village, lambda: store.find_manifest(db.session()))


def _certificate(folder: Path) -> tuple[str, str]:
    """Somebody's certificate for this machine, which nobody vouches for; and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(secret)
    return str(folder / "cert.pem"), str(folder / "key.pem")


def test_a_certificate_that_nobody_vouches_for_is_no_house_and_the_clock_is_asked_about(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return Response(b"the house")(environ, start_response)

    certificate = _certificate(tmp_path)
    with serving(answers, certificate) as house:
        with pytest.raises(network.ServerNotReached, match="certificate"):
            network.post_bundle(house, b"x")
        settings = replace(context.runtime_of(village.box).settings, box_server=house)
        with context.override(village.box, settings=settings):
            assert "Is the clock of this box right?" in sends(village, 1)
        monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
        assert network.post_bundle(house, b"x") == b"the house"
