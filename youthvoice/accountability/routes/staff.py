"""What adults owe - HTTP only."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import Caller, log, needs, require, site_or_404
from youthvoice.accountability import escalation_rules as ladder
from youthvoice.accountability import labels as words
from youthvoice.accountability import listing, store
from youthvoice.accountability.entities import OwedFacts
from youthvoice.accountability.escalation import decision_makers
from youthvoice.accountability.forms import AnswerForm, DecisionMakerForm
from youthvoice.accountability.ports.publications import views
from youthvoice.accountability.rules import WHOLE
from youthvoice.accountability.store import NotAnAnswer
from youthvoice.accounts import store as people
from youthvoice.sites import store as places
from youthvoice.web.i18n import languages

pages = Blueprint("answers", __name__, url_prefix="/staff/answers")

_ANSWERED_SHOWN = 20


@pages.context_processor
def _words() -> dict[str, object]:
    return {"say": words, "speak": languages.chosen()}


@pages.get("/")
@needs("answers.give")
def index() -> ResponseReturnValue:
    """What the caller owes, the overdue first; for a coordinator also what others are late with."""
    caller, session, keyring = require(), db.session(), running.keyring()
    owed = store.mine(session, keyring, caller.person_id, caller.role, caller.site_ids)
    answered = store.mine(session, keyring, caller.person_id, caller.role, caller.site_ids, settled=True)
    return render_template(
        "answers/index.html",
        owed=[listing.row(session, each, caller.person_id) for each in owed],
        answered=[listing.row(session, each, caller.person_id) for each in answered[:_ANSWERED_SHOWN]],
        late=listing.late_of_others(session, caller, {each.id for each in owed}),
        decides=_decides(caller) if caller.may("answers.decision_maker") else [],
    )


@pages.route("/<int:owed_id>", methods=["GET", "POST"], defaults={"part": WHOLE})
@pages.route("/<int:owed_id>/<part>", methods=["GET", "POST"])
@needs("answers.give")
def answer(owed_id: int, part: str) -> ResponseReturnValue:
    """Answer the whole, or one published question."""
    caller, session = require(), db.session()
    keyring, who = running.keyring(), (caller.person_id, caller.role, caller.site_ids)
    owed = store.of_hers(session, keyring, owed_id, *who) or abort(404)
    asked = next((one for one in owed.parts if one.name == part), None)
    if part != WHOLE and asked is None:
        abort(404)
    site = places.site(session, owed.site_id) or abort(404)
    given = owed.reply(part)
    form = AnswerForm.asking(owed, given, _asked(owed, site.languages))
    if form.validate_on_submit() and _taken(form, owed, part, caller):
        flash(words.kept(owed))
        return redirect(url_for("answers.answer", owed_id=owed.id), 303)
    shown = {
        "owed": owed,
        "row": listing.row(session, owed, require().person_id),
        "part": asked,
        "given": given,
        "earlier": owed.earlier_of(part),
        "names": people.names(session, owed.people),
        "form": form,
        "readers": words.readers(given, _asked(owed, site.languages)) if given and owed.to_children else [],
        "said": views().said(session, owed.subject, part, languages.chosen()) if owed.kind == "round" else "",
    }
    return render_template("answers/answer.html", **shown), 400 if form.errors else 200


def _taken(form: AnswerForm, owed: OwedFacts, part: str, caller: Caller) -> bool:
    day = running.today(_zone(owed))
    try:
        given = (form.kind.data, form.said, caller.person_id, day)
        store.reply(db.session(), running.keyring(), owed.id, part, *given, done_by=form.day)
    except NotAnAnswer as error:
        form.refuse(error.code)
        return False
    if owed.kind not in store.QUIET:  # a line would say that a child said harm; who answered, and when, is locked
        log().add(db.session(), "answer.give", f"{owed.kind} {owed.subject}")
    db.session().commit()
    return True


def _asked(owed: OwedFacts, offered: Sequence[str]) -> Sequence[str]:
    """The languages of whoever reads it: children of the site, and guardians of the view; of a task only adults."""
    if not owed.to_children:
        return [languages.chosen()]
    return list(dict.fromkeys([*offered, *(code for code in languages.TRANSLATED if code in owed.about)]))


def _decides(caller: Caller) -> list[tuple[int, str, str]]:
    """Each site of hers with whoever decides there: row, name of the site, name of the person."""
    session = db.session()
    decides = decision_makers.of_sites(session, caller.site_ids)
    names = people.names(session, decides.values())
    return [
        (site.id, site.name, names.get(decides.get(site.id, 0), ""))
        for site in places.sites_of(session, caller.site_ids)
    ]


def _zone(owed: OwedFacts) -> str:
    site = places.site(db.session(), owed.site_id)
    return site.time_zone if site else "UTC"


@pages.route("/decision-makers/<int:site_id>", methods=["GET", "POST"])
@needs("answers.decision_maker")
def decision_maker(site_id: int) -> ResponseReturnValue:
    """Say who is asked at a site when somebody does not answer in time."""
    session = db.session()
    site = places.site(session, site_or_404(site_id)) or abort(404)
    now = decision_makers.of_sites(session, [site_id]).get(site_id)
    could = decision_makers.candidates(session, site_id)
    form = DecisionMakerForm.asking(could, now)
    if not form.validate_on_submit():
        page = render_template(
            "answers/decision_maker.html", form=form, site=site, days=ladder.STEP_DAYS, nobody=not could
        )
        return page, 400 if form.errors else 200
    decision_makers.name(session, site_id, form.person.data or None, log(), site.slug)
    session.commit()
    flash(words.named(site.name))
    return redirect(url_for("answers.index"), 303)
