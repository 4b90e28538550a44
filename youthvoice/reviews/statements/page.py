"""The page on which a child prepares a statement: at a tablet with a slip, or beside the advocate.

The page names the advocate, the other readers and the limits of secrecy before the first question.
Source: DESIGN.md 5, "A review"; CHILD-UX.md, "Before telling"; S31.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from flask import abort, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.guard import caller_log
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accounts.store import Reader, list_key_holders
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.privacy.credentials.picture_codes import SCREENS, PictureCode, PictureCodeKeys
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review, ReviewBody
from youthvoice.reviews.statements import options, store as statements_store
from youthvoice.reviews.statements.forms import OUTSIDE, StatementForm
from youthvoice.reviews.statements.review_slip import LENGTH, use_slip
from youthvoice.reviews.statements.statement import Statement
from youthvoice.sites.labels import danger_label, name_label
from youthvoice.sites.store import Site, get_site
from youthvoice.slips.store import Picks, slip_fields, slip_screens
from youthvoice.threads import store as threads_store
from youthvoice.threads.child_codes.code_page import CodeScreens, render_code_page, render_code_screens
from youthvoice.threads.child_codes.submission_codes import candidate_codes, submission_receipt
from youthvoice.threads.child_fields import IDLE_SECONDS, MAX_VOICE_SECONDS, with_files
from youthvoice.web import assets
from youthvoice.web.deliveries import refusal
from youthvoice.web.graphics import picture_labels, pictures
from youthvoice.web.headers import wants_json, with_microphone
from youthvoice.web.i18n.formats import format_weekday
from youthvoice.web.random_ids import new_submission_id, read_submission_id

_THANKS: Final = _l("Thank you. Your words are safe.")
_LOST_PICTURES: Final = _l("Lost them? Your advocate gives you a new slip.")


@dataclass(frozen=True, slots=True)
class StatementContext:
    """Where a child prepares a statement: for which review, and where the page is sent.

    Attributes:
        review: of the child.
        language: of the child.
        ways: addresses for the template: `action`, `done_href`, `front_href`, at a tablet `kept_href`, for a change
            `thanks_href`; and additional variables at a computer.
        slip: the pictures of the child's slip; None at a computer, or with the child's own code.
        helper: name of the adult beside the child; empty at a tablet.
        own_statement: the child's statement, where the child changes it.
        replaces: whether it replaces a statement that has another picture code.
        sample: site of a page that is rendered only for its texts, before anybody has a review.
    """

    review: Review
    language: str
    ways: Mapping[str, object]
    slip: Picks | None = field(default=None, repr=False)
    helper: str = ""
    own_statement: statements_store.OwnStatement | None = field(default=None, repr=False)
    replaces: bool = False
    sample: Site | None = None


def render_statement_page(
    statement_context: StatementContext,
    values: Mapping[str, Collection[str]] | None = None,
    refused: Mapping[str, str] | None = None,
    submission_id: str = "",
) -> str:
    """The screens; with what the child sent where something could not be accepted, or with the earlier statement."""
    session, review = db.session(), statement_context.review
    site = statement_context.sample or get_site(session, review.site_id)
    adults = list_key_holders(session, site.id) or [_NOBODY]
    carriers = [reader for reader in adults if reader.person_id == review.advocate_id]
    readers = statements_store.list_possible_readers(session, review)
    if statement_context.sample:
        carriers, readers = [reader for reader in adults if reader.role == ADVOCATE], adults
    pictures.page_sprite().take_from(assets.asset_address(pictures.TELL_FILE), pictures.FILES[pictures.TELL_FILE])
    if values is None:
        values = (
            StatementForm.values_of(statement_context.own_statement.statement)
            if statement_context.own_statement and statement_context.own_statement.statement
            else {}
        )
    template_values = {
        "given": values,
        "refused": refused or {},
        "sheet": submission_id or new_submission_id(),
        "options": options,
        "review": review,
        "adults": [reader for reader in adults if reader.person_id != review.advocate_id],
        "readers": readers,
        "outside": OUTSIDE if review.body.outside else "",
        "carriers": carriers,
        "people": _people(readers, review),
        "reads": _role_labels(review),
        "decides": _reviewer_notice(readers, review),
        "carries": [(_carrier_label(reader), reader.picture) for reader in carriers],
        "on_day": "" if statement_context.sample else _("Your review is on %(day)s.", day=_child_day(review.day)),
        "in_danger": danger_label(site),
        "words_only": site.strip_words,
        "idle": IDLE_SECONDS,
        "seconds": MAX_VOICE_SECONDS,
        "most_letters": options.MAX_WORDS_CHARACTERS,
        "kept_voice": bool(
            statement_context.own_statement
            and statement_context.own_statement.statement
            and statement_context.own_statement.statement.voice
        ),
        "changes": statement_context.own_statement is not None,
        "anew": statement_context.replaces or statement_context.sample is not None,
        "code_names": [picture_labels.picture_label(picture.name) for screen in SCREENS for picture in screen],
        "slip_fields": _slip_fields(statement_context),
    }
    return render_template("reviews/statements/statement.html", **{**template_values, **statement_context.ways})


@dataclass(frozen=True, slots=True)
class OutsideTeam:
    """The team of another organisation, as one of the people whom a child may let read; it has no row."""

    person_id: str
    name: str
    role: str = "outside"
    picture: str = "1F6B6"


def _people(readers: Sequence[Reader], review: Review) -> list[Reader | OutsideTeam]:
    """The people about whom the child is asked, the outside team last."""
    return [*readers, *([OutsideTeam(OUTSIDE, str(_("People from outside")))] if review.body.outside else [])]


def _role_labels(review: Review) -> Mapping[int | str, str]:
    """What each of them does, by row or by role, worded the same on every screen."""
    roles: dict[int | str, str] = {role: str(words) for role, words in _WHAT_THEY_DO.items()}
    present: dict[int | str, str] = {review.advocate_id: _("carries your words"), review.reviewer_id: _("decides")}
    return {**roles, "outside": _("reads it"), **present}


_WHAT_THEY_DO: Final = {
    "advocate": _l("speaks for children"),
    "coordinator": _l("runs this place"),
    "facilitator": _l("helps in our meetings"),
    "reviewer": _l("decides about plans"),
    "safeguarding_lead": _l("keeps children safe"),
    "outside_recipient": _l("helps from outside"),
}
"""What a role does, in a child's words."""


