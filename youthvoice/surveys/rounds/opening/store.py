"""Open rounds: round, batch, sites, what was asked and the answer that is owed, in one transaction."""

import secrets
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice.accountability import store as answers
from youthvoice.audit.log import Log
from youthvoice.privacy.keys.keyring import Keyring, care_answers_key, open_answers_key, quarter_of
from youthvoice.surveys.models import Asked, Batch, Round, RoundSite
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import EXEMPT, RUNS_ON, RoundFacts, for_group
from youthvoice.surveys.rounds.opening.repeat_rules import Ask, asks
from youthvoice.surveys.rounds.opening.rules import Opening
from youthvoice.surveys.rounds.periods import Span
from youthvoice.web.random_slugs import new_name


class AskedAlready(Exception):
    """A question of this round was asked of these children in this quarter or year, perhaps a moment ago."""


def asked_already(session: Session, wanted: Iterable[Ask], site_ids: Sequence[int]) -> frozenset[str]:
    """The identities among these that any of the sites, or a group of one, was asked in one of their periods (T9)."""
    found = set()
    for one in wanted:
        times = or_(*(Asked.period.like(period) for period in one.looks))
        query = select(exists().where(Asked.identity == one.identity, Asked.site_id.in_(site_ids), times))
        if session.scalar(query):
            found.add(one.identity)
    return frozenset(found)


def open_rounds(session: Session, keyring: Keyring, opening: Opening, log: Log) -> list[RoundFacts]:
    """Open a round, or the two of a pair; the caller commits.

    Raises:
        ValueError: no second adult has signed.
        AskedAlready: another coordinator was a moment faster; the transaction must be rolled back.
    """
    if opening.seconded_by is None:
        raise ValueError("two adults open a round")
    questions = store.questionnaire(session, opening.questionnaire_id)
    wanted = asks(questions, opening.purpose, opening.spans, opening.time_zone)
    if asked_already(session, wanted, opening.site_ids):
        raise AskedAlready
    pair = secrets.token_hex(8) if len(opening.spans) > 1 else None
    slugs, first_batch = [], None
    for span in opening.spans:
        slug = _new_slug(session)
        batch = Batch(pair=pair, answers_key=_answers_key(opening, span, slug))
        session.add(batch)
        session.flush()
        first_batch = first_batch or batch.id
        _add_round(session, opening, span, slug, batch.id)
        slugs.append(slug)
    _owe(session, keyring, opening, slugs[-1])
    _remember_asked(session, wanted, opening.site_ids, first_batch or 0)
    for slug in slugs:
        log.add(session, "round.open", slug)
    return [facts for slug in slugs if (facts := store.round_by_slug(session, slug))]


def _add_round(session: Session, opening: Opening, span: Span, slug: str, batch_id: int) -> None:
    held = Round(
        slug=slug,
        batch_id=batch_id,
        wave=span.wave,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        **{name: getattr(opening, name) for name in _AS_DECIDED},
    )
    session.add(held)
    session.flush()
    for site_id in opening.site_ids:
        session.add(RoundSite(round_id=held.id, site_id=site_id, first=site_id == opening.site_ids[0]))
    session.flush()


def _owe(session: Session, keyring: Keyring, opening: Opening, slug: str) -> None:
    """One answer to one asking: of a pair it is owed about the last round, whose view compares both."""
    if opening.purpose in EXEMPT:
        return  # of a choice something is owed only once something won
    answers.owe(
        session,
        keyring,
        site_id=opening.site_ids[0],
        kind="round",
        subject=slug,
        about={
            language: for_group(words, opening.group_name)
            for language, words in store.questionnaire(session, opening.questionnaire_id).title.items()
        },
        due=opening.answer_due,
        owner_id=opening.decider_id,
    )


_AS_DECIDED: Final = (
    "questionnaire_id", "purpose", "link", "invited", "permission", "decider_id", "answer_due", "opened_by",
    "seconded_by", "slips", "group_name",
)  # fmt: skip


def _remember_asked(session: Session, wanted: Iterable[Ask], site_ids: Iterable[int], batch_id: int) -> None:
    keys = sorted(
        (one.identity, site_id, period) for one in wanted for site_id in site_ids for period in one.periods
    )  # in order, so that two who open at once wait for each other instead of locking each other out
    try:
        for known, site_id, period in keys:
            session.add(Asked(identity=known, site_id=site_id, period=period, batch_id=batch_id))
        session.flush()
    except IntegrityError:
        raise AskedAlready from None


def _new_slug(session: Session) -> str:
    return new_name(lambda slug: session.scalar(select(Round.id).where(Round.slug == slug)) is not None)


def _answers_key(opening: Opening, span: Span, slug: str) -> str:
    if opening.purpose == RUNS_ON:
        return care_answers_key(slug, 1)
    if opening.purpose == "choice":
        return f"open-answers-choice-{slug}"
    return open_answers_key(quarter_of(span.last_day(opening.time_zone)))
