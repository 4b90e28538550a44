"""Every query of representatives. Their nicknames lie locked; of a sign-in nothing is ever written.

Source: STANDARDS S23; PRIVACY.md C, "Codes" and "Times".
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, Select, select, update
from sqlalchemy.orm import Session

from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.models import Committee, Representative
from youthvoice.committees.representatives import rules as term_rules
from youthvoice.committees.representatives.entities import RepFacts, same
from youthvoice.privacy.credentials.picture_codes import VERIFIER_BYTES
from youthvoice.privacy.crypto.contexts import Context, context
from youthvoice.privacy.encrypted_json import keep, open_kept
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import KEPT_WORDS

_ID_BYTES: Final = 16
_MARK_BYTES: Final = 8
_ROOM: Final = 400  # bytes that a nickname, a picture and a reason need at most
_SEVERAL: Final = frozenset({"id", "committee_id", "post", "way", "starts_on", "ends_on", "ended_on", "handed_over_on"})


class CannotHold(ValueError):
    """Somebody cannot hold a post; nothing was written.

    Attributes:
        code: of `term_rules.refusal`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def appoint(  # noqa: PLR0913, PLR0917 - who, what, how, from when
    session: Session,
    keyring: Keyring,
    committee: CommitteeFacts,
    post: str,
    nickname: str,
    picture: str,
    way: str,
    day: date,
) -> bytes:
    """Let somebody hold a post for the committee's term. Whoever held it until now does so no more.

    She cannot sign in before her facilitator had her pictures shown to her (`expect_code`).

    Args:
        session: may write; the caller commits.
        keyring: the key files.
        committee: hers.
        post: of its kind.
        nickname: as typed; at most 20 letters, and nobody else's who is in office at the site.
        picture: of `candidate_pictures.SHELF`.
        way: how she came to it; of its kind.
        day: today at the site; the term begins.

    Returns:
        Her id, 16 bytes.

    Raises:
        CannotHold: with the code of why.
    """
    _hold(session, committee.site_id)
    wanted = term_rules.wanted(post, nickname, picture, way)
    if code := refusal(session, keyring, committee, wanted, day):
        raise CannotHold(code)
    return _begin(session, keyring, committee, wanted, day)


def elected(  # noqa: PLR0913, PLR0917 - as `appoint`
    session: Session,
    keyring: Keyring,
    committee: CommitteeFacts,
    post: str,
    nickname: str,
    picture: str,
    way: str,
    day: date,
) -> bytes:
    """As `appoint`, for whoever won: what speaks against her was asked when the election was opened.

    Whoever holds another post of this committee under her nickname is she (`term_rules.is_herself`): one child has one
    post, and her other term ends. Somebody else who came into office meanwhile under her nickname keeps it; hers gets
    a number.
    """
    _hold(session, committee.site_id)
    wanted = term_rules.wanted(post, nickname, picture, way)
    found = in_office(session, keyring, [committee.site_id], day)
    hers = [one for one in found if term_rules.is_herself(one, committee.id, post)]
    for one in hers:
        if one.post != post and same(one.nickname) == same(wanted.nickname):
            end(session, keyring, one, day, term_rules.ANOTHER)
    taken = {same(one.nickname) for one in found if one not in hers}
    name = next(name for name in term_rules.numbered(wanted.nickname) if same(name) not in taken)
    return _begin(session, keyring, committee, replace(wanted, nickname=name), day)


def _begin(
    session: Session, keyring: Keyring, committee: CommitteeFacts, wanted: term_rules.Wanted, day: date
) -> bytes:
    for one in of(session, keyring, committee.id):
        if wanted.post != term_rules.MANY and one.post == wanted.post and one.is_in_office(day):
            end(session, keyring, one, day, term_rules.FOLLOWED)
    made = secrets.token_bytes(_ID_BYTES)
    session.add(
        Representative(
            id=made,
            committee_id=committee.id,
            post=wanted.post,
            way=wanted.way,
            starts_on=day,
            ends_on=term_rules.last_day(day, committee.term_days),
            body=_locked(keyring, made, {"nickname": wanted.nickname, "picture": wanted.picture, "why": ""}),
            verifier=secrets.token_bytes(VERIFIER_BYTES),
        )
    )
    session.flush()
    return made


def refusal(
    session: Session, keyring: Keyring, committee: CommitteeFacts, wanted: term_rules.Wanted, day: date
) -> str | None:
    """Why somebody may not hold a post from a day on; for whoever asks before an election, too."""
    before = [one for one in of(session, keyring, committee.id) if one.post == wanted.post]
    return term_rules.refusal(committee, wanted, in_office(session, keyring, [committee.site_id], day), before)


def find(session: Session, keyring: Keyring, representative_id: bytes) -> RepFacts | None:
    """One representative, whether in office or not."""
    return next(iter(_facts(keyring, session, _rows().where(Representative.id == representative_id))), None)