def _reviewer_notice(readers: Sequence[Reader], review: Review) -> Markup:
    """What it means that the reviewer may not read the statement; empty where the site has no reviewer."""
    names = [reader.name for reader in readers if reader.person_id == review.reviewer_id]
    words = escape(_("%(name)s decides, but cannot see your wishes or answer them."))
    return words % {"name": name_label(names[0])} if names else Markup()


_NOBODY: Final = Reader(0, "-", b"", ADVOCATE)
"""A placeholder on the sample page of a site without staff; elsewhere there is an advocate."""


def render_sample_page(site: Site, language: str) -> str:
    """The screens as all children of a site see them, for adults who record what is read aloud.

    Args:
        site: where.
        language: of the page.
    """
    day = context.today(site.time_zone)
    body = ReviewBody(case_number="-", step="recovery", kind="regular", outside=True, opened_by=0, opened_on=day)
    review = Review(
        id=bytes(16), site_id=site.id, day=day, advocate_id=-1, reviewer_id=-1, decided_on=None, version=1, body=body
    )
    return render_statement_page(StatementContext(review, language, {"action": "", "front_href": "/"}, sample=site))


def render_kept_pictures() -> str:
    """The page that shows the picture code again after a reload: the browser tab has it, the server sends nothing."""
    ways = {"action": url_for("plan.pictures_kept"), "done_href": url_for("plan.done"), "front_href": "/language"}
    return render_template("child/kept.html", sheet="", lost=str(_LOST_PICTURES), **ways)


