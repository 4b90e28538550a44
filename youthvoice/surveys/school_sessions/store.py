"""Sessions at schools as they are kept; what was heard, and how many children were there, lies locked."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from youthvoice.accountability import store as answers
from youthvoice.accountability.entities import OwedFacts, Words
from youthvoice.accounts.store import names
from youthvoice.audit.log import Log
from youthvoice.privacy.crypto.contexts import Context, context
from youthvoice.privacy.encrypted_json import keep, open_kept
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import KEPT_WORDS
from youthvoice.surveys.models import SchoolSession
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import RoundFacts
from youthvoice.surveys.school_sessions.rules import Draft

KIND = "session"
PICTURE = "1F3EB"
_ROOM = 8_000  # bytes: every theme, and a sentence of 300 letters in several languages
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Heard:
    """What came out of a session.

    Attributes:
        children: who were there; None until it was filled in.
        themes: codes.
        sentence: for children, by language, as an advocate agreed to it; empty until then.
    """

    children: int | None = None
    themes: tuple[str, ...] = ()
    sentence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One session.

    Attributes:
        draft: what was written down when it was made.
        holder: the name of whoever held it.
        owner: the name of whoever says what was changed because of it.
        heard: what came out of it.
        owed: that answer, as far as it was given.
        rounds: the rounds before and after.
    """

    id: int
    draft: Draft
    holder: str
    owner: str
    heard: Heard
    owed: OwedFacts | None
    rounds: tuple[RoundFacts, ...]
    archived_on: date | None

    def state(self, today: date) -> str:
        """`coming`, `to_fill`, `asked`, `answered` or `archived`."""
        if self.archived_on:
            return "archived"
        if self.draft.day > today:
            return "coming"
        if self.heard.children is None:
            return "to_fill"
        return "answered" if self.is_answered else "asked"

    @property
    def is_answered(self) -> bool:
        """Whether somebody said what was changed because of it."""
        return self.owed is not None and self.owed.settled_on is not None

    @property
    def where(self) -> str:
        """School and class, in one line."""
        return ", ".join(part for part in (self.draft.school, self.draft.class_name) if part)


def add(  # noqa: PLR0913, PLR0917 - what is written down, and when
    session: Session, keyring: Keyring, draft: Draft, about: Words, day: date, log: Log
) -> int:
    """Write a session down, and that somebody owes children what was changed because of it; gives its row.

    Args:
        session: may write.
        keyring: the key files.
        draft: what `session_rules` does not refuse.
        about: where it was, by language; what is owed is called so.
        day: today at the site.
        log: the log, in the name of who makes it.
    """
    session_id = secrets.randbelow(_LARGEST) + 1
    session.add(SchoolSession(id=session_id, locked=_locked(keyring, session_id, Heard()), **asdict(draft)))
    session.flush()
    answers.owe(
        session, keyring, site_id=draft.site_id, kind=KIND, subject=str(session_id), about=about,
        due=draft.due, owner_id=draft.owner_id, picture=PICTURE, day=day,
    )  # fmt: skip
    log.add(session, "session.add", str(session_id))
    return session_id


def hear(session: Session, keyring: Keyring, session_id: int, heard: Heard, log: Log) -> None:
    """Keep what came out of a session, in the place of what was kept before."""
    row = session.get_one(SchoolSession, session_id, with_for_update=True)
    row.locked = _locked(keyring, session_id, heard)
    session.flush()
    log.add(session, "session.heard", str(session_id))


def archive(session: Session, session_id: int, day: date, log: Log) -> None:
    """Put it away; the caller has asked the rules."""
    session.get_one(SchoolSession, session_id, with_for_update=True).archived_on = day
    session.flush()
    log.add(session, "session.archive", str(session_id))


def find(session: Session, keyring: Keyring, session_id: int, site_ids: Collection[int]) -> SessionFacts | None:
    """One session of these sites."""
    query = select(SchoolSession).where(SchoolSession.id == session_id, SchoolSession.site_id.in_(site_ids))
    return next(iter(_facts(session, keyring, query)), None)


def of_sites(session: Session, keyring: Keyring, site_ids: Collection[int]) -> list[SessionFacts]:
    """The sessions of some sites, the latest first."""
    query = select(SchoolSession).where(SchoolSession.site_id.in_(site_ids))
    return _facts(session, keyring, query.order_by(SchoolSession.day.desc(), SchoolSession.id))


def of_round(session: Session, round_id: int) -> int | None:
    """The session that a round belongs to."""
    mine = (SchoolSession.before_id == round_id) | (SchoolSession.after_id == round_id)
    return session.scalar(select(SchoolSession.id).where(mine).order_by(SchoolSession.day.desc()).limit(1))


def _facts(session: Session, keyring: Keyring, query: Select[SchoolSession]) -> list[SessionFacts]:
    rows = session.scalars(query).all()
    people = names(session, [each for row in rows for each in (row.held_by, row.owner_id)])
    ids = [one for row in rows for one in (row.before_id, row.after_id) if one]
    rounds = {facts.id: facts for facts in store.rounds_by_id(session, ids)} if ids else {}
    return [
        SessionFacts(
            id=row.id,
            draft=Draft(**{name: getattr(row, name) for name in Draft.__dataclass_fields__}),
            holder=people[row.held_by],
            owner=people[row.owner_id],
            heard=_opened(keyring, row.id, row.locked),
            owed=answers.about(session, keyring, KIND, str(row.id)),
            rounds=tuple(rounds[one] for one in (row.before_id, row.after_id) if one in rounds),
            archived_on=row.archived_on,
        )
        for row in rows
    ]


def _locked(keyring: Keyring, session_id: int, heard: Heard) -> bytes:
    kept = {"children": heard.children, "themes": list(heard.themes), "sentence": dict(heard.sentence)}
    return keep(keyring, KEPT_WORDS, kept, _purpose(session_id), _ROOM)


def _opened(keyring: Keyring, session_id: int, blob: bytes) -> Heard:
    kept = open_kept(keyring, KEPT_WORDS, blob, _purpose(session_id))
    return Heard(kept["children"], tuple(kept["themes"]), kept["sentence"])


def _purpose(session_id: int) -> Context:
    return context("school-session", session_id)
