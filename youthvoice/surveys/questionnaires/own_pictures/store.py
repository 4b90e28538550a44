"""Uploaded pictures as they are kept: by what they hold, once a version of a questionnaire shows them."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.surveys.models import QuestionnairePictureRow
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.web.graphics.picture_addresses import own_picture_code


def keep_pictures(session: Session, questionnaire: Questionnaire, pictures: Mapping[str, bytes]) -> None:
    """Keep what a version shows; what is kept already stays.

    Args:
        session: the transaction in which the version is kept.
        questionnaire: the version.
        pictures: of its draft, bytes by code.

    Raises:
        KeyError: with the code, if it shows a picture that is nowhere.
    """
    for code in questionnaire.own_pictures:
        if find_picture(session, code) is None:
            session.add(QuestionnairePictureRow(code=code, content=_checked(code, pictures[code])))


def _checked(code: str, content: bytes) -> bytes:
    if own_picture_code(content) != code:
        raise KeyError(code)
    return content


def find_picture(session: Session, code: str) -> bytes | None:
    """The bytes of one; None where no version shows such a picture."""
    return session.scalar(select(QuestionnairePictureRow.content).where(QuestionnairePictureRow.code == code))
