"""Counting a secret vote: ballots are opened in memory, who won is kept, everything else is deleted."""

import secrets
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.house import build, opened
from youthvoice import context as running
from youthvoice import db
from youthvoice.accounts import store as staff
from youthvoice.audit.log import Log
from youthvoice.committees import store
from youthvoice.committees.elections import ballot_box as ballots
from youthvoice.committees.elections import store as election_store
from youthvoice.committees.elections.entities import ElectionFacts
from youthvoice.committees.elections.rules import MOST_STANDING, Candidate, Opening
from youthvoice.committees.models import Ballot
from youthvoice.committees.representatives.candidate_pictures import SHELF
from youthvoice.example import people
from youthvoice.sites import store as places


def seconds(folder: Path, number: int, runs: int) -> float:
    """How long counting takes; the median of some runs.

    Args:
        folder: empty.
        number: ballots, spread over twelve children who stand.
        runs: each an election of its own.
    """
    house = build(folder, 1)
    with opened(house):
        return median(_one(number) for _ in range(runs))


def _one(number: int) -> float:
    with db.writing(db.engine()) as session:
        election = _open(session)
        rows = [_ballot(election, place % MOST_STANDING) for place in range(number)]
        session.execute(insert(Ballot), rows)
    began = time.perf_counter()
    with db.writing(db.engine()) as session:
        counted = ballots.close(session, running.keyring(), election.id, running.now(), _log())
    ballots.end_unused(db.engine(), running.keyring())
    lasted = time.perf_counter() - began
    if not counted:
        raise RuntimeError("not counted")
    return lasted


def _open(session: Session) -> ElectionFacts:
    site, lata = places.site_by_slug(session, people.SLUG), staff.by_handle(session, "lata")
    if site is None or lata is None:
        raise LookupError(people.SLUG)
    values = {
        "preset": "bal_panchayat",
        "name": f"Bal Panchayat {secrets.token_hex(4)}",
        "facilitator_id": lata.id,
        "place": "",
        "first_at": running.now(),
        "rhythm_days": 14,
        "quorum": 3,
        "term_days": 182,
        "check_days": 2,
        "opened_on": running.today(),
    }
    committee = store.add(session, site.id, values)
    opening = Opening(
        post="chair",
        way="slips",
        tie="lot",
        standing=tuple(Candidate(f"Child {nth}", one.code) for nth, one in enumerate(SHELF[:MOST_STANDING])),
        voters=4_000,
        ends_at=running.now() + timedelta(hours=1),
    )
    slug = election_store.add(session, running.keyring(), committee.id, opening, lata.id, _log())
    found = election_store.find(session, running.keyring(), slug)
    assert found is not None  # it was added a moment ago
    return found


def _ballot(election: ElectionFacts, choice: int) -> dict[str, object]:
    ballot_id = secrets.token_bytes(16)
    blob = ballots.locked(running.keyring(), election.slug, f"ballots-{election.slug}", ballot_id, choice)
    return {"id": ballot_id, "election_id": election.id, "blob": blob}


def _log() -> Log:
    return Log(running.keyring().key("audit"), running.today(), "bench")
