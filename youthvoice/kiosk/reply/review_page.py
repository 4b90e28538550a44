"""Pages of a child's review, opened with the picture code: the statement, the decisions, and the child's responses.

Functions that end in "page", `render_replaced` and `render_take_back` load nothing of a review, so that `sample_pages`
can call them, too; the others load what they show.
"""

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
from youthvoice.introductions.shown_introductions import face_of
from youthvoice.kiosk.reply.give_page import GivePage, give_page_of
from youthvoice.kiosk.reply.pages import render_no_thread, voices_here
from youthvoice.kiosk.reply.timeline import child_day
from youthvoice.reviews import child_review, decisions, pack, rules
from youthvoice.reviews.child_review import ChildReview, wish_picture
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements import options
from youthvoice.reviews.statements.statement import OWN_WISH, Statement
from youthvoice.reviews.statements.store import OwnStatement, open_own, replaced_on
from youthvoice.sites.labels import name_label
from youthvoice.sites.store import get_site
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.threads.child_codes.code_visit import ChildVisit
from youthvoice.threads.child_fields import IDLE_SECONDS, MAX_VOICE_SECONDS, Pick
from youthvoice.threads.readership import is_channel_open
from youthvoice.web.i18n import languages
from youthvoice.web.random_ids import new_submission_id


@dataclass(frozen=True, slots=True)
class WishTile:
    """One wish with its decision.

    Attributes:
        part: id of the wish.
        title: what it is about.
        picture: OpenMoji code.
        words: the child's text.
        voice: whether the child recorded it.
        decision: the current one; None where there is none yet.
        said: the decision's sentence for the child, and its language.
        by: who decided, or who does it by when.
        asks: whether the page asks if it is really done.
        again: whether a new decision was requested.
        can_disagree: whether the child can disagree.
        disagreed: the child's earlier objections, the oldest first; empty text for one without words.
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
    can_disagree: bool
    disagreed: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One question of the statement with the child's answer.

    Attributes:
        question: as it is asked.
        picks: picture and label of each tile picked.
        words: the child's text.
        voice: whether there is a recording.
    """

    question: str
    picks: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    words: str = field(default="", repr=False)
    voice: bool = False


def statement_lines(statement: Statement, names: Mapping[int, str], pictures: Mapping[int, str]) -> list[StatementLine]:
    """The answers of a statement, in the order of the questions; skipped ones are left out.

    Args:
        statement: the child's own copy.
        names: of the adults in it.
        pictures: of these adults; adults who have left have none.
    """

    def picked(picks: Sequence[Pick], codes: Collection[str]) -> tuple[tuple[str, str], ...]:
        return tuple((pick.picture, str(pick.words)) for pick in picks if pick.code in codes)

    def people(rows: Collection[int]) -> tuple[tuple[str, str], ...]:
        return tuple((face_of(row, pictures.get(row, "")), names[row]) for row in rows if row in names)

    outside = (("1F6B6", str(_("People from outside"))),) if statement.outside else ()
    lines = (
        StatementLine(_("What is good?"), picked(options.LIFE, statement.good), statement.good_words),
        StatementLine(
            _("What should change?"), picked(options.LIFE, statement.change), statement.words, bool(statement.voice)
        ),
        StatementLine(_("Are you afraid of something?"), picked(options.LIFE, statement.afraid)),
        StatementLine(_("Do you want to be there?"), picked(options.COMES, (statement.comes,))),
        StatementLine(_("Who speaks for you?"), picked(options.SPEAKS, (statement.speaks,))),
        StatementLine(_("Who should be there?"), people(statement.there)),
        StatementLine(_("Who should stay away?"), people(statement.not_there)),
        StatementLine(_("How do you want the answer?"), picked(options.HEARS, (statement.hears,))),
        StatementLine(_("Who else may read it?"), (*people(sorted(statement.readers)), *outside)),
    )
    return [line for line in lines if line.picks or line.words or line.voice]


def open_own_statement(session: Session, visit: ChildVisit, *, to_change: bool = False) -> OwnStatement | None:
    """Open the child's statement and review; None where the code opens none, or it has ended: both look alike."""
    try:
        return open_own(session, visit.thread_id, visit.private, to_change=to_change)
    except (CannotOpen, KeyGone):
        return None


