"""Rounds as they are kept: finding, ending, sitting; and the front door to the other stores of this room.

`questionnaire_store` keeps questionnaires, `opening_store` opens rounds, `responses` takes sheets.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, delete, select, update
from sqlalchemy.orm import Session

from youthvoice.accounts.store import names
from youthvoice.audit.log import Log
from youthvoice.privacy.keys.keyring import quarter_of
from youthvoice.surveys.models import Asked, Batch, Round, RoundSite, Sitting, StoredQuestionnaire
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.store import (
    add_questionnaire,
    approve,
    approved_questionnaires,
    called,
    digests,
    latest,
    latest_approved,
    nearly_asked,
    newest_versions,
    parsed,
    questionnaire,
    stored_questionnaire,
    version_of,
    versions,
)
from youthvoice.surveys.rounds.entities import RoundFacts

__all__ = [
    "NotNow", "add_questionnaire", "approve", "approved_questionnaires", "called", "choices_since", "closed_as",
    "digests", "end", "has_choices_since", "latest", "latest_approved", "nearly_asked", "newest_versions", "open_at",
    "questionnaire", "questions_of", "round_by_slug", "rounds_at", "rounds_by_id", "rounds_of_batch",
    "rounds_of_pair", "set_invited_for_care", "sit", "sittings", "stored_questionnaire", "title_of", "version_of",
    "versions",
]  # fmt: skip


class NotNow(Exception):
    """A round is not in the state that this needs."""


_ADDED = {"site_ids", "title", "ages", "decider_name"}  # from other tables, or from inside the questionnaire
_COLUMNS = tuple(name for name in RoundFacts.__dataclass_fields__ if name not in _ADDED)
_FACTS = (
    select(
        *(getattr(Round, name) for name in _COLUMNS if hasattr(Round, name)),
        *(getattr(Batch, name) for name in ("pair", "answers_key", "closed_on", "outcome")),
        StoredQuestionnaire.name.label("questionnaire_name"),
        StoredQuestionnaire.version.label("questionnaire_version"),
        StoredQuestionnaire.digest,
        RoundSite.site_id,
    )
    .join(Batch, Batch.id == Round.batch_id)
    .join(StoredQuestionnaire, StoredQuestionnaire.id == Round.questionnaire_id)
    .join(RoundSite, RoundSite.round_id == Round.id)
    .order_by(Round.starts_at, Round.id, RoundSite.first.desc(), RoundSite.site_id)
)


def round_by_slug(session: Session, slug: str) -> RoundFacts | None:
    """The round that an address names."""
    return next(iter(_facts(session, _FACTS.where(Round.slug == slug))), None)


def title_of(session: Session, round_id: int) -> Mapping[str, str]:
    """The title of a round, by language, with its group; for rooms that know a round by its row alone."""
    found = _facts(session, _FACTS.where(Round.id == round_id))
    return found[0].titles if found else {}


def rounds_of_batch(session: Session, batch_id: int) -> list[RoundFacts]:
    """The rounds that are counted in a batch."""
    return _facts(session, _FACTS.where(Round.batch_id == batch_id))


def open_at(session: Session, site_id: int, now: datetime) -> list[RoundFacts]:
    """What children of a site can answer at this moment, oldest first."""
    here = select(RoundSite.round_id).where(RoundSite.site_id == site_id)
    found = _FACTS.where(Round.id.in_(here), Round.starts_at <= now, Round.ends_at > now)
    return _facts(session, found.where(Batch.closed_on.is_(None)))


def rounds_at(session: Session, site_ids: Iterable[int]) -> list[RoundFacts]:
    """Every round of some sites, oldest first."""
    here = select(RoundSite.round_id).where(RoundSite.site_id.in_(list(site_ids)))
    return _facts(session, _FACTS.where(Round.id.in_(here)))


def rounds_of_pair(session: Session, pair: str) -> list[RoundFacts]:
    """The waves of a pair, the first one first."""
    return _facts(session, _FACTS.where(Batch.pair == pair))


def rounds_by_id(session: Session, ids: Iterable[int]) -> list[RoundFacts]:
    """Rounds by their rows, oldest first."""
    return _facts(session, _FACTS.where(Round.id.in_(list(ids))))


def choices_since(session: Session, site_id: int, since: datetime) -> list[RoundFacts]:
    """The everyday choices of a site that are open, or ended after a moment; oldest first."""
    here = select(RoundSite.round_id).where(RoundSite.site_id == site_id)
    return _facts(session, _FACTS.where(Round.id.in_(here), Round.purpose == "choice", Round.ends_at > since))


def has_choices_since(session: Session, site_id: int, since: datetime) -> bool:
    """Whether a site has an everyday choice that is open, or ended after a moment."""
    here = select(RoundSite.round_id).where(RoundSite.site_id == site_id)
    found = select(Round.id).where(Round.id.in_(here), Round.purpose == "choice", Round.ends_at > since)
    return session.scalar(found.limit(1)) is not None


def closed_as(session: Session, outcomes: Iterable[str], without: Select[int]) -> list[RoundFacts]:
    """Rounds that closed with one of these outcomes, oldest first.

    Args:
        session: only read.
        outcomes: of a batch, such as `counted`.
        without: a query for the ids of rounds to leave out.
    """
    return _facts(session, _FACTS.where(Batch.outcome.in_(list(outcomes)), Round.id.not_in(without)))


def questions_of(session: Session, facts: RoundFacts) -> Questionnaire:
    """The questions of a round; without a query when this process saw them before."""
    return parsed(session, facts.questionnaire_id, facts.digest)


def _facts(session: Session, query: Any) -> list[RoundFacts]:
    rows: dict[int, tuple[Row[Any], list[int]]] = {}
    for row in session.execute(query):  # one row for every site of a round
        rows.setdefault(row.id, (row, []))[1].append(row.site_id)
    deciders = names(session, {row.decider_id for row, _ in rows.values()}) if rows else {}
    return [
        RoundFacts(
            **{name: getattr(row, name) for name in _COLUMNS},
            decider_name=deciders[row.decider_id],
            site_ids=tuple(site_ids),
            title=questions.title,
            ages=questions.ages,
        )
        for row, site_ids in rows.values()
        for questions in [parsed(session, row.questionnaire_id, row.digest)]
    ]


def end(session: Session, facts: RoundFacts, now: datetime, day: date, log: Log) -> None:
    """End a round now, for good; it cannot be opened again.

    Quarters it no longer reaches are free for its questions again.

    Args:
        session: of the change.
        facts: which round.
        now: this moment.
        day: the day it is at its first site.
        log: the log, in the name of who ends it.

    Raises:
        NotNow: it ended already, perhaps a moment ago by another hand.
    """
    ended = session.execute(
        update(Round).where(Round.id == facts.id, Round.ends_at > now).values(ends_at=now, ended_on=day)
    )
    if not ended.rowcount:  # type: ignore[attr-defined] # an UPDATE has it
        raise NotNow(facts.slug)
    if facts.pair is None:
        session.execute(
            delete(Asked).where(
                Asked.batch_id == facts.batch_id,
                Asked.period.like("____Q_"),
                Asked.period > quarter_of(day),
            )
        )
    log.add(session, "round.end", facts.slug)


def set_invited_for_care(session: Session, facts: RoundFacts, invited: int, second_id: int, log: Log) -> None:
    """Enter how many children were admitted (or released) since the last closing; two adults say so (A1).

    Raises:
        NotNow: it is no care round, or its batch is closed.
        ValueError: fewer than one.
    """
    if facts.purpose != "care" or facts.closed_on is not None:
        raise NotNow(facts.slug)
    if invited < 1:
        raise ValueError("at least one child was invited")
    session.execute(update(Round).where(Round.id == facts.id).values(invited=invited))
    log.add(session, "round.invited", f"{facts.slug} with {second_id}")


def sit(session: Session, facts: RoundFacts, person_id: int, day: date, checks: Iterable[str]) -> None:
    """Keep a facilitator's checklist of one sitting; it says nothing of a child."""
    session.add(Sitting(round_id=facts.id, person_id=person_id, day=day, checks=dict.fromkeys(checks, True)))
    session.flush()


def sittings(session: Session, facts: RoundFacts) -> list[Sitting]:
    """The sittings of a round, newest first."""
    return list(session.scalars(select(Sitting).where(Sitting.round_id == facts.id).order_by(Sitting.id.desc())))
