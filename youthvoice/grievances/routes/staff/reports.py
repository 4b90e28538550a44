"""Reports: the inbox, one report and its actions, the figures of a year - HTTP only.

Only the outside recipient sees the figures: who works at the site could compare them with what she herself can open,
and learn that there is something she was left out of (S14).
"""

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

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
from youthvoice.grievances.status import normalise_short_name
from youthvoice.sites.store import get_site, list_sites
from youthvoice.threads import readership
from youthvoice.threads.agreed_themes import list_themes, reports_subject
from youthvoice.threads.child_fields import MAX_VOICE_SECONDS
from youthvoice.web import form_page, headers, uploads, url_converters
from youthvoice.web.form_page import UNPROCESSABLE
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.languages import TRANSLATED

_SOUNDS = ("audio/webm", "audio/ogg", "audio/mp4")


uploads.allow_larger(
    reports_pages, MAX_SPOKEN_BYTES, "reports.act", when=lambda values: values.get("act") == ANSWER.name
)


@reports_pages.get("/reports/<report>")
@permission_required("reports.read")
def detail(report: str) -> ResponseReturnValue:
    """A report: in its envelope until the caller opens it; from then on, until she signs out, its page."""
    report_context = _scene_or_404(report)
    if report_context.id not in readership.opened_reports:
        return render_template(
            "grievances/reports/envelope.html", head=report_header.report_head(report_context), scene=report_context
        )
    return _whole(report_context, ANSWER.form.before(report_context))


@reports_pages.post("/reports/<report>")
@permission_required("reports.read")
def open_report(report: str) -> ResponseReturnValue:
    """Open a report: note the first look and the opening."""
    _opens(_scene_or_404(report))
    return redirect(url_for("reports.detail", report=report), 303)


def _opens(report: ReportContext) -> None:
    session = db.session()
    try:
        note_first_look(session, report)
    except ConcurrentUpdate:  # two at once are one first look, and a clock that moved on is no reason to lose it
        session.rollback()
        report = _scene_or_404(report.id.hex())
        note_first_look(session, report)
    caller_log().add(session, "report.open", report.id.hex())
    session.commit()  # it was opened, whatever becomes of the form that came with it
    readership.opened_reports.note(report.id)


@reports_pages.post("/reports/<report>/voice/<entry>")
@permission_required("reports.read")
def listen(report: str, entry: str) -> ResponseReturnValue:
    """The sound of a voice message, a child's or an adult's; behind a button, kept nowhere."""
    report_context = _scene_or_404(report)
    thread_entry = next((each for each in report_context.entries if each.id.hex() == entry and each.sound), None)
    if thread_entry is None or report_context.id not in readership.opened_reports:
        abort(404)
    kind = thread_entry.said.get("kind")
    return Response(thread_entry.sound, content_type=kind if kind in _SOUNDS else _SOUNDS[0])


@reports_pages.route("/reports/<report>/<act>", methods=["GET", "POST"])
@permission_required("reports.read")
def act(report: str, act: str) -> ResponseReturnValue:
    """Do something with a report; what was typed stays in the form when somebody else was faster.

    What comes from a page of an earlier sign-in, or of many reports ago, is no less hers: it opens the report anew.
    """
    action, report_context = registry.by_name(act) or abort(404), _scene_or_404(report)
    if report_context.id not in readership.opened_reports:
        if request.method != "POST":
            return redirect(url_for("reports.detail", report=report), 303)
        _opens(report_context)
        report_context = _scene_or_404(report)
    if not action.possible(report_context):
        flash(_("You cannot do this now. The report has changed."))
        return redirect(url_for("reports.detail", report=report), 303)
    form = action.form.before(report_context, action.known(db.session(), report_context))
    if form.validate_on_submit():
        if (refusal := _done(action, report_context, form)) is None:
            return redirect(_afterwards(action, report), 303)
        return _again(action, report_context, form, refusal)
    return _form(action, report_context, form), UNPROCESSABLE if form.errors else 200


def _done(action: Action, report: ReportContext, form: ActionForm) -> str | None:
    """Do it; else who was faster, or empty where the form says what is wrong."""
    session = db.session()
    if report.did(form.form_number):
        flash(action.done)
        return None
    try:
        _refuse_if_changed(report, form)
        deed = action.deed(report, form)
        registry.execute(session, caller_log(), report, deed, form.form_number)
        update_letters(session, current_caller(), report, action, deed)
    except ActionRefused as error:
        form[error.field].errors = [*form[error.field].errors, error.words]
    except (readership.ReaderExcluded, readership.LastReader):
        form.seen.errors = [str(_("You cannot do this now. The report has changed."))]
    except ConcurrentUpdate:
        session.rollback()
        now = _scene_or_404(report.id.hex())
        return report_timeline.names_in_sentence(now, now.since(form.stood)) or str(_("Somebody else"))
    else:
        flash(action.done)
        return None
    session.rollback()
    return ""


def _refuse_if_changed(report: ReportContext, form: ActionForm) -> None:
    if report.since(form.stood):
        raise ConcurrentUpdate


def _again(action: Action, report: ReportContext, form: ActionForm, faster: str) -> ResponseReturnValue:
    """The form once more with what was typed, made for the report as it stands now."""
    now = _scene_or_404(report.id.hex()) if faster else report
    form.is_now(now)
    return _form(action, now, form, faster), 409 if faster else UNPROCESSABLE


