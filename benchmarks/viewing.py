"""Opening a publication as a guardian: made from what was frozen, however many children answered."""

import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from statistics import median

from benchmarks.closing import LATER, fill
from benchmarks.house import House, like_the_others, opened
from benchmarks.load import Connection
from benchmarks.server import SERVE, free_port, started
from youthvoice import context, db
from youthvoice.accounts.store import find_person_row_by_handle
from youthvoice.example import people, rounds
from youthvoice.jobs.turns import run_to_end
from youthvoice.privacy.keys.key_names import LINKS
from youthvoice.publications.guardians.guardian_links import make_link_token
from youthvoice.publications.guardians.store import list_addresses
from youthvoice.publications.review import drafting
from youthvoice.publications.store import list_waiting_editions
from youthvoice.sites.store import find_site_by_slug
from youthvoice.surveys.batches.closing_job import close_due

_OPENED = 50  # times in each run


def milliseconds(folder: Path, sheets: int, runs: int) -> float:
    """How long a guardian's page takes that tells of so many responses, from asking to the last byte, over HTTP.

    Args:
        folder: empty.
        sheets: responses that were sealed, closed and frozen by the house's own code.
        runs: medians of `_OPENED` pages each, of which the median is given.
    """
    house = like_the_others(folder, invited=sheets)
    fill(house, sheets)
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


def _published(house: House) -> str:
    """Close, freeze and approve; the token of a guardian's link."""
    moment = context.wall_clock() + LATER
    with opened(house), rounds.pretend_moment(moment):
        report = close_due(moment)
        if report.with_code("counted") != (house.slug,):
            raise RuntimeError(f"not counted: {report.lines}")
        run_to_end(drafting.draft_due)
        with db.writing(db.engine()) as session:
            rounds.write_to_guardians(session)
            site, asha = find_site_by_slug(session, people.SLUG), find_person_row_by_handle(session, "asha")
            if site is None or asha is None:
                raise LookupError(people.SLUG)
            edition = list_waiting_editions(session, [site.id])[0]
            drafting.approve_edition(session, edition, asha.id, context.today(), rounds.log_of("asha"))
            slug = edition.rows["guardians"].slug
            first = list_addresses(session, [site.id])[0]
            return make_link_token(context.keyring().key(LINKS), slug, first.id, first.mark, context.today() + LATER)
