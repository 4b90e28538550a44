"""The page on which a child prepares her statement: at a tablet with her slip, or beside her advocate.

Who carries it, who else may read it and the limit are said before the first word. Source: DESIGN.md 5, "A review";
CHILD-UX.md, "Before telling"; S31.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from flask import abort, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext as _, lazy_gettext as _l
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
from youthvoice.threads.child_fields import MAX_VOICE_SECONDS, with_files
from youthvoice.web import assets
from youthvoice.web.deliveries import refusal
from youthvoice.web.graphics import picture_labels, pictures
from youthvoice.web.headers import wants_json, with_microphone
from youthvoice.web.random_ids import new_submission_id, read_submission_id

IDLE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class StatementContext:
    """Where a child prepares: which review, and how the page is sent.

    Attributes:
        review: hers.
        language: that she speaks here.
        ways: `action`, `done_href`, `front_href`, and what the page of a desk shows besides.
        slip: the pictures of hers; None at a desk, or with her own code.
        helper: name of the adult beside her; empty at a tablet.
        own_statement: her statement, where she changes it.
        anew: whether it takes the place of what was given with other pictures.
        sample: the site of a page that is made for its texts alone, before anybody has a review.
    """

    review: Review
    language: str
    ways: Mapping[str, object]
    slip: Picks | None = field(default=None, repr=False)
    helper: str = ""
    own_statement: statements_store.OwnStatement | None = field(default=None, repr=False)
    anew: bool = False
    sample: Site | None = None


def render_statement_page(
    statement_context: StatementContext,
    given: Mapping[str, Collection[str]] | None = None,
    refused: Mapping[str, str] | None = None,
    sheet: str = "",
) -> str:
    """The screens, with everything that she gave when something could not be taken, or that she said before."""
    session, review = db.session(), statement_context.review
    site = statement_context.sample or get_site(session, review.site_id)
    adults = list_key_holders(session, site.id) or [_NOBODY]
    carriers = [reader for reader in adults if reader.person_id == review.advocate_id]
    readers = statements_store.list_possible_readers(session, review)
    if statement_context.sample:
        carriers, readers = [reader for reader in adults if reader.role == ADVOCATE], adults
    pictures.page_sprite().take_from(assets.asset_address(pictures.TELL_FILE), pictures.FILES[pictures.TELL_FILE])
    if given is None:
        given = (
            StatementForm.filled(statement_context.own_statement.said)
            if statement_context.own_statement and statement_context.own_statement.said
            else {}
        )
    template_values = {
        "given": given,
        "refused": refused or {},
        "sheet": sheet or new_submission_id(),
        "options": options,
        "review": review,
        "adults": [reader for reader in adults if reader.person_id != review.advocate_id],
        "readers": readers,
        "outside": OUTSIDE if review.body.outside else "",
        "carriers": carriers,
        "people": _people(readers, review),
        "reads": _reads(review),
        "decides": _decides(readers, review),
        "carries": [(_carries(reader), reader.picture) for reader in carriers],
        "on_day": "" if statement_context.sample else _("Your review is on %(day)s.", day=_child_day(review.day)),
        "in_danger": danger_label(site),
        "idle": IDLE_SECONDS,
        "seconds": MAX_VOICE_SECONDS,
        "most_letters": options.MAX_WORDS_CHARACTERS,
        "kept_voice": bool(
            statement_context.own_statement
            and statement_context.own_statement.said
            and statement_context.own_statement.said.voice
        ),
        "changes": statement_context.own_statement is not None,
        "anew": statement_context.anew or statement_context.sample is not None,
        "code_names": [picture_labels.picture_label(picture.name) for screen in SCREENS for picture in screen],
        "slip_fields": _slip_fields(statement_context),
    }
    return render_template("reviews/statements/statement.html", **{**template_values, **statement_context.ways})


@dataclass(frozen=True, slots=True)
class OutsideTeam:
    """A team of another organisation among the people whom a child may let read: it has no row of its own."""

    person_id: str
    name: str
    role: str = "outside"
    picture: str = "1F6B6"


def _people(readers: Sequence[Reader], review: Review) -> list[Reader | OutsideTeam]:
    """Whom she is asked about, the team from outside last."""
    return [*readers, *([OutsideTeam(OUTSIDE, str(_("People from outside")))] if review.body.outside else [])]


def _reads(review: Review) -> Mapping[int | str, str]:
    """What each of them does, by row or else by role: the same words on every screen."""
    roles: dict[int | str, str] = {role: str(words) for role, words in _WHAT_THEY_DO.items()}
    hers: dict[int | str, str] = {review.advocate_id: _("carries your words"), review.reviewer_id: _("decides")}
    return {**roles, "outside": _("reads it"), **hers}


_WHAT_THEY_DO: Final = {
    "advocate": _l("speaks for children"),
    "coordinator": _l("runs this place"),
    "facilitator": _l("helps in our meetings"),
    "reviewer": _l("decides about plans"),
    "safeguarding_lead": _l("keeps children safe"),
    "outside_recipient": _l("helps from outside"),
}
"""A role as a child says it; what adults call it she need not know."""


def _decides(readers: Sequence[Reader], review: Review) -> Markup:
    """What it means that whoever decides has no yes; empty where nobody is there to decide."""
    names = [reader.name for reader in readers if reader.person_id == review.reviewer_id]
    words = escape(_("%(name)s decides, but cannot see your wishes or answer them."))
    return words % {"name": name_label(names[0])} if names else Markup()


_NOBODY: Final = Reader(0, "-", b"", ADVOCATE)
"""Stands on a sample page of a site in which nobody works; elsewhere there is an advocate."""


def render_sample_page(site: Site, language: str) -> str:
    """The screens as they are for every child of a site, for whoever records what is read aloud.

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


