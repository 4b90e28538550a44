"""Questionnaires as they are kept: numbered versions that never change."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice.audit.log import Log
from youthvoice.surveys.models import Round, RoundSite, StoredQuestionnaire
from youthvoice.surveys.questionnaires.near_copies import Before, Near, near_copies
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.validation.errors import Fault, faults_as_data
from youthvoice.surveys.rounds.entities import EXEMPT
from youthvoice.surveys.rounds.periods import Span

_TRIES = 3
_MOST_PARSED = 200
_parsed: dict[str, Questionnaire] = {}  # by digest, so that no database can lend another its questions


class KeepsChanging(Exception):
    """Others keep importing the same questionnaire; try again."""


def add_questionnaire(  # noqa: PLR0913 - what is kept, and by whom
    session: Session,
    questionnaire: Questionnaire,
    by_handle: str,
    day: date,
    log: Log,
    *,
    notes: Iterable[Fault] = (),
) -> StoredQuestionnaire:
    """Keep a questionnaire: as the next version, unless the newest is the same to the letter.

    Two imports at once get two versions. `notes` is what was left out or made up when a form was read.

    Raises:
        KeepsChanging: others were faster, again and again.
    """
    for _ in range(_TRIES):
        newest = latest(session, questionnaire.name)
        if newest is not None and newest.digest == questionnaire.digest:
            return newest
        stored = StoredQuestionnaire(
            name=questionnaire.name,
            version=newest.version + 1 if newest else 1,
            digest=questionnaire.digest,
            body=questionnaire.to_json(),
            imported_by=by_handle,
            imported_on=day,
            notes=faults_as_data(notes) or None,
        )
        try:
            with session.begin_nested():
                session.add(stored)
        except IntegrityError:
            continue  # another process took this number; look again
        log.add(session, "questionnaire.import", called(stored))
        return stored
    raise KeepsChanging(questionnaire.name)


def called(stored: StoredQuestionnaire) -> str:
    """Name and version, for the log and for commands: `daily-life-10-12/3`."""
    return f"{stored.name}/{stored.version}"


def latest(session: Session, name: str) -> StoredQuestionnaire | None:
    """The newest version of a questionnaire."""
    return session.scalar(
        select(StoredQuestionnaire)
        .where(StoredQuestionnaire.name == name)
        .order_by(StoredQuestionnaire.version.desc())
        .limit(1)
    )


def latest_approved(session: Session, name: str) -> StoredQuestionnaire | None:
    """The newest version that an advocate approved."""
    return session.scalar(
        select(StoredQuestionnaire)
        .where(StoredQuestionnaire.name == name, StoredQuestionnaire.approved_on.is_not(None))
        .order_by(StoredQuestionnaire.version.desc())
        .limit(1)
    )


def stored_questionnaire(session: Session, questionnaire_id: int) -> StoredQuestionnaire | None:
    """One version by its id."""
    return session.get(StoredQuestionnaire, questionnaire_id)


def version_of(session: Session, name: str, version: int) -> StoredQuestionnaire | None:
    """One version by name and number."""
    return session.scalar(
        select(StoredQuestionnaire).where(StoredQuestionnaire.name == name, StoredQuestionnaire.version == version)
    )


def newest_versions(session: Session) -> list[StoredQuestionnaire]:
    """The newest version of every questionnaire, by name."""
    newest = select(func.max(StoredQuestionnaire.id)).group_by(StoredQuestionnaire.name)
    found = select(StoredQuestionnaire).where(StoredQuestionnaire.id.in_(newest))
    return list(session.scalars(found.order_by(StoredQuestionnaire.name)))


def digests(session: Session) -> frozenset[str]:
    """The digests of all versions of all questionnaires."""
    return frozenset(session.scalars(select(StoredQuestionnaire.digest)))


def approved_questionnaires(session: Session) -> list[StoredQuestionnaire]:
    """The newest approved version of every questionnaire that has one, by name."""
    newest = (
        select(func.max(StoredQuestionnaire.id))
        .where(StoredQuestionnaire.approved_on.is_not(None))
        .group_by(StoredQuestionnaire.name)
    )
    found = select(StoredQuestionnaire).where(StoredQuestionnaire.id.in_(newest))
    return list(session.scalars(found.order_by(StoredQuestionnaire.name)))


def versions(session: Session, name: str) -> list[StoredQuestionnaire]:
    """Every version of a questionnaire, newest first."""
    found = select(StoredQuestionnaire).where(StoredQuestionnaire.name == name)
    return list(session.scalars(found.order_by(StoredQuestionnaire.version.desc())))


def nearly_asked(
    session: Session, wanted: Questionnaire, site_ids: Collection[int], time_zone: str
) -> tuple[Near, ...]:
    """What is nearly a question that children at any of the sites were asked; days are those of a time zone."""
    asked = (
        select(Round.questionnaire_id, func.max(Round.ends_at))
        .join(RoundSite, RoundSite.round_id == Round.id)
        .where(RoundSite.site_id.in_(site_ids), Round.purpose.not_in(EXEMPT))
        .group_by(Round.questionnaire_id)
    )
    found = [(questionnaire(session, known), Span("single", last, last)) for known, last in session.execute(asked)]
    return near_copies(wanted, [Before(one, span.last_day(time_zone)) for one, span in found])


def questionnaire(session: Session, questionnaire_id: int) -> Questionnaire:
    """The questions of one version; parsed once per process.

    Raises:
        KeyError: there is no such version.
    """
    digest = session.scalar(select(StoredQuestionnaire.digest).where(StoredQuestionnaire.id == questionnaire_id))
    if digest is None:
        raise KeyError(questionnaire_id)
    return parsed(session, questionnaire_id, digest)


def parsed(session: Session, questionnaire_id: int, digest: str) -> Questionnaire:
    """The questions of a version whose digest is known; without a query when this process saw them before."""
    return _parsed.get(digest) or _parse(session, questionnaire_id, digest)


def _parse(session: Session, questionnaire_id: int, digest: str) -> Questionnaire:
    body = session.scalars(select(StoredQuestionnaire.body).where(StoredQuestionnaire.id == questionnaire_id)).one()
    if len(_parsed) >= _MOST_PARSED:
        _parsed.clear()
    _parsed[digest] = Questionnaire.from_json(body)
    return _parsed[digest]


def approve(session: Session, stored: StoredQuestionnaire, person_id: int, day: date, log: Log) -> None:
    """An advocate saw the real screens and says yes; once is for good."""
    if stored.approved_on is not None:
        return
    stored.approved_by, stored.approved_on = person_id, day
    log.add(session, "questionnaire.approve", called(stored))
