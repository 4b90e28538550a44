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


def said_lines(statement: Statement, names: Mapping[int, str], pictures: Mapping[int, str]) -> list[SaidLine]:
    """What she said, in the order in which she was asked; what she skipped is left out.

    Args:
        statement: her own copy.
        names: of the adults whom she named.
        pictures: by which she knows them; whoever has left has none.
    """

    def picked(picks: Sequence[Pick], codes: Collection[str]) -> tuple[tuple[str, str], ...]:
        return tuple((pick.picture, str(pick.words)) for pick in picks if pick.code in codes)

    def people(rows: Collection[int]) -> tuple[tuple[str, str], ...]:
        return tuple((pictures.get(row) or _ANYBODY, names[row]) for row in rows if row in names)

    outside = (("1F6B6", str(_("People from outside"))),) if statement.outside else ()
    lines = (
        SaidLine(_("What is good?"), picked(options.LIFE, statement.good), statement.good_words),
        SaidLine(
            _("What should change?"), picked(options.LIFE, statement.change), statement.words, bool(statement.voice)
        ),
        SaidLine(_("Are you afraid of something?"), picked(options.LIFE, statement.afraid)),
        SaidLine(_("Do you want to be there?"), picked(options.COMES, (statement.comes,))),
        SaidLine(_("Who speaks for you?"), picked(options.SPEAKS, (statement.speaks,))),
        SaidLine(_("Who should be there?"), people(statement.there)),
        SaidLine(_("Who should stay away?"), people(statement.not_there)),
        SaidLine(_("How do you want the answer?"), picked(options.HEARS, (statement.hears,))),
        SaidLine(_("Who else may read it?"), (*people(sorted(statement.readers)), *outside)),
    )
    return [line for line in lines if line.picks or line.words or line.voice]


_ANYBODY: Final = "1F464"


def open_hers(session: Session, visit: ChildVisit, *, to_change: bool = False) -> OwnStatement | None:
    """Her statement and review; None where her code opens none, or it has ended: both look alike."""
    try:
        return open_own(session, visit.thread_id, visit.private, to_change=to_change)
    except (CannotOpen, KeyGone):
        return None


def render_review(own_statement: OwnStatement, done: str = "", refused: str = "") -> str:
    """Her review.

    Args:
        own_statement: as her code opened it.
        done: what she did a moment ago; empty for nothing.
        refused: why something could not be taken.
    """
    return render_seen(child_review.child_review(db.session(), own_statement), done, refused)


def render_seen(review: ChildReview, done: str = "", refused: str = "") -> str:
    """The same, of a review that was gathered already; days and names that are not known are left out."""
    known = review.review.advocate_id in review.names
    return _render(
        "kiosk/reply/review.html",
        seen=review,
        day=child_day(review.review.day) if known else "",
        wishes=[_tile(review, wish) for wish in review.wishes],
        lines=said_lines(review.said, review.names, review.pictures) if review.said else [],
        by_law=[given_page(handover, review.names) for handover in review.review.body.handed if handover.ground],
        tongue=languages.tag(review.said.language) if review.said else "",
        advocate=name_label(review.names.get(review.review.advocate_id, "")),
        answer_by=child_day(rules.decisions_due(review.review.day)) if known else "",
        dealt=[
            (name_label(review.names[pictures.by]), child_day(pictures.day))
            for pictures in review.review.body.new_pictures
            if pictures.by in review.names
        ],
        invited=_invited(review),
        tell_again=name_label(review.tell_again),
        done=DONE.get(done, "") or (done and _("Kept.")),
        refused=refused,
    )


def _invited(review: ChildReview) -> list[tuple[str, str, str]]:
    """Who comes or not, as adults decided it: name, why she comes all the same, and in which language."""
    told = [(review.names.get(entry.said["person"], ""), entry.said) for entry in review.invited]
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
    tablet = current_tablet()
    tells = tablet is not None and is_channel_open(tablet.site)
    return _render("kiosk/reply/replaced.html", day=day, words=words, tells=tells)


def render_take_back() -> str:
    """What it means to take it back."""
    return _render("kiosk/reply/take_back.html")


