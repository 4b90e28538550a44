"""Invite people, withdraw and accept invitations - HTTP only."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from youthvoice import db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.accounts import invitations
from youthvoice.accounts.agreement import ask_second, list_possible_seconds
from youthvoice.accounts.forms import AcceptInvitationForm, InviteForm, TwoReadersForm
from youthvoice.accounts.labels import INVITATION_REFUSAL_LABELS
from youthvoice.accounts.people.directory import PersonOverview, find_person_to_reinvite
from youthvoice.accounts.people.person_names import list_names_in_use
from youthvoice.accounts.routes.staff import people_pages
from youthvoice.accounts.rules import roles_invited_by
from youthvoice.errors import Refused
from youthvoice.sites.store import list_site_names
from youthvoice.web.form_page import show_form
from youthvoice.web.i18n import languages


@people_pages.route("/people/new", methods=["GET", "POST"])
@permission_required("people.manage")
def new_invitation() -> ResponseReturnValue:
    """Invite a facilitator, a reviewer or a coordinator; the link is shown once."""
    return _invite()


@people_pages.route("/people/readers/new", methods=["GET", "POST"])
@permission_required("readers.choose")
def new_reader() -> ResponseReturnValue:
    """Invite a person who will hold keys (`rules.HOLDING_KEYS`); the link is shown once."""
    return _invite()


def _invite() -> ResponseReturnValue:
    form, caller = InviteForm(), current_caller()
    form.offer(caller.role, list_site_names(db.session(), caller.site_ids))
    form.names_in_use = list_names_in_use(db.session())
    form.names_invited = invitations.list_invited_names(db.session())
    if not form.validate_on_submit():
        return show_form("accounts/invitations/invite.html", form)
    guest = invitations.Guest(form.name.data, form.role.data, frozenset(form.sites.data))
    try:
        token = invitations.invite_guest(db.session(), caller, guest, form.mail.data or "", languages.chosen())
    except invitations.AddressTaken:
        form.mail.errors = [_("Somebody who has an account here uses this address.")]
        return show_form("accounts/invitations/invite.html", form)
    return invitations.render_invitation_link(guest, token, mailed=bool((form.mail.data or "").strip()))


@people_pages.route("/people/<int:person_id>/again", methods=["GET", "POST"])
@permission_required("people.manage")
def renew_invitation(person_id: int) -> ResponseReturnValue:
    """A new invitation for a person without keys who lost the password."""
    person, form = _person_to_reinvite_or_404(person_id), FlaskForm()
    if not form.validate_on_submit():
        return show_form("accounts/invitations/renew.html", form, person=person)
    guest, token, mailed = invitations.reinvite_person(db.session(), current_caller(), person)
    return invitations.render_invitation_link(guest, token, mailed=mailed)


@people_pages.route("/people/<int:person_id>/key/again", methods=["GET", "POST"])
@permission_required("readers.choose")
def renew_reader(person_id: int) -> ResponseReturnValue:
    """A new invitation, and so a new key, for a key holder who lost the password; a second adult must agree."""
    session, caller, person = db.session(), current_caller(), _person_to_reinvite_or_404(person_id)
    may_agree = list_possible_seconds(session, caller.person_id, person.site_ids)
    form = TwoReadersForm.of(may_agree, caller.role, person_id)
    if not form.validate_on_submit():
        return show_form("accounts/invitations/renew.html", form, person=person)
    data = {"person": person_id}
    request_id = ask_second(session, "again", data, person.site_ids, caller, form.second.data)
    return redirect(url_for("people.show_request", request_id=request_id), 303)


def _person_to_reinvite_or_404(person_id: int) -> PersonOverview:
    caller = current_caller()
    return find_person_to_reinvite(db.session(), person_id, caller) or abort(404)


@people_pages.post("/people/invitations/<int:invitation_id>/take-back")
@permission_required("people.see")
def take_back_invitation(invitation_id: int) -> ResponseReturnValue:
    """Withdraw an invitation of a kind that the caller may make."""
    session, caller = db.session(), current_caller()
    waiting = invitations.list_open_invitations(session, caller.site_ids)
    mine = [
        invitation
        for invitation in waiting
        if invitation.id == invitation_id and invitation.guest.role in roles_invited_by(caller.role)
    ]
    if not mine:
        abort(404)
    invitations.delete_invitation(session, invitation_id)
    caller_log().add(session, "person.invite.take-back", mine[0].guest.role)
    flash(_("The invitation of %(name)s is withdrawn; its link no longer works.", name=mine[0].guest.name))
    return redirect(url_for("people.index"), 303)


@people_pages.route("/join/<token>", methods=["GET", "POST"])
def join(token: str) -> ResponseReturnValue:
    """Accept an invitation: the person who has the link chooses a password, and then signs in with it."""
    form = AcceptInvitationForm()
    try:
        with db.reading(db.engine()) as session:
            invitation = invitations.find_invitation(session, token)
            handle = invitations.handle_of_invited(session, invitation)
            sites = [*list_site_names(session, invitation.guest.site_ids).values()]
        form.for_guest(invitation.guest.name, handle, sites)
        if form.validate_on_submit():
            language = languages.chosen(languages.STAFF_LANGUAGES)
            invitations.accept_invitation(token, form.handle.data or "", form.new.data or "", language)
            flash(_("Your account is there. Sign in with what you have just chosen."))
            return redirect(url_for("session.sign_in"), 303)
    except Refused as refusal:
        return _show_not_valid(refusal.code)
    except invitations.HandleTaken:
        form.refuse_taken_handle()
    template_values = {"guest": invitation.guest, "sites": sites, "known": handle is not None}
    return show_form("accounts/invitations/join.html", form, **template_values)


def _show_not_valid(code: str) -> ResponseReturnValue:
    template_values = {"title": _("This invitation is over"), "words": INVITATION_REFUSAL_LABELS[code]}
    way = {"way_href": url_for("session.sign_in"), "way_words": _("Sign in")}
    return render_template("staff/error.html", **template_values, **way), 410
