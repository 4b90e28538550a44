"""A pack as one sealed file for another organisation: HPKE to a key that it publishes.

On the child's own yes, said on her page or beside her advocate, or on a legal ground that two adults agreed to; there
is no third way (S20). What lies in it: `pack_document`. It is made at once and kept nowhere.
Source: issue of care-plan reviews, "Hand-over".
"""

import json
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.orm import Session

from youthvoice.accounts.store import names_of_people
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, Refused
from youthvoice.privacy.credentials.published_keys import read_key
from youthvoice.privacy.crypto.sealing import SealedText, open_sealed, seal
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.reviews import rules, store
from youthvoice.reviews.entities import PackHandover, Review
from youthvoice.reviews.outside.pack_document import compose_pack
from youthvoice.reviews.outside.pack_proposals import keep_proposal, she_said_no, today_of
from youthvoice.reviews.pack import list_site_views, read_pack_outside
from youthvoice.reviews.statements.store import read_statement
from youthvoice.sites.store import get_site
from youthvoice.threads.store import ReaderKey

MAGIC: Final = b"youth voice pack 1\n"


MAX_NAME_CHARACTERS: Final = 80


_BOUND: Final = sealing_context("pack-file", 1)


def hand_over_pack(  # noqa: PLR0913, PLR0917 - what, on whose yes, to whom, by whom
    session: Session,
    review: Review,
    given: PackHandover,
    public_key: bytes,
    me: ReaderKey,
    private_key: bytes,
    log: Log,
    language: str,
) -> bytes:
    """The sealed file on a yes that she said beside her advocate; the child reads on her page that it was given.

    Args:
        session: may write; the caller commits.
        review: held (`find_review(to_change=True)`).
        given: to whom, what, and on which yes of the child.
        public_key: of the other organisation, 32 bytes.
        me: the advocate who carries it, with her key.
        private_key: hers, 32 bytes.
        log: in her name.
        language: in which published views are told.

    Raises:
        Refused: as `_seal`; `yes_missing`, `yes_day` in the future or before there was a review, `she_said_no` on her
            own page to the same organisation, `proposed_already`: she is being asked there.
        CannotOpen, KeyGone: as `read_statement`.
    """
    if given.how not in rules.BESIDE_ADVOCATE or given.ground is not None or not given.to.strip():
        raise Refused("yes_missing")
    _refuse_too_early(session, review, me)
    if not review.body.opened_on <= given.yes_on <= today_of(session, review):
        raise Refused("yes_day", "yes_on")
    if she_said_no(review, given.to, public_key):
        raise Refused("she_said_no")
    if review.open_proposal is not None:
        raise Refused("proposed_already")
    return _seal(session, review, given, public_key, me, private_key, log, language)


def hand_over_agreed(  # noqa: PLR0913, PLR0917 - what, by whom
    session: Session, review: Review, me: ReaderKey, private_key: bytes, log: Log, language: str
) -> bytes:
    """The sealed file of what is proposed, once she said yes on her page or two adults agreed to a legal ground.

    Raises:
        Refused: as `_seal`; `nothing_agreed`.
        CannotOpen, KeyGone: as `read_statement`.
    """
    _refuse_too_early(session, review, me)
    found = review.open_proposal
    public_key = read_key(found.key) if found else None
    if found is None or not found.may_go or found.answered_on is None or public_key is None:
        raise Refused("nothing_agreed")
    given = PackHandover(
        day=today_of(session, review),
        by=me.person_id if found.ground is None else found.by,
        to=found.to,
        yes_on=found.answered_on,
        how="page" if found.ground is None else rules.LEGAL_GROUND,
        parts=found.parts,
        ground=found.ground,
    )
    review = keep_proposal(session, review, replace(found, state="given"))
    return _seal(session, review, given, public_key, me, private_key, log, language)


def _refuse_too_early(session: Session, review: Review, me: ReaderKey) -> None:
    if me.person_id != review.advocate_id:
        raise Refused("not_advocate")
    if today_of(session, review) < review.day:
        raise Refused("not_yet")


def _seal(  # noqa: PLR0913, PLR0917 - what, on whose yes, to whom, by whom
    session: Session,
    review: Review,
    given: PackHandover,
    public_key: bytes,
    me: ReaderKey,
    private_key: bytes,
    log: Log,
    language: str,
) -> bytes:
    """Seal it and keep that it was given.

    Raises:
        Refused: `not_advocate`, `not_yet` before the day, `not_open`: words of hers are to go and do not open for
            whoever asks.
    """
    site, said = get_site(session, review.site_id), None
    if "words" in given.parts:
        said = read_statement(session, review, me, private_key)
        if review.statement is not None and said is None:
            raise Refused("not_open")
    pack = read_pack_outside(session, review, said)
    views = list_site_views(session, pack, language, for_review=False)
    names = names_of_people(session, {given.by, *([given.ground.agreed_by] if given.ground else [])})
    data = json.dumps(compose_pack(pack, given, site.name, views, names), ensure_ascii=False, indent=1).encode()
    sealed = MAGIC + seal(data, public_key, _BOUND).blob
    store.record_pack_handover(session, review, given, log)
    return sealed


def open_pack_file(blob: bytes, private_key: bytes) -> dict[str, Any]:
    """What such a file holds.

    Args:
        blob: the file.
        private_key: of the organisation it was sealed to, 32 bytes.

    Raises:
        CannotOpen: another key, altered, or no such file.
    """
    if not blob.startswith(MAGIC):
        raise CannotOpen
    found: dict[str, Any] = json.loads(open_sealed(SealedText.stored(blob[len(MAGIC) :]), private_key, _BOUND))
    return found
