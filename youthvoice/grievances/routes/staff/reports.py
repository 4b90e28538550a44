"""Reports: the inbox, one report and its actions, the figures of a year - HTTP only.

Only the outside recipient sees the figures. People who work at the site could compare them with the reports that they
can open, and learn that they were left out of one (S14).
"""

from collections.abc import Collection, Iterable

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext
from wtforms import Field, TextAreaField

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required, site_or_404
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accounts.agreement import ask_second, list_possible_seconds
from youthvoice.accounts.store import names_of_people
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.grievances import report_labels, statistics
from youthvoice.grievances.actions import registry, year_themes
from youthvoice.grievances.actions.access_actions import STEP_BACK, update_letters
from youthvoice.grievances.actions.base import Action, ActionForm, ActionRefused
from youthvoice.grievances.actions.child_actions import ANSWER, MAX_SPOKEN_BYTES
from youthvoice.grievances.case import report_header, report_timeline
from youthvoice.grievances.case.context import ReportContext, load_report_context, note_first_look
from youthvoice.grievances.forms import YearThemeForm
from youthvoice.grievances.inbox import InboxFilter, read_inbox
from youthvoice.grievances.reader_offboarding import list_read_letters, list_read_reports, sites_with_own_statements
from youthvoice.grievances.routes.staff import reports_pages
from youthvoice.grievances.short_names import normalise_short_name
from youthvoice.sites.site_page import SITES_SHOWN, choose_sites, search_words
from youthvoice.sites.store import get_site, list_site_names
from youthvoice.threads import readership
from youthvoice.threads.agreed_themes import Theme, reports_subject, themes_by_subject
from youthvoice.threads.child_fields import MAX_VOICE_SECONDS
from youthvoice.web import form_page, headers, uploads, url_converters
from youthvoice.web.form_page import UNPROCESSABLE
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.languages import TRANSLATED
from youthvoice.web.pages.list_page import page_of_list

_SOUNDS = ("audio/webm", "audio/ogg", "audio/mp4")


uploads.allow_larger(
    reports_pages, MAX_SPOKEN_BYTES, "reports.act", when=lambda values: values.get("act") == ANSWER.name
)


@reports_pages.get("/reports/<report>")
@permission_required("reports.read")
def detail(report: str) -> ResponseReturnValue:
    """A report: its envelope until the caller opens it; then its page, until the caller signs out."""
    report_context = _report_or_404(report)
    if report_context.id not in readership.opened_reports:
        return render_template(
            "grievances/reports/envelope.html", head=report_header.report_head(report_context), scene=report_context
        )
    return _report_page(report_context, ANSWER.form.for_report(report_context))


@reports_pages.post("/reports/<report>")
@permission_required("reports.read")
def open_report(report: str) -> ResponseReturnValue:
    """Open a report; record the first look, and log the opening."""
    _mark_open(_report_or_404(report))
    return redirect(url_for("reports.detail", report=report), 303)


def _mark_open(report: ReportContext) -> None:
    session = db.session()
    try:
        note_first_look(session, report)
    except ConcurrentUpdate:  # somebody else opened it, or the job moved a deadline: record it all the same
        session.rollback()
        report = _report_or_404(report.id.hex())
        note_first_look(session, report)
    caller_log().add(session, "report.open", report.id.hex())
    session.commit()  # it stays opened even if the form that came with it is refused
    readership.opened_reports.note(report.id)


@reports_pages.post("/reports/<report>/voice/<entry>")
@permission_required("reports.read")
def listen(report: str, entry: str) -> ResponseReturnValue:
    """Play a voice message of the child or of an adult. It starts with a button and is stored nowhere."""
    report_context = _report_or_404(report)
    thread_entry = next((item for item in report_context.entries if item.id.hex() == entry and item.sound), None)
    if thread_entry is None or report_context.id not in readership.opened_reports:
        abort(404)
    kind = thread_entry.said.get("kind")
    return Response(thread_entry.sound, content_type=kind if kind in _SOUNDS else _SOUNDS[0])


@reports_pages.route("/reports/<report>/<act>", methods=["GET", "POST"])
@permission_required("reports.read")
def act(report: str, act: str) -> ResponseReturnValue:
    """Show the form of an action, or do it. The form keeps what was typed where somebody else changed the report first.

    A form from an earlier sign-in, or from before many other reports, works too: it opens the report again.
    """
    action, report_context = registry.find_action(act) or abort(404), _report_or_404(report)
    if report_context.id not in readership.opened_reports:
        if request.method != "POST":
            return redirect(url_for("reports.detail", report=report), 303)
        _mark_open(report_context)
        report_context = _report_or_404(report)
    if not action.possible(report_context):
        return _refuse(action, report_context)
    form = action.form.for_report(report_context, action.load(db.session(), report_context))
    if form.validate_on_submit():
        if (changed_by := _execute(action, report_context, form)) is None:
            return redirect(_address_after(action, report), 303)
        return _show_again(action, report_context, form, changed_by)
    return _form(action, report_context, form), UNPROCESSABLE if form.errors else 200


