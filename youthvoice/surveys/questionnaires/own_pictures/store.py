"""Uploaded pictures as they are kept: by what they hold, once a version of a questionnaire shows them.

One that is withdrawn is gone from the database at once. Its code stays in the bodies of versions, which never change,
and so that nobody brings the same picture back; what is shown in its place stands in its row.
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
    """Keep what a version shows; what is kept already stays, and what is withdrawn stays so.

    Args:
        session: the transaction in which the version is kept.
        questionnaire: the version.
        pictures: of its draft, bytes by code.

    Raises:
        KeyError: with the code, if it shows a picture that is nowhere.
    """
    for code in questionnaire.own_pictures:
        if session.get(QuestionnairePictureRow, code) is None:
            session.add(QuestionnairePictureRow(code=code, content=_checked(code, pictures[code])))


def _checked(code: str, content: bytes) -> bytes:
    if own_picture_code(content) != code:
        raise KeyError(code)
    return content


def find_picture(session: Session, code: str) -> bytes | None:
    """The bytes of one; None where no version shows such a picture, or it is withdrawn."""
    is_shown = (QuestionnairePictureRow.code == code, QuestionnairePictureRow.withdrawn_on.is_(None))
    return session.scalar(select(QuestionnairePictureRow.content).where(*is_shown))


def is_withdrawn(session: Session, code: str) -> bool:
    """Whether there was such a picture, and somebody took it away."""
    row = session.get(QuestionnairePictureRow, code)
    return row is not None and row.withdrawn_on is not None


def withdraw_picture(  # noqa: PLR0913, PLR0917 - which, what takes its place, who said what
    session: Session, code: str, instead: str, day: date, log: Log, label: str, *, agreed: bool
) -> None:
    """Take a picture away from every version that shows it, for good; one that is gone already stays so.

    Args:
        session: the transaction.
        code: of the picture.
        instead: the OpenMoji code of what is to be shown in its place; empty for what a child sees without any picture.
        day: today.
        log: of whoever does so.
        label: of a version that shows it, for the log.
        agreed: whether an advocate chose what takes its place; else children see nothing of that until one agrees.
    """
    row = session.get(QuestionnairePictureRow, code, with_for_update=True, populate_existing=True)
    if row is None or row.withdrawn_on is not None:
        return
    row.content, row.withdrawn_on = b"", day
    row.instead, row.proposed = (instead, "") if agreed else ("", instead)
    log.add(session, "questionnaire.picture_withdraw", f"{label} {code} {instead}".strip())


def decide_proposed(  # noqa: PLR0913 - which, what takes its place, who said what
    session: Session, code: str, proposed: str, log: Log, label: str, *, agreed: bool
) -> bool:
    """An advocate says whether children see in the place of a withdrawn picture what was chosen for it.

    Args:
        session: the transaction.
        code: of the withdrawn picture.
        proposed: what she looked at.
        log: hers.
        label: of a version that shows it, for the log.
        agreed: what she says; where she says no, a number or a face stays.

    Returns:
        Whether that was waiting still.
    """
    row = session.get(QuestionnairePictureRow, code, with_for_update=True, populate_existing=True)
    if row is None or not proposed or row.proposed != proposed:
        return False
    row.instead, row.proposed = (proposed if agreed else ""), ""
    action = "questionnaire.picture_agree" if agreed else "questionnaire.picture_decline"
    log.add(session, action, f"{label} {code} {proposed}")
    return True


def list_proposed(session: Session) -> Mapping[str, str]:
    """What was chosen for the place of withdrawn pictures and waits for an advocate, by their codes."""
    query = select(QuestionnairePictureRow.code, QuestionnairePictureRow.proposed)
    rows = session.execute(query.where(QuestionnairePictureRow.proposed != "").order_by(QuestionnairePictureRow.code))
    return {row.code: row.proposed for row in rows}


def list_withdrawn(session: Session) -> Mapping[str, str]:
    """What is shown in the place of each withdrawn picture, by its code; empty for nothing."""
    query = select(QuestionnairePictureRow.code, QuestionnairePictureRow.instead)
    rows = session.execute(query.where(QuestionnairePictureRow.withdrawn_on.is_not(None)))
    return {row.code: row.instead for row in rows}


def list_withdrawn_now() -> Mapping[str, str]:
    """The same, for the page that is being made."""
    return list_withdrawn(db.session())
