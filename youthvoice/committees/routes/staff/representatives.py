"""Representatives of a committee, for its facilitator: who, until when, new pictures, the end of a term - HTTP only."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import log, needs, require
from youthvoice.committees import overview as standing
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.representatives import labels as rep_words
from youthvoice.committees.representatives import picture_codes as rep_codes
from youthvoice.committees.representatives import rules as term_rules
from youthvoice.committees.representatives import store as representatives
from youthvoice.committees.representatives.entities import RepFacts
from youthvoice.committees.representatives.forms import EndForm
from youthvoice.sites.forms import PlainForm
from youthvoice.sites.tablets.spoken_codes import LASTS
from youthvoice.web.i18n.dates import local
from youthvoice.web.submission_ids import sheet_id

pages = Blueprint("representatives", __name__, url_prefix="/staff/committees")


@pages.context_processor
def _words() -> dict[str, object]:
    return {"say": rep_words, "ngettext": ngettext}


@pages.get("/<int:committee_id>/representatives")
@needs("representatives.manage")
def index(committee_id: int) -> ResponseReturnValue:
    """Who represents, until when, and who has not handed over yet."""
    committee = _committee(committee_id)
    day, found = _today(committee), representatives.of(db.session(), running.keyring(), committee.id)
    parted = {
        "now": [one for one in found if one.is_in_office(day)],
        "gone": [one for one in found if term_rules.is_to_hand_over(one, day)],
    }
    left = {one.key: term_rules.days_left(one, day) for one in parted["now"]}
    soon = {key: days for key, days in left.items() if days <= term_rules.REMIND_DAYS}
    shown = {"committee": committee, "soon": soon, "form": PlainForm(), **parted}
    return render_template("committees/representatives.html", **shown)


@pages.post("/<int:committee_id>/representatives/<representative>/word")
@needs("representatives.manage")
def word(committee_id: int, representative: str) -> ResponseReturnValue:
    """A word that shows her her pictures at a tablet; shown once, and the pictures she had open nothing any more."""
    committee, one = _one(committee_id, representative)
    if not one.is_in_office(_today(committee)):
        abort(404)
    made = rep_codes.new_word(db.session(), running.keyring(), one.id, running.now())
    log().add(db.session(), "representative.word", str(committee.id))
    until = local(running.now() + LASTS, standing.zone_of(db.session(), committee)).strftime("%H:%M")
    page = render_template("committees/representative_word.html", committee=committee, one=one, word=made, until=until)
    db.session().commit()
    return page


@pages.route("/<int:committee_id>/representatives/<representative>/end", methods=["GET", "POST"])
@needs("representatives.manage")
def end(committee_id: int, representative: str) -> ResponseReturnValue:
    """End a term before its time, with a reason."""
    committee, one = _one(committee_id, representative)
    if not one.is_in_office(_today(committee)):
        abort(404)
    form = EndForm.new()
    if form.validate_on_submit():
        representatives.end(db.session(), running.keyring(), one, _today(committee), form.why.data)
        said = _("%(nickname)s is not in office any more.", nickname=one.nickname)
        return _done("representative.end", committee, said)
    page = render_template("committees/representative_end.html", form=form, committee=committee, one=one)
    return page, 422 if form.errors else 200


@pages.post("/<int:committee_id>/representatives/<representative>/handed-over")
@needs("representatives.manage")
def handed_over(committee_id: int, representative: str) -> ResponseReturnValue:
    """The facilitator told what was open, in place of somebody who is not there any more."""
    committee, one = _one(committee_id, representative)
    if not term_rules.is_to_hand_over(one, _today(committee)):
        abort(404)
    representatives.hand_over(db.session(), one.id, _today(committee))
    return _done("representative.handed_over", committee, _("What is open was handed over."))


def _done(action: str, committee: CommitteeFacts, said: str) -> ResponseReturnValue:
    log().add(db.session(), action, str(committee.id))
    db.session().commit()
    flash(said)
    return redirect(url_for("representatives.index", committee_id=committee.id), 303)


def _committee(committee_id: int) -> CommitteeFacts:
    return standing.found(db.session(), committee_id, require()) or abort(404)


def _one(committee_id: int, representative: str) -> tuple[CommitteeFacts, RepFacts]:
    committee, wanted = _committee(committee_id), sheet_id(representative) or abort(404)
    one = representatives.find(db.session(), running.keyring(), wanted)
    if one is None or one.committee_id != committee.id:
        abort(404)
    return committee, one


def _today(committee: CommitteeFacts) -> date:
    return running.today(standing.zone_of(db.session(), committee))