def render_slip_page(given: Mapping[str, str], refused: str = "", words: str = "", *, tells: bool) -> str:
    """The slip that leads a child to her review.

    Args:
        given: pictures that she tapped, by name of the box.
        refused: why it leads nowhere.
        words: what she had written when her slip was found to be used.
        tells: whether somebody is there to be told, by a child without a slip.
    """
    screens = list(zip(slip_fields(LENGTH), slip_screens(LENGTH), strict=True))
    return render_template(
        "reviews/statements/slip.html",
        screens=screens,
        given=given,
        refused=refused,
        words=words,
        tells=tells,
        wants=_("I want to talk about my plan."),
        front_href="/language",
    )


def submit_statement(statement_context: StatementContext) -> ResponseReturnValue:
    """Seal what was sent, or say at which screen something could not be taken; nothing of it is lost."""
    sheet = read_submission_id(request.form.get("sheet", "")) or abort(400)
    form = StatementForm(with_files(request.form, request.files))
    if not form.validate():
        return _asked_again(statement_context, form, form.refused(), 413 if form.voice.too_large else 422)
    with db.reading(db.engine()) as session:  # nobody waits in the queue of writers while a code is stretched
        adults = {reader.person_id for reader in list_key_holders(session, statement_context.review.site_id)}
    statement = form.told(statement_context.language, adults, statement_context.helper)
    try:
        if statement_context.own_statement is not None:
            return _changed(statement_context, statement_context.own_statement, statement, sheet)
        return _kept(statement_context, statement, sheet)
    except Refused as refused:
        db.session().rollback()
        return _refused(statement_context, form, refusal_label(refused.code))


def _refused(statement_context: StatementContext, form: StatementForm, words: str) -> ResponseReturnValue:
    """It cannot be taken at all; what she said stays on the page for her to read."""
    if wants_json():
        return jsonify(title=str(_("This did not work.")), words=words), _GONE
    return _asked_again(statement_context, form, {"end": words}, _GONE)


_GONE = 410


def refusal_label(code: str) -> str:
    """Why a statement cannot be taken, in words for a child."""
    words = {
        "too_late": _("The day of the review is here. It cannot be changed now."),
        "has_one": _("You gave your words before. Your seven pictures open them."),
        "no_advocate": _("Nobody can carry it now. Tap the hand and tell us."),
        "slip": _("This slip was used already. Ask your advocate for another."),
    }
    return str(words[code])


def _kept(statement_context: StatementContext, statement: Statement, sheet: bytes) -> ResponseReturnValue:
    code = _code_of_sheet(statement_context, sheet)
    if code is None:
        code = _store(statement_context, statement, sheet)
    screens = _code_screens(statement_context, code)
    if wants_json():
        return jsonify(sheet=sheet.hex(), screens=render_code_screens(screens)), 201
    return render_code_page(screens, sheet.hex(), statement_context.ways), 201


