"""Words of the steps until children are heard, and the page where each is done."""

from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _

from youthvoice.access import role_labels as roles
from youthvoice.access.guard import Caller
from youthvoice.dashboard.steps import Step
from youthvoice.web.i18n.lists import listed


def what(step: Step) -> str:
    """What is to be done."""
    return str(
        {
            "password": _("Sign in and choose a password of your own: whoever set this house up knows the first one"),
            "help": _("Write down the helpline that somebody called today, and whom children go to in danger"),
            "advocates": _("Invite a second advocate, and compare key pictures with her"),
            "training": _("Write down until when two advocates are trained"),
            "outside": _("Invite an outside recipient, who works for another organisation"),
            "test": _("Ask the outside recipient for a test"),
            "reached": _("Say that the test reached you"),
            "tablet": _("Connect a tablet"),
            "questionnaire": _("Choose a questionnaire to start with"),
            "approve": _("Look at every screen of a questionnaire, then approve it"),
            "round": _("Open a round with a second adult"),
            "second": _("Read the round that you are asked about, then agree"),
            "rota": _("Write down who is on call"),
            "mail": _("Write down your e-mail address, so that you are told when a child waits"),
            "log": _("Write down two addresses of other organisations that keep watch over the log"),
        }[step.code]
    )


def who(step: Step, caller: Caller | None) -> str:
    """Who does it: names for whoever may see people, else the role; no caller stands for the operator."""
    names = listed(name for _id, name in step.people)
    if caller is not None and step.is_of(caller.person_id):
        return str(_("You")) if len(step.people) == 1 else str(_("You, or %(others)s", others=_others(step, caller)))
    if names and (caller is None or caller.may("people.see") or not step.role):
        return str(_("%(role)s: %(names)s", role=roles.words(step.role), names=names)) if step.role else names
    return roles.words(step.role)


def _others(step: Step, caller: Caller) -> str:
    return listed(name for person_id, name in step.people if person_id != caller.person_id)


_PAGES: Final = {
    "password": ("own.password", ""),
    "help": ("places.site", "site_id"),
    "advocates": ("invitations.new_reader", ""),
    "training": ("keys.person", "person_id"),
    "outside": ("invitations.new_reader", ""),
    "test": ("keys.person", "person_id"),
    "reached": ("own.test", ""),
    "tablet": ("places.new_tablet", "site"),
    "questionnaire": ("questionnaires.index", ""),
    "approve": ("questionnaires.approve", "questionnaire_id"),
    "round": ("opening.start", ""),
    "second": ("requests.one", "request_id"),
    "rota": ("rota.index", ""),
    "mail": ("own.me", ""),
    "log": ("witnesses.index", ""),
}
_PARTS: Final = {"questionnaire": "shelf"}


def address(step: Step, caller: Caller) -> str:
    """The page where the caller does it; empty where it is not hers, or something comes before it."""
    if not (step.ready and step.is_of(caller.person_id)):
        return ""
    page, named = _PAGES[step.code]
    key: dict[str, Any] = {named: step.key} if named else {}
    return url_for(page, **key, _anchor=_PARTS.get(step.code))
