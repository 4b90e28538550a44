"""Values for the staff pages of reviews."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import REVIEWER
from youthvoice.accountability.rules import PLAN
from youthvoice.accounts.store import (
    find_readers_at_sites,
    list_trusted_people,
    names_of_people,
    trusted_people_by_site,
)
from youthvoice.reviews import access, decisions, labels, rules
from youthvoice.reviews.duties import carriers
from youthvoice.reviews.entities import Review, ReviewLink
from youthvoice.reviews.outside.outside_pack import may_have_links
from youthvoice.reviews.statements import review_links, wish_readers
from youthvoice.sites.store import Site, get_site, site_ids_by_day
from youthvoice.threads.readership import reader_key
from youthvoice.web.i18n.formats import format_day, format_hour, local_time


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One line of the list.

    Attributes:
        review: which.
        case_number: of the organisation's files.
        step: of care, as a label.
        kind: as a label.
        stage: as a label.
        when: its day, as a label.
        alarm: what is late about it, as a label; empty where nothing is.
        people: the advocate and the reviewer; markup.
    """

    review: Review
    case_number: str
    step: str
    kind: str
    stage: str
    when: str
    alarm: str
    people: str


@dataclass(frozen=True, slots=True)
class SiteLines:
    """One page of the reviews of a site.

    Attributes:
        number: of all reviews that the caller may see.
        lines: of this page.
    """

    number: int
    lines: Sequence[ReviewLine]


MAX_LINES: Final = 50
"""Lines of a site on one page."""


def list_lines(session: Session, caller: Caller, sites: Sequence[Site], page: int = 1) -> list[tuple[Site, SiteLines]]:
    """The reviews that the caller may see, by site: those that wait first, the oldest day first.

    Args:
        session: only read.
        caller: who asks.
        sites: of the caller.
        page: number of the page, from 1.
    """
    days = {site.id: context.today(site.time_zone) for site in sites}
    pages = access.list_visible_pages(session, days, caller, (page - 1) * MAX_LINES, MAX_LINES)
    reviews = [review for _number, there in pages.values() for review in there]
    names = names_of_people(session, {row for review in reviews for row in (review.advocate_id, review.reviewer_id)})
    late: dict[str, set[str]] = {}
    for today, site_ids in site_ids_by_day(sites).items():
        late |= decisions.list_late_promises(session, site_ids, today)
    keys = wish_readers.list_keys_with_known_wishes(session, reader_key(session, caller), reviews)
    lines_by_site = []
    for site in sites:
        number, there = pages[site.id]
        lines = [
            _line(review, names, days[site.id], late.get(review.key, set()), knows=review.key in keys)
            for review in there
        ]
        lines_by_site.append((site, SiteLines(number, lines)))
    return lines_by_site


def _line(review: Review, names: dict[int, str], today: date, late: Collection[str], *, knows: bool) -> ReviewLine:
    body, stage = review.body, review.stage(today, knows=knows)
    return ReviewLine(
        review=review,
        case_number=body.case_number,
        step=str(labels.CARE_STEP_LABELS[body.step]),
        kind=str(labels.REVIEW_KIND_LABELS[body.kind]),
        stage=str(labels.STAGE_LABELS[stage]),
        when=labels.day_label(review.day, today),
        alarm=alarm_label(review, today, late, knows=knows),
        people=labels.people_label((review.advocate_id, review.reviewer_id), names),
    )


def alarm_label(review: Review, today: date, late: Collection[str] = (), *, knows: bool) -> str:
    """What is late about a review, the most serious first; empty where nothing is.

    Args:
        review: which.
        today: at the site.
        late: the parts with an overdue promise.
        knows: whether the reader may know of wishes; else only the plan counts.
    """
    code: str | None = "promise_late" if (late if knows else PLAN in late) else None
    if not review.is_decided(knows=knows):
        look_until = review.body.look_until if knows and review.body.plan_on else None
        code = "no_advocate" if review.lacks_advocate else code
        code = review.asking_alarm(today) or code
        if code != "nobody_asked" and rules.is_decision_late(review.day, today, look_until):
            code = "decision_late"
    return str(labels.ALARM_LABELS[code]) if code else ""


