"""A child's review, opened with her seven pictures: what she said, what was decided, whether it is really done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from flask import render_template, url_for
from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability.entities import Reply
from youthvoice.accountability.rules import PLAN
from youthvoice.accounts.store import names_of_people
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.kiosk.reply.give_page import GivePage, given_page
from youthvoice.kiosk.reply.pages import child_day, render_no_thread, voices_here
from youthvoice.reviews import child_review, decisions, pack, rules
from youthvoice.reviews.child_review import ChildReview, wish_picture
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements import options
from youthvoice.reviews.statements.page import IDLE_SECONDS
from youthvoice.reviews.statements.statement import OWN_WISH, Statement
from youthvoice.reviews.statements.store import OwnStatement, open_own, replaced_on
from youthvoice.sites.labels import name_label
from youthvoice.sites.store import get_site
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.threads.child_codes.code_visit import ChildVisit
from youthvoice.threads.child_fields import MAX_VOICE_SECONDS, Pick
from youthvoice.threads.readership import is_channel_open
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
        voice: whether she said it with her voice.
        decision: what stands now; None while nothing does.
        said: the sentence for her, and its language.
        by: who decided or who does it, and by when.
        asks: whether she is asked if it is really done.
        again: whether a new look was asked for, and by when it comes.
        disagrees: whether she can say that it is not right.
        disagreed: what she said then, the oldest first; empty words where she only said so.
    """

    part: str
    title: str
    picture: str
    words: str = field(repr=False)
    voice: bool
    decision: Reply | None
    said: tuple[str, str]
    by: str
    asks: bool
    again: bool
    disagrees: bool
    disagreed: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One thing that she said: what was asked, and what she tapped or wrote.

    Attributes:
        asked: the question.
        picks: picture and words of each tile.
        words: hers.
        voice: whether it is her voice.
    """

    asked: str
    picks: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    words: str = field(default="", repr=False)
    voice: bool = False


def said_lines(said: Statement, names: Mapping[int, str], pictures: Mapping[int, str]) -> list[SaidLine]:
    """What she said, in the order in which she was asked; what she skipped is left out.

    Args:
        said: her own copy.
        names: of the adults whom she named.
        pictures: by which she knows them; whoever has left has none.
    """

    def picked(picks: Sequence[Pick], codes: Collection[str]) -> tuple[tuple[str, str], ...]:
        return tuple((one.picture, str(one.words)) for one in picks if one.code in codes)

    def people(rows: Collection[int]) -> tuple[tuple[str, str], ...]:
        return tuple((pictures.get(row) or _ANYBODY, names[row]) for row in rows if row in names)

    outside = (("1F6B6", str(_("People from outside"))),) if said.outside else ()
    lines = (
        SaidLine(_("What is good?"), picked(options.LIFE, said.good), said.good_words),
        SaidLine(_("What should change?"), picked(options.LIFE, said.change), said.words, bool(said.voice)),
        SaidLine(_("Are you afraid of something?"), picked(options.LIFE, said.afraid)),
        SaidLine(_("Do you want to be there?"), picked(options.COMES, (said.comes,))),
        SaidLine(_("Who speaks for you?"), picked(options.SPEAKS, (said.speaks,))),
        SaidLine(_("Who should be there?"), people(said.there)),
        SaidLine(_("Who should stay away?"), people(said.not_there)),
        SaidLine(_("How do you want the answer?"), picked(options.HEARS, (said.hears,))),
        SaidLine(_("Who else may read it?"), (*people(sorted(said.readers)), *outside)),
    )
    return [line for line in lines if line.picks or line.words or line.voice]


_ANYBODY: Final = "1F464"


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
    return render_seen(child_review.child_review(db.session(), hers), done, refused)


def render_seen(seen: ChildReview, done: str = "", refused: str = "") -> str:
    """The same, of a review that was gathered already; days and names that are not known are left out."""
    known = seen.review.advocate_id in seen.names
    return _render(
        "kiosk/reply/review.html",
        seen=seen,
        day=child_day(seen.review.day) if known else "",
        wishes=[_tile(seen, wish) for wish in seen.wishes],
        lines=said_lines(seen.said, seen.names, seen.pictures) if seen.said else [],
        by_law=[given_page(one, seen.names) for one in seen.review.body.handed if one.ground],
        tongue=languages.tag(seen.said.language) if seen.said else "",
        advocate=name_label(seen.names.get(seen.review.advocate_id, "")),
        answer_by=child_day(rules.decisions_due(seen.review.day)) if known else "",
        dealt=[
            (name_label(seen.names[one.by]), child_day(one.day))
            for one in seen.review.body.new_pictures
            if one.by in seen.names
        ],
        invited=_invited(seen),
        tell_again=name_label(seen.tell_again),
        done=DONE.get(done, "") or (done and _("Kept.")),
        refused=refused,
    )


def _invited(seen: ChildReview) -> list[tuple[str, str, str]]:
    """Who comes or not, as adults decided it: name, why she comes all the same, and in which language."""
    told = [(seen.names.get(one.said["person"], ""), one.said) for one in seen.invited]
    return [
        (name_label(name), said.get("words", ""), languages.tag(said.get("language", "en")))
        for name, said in told
        if name
    ]


DONE: Final = {
    "changed": _l("Kept. This is what counts now."),
    "taken_back": _l("Taken back. Nobody reads it."),
    "confirmed": _l("Thank you."),
    "asked_again": _l("They look at it again."),
    "for_next": _l("Kept for the next time."),
    "give_yes": _l("You said yes."),
    "give_no": _l("You said no. It stays here."),
}
"""What is said after something that she did."""


def render_no_review(visit: ChildVisit, words: str = "") -> str:
    """Her pictures open no review: other words were given with other ones; or nothing was ever there, or it has ended.

    Args:
        visit: hers.
        words: what she had written when that was found.
    """
    try:
        day = replaced_on(db.session(), visit.thread_id, visit.private)
    except (CannotOpen, KeyGone):
        day = None
    return render_replaced(child_day(day), words) if day else render_no_thread(visit)


def gone_label(visit: ChildVisit) -> str:
    """The same in a sentence, for a page that stays as it is."""
    try:
        replaced = replaced_on(db.session(), visit.thread_id, visit.private) is not None
    except (CannotOpen, KeyGone):
        replaced = False
    return str(_("There are new words, with new pictures.") if replaced else _("These pictures open nothing."))


def render_replaced(day: str = "", words: str = "") -> str:
    """Other words were given, with other pictures: what whoever did not do this can do; nothing of either.

    Args:
        day: on which they were; empty on a sample page.
        words: what was written a moment ago, which stays to be read.
    """
    at = current_tablet()
    tells = at is not None and is_channel_open(at.site)
    return _render("kiosk/reply/replaced.html", day=day, words=words, tells=tells)


def render_take_back() -> str:
    """What it means to take it back."""
    return _render("kiosk/reply/take_back.html")


def render_give(hers: OwnStatement) -> str:
    """The page on which she is asked, or reads why the law asks for it; empty where there is nothing of the kind."""
    found = hers.review.open_proposal
    if found is None or not found.is_told or _is_before(hers.review):
        return ""
    people = {found.by, *([found.ground.agreed_by] if found.ground else [])}
    return render_give_page(given_page(found, names_of_people(db.session(), people)))


def render_give_page(one: GivePage) -> str:
    """The same, whosever it is."""
    return _render("kiosk/reply/give.html", one=one)


def _is_before(review: Review) -> bool:
    return rules.can_change(review.day, context.today(get_site(db.session(), review.site_id).time_zone))


def render_disagree(hers: OwnStatement, part: str, refused: str = "", given: Mapping[str, str] | None = None) -> str:
    """Where she says what is not right, if she wants to."""
    by = child_day(rules.again_due(context.today(get_site(db.session(), hers.review.site_id).time_zone)))
    names = names_of_people(db.session(), {hers.review.advocate_id}) if hers.review.statement is None else {}
    alone = name_label(names.get(hers.review.advocate_id, "")) if names else ""
    return render_disagree_page(part, by, refused, given, advocate=alone)


def render_disagree_again(hers: OwnStatement, part: str, refused: str, given: Mapping[str, str]) -> str:
    """The same once more with what she sent, also where a new look was asked for meanwhile."""
    if part in {one.name for one in decisions.owed_at(db.session(), hers.review).parts}:
        return render_disagree(hers, part, refused, given)
    return render_review(hers, refused=refused)


def render_disagree_page(
    part: str, again_by: str = "", refused: str = "", given: Mapping[str, str] | None = None, *, advocate: str = ""
) -> str:
    """The same, whosever it is.

    Args:
        part: id of the wish, or `PLAN`.
        again_by: the day by which somebody looks at it again.
        refused: why something could not be taken.
        given: what she sent, which stays.
        advocate: to whom alone it goes, where nobody reads her statement; else empty.
    """
    names = {"part": part, "title": _title(part), "again_by": again_by, "advocate": advocate}
    return _render("kiosk/reply/disagree.html", **names, **_writing(refused, given))


def render_for_next(hers: OwnStatement, refused: str = "", given: Mapping[str, str] | None = None) -> str:
    """Where she says something for the next review."""
    names = names_of_people(db.session(), {hers.review.advocate_id})
    return render_next_page(name_label(names.get(hers.review.advocate_id, "")), refused, given)


def render_next_page(advocate: str = "", refused: str = "", given: Mapping[str, str] | None = None) -> str:
    """The same, whosever it is: to whom it goes, why it could not be taken, and what she sent."""
    return _render("kiosk/reply/for_next.html", advocate=advocate, **_writing(refused, given))


def _writing(refused: str, given: Mapping[str, str] | None) -> dict[str, object]:
    words = (given or {}).get("words", "")
    return {"refused": refused, "given": words, "seconds": MAX_VOICE_SECONDS, "idle": IDLE_SECONDS}


def _title(part: str) -> str:
    own = {PLAN: _("Your plan"), OWN_WISH: _("Your own words")}
    return str(own.get(part) or pack.wish_title(part))


def _tile(seen: ChildReview, wish: pack.WishView) -> WishTile:
    now, own = wish.decision, wish.part == OWN_WISH
    language = languages.chosen()
    said = (now.words.get(language, ""), language) if now else ("", "")
    if now and not said[0]:
        said = (now.words[now.language], now.language)
    return WishTile(
        part=wish.part,
        title=_title(wish.part),
        picture=wish_picture(wish.part),
        words=wish.words,
        voice=bool(own and seen.said and seen.said.voice),
        decision=now,
        said=(said[0], languages.tag(said[1]) if said[1] else ""),
        by=_by(seen, now) if now else "",
        asks=seen.asks(wish),
        again=wish.again,
        disagrees=now is not None and now.confirmed_on is None,
        disagreed=tuple(
            str(one.said.get("words") or "") for one in seen.disagreed if one.said.get("part") == wish.part
        ),
    )


def _by(seen: ChildReview, now: Reply) -> str:
    if now.carried_by and now.done_by:
        names = {"name": seen.names.get(now.carried_by, ""), "day": child_day(now.done_by)}
        return str(_("%(name)s does it by %(day)s.", **names))
    return str(_("%(name)s said it.", name=seen.names.get(now.by, "")))


def _render(template: str, **names: object) -> str:
    ways: dict[str, object] = {
        "front_href": url_for("reply.bye"),
        "away_href": url_for("reply.bye", code=languages.chosen()),
    }
    return render_template(template, **ways, **voices_here(), **{"sheet": new_submission_id(), **names})


def can_ask_again(hers: OwnStatement, part: str) -> bool:
    """Whether something was decided about a part that she can disagree with."""
    now = decisions.owed_at(db.session(), hers.review).reply(part)
    return now is not None and now.confirmed_on is None
