"""The pack as one sealed file for another organisation, encrypted with HPKE to the organisation's public key.

It needs the child's consent, given on their page or in person, or a legal ground that two adults agreed on; there is no
third way (S20). `primero_pack` describes the content. The file is made on request and stored nowhere.
Source: STANDARDS.md S20.
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
from youthvoice.reviews.outside.pack_proposals import has_child_refused, record_proposal, today_of
from youthvoice.reviews.outside.primero_pack import compose_pack
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
    handover: PackHandover,
    public_key: bytes,
    reader_key: ReaderKey,
    private_key: bytes,
    log: Log,
    language: str,
) -> bytes:
    """The sealed file, with consent that the child gave in person; the child's page says that the pack was given.

    Args:
        session: may write; the caller commits.
        review: locked (`find_review(to_change=True)`).
        handover: recipient, parts, and the child's consent.
        public_key: of the organisation, 32 bytes.
        reader_key: of the advocate who carries the review.
        private_key: of that advocate, 32 bytes.
        log: in the advocate's name.
        language: of the published views.

    Raises:
        Refused: see `_refuse_caller_or_day` and `_seal`; `yes_missing`; `yes_day` in the future or before the review
            was opened; `she_said_no` to the same organisation on the child's own page; `proposed_already`: the child
            is being asked there.
        CannotOpen, KeyGone: see `read_statement`.
    """
    if handover.how not in rules.BESIDE_ADVOCATE or handover.ground is not None or not handover.to.strip():
        raise Refused("yes_missing")
    _refuse_caller_or_day(session, review, reader_key)
    if not review.body.opened_on <= handover.yes_on <= today_of(session, review):
        raise Refused("yes_day", "yes_on")
    if has_child_refused(review, handover.to, public_key):
        raise Refused("she_said_no")
    if review.open_proposal is not None:
        raise Refused("proposed_already")
    return _seal(session, review, handover, public_key, reader_key, private_key, log, language)


def hand_over_proposed(  # noqa: PLR0913, PLR0917 - what, by whom
    session: Session, review: Review, reader_key: ReaderKey, private_key: bytes, log: Log, language: str
) -> bytes:
    """The sealed file of the open proposal, after the child's consent on their page or two adults' agreement.

    Raises:
        Refused: see `_refuse_caller_or_day` and `_seal`; `nothing_agreed`.
        CannotOpen, KeyGone: see `read_statement`.
    """
    _refuse_caller_or_day(session, review, reader_key)
    proposal = review.open_proposal
    public_key = read_key(proposal.key) if proposal else None
    if proposal is None or not proposal.may_go or proposal.answered_on is None or public_key is None:
        raise Refused("nothing_agreed")
    handover = PackHandover(
        day=today_of(session, review),
        # on a legal ground: the advocate who named it, for a second adult agreed to just that
        by=reader_key.person_id if proposal.ground is None else proposal.by,
        to=proposal.to,
        yes_on=proposal.answered_on,
        how="page" if proposal.ground is None else rules.LEGAL_GROUND,
        parts=proposal.parts,
        ground=proposal.ground,
    )
    review = record_proposal(session, review, replace(proposal, state="given"))
    return _seal(session, review, handover, public_key, reader_key, private_key, log, language)


def _refuse_caller_or_day(session: Session, review: Review, reader_key: ReaderKey) -> None:
    """Raise `Refused`: `not_advocate`, the caller does not carry the review; `not_yet`, its day has not come."""
    if reader_key.person_id != review.advocate_id:
        raise Refused("not_advocate")
    if today_of(session, review) < review.day:
        raise Refused("not_yet")


def _seal(  # noqa: PLR0913, PLR0917 - what, on whose yes, to whom, by whom
    session: Session,
    review: Review,
    handover: PackHandover,
    public_key: bytes,
    reader_key: ReaderKey,
    private_key: bytes,
    log: Log,
    language: str,
) -> bytes:
    """Seal the pack and record that it was given; the caller has checked who gives it, and on which day.

    Raises:
        Refused: `not_open`: the statement is to go, and the caller cannot open it.
        CannotOpen, KeyGone: see `read_statement`.
    """
    site, statement = get_site(session, review.site_id), None
    if "words" in handover.parts:
        statement = read_statement(session, review, reader_key, private_key)
        if review.valid_statement is not None and statement is None:
            raise Refused("not_open")
    pack = read_pack_outside(session, review, statement)
    views = list_site_views(session, pack, language, for_review=False)
    names = names_of_people(session, {handover.by, *([handover.ground.agreed_by] if handover.ground else [])})
    data = json.dumps(compose_pack(pack, handover, site.name, views, names), ensure_ascii=False, indent=1).encode()
    sealed = MAGIC + seal(data, public_key, _BOUND).blob
    store.record_pack_handover(session, review, handover, log)
    return sealed


def open_pack_file(blob: bytes, private_key: bytes) -> dict[str, Any]:
    """The content of a pack file.

    Args:
        blob: the file.
        private_key: of the organisation, 32 bytes.

    Raises:
        CannotOpen: sealed to another key, altered, or no pack file.
    """
    if not blob.startswith(MAGIC):
        raise CannotOpen
    content: dict[str, Any] = json.loads(open_sealed(SealedText.stored(blob[len(MAGIC) :]), private_key, _BOUND))
    return content
