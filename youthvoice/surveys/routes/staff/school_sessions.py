"""School sessions: their plan, their permission, their record, and what was changed because of them - HTTP only."""

from collections.abc import Sequence
from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accountability.entities import published_views
from youthvoice.accountability.labels import reply_kind_label
from youthvoice.accountability.store import sites_with_overdue
from youthvoice.sites.site_page import SITES_SHOWN, choose_sites
from youthvoice.sites.store import Site, find_site, get_site, group_by_site
from youthvoice.surveys.rounds.labels import round_label
from youthvoice.surveys.rounds.status import make_round_view
from youthvoice.surveys.school_sessions import forms, store
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import show_form
from youthvoice.web.i18n import languages

sessions_pages = StaffBlueprint("sessions", __name__, url_prefix="/staff/sessions", menu="sessions.index")

_ORDER = ("asked", "to_fill", "coming", "answered", "archived")


@sessions_pages.context_processor
def _words() -> dict[str, object]:
    return {"words": forms, "named": round_label}


@sessions_pages.get("/")
@permission_required("sessions.see")
def index() -> ResponseReturnValue:
    """List the sessions of the user's sites; those that wait for an answer first."""
    session, caller = db.session(), current_caller()
    late = sites_with_overdue(session, "session", caller.site_ids, context.today())
    at = choose_sites(session, caller.site_ids, dict.fromkeys(late, 1))
    school_sessions = store.list_school_sessions(session, at.ids)
    listed = [
        (site, _in_order(site, there))
        for site, there in group_by_site(at.sites, school_sessions, lambda school_session: [school_session.row.site_id])
    ]
    return render_template("surveys/school_sessions/index.html", listed=listed, at=at)


def _in_order(
    site: Site, school_sessions: Sequence[store.SchoolSession]
) -> list[tuple[store.SchoolSession, str, bool]]:
    """The sessions in order, each with the code of its state, and whether its answer is overdue."""
    today = context.today(site.time_zone)
    rows = [
        (school_session, school_session.state(today), not school_session.is_answered and school_session.due < today)
        for school_session in school_sessions
    ]
    return sorted(rows, key=lambda row: (not row[2], _ORDER.index(row[1])))


@sessions_pages.route("/add", methods=["GET", "POST"])
@permission_required("sessions.make")
def add() -> ResponseReturnValue:
    """Add a session, held or planned; of many sites one is chosen first, for only its adults can hold it."""
    session, site_ids = db.session(), current_caller().site_ids
    slug = request.args.get("round", "")[:30]
    possible_ids = forms.sites_of_round(slug, site_ids) or site_ids
    if len(site_ids) > SITES_SHOWN:
        site_ids &= {request.values.get("site", min(possible_ids) if len(possible_ids) == 1 else 0, int)}
    if not site_ids:
        at = choose_sites(session, possible_ids)
        return render_template("surveys/school_sessions/choose_site.html", at=at, slug=slug)
    form = forms.SchoolSessionForm(data=forms.initial_session_data(slug, site_ids))
    form.offer(site_ids)
    if form.validate_on_submit():
        session_row = form.draft()
        if not form.refuse(session_row):
            about = forms.name_of_session(session_row)
            day = context.today(get_site(session, session_row.site_id).time_zone)
            session_id = store.add_school_session(session, session_row, about, day, caller_log())
            flash(_("Saved. The facilitator records what children said; later somebody records what changed."))
            return redirect(url_for(".detail", session_id=session_id), 303)
    return show_form("surveys/school_sessions/new.html", form)


def _session(session_id: int) -> store.SchoolSession:
    return store.find_school_session(db.session(), session_id, current_caller().site_ids) or abort(404)


def _site(school_session: store.SchoolSession) -> Site:
    return find_site(db.session(), school_session.row.site_id) or abort(404)


