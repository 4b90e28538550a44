"""Counting a secret vote: ballots are opened in memory, who won is kept, everything else is deleted."""

import secrets
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.house import like_the_others, opened
from youthvoice import context, db
from youthvoice.accounts.store import find_person_row_by_handle
from youthvoice.audit.audit_log import Log
from youthvoice.committees.elections import ballot_box
from youthvoice.committees.elections.rules import MAX_CANDIDATES, Candidate, Election, ElectionOpening
from youthvoice.committees.elections.store import add_election, find_election
from youthvoice.committees.models import BallotRow
from youthvoice.committees.representatives.rules import CANDIDATE_PICTURES
from youthvoice.committees.store import add_committee
from youthvoice.example import people
from youthvoice.sites.store import find_site_by_slug


def seconds(folder: Path, number: int, runs: int) -> float:
    """How long counting takes; the median of some runs.

    Args:
        folder: empty.
        number: ballots, spread over twelve children who stand.
        runs: each an election of its own.
    """
    house = like_the_others(folder)
    with opened(house):
        return median(_one(number) for _ in range(runs))


def _one(number: int) -> float:
    with db.writing(db.engine()) as session:
        election = _open(session)
        rows = [_ballot(election, place % MAX_CANDIDATES) for place in range(number)]
        session.execute(insert(BallotRow), rows)
    began = time.perf_counter()
    with db.writing(db.engine()) as session:
        counted = ballot_box.close(session, election.id, context.now(), _log())
    ballot_box.end_unused_keys(db.engine())
    lasted = time.perf_counter() - began
    if not counted:
        raise RuntimeError("not counted")
    return lasted


def _open(session: Session) -> Election:
    site, lata = find_site_by_slug(session, people.SLUG), find_person_row_by_handle(session, "lata")
    if site is None or lata is None:
        raise LookupError(people.SLUG)
    values = {
        "preset": "bal_panchayat",
        "name": f"Bal Panchayat {secrets.token_hex(4)}",
        "facilitator_id": lata.id,
        "place": "",
        "first_at": context.now(),
        "rhythm_days": 14,
        "quorum": 3,
        "term_days": 182,
        "check_days": 2,
        "opened_on": context.today(),
    }
    committee = add_committee(session, site.id, values)
    opening = ElectionOpening(
        post="chair",
        way="slips",
        tie="lot",
        standing=tuple(
            Candidate(f"Child {nth}", one.code) for nth, one in enumerate(CANDIDATE_PICTURES[:MAX_CANDIDATES])
        ),
        voters=4_000,
        ends_at=context.now() + timedelta(hours=1),
    )
    slug = add_election(session, committee.id, opening, lata.id, _log())
    election = find_election(session, slug)
    assert election is not None  # it was added a moment ago
    return election


def _ballot(election: Election, choice: int) -> dict[str, object]:
    ballot_id = secrets.token_bytes(16)
    blob = ballot_box.encrypt_choice(context.keyring(), election.slug, f"ballots-{election.slug}", ballot_id, choice)
    return {"id": ballot_id, "election_id": election.id, "blob": blob}


def _log() -> Log:
    return Log(context.today(), "bench")