def render_review(own_statement: OwnStatement, done: str = "", refused: str = "") -> str:
    """Render the review.

    Args:
        own_statement: opened with the child's code.
        done: what the child did a moment ago; empty for nothing.
        refused: why something was not accepted.
    """
    return render_review_page(child_review.child_review(db.session(), own_statement), done, refused)


def render_review_page(review: ChildReview, done: str = "", refused: str = "", *, is_sample: bool = False) -> str:
    """Render a review whose content is loaded already; a sample page has no days, which nobody can record."""
    return _render(
        "kiosk/reply/review.html",
        seen=review,
        day="" if is_sample else child_day(review.review.day),
        wishes=[_tile(review, wish) for wish in review.wishes],
        lines=statement_lines(review.statement, review.names, review.pictures) if review.statement else [],
        by_law=[give_page_of(handover, review.names) for handover in review.review.body.handed if handover.ground],
        tongue=languages.tag(review.statement.language) if review.statement else "",
        advocate=name_label(review.names.get(review.review.advocate_id, "")),
        answer_by="" if is_sample else child_day(rules.decisions_due(review.review.day)),
        dealt=[
            (name_label(review.names[new_pictures.by]), child_day(new_pictures.day))
            for new_pictures in review.review.body.new_pictures
            if new_pictures.by in review.names
        ],
        invited=_invited(review),
        tell_again=name_label(review.tell_again),
        done=DONE.get(done, "") or (done and _("Kept.")),
        refused=refused,
    )


