"""Open elections for tests and vote in them. Plainly invented."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from tests.committees.meeting_house import House
from tests.people import Somebody
from youthvoice import context as running
from youthvoice import db
from youthvoice.audit.log import Log
from youthvoice.committees.elections import ballot_box as ballots
from youthvoice.committees.elections import store as election_store
from youthvoice.committees.elections.entities import ElectionFacts
from youthvoice.committees.elections.rules import Candidate, Opening
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.representatives.candidate_pictures import SHELF
from youthvoice.slips import store as slips
from youthvoice.slips.pictures import Picks, screens

NAMES = ("Mina", "Bablu", "Tara", "Zoya")
NOBODY = ballots.NOBODY


def standing(number: int = 3) -> tuple[Candidate, ...]:
    return tuple(Candidate(name, one.code) for name, one in zip(NAMES[:number], SHELF, strict=False))


def open_election(
    house: House, committee: CommitteeFacts | None = None, by: Somebody | None = None, **more: object
) -> ElectionFacts:
    """An election for the speaker of a dormitory, at the tablet, for eight hours."""
    at = committee or house.committee("dormitory", name=f"Dormitory {secrets.token_hex(3)}")
    usual = Opening(
        post="speaker",
        way="slips",
        tie="lot",
        standing=standing(),
        voters=40,
        ends_at=running.now() + timedelta(hours=8),
    )
    opening = replace(usual, **more)  # type: ignore[arg-type]
    with db.writing(db.engine()) as session:
        slug = election_store.add(
            session, running.keyring(), at.id, opening, (by or house.joshi).id, log(), "by raised hands"
        )
    return again(slug)


def again(slug: str | ElectionFacts) -> ElectionFacts:
    """An election as it is now."""
    with db.reading(db.engine()) as session:
        found = election_store.find(session, running.keyring(), slug if isinstance(slug, str) else slug.slug)
    assert found
    return found


def log() -> Log:
    return Log(running.keyring().key("audit"), running.today(), "joshi")


def deal(election: ElectionFacts, number: int) -> list[Picks]:
    with db.writing(db.engine()) as session:
        dealt = slips.deal(session, running.keyring(), election.slips, number, most=election.body.voters)
    return [tuple(screen.index(one) for screen, one in zip(screens(len(of)), of, strict=True)) for of in dealt]


def vote(
    election: ElectionFacts, choice: int, slip: Picks, ballot: bytes | None = None, now: datetime | None = None
) -> bytes:
    """One child votes; gives the number of her sheet."""
    ballot = ballot or secrets.token_bytes(16)
    with db.writing(db.engine()) as session:
        ballots.cast(session, running.keyring(), election, ballot, choice, slip, now or running.now())
    return ballot


def all_vote(election: ElectionFacts, choices: list[int]) -> None:
    """So many children vote."""
    for choice, slip in zip(choices, deal(election, len(choices)), strict=True):
        vote(election, choice, slip)


def close(election: ElectionFacts) -> ElectionFacts:
    """It is counted now."""
    with db.writing(db.engine()) as session:
        ballots.close(session, running.keyring(), election.id, running.now(), log())
    ballots.end_unused(db.engine(), running.keyring())
    return again(election)