def people_of_role(session: Session, site_id: int, role: str) -> list[tuple[int, str]]:
    """The trusted people of a role at a site: row and name."""
    return [(person.id, person.name) for person in list_trusted_people(session, [site_id]) if person.role == role]


def advocates_at(session: Session, site: Site) -> list[tuple[int, str]]:
    """The advocates who may carry a review of the site: row and name."""
    readers = carriers.list_carriers(session, site.id, context.today(site.time_zone))
    return [(reader.person_id, reader.name) for reader in readers]


def reviewers_at(session: Session, site_id: int) -> list[tuple[int, str]]:
    """The people who may decide at the site."""
    return people_of_role(session, site_id, REVIEWER)


def everybody_at(session: Session, site_id: int) -> list[tuple[int, str]]:
    """The people of the site who may keep a promise, or speak for a child."""
    return [(person.id, person.name) for person in list_trusted_people(session, [site_id])]


def sites_with_reviewers(session: Session, sites: Sequence[Site]) -> Sequence[Site]:
    """The sites where a review can be opened: they have an advocate and a reviewer."""
    site_ids = [site.id for site in sites]
    readers = find_readers_at_sites(session, site_ids)
    reviewers = trusted_people_by_site(session, site_ids, {REVIEWER})
    return [
        site
        for site in sites
        if reviewers[site.id] and carriers.list_trained(readers[site.id], context.today(site.time_zone))
    ]


def today_at(session: Session, review: Review) -> date:
    """The day at the site of the review."""
    return context.today(get_site(session, review.site_id).time_zone)


@dataclass(frozen=True, slots=True)
class ReviewLinkLine:
    """A link for an outside team, for a reader who can open the statement.

    Attributes:
        key: id in addresses.
        made_by: name.
        made_on: at the site.
        state: as a label.
        icon: of the state.
        is_open: whether it opens anything.
        openings: each day and how often, the newest first.
        wrong: the same for wrong numbers.
    """

    key: str
    made_by: str
    made_on: date
    state: str
    icon: str
    is_open: bool
    openings: list[tuple[date, int]]
    wrong: list[tuple[date, int]]


@dataclass(frozen=True, slots=True)
class TeamOutside:
    """The outside team of a review: its links, and whether another can be made."""

    links: list[ReviewLinkLine]
    can_make: bool


def may_manage_links(review: Review, caller: Caller) -> bool:
    """Whether the caller may make and end links for an outside team: the advocate who carries it, and the reviewer."""
    return caller.person_id in {review.advocate_id, review.reviewer_id}


def read_team_outside(session: Session, review: Review) -> TeamOutside:
    """The links of a review. Only for a reader who has opened the child's consent to the team."""
    links = review_links.list_links(session, review.id)
    names = names_of_people(session, {link.body.made_by for link in links})
    zone = get_site(session, review.site_id).time_zone
    return TeamOutside([_link_line(link, names, zone) for link in links], may_have_links(session, review))


def _link_line(link: ReviewLink, names: dict[int, str], zone: str) -> ReviewLinkLine:
    is_open = link.is_open(context.now())
    return ReviewLinkLine(
        key=link.id.hex(),
        made_by=names.get(link.body.made_by, ""),
        made_on=link.body.made_on,
        state=_("Open until %(moment)s", moment=moment_label(link.until, zone)) if is_open else _link_end_label(link),
        icon="clock" if is_open else "stop",
        is_open=is_open,
        openings=_by_day(link.body.openings),
        wrong=_by_day(link.body.wrong),
    )


def _link_end_label(link: ReviewLink) -> str:
    if link.body.ended_on is not None:
        return str(_("Ended on %(day)s", day=format_day(link.body.ended_on)))
    has_no_tries = link.tries >= review_links.MAX_WRONG_NUMBERS
    return str(_("Dead: five wrong numbers") if has_no_tries else _("Its time is over"))


def _by_day(days: Sequence[date]) -> list[tuple[date, int]]:
    return sorted(Counter(days).items(), reverse=True)


def moment_label(moment: datetime, time_zone: str) -> str:
    """Day and hour in the time zone of a site."""
    local_moment = local_time(moment, time_zone)
    return f"{format_day(local_moment.date())} {format_hour(local_moment)}"
