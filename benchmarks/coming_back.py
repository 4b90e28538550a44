"""A child opens her thread with her pictures: code, Argon2id, 303, and the page with everything said to her."""

import time
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from benchmarks.house import House, like_the_others, opened
from benchmarks.server import SERVE, free_port, started
from youthvoice import context, db
from youthvoice.accounts.store import find_readers
from youthvoice.example import people
from youthvoice.privacy.credentials.picture_codes import PictureCode, derive_code_keys
from youthvoice.sites.store import find_site_by_slug
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.sealed_thread import new_thread
from youthvoice.threads.store import add_thread

_OPENED = 20  # times in each run; five runs stay under the flood limit of a minute
_MESSAGES = 20
_HERS = PictureCode((1, 2, 3, 4, 5, 6, 7))
_WORDS = "We looked at the lamp on the stairs. A new one comes on Thursday, and somebody stays there until then."


def milliseconds(folder: Path, runs: int) -> float:
    """How long it takes from sending seven pictures to the last byte of the thread's page, over HTTP.

    Args:
        folder: empty.
        runs: medians of `_OPENED` openings each, of which the median is given.
    """
    house = like_the_others(folder)
    _tell(house)
    port = free_port()
    with started(SERVE, house.environment, port):
        return median(median(_opening(port, house.cookies[0])) for _ in range(runs))


def _opening(port: int, cookie: str) -> Iterator[float]:
    fields = urlencode({f"p{nth}": pick for nth, pick in enumerate(_HERS.picks, 1)})
    form = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as client:
        for _ in range(_OPENED):
            began = time.perf_counter()
            client.request("POST", "/reply", fields, form)
            tried = client.getresponse()
            tried.read()
            visit = str(tried.getheader("Set-Cookie")).partition(";")[0]
            client.request("GET", str(tried.getheader("Location")), headers={"Cookie": f"{cookie}; {visit}"})
            answer = client.getresponse()
            shown = answer.read().count(_WORDS.encode())
            yield 1000 * (time.perf_counter() - began)
            if answer.status != HTTPStatus.OK or shown < _MESSAGES:
                raise RuntimeError(f"her thread: {tried.status}, {answer.status}, {shown} messages")


def _tell(house: House) -> None:
    """One invented report with twenty messages to the child."""
    with opened(house), db.writing(db.engine()) as session:
        keyring, now = context.keyring(), context.now()
        site = find_site_by_slug(session, people.SLUG)
        if site is None:
            raise LookupError(people.SLUG)
        readers = find_readers(session, site.id).everybody
        said = {"words": _WORDS, "from": "Asha"}
        made = new_thread(
            keyring,
            site_id=site.id,
            day=now.date(),
            month="2029-11",
            case=CaseState(state="open"),
            entries=[ThreadEntry("told", CHILD, now.date(), said={"words": "The lamp is broken."})],
            everybody=readers,
            reads={reader.person_id for reader in readers},
            keys=derive_code_keys(_HERS, site.id, keyring.key("pepper")),
            replies=[ThreadEntry("message", 1, now.date(), nth, said) for nth in range(_MESSAGES)],
        )
        add_thread(session, made)