def _store(statement_context: StatementContext, statement: Statement, sheet: bytes) -> PictureCode:
    """Seal it under the first code that is free; Argon2 runs outside every transaction."""
    codes = candidate_codes(sheet, statement_context.review.site_id)
    return next(
        (code for code, keys in codes if _is_written(statement_context, statement, sheet, keys)), None
    ) or abort(409)


def _is_written(statement_context: StatementContext, statement: Statement, sheet: bytes, keys: PictureCodeKeys) -> bool:
    """False where the site has this code already; tried again where a reader went or took a new key."""
    for _again in range(_TRIES - 1):
        with suppress(ConcurrentUpdate):
            return _write(statement_context, statement, sheet, keys)
    return _write(statement_context, statement, sheet, keys)


_TRIES: Final = 3


def _write(statement_context: StatementContext, statement: Statement, sheet: bytes, keys: PictureCodeKeys) -> bool:
    session = db.session()
    try:
        written = _seal(session, statement_context, statement, sheet, keys)
    except (ConcurrentUpdate, Refused):
        session.rollback()
        raise
    if written:
        session.commit()
    else:
        session.rollback()
    return written


def _seal(
    session: Session, statement_context: StatementContext, statement: Statement, sheet: bytes, keys: PictureCodeKeys
) -> bool:
    review = store.find_review(session, statement_context.review.id, to_change=True) or abort(404)
    if statement_context.slip is not None and not use_slip(session, review, statement_context.slip):
        raise Refused("slip")
    anew = statement_context.anew
    if statement_context.slip is not None:  # no other slip of a review is good once one was dealt for new pictures
        anew = review.awaits_new_pictures
    elif anew and review.body.statement is not None:
        review = store.record_new_pictures(session, review, review.advocate_id, caller_log())
    return statements_store.store_statement(session, review, statement, sheet, keys, anew=anew)


def _code_of_sheet(statement_context: StatementContext, sheet: bytes) -> PictureCode | None:
    """The pictures of a sheet that came before, as long as the child has not finished looking at them."""
    with db.reading(db.engine()) as session:
        report = threads_store.find_thread_by_receipt(session, submission_receipt(sheet))
    if report is None:
        return None
    codes = candidate_codes(sheet, statement_context.review.site_id)
    return None if report.code_seen else next(code for code, keys in codes if keys.locator == report.locator)


def _changed(
    statement_context: StatementContext,
    own_statement: statements_store.OwnStatement,
    statement: Statement,
    sheet: bytes,
) -> ResponseReturnValue:
    if not statement.voice and own_statement.said and request.form.get("keep_voice"):
        statement = replace(statement, voice=own_statement.said.voice, voice_kind=own_statement.said.voice_kind)
    statements_store.change_statement(db.session(), own_statement, statement)
    db.session().commit()
    done = str(statement_context.ways["thanks_href"])
    return (
        (jsonify(sheet=sheet.hex(), thanks=done), 201) if wants_json() else make_response("", 303, {"Location": done})
    )


def _code_screens(statement_context: StatementContext, code: PictureCode | None) -> CodeScreens:
    site = get_site(db.session(), statement_context.review.site_id)
    day = Markup("<b>{}</b>").format(_child_day(statement_context.review.day))
    answers = escape(_("After your review on %(day)s, read here what was decided.")) % {"day": day}
    return CodeScreens(code, site, answers, str(_("Thank you. Your words are safe.")))


def _asked_again(
    statement_context: StatementContext, form: StatementForm, refused: dict[str, str], status: int = 422
) -> ResponseReturnValue:
    if wants_json():
        return refusal(refused, status)
    statement_page = render_statement_page(statement_context, form.given(), refused, str(request.form["sheet"]))
    return with_microphone(make_response(statement_page, status))


def _slip_fields(statement_context: StatementContext) -> dict[str, int]:
    return {f"slip/{nth}": pick for nth, pick in enumerate(statement_context.slip, 1)} if statement_context.slip else {}


def _carries(reader: Reader) -> Markup:
    return escape(_("%(name)s carries your words to the review.")) % {"name": name_label(reader.name)}


def _child_day(day: date) -> str:
    """Day and month stay together; the name of the weekday may stand in the line before."""
    return re.sub("(?<![,\N{ARABIC COMMA}]) ", "\N{NO-BREAK SPACE}", format_date(day, "EEEE, d MMMM"))
