"""Everyday choices: prepare, approve and repeat one - HTTP only."""

from collections.abc import Mapping
from datetime import time

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accountability.labels import words_in_language
from youthvoice.accountability.store import sites_with_overdue
from youthvoice.errors import ConcurrentUpdate
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.store import Site, find_site
from youthvoice.surveys.choices import forms, labels, store
from youthvoice.surveys.choices.page import list_choice_views, make_choice_view
from youthvoice.surveys.questionnaires.picture_library import list_pictures
from youthvoice.surveys.questionnaires.store import add_questionnaire
from youthvoice.surveys.rounds.rules import RuleRefusal
from youthvoice.web.assets import asset_address
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import show_form
from youthvoice.web.graphics import picture_shelf
from youthvoice.web.graphics.pictures import page_sprite
from youthvoice.web.i18n import formats

choices_pages = StaffBlueprint("choices", __name__, url_prefix="/staff/choices", menu="choices.index")

_WAITS = _l("It waits for an advocate. As soon as she says yes, children can choose.")

_OPEN = _l("Children can choose now.")


@choices_pages.context_processor
def _words() -> dict[str, object]:
    return {"words": labels, "picture_of": forms.picture_of_kind}


@choices_pages.app_template_filter("said")
def said(words: Mapping[str, str], language: str) -> str:
    """A text in a language, else in one that exists."""
    return words_in_language(words, language)


@choices_pages.app_template_filter("hour")
def hour(value: int) -> str:
    """An hour of the day, 0 to 23, in the reader's notation."""
    return formats.format_hour(time(value))


@choices_pages.get("/")
@permission_required("choices.see")
def index() -> ResponseReturnValue:
    """List the choices of the user's sites; by site those first that wait for an advocate or are done too late."""
    session, caller = db.session(), current_caller()
    urgent = store.sites_with_waiting(session, caller.site_ids, context.now())
    urgent |= sites_with_overdue(session, "choice", caller.site_ids, context.today())
    at = choose_sites(session, caller.site_ids, dict.fromkeys(urgent, 1))
    return render_template("surveys/choices/index.html", listed=list_choice_views(session, at.sites), at=at)


@choices_pages.get("/new")
@permission_required("choices.make")
def new() -> ResponseReturnValue:
    """Choose the kind of a new choice."""
    at = choose_sites(db.session(), current_caller().site_ids)
    kinds = forms.choice_kinds()
    return render_template("surveys/choices/kinds.html", listed=[(site, kinds) for site in at.sites], at=at)


@choices_pages.get("/pictures")
@permission_required("choices.see")
def pictures() -> ResponseReturnValue:
    """Show the shelf of pictures, one group or the results of a search; drawn in files that browsers cache."""
    wanted, wanted_group = request.args.get("q", "").strip()[:40], request.args.get("group", "")
    group = "" if wanted else wanted_group if wanted_group in picture_shelf.GROUPS else next(iter(picture_shelf.GROUPS))
    picture_views = list_pictures(wanted, within=group)
    for sprite, codes in picture_shelf.FILES.items():
        if any(view.code in codes for view in picture_views):
            page_sprite().take_from(asset_address(sprite), codes)
    groups = {key: _(group.label) for key, group in picture_shelf.GROUPS.items()}
    return render_template(
        "surveys/choices/pictures.html", wanted=wanted, found=picture_views, groups=groups, group=group
    )


def _site(site_id: int) -> Site:
    site = find_site(db.session(), site_id) if site_id in current_caller().site_ids else None
    return site or abort(404)


@choices_pages.route("/new/<int:site_id>/<kind>", methods=["GET", "POST"])
@permission_required("choices.make")
def make(site_id: int, kind: str) -> ResponseReturnValue:
    """Enter a new choice; every broken rule is shown."""
    caller, site, session = current_caller(), _site(site_id), db.session()
    if kind not in forms.choice_kinds():
        abort(404)
    form = forms.new_choice_form(kind, site, caller.person_id)
    if form.validate_on_submit():
        questionnaire, rule_refusals = forms.check_choice_form(form, kind, site)
        form.refuse(rule_refusals)
        if questionnaire is not None and not rule_refusals:
            day = context.today(site.time_zone)
            questionnaire_row = add_questionnaire(session, questionnaire, caller.handle, day, caller_log())
            choice_row = form.plan(site)
            choice_id = store.prepare_choice(
                session, questionnaire_row.id, choice_row, caller.person_id, day, caller_log()
            )
            flash(str(_WAITS))
            return redirect(url_for(".detail", choice_id=choice_id), 303)
    return show_form("surveys/choices/new.html", form, kind=kind, site=site, shelf=list_pictures(kind=kind))