def _invited(review: ChildReview) -> list[tuple[str, str, str]]:
    """The last decision about each person whom the child did not want there: name, the reason, and its language."""
    invitations = [(review.names.get(entry.said["person"], ""), entry.said) for entry in review.invited]
    return [
        (name_label(name), said.get("words", ""), languages.tag(said.get("language", "en")))
        for name, said in invitations
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
"""The confirmation shown after something that the child did."""


def render_no_review(visit: ChildVisit, words: str = "") -> str:
    """Render the page for a code that opens no review: replaced by a newer code, never used, or ended.

    Args:
        visit: the child's.
        words: text that the child had just written.
    """
    try:
        day = replaced_on(db.session(), visit.thread_id, visit.private)
    except (CannotOpen, KeyGone):
        day = None
    return render_replaced(child_day(day), words) if day else render_no_thread(visit)


def gone_label(visit: ChildVisit) -> str:
    """Why a code opens no review, in one sentence, for a page that stays open."""
    try:
        replaced = replaced_on(db.session(), visit.thread_id, visit.private) is not None
    except (CannotOpen, KeyGone):
        replaced = False
    return str(_("There are new words, with new pictures.") if replaced else _("These pictures open nothing."))


def render_replaced(day: str = "", words: str = "") -> str:
    """Render the page of a statement that was replaced under a new code. It shows nothing of either statement.

    It says what the child can do who did not replace it.

    Args:
        day: of the replacement; empty on a sample page.
        words: text that the child had just written, which stays readable.
    """
    tablet = current_tablet()
    tells = tablet is not None and is_channel_open(tablet.site)
    return _render("kiosk/reply/replaced.html", day=day, words=words, tells=tells)


def render_take_back() -> str:
    """Render the page that explains what withdrawing the statement means."""
    return _render("kiosk/reply/take_back.html")


def render_pack(own_statement: OwnStatement) -> str:
    """Render the page that asks the child about a pack, or explains the legal ground; empty where there is none."""
    proposal = own_statement.review.open_proposal
    if proposal is None or not proposal.is_visible_to_child or _can_still_change(own_statement.review):
        return ""
    people = {proposal.by, *([proposal.ground.agreed_by] if proposal.ground else [])}
    return render_pack_page(give_page_of(proposal, names_of_people(db.session(), people)))


def render_pack_page(give_page: GivePage) -> str:
    """Render the page about a pack."""
    return _render("kiosk/reply/give.html", one=give_page)


def _can_still_change(review: Review) -> bool:
    return rules.can_change(review.day, context.today(get_site(db.session(), review.site_id).time_zone))


def can_disagree_with(own_statement: OwnStatement, part: str) -> bool:
    """Whether there is a decision about this part that the child can disagree with."""
    return _is_open_to_objection(decisions.answer_due_of(db.session(), own_statement.review).reply(part))


def render_disagree(
    own_statement: OwnStatement, part: str, refused: str = "", sent: Mapping[str, str] | None = None
) -> str:
    """Render the page on which the child may say what is not right."""
    by = child_day(rules.again_due(context.today(get_site(db.session(), own_statement.review.site_id).time_zone)))
    names = (
        names_of_people(db.session(), {own_statement.review.advocate_id})
        if own_statement.review.valid_statement is None
        else {}
    )
    advocate = name_label(names.get(own_statement.review.advocate_id, "")) if names else ""
    return render_disagree_page(part, by, refused, sent, advocate=advocate)


def render_disagree_again(own_statement: OwnStatement, part: str, refused: str, sent: Mapping[str, str]) -> str:
    """Render `render_disagree` with the refused text; the review if another request disagreed before."""
    if part in {part.name for part in decisions.answer_due_of(db.session(), own_statement.review).parts}:
        return render_disagree(own_statement, part, refused, sent)
    return render_review(own_statement, refused=refused)


def render_disagree_page(
    part: str, again_by: str = "", refused: str = "", sent: Mapping[str, str] | None = None, *, advocate: str = ""
) -> str:
    """Render the page to disagree, with its values.

    Args:
        part: id of the wish, or `PLAN`.
        again_by: the day by which somebody looks at it again.
        refused: why the text was not accepted.
        sent: the form values sent before, which stay.
        advocate: the only recipient, where nobody reads the statement; else empty.
    """
    values = {"part": part, "title": _title(part), "again_by": again_by, "advocate": advocate}
    return _render("kiosk/reply/disagree.html", **values, **_writing_values(refused, sent))


def render_next(own_statement: OwnStatement, refused: str = "", sent: Mapping[str, str] | None = None) -> str:
    """Render the page on which the child writes something for the next review."""
    names = names_of_people(db.session(), {own_statement.review.advocate_id})
    return render_next_page(name_label(names.get(own_statement.review.advocate_id, "")), refused, sent)


def render_next_page(advocate: str = "", refused: str = "", sent: Mapping[str, str] | None = None) -> str:
    """Render the page for the next review: the recipient, why it was not accepted, and the form values sent before."""
    return _render("kiosk/reply/for_next.html", advocate=advocate, **_writing_values(refused, sent))


def _writing_values(refused: str, sent: Mapping[str, str] | None) -> dict[str, object]:
    words = (sent or {}).get("words", "")
    return {"refused": refused, "given": words, "seconds": MAX_VOICE_SECONDS, "idle": IDLE_SECONDS}


def _title(part: str) -> str:
    own = {PLAN: _("Your plan"), OWN_WISH: _("Your own words")}
    return str(own.get(part) or pack.wish_title(part))


def _tile(review: ChildReview, wish: pack.WishView) -> WishTile:
    reply, is_own_wish = wish.decision, wish.part == OWN_WISH
    language = languages.chosen()
    sentence = (reply.words.get(language, ""), language) if reply else ("", "")
    if reply and not sentence[0]:
        sentence = (reply.words[reply.language], reply.language)
    return WishTile(
        part=wish.part,
        title=_title(wish.part),
        picture=wish_picture(wish.part),
        words=wish.words,
        voice=bool(is_own_wish and review.statement and review.statement.voice),
        decision=reply,
        said=(sentence[0], languages.tag(sentence[1]) if sentence[1] else ""),
        by=_by(review, reply) if reply else "",
        asks=review.asks(wish),
        again=wish.again,
        can_disagree=_is_open_to_objection(reply),
        disagreed=tuple(
            str(entry.said.get("words") or "") for entry in review.disagreed if entry.said.get("part") == wish.part
        ),
    )


def _is_open_to_objection(reply: Reply | None) -> bool:
    return reply is not None and reply.confirmed_on is None


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