def _refuse(action: Action, report: ReportContext) -> ResponseReturnValue:
    """Say that the action is no longer possible. What was typed stays on the page, to be copied."""
    form = action.form()
    text_fields = [field for field in form if isinstance(field, TextAreaField) and field.data]
    if report.already_submitted(form.form_number):
        flash(action.done)
    elif text_fields:
        return _form(action, report, form, text_fields=text_fields), 409
    else:
        flash(_("You cannot do this now. The report has changed."), "note")
    return redirect(url_for("reports.detail", report=report.id.hex()), 303)


def _execute(action: Action, report: ReportContext, form: ActionForm) -> str | None:
    """Do the action. None on success; else who changed the report first, or "" where the form is wrong."""
    session = db.session()
    if report.already_submitted(form.form_number):
        flash(action.done)
        return None
    try:
        _refuse_if_changed(report, form)
        changes = action.apply(report, form)
        registry.execute(session, caller_log(), report, changes, form.form_number)
        update_letters(session, current_caller(), report, action, changes)
    except ActionRefused as error:
        form[error.field].errors = [*form[error.field].errors, error.words]
    except (readership.ReaderExcluded, readership.LastReader):
        form.seen.errors = [str(_("You cannot do this now. The report has changed."))]
    except ConcurrentUpdate:
        session.rollback()
        report_now = _report_or_404(report.id.hex())
        return report_timeline.names_in_sentence(report_now, report_now.authors_since(form.seen_turn)) or str(
            _("Somebody else")
        )
    else:
        flash(action.done)
        return None
    session.rollback()
    return ""


def _refuse_if_changed(report: ReportContext, form: ActionForm) -> None:
    if report.authors_since(form.seen_turn):
        raise ConcurrentUpdate


def _show_again(action: Action, report: ReportContext, form: ActionForm, changed_by: str) -> ResponseReturnValue:
    """The form with what was typed, for the report as it is now."""
    report_now = _report_or_404(report.id.hex()) if changed_by else report
    form.renew(report_now)
    return _form(action, report_now, form, changed_by), 409 if changed_by else UNPROCESSABLE


def _address_after(action: Action, report: str) -> str:
    """Where the caller goes after an action: to the report, or to the inbox after stepping back."""
    if action is not STEP_BACK:
        return url_for("reports.detail", report=report)
    readership.opened_reports.forget(bytes.fromhex(report))
    return url_for("reports.index")


def _form(
    action: Action, report: ReportContext, form: ActionForm, changed_by: str = "", text_fields: Collection[Field] = ()
) -> str | Response:
    if action is ANSWER and not text_fields:
        return _report_page(report, form, changed_by)
    timeline_pieces = report_timeline.timeline_pieces(report)
    return render_template(
        "grievances/reports/action.html",
        act=action,
        shown=action.proposal_lines(report),
        text_fields=text_fields,
        scene=report,
        head=report_header.report_head(report),
        form=form,
        faster=changed_by,
        talk=timeline_pieces,
    )


def _report_page(report: ReportContext, form: ActionForm, changed_by: str = "") -> Response:
    """The report's page. Among staff pages about reports only this one may use the microphone, to answer by voice."""
    page = render_template(
        "grievances/reports/report.html",
        scene=report,
        head=report_header.report_head(report),
        talk=report_timeline.timeline_pieces(report),
        alarms=report_header.alarms(report),
        child_reads=report_header.foreign_language(report),
        steps=report_header.report_steps(report),
        acts=registry.list_actions(report),
        form=form,
        faster=changed_by,
        seconds=MAX_VOICE_SECONDS,
        most_bytes=MAX_SPOKEN_BYTES,
    )
    reply = make_response(page)
    return headers.with_microphone(reply) if report.case.answerable else reply


def _report_or_404(report: str) -> ReportContext:
    """The report as the caller has it open; 404 where the caller has no such report, 410 where it cannot be opened."""
    try:
        return load_report_context(db.session(), current_caller(), url_converters.id_or_404(report)) or abort(404)
    except (CannotOpen, KeyGone):
        abort(410)


@reports_pages.context_processor
def _words() -> dict[str, object]:
    return {"say": report_labels, "ngettext": ngettext, "now": context.now()}


