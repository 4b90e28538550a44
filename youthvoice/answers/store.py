"""What adults owe children: one mechanism for rounds and tasks."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from youthvoice.answers import rules
from youthvoice.answers.facts import Given, OwedFacts, Part, Words
from youthvoice.answers.models import Owed, Reply
from youthvoice.statements import adding

__all__ = ["Given", "NotAnAnswer", "OwedFacts", "Part"]

_LARGEST = 2**31 - 1


class NotAnAnswer(ValueError):
    """This answers nothing.

    Attributes:
        code: `not_yet`, or one of `rules.refusal`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def owe(  # noqa: PLR0913 - what is owed has as many sides
    session: Session,
    *,
    site_id: int,
    kind: str,
    subject: str,
    about: Words,
    due: date,
    owner_id: int | None = None,
    owner_role: str | None = None,
) -> Owed:
    """Write down that something is owed; once per kind, subject and site, however often it is called.

    Args:
        session: the transaction of whatever makes it owed.
        site_id: whose children it is owed to.
        kind: `round`, `safety`, `too_many` or `letters`.
        subject: names what it is about.
        about: in words per language; never anything of a child.
        due: the last day that is in time.
        owner_id: the adult who owes it, or
        owner_role: the role that owes it at the site.

    Raises:
        ValueError: no owner, or two.
    """
    if (owner_id is None) == (owner_role is None):
        raise ValueError("Something owed has one owner: a person or a role")
    values = {
        "id": secrets.randbelow(_LARGEST) + 1,  # an address must not tell how many tasks came between two of them
        "site_id": site_id, "kind": kind, "subject": subject, "about": dict(about), "parts": [],
        "due": due, "owner_id": owner_id, "owner_role": owner_role,
    }  # fmt: skip
    session.execute(adding(Owed, session.get_bind().dialect).values(values).on_conflict_do_nothing())
    same = select(Owed).where(Owed.kind == kind, Owed.subject == subject, Owed.site_id == site_id)
    return session.scalars(same).one()


def mine(
    session: Session, person_id: int, role: str, site_ids: Collection[int], *, settled: bool = False
) -> list[OwedFacts]:
    """What a person owes, herself or as one of her role, the earliest date first.

    Args:
        session: only read.
        person_id: who asks.
        role: hers.
        site_ids: where she works.
        settled: what was answered already instead, the latest first.
    """
    hers = _hers(person_id, role, site_ids)
    order = (Owed.settled_on.desc(), Owed.id.desc()) if settled else (Owed.due, Owed.id)
    is_settled = Owed.settled_on.is_not(None) if settled else Owed.settled_on.is_(None)
    return _facts(session, session.scalars(select(Owed).where(hers, is_settled).order_by(*order)).all())


def of_hers(session: Session, owed_id: int, person_id: int, role: str, site_ids: Collection[int]) -> OwedFacts | None:
    """One thing that a person owes; None when it is another's or does not exist."""
    found = session.scalars(select(Owed).where(Owed.id == owed_id, _hers(person_id, role, site_ids))).all()
    return next(iter(_facts(session, found)), None)


def about(session: Session, kind: str, subject: str, site_id: int | None = None) -> OwedFacts | None:
    """What is owed about something, with its answers; None when nothing is.

    Args:
        session: only read.
        kind: as in `owe`.
        subject: as in `owe`.
        site_id: where several sites are owed about the same; the first of them when None.
    """
    query = select(Owed).where(Owed.kind == kind, Owed.subject == subject).order_by(Owed.site_id).limit(1)
    if site_id is not None:
        query = query.where(Owed.site_id == site_id)
    return next(iter(_facts(session, session.scalars(query).all())), None)


def overdue(session: Session, site_ids: Collection[int], today: date) -> list[OwedFacts]:
    """What nobody answered in time at some sites, the oldest first; for the alarm to adults (S13)."""
    late = select(Owed).where(Owed.site_id.in_(site_ids), Owed.settled_on.is_(None), Owed.due < today)
    return _facts(session, session.scalars(late.order_by(Owed.due, Owed.id)).all())


def set_parts(session: Session, kind: str, subject: str, parts: Sequence[Part], day: date) -> None:
    """Let the owners answer from this day, part by part if they wish.

    Args:
        session: the transaction that approves what is to be answered.
        kind: as in `owe`.
        subject: as in `owe`.
        parts: the published questions; none where nothing could be published.
        day: today.
    """
    listed = [{"name": part.name, "words": dict(part.words)} for part in parts]
    for owed in session.scalars(select(Owed).where(Owed.kind == kind, Owed.subject == subject)):
        owed.parts = listed
        owed.shown_on = owed.shown_on or day
    session.flush()


def reply(  # noqa: PLR0913, PLR0917 - an answer has as many sides
    session: Session, owed_id: int, part: str, kind: str, words: str, language: str, by: int, day: date
) -> None:
    """Answer the whole (`part` is empty) or one part; answering again corrects the words and keeps the day.

    Raises:
        NotAnAnswer: with the code of why.
    """
    owed = session.scalars(select(Owed).where(Owed.id == owed_id).with_for_update()).one()
    facts = _facts(session, [owed])[0]
    names = [one.name for one in facts.parts]
    if not facts.ready:
        raise NotAnAnswer("not_yet")
    if code := rules.refusal(owed.kind, part, kind, words, names):
        raise NotAnAnswer(code)
    before = session.get(Reply, (owed_id, part))
    first_day = before.day if before else day
    session.merge(
        Reply(
            owed_id=owed_id,
            part=part,
            kind=kind,
            words=words.strip(),
            language=language,
            by=by,
            day=first_day,
        )
    )
    if rules.is_answered({part, *(given.part for given in facts.replies)}, names):
        settle(session, owed_id, day)


def settle(session: Session, owed_id: int, day: date) -> None:
    """Nothing is owed any more, from this day; settled already keeps its day."""
    session.flush()
    session.execute(update(Owed).where(Owed.id == owed_id, Owed.settled_on.is_(None)).values(settled_on=day))


def _hers(person_id: int, role: str, site_ids: Collection[int]) -> ColumnElement[bool]:
    return or_(Owed.owner_id == person_id, and_(Owed.owner_role == role, Owed.site_id.in_(site_ids)))


def _facts(session: Session, owed: Sequence[Owed]) -> list[OwedFacts]:
    replies: dict[int, list[Given]] = {one.id: [] for one in owed}
    for one in session.scalars(select(Reply).where(Reply.owed_id.in_(replies)).order_by(Reply.part)):
        replies[one.owed_id].append(Given(one.part, one.kind, one.words, one.language, one.by, one.day))
    return [_fact(one, tuple(replies[one.id])) for one in owed]


def _fact(owed: Owed, replies: tuple[Given, ...]) -> OwedFacts:
    return OwedFacts(
        id=owed.id,
        site_id=owed.site_id,
        kind=owed.kind,
        subject=owed.subject,
        about=owed.about,
        owner_id=owed.owner_id,
        owner_role=owed.owner_role,
        due=owed.due,
        ready=owed.kind != "round" or owed.shown_on is not None,
        settled_on=owed.settled_on,
        parts=tuple(Part(part["name"], part["words"]) for part in owed.parts),
        replies=replies,
    )