def of(session: Session, keyring: Keyring, committee_id: int) -> list[RepFacts]:
    """Everybody who represents, or did, in a committee; the newest first."""
    found = _facts(keyring, session, _rows().where(Representative.committee_id == committee_id))
    return sorted(found, key=lambda one: (one.starts_on, one.nickname), reverse=True)


def in_office(session: Session, keyring: Keyring, site_ids: Collection[int], day: date) -> list[RepFacts]:
    """Everybody who represents at some sites on a day, by nickname; not those of closed committees."""
    query = (
        _rows()
        .join(Committee, Committee.id == Representative.committee_id)
        .where(Committee.site_id.in_(site_ids), Committee.closed_on.is_(None))
        .where(Representative.ended_on.is_(None), Representative.starts_on <= day, Representative.ends_on >= day)
    )
    return sorted(_facts(keyring, session, query), key=lambda one: (one.nickname.casefold(), one.key))


def to_hand_over(session: Session, keyring: Keyring, committee_id: int, day: date) -> list[RepFacts]:
    """Whose term is over and who has not handed over yet what was open."""
    return [one for one in of(session, keyring, committee_id) if term_rules.is_to_hand_over(one, day)]


def end(session: Session, keyring: Keyring, one: RepFacts, day: date, why: str) -> None:
    """End a term before its time; she is out at once. One that is over stays as it is.

    Args:
        session: may write.
        keyring: the key files.
        one: whose.
        day: today at the site.
        why: code of the reason, kept locked.
    """
    body = _locked(keyring, one.id, {"nickname": one.nickname, "picture": one.picture, "why": why})
    running = update(Representative).where(Representative.id == one.id, Representative.ended_on.is_(None))
    blind = {"verifier": secrets.token_bytes(VERIFIER_BYTES), "code_hash": None, "code_until": None}
    session.execute(running.values(ended_on=day, body=body, **blind))


def hand_over(session: Session, representative_id: bytes, day: date) -> None:
    """What was open was told to whoever follows her; handed over already keeps its day."""
    hers = update(Representative).where(Representative.id == representative_id)
    session.execute(hers.where(Representative.handed_over_on.is_(None)).values(handed_over_on=day))


def expect_code(session: Session, representative_id: bytes, code_hash: bytes, until: datetime) -> None:
    """Wait for the word that shows her her pictures; those she had open nothing from now on."""
    blind = {"verifier": secrets.token_bytes(VERIFIER_BYTES), "code_hash": code_hash, "code_until": until}
    session.execute(update(Representative).where(Representative.id == representative_id).values(**blind))


def waits_for(session: Session, code_hash: bytes, now: datetime) -> bytes | None:
    """Whose pictures a word shows; None where it is wrong, spent or too old."""
    query = select(Representative.id).where(Representative.code_hash == code_hash, Representative.code_until > now)
    return session.scalar(query)


def deal(session: Session, representative_id: bytes, code_hash: bytes, verifier: bytes) -> bool:
    """Spend the word and keep what her new pictures become; False where somebody else was faster."""
    hers = update(Representative).where(Representative.id == representative_id, Representative.code_hash == code_hash)
    dealt = hers.values(verifier=verifier, code_hash=None, code_until=None).returning(Representative.id)
    return session.scalar(dealt) is not None


def verifier_of(session: Session, representative_id: bytes) -> bytes | None:
    """What her code is compared by."""
    return session.scalar(select(Representative.verifier).where(Representative.id == representative_id))


def _hold(session: Session, site_id: int) -> None:
    """Two who make representatives of a site wait for each other: nicknames lie locked, no column keeps them apart."""
    mine = select(Committee.id).where(Committee.site_id == site_id).order_by(Committee.id)
    session.scalars(mine.with_for_update()).all()


def _rows() -> Select[tuple[Representative]]:
    return select(Representative)


def _facts(keyring: Keyring, session: Session, query: Select[tuple[Representative]]) -> list[RepFacts]:
    columns = [getattr(Representative, name) for name in (*sorted(_SEVERAL), "body", "verifier")]
    return [_opened(keyring, row) for row in session.execute(query.with_only_columns(*columns))]


def _opened(keyring: Keyring, row: Row[Any]) -> RepFacts:
    values = {name: getattr(row, name) for name in _SEVERAL}
    body = open_kept(keyring, KEPT_WORDS, row.body, _purpose(row.id))
    return RepFacts(**values, **body, mark=hashlib.sha256(row.verifier).digest()[:_MARK_BYTES])


def _locked(keyring: Keyring, representative_id: bytes, body: dict[str, str]) -> bytes:
    return keep(keyring, KEPT_WORDS, body, _purpose(representative_id), _ROOM)


def _purpose(representative_id: bytes) -> Context:
    return context("committee", "representative", representative_id.hex())


def names(found: Iterable[RepFacts]) -> list[str]:
    """Their nicknames."""
    return [one.nickname for one in found]