def _afterwards(action: Action, report: str) -> str:
    """Whoever stepped back has nothing to do with it any more."""
    if action is not STEP_BACK:
        return url_for("reports.detail", report=report)
    readership.opened_reports.forget(bytes.fromhex(report))
    return url_for("reports.index")


def _form(action: Action, report: ReportContext, form: ActionForm, faster: str = "") -> str | Response:
    if action is ANSWER:
        return _whole(report, form, faster)
    timeline_pieces = report_timeline.timeline_pieces(report)
    return render_template(
        "grievances/reports/action.html",
        act=action,
        shown=action.shows(report),
        scene=report,
        head=report_header.report_head(report),
        form=form,
        faster=faster,
        talk=timeline_pieces,
    )


def _whole(report: ReportContext, form: ActionForm, faster: str = "") -> Response:
    """The report's page; the only one of staff reading reports that may ask for the microphone, to answer by voice."""
    whole = render_template(
        "grievances/reports/report.html",
        scene=report,
        head=report_header.report_head(report),
        talk=report_timeline.timeline_pieces(report),
        alarms=report_header.alarms(report),
        steps=report_header.report_steps(report),
        acts=registry.available(report),
        form=form,
        faster=faster,
        seconds=MAX_VOICE_SECONDS,
        most_bytes=MAX_SPOKEN_BYTES,
    )
    reply = make_response(whole)
    return headers.with_microphone(reply) if report.case.answerable else reply


def _scene_or_404(report: str) -> ReportContext:
    """The report for the caller; 404 where there is none for her, 410 where it cannot be opened any more."""
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
    """What was told to the caller: reports and letters in one list, the overdue on top."""
    caller, session, inbox_filter = current_caller(), db.session(), _asked()
    inbox = read_inbox(session, caller, inbox_filter)
    owners = {row.marks.owner for _code, _number, rows in inbox.groups for row in rows if row.marks}
    return render_template(
        "grievances/reports/inbox.html",
        desk=inbox,
        asked=inbox_filter,
        sites=list_sites(session, caller.site_ids),
        names=names_of_people(session, owners),
        person_id=caller.person_id,
    )


@reports_pages.get("/reports/leaving")
@permission_required("reports.read")
def leaving() -> ResponseReturnValue:
    """What the caller reads and who else does, before she leaves."""
    session, caller = db.session(), current_caller()
    return render_template(
        "grievances/reports/reader_leaving.html",
        held=list_read_reports(session, caller),
        letters=list_read_letters(session, caller),
        statements=sites_with_own_statements(session, caller),
    )


@reports_pages.get("/reports/said")
@permission_required("letters.read")
def said() -> ResponseReturnValue:
    """What children said in this year and the last, at each site: what is agreed, and where a sentence can be added."""
    session, caller = db.session(), current_caller()
    years = [
        (site, year, list_themes(session, reports_subject(site.id, year), caller.person_id),
         year_themes.topics_of_year(session, caller, site.id, year))
        for site in list_sites(session, caller.site_ids)
        for year in (context.today(site.time_zone).year, context.today(site.time_zone).year - 1)
    ]  # fmt: skip
    return render_template("grievances/reports/said.html", years=years)


@reports_pages.route("/reports/said/<int:site_id>/<int:year>", methods=["GET", "POST"])
@permission_required("letters.read")
def say(site_id: int, year: int) -> ResponseReturnValue:
    """Write a sentence of a topic that many told of, and ask another advocate to agree."""
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
        elif name := year_themes.name_in_words(session, site_id, form.said):
            words = _("Somebody could recognise the child by %(words)s. Say it otherwise.", words=f"“{name}”")
            form_page.add_error(form, form.boxes[0].name, words)
    if not form.is_submitted() or form.errors:
        return form_page.show_form("grievances/reports/say.html", form, site=site, year=year)
    data = {"site": site_id, "year": year, "topic": form.topic.data, "words": form.said, "how": form.how.data}
    request_id = ask_second(session, "year_theme", data, [site_id], caller, form.second.data)
    return redirect(url_for("people.show_request", request_id=request_id), 303)


def _asked() -> InboxFilter:
    arguments = request.args
    return InboxFilter(
        arguments.get("site", 0, type=int),
        normalise_short_name(arguments.get("name", "")),
        "closed" in arguments,
        arguments.get("page", 1, type=int),
    )


@reports_pages.get("/figures/")
@permission_required("figures.see")
def yearly_figures() -> ResponseReturnValue:
    """Every frozen year of the caller's sites, as it may be handed on."""
    caller, session = current_caller(), db.session()
    sites = [
        (site, [(year, _themes(year, site.id)) for year in statistics.list_years(session, site.id)])
        for site in list_sites(session, caller.site_ids)
    ]
    return render_template("grievances/reports/figures.html", sites=sites, words=statistics)


def _themes(year: statistics.ReportYear, site_id: int) -> list[str]:
    """What children said, where figures of the year are told."""
    if not year.tables:
        return []
    language = languages.chosen()
    themes = list_themes(db.session(), reports_subject(site_id, year.year))
    words = [(theme.words.get(language) or next(iter(theme.words.values())), theme.is_quote) for theme in themes]
    return [f"“{text}”" if is_quote else text for text, is_quote in words]
