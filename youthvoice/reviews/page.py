"""What staff pages of reviews show, gathered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ADVOCATE, REVIEWER
from youthvoice.accounts.store import list_trusted_people, names_of_people
from youthvoice.reviews import access, labels, rules
from youthvoice.reviews.entities import Review
from youthvoice.sites.store import Site, get_site, list_sites


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One line of the list.

    Attributes:
        review: which.
        case_number: of the organisation's files.
        step: of care, in words.
        kind: in words.
        stage: in words.
        when: its day, in words.
        late: whether something about it is late.
        people: who carries and who decides.
    """

    review: Review
    case_number: str
    step: str
    kind: str
    stage: str
    when: str
    late: bool
    people: str


def list_lines(session: Session, caller: Caller) -> list[tuple[Site, list[ReviewLine]]]:
    """The reviews that somebody finds, by site."""
    found = []
    for site in list_sites(session, caller.site_ids):
        reviews, today = access.list_visible_reviews(session, site.id, caller), context.today(site.time_zone)
        names = names_of_people(session, {row for one in reviews for row in (one.advocate_id, one.reviewer_id)})
        found.append((site, [_line(one, names, today) for one in reviews]))
    return found


def _line(review: Review, names: dict[int, str], today: date) -> ReviewLine:
    body, stage = review.body, review.stage(today)
    return ReviewLine(
        review,
        body.case_number,
        str(labels.CARE_STEP_LABELS[body.step]),
        str(labels.REVIEW_KIND_LABELS[body.kind]),
        str(labels.STAGE_LABELS[stage]),
        labels.day_label(review.day, today),
        is_late(review, today),
        ", ".join(names[row] for row in dict.fromkeys((review.advocate_id, review.reviewer_id)) if row in names),
    )


def is_late(review: Review, today: date) -> bool:
    """Whether nobody asked her in time, or a decision is late."""
    if review.decided_on is not None:
        return False
    unasked = review.words_of_child() == "nobody_asked" and today > rules.offer_due(review.day, review.body.opened_on)
    return unasked or today > rules.decisions_due(review.day)


def people_of_role(session: Session, site_id: int, role: str) -> list[tuple[int, str]]:
    """Everybody of a role at a site who counts by now: row and name."""
    return [(one.id, one.name) for one in list_trusted_people(session, [site_id]) if one.role == role]


def advocates_at(session: Session, site_id: int) -> list[tuple[int, str]]:
    """Who may carry a review there."""
    return people_of_role(session, site_id, ADVOCATE)


def reviewers_at(session: Session, site_id: int) -> list[tuple[int, str]]:
    """Who may decide there."""
    return people_of_role(session, site_id, REVIEWER)


def everybody_at(session: Session, site_id: int) -> list[tuple[int, str]]:
    """Everybody who may keep a promise, or speak for a child, there."""
    return [(one.id, one.name) for one in list_trusted_people(session, [site_id])]


def sites_with_reviewers(session: Session, caller: Caller) -> Sequence[Site]:
    """The sites where a review can be opened: somebody carries it, and somebody decides."""
    return [
        site
        for site in list_sites(session, caller.site_ids)
        if advocates_at(session, site.id) and reviewers_at(session, site.id)
    ]


def today_at(session: Session, review: Review) -> date:
    """Today where the review is."""
    return context.today(get_site(session, review.site_id).time_zone)
