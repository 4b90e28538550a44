"""Children elected or nominated by their peers, for a term. Nickname and picture lie locked.

Source: STANDARDS S23.
"""

import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.committees.facts import CommitteeFacts
from youthvoice.committees.models import Representative
from youthvoice.privacy.contexts import Context, context
from youthvoice.privacy.keeping import keep, open_kept
from youthvoice.privacy.key_names import KEPT_WORDS
from youthvoice.privacy.keyring import Keyring

_ROOM: Final = 200  # bytes of nickname and picture
_ID_BYTES: Final = 16


class Term(NamedTuple):
    """Who held a post, from when until when."""

    nickname: str
    starts_on: date
    ends_on: date


def appoint(  # noqa: PLR0913, PLR0917 - all that is known of her
    session: Session,
    keyring: Keyring,
    committee: CommitteeFacts,
    post: str,
    nickname: str,
    picture: str,
    way: str,
    day: date,
) -> bytes:
    """A child begins her term.

    Args:
        session: may write.
        keyring: the key files.
        committee: hers; its `term_days` say how long.
        post: hers.
        nickname: as the children call her.
        picture: OpenMoji code.
        way: how she came to be.
        day: her first, at the site.

    Returns:
        Her id, 16 bytes. Nobody can sign in as her before she has a code.
    """
    made = secrets.token_bytes(_ID_BYTES)
    body = keep(keyring, KEPT_WORDS, {"nickname": nickname, "picture": picture}, _purpose(made), _ROOM)
    session.add(
        Representative(
            id=made,
            committee_id=committee.id,
            post=post,
            way=way,
            starts_on=day,
            ends_on=day + timedelta(days=committee.term_days),
            body=body,
            verifier=secrets.token_bytes(32),
        )
    )
    session.flush()
    return made


def terms(session: Session, keyring: Keyring, committee_id: int, post: str) -> list[Term]:
    """Who held a post so far."""
    query = select(Representative).where(Representative.committee_id == committee_id, Representative.post == post)
    return [
        Term(
            open_kept(keyring, KEPT_WORDS, one.body, _purpose(one.id))["nickname"],
            one.starts_on,
            one.ended_on or one.ends_on,
        )
        for one in session.scalars(query)
    ]


def held_last(found: Iterable[Term]) -> list[str]:
    """The nicknames of those after whom nobody else began; they would hold the post twice in a row."""
    every = list(found)
    return [one.nickname for one in every if not any(other.starts_on >= one.ends_on for other in every)]


def _purpose(representative_id: bytes) -> Context:
    return context("committee", "representative", representative_id.hex())