def render_give(own_statement: OwnStatement) -> str:
    """The page on which she is asked, or reads why the law asks for it; empty where there is nothing of the kind."""
    proposal = own_statement.review.open_proposal
    if proposal is None or not proposal.is_told or _is_before(own_statement.review):
        return ""
    people = {proposal.by, *([proposal.ground.agreed_by] if proposal.ground else [])}
    return render_give_page(given_page(proposal, names_of_people(db.session(), people)))


def render_give_page(give_page: GivePage) -> str:
    """The same, whosever it is."""
    return _render("kiosk/reply/give.html", one=give_page)


def _is_before(review: Review) -> bool:
    return rules.can_change(review.day, context.today(get_site(db.session(), review.site_id).time_zone))


def render_disagree(
    own_statement: OwnStatement, part: str, refused: str = "", given: Mapping[str, str] | None = None
) -> str:
    """Where she says what is not right, if she wants to."""
    by = child_day(rules.again_due(context.today(get_site(db.session(), own_statement.review.site_id).time_zone)))
    names = (
        names_of_people(db.session(), {own_statement.review.advocate_id})
        if own_statement.review.statement is None
        else {}
    )
    alone = name_label(names.get(own_statement.review.advocate_id, "")) if names else ""
    return render_disagree_page(part, by, refused, given, advocate=alone)


def render_disagree_again(own_statement: OwnStatement, part: str, refused: str, given: Mapping[str, str]) -> str:
    """The same once more with what she sent, also where a new look was asked for meanwhile."""
    if part in {part.name for part in decisions.owed_at(db.session(), own_statement.review).parts}:
        return render_disagree(own_statement, part, refused, given)
    return render_review(own_statement, refused=refused)


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


def render_for_next(own_statement: OwnStatement, refused: str = "", given: Mapping[str, str] | None = None) -> str:
    """Where she says something for the next review."""
    names = names_of_people(db.session(), {own_statement.review.advocate_id})
    return render_next_page(name_label(names.get(own_statement.review.advocate_id, "")), refused, given)


def render_next_page(advocate: str = "", refused: str = "", given: Mapping[str, str] | None = None) -> str:
    """The same, whosever it is: to whom it goes, why it could not be taken, and what she sent."""
    return _render("kiosk/reply/for_next.html", advocate=advocate, **_writing(refused, given))


def _writing(refused: str, given: Mapping[str, str] | None) -> dict[str, object]:
    words = (given or {}).get("words", "")
    return {"refused": refused, "given": words, "seconds": MAX_VOICE_SECONDS, "idle": IDLE_SECONDS}


def _title(part: str) -> str:
    own = {PLAN: _("Your plan"), OWN_WISH: _("Your own words")}
    return str(own.get(part) or pack.wish_title(part))


def _tile(review: ChildReview, wish: pack.WishView) -> WishTile:
    reply, own = wish.decision, wish.part == OWN_WISH
    language = languages.chosen()
    said = (reply.words.get(language, ""), language) if reply else ("", "")
    if reply and not said[0]:
        said = (reply.words[reply.language], reply.language)
    return WishTile(
        part=wish.part,
        title=_title(wish.part),
        picture=wish_picture(wish.part),
        words=wish.words,
        voice=bool(own and review.said and review.said.voice),
        decision=reply,
        said=(said[0], languages.tag(said[1]) if said[1] else ""),
        by=_by(review, reply) if reply else "",
        asks=review.asks(wish),
        again=wish.again,
        disagrees=reply is not None and reply.confirmed_on is None,
        disagreed=tuple(
            str(entry.said.get("words") or "") for entry in review.disagreed if entry.said.get("part") == wish.part
        ),
    )


def _by(review: ChildReview, reply: Reply) -> str:
    if reply.carried_by and reply.done_by:
        names = {"name": review.names.get(reply.carried_by, ""), "day": child_day(reply.done_by)}
        return str(_("%(name)s does it by %(day)s.", **names))
    return str(_("%(name)s said it.", name=review.names.get(reply.by, "")))


def _render(template: str, **names: object) -> str:
    ways: dict[str, object] = {
        "front_href": url_for("reply.bye"),
        "away_href": url_for("reply.bye", code=languages.chosen()),
    }
    return render_template(template, **ways, **voices_here(), **{"sheet": new_submission_id(), **names})


def can_ask_again(own_statement: OwnStatement, part: str) -> bool:
    """Whether something was decided about a part that she can disagree with."""
    reply = decisions.owed_at(db.session(), own_statement.review).reply(part)
    return reply is not None and reply.confirmed_on is None
