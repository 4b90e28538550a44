"""Open a round, or the two of a pair: a few pages, then one on which everything is checked - HTTP only.

Every page keeps what was typed on it and sends on; going back, to whichever page, loses nothing.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import needs, require
from youthvoice.accounts import requests
from youthvoice.accounts.sign_in.countersign import may_be_second
from youthvoice.surveys.rounds.opening import draft as opening_draft
from youthvoice.surveys.rounds.opening.draft import Draft
from youthvoice.surveys.rounds.opening.form_adapter import Line, lines, offer, opening_of, put, step_of
from youthvoice.surveys.rounds.opening.forms import STEPS, OpenForm
from youthvoice.surveys.rounds.opening.labels import say, step_name
from youthvoice.surveys.rounds.opening.preconditions import weigh
from youthvoice.surveys.rounds.opening.rules import Opening

pages = Blueprint("opening", __name__, url_prefix="/staff/rounds/open")
FIRST: Final = next(iter(STEPS))
_CHECKED: Final = "checked"
"""In a draft: she has been on the last page, so a page that she changes leads back there."""
_TICKED: Final = frozenset({"sites", "slips"})
"""Fields that a browser does not send when nothing is ticked."""
_SIGNATURE: Final = ("second",)


@pages.get("")
@needs("rounds.open")
def start() -> ResponseReturnValue:
    """The first page; a questionnaire may be named, as its own page does."""
    if named := request.args.get("questionnaire", type=int):
        person_id = require().person_id
        opening_draft.keep(person_id, {**opening_draft.kept(person_id), "questionnaire": [str(named)]})
    return redirect(url_for(".ask", step=FIRST))


@pages.get("/<step>")
@needs("rounds.open")
def ask(step: str) -> ResponseReturnValue:
    """One page of the form, with what was typed on it before."""
    _known(step)
    draft = opening_draft.kept(require().person_id)
    form = _form(draft)
    if not form.asked(step):
        return redirect(url_for(".check"))
    if _CHECKED in draft:
        form.is_right(name for name in form.asked(step) if name in draft)
    return _shown(form, step)


@pages.post("/<step>")
@needs("rounds.open")
def keep(step: str) -> ResponseReturnValue:
    """Keep what was typed on one page, right or wrong; go on only when it is right."""
    _known(step)
    typed = {name: request.form.getlist(name) for name in STEPS[step] if name in request.form or name in _TICKED}
    draft = {name: values for name, values in {**opening_draft.kept(require().person_id), **typed}.items() if values}
    form = _form(draft)
    if not opening_draft.keep(require().person_id, draft):
        form.form_errors = [_("This is more than one round can hold. Choose fewer sites, or shorter words.")]
        form.is_right(form.asked(step))
        return _shown(form, step), 422
    if request.form.get("to") == "back":
        return redirect(_before(form, step, draft))
    wrong = form.first_wrong(step)
    if wrong == step or (wrong is None and not _may_be(form, step)):
        return _shown(form, step), 422
    return redirect(url_for(".ask", step=wrong) if wrong else _after(form, step, draft))


@pages.route("/check", methods=["GET", "POST"])
@needs("rounds.open")
def check() -> ResponseReturnValue:
    """Everything that will be fixed, each with a way to change it; then a second adult is asked."""
    caller = require()
    draft = opening_draft.kept(caller.person_id)
    form = _form(draft)
    if wrong := form.first_wrong():
        return redirect(url_for(".ask", step=wrong))
    opening_draft.keep(caller.person_id, {**draft, _CHECKED: ["1"]})
    with db.reading(db.engine()) as session:
        opening = opening_of(session, form, caller.person_id)
        found = weigh(session, opening, running.keyring().key("people"), running.now())
        fixed = lines(session, opening)
    for refusal in found.refusals:
        put(form, refusal)
    can_open = request.method == "POST" and not found.refusals
    if can_open and _has_read(form, fixed) and (asked := _asked(form, opening)):
        return asked
    shown = render_template(
        "surveys/open_check.html", form=form, fixed=fixed, found=found, read=_digest(fixed), step_of=step_of, say=say
    )
    return shown, 422 if form.errors else 200


def _known(step: str) -> None:
    if step not in STEPS:
        abort(404)


def _asked(form: OpenForm, opening: Opening) -> ResponseReturnValue | None:
    """Ask the second adult, in whose own sign-in it waits; None where nobody was chosen who may agree."""
    if not form.is_right(_SIGNATURE):
        return None
    data = {"opening": opening.to_json()}
    asked = requests.ask(db.session(), "round", data, opening.site_ids, require(), form.second.data)
    db.session().commit()
    opening_draft.forget()
    return redirect(url_for("requests.one", request_id=asked), 303)


def _form(draft: Draft) -> OpenForm:
    """The form with what was typed so far, and who was chosen with this request."""
    signed = {name: request.form.getlist(name) for name in _SIGNATURE}
    form = OpenForm(formdata=MultiDict({**draft, **signed}))
    with db.reading(db.engine()) as session:
        offer(session, form, require().site_ids)
        here = form.sites_here
        form.offer_second(may_be_second(session, require().person_id, here) if here else ())
    return form


def _may_be(form: OpenForm, step: str) -> bool:
    """Whether nothing that this page asks keeps the round from opening, as far as can be known yet."""
    if not form.sites_here:
        return True
    with db.reading(db.engine()) as session:
        opening = opening_of(session, form, require().person_id)
        found = weigh(session, opening, running.keyring().key("people"), running.now())
    here = [refusal for refusal in found.refusals if put(form, refusal, step)]
    return not here


def _has_read(form: OpenForm, fixed: Sequence[Line]) -> bool:
    """Whether what is signed is what stood on the page that was signed, and not what another tab made of it."""
    if request.form.get("read") == _digest(fixed):
        return True
    form.form_errors = [_("This was changed in another tab. Read it once more, then go on.")]
    return False


def _digest(fixed: Sequence[Line]) -> str:
    return hashlib.sha256("\n".join(f"{line.label}: {line.words}" for line in fixed).encode()).hexdigest()


def _before(form: OpenForm, step: str, draft: Draft) -> str:
    """Where Back leads: the page before, or the check that she came from."""
    if _CHECKED in draft:
        return url_for(".check")
    earlier = form.steps[: form.steps.index(step)] if step in form.steps else []
    return url_for(".ask", step=earlier[-1]) if earlier else url_for("rounds.index")


def _after(form: OpenForm, step: str, draft: Draft) -> str:
    """Where Continue leads: the next page that asks something, then the check."""
    order = list(STEPS)
    later = [one for one in form.steps if order.index(one) > order.index(step)]
    return url_for(".ask", step=later[0]) if later and _CHECKED not in draft else url_for(".check")


def _shown(form: OpenForm, step: str) -> str:
    return render_template("surveys/open.html", form=form, step=step, named=step_name(step))
