"""One person, and her key: compare it, withdraw that, let her in anew - HTTP only."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access import role_labels as roles
from youthvoice.access.guard import needs, require
from youthvoice.access.permissions import OUTSIDE_RECIPIENT
from youthvoice.accounts import directory as people
from youthvoice.accounts import labels as words
from youthvoice.accounts import rules, store
from youthvoice.accounts.directory import OnePerson
from youthvoice.accounts.forms import ComparisonForm, MetForm, TrainingForm
from youthvoice.accounts.keys import actions as key_acts
from youthvoice.accounts.keys import comparison as comparing
from youthvoice.accounts.keys.comparison import NotCompared
from youthvoice.accounts.trust import trust_now
from youthvoice.privacy.credentials.key_pictures import pictures_of
from youthvoice.sites import store as places
from youthvoice.web.i18n.dates import day

pages = Blueprint("keys", __name__, url_prefix="/staff/people")


@pages.context_processor
def _words() -> dict[str, object]:
    return {
        "role_words": roles.words,
        "standing_words": words.standing,
        "training_words": words.training,
        "test_words": words.test,
    }


def _known(person_id: int) -> OnePerson:
    return people.known(db.session(), person_id, require().site_ids, trust_now()) or abort(404)


@pages.get("/<int:person_id>")
@needs("people.see")
def person(person_id: int) -> ResponseReturnValue:
    """One person: where she works, how she stands, and what can be done."""
    one, caller = _known(person_id), require()
    mine = one.role in rules.invited_by(caller.role) and one.site_ids <= caller.site_ids
    again = mine and one.standing != "altered" and one.person_id != caller.person_id
    return _page(one, TrainingForm(formdata=None, trained_until=one.trained_until), again=again)


def _page(one: OnePerson, form: TrainingForm, met: MetForm | None = None, *, again: bool = False) -> str:
    sites = [site.name for site in places.sites_of(db.session(), one.site_ids)]
    if met is None:
        met = MetForm(formdata=None, seen=comparing.shown(store.find(db.session(), one.person_id) or abort(404)))
    shown = {"again": again, "leave_href": _leave_href(one), "by_readers": one.role in rules.ENDED_BY_READERS}
    return render_template("staff/person.html", person=one, sites=sites, form=form, met=met, **shown)


@pages.post("/<int:person_id>/met")
@needs("people.meet")
def met(person_id: int) -> ResponseReturnValue:
    """An advocate has met somebody whom a coordinator let in: her role counts from now on."""
    one, form = _known(person_id), MetForm()
    if one.standing == "unmet" and not form.validate_on_submit():
        return _page(one, TrainingForm(formdata=None), form), 400
    try:
        key_acts.meet(db.session(), one, require(), form.seen.data or "")
    except NotCompared:  # she was let in anew, or a colleague was faster
        flash(_("This account is another than the one you saw. Look at it again."))
        return _page(_known(person_id), TrainingForm(formdata=None)), 409
    db.session().commit()
    flash(_("%(name)s is confirmed. She can begin.", name=one.name))
    return redirect(url_for("keys.person", person_id=person_id), 303)


@pages.post("/<int:person_id>/met/withdraw")
@needs("people.meet")
def no_longer_met(person_id: int) -> ResponseReturnValue:
    """An advocate takes back that somebody was met: she can do nothing until one has met her again."""
    one = _known(person_id)
    if not key_acts.no_longer_met(db.session(), one, require()):
        abort(404)
    db.session().commit()
    flash(_("%(name)s can do nothing here until an advocate has met her.", name=one.name))
    return redirect(url_for("keys.person", person_id=person_id), 303)


def _leave_href(one: OnePerson) -> str:
    """Where the caller ends this account; empty where it is not hers to end."""
    caller = require()
    if one.role not in rules.ENDED_BY_READERS:
        return url_for("staff.leave", person_id=one.person_id) if caller.may("people.manage") else ""
    if one.person_id == caller.person_id:
        return url_for("leaving.own")
    return url_for("leaving.reader", person_id=one.person_id) if caller.may("readers.choose") else ""


@pages.post("/<int:person_id>/training")
@needs("people.manage")
def training(person_id: int) -> ResponseReturnValue:
    """Record until when somebody's training is good; empty for none."""
    one, form = _known(person_id), TrainingForm()
    if not form.validate_on_submit():
        return _page(one, form), 400
    until = form.trained_until.data
    if rules.why_not_trained(one.trained_until, until, one.site_ids, require().site_ids):
        form.trained_until.errors = [
            _("She also works at a site that is not yours: from here it can only be prolonged.")
        ]
        return _page(one, form), 403
    key_acts.record_training(db.session(), one, until)
    db.session().commit()
    flash(_("The training of %(name)s is recorded.", name=one.name))
    return redirect(url_for("keys.person", person_id=person_id), 303)


