"""A sentence in each language to listen to: a question that children are really asked."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from youthvoice.surveys.rounds import store
from youthvoice.web.i18n.languages import LANGUAGES


def samples(session: Session, codes: Sequence[str]) -> dict[str, str]:
    """One sentence for each language of a site; its own name where no questionnaire speaks it."""
    asked = [
        question.text
        for stored in store.newest_versions(session)
        for question in store.questionnaire(session, stored.id).questions
    ]
    return {
        code: max((text[code] for text in asked if code in text), key=len, default=LANGUAGES[code].name)
        for code in codes
        if code in LANGUAGES
    }
