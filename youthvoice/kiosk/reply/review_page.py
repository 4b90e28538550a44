"""A child's review, opened with her seven pictures: what she said, what was decided, whether it is really done."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability.entities import Reply
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.kiosk.reply.pages import child_day
from youthvoice.reviews import child_review, decisions, pack, rules
from youthvoice.reviews.child_review import ChildReview, wish_picture
from youthvoice.reviews.statements.store import OwnStatement, open_own
from youthvoice.sites.labels import name_label
from youthvoice.threads.child_codes.code_visit import ChildVisit
from youthvoice.threads.child_fields import MAX_VOICE_SECONDS
from youthvoice.web.i18n import languages
from youthvoice.web.random_ids import new_submission_id


@dataclass(frozen=True, slots=True)
class WishTile:
    """One wish as the page shows it.

    Attributes:
        part: its id.
        title: what it is about.
        picture: OpenMoji.
        words: hers.
        decision: what stands now; None while nothing does.
        said: the sentence for her, and its language.
        by: who decided or who does it, and by when.
        asks: whether she is asked if it is really done.
        again: whether a new look was asked for, and by when it comes.
        disagrees: whether she can say that it is not right.
    """

    part: str
    title: str
    picture: str
    words: str = field(repr=False)
    decision: Reply | None
    said: tuple[str, str]
    by: str
    asks: bool
    again: bool
    disagrees: bool


def open_hers(session: Session, visit: ChildVisit, *, to_change: bool = False) -> OwnStatement | None:
    """Her statement and review; None where her code opens none, or it has ended: both look alike."""
    try:
        return open_own(session, visit.thread_id, visit.private, to_change=to_change)
    except (CannotOpen, KeyGone):
        return None


def render_review(hers: OwnStatement, done: str = "", refused: str = "") -> str:
    """Her review.

    Args:
        hers: as her code opened it.
        done: what she did a moment ago; empty for nothing.
        refused: why something could not be taken.
    """
    seen = child_review.child_review(db.session(), hers)
    return _render(
        "kiosk/reply/review.html",
        seen=seen,
        day=child_day(seen.review.day),
        wishes=[_tile(seen, wish) for wish in seen.wishes],
        advocate=name_label(seen.names.get(seen.review.advocate_id, "")),
        answer_by=child_day(rules.decisions_due(seen.review.day)),
        done=done,
        refused=refused,
    )


def render_take_back(hers: OwnStatement) -> str:
    """What it means to take it back."""
    return _render("kiosk/reply/take_back.html", day=child_day(hers.review.day))


def render_disagree(hers: OwnStatement, part: str, refused: str = "", given: Mapping[str, str] | None = None) -> str:
    """Where she says what is not right, if she wants to."""
    return _render(
        "kiosk/reply/disagree.html",
        part=part,
        title=pack.wish_title(part),
        refused=refused,
        given=(given or {}).get("words", ""),
        seconds=MAX_VOICE_SECONDS,
        again_by=child_day(rules.again_due(context.today())),
        sheet=(given or {}).get("sheet", "") or new_submission_id(),
        shared=bool(hers.review.statement),
    )


def _tile(seen: ChildReview, wish: pack.WishView) -> WishTile:
    now = wish.decision
    language = languages.chosen()
    said = (now.words.get(language, ""), language) if now else ("", "")
    if now and not said[0]:
        said = (now.words[now.language], now.language)
    return WishTile(
        part=wish.part,
        title=str(_("Your plan")) if wish.is_plan else str(_("Your own words")) if wish.words else wish.title,
        picture=wish_picture(wish.part),
        words=wish.words,
        decision=now,
        said=(said[0], languages.tag(said[1]) if said[1] else ""),
        by=_by(seen, now) if now else "",
        asks=bool(now and now.may_ask_children(seen.today)),
        again=wish.again,
        disagrees=now is not None and now.confirmed_on is None,
    )


def _by(seen: ChildReview, now: Reply) -> str:
    if now.carried_by and now.done_by:
        names = {"name": seen.names.get(now.carried_by, ""), "day": child_day(now.done_by)}
        return str(_("%(name)s does it by %(day)s.", **names))
    return str(_("%(name)s said it.", name=seen.names.get(now.by, "")))


def _render(template: str, **names: object) -> str:
    ways = {"front_href": url_for("reply.bye"), "away_href": url_for("reply.bye", code=languages.chosen())}
    return render_template(template, **ways, **{"sheet": new_submission_id(), **names})


def can_ask_again(hers: OwnStatement, part: str) -> bool:
    """Whether something was decided about a part that she can disagree with."""
    now = decisions.owed_at(db.session(), hers.review).reply(part)
    return now is not None and now.confirmed_on is None
