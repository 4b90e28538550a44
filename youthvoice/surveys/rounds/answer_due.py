"""What the decider of a round owes: one answer to one asking; of a choice once something won (S9, S33).

A pair is one asking: its answer is owed about its last round, and both rounds are found by it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from youthvoice.access.permissions import COORDINATOR
from youthvoice.accountability import store as answers
from youthvoice.accountability.entities import OwedFacts, Part, Words
from youthvoice.accounts import store as people
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.surveys.questionnaires.question import Option, Question
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.choice_result import about
from youthvoice.surveys.rounds.entities import EXEMPT, RoundFacts


def kind_of(purpose: str) -> str:
    """As what the answer to a round of this purpose is owed: `choice` once something won, `round` from the start."""
    return "choice" if purpose in EXEMPT else "round"


def owed_for(session: Session, keyring: Keyring, purpose: str, slug: str) -> OwedFacts | None:
    """What is owed about a round, with its answers; of the first round of a pair what is owed about both.

    A choice that an earlier version opened owes as all rounds do, and a pair of before owes for each of its rounds.
    """
    found = answers.about(session, keyring, kind_of(purpose), slug)
    if found is None and purpose in EXEMPT:
        return answers.about(session, keyring, "round", slug)
    last = _last(session, slug) if found is None else slug
    return found if last == slug else answers.about(session, keyring, "round", last)


def asking(session: Session, facts: RoundFacts) -> list[RoundFacts]:
    """The rounds of one asking, the first one first: both of a pair, else the one alone."""
    return store.rounds_of_pair(session, facts.pair) if facts.pair else [facts]


def settled_on(session: Session, rounds: Collection[RoundFacts]) -> dict[str, date]:
    """By slug of a round the day since which nothing is owed about it."""
    lasts = {facts.slug: asking(session, facts)[-1].slug for facts in rounds}
    days = answers.settled_days(session, "round", {*lasts, *lasts.values()})
    return {slug: day for slug, last in lasts.items() if (day := days.get(slug, days.get(last)))}


def let_answer(session: Session, keyring: Keyring, slug: str, parts: Sequence[Part], day: date) -> None:
    """The view of a round is approved, or there will be none: nothing is left that its decider would wait for.

    The answer to a pair waits for its last round; where that one has no view, it can be given to what was published of
    the first one.

    Args:
        session: the transaction that approves or closes.
        keyring: the key files.
        slug: of the round.
        parts: the published questions; none where nothing could be published.
        day: today.
    """
    own = answers.about(session, keyring, "round", slug)
    if own is not None:
        answers.set_parts(session, keyring, "round", slug, parts or own.parts, day)
        return
    of_both = answers.about(session, keyring, "round", _last(session, slug))
    if of_both is not None and parts and not of_both.parts:
        answers.set_parts(session, keyring, "round", of_both.subject, parts, None)


def asked(session: Session, subject: str, time_zone: str) -> tuple[Words, date] | None:
    """The round that something is owed about: its title by language, and the last day on which it was open.

    Args:
        session: only read.
        subject: of what is owed; begins with the round's slug.
        time_zone: of the site that reads it.
    """
    facts = store.round_by_slug(session, subject.partition("/")[0])
    return (facts.titles, facts.last_day(time_zone)) if facts else None


def _last(session: Session, slug: str) -> str:
    facts = store.round_by_slug(session, slug)
    return asking(session, facts)[-1].slug if facts else slug


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
