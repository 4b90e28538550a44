"""Opening a publication as a guardian: made from what was frozen, however many children answered."""

import random
import secrets
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from statistics import median

from sqlalchemy import insert, text

from benchmarks.closing import LATER, everything
from benchmarks.house import House, build, opened
from benchmarks.load import Connection
from benchmarks.server import SERVE, free_port, started
from youthvoice import db, running
from youthvoice.example import people, rounds, sending
from youthvoice.places import store as places
from youthvoice.privacy.key_names import LINKS
from youthvoice.publications import addresses, approving, drafting, store, tokens
from youthvoice.staff import store as staff
from youthvoice.surveys import coding, responses
from youthvoice.surveys import store as surveys
from youthvoice.surveys.closing import close_due
from youthvoice.surveys.models import Sheet

_OPENED = 50  # times in each run
_KINDS = 500  # invented children who differ; the others answer as one of them, each on a sheet of her own
_AT_ONCE = 20_000  # sheets in one INSERT


def milliseconds(folder: Path, sheets: int, runs: int) -> float:
    """How long a guardian's page takes that tells of so many responses, from asking to the last byte, over HTTP.

    Args:
        folder: empty.
        sheets: responses that were sealed, closed and frozen by the house's own code.
        runs: medians of `_OPENED` pages each, of which the median is given.
    """
    house = build(folder, 1, invited=sheets)
    _fill(house, sheets)
    token = _published(house)
    port = free_port()
    with started(SERVE, house.environment, port):
        return median(median(_opening(port, f"/views/{token}")) for _ in range(runs))


def _opening(port: int, path: str) -> Iterator[float]:
    client = Connection(port)
    for _ in range(_OPENED):
        began = time.perf_counter()
        answer = client.ask("GET", path, "")
        yield 1000 * (time.perf_counter() - began)
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"{path.split('/')[1]}: {answer.status}")
    client.close()


def _fill(house: House, sheets: int) -> None:
    """Lock so many sheets and store them in large steps; receipts are left out, for nothing here comes twice."""
    chance = random.Random(11)  # noqa: S311 - invented answers
    with opened(house), db.writing(db.engine()) as session:
        facts = surveys.round_by_slug(session, house.slug)
        if facts is None:
            raise LookupError(house.slug)
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("PRAGMA cache_size=-400000"))
        questions = surveys.questions_of(session, facts)
        kinds = [coding.encode(questions, everything(questions, chance)) for _ in range(_KINDS)]
        for start in range(0, sheets, _AT_ONCE):
            rows = []
            for _ in range(min(_AT_ONCE, sheets - start)):
                sheet = secrets.token_bytes(responses.SHEET_ID_BYTES)
                given = responses.respond(running.keyring(), facts, sheet, chance.choice(kinds), day=running.today())
                rows.append({"id": sheet, "round_id": facts.id, "blob": given.blob})
            session.execute(insert(Sheet), rows)


def _published(house: House) -> str:
    """Close, freeze and approve; the token of a guardian's link."""
    moment = running.wall_clock() + LATER
    with opened(house), rounds.at(moment):
        report = close_due(db.engine(), running.keyring(), moment)
        if report.with_code("counted") != (house.slug,):
            raise RuntimeError(f"not counted: {report.lines}")
        drafting.draft_due()
        with db.writing(db.engine()) as session:
            sending.write_to_guardians(session)
            site, asha = places.site_by_slug(session, people.SLUG), staff.by_handle(session, "asha")
            if site is None or asha is None:
                raise LookupError(people.SLUG)
            edition = store.waiting(session, running.keyring(), [site.id])[0]
            approving.approve(session, edition, asha.id, running.today(), rounds.log_of("asha"))
            slug = edition.rows["guardians"].slug
            first = addresses.entries(session, running.keyring(), [site.id])[0]
            return tokens.token_for(running.keyring().key(LINKS), slug, first.id, first.mark)