def render_slip_page(picks: Mapping[str, str], refused: str = "", words: str = "", *, tells: bool) -> str:
    """The screens on which a child selects the slip's pictures.

    Args:
        picks: the selected pictures, by name of the field.
        refused: why the slip does not work.
        words: what the child had written when the slip turned out to be used.
        tells: whether the reporting channel is open, for a child without a slip.
    """
    screens = list(zip(slip_fields(LENGTH), slip_screens(LENGTH), strict=True))
    return render_template(
        "reviews/statements/slip.html",
        screens=screens,
        given=picks,
        refused=refused,
        words=words,
        tells=tells,
        wants=_("I want to talk about my plan."),
        front_href="/language",
    )


def submit_statement(statement_context: StatementContext) -> ResponseReturnValue:
    """Seal what was sent, or show the screen where something could not be accepted, with everything that was sent."""
    submission_id = read_submission_id(request.form.get("sheet", "")) or abort(400)
    form = StatementForm(with_files(request.form, request.files))
    if not form.validate():
        return _show_again(statement_context, form, form.refused(), 413 if form.voice.too_large else 422)
    with db.reading(db.engine()) as session:  # the slow derivation of a code must not block writers
        adults = {reader.person_id for reader in list_key_holders(session, statement_context.review.site_id)}
    statement = form.statement(statement_context.language, adults, statement_context.helper)
    try:
        if statement_context.own_statement is not None:
            return _store_change(statement_context, statement_context.own_statement, statement, submission_id)
        return _store_and_show_code(statement_context, statement, submission_id)
    except Refused as refused:
        db.session().rollback()
        return _refused(statement_context, form, refusal_label(refused.code))


def _refused(statement_context: StatementContext, form: StatementForm, words: str) -> ResponseReturnValue:
    """The statement cannot be accepted at all; the page keeps it for the child to read."""
    if wants_json():
        return jsonify(title=str(_("This did not work.")), words=words), _GONE
    return _show_again(statement_context, form, {"end": words}, _GONE)


_GONE = 410


def refusal_label(code: str) -> str:
    """Why a statement cannot be accepted, worded for a child."""
    words = {
        "too_late": _("The day of the review is here. It cannot be changed now."),
        "has_one": _("You gave your words before. Your seven pictures open them."),
        "no_advocate": _("Nobody can carry it now. Tap the hand and tell us."),
        "slip": _("This slip was used already. Ask your advocate for another."),
    }
    return str(words[code])


def _store_and_show_code(
    statement_context: StatementContext, statement: Statement, submission_id: bytes
) -> ResponseReturnValue:
    code = _code_of_repeat(statement_context, submission_id)
    if code is None:
        code = _store_under_free_code(statement_context, statement, submission_id)
    screens = _code_screens(statement_context, code)
    if wants_json():
        return jsonify(sheet=submission_id.hex(), screens=render_code_screens(screens)), 201
    return render_code_page(screens, submission_id.hex(), statement_context.ways), 201


def _store_under_free_code(
    statement_context: StatementContext, statement: Statement, submission_id: bytes
) -> PictureCode:
    """Store it under the first code that is free at the site; Argon2 runs outside every transaction."""
    codes = candidate_codes(submission_id, statement_context.review.site_id)
    return next(
        (code for code, keys in codes if _write_with_retries(statement_context, statement, submission_id, keys)), None
    ) or abort(409)


def _write_with_retries(
    statement_context: StatementContext, statement: Statement, submission_id: bytes, keys: PictureCodeKeys
) -> bool:
    """False where the site has this code already. It tries again where a reader left or got a new key."""
    for _again in range(_TRIES - 1):
        with suppress(ConcurrentUpdate):
            return _write(statement_context, statement, submission_id, keys)
    return _write(statement_context, statement, submission_id, keys)


