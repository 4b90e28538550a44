"""What adults owe - HTTP only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db, running
from youthvoice.access.guard import Caller, log, needs, require
from youthvoice.access.permissions import COORDINATOR
from youthvoice.answers import store, words
from youthvoice.answers.facts import OwedFacts
from youthvoice.answers.forms import AnswerForm
from youthvoice.answers.rules import WHOLE
from youthvoice.answers.store import NotAnAnswer
from youthvoice.answers.views import views
from youthvoice.places import store as places
from youthvoice.staff import store as people
from youthvoice.web import languages

pages = Blueprint("answers", __name__, url_prefix="/staff/answers", template_folder="templates")

_ANSWERED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: what is owed, in words."""

    owed: OwedFacts
    heading: str
    site: str
    state: str
    when: str
    owner: str = ""


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
        owed=[_row(each) for each in owed],
        answered=[_row(each) for each in answered[:_ANSWERED_SHOWN]],
        late=_late_of_others(caller, {each.id for each in owed}),
        watches=caller.role == COORDINATOR,
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
        "row": _row(owed),
        "part": asked,
        "form": form,
        "readers": words.readers(given, _asked(owed, site.languages)) if given and owed.kind == "round" else [],
        "said": views().said(session, owed.subject, part, languages.chosen()) if owed.kind == "round" else "",
    }
    return render_template("answers/answer.html", **shown), 400 if form.errors else 200


def _taken(form: AnswerForm, owed: OwedFacts, part: str, caller: Caller) -> bool:
    day = running.today(_zone(owed))
    try:
        given = (form.kind.data, form.said, caller.person_id, day)
        store.reply(db.session(), running.keyring(), owed.id, part, *given)
    except NotAnAnswer as error:
        form.refuse(error.code)
        return False
    if owed.kind not in store.QUIET:  # a line would say that a child said harm; who answered, and when, is locked
        log().add(db.session(), "answer.give", f"{owed.kind} {owed.subject}")
    db.session().commit()
    return True


def _asked(owed: OwedFacts, offered: Sequence[str]) -> Sequence[str]:
    """The languages of whoever reads it: children of the site, and guardians of the view; of a task only adults."""
    if owed.kind != "round":
        return [languages.chosen()]
    return list(dict.fromkeys([*offered, *(code for code in languages.TRANSLATED if code in owed.about)]))


def _row(owed: OwedFacts, *, of_another: bool = False) -> Row:
    site = places.site(db.session(), owed.site_id)
    today = running.today(_zone(owed))
    heading = words.others_heading if of_another else words.heading
    return Row(
        owed,
        heading(owed, languages.chosen()),
        site.name if site else "",
        owed.state(today),
        words.when(owed, today),
        _owner(owed) if of_another else "",
    )


def _late_of_others(caller: Caller, hers: set[int]) -> list[Row]:
    """S13: silence past its date raises an alarm to adults.

    Of the advocates' tasks one line for each site: how many there are, and since which day, would say in which round a
    child said harm, for only then is a task due three days after it closed.
    """
    if caller.role != COORDINATOR:
        return []
    late = [
        owed
        for site in places.sites_of(db.session(), caller.site_ids)
        for owed in store.overdue(db.session(), running.keyring(), [site.id], running.today(site.time_zone))
    ]
    rows = [_row(owed, of_another=True) for owed in late if owed.id not in hers]
    advocates = {row.site: replace(row, state="", when="") for row in rows if row.owed.owner_id is None}
    return [*(row for row in rows if row.owed.owner_id is not None), *advocates.values()]


def _owner(owed: OwedFacts) -> str:
    if owed.owner_id is None:
        return str(_("The child advocates"))
    return people.names(db.session(), [owed.owner_id]).get(owed.owner_id, "")


def _zone(owed: OwedFacts) -> str:
    site = places.site(db.session(), owed.site_id)
    return site.time_zone if site else "UTC"
