"""A pack is proposed for another organisation: the child says yes or no on her own page, or two adults name a ground.

    asked -> she says yes -> the file is made          agreed by a second adult -> the file is made
          -> she says no: final                        (`legal_handover`)
    yes   -> she takes it back: no, as long as there is no file

Nothing of it is in a list, a count or a mail: her advocate finds her answer on the page of the review.
Source: STANDARDS.md S20, S31; issue of care-plan reviews, "Hand-over".
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
    """What is proposed, with its mark.

    Args:
        review: which.
        day: at the site.
        to: name of the organisation.
        public_key: that it publishes, 32 bytes.
        parts: codes of `rules.PACK_PARTS`.
        why: one sentence for the child, by language.
    """
    texts = {code: text.strip() for code, text in why.items() if text.strip()}
    key = format_key(public_key)
    whole = json.dumps([review.key, to.strip(), key, sorted(parts), sorted(texts.items())])
    mark = hashlib.sha256(whole.encode()).hexdigest()[:32]
    return PackProposal(mark, day, review.advocate_id, to.strip(), key, parts, texts)


def propose_pack(session: Session, review: Review, proposal: PackProposal, me: int, log: Log) -> Review:
    """Ask the child on her own page; the caller commits.

    Args:
        session: may write.
        review: held (`find_review(to_change=True)`).
        proposal: of `new_proposal`.
        me: the advocate who carries it.
        log: in her name.

    Raises:
        Refused: as `proposal_refusal`, or `no_page`: she has no code that opens one.
    """
    if review.body.statement is None:
        raise Refused("no_page")
    if code := proposal_refusal(session, review, proposal, me):
        raise Refused(*code)
    log.add(session, "review.propose_pack", review.key)
    return keep_proposal(session, review, proposal)


def proposal_refusal(session: Session, review: Review, proposal: PackProposal, me: int) -> tuple[str, str] | None:
    """Why something cannot be proposed, and the box where it can be put right; None when it can.

    Args:
        session: only read.
        review: which.
        proposal: of `new_proposal`; with a legal ground, what two adults agree to.
        me: the advocate who asks.

    Returns:
        `not_advocate`, `not_yet`, `proposed_already`, `she_said_no` to the very same, `too_often`, `why_missing`,
        `sentence_too_long`, or `not_open`: there are no words of hers that could go.
    """
    pack_proposals = [proposal for proposal in review.body.proposals if proposal.ground is None]
    refusals = {
        "not_advocate": me != review.advocate_id,
        "not_yet": today_of(session, review) < review.day,
        "proposed_already": review.open_proposal is not None,
        "she_said_no": any(
            pack_proposal.mark == proposal.mark and pack_proposal.state == "no" for pack_proposal in pack_proposals
        ),
        "too_often": proposal.ground is None and len(pack_proposals) >= rules.MAX_PROPOSALS,
        "why_missing": not proposal.why,
        "sentence_too_long": plain_words.is_too_long(proposal.why),
        "not_open": "words" in proposal.parts and review.statement is None,
    }
    code = next((code for code, is_so in refusals.items() if is_so), None)
    return (code, "why" if code in {"why_missing", "sentence_too_long"} else "") if code else None


def answer_proposal(session: Session, own_statement: OwnStatement, mark: str, *, yes: bool) -> Review:
    """The child says yes or no to what she read, or takes her yes back; the caller commits.

    Args:
        session: may write; her review is held (`open_own(to_change=True)`).
        own_statement: as her code opened it.
        mark: of what she read.
        yes: what she says.

    Raises:
        Refused: `changed`: it is over, was taken back or went, or her no was said already.
    """
    review = own_statement.review
    proposal = review.open_proposal
    if proposal is None or proposal.mark != mark or proposal.ground is not None:
        raise Refused("changed")
    day = today_of(session, review)
    return keep_proposal(session, review, replace(proposal, state="yes" if yes else "no", answered_on=day))


def withdraw_proposal(session: Session, review: Review, mark: str, me: int, log: Log) -> Review:
    """The advocate does not ask any more; the child finds nothing to answer.

    Raises:
        Refused: `not_advocate`; `nothing_agreed`: there is no such thing any more.
    """
    if me != review.advocate_id:
        raise Refused("not_advocate")
    proposal = review.open_proposal
    if proposal is None or proposal.mark != mark:
        raise Refused("nothing_agreed")
    log.add(session, "review.withdraw_pack", review.key)
    return keep_proposal(session, review, replace(proposal, state="withdrawn"))


def keep_proposal(session: Session, review: Review, proposal: PackProposal) -> Review:
    """A pack is proposed, or what was proposed stands in another state; beside the version, as her answer is her own.

    Of what is over the sentence goes; to whom, when, and what became of it stays: also where the same is asked again,
    so that nobody asks more often by taking it back before.
    """
    if not proposal.is_open:
        proposal = replace(proposal, why={})
    others = tuple(
        pack_proposal
        for pack_proposal in review.body.proposals
        if pack_proposal.mark != proposal.mark or not pack_proposal.is_open
    )
    return store.change_review(session, review, replace(review.body, proposals=(*others, proposal)), quiet=True)


def she_said_no(review: Review, to: str, public_key: bytes) -> bool:
    """Whether her last word on her own page about an organisation is no: nobody writes down a yes of hers then.

    Args:
        review: hers.
        to: name of the organisation, however it is spaced or written large.
        public_key: that it publishes, 32 bytes: under another name it is the same one.
    """
    name, key = _folded(to), format_key(public_key)
    about = [
        proposal for proposal in review.body.proposals if proposal.ground is None and _known_by(proposal) & {name, key}
    ]
    answered = [proposal for proposal in about if proposal.state in {"no", "yes", "given"}]
    return bool(answered) and answered[-1].state == "no"


def _known_by(proposal: PackProposal) -> set[str]:
    """By what an organisation is known again."""
    return {_folded(proposal.to), proposal.key}


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def today_of(session: Session, review: Review) -> date:
    """Today where the review is."""
    return context.today(get_site(session, review.site_id).time_zone)
