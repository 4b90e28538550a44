"""Store uploaded pictures, by a code made from their content, once a version of a questionnaire shows them.

The bytes of a withdrawn picture are deleted immediately. Its code stays in the bodies of versions, which never change,
and prevents a second upload of the same picture; its row holds the substitute.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.audit.audit_log import Log
from youthvoice.surveys.models import QuestionnairePictureRow
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.web.graphics.picture_addresses import own_picture_code


def keep_pictures(session: Session, questionnaire: Questionnaire, pictures: Mapping[str, bytes]) -> None:
    """Store the pictures that a version shows; stored ones stay as they are, withdrawn ones stay withdrawn.

    Args:
        session: the transaction in which the version is stored.
        questionnaire: the version.
        pictures: those of its draft, bytes by code.

    Raises:
        KeyError: with the code of a picture that is not among them, or whose bytes have another code.
    """
    for code in questionnaire.own_pictures:
        if session.get(QuestionnairePictureRow, code) is None:
            session.add(QuestionnairePictureRow(code=code, content=_checked(code, pictures[code])))


def _checked(code: str, content: bytes) -> bytes:
    if own_picture_code(content) != code:
        raise KeyError(code)
    return content


def find_picture(session: Session, code: str) -> bytes | None:
    """Find the bytes of a picture; None where no version shows it, or it was withdrawn."""
    query = select(QuestionnairePictureRow.content).where(QuestionnairePictureRow.code == code)
    return session.scalar(query.where(QuestionnairePictureRow.withdrawn_on.is_(None)))


def is_withdrawn(session: Session, code: str) -> bool:
    """Whether a picture existed and was withdrawn."""
    row = session.get(QuestionnairePictureRow, code)
    return row is not None and row.withdrawn_on is not None


def withdraw_picture(  # noqa: PLR0913, PLR0917 - which picture, its substitute, who decided
    session: Session, code: str, instead: str, day: date, log: Log, label: str, *, agreed: bool
) -> None:
    """Withdraw a picture permanently from every version that shows it; one that is withdrawn already stays so.

    Args:
        session: the transaction.
        code: of the picture.
        instead: the OpenMoji code of its substitute; empty for what a child sees without any picture.
        day: today.
        log: in the name of the person who withdraws it.
        label: of a version that shows it, for the log.
        agreed: whether an advocate chose the substitute; else children see it only after an advocate agrees.
    """
    row = session.get(QuestionnairePictureRow, code, with_for_update=True, populate_existing=True)
    if row is None or row.withdrawn_on is not None:
        return
    row.content, row.withdrawn_on = b"", day
    row.instead = instead if agreed else ""
    row.proposed = "" if agreed else instead
    log.add(session, "questionnaire.picture_withdraw", f"{label} {code} {instead}".strip())


def decide_proposed(  # noqa: PLR0913 - which picture, its substitute, who decided
    session: Session, code: str, proposed: str, log: Log, label: str, *, agreed: bool
) -> bool:
    """Record an advocate's decision about the proposed substitute of a withdrawn picture.

    Args:
        session: the transaction.
        code: of the withdrawn picture.
        proposed: the substitute that the advocate saw.
        log: in the advocate's name.
        label: of a version that shows it, for the log.
        agreed: the decision; without agreement a number or a face stays.

    Returns:
        Whether the proposal was still waiting.
    """
    row = session.get(QuestionnairePictureRow, code, with_for_update=True, populate_existing=True)
    if row is None or not proposed or row.proposed != proposed:
        return False
    row.proposed = ""
    row.instead = proposed if agreed else ""
    action = "questionnaire.picture_agree" if agreed else "questionnaire.picture_decline"
    log.add(session, action, f"{label} {code} {proposed}")
    return True


def list_proposed(session: Session) -> Mapping[str, str]:
    """List the substitutes that wait for an advocate, by the codes of the withdrawn pictures."""
    query = select(QuestionnairePictureRow.code, QuestionnairePictureRow.proposed)
    rows = session.execute(query.where(QuestionnairePictureRow.proposed != "").order_by(QuestionnairePictureRow.code))
    return {row.code: row.proposed for row in rows}


def list_withdrawn(session: Session) -> Mapping[str, str]:
    """List the substitute of each withdrawn picture by its code; empty for none."""
    query = select(QuestionnairePictureRow.code, QuestionnairePictureRow.instead)
    rows = session.execute(query.where(QuestionnairePictureRow.withdrawn_on.is_not(None)))
    return {row.code: row.instead for row in rows}


def list_withdrawn_now() -> Mapping[str, str]:
    """As `list_withdrawn`, for the page that is being rendered."""
    return list_withdrawn(db.session())
