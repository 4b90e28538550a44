"""The pack of a review: a page and a paper with ten wishes, a voice, and four earlier reviews of the same case."""

import re
import secrets
import time
from collections.abc import Callable
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path
from statistics import median
from typing import Final

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from benchmarks.closing import LATER, fill
from benchmarks.house import House, like_the_others, opened
from youthvoice import context, db
from youthvoice.access import sessions
from youthvoice.access.guard import cookie_name
from youthvoice.access.permissions import REVIEWER
from youthvoice.accounts.people.store import FROM_THE_START, Newcomer, add_person, key_binding
from youthvoice.accounts.store import find_person_row_by_handle
from youthvoice.example import people, rounds
from youthvoice.jobs.turns import run_to_end
from youthvoice.privacy.credentials.passwords import make_secret
from youthvoice.privacy.credentials.picture_codes import PictureCodeKeys
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.privacy.crypto.session_keys import session_token
from youthvoice.publications.review import drafting
from youthvoice.publications.store import list_waiting_editions
from youthvoice.reviews import decisions, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Review, ReviewBody
from youthvoice.reviews.statements import options
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import store_statement
from youthvoice.sites.store import find_site_by_slug, get_site
from youthvoice.surveys.batches.closing_job import close_due

_OPENED: Final = 20  # times in each run
_BEFORE: Final = (400, 300, 200, 100)  # days ago; and one today
_VOICE: Final = 270_000  # bytes: ninety seconds
_WISHES: Final = (*(one.code for one in options.LIFE[:9]),)


def milliseconds_and_seconds(folder: Path, runs: int, *, paper_too: bool) -> tuple[float, float]:
    """How long the page takes to a reviewer who has opened it, and how long its PDF, the start of the process included.

    Args:
        folder: empty.
        runs: medians of so many; of pages each is the median of `_OPENED`.
        paper_too: whether there is what sets a PDF; without it the second figure is 0.
    """
    house = like_the_others(folder, invited=40)
    fill(house, 40)
    _publish(house)
    with opened(house) as app:
        token, review = _reviewed()
        client = app.test_client()
        client.set_cookie(cookie_name(), token)
        address = f"/staff/reviews/{review.key}"
        _send(client, address, "/open")
        page = median(median(_timed(lambda: client.get(address)) for _ in range(_OPENED)) for _ in range(runs))
        prints = runs if paper_too else 0
        paper = median([_timed(lambda: _send(client, address, "/print")) for _ in range(prints)] or [0.0])
    return 1000 * page, paper


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def _send(client: FlaskClient, address: str, way: str) -> None:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).text)
    answer = client.post(address + way, data={"csrf_token": token[1] if token else ""})
    if answer.status_code not in {HTTPStatus.OK, HTTPStatus.SEE_OTHER}:
        raise RuntimeError(f"{way}: {answer.status}")


def _publish(house: House) -> None:
    """One view of the site, approved since the review before."""
    moment = context.wall_clock() + LATER
    with opened(house), rounds.pretend_moment(moment):
        close_due(moment)
        run_to_end(drafting.draft_due)
        with db.writing(db.engine()) as session:
            site, asha = rounds.require(find_site_by_slug(session, people.SLUG)), _asha(session)
            edition = list_waiting_editions(session, [site.id])[0]
            day = context.wall_clock().date() - timedelta(days=2)
            drafting.approve_edition(session, edition, asha, day, rounds.log_of("asha"))


def _asha(session: Session) -> int:
    return rounds.require(find_person_row_by_handle(session, "asha")).id


def _reviewed() -> tuple[str, Review]:
    """Five reviews of a case; the cookie of a reviewer to whom the child said yes each time, and the last one."""
    keyring, pair, token, handle = context.keyring(), new_pair(), session_token(), "bench-reviewer"
    secret = make_secret(token, keyring.key("pepper"), key_binding(handle, 1), pair=pair)
    newcomer = Newcomer(handle, "Bench Example", REVIEWER, secret, "en", FROM_THE_START)
    with db.writing(db.engine()) as session:
        site_id = rounds.require(find_site_by_slug(session, people.SLUG)).id
        person = add_person(session, newcomer, [site_id])
        sessions.start(session, person.id, pair.private, token, context.now())
        reviewer = person.id
    for days in _BEFORE:
        held = _told(site_id, reviewer, days)
        with rounds.pretend_moment(context.now() - timedelta(days=days)):
            _decide(held, reviewer, context.today())
    last = _told(site_id, reviewer, 0)
    _decide(last, reviewer, context.today())
    return token, last


def _told(site_id: int, reviewer: int, days: int) -> Review:
    """A review so many days ago, and what the child said the day before."""
    statement = Statement(
        good=_WISHES[:4],
        good_words="My friends are here, and the food is good.",
        change=_WISHES,
        words="I want to visit my grandmother on Sundays. " * 20,
        voice=b"\x1a\x45\xdf\xa3" + secrets.token_bytes(_VOICE),
        voice_kind="audio/webm",
        readers=frozenset({reviewer}),
    )
    day_before = context.now() - timedelta(days=days + 1)
    with rounds.pretend_moment(day_before), db.writing(db.engine()) as session:
        asha, today = _asha(session), context.today(get_site(session, site_id).time_zone)  # it may be a day ahead
        body = ReviewBody(
            case_number="K-17", step="recovery", kind="regular", opened_by=asha, opened_on=today, carried_since=today
        )
        log = rounds.log_of("asha")
        review = store.open_review(
            session,
            log,
            site_id=site_id,
            day=today + timedelta(days=1),
            advocate_id=asha,
            reviewer_id=reviewer,
            body=body,
        )
        if not store_statement(
            session, review, statement, secrets.token_bytes(16), PictureCodeKeys(secrets.token_bytes(16), new_pair())
        ):
            raise RuntimeError("a code twice")
        return review


def _decide(review: Review, by: int, today: date) -> None:
    for part in ("own", *_WISHES):
        with db.writing(db.engine()) as session:
            held = rounds.require(store.find_review(session, review.id, to_change=True))
            words = {"en": "You can go there on Sundays with Lata.", "hi": "आप रविवार को लता के साथ वहाँ जा सकते हैं।"}
            decision = Decision(part, "yes", words, by, today + timedelta(days=30))
            decisions.decide(session, held, decision, held.version, by, rounds.log_of("bench-reviewer"))
