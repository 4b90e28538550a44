"""Proposals to send a pack to another organisation: the child agrees or refuses on their page, or two adults agree.

    With consent:       asked -> yes -> given (the file is made)
                        asked -> no, which is final
                        yes   -> no, as long as there is no file: the child withdraws the consent
                        asked, yes -> withdrawn, by the advocate
    On a legal ground:  agreed by a second adult (`legal_handover`) -> given, or withdrawn by the advocate

No list, count or mail mentions it: the advocate finds the answer on the page of the review.
Source: STANDARDS.md S20, S31.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.privacy.credentials.published_keys import format_key
from youthvoice.reviews import rules, store
from youthvoice.reviews.entities import PackProposal, Review
from youthvoice.reviews.statements.store import OwnStatement
from youthvoice.sites.store import get_site
from youthvoice.web.i18n import plain_words


def new_proposal(  # noqa: PLR0913, PLR0917 - to whom, what and why
    review: Review, day: date, to: str, public_key: bytes, parts: tuple[str, ...], why: Mapping[str, str]
) -> PackProposal:
    """A proposal with its digest.

    Args:
        review: of the child.
        day: at the site.
        to: name of the organisation.
        public_key: of the organisation, 32 bytes.
        parts: codes of `rules.PACK_PARTS`.
        why: one sentence for the child, by language.
    """
    texts = {code: text.strip() for code, text in why.items() if text.strip()}
    key = format_key(public_key)
    content = json.dumps([review.key, to.strip(), key, sorted(parts), sorted(texts.items())])
    mark = hashlib.sha256(content.encode()).hexdigest()[:32]
    return PackProposal(mark, day, review.advocate_id, to.strip(), key, parts, texts)


def propose_pack(session: Session, review: Review, proposal: PackProposal, caller_id: int, log: Log) -> Review:
    """Ask the child on their own page; the caller commits.

    Args:
        session: may write.
        review: locked (`find_review(to_change=True)`).
        proposal: from `new_proposal`.
        caller_id: the advocate who carries the review.
        log: in the advocate's name.

    Raises:
        Refused: see `proposal_refusal`; `no_page`: the child has no code for a page.
    """
    if review.body.statement is None:
        raise Refused("no_page")
    if code := proposal_refusal(session, review, proposal, caller_id):
        raise Refused(*code)
    log.add(session, "review.propose_pack", review.key)
    return record_proposal(session, review, proposal)


def proposal_refusal(
    session: Session, review: Review, proposal: PackProposal, caller_id: int
) -> tuple[str, str] | None:
    """Why a pack cannot be proposed, with the field that is wrong; None where it can.

    Args:
        session: only read.
        review: of the child.
        proposal: from `new_proposal`; with a legal ground, what two adults agree on.
        caller_id: the advocate who asks.

    Returns:
        `not_advocate`, `not_yet`, `proposed_already`, `she_said_no` to exactly this, `too_often`, `why_missing`,
        `sentence_too_long`, or `not_open`: there is no statement that could go. A no of the child, and how often the
        child was asked, count only without a legal ground.
    """
    questions = [earlier for earlier in review.body.proposals if earlier.ground is None]  # that the child was asked
    refusals = {
        "not_advocate": caller_id != review.advocate_id,
        "not_yet": today_of(session, review) < review.day,
        "proposed_already": review.open_proposal is not None,
        "she_said_no": proposal.ground is None
        and any(earlier.mark == proposal.mark and earlier.state == "no" for earlier in questions),
        "too_often": proposal.ground is None and len(questions) >= rules.MAX_PROPOSALS,
        "why_missing": not proposal.why,
        "sentence_too_long": plain_words.is_too_long(proposal.why),
        "not_open": "words" in proposal.parts and review.valid_statement is None,
    }
    code = next((code for code, is_so in refusals.items() if is_so), None)
    return (code, "why" if code in {"why_missing", "sentence_too_long"} else "") if code else None


def answer_proposal(session: Session, own_statement: OwnStatement, mark: str, *, yes: bool) -> Review:
    """The child agrees or refuses, or withdraws the consent; the caller commits.

    Args:
        session: may write; the review is locked (`open_own(to_change=True)`).
        own_statement: opened with the child's code.
        mark: digest of the proposal that the child read.
        yes: whether the child agrees.

    Raises:
        Refused: `changed`: the proposal is over, was withdrawn or carried out, or the child refused it before.
    """
    review = own_statement.review
    proposal = review.open_proposal
    if proposal is None or proposal.mark != mark or proposal.ground is not None:
        raise Refused("changed")
    day = today_of(session, review)
    return record_proposal(session, review, replace(proposal, state="yes" if yes else "no", answered_on=day))


def withdraw_proposal(session: Session, review: Review, mark: str, caller_id: int, log: Log) -> Review:
    """The advocate withdraws the proposal; the child finds no question.

    Raises:
        Refused: `not_advocate`; `nothing_agreed`: there is no such proposal now.
    """
    if caller_id != review.advocate_id:
        raise Refused("not_advocate")
    proposal = review.open_proposal
    if proposal is None or proposal.mark != mark:
        raise Refused("nothing_agreed")
    log.add(session, "review.withdraw_pack", review.key)
    return record_proposal(session, review, replace(proposal, state="withdrawn"))


def record_proposal(session: Session, review: Review, proposal: PackProposal) -> Review:
    """Store a proposal or its new state, without a new version: the child's answer makes no form stale.

    A closed proposal loses its sentence. The recipient, the day and the result stay, also when the same is proposed
    again, so that nobody can ask more often by withdrawing first.
    """
    if not proposal.is_open:
        proposal = replace(proposal, why={})
    other_proposals = tuple(
        other for other in review.body.proposals if other.mark != proposal.mark or not other.is_open
    )
    body = replace(review.body, proposals=(*other_proposals, proposal))
    return store.change_review(session, review, body, quiet=True)


def has_child_refused(review: Review, to: str, public_key: bytes) -> bool:
    """Whether the child's last answer about an organisation is a refusal: then nobody may record a consent in person.

    Args:
        review: the child's.
        to: name of the organisation, in any spacing and case.
        public_key: of the organisation, 32 bytes: under another name it is the same organisation.
    """
    name, key = _folded(to), format_key(public_key)
    states = [
        proposal.state
        for proposal in review.body.proposals
        if proposal.ground is None and _identity(proposal) & {name, key}
    ]
    answers = [state for state in states if state in {"no", "yes", "given"}]
    return answers[-1:] == ["no"]


def _identity(proposal: PackProposal) -> set[str]:
    """The name and key by which an organisation is recognised."""
    return {_folded(proposal.to), proposal.key}


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def today_of(session: Session, review: Review) -> date:
    """The day at the site of the review."""
    return context.today(get_site(session, review.site_id).time_zone)