@reports_pages.get("/reports/")
@permission_required("reports.read")
def index() -> ResponseReturnValue:
    """The caller's inbox: reports and letters in one list, the overdue ones first."""
    caller, session, inbox_filter = current_caller(), db.session(), _filter_from_query()
    inbox = read_inbox(session, caller, inbox_filter)
    owners = {row.case.owner for _code, _number, rows in inbox.groups for row in rows if row.case}
    return render_template(
        "grievances/reports/inbox.html",
        desk=inbox,
        asked=inbox_filter,
        sites=list_site_names(session, caller.site_ids),
        most=SITES_SHOWN,
        names=names_of_people(session, owners),
        person_id=caller.person_id,
    )


@reports_pages.get("/reports/leaving")
@permission_required("reports.read")
def leaving() -> ResponseReturnValue:
    """What the caller can read and who else can, before the caller leaves."""
    session, caller = db.session(), current_caller()
    return render_template(
        "grievances/reports/reader_leaving.html",
        held=page_of_list(list_read_reports(session, caller)),
        letters=list_read_letters(session, caller),
        statements=sites_with_own_statements(session, caller),
    )


@reports_pages.get("/reports/said")
@permission_required("letters.read")
def said() -> ResponseReturnValue:
    """The themes of this year and the last, by site, and the years to which a theme can be added."""
    session, caller = db.session(), current_caller()
    at = choose_sites(session, caller.site_ids)
    places = [(site, context.today(site.time_zone).year - ago) for site in at.sites for ago in (0, 1)]
    subjects = [reports_subject(site.id, year) for site, year in places]
    themes = themes_by_subject(session, subjects, caller.person_id)
    topics = year_themes.topics_by_year(session, caller)
    years = [
        (site, year, themes[subject], topics.get((site.id, year), []))
        for (site, year), subject in zip(places, subjects, strict=True)
    ]
    return render_template("grievances/reports/said.html", years=years, at=at)


@reports_pages.route("/reports/said/<int:site_id>/<int:year>", methods=["GET", "POST"])
@permission_required("letters.read")
def say(site_id: int, year: int) -> ResponseReturnValue:
    """Write a theme about a topic that many reports share, and ask another advocate to agree."""
    session, caller, site = db.session(), current_caller(), get_site(db.session(), site_or_404(site_id))
    topics = year_themes.topics_of_year(session, caller, site_id, year)
    if not topics:
        abort(404)
    form = YearThemeForm.about(topics, [code for code in TRANSLATED if code in site.languages] or TRANSLATED[:1])
    form.offer_second(
        person for person in list_possible_seconds(session, caller.person_id, [site_id]) if person.role == ADVOCATE
    )
    if form.validate_on_submit():
        if not form.said:
            form_page.add_error(form, form.boxes[0].name, _("Write it in one language at least."))
        elif name := year_themes.find_adult_name(session, site_id, form.said):
            words = _("Somebody could recognise the child by %(words)s. Say it otherwise.", words=f"“{name}”")
            form_page.add_error(form, form.boxes[0].name, words)
    if not form.is_submitted() or form.errors:
        return form_page.show_form("grievances/reports/say.html", form, site=site, year=year)
    data = {"site": site_id, "year": year, "topic": form.topic.data, "words": form.said, "how": form.how.data}
    request_id = ask_second(session, "year_theme", data, [site_id], caller, form.second.data)
    return redirect(url_for("people.show_request", request_id=request_id), 303)


def _filter_from_query() -> InboxFilter:
    arguments = request.args
    return InboxFilter(
        arguments.get("site", 0, type=int),
        search_words(arguments.get("site_name")),
        normalise_short_name(arguments.get("name", "")),
        "closed" in arguments,
        arguments.get("page", 1, type=int),
    )


@reports_pages.get("/figures/")
@permission_required("figures.see")
def yearly_figures() -> ResponseReturnValue:
    """All final years of the caller's sites, in a form that may be passed on."""
    caller, session = current_caller(), db.session()
    at = choose_sites(session, caller.site_ids)
    years = statistics.years_by_site(session, at.ids)
    subjects = [
        reports_subject(site_id, year.year) for site_id, there in years.items() for year in there if year.tables
    ]
    themes = themes_by_subject(session, subjects)  # of a year whose figures are shown
    sites = [
        (site, [(year, _theme_words(themes.get(reports_subject(site.id, year.year), ()))) for year in years[site.id]])
        for site in at.sites
    ]
    return render_template("grievances/reports/figures.html", sites=sites, at=at, words=statistics)


def _theme_words(themes: Iterable[Theme]) -> list[str]:
    language = languages.chosen()
    words = [(theme.words.get(language) or next(iter(theme.words.values())), theme.is_quote) for theme in themes]
    return [f"“{text}”" if is_quote else text for text, is_quote in words]
