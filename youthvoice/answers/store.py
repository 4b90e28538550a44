"""What adults owe children: one mechanism for rounds and tasks. What is in it is locked; it is opened here."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from youthvoice.answers import rows, rules
from youthvoice.answers.facts import Given, OwedFacts, Part, Words
from youthvoice.answers.keeping import Inside, locked, opened, room_for
from youthvoice.answers.models import Owed
from youthvoice.answers.rows import QUIET
from youthvoice.privacy.keyring import Keyring
from youthvoice.statements import adding

__all__ = ["QUIET", "Given", "NotAnAnswer", "OwedFacts", "Part"]

_LARGEST = 2**31 - 1


class NotAnAnswer(ValueError):
    """This answers nothing.

    Attributes:
        code: `not_yet`, `letters_wait`, or one of `rules.refusal`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def owe(  # noqa: PLR0913 - what is owed has as many sides
    session: Session,
    keyring: Keyring,
    *,
    site_id: int,
    kind: str,
    subject: str,
    about: Words,
    due: date,
    owner_id: int | None = None,
    owner_role: str | None = None,
    might_be: Words | None = None,
) -> Owed:
    """Write down that something is owed; once per kind, subject and site, however often it is called.

    Args:
        session: the transaction of whatever makes it owed.
        keyring: the key files.
        site_id: whose children it is owed to.
        kind: `round`, `safety`, `too_many` or `letters`.
        subject: names what it is about.
        about: in words per language; never anything of a child. None at all where a row is only to be there.
        due: the last day that is in time.
        owner_id: the adult who owes it, or
        owner_role: the role that owes it at the site.
        might_be: what it would be about if it were not blank, so that it is as long either way.

    Raises:
        ValueError: no owner, or two.
    """
    if (owner_id is None) == (owner_role is None):
        raise ValueError("Something owed has one owner: a person or a role")
    owed_id = secrets.randbelow(_LARGEST) + 1  # an address must not tell how many tasks came between two of them
    values = {
        "id": owed_id, "site_id": site_id, "kind": kind, "subject": subject,
        "locked": locked(keyring, kind, owed_id, Inside(about, room=room_for(might_be or about))),
        "due": due, "owner_id": owner_id, "owner_role": owner_role,
    }  # fmt: skip
    session.execute(adding(Owed, session.get_bind().dialect).values(values).on_conflict_do_nothing())
    same = select(Owed).where(Owed.kind == kind, Owed.subject == subject, Owed.site_id == site_id)
    return session.scalars(same).one()


def mine(  # noqa: PLR0913 - who asks has as many sides
    session: Session,
    keyring: Keyring,
    person_id: int,
    role: str,
    site_ids: Collection[int],
    *,
    settled: bool = False,
) -> list[OwedFacts]:
    """What a person owes, herself or as one of her role, the earliest date first.

    Args:
        session: only read.
        keyring: the key files.
        person_id: who asks.
        role: hers.
        site_ids: where she works.
        settled: what was answered already instead, the latest first.
    """
    is_settled = Owed.settled_on.is_not(None) if settled else Owed.settled_on.is_(None)
    query = select(Owed).where(_hers(person_id, role, site_ids), or_(is_settled, Owed.kind.in_(QUIET)))
    found = [one for one in _facts(keyring, session.scalars(query).all()) if (one.settled_on is not None) is settled]
    if settled:
        return sorted(found, key=lambda one: (one.settled_on or date.min, one.id), reverse=True)
    return sorted(found, key=lambda one: (one.due, one.id))


def of_hers(  # noqa: PLR0913, PLR0917 - who asks has as many sides
    session: Session, keyring: Keyring, owed_id: int, person_id: int, role: str, site_ids: Collection[int]
) -> OwedFacts | None:
    """One thing that a person owes; None when it is another's or does not exist."""
    found = session.scalars(select(Owed).where(Owed.id == owed_id, _hers(person_id, role, site_ids))).all()
    return next(iter(_facts(keyring, found)), None)


def about(session: Session, keyring: Keyring, kind: str, subject: str, site_id: int | None = None) -> OwedFacts | None:
    """What is owed about something, with its answers; None when nothing is.

    Args:
        session: only read.
        keyring: the key files.
        kind: as in `owe`.
        subject: as in `owe`.
        site_id: where several sites are owed about the same; the first of them when None.
    """
    query = select(Owed).where(Owed.kind == kind, Owed.subject == subject).order_by(Owed.site_id).limit(1)
    if site_id is not None:
        query = query.where(Owed.site_id == site_id)
    return next(iter(_facts(keyring, session.scalars(query).all())), None)


def about_many(session: Session, keyring: Keyring, kind: str, subjects: Collection[str]) -> dict[str, OwedFacts]:
    """What is owed about several things of one kind, by subject; what is owed by nobody is left out."""
    query = select(Owed).where(Owed.kind == kind, Owed.subject.in_(subjects)).order_by(Owed.id)
    return {one.subject: one for one in _facts(keyring, session.scalars(query).all())}


