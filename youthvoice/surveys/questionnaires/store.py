"""Store questionnaires in numbered versions that never change, and load the starters."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice.audit.audit_log import Log
from youthvoice.config import shared_folder
from youthvoice.errors import ConcurrentUpdate
from youthvoice.surveys.models import QuestionnaireRow
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, faults_as_data
from youthvoice.surveys.questionnaires.questionnaire import AGES, FEEDBACK, PURPOSES, Questionnaire
from youthvoice.surveys.questionnaires.toml_file.starter_languages import add_languages
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.web.i18n.languages import TRANSLATED

_TRIES = 3

_MAX_PARSED = 200

_parsed: dict[str, Questionnaire] = {}  # by digest, so that two databases never share an entry by mistake


def add_questionnaire(  # noqa: PLR0913 - what is stored, and by whom
    session: Session,
    questionnaire: Questionnaire,
    by_handle: str,
    day: date,
    log: Log,
    *,
    notes: Iterable[QuestionnaireFault] = (),
) -> QuestionnaireRow:
    """Store a questionnaire as the next version, unless the newest version is identical.

    Two concurrent imports get two versions. `notes` says what was left out or added when a form was imported.

    Raises:
        ConcurrentUpdate: others took the version number at each try.
    """
    for _ in range(_TRIES):
        newest = latest_version(session, questionnaire.name)
        if newest is not None and newest.digest == questionnaire.digest and newest.withdrawn_on is None:
            return newest
        stored = QuestionnaireRow(
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
            continue  # another process took this number; try the next one
        log.add(session, "questionnaire.import", version_label(stored))
        return stored
    raise ConcurrentUpdate(questionnaire.name)


def version_label(questionnaire_row: QuestionnaireRow) -> str:
    """Name and version, for the log and for commands: `daily-life-10-12/3`."""
    return f"{questionnaire_row.name}/{questionnaire_row.version}"


def latest_version(session: Session, name: str) -> QuestionnaireRow | None:
    """The newest version of a questionnaire."""
    return next(iter(list_versions(session, name)), None)


def latest_approved_version(session: Session, name: str) -> QuestionnaireRow | None:
    """The newest version that an advocate approved."""
    return next(
        (questionnaire_row for questionnaire_row in list_versions(session, name) if questionnaire_row.approved_on), None
    )


def version_before(session: Session, questionnaire_row: QuestionnaireRow) -> QuestionnaireRow | None:
    """The newest approved version before this one, else the version before; None for the first."""
    earlier = [row for row in list_versions(session, questionnaire_row.name) if row.version < questionnaire_row.version]
    return next((row for row in earlier if row.approved_on), next(iter(earlier), None))


def find_stored_questionnaire(
    session: Session, questionnaire_id: int, *, to_change: bool = False
) -> QuestionnaireRow | None:
    """Find a version by its id; with `to_change` its row is locked until the transaction ends."""
    return session.get(
        QuestionnaireRow, questionnaire_id, with_for_update=to_change or None, populate_existing=to_change
    )


def find_version(session: Session, name: str, version: int) -> QuestionnaireRow | None:
    """Find a version by name and number."""
    return session.scalar(
        select(QuestionnaireRow).where(QuestionnaireRow.name == name, QuestionnaireRow.version == version)
    )


def list_newest_versions(session: Session, *where: ColumnElement[bool]) -> list[QuestionnaireRow]:
    """List the newest version of every questionnaire, by name; with conditions, the newest version that meets them."""
    newest = select(func.max(QuestionnaireRow.id)).where(*where).group_by(QuestionnaireRow.name)
    query = select(QuestionnaireRow).where(QuestionnaireRow.id.in_(newest))
    return list(session.scalars(query.order_by(QuestionnaireRow.name)))


def list_digests(session: Session) -> frozenset[str]:
    """The digests of all versions that are not withdrawn."""
    query = select(QuestionnaireRow.digest).where(QuestionnaireRow.withdrawn_on.is_(None))
    return frozenset(session.scalars(query))


def list_approved_questionnaires(session: Session) -> list[QuestionnaireRow]:
    """List the newest approved version of every questionnaire that has one and that adults open, by name."""
    return list_newest_versions(session, QuestionnaireRow.approved_on.is_not(None), QuestionnaireRow.name != FEEDBACK)


def list_versions(session: Session, name: str) -> list[QuestionnaireRow]:
    """Every version of a questionnaire, newest first."""
    query = select(QuestionnaireRow).where(QuestionnaireRow.name == name)
    return list(session.scalars(query.order_by(QuestionnaireRow.version.desc())))


def list_every_version(session: Session) -> list[QuestionnaireRow]:
    """Every version of every questionnaire."""
    return list(session.scalars(select(QuestionnaireRow)))


def load_questionnaire(session: Session, questionnaire_id: int) -> Questionnaire:
    """Load the questionnaire of a version; parsed once per process.

    Raises:
        KeyError: there is no such version.
    """
    digest = session.scalar(select(QuestionnaireRow.digest).where(QuestionnaireRow.id == questionnaire_id))
    if digest is None:
        raise KeyError(questionnaire_id)
    return parse_questionnaire(session, questionnaire_id, digest)


def parse_questionnaire(session: Session, questionnaire_id: int, digest: str) -> Questionnaire:
    """Load the questionnaire of a version whose digest is known; without a query when this process loaded it before."""
    return _parsed.get(digest) or _parse(session, questionnaire_id, digest)


def _parse(session: Session, questionnaire_id: int, digest: str) -> Questionnaire:
    body = session.scalars(select(QuestionnaireRow.body).where(QuestionnaireRow.id == questionnaire_id)).one()
    if len(_parsed) >= _MAX_PARSED:
        _parsed.clear()
    _parsed[digest] = Questionnaire.from_json(body)
    return _parsed[digest]


def list_versions_with_picture(session: Session, code: str) -> list[QuestionnaireRow]:
    """List every version that shows an uploaded picture, by name, the newest first."""
    query = select(QuestionnaireRow).where(QuestionnaireRow.body.contains(code))
    return list(session.scalars(query.order_by(QuestionnaireRow.name, QuestionnaireRow.version.desc())))


def has_written(session: Session, questionnaire_row: QuestionnaireRow, handle: str) -> bool:
    """Whether a person stored this version or an earlier one, and so may have written its texts."""
    return any(
        earlier_row.imported_by == handle
        for earlier_row in list_versions(session, questionnaire_row.name)
        if earlier_row.id <= questionnaire_row.id
    )


def approve_questionnaire(  # noqa: PLR0913 - what is approved, and why
    session: Session,
    questionnaire_row: QuestionnaireRow,
    person_id: int,
    day: date,
    log: Log,
    *,
    overrides: Mapping[str, str] | None = None,
) -> None:
    """Record that an advocate approved a version after seeing its real screens; this is permanent.

    Args:
        session: the transaction.
        questionnaire_row: the version.
        person_id: the advocate.
        day: today.
        log: in the advocate's name.
        overrides: why questions that seem to ask about abuse may be asked, by name; stored with the version.

    Raises:
        ConcurrentUpdate: it was withdrawn.
    """
    if questionnaire_row.withdrawn_on is not None:
        raise ConcurrentUpdate(version_label(questionnaire_row))
    if questionnaire_row.approved_on is not None:
        return
    questionnaire_row.approved_by, questionnaire_row.approved_on = person_id, day
    questionnaire_row.overrides = dict(overrides) if overrides else None
    for name in sorted(overrides or ()):
        log.add(session, "questionnaire.not_abuse", f"{version_label(questionnaire_row)} {name}"[:120])
    log.add(session, "questionnaire.approve", version_label(questionnaire_row))


def send_questionnaire_back(  # noqa: PLR0913, PLR0917 - which version, why, and by whom
    session: Session, questionnaire_row: QuestionnaireRow, reason: str, person_id: int, day: date, log: Log
) -> None:
    """Record that an advocate sent a version back, with the reason for its author; it may still be approved later.

    Args:
        session: the transaction.
        questionnaire_row: the version, locked (`find_stored_questionnaire(to_change=True)`).
        reason: for its author.
        person_id: the advocate.
        day: today.
        log: in the advocate's name.

    Raises:
        ConcurrentUpdate: it no longer waits.
    """
    if not questionnaire_row.waits:
        raise ConcurrentUpdate(version_label(questionnaire_row))
    questionnaire_row.back_by, questionnaire_row.back_on, questionnaire_row.back_reason = person_id, day, reason
    log.add(session, "questionnaire.send_back", version_label(questionnaire_row))


def withdraw_questionnaire(session: Session, questionnaire_row: QuestionnaireRow, day: date, log: Log) -> None:
    """Withdraw a version that nobody approved; it no longer waits, and is never asked.

    Raises:
        ConcurrentUpdate: it was approved or withdrawn concurrently.
    """
    if questionnaire_row.approved_on is not None or questionnaire_row.withdrawn_on is not None:
        raise ConcurrentUpdate(version_label(questionnaire_row))
    questionnaire_row.withdrawn_on = day
    log.add(session, "questionnaire.withdraw", version_label(questionnaire_row))


STARTER_FOLDER: Final = shared_folder("surveys")


@lru_cache(maxsize=1)
def starter_names() -> tuple[str, ...]:
    """The names of the starters by purpose and ages: everyday choices and feedback last."""
    return tuple(sorted(_starter_files(), key=_sort_key))


def _starter_files() -> dict[str, Path]:
    return {file.stem: file for file in STARTER_FOLDER.glob("*.toml")}


def _sort_key(name: str) -> tuple[int, int, str]:
    questionnaire = load_starter(name)
    return PURPOSES.index(questionnaire.purpose), AGES.index(questionnaire.ages), name


@lru_cache(maxsize=64)
def load_starter(name: str, languages: frozenset[str] = frozenset()) -> Questionnaire:
    """Load a starter.

    Args:
        name: of its file.
        languages: in which it is wanted beside those of its file.

    Raises:
        KeyError: there is no such questionnaire.
    """
    return add_languages(read_toml(_starter_files()[name], name), sorted(languages))


def add_feedback(session: Session, log: Log) -> QuestionnaireRow:
    """Store the starter of feedback in every language of children, and approve it: it needs no advocate."""
    row = add_questionnaire(session, load_starter(FEEDBACK, frozenset(TRANSLATED)), log.actor, log.day, log)
    row.approved_on = row.approved_on or log.day
    return row
