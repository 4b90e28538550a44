"""Open elections for tests and vote in them. Plainly invented."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from tests.support.committees import House
from tests.support.people import Somebody
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.committees.elections import ballot_box
from youthvoice.committees.elections.rules import Candidate, Election, ElectionOpening
from youthvoice.committees.elections.store import add_election, find_election
from youthvoice.committees.entities import Committee
from youthvoice.committees.representatives.rules import CANDIDATE_PICTURES
from youthvoice.slips.store import Picks, deal_slips, slip_screens

NAMES = ("Mina", "Bablu", "Tara", "Zoya")
NOBODY = ballot_box.NOBODY


def standing(number: int = 3) -> tuple[Candidate, ...]:
    return tuple(Candidate(name, one.code) for name, one in zip(NAMES[:number], CANDIDATE_PICTURES, strict=False))


def open_election(
    house: House, committee: Committee | None = None, by: Somebody | None = None, **more: object
) -> Election:
    """An election for the speaker of a dormitory, at the tablet, for eight hours."""
    at = committee or house.committee("dormitory", name=f"Dormitory {secrets.token_hex(3)}")
    usual = ElectionOpening(
        post="speaker",
        way="slips",
        tie="lot",
        standing=standing(),
        voters=40,
        ends_at=context.now() + timedelta(hours=8),
    )
    opening = replace(usual, **more)  # type: ignore[arg-type]
    with db.writing(db.engine()) as session:
        slug = add_election(session, at.id, opening, (by or house.joshi).id, log(), "by raised hands")
    return again(slug)


def again(slug: str | Election) -> Election:
    """An election as it is now."""
    with db.reading(db.engine()) as session:
        election = find_election(session, slug if isinstance(slug, str) else slug.slug)
    assert election
    return election


def log() -> Log:
    return Log(context.today(), "joshi")


def deal(election: Election, number: int) -> list[Picks]:
    with db.writing(db.engine()) as session:
        dealt = deal_slips(session, election.slips, number, most=election.body.voters)
    return [tuple(screen.index(one) for screen, one in zip(slip_screens(len(of)), of, strict=True)) for of in dealt]


def vote(
    election: Election, choice: int, slip: Picks, ballot: bytes | None = None, now: datetime | None = None
) -> bytes:
    """One child votes; gives the number of her sheet."""
    ballot = ballot or secrets.token_bytes(16)
    with db.writing(db.engine()) as session:
        ballot_box.cast(session, election, ballot, choice, slip, now or context.now())
    return ballot


def all_vote(election: Election, choices: list[int]) -> None:
    """So many children vote."""
    for choice, slip in zip(choices, deal(election, len(choices)), strict=True):
        vote(election, choice, slip)


def close(election: Election) -> Election:
    """It is counted now."""
    with db.writing(db.engine()) as session:
        ballot_box.close(session, election.id, context.now(), log())
    ballot_box.end_unused_keys(db.engine())
    return again(election)
