"""Sample pages of a review and a thread, rendered only to record their texts as audio clips in advance.

Texts with a day or a name are left out: they belong to one child and cannot be recorded in advance.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import cycle
from typing import Final

from youthvoice import context
from youthvoice.accountability.entities import Reply
from youthvoice.accountability.rules import PLAN, PLAN_OUTCOMES
from youthvoice.kiosk.reply import pages, review_page, timeline
from youthvoice.kiosk.reply.give_page import GivePage, give_page_of
from youthvoice.reviews.child_review import ChildReview
from youthvoice.reviews.entities import LegalGround, PackProposal, Review, ReviewBody
from youthvoice.reviews.pack import WishView, wish_title
from youthvoice.reviews.rules import LEGAL_GROUNDS, PACK_PARTS
from youthvoice.reviews.statements import options
from youthvoice.reviews.statements.statement import OWN_WISH, Statement
from youthvoice.sites.store import Site
from youthvoice.threads.entities import CHILD, ThreadEntry

_OUTCOMES: Final = ("yes", "partly", "no_because")


def review_samples(site: Site) -> Sequence[Callable[[], str]]:
    """What a child can find in a review, before and after its day, and what the child can do there.

    Args:
        site: whose settings apply.
    """
    render, before = partial(review_page.render_review_page, is_sample=True), _sample(site)
    gone = replace(before, statement=None, counts=False)
    child_review = replace(before, statement=Statement(), can_change=False, wishes=(_wish(PLAN, "", site),))
    return (
        *(lambda seen=seen: render(seen) for seen in (before, gone, child_review)),
        *(lambda done=done: render(_decided(site), done) for done in review_page.DONE),
        review_page.render_take_back,
        review_page.render_replaced,
        lambda: review_page.render_disagree_page(PLAN),
        review_page.render_next_page,
        *(lambda page=give_page: review_page.render_pack_page(page) for give_page in _pack_pages(site)),
    )


def thread_samples(site: Site) -> Sequence[Callable[[], str]]:
    """What a child can find in the thread of a report, with every step and question.

    Args:
        site: whose settings apply.
    """
    day = context.today(site.time_zone)
    steps = (
        *({"step": step_name} for step_name in (*timeline.STEPS, *timeline.STEPS_BY_SOMEBODY)),
        *({"step": "you_said", "about": about, "answer": answer} for about, answer in timeline.STEPS_OF_CHILD),
    )
    entries = tuple(ThreadEntry("step", CHILD, day, said=step) for step in steps)
    return (
        *(lambda done=done: pages.render_thread_sample(entries, _ASKS, done) for done in ("child", "unread")),
        *(lambda template=template: pages.render_part_sample(template) for template in ("write", "stop_request")),
        *(lambda standing=standing: pages.render_transcript_sample(standing) for standing in pages.VOICE_STANDINGS),
        lambda: pages.render_transcript_sample("", is_sure=True),
        partial(pages.render_wrong_pictures, site),
        *(
            lambda standing=standing, sound=sound: pages.render_interpreter_sample(standing, sound=sound)
            for standing in pages.INTERPRETER_STANDINGS.values()
            for sound in (True, False)
        ),
    )


_ASKS: Final = ("trouble", "may_know")


def _pack_pages(site: Site) -> Sequence[GivePage]:
    """Pages about a pack: asked, agreed, and on each legal ground."""
    day = context.today(site.time_zone)
    proposal = PackProposal("-", day, 0, "-", "-", PACK_PARTS, {"en": "-"})
    grounds = (LegalGround(code, "-", "told", 0) for code in LEGAL_GROUNDS)
    proposals = (
        proposal,
        replace(proposal, state="yes"),
        *(replace(proposal, ground=ground, state="agreed") for ground in grounds),
    )
    return [give_page_of(proposal, {}) for proposal in proposals]


def _sample(site: Site) -> ChildReview:
    day, codes = context.today(site.time_zone), tuple(pick.code for pick in options.LIFE)
    body = ReviewBody(case_number="-", step="recovery", kind="regular", opened_by=0, opened_on=day, moved_from=(day,))
    review = Review(
        id=bytes(16), site_id=site.id, day=day, advocate_id=0, reviewer_id=0, decided_on=None, version=1, body=body
    )
    return ChildReview(
        review=review,
        statement=Statement(good=codes, change=codes, voice=b"-", hears="told", speaks="me", comes="part"),
        counts=True,
        can_change=True,
        wishes=(),
        for_next=(),
        invited=(),
        disagreed=(),
        names={},
        pictures={},
        today=day,
        carried_by="",
        open_to_advocate=True,
        said_done=frozenset(),
        tell_again="",
    )


def _decided(site: Site) -> ChildReview:
    before = _sample(site)
    body = replace(before.review.body, reported=(before.today,))
    parts = zip((OWN_WISH, *(pick.code for pick in options.LIFE)), cycle(_OUTCOMES), strict=False)
    wishes = (*(_wish(part, kind, site) for part, kind in parts), *(_wish(PLAN, kind, site) for kind in PLAN_OUTCOMES))
    return replace(
        before,
        review=replace(before.review, decided_on=before.today, body=body),
        can_change=False,
        wishes=(*wishes, replace(_wish(PLAN, "", site), again=True)),
        for_next=(ThreadEntry("next", CHILD, before.today, said={"words": "-"}),),
        disagreed=(ThreadEntry("step", CHILD, before.today, said={"part": PLAN}),),
    )


def _wish(part: str, kind: str, site: Site) -> WishView:
    day = context.today(site.time_zone)
    reply = Reply(part, kind, {"en": "-"}, "en", 0, day, done_by=day) if kind else None
    return WishView(part, wish_title(part), "", reply, (), None, again=False)