def _choice(choice_id: int) -> store.Choice:
    return store.find_choice(db.session(), choice_id, current_caller().site_ids) or abort(404)


def _page(choice: store.Choice, refused: list[RuleRefusal], approve_choice_form: forms.ApproveChoiceForm) -> str:
    session, site = db.session(), _site(choice.row.site_id)
    return render_template(
        "surveys/choices/choice.html",
        one=make_choice_view(session, choice, site),
        site=site,
        yes=approve_choice_form,
        drop=PlainForm(formdata=None) if _may_drop(choice) else None,
        refused=[labels.choice_refusal_message(refusal) for refusal in refused],
    )


@choices_pages.get("/<int:choice_id>")
@permission_required("choices.see")
def detail(choice_id: int) -> ResponseReturnValue:
    """Show one choice on one screen: every picture and every text; an advocate approves it here."""
    return _page(_choice(choice_id), [], forms.ApproveChoiceForm())


@choices_pages.post("/<int:choice_id>/yes")
@permission_required("choices.approve")
def approve(choice_id: int) -> ResponseReturnValue:
    """Approve a choice; the advocate is the second adult who opens it."""
    choice, approve_choice_form, session = _choice(choice_id), forms.ApproveChoiceForm(), db.session()
    if not approve_choice_form.validate_on_submit():
        abort(400)
    rule_refusals = store.check_choice(session, choice.row, choice.questionnaire)
    if choice.row.prepared_by == current_caller().person_id:
        rule_refusals.append(RuleRefusal("second_is_first", ""))
    if not rule_refusals:
        try:
            store.open_choice(session, choice, current_caller().person_id, caller_log())
        except ConcurrentUpdate:
            session.rollback()
            rule_refusals = [RuleRefusal("not_waiting", "")]
    if rule_refusals:
        return _page(choice, rule_refusals, approve_choice_form), 422
    if approve_choice_form.again.data:
        store.allow_repeats(session, choice.row.id, context.today(_site(choice.row.site_id).time_zone))
    flash(str(_OPEN))
    return redirect(url_for(".detail", choice_id=choice.row.id), 303)


@choices_pages.post("/<int:choice_id>/drop")
@permission_required("choices.see")
def drop(choice_id: int) -> ResponseReturnValue:
    """Drop a choice that was not asked yet: its preparer or an advocate decides so."""
    choice = _choice(choice_id)
    if not _may_drop(choice):
        abort(404)
    if not PlainForm().validate_on_submit():
        abort(400)
    if not store.drop_choice(db.session(), choice.row.id, context.today(), caller_log()):
        abort(410)
    flash(_("It is not asked. Nobody else was told."))
    return redirect(url_for(".index"), 303)


def _may_drop(choice: store.Choice) -> bool:
    caller = current_caller()
    return choice.row.prepared_by == caller.person_id or caller.may("choices.approve")


@choices_pages.route("/<int:choice_id>/again", methods=["GET", "POST"])
@permission_required("choices.make")
def repeat(choice_id: int) -> ResponseReturnValue:
    """Repeat a choice on another evening; it opens immediately where an advocate allowed repeats, else it waits."""
    choice, session = _choice(choice_id), db.session()
    site = _site(choice.row.site_id)
    form = forms.repeat_choice_form(choice, site)
    if form.validate_on_submit() and (response := _prepare_repeat(choice, site, form)):
        return response
    return show_form("surveys/choices/repeat.html", form, one=make_choice_view(session, choice, site), site=site)


def _prepare_repeat(choice: store.Choice, site: Site, form: forms.RepeatChoiceForm) -> ResponseReturnValue | None:
    session, caller = db.session(), current_caller()
    day, choice_row = context.today(site.time_zone), form.plan(site)
    rule_refusals = store.check_new_choice(session, choice_row, choice.questionnaire)
    form.refuse(rule_refusals)
    if rule_refusals:
        return None
    choice_id = store.prepare_choice(
        session, choice.row.questionnaire_id, choice_row, caller.person_id, day, caller_log()
    )
    signer = store.signer_of_repeat(session, choice, day)
    if signer is None or signer == caller.person_id:  # two adults open a round
        flash(str(_WAITS))
    else:
        store.open_choice(session, _choice(choice_id), signer, caller_log())
        flash(str(_OPEN))
    return redirect(url_for(".detail", choice_id=choice_id), 303)
