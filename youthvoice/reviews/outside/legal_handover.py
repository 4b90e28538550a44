"""A pack for another organisation on a legal ground, without the child's consent: two adults decide (S20).

The advocate who carries the review asks; a safeguarding lead or a coordinator of the site agrees under their own sign-
in. Neither reads a word of the child because of it. The child's page then says who decided, on which ground, and where
the pack goes; where knowing it is a danger, only once the pack was sent. What a law obliges adults to tell an authority
never waits for this: one advocate does that immediately, as an action on a report of the child.
Source: STANDARDS.md S20; docs/decisions, "A pack without the child's yes".
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ADVOCATE, COORDINATOR, SAFEGUARDING_LEAD
from youthvoice.accounts import agreement
from youthvoice.accounts.agreement import RequestKind
from youthvoice.errors import CannotOpen, KeyGone, Refused
from youthvoice.privacy.credentials.published_keys import read_key
from youthvoice.reviews import rules, store
from youthvoice.reviews.entities import LegalGround, PackProposal, Review
from youthvoice.reviews.outside.labels import (
    HANDOVER_REFUSAL_LABELS,
    LEGAL_GROUND_LABELS,
    TOLD_LABELS,
    pack_part_labels,
)
from youthvoice.reviews.outside.pack_proposals import new_proposal, proposal_refusal, record_proposal, today_of

KIND: Final = "review_file"

SECOND_ROLES: Final = (SAFEGUARDING_LEAD, COORDINATOR)
"""Roles that may agree, the more independent of the site first."""

MAX_REFERENCE_CHARACTERS: Final = 160


def ask_legal_handover(session: Session, review: Review, proposal: PackProposal, first: Caller, second_id: int) -> int:
    """Ask the second adult; the caller commits.

    Args:
        session: may write.
        review: locked (`find_review(to_change=True)`).
        proposal: from `new_proposal`, with its ground.
        first: the advocate who carries it.
        second_id: the adult who is asked to agree.

    Returns:
        The id of the request.

    Raises:
        Refused: see `proposal_refusal`; `ground_missing`, `second_missing`.
    """
    if code := _refusal(session, review, proposal, first.person_id):
        raise Refused(*code)
    seconds = agreement.list_possible_seconds(session, first.person_id, [review.site_id])
    if second_id not in {person.id for person in seconds if person.role in SECOND_ROLES}:
        raise Refused("second_missing", "second")
    ground = proposal.ground
    data = {
        "review": review.key,
        "to": proposal.to,
        "key": proposal.key,
        "parts": list(proposal.parts),
        "why": dict(proposal.why),
        "code": ground.code if ground else "",
        "reference": ground.reference if ground else "",
        "told": ground.told if ground else "",
    }
    return agreement.ask_second(session, KIND, data, [review.site_id], first, second_id)


def _refusal(session: Session, review: Review, proposal: PackProposal, caller_id: int) -> tuple[str, str] | None:
    ground = proposal.ground
    if ground is None or ground.code not in rules.LEGAL_GROUNDS or ground.told not in rules.TOLD_BEFORE:
        return "ground_missing", "ground"
    if not ground.reference.strip() or len(ground.reference) > MAX_REFERENCE_CHARACTERS:
        return "ground_missing", "reference"
    return proposal_refusal(session, review, proposal, caller_id)


class LegalHandoverRequest:
    """The request from the advocate to a safeguarding lead or a coordinator."""

    def title(self, session: Session, data: Mapping[str, Any]) -> str:  # noqa: ARG002 - as `RequestKind`
        """A title for lists, with nothing about a case."""
        return str(_("A question about a review"))

    def lines(self, session: Session, data: Mapping[str, Any]) -> Sequence[agreement.RequestLine]:
        """Everything that the second adult agrees to; nothing that the child said."""
        review = _find(session, data)
        line = agreement.RequestLine
        return [
            line(_("What is asked"), _("Give a pack to another organisation without the child’s own yes")),
            line(_("Case number"), review.body.case_number if review else ""),
            line(_("Name of the organisation"), data["to"]),
            line(_("The public key that it publishes"), data["key"]),
            line(_("Legal ground"), str(LEGAL_GROUND_LABELS[data["code"]])),
            line(_("Paragraph or order"), data["reference"]),
            *(line(_("What goes"), words) for words in pack_part_labels(data["parts"])),
            *(line(_("What the child reads"), words) for words in data["why"].values()),
            line(_("Was she told before?"), str(TOLD_LABELS[data["told"]])),
        ]

    def may_know(self, session: Session, data: Mapping[str, Any], second: Caller) -> bool:
        """Whether the second adult may see the request: only people who may agree to it."""
        review = _find(session, data)
        return review is not None and second.role in SECOND_ROLES and review.site_id in second.site_ids

    def carry_out(
        self, session: Session, agreement_request: agreement.AgreementRequest, second: Caller
    ) -> agreement.RequestOutcome:
        """Check the request again as things are now, and record the agreement.

        The pack can then be made. When the child reads that it was agreed, `PackProposal.is_visible_to_child` says.
        """
        first, data = agreement.first_caller(session, agreement_request), agreement_request.data
        review, public_key = _find(session, data, to_change=True), read_key(data["key"])
        if review is None or public_key is None:
            raise agreement.CannotBeDone(_("This review has ended."))
        if first.role != ADVOCATE or second.role not in SECOND_ROLES or second.person_id == first.person_id:
            raise agreement.CannotBeDone(HANDOVER_REFUSAL_LABELS["second_missing"])
        ground = LegalGround(data["code"], data["reference"], data["told"], second.person_id)
        day = today_of(session, review)
        pack_proposal = new_proposal(review, day, data["to"], public_key, tuple(data["parts"]), data["why"])
        # the digest leaves out the ground: with it, a form about the child's own yes would fit this proposal as well
        proposal = replace(
            pack_proposal, ground=ground, mark=f"{agreement_request.id:032x}", state="agreed", answered_on=day
        )
        if code := _refusal(session, review, proposal, first.person_id):
            raise agreement.CannotBeDone(HANDOVER_REFUSAL_LABELS[code[0]])
        record_proposal(session, review, proposal)
        agreement.log_of_first(first).add(session, "review.legal_ground", f"{review.key} with {second.person_id}")
        return agreement.RequestOutcome(url_for("reviews.give_pack_file", key=review.key), second_may_look=False)


def _find(session: Session, data: Mapping[str, Any], *, to_change: bool = False) -> Review | None:
    try:
        return store.find_review(session, bytes.fromhex(data["review"]), to_change=to_change)
    except (CannotOpen, KeyGone):
        return None


REVIEW_REQUEST_KINDS: Final[Mapping[str, RequestKind]] = {KIND: LegalHandoverRequest()}