_TRIES: Final = 3


def _write(
    statement_context: StatementContext, statement: Statement, submission_id: bytes, keys: PictureCodeKeys
) -> bool:
    session = db.session()
    try:
        written = _seal(session, statement_context, statement, submission_id, keys)
    except (ConcurrentUpdate, Refused):
        session.rollback()
        raise
    if written:
        session.commit()
    else:
        session.rollback()
    return written


def _seal(
    session: Session,
    statement_context: StatementContext,
    statement: Statement,
    submission_id: bytes,
    keys: PictureCodeKeys,
) -> bool:
    review = store.find_review(session, statement_context.review.id, to_change=True) or abort(404)
    if statement_context.slip is not None and not use_slip(session, review, statement_context.slip):
        raise Refused("slip")
    replaces = statement_context.replaces
    if statement_context.slip is not None:  # the last slip of a review invalidates earlier ones
        replaces = review.awaits_new_pictures
    elif replaces and review.body.statement is not None:
        review = store.record_new_pictures(session, review, review.advocate_id, caller_log())
    return statements_store.store_statement(session, review, statement, submission_id, keys, replaces=replaces)


def _code_of_repeat(statement_context: StatementContext, submission_id: bytes) -> PictureCode | None:
    """The picture code of a repeat, as long as the child has not finished looking at it; None for a new submission.

    None also where its code was drawn at random, for nobody can compute that one again: to store it again is refused,
    and the child's advocate gives a slip for new pictures.
    """
    with db.reading(db.engine()) as session:
        received = threads_store.find_thread_by_receipt(session, submission_receipt(submission_id))
    if received is None or received.code_seen:
        return None
    codes = candidate_codes(submission_id, statement_context.review.site_id)
    return next((code for code, keys in codes if keys.locator == received.locator), None)


def _store_change(
    statement_context: StatementContext,
    own_statement: statements_store.OwnStatement,
    statement: Statement,
    submission_id: bytes,
) -> ResponseReturnValue:
    if not statement.voice and own_statement.statement and request.form.get("keep_voice"):
        statement = replace(
            statement, voice=own_statement.statement.voice, voice_kind=own_statement.statement.voice_kind
        )
    statements_store.change_statement(db.session(), own_statement, statement)
    db.session().commit()
    done = str(statement_context.ways["thanks_href"])
    return (
        (jsonify(sheet=submission_id.hex(), thanks=done), 201)
        if wants_json()
        else make_response("", 303, {"Location": done})
    )


def _code_screens(statement_context: StatementContext, code: PictureCode | None) -> CodeScreens:
    site = get_site(db.session(), statement_context.review.site_id)
    day = Markup("<b>{}</b>").format(_child_day(statement_context.review.day))
    answers = escape(_("After your review on %(day)s, read here what was decided.")) % {"day": day}
    return CodeScreens(code, site, answers, str(_THANKS), str(_LOST_PICTURES))


def _show_again(
    statement_context: StatementContext, form: StatementForm, refused: dict[str, str], status: int = 422
) -> ResponseReturnValue:
    if wants_json():
        return refusal(refused, status)
    statement_page = render_statement_page(statement_context, form.values(), refused, str(request.form["sheet"]))
    return with_microphone(make_response(statement_page, status))


def _slip_fields(statement_context: StatementContext) -> dict[str, int]:
    return {f"slip/{nth}": pick for nth, pick in enumerate(statement_context.slip, 1)} if statement_context.slip else {}


def _carrier_label(reader: Reader) -> Markup:
    return escape(_("%(name)s carries your words to the review.")) % {"name": name_label(reader.name)}


def _child_day(day: date) -> str:
    """A day without a line break between day and month; the weekday may be on the line before."""
    return re.sub("(?<![,\N{ARABIC COMMA}]) ", "\N{NO-BREAK SPACE}", format_weekday(day))