def _page(
    school_session: store.SchoolSession,
    session_record_form: forms.SessionRecordForm | None = None,
    sentence: forms.SessionSentenceForm | None = None,
) -> str:
    session, site, caller = db.session(), _site(school_session), current_caller()
    session_record_form = session_record_form or forms.SessionRecordForm(
        formdata=None, data={"children": school_session.record.children, "themes": school_session.record.themes}
    )
    session_record_form.offer()
    rounds = [
        (round_, make_round_view(session, round_), published_views().said(session, round_.slug, "", languages.chosen()))
        for round_ in school_session.rounds
    ]
    reply = school_session.answer_due.reply() if school_session.answer_due else None
    today = context.today(site.time_zone)
    return render_template(
        "surveys/school_sessions/session.html",
        one=school_session,
        site=site,
        state=school_session.state(today),
        late=not school_session.is_answered and school_session.due < today,
        rounds=rounds,
        given=reply,
        given_kind=reply_kind_label(reply.kind) if reply else "",
        heard=session_record_form
        if caller.may("sessions.fill") and school_session.row.held_by == caller.person_id
        else None,
        sentence=sentence or forms.SessionSentenceForm.asking(site.languages, school_session.record.sentence),
        away=PlainForm(formdata=None),
        why_not=store.refusal_to_archive(
            is_answered=school_session.is_answered, is_filled=school_session.record.children is not None
        ),
        form=None,
    )


@sessions_pages.get("/<int:session_id>")
@permission_required("sessions.see")
def detail(session_id: int) -> ResponseReturnValue:
    """Show one session: its plan, its record, what was changed."""
    return _page(_session(session_id))


@sessions_pages.post("/<int:session_id>/heard")
@permission_required("sessions.fill")
def record(session_id: int) -> ResponseReturnValue:
    """The adult who held the session records how many children were present and the themes."""
    school_session, session_record_form = _session(session_id), forms.SessionRecordForm()
    session_record_form.offer()
    if school_session.row.held_by != current_caller().person_id or school_session.row.archived_on:
        abort(403)
    if not session_record_form.validate_on_submit():
        return _page(school_session, session_record_form=session_record_form), 422
    session_record = replace(
        school_session.record,
        children=session_record_form.children.data,
        themes=tuple(session_record_form.themes.data or ()),
    )
    if session_record.themes != school_session.record.themes:
        session_record = replace(session_record, sentence={})  # an advocate agreed to another text
    store.record_school_session(db.session(), school_session.row.id, session_record, caller_log())
    flash(_("It is kept."))
    return redirect(url_for(".detail", session_id=school_session.row.id), 303)


@sessions_pages.post("/<int:session_id>/sentence")
@permission_required("sessions.agree")
def sentence(session_id: int) -> ResponseReturnValue:
    """The advocates agree on the sentence that children read."""
    school_session = _session(session_id)
    form = forms.SessionSentenceForm.asking(_site(school_session).languages, school_session.record.sentence)
    if school_session.row.archived_on:
        abort(410)
    if not form.validate_on_submit():
        return _page(school_session, sentence=form), 422
    session_record = replace(school_session.record, sentence=form.sentence)
    store.record_school_session(db.session(), school_session.row.id, session_record, caller_log())
    flash(_("It is kept. Children read it on their page."))
    return redirect(url_for(".detail", session_id=school_session.row.id), 303)


@sessions_pages.post("/<int:session_id>/away")
@permission_required("sessions.make")
def archive(session_id: int) -> ResponseReturnValue:
    """Archive a session, once somebody has said what was changed because of it."""
    school_session, session = _session(session_id), db.session()
    if not PlainForm().validate_on_submit():
        abort(400)
    if store.refusal_to_archive(
        is_answered=school_session.is_answered, is_filled=school_session.record.children is not None
    ):
        return _page(school_session), 409
    store.archive_school_session(
        session, school_session.row.id, context.today(_site(school_session).time_zone), caller_log()
    )
    flash(_("It is put away. Its line stays on the children's page."))
    return redirect(url_for(".index"), 303)
