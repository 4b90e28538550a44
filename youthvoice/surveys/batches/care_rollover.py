"""Care rounds run on: what is asked at admission and release goes on under a new batch after a quarter's end.

Source: PRIVACY.md A1.
"""

import secrets
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.accountability import store as answers
from youthvoice.privacy.keys.keyring import Keyring, care_answers_key
from youthvoice.surveys.batches import store as waiting
from youthvoice.surveys.models import Batch, Round, RoundSite
from youthvoice.surveys.rounds.entities import RoundFacts

_SAME = (
    "questionnaire_id", "purpose", "wave", "link", "ends_at", "permission", "decider_id", "answer_due",
    "opened_by", "seconded_by",
)  # fmt: skip


def run_on(session: Session, keyring: Keyring, facts: RoundFacts, now: datetime, day: date) -> str:
    """End a care round and open its successor, with a key of its own, in the same moment.

    The number of children invited to the successor is entered at its closing, so it starts at 0.

    Returns:
        The slug of the successor.
    """
    old = session.scalars(select(Round).where(Round.id == facts.id)).one()
    planned = {name: getattr(old, name) for name in _SAME}
    slug = secrets.token_hex(6)
    batch = Batch(answers_key=care_answers_key(slug, 1))
    session.add(batch)
    session.flush()
    successor = Round(slug=slug, batch_id=batch.id, starts_at=now, invited=0, **planned)
    session.add(successor)
    session.flush()
    for site_id in facts.site_ids:
        session.add(RoundSite(round_id=successor.id, site_id=site_id, first=site_id == facts.site_ids[0]))
    answers.owe(
        session,
        keyring,
        site_id=facts.site_ids[0],
        kind="round",
        subject=slug,
        about=facts.titles,
        due=facts.answer_due,
        owner_id=facts.decider_id,
    )
    waiting.end_round(session, facts, now, day)
    return slug