def overdue(session: Session, keyring: Keyring, site_ids: Collection[int], today: date) -> list[OwedFacts]:
    """What nobody answered in time at some sites, the oldest first; for the alarm to adults (S13)."""
    late = select(Owed).where(Owed.site_id.in_(site_ids), Owed.settled_on.is_(None), Owed.due < today)
    found = _facts(keyring, session.scalars(late.order_by(Owed.due, Owed.id)).all())
    return [one for one in found if one.settled_on is None]


def unsettled(session: Session, keyring: Keyring, kind: str) -> list[OwedFacts]:
    """Everything of a kind that is still owed, wherever; for jobs."""
    query = select(Owed).where(Owed.kind == kind, Owed.settled_on.is_(None)).order_by(Owed.id)
    return [one for one in _facts(keyring, session.scalars(query).all()) if one.settled_on is None]


def set_parts(  # noqa: PLR0913, PLR0917 - what, of what, from when
    session: Session, keyring: Keyring, kind: str, subject: str, parts: Sequence[Part], day: date
) -> None:
    """Let the owners answer from this day, part by part if they wish.

    Args:
        session: the transaction that approves what is to be answered.
        keyring: the key files.
        kind: as in `owe`.
        subject: as in `owe`.
        parts: the published questions; none where nothing could be published.
        day: today.
    """
    same = select(Owed).where(Owed.kind == kind, Owed.subject == subject).order_by(Owed.id)
    for owed in session.scalars(same.with_for_update()):
        inside = opened(keyring, owed.kind, owed.id, owed.locked)
        owed.locked = locked(keyring, owed.kind, owed.id, replace(inside, parts=tuple(parts)))
        owed.shown_on = owed.shown_on or day
    session.flush()


def reply(  # noqa: PLR0913, PLR0917 - an answer has as many sides
    session: Session, keyring: Keyring, owed_id: int, part: str, kind: str, words: Words, by: int, day: date
) -> None:
    """Answer the whole (`part` is empty) or one part; answering again corrects the words and keeps the day.

    The first language of `words` is the one that readers of any other are shown.

    Raises:
        NotAnAnswer: with the code of why.
    """
    owed = _held(session, owed_id)
    inside = opened(keyring, owed.kind, owed.id, owed.locked)
    names = [one.name for one in inside.parts]
    if not _is_ready(owed) or inside.is_blank:
        raise NotAnAnswer("not_yet")
    if owed.kind in rules.BY_ITSELF and owed.settled_on is None:
        raise NotAnAnswer("letters_wait")
    said = {language: text.strip() for language, text in words.items() if text.strip()}
    if code := rules.refusal(owed.kind, part, kind, said.values(), names):
        raise NotAnAnswer(code)
    before = next((given for given in inside.replies if given.part == part), None)
    given = Given(part, kind, said, next(iter(said)), by, before.day if before else day)
    others = (one for one in inside.replies if one.part != part)
    inside = replace(inside, replies=tuple(sorted((*others, given), key=lambda one: one.part)))
    is_answered = rules.is_answered({one.part for one in inside.replies}, names)
    if owed.kind in QUIET:
        inside = replace(inside, settled_on=inside.settled_on or (day if is_answered else None))
    owed.locked = locked(keyring, owed.kind, owed.id, inside)
    session.flush()
    if owed.kind in QUIET:
        rows.lock_again(session, keyring)
    elif is_answered:
        settle(session, owed_id, day)


def settle(session: Session, owed_id: int, day: date) -> None:
    """Nothing is owed any more, from this day; settled already keeps its day. Not for what is `QUIET`."""
    session.flush()
    session.execute(update(Owed).where(Owed.id == owed_id, Owed.settled_on.is_(None)).values(settled_on=day))


def _held(session: Session, owed_id: int) -> Owed:
    """One row until the commit; of quiet ones all, in one order, so that two who answer wait for each other."""
    kind = session.scalars(select(Owed.kind).where(Owed.id == owed_id)).one()
    if kind in QUIET:
        return next(owed for owed in session.scalars(rows.quiet_ones()) if owed.id == owed_id)
    return session.scalars(select(Owed).where(Owed.id == owed_id).with_for_update()).one()


def _hers(person_id: int, role: str, site_ids: Collection[int]) -> ColumnElement[bool]:
    return or_(Owed.owner_id == person_id, and_(Owed.owner_role == role, Owed.site_id.in_(site_ids)))


def _facts(keyring: Keyring, owed: Iterable[Owed]) -> list[OwedFacts]:
    """Without the blank ones, which are owed by nobody."""
    found = [(one, opened(keyring, one.kind, one.id, one.locked)) for one in owed]
    return [_fact(one, inside) for one, inside in found if not inside.is_blank]


def _fact(owed: Owed, inside: Inside) -> OwedFacts:
    return OwedFacts(
        id=owed.id,
        site_id=owed.site_id,
        kind=owed.kind,
        subject=owed.subject,
        about=inside.about,
        owner_id=owed.owner_id,
        owner_role=owed.owner_role,
        due=owed.due,
        ready=_is_ready(owed),
        settled_on=inside.settled_on or owed.settled_on,
        parts=inside.parts,
        replies=inside.replies,
    )


def _is_ready(owed: Owed) -> bool:
    return owed.kind != "round" or owed.shown_on is not None
