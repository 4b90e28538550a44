"""Invite, take back, accept - HTTP only."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access import role_labels as roles
from youthvoice.access.guard import log, needs, require
from youthvoice.accounts import directory as people
from youthvoice.accounts import labels as words
from youthvoice.accounts import requests, rules
from youthvoice.accounts.directory import OnePerson
from youthvoice.accounts.forms import TwoReadersForm
from youthvoice.accounts.invitations import accept as joining
from youthvoice.accounts.invitations import invite as inviting
from youthvoice.accounts.invitations import store as invitations
from youthvoice.accounts.invitations.accept import HandleTaken
from youthvoice.accounts.invitations.forms import AgainForm, InviteForm, JoinForm
from youthvoice.accounts.invitations.invite import AddressTaken
from youthvoice.accounts.invitations.store import Guest, NotOpen
from youthvoice.accounts.sign_in.countersign import may_be_second
from youthvoice.accounts.trust import trust_now
from youthvoice.sites import store as places
from youthvoice.web.graphics.qr_codes import square
from youthvoice.web.i18n import languages

pages = Blueprint("invitations", __name__, url_prefix="/staff")


@pages.context_processor
def _words() -> dict[str, object]:
    return {"role_words": roles.words, "keys": rules.HOLDING_KEYS}


@pages.route("/people/new", methods=["GET", "POST"])
@needs("people.manage")
def new() -> ResponseReturnValue:
    """Invite a facilitator, a reviewer or a coordinator; the link is shown on the answer, once."""
    return _invite()


@pages.route("/people/readers/new", methods=["GET", "POST"])
@needs("readers.choose")
def new_reader() -> ResponseReturnValue:
    """Invite an advocate, a safeguarding lead or an outside recipient; the link is shown on the answer, once."""
    return _invite()


def _invite() -> ResponseReturnValue:
    form, caller = InviteForm(), require()
    sites = [(site.id, site.name) for site in places.sites_of(db.session(), caller.site_ids)]
    form.offer(caller.role, sites)
    if not form.validate_on_submit():
        return render_template("staff/invite.html", form=form), 400 if form.errors else 200
    guest = Guest(form.name.data.strip(), form.role.data, frozenset(form.sites.data))
    try:
        token = inviting.invite(db.session(), caller, guest, form.mail.data or "", languages.chosen())
    except AddressTaken:
        form.mail.errors = [_("Somebody who has an account here uses this address.")]
        return render_template("staff/invite.html", form=form), 400
    db.session().commit()
    return shown_once(guest, token, mailed=bool((form.mail.data or "").strip()))


def shown_once(guest: Guest, token: str, *, mailed: bool) -> str:
    """The page with the link, shown once to whoever made it."""
    link = running.settings().url + url_for("invitations.join", token=token)
    until = (running.now() + rules.INVITATION_LASTS).date()
    drawn = square(link, _("Square code of the link"))
    shown = {"guest": guest, "link": link, "square": drawn, "until": until, "mailed": mailed}
    return render_template("staff/invited.html", **shown, **_words())


@pages.route("/people/<int:person_id>/again", methods=["GET", "POST"])
@needs("people.manage")
def again(person_id: int) -> ResponseReturnValue:
    """A new invitation for somebody who lost her password and holds no keys."""
    person, form = _to_let_in_anew(person_id), AgainForm()
    if not form.validate_on_submit():
        return render_template("staff/again.html", form=form, person=person), 400 if form.errors else 200
    guest, token, mailed = inviting.invite_anew(db.session(), require(), person)
    db.session().commit()
    return shown_once(guest, token, mailed=mailed)


@pages.route("/people/<int:person_id>/key/again", methods=["GET", "POST"])
@needs("readers.choose")
def reader_again(person_id: int) -> ResponseReturnValue:
    """A new invitation, and so a new key, for somebody who lost her password and holds keys; a second one agrees."""
    session, caller, person = db.session(), require(), _to_let_in_anew(person_id)
    may_agree = may_be_second(session, caller.person_id, person.site_ids)
    form = TwoReadersForm.of(may_agree, caller.role, person_id)
    if not form.validate_on_submit():
        return render_template("staff/again.html", form=form, person=person), 400 if form.errors else 200
    data = {"person": person_id}
    asked = requests.ask(session, "again", data, person.site_ids, caller, form.second.data)
    session.commit()
    return redirect(url_for("requests.one", request_id=asked), 303)


def _to_let_in_anew(person_id: int) -> OnePerson:
    caller = require()
    return people.to_let_in_anew(db.session(), person_id, caller, trust_now()) or abort(404)


@pages.post("/people/invitations/<int:invitation_id>/take-back")
@needs("people.see")
def take_back(invitation_id: int) -> ResponseReturnValue:
    """End an invitation of a kind that the caller may make."""
    session, caller = db.session(), require()
    waiting = invitations.waiting(session, caller.site_ids, running.now())
    mine = [one for one in waiting if one.id == invitation_id and one.guest.role in rules.invited_by(caller.role)]
    if not mine:
        abort(404)
    invitations.take_back(session, invitation_id)
    log().add(session, "person.invite.take-back", mine[0].guest.role)
    session.commit()
    flash(_("The invitation of %(name)s is taken back; its link works no more.", name=mine[0].guest.name))
    return redirect(url_for("staff.people"), 303)


@pages.route("/join/<token>", methods=["GET", "POST"])
def join(token: str) -> ResponseReturnValue:
    """Let whoever holds the link choose her password; she signs in with it afterwards."""
    form = JoinForm()
    try:
        with db.reading(db.engine()) as session:
            invitation = invitations.find(session, token, running.keyring().key("people"), running.now())
            handle = joining.handle_of(session, invitation)
            sites = [site.name for site in places.sites_of(session, invitation.guest.site_ids)]
        form.for_guest(invitation.guest.name, handle, sites)
        if form.validate_on_submit():
            language = languages.chosen()
            joining.join(token, form.handle.data or "", form.new.data or "", language)
            flash(_("Your account is there. Sign in with what you have just chosen."))
            return redirect(url_for("staff.sign_in"), 303)
    except NotOpen as refusal:
        return _not_open(refusal.code)
    except HandleTaken:
        form.taken()
    shown = {"guest": invitation.guest, "sites": sites, "known": handle is not None}
    return render_template("staff/join.html", form=form, **shown), 400 if form.errors else 200


def _not_open(code: str) -> ResponseReturnValue:
    said = {"title": _("This invitation is over"), "words": words.not_open(code)}
    way = {"way_href": url_for("staff.sign_in"), "way_words": _("Sign in")}
    return render_template("staff/error.html", **said, **way), 410