@pages.post("/<int:person_id>/test")
@needs("readers.choose")
def ask_for_test(person_id: int) -> ResponseReturnValue:
    """Try the way to the outside recipient: she is asked to sign in and say that it reached her."""
    one = _known(person_id)
    if one.role != OUTSIDE_RECIPIENT or one.person_id == require().person_id:
        abort(404)
    if one.tested_on == running.today():
        flash(_("A test reached %(name)s today already.", name=one.name))
        return redirect(url_for("keys.person", person_id=person_id), 303)
    mailed = key_acts.ask_for_test(db.session(), one)
    db.session().commit()
    if mailed:
        flash(_("%(name)s is asked by mail to sign in. Then she says that it reached her.", name=one.name))
    else:
        flash(_("%(name)s has no address here. She finds the test when she signs in; tell her.", name=one.name))
    return redirect(url_for("keys.person", person_id=person_id), 303)


@pages.route("/<int:person_id>/key", methods=["GET", "POST"])
@needs("readers.choose")
def compare(person_id: int) -> ResponseReturnValue:
    """Compare a newcomer's key pictures with her, face to face."""
    one, form = _known(person_id), ComparisonForm()
    if not one.holds_keys:
        abort(404)
    shown = _shown(person_id)
    if not shown["refusal"] and form.is_submitted():
        if form.seen.data != shown["seen"]:  # before the tick is looked at: the new pictures are not ticked in passing
            return _changed(person_id)
        if form.validate():
            return _compared(one, form.seen.data or "")
    form.seen.data = shown["seen"]
    return render_template("staff/compare.html", person=one, form=form, **shown), 400 if form.errors else 200


def _shown(person_id: int) -> dict[str, object]:
    """What the page shows of a key as it is now."""
    session, trust, me = db.session(), trust_now(), key_acts.colleague(require())
    row = store.find(session, person_id) or abort(404)
    before = comparing.compared_by(session, row, trust.people_key, trust.now)
    refusal = comparing.why_not(session, row, me, before, trust.people_key)
    names = store.names(session, [host.person_id for host in before])
    return {
        "before": [names[host.person_id] for host in before],
        "mine": me.person_id in names,
        "refusal": words.not_compared(refusal) if refusal else "",
        "pictures": pictures_of(row.public_key),
        "seen": comparing.shown(row),
    }


def _changed(person_id: int) -> ResponseReturnValue:
    """She has another key than the one that was compared: its pictures, and nothing is counted."""
    shown = _shown(person_id)
    form = ComparisonForm(formdata=None, seen=shown["seen"])
    page = render_template("staff/compare.html", person=_known(person_id), form=form, changed=True, **shown)
    return page, 409


def _compared(one: OnePerson, seen: str) -> ResponseReturnValue:
    try:
        trusted_from = key_acts.compare(db.session(), one, key_acts.colleague(require()), seen)
    except NotCompared as error:
        return _changed(one.person_id) if error.code == "changed" else abort(409)  # else a colleague was faster
    db.session().commit()
    if trusted_from is None:
        flash(_("You have compared the key of %(name)s. One more of you has to.", name=one.name))
    else:
        flash(_("%(name)s can be written to from %(day)s. All of you are told.", name=one.name, day=day(trusted_from)))
    return redirect(url_for("keys.person", person_id=one.person_id), 303)


@pages.post("/<int:person_id>/key/withdraw")
@needs("readers.choose")
def withdraw(person_id: int) -> ResponseReturnValue:
    """Take back that a key was compared, while the 48 hours run."""
    one = _known(person_id)
    if not one.holds_keys or not key_acts.withdraw(db.session(), one, require()):
        abort(404)
    db.session().commit()
    flash(_("The comparison is taken back. Nothing is sealed to %(name)s.", name=one.name))
    return redirect(url_for("keys.person", person_id=person_id), 303)
