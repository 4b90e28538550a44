"""Queries about representatives and their terms, and what their facilitator still has to do.

Source: STANDARDS S23; PRIVACY.md C, "Codes" and "Times".
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Row, Select, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.committees.entities import Committee
from youthvoice.committees.models import CommitteeRow, RepresentativeRow
from youthvoice.committees.representatives import rules
from youthvoice.committees.store import list_committees
from youthvoice.privacy.credentials.picture_codes import VERIFIER_BYTES
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS

_ID_BYTES: Final = 16

_MARK_BYTES: Final = 8

_PADDED_BYTES: Final = 400  # a nickname, a picture and a reason need at most as many

_IN_CLEAR: Final = ("id", "committee_id", "post", "way", "starts_on", "ends_on", "ended_on", "handed_over_on")


def begin_term(  # noqa: PLR0913, PLR0917 - who, what, how, from when
    session: Session, committee: Committee, post: str, nickname: str, picture: str, way: str, day: date
) -> bytes:
    """Begin the term of a winner; everything against it was checked before the election.

    The term of the present holder ends. If the same child holds another post of this committee (`rules.is_same_child`),
    that term ends too: one child has one post. If another child in office has the same nickname, the new one gets a
    number. The child cannot sign in before the facilitator has given out pictures (`expect_code_word`).

    Args:
        session: may write; the caller commits.
        committee: of the post.
        post: of its kind.
        nickname: as typed.
        picture: of `rules.CANDIDATE_PICTURES`.
        way: how the child was chosen; of the committee's kind.
        day: today at the site; the term begins.

    Returns:
        The representative's id, 16 bytes.
    """
    _lock_site(session, committee.site_id)
    nickname = rules.tidy_nickname(nickname)
    representatives = list_in_office(session, [committee.site_id], day)
    other_names = set()  # nicknames of other children
    for representative in representatives:
        folded_name = rules.fold_nickname(representative.nickname)
        if not rules.is_same_child(representative, committee.id, post):
            other_names.add(folded_name)
        elif representative.post != post and folded_name == rules.fold_nickname(nickname):
            end_term(session, representative, day, rules.ANOTHER)
    for representative in list_representatives(session, committee.id):
        if post != rules.MEMBER and representative.post == post and representative.is_in_office(day):
            end_term(session, representative, day, rules.FOLLOWED)
    name = next(name for name in rules.number_nicknames(nickname) if rules.fold_nickname(name) not in other_names)
    representative_id = secrets.token_bytes(_ID_BYTES)
    session.add(
        RepresentativeRow(
            id=representative_id,
            committee_id=committee.id,
            post=post,
            way=way,
            starts_on=day,
            ends_on=day + timedelta(days=committee.term_days),
            body=_encrypt_body(representative_id, {"nickname": name, "picture": picture, "why": ""}),
            verifier=secrets.token_bytes(VERIFIER_BYTES),
        )
    )
    session.flush()
    return representative_id


def find_representative(session: Session, representative_id: bytes) -> rules.Representative | None:
    """One representative, whether in office or not."""
    return next(
        iter(
            _read_representatives(session, select(RepresentativeRow).where(RepresentativeRow.id == representative_id))
        ),
        None,
    )


def list_representatives(session: Session, committee_id: int) -> list[rules.Representative]:
    """All present and former representatives of a committee, the newest first."""
    representatives = _read_representatives(
        session, select(RepresentativeRow).where(RepresentativeRow.committee_id == committee_id)
    )
    return sorted(
        representatives, key=lambda representative: (representative.starts_on, representative.nickname), reverse=True
    )


def list_in_office(session: Session, site_ids: Collection[int], day: date) -> list[rules.Representative]:
    """The representatives in office at some sites on a day, by nickname; without closed committees."""
    query = (
        select(RepresentativeRow)
        .join(CommitteeRow, CommitteeRow.id == RepresentativeRow.committee_id)
        .where(CommitteeRow.site_id.in_(site_ids), CommitteeRow.closed_on.is_(None))
        .where(
            RepresentativeRow.ended_on.is_(None), RepresentativeRow.starts_on <= day, RepresentativeRow.ends_on >= day
        )
    )
    return sorted(
        _read_representatives(session, query),
        key=lambda representative: (representative.nickname.casefold(), representative.key),
    )


def list_to_hand_over(session: Session, committee_id: int, day: date) -> list[rules.Representative]:
    """Former representatives who have not handed over their open items."""
    return [
        representative
        for representative in list_representatives(session, committee_id)
        if rules.is_to_hand_over(representative, day)
    ]


def end_term(session: Session, representative: rules.Representative, day: date, why: str) -> None:
    """End a term early; the child is out of office immediately. A term that was ended before stays as it is.

    Args:
        session: may write.
        representative: whose term.
        day: today at the site.
        why: code of the reason; stored encrypted.
    """
    body = _encrypt_body(representative.id, _body_values(replace(representative, why=why)))
    running = update(RepresentativeRow).where(
        RepresentativeRow.id == representative.id, RepresentativeRow.ended_on.is_(None)
    )
    no_code = {"verifier": secrets.token_bytes(VERIFIER_BYTES), "code_hash": None, "code_until": None}
    session.execute(running.values(ended_on=day, body=body, **no_code))


def record_hand_over(session: Session, representative_id: bytes, day: date) -> None:
    """Record that open items were handed over; a second time keeps the first day."""
    query = update(RepresentativeRow).where(RepresentativeRow.id == representative_id)
    session.execute(query.where(RepresentativeRow.handed_over_on.is_(None)).values(handed_over_on=day))


def expect_code_word(  # noqa: PLR0913 - whose, by which word until when, and who gives it
    session: Session, representative: rules.Representative, code_hash: bytes, until: datetime, *, by: int, day: date
) -> None:
    """Expect the word that shows new pictures; the old pictures stop working now.

    Args:
        session: may write.
        representative: the child who gets pictures.
        code_hash: of the word.
        until: moment until which the word is valid.
        by: row of the adult who asked for it, since that adult could keep the pictures.
        day: today at the site.
    """
    body = _encrypt_body(representative.id, _body_values(replace(representative, pictures_on=day, pictures_by=by)))
    word_only = {"verifier": secrets.token_bytes(VERIFIER_BYTES), "code_hash": code_hash, "code_until": until}
    query = update(RepresentativeRow).where(RepresentativeRow.id == representative.id)
    session.execute(query.values(body=body, **word_only))


def find_by_code_word(session: Session, code_hash: bytes, now: datetime) -> bytes | None:
    """The representative to whom a word shows pictures; None if it is wrong, used or too old."""
    query = select(RepresentativeRow.id).where(
        RepresentativeRow.code_hash == code_hash, RepresentativeRow.code_until > now
    )
    return session.scalar(query)


def store_picture_verifier(session: Session, representative_id: bytes, code_hash: bytes, verifier: bytes) -> bool:
    """Use up the word and store the verifier of the new pictures; False if the word was used at the same moment."""
    query = update(RepresentativeRow).where(
        RepresentativeRow.id == representative_id, RepresentativeRow.code_hash == code_hash
    )
    update_row = query.values(verifier=verifier, code_hash=None, code_until=None)
    return session.scalar(update_row.returning(RepresentativeRow.id)) is not None


def find_picture_verifier(session: Session, representative_id: bytes) -> bytes | None:
    """The verifier with which a picture code is compared."""
    return session.scalar(select(RepresentativeRow.verifier).where(RepresentativeRow.id == representative_id))


def _lock_site(session: Session, site_id: int) -> None:
    """Let two transactions that begin terms at a site wait for each other.

    Nicknames are encrypted, so no column can keep them apart.
    """
    committees = select(CommitteeRow.id).where(CommitteeRow.site_id == site_id).order_by(CommitteeRow.id)
    session.scalars(committees.with_for_update()).all()


def _read_representatives(session: Session, query: Select[RepresentativeRow]) -> list[rules.Representative]:
    columns = [getattr(RepresentativeRow, name) for name in (*_IN_CLEAR, "body", "verifier")]
    return [_open_row(row) for row in session.execute(query.with_only_columns(*columns))]


def _open_row(row: Row[Any]) -> rules.Representative:
    """A row as a value, decrypted."""
    values = {name: getattr(row, name) for name in _IN_CLEAR}
    body = decrypt_json(context.keyring(), KEPT_WORDS, row.body, _purpose(row.id))
    day = body.pop("pictures_on", "")
    body["pictures_on"] = date.fromisoformat(day) if day else None
    return rules.Representative(**values, **body, mark=hashlib.sha256(row.verifier).digest()[:_MARK_BYTES])


def _body_values(representative: rules.Representative) -> dict[str, str | int]:
    """The encrypted values of a representative."""
    day = representative.pictures_on.isoformat() if representative.pictures_on else ""
    body: dict[str, str | int] = {
        "nickname": representative.nickname,
        "picture": representative.picture,
        "why": representative.why,
    }
    return body | {"pictures_on": day, "pictures_by": representative.pictures_by} if day else body


def _encrypt_body(representative_id: bytes, body: Mapping[str, str | int]) -> bytes:
    return encrypt_json(context.keyring(), KEPT_WORDS, body, _purpose(representative_id), _PADDED_BYTES)


def _purpose(representative_id: bytes) -> SealingContext:
    return sealing_context("committee", "representative", representative_id.hex())


def list_nicknames(representatives: Iterable[rules.Representative]) -> list[str]:
    """The nicknames of some representatives."""
    return [representative.nickname for representative in representatives]


_TIME_TO_HAND_OVER: Final = timedelta(days=7)
"""After the last day of a term."""


@dataclass(frozen=True, slots=True)
class PendingTerm:
    """One task of a facilitator, however many representatives of a committee it is about.

    Attributes:
        kind: `term` (ends soon) or `hand_over` (is over).
        due: the last day of the term, or the day by which open items must be handed over.
    """

    kind: Literal["term", "hand_over"]
    committee: Committee
    due: date


def list_pending_terms(session: Session, person_id: int, days: Mapping[int, date]) -> list[PendingTerm]:
    """The tasks about terms of a facilitator.

    Args:
        session: only read.
        person_id: the facilitator.
        days: today at each of the facilitator's sites, by row.
    """
    own_committees = [
        committee
        for committee in list_committees(session, days)
        if committee.facilitator_id == person_id and committee.kind.posts
    ]
    pending_terms = [
        PendingTerm(kind, committee, due)
        for committee in own_committees
        for kind, due in _find_pending(list_representatives(session, committee.id), days[committee.site_id])
    ]
    return sorted(pending_terms, key=lambda term: (term.due, term.committee.id))


def _find_pending(
    representatives: list[rules.Representative], day: date
) -> Iterator[tuple[Literal["term", "hand_over"], date]]:
    """The kind and due day of each task about terms: one for each day on which terms end, one for all handovers."""
    in_office = [representative for representative in representatives if representative.is_in_office(day)]
    last_days = {
        representative.ends_on
        for representative in in_office
        if rules.days_left_in_term(representative, day) <= rules.REMIND_DAYS
    }
    hand_over_days = {
        representative.last_day + _TIME_TO_HAND_OVER
        for representative in representatives
        if rules.is_to_hand_over(representative, day)
    }
    yield from (("term", due) for due in sorted(last_days))
    if hand_over_days:
        yield "hand_over", min(hand_over_days)
