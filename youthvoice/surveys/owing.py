"""What the decider of a choice owes once something won: done, not yet, or why not (S33)."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from youthvoice.access.permissions import COORDINATOR
from youthvoice.answers import store as answers
from youthvoice.answers.facts import OwedFacts
from youthvoice.privacy.keyring import Keyring
from youthvoice.staff import store as people
from youthvoice.surveys.questionnaires import Questionnaire
from youthvoice.surveys.questions import Option, Question
from youthvoice.surveys.rounds import EXEMPT, RoundFacts
from youthvoice.surveys.winning import about


def kind_of(purpose: str) -> str:
    """As what the answer to a round of this purpose is owed: `choice` once something won, `round` from the start."""
    return "choice" if purpose in EXEMPT else "round"


def owed_for(session: Session, keyring: Keyring, purpose: str, slug: str) -> OwedFacts | None:
    """What is owed about a round, with its answers; a choice that an earlier version opened owes as all rounds do."""
    found = answers.about(session, keyring, kind_of(purpose), slug)
    return found or (answers.about(session, keyring, "round", slug) if purpose in EXEMPT else None)


def owe_choice(  # noqa: PLR0913, PLR0917 - what won, of what, when
    session: Session,
    keyring: Keyring,
    facts: RoundFacts,
    questions: Questionnaire,
    won: Mapping[str, Sequence[str]],
    day: date,
) -> None:
    """Write down that what won is to be done, in the transaction that closes the vote.

    Where nothing won a blank row is kept: nobody owes anything, and the row itself does not tell it. Where the decider
    has left, the coordinators owe it.

    Args:
        session: the closing transaction.
        keyring: the key files.
        facts: the round.
        questions: what was asked; a choice has one counted question.
        won: from `closing_rules.winners`.
        day: today at the site.
    """
    if answers.about(session, keyring, "round", facts.slug):
        return
    question = questions.coded[0]
    decider = people.find(session, facts.decider_id)
    is_here = decider is not None and decider.left_on is None
    for site_id in facts.site_ids:  # children of each site read it on their board
        answers.owe(
            session,
            keyring,
            site_id=site_id,
            kind="choice",
            subject=facts.slug,
            about=about(question, won.get(question.name, ())),
            might_be=about(question, question.keys),
            owner_id=facts.decider_id if is_here else None,
            owner_role=None if is_here else COORDINATOR,
            due=facts.answer_due,
            picture=_picture(question, won.get(question.name, ())),
            day=day,
        )


def _picture(question: Question, keys: Sequence[str]) -> str:
    pictures = [tile.picture for tile in question.tiles if tile.key in keys and isinstance(tile, Option)]
    return next((code for code in pictures if code), "")
