"""Receive what was sent from the page `/tell`: seal and store it, and show the picture code; or ask again.

Source: DESIGN.md 5, "Telling"; PRIVACY.md C, "A report".
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from flask import abort, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from youthvoice import context, db
from youthvoice.accounts.store import name_at_site
from youthvoice.grievances.intake import rules
from youthvoice.grievances.intake.forms import NOTHING_TOLD, TellForm
from youthvoice.grievances.intake.page import IntakePageKey, code_screens_of, exclusion_error, render_intake_page
from youthvoice.grievances.intake.receive import ReadersChanged, find_duplicate, store_report
from youthvoice.grievances.intake.submission import NewReport, ReportReceipt, ReportSubmission, make_new_report
from youthvoice.sites.store import CurrentTablet, Site
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.threads.case_state import FROM_LOST, ONE_OF_MANY
from youthvoice.threads.child_codes.code_attempts import TooManyCodeAttempts, drawn_attempt
from youthvoice.threads.child_codes.code_page import render_code_page, render_code_screens
from youthvoice.threads.child_codes.delivery_counts import count_delivery
from youthvoice.threads.child_codes.submission_codes import drawn_code
from youthvoice.threads.child_fields import with_files
from youthvoice.threads.readership import everybody_at, forget_readers
from youthvoice.web.deliveries import is_delivered, read_form_submission_id, receipt, refusal
from youthvoice.web.headers import wants_json, with_microphone


@dataclass(frozen=True, slots=True)
class IntakeContext:
    """Where a child tells: at a tablet of the site, or at the computer of an adult who helps.

    Attributes:
        site: of the child.
        page_key: of the page that the child sees.
        language: of the child.
        helper: name of the adult at whose computer it is; empty at a tablet, where the child picks a helper.
        more: additional template variables at a helper's computer.
    """

    site: Site
    page_key: IntakePageKey
    language: str
    helper: str = ""
    more: Mapping[str, object] = field(default_factory=dict)


def submit_report(intake: IntakeContext) -> ResponseReturnValue:
    """Seal and store what was sent, or show the screen where something could not be accepted.

    Whether the channel is open is checked when the page is shown, not here. A report is accepted as long as somebody
    can read it: training that ends at midnight loses no child's words.
    """
    submission_id = read_form_submission_id() or abort(400)
    form = TellForm(with_files(request.form, request.files), (*intake.page_key.helpers, *_offline_helper(intake.site)))
    if not form.validate() or form.refused():
        return _show_again(intake, form, form.refused(), 413 if form.voice.too_large else 422)
    submission = form.submission(intake.language)
    if submission.is_empty and is_delivered():  # delivered later: the child is not there to add anything
        return receipt(submission_id, late=True)
    if submission.is_empty:
        return _show_again(intake, form, {"tell": str(NOTHING_TOLD)})
    submission = replace(submission, helper=intake.helper or submission.helper)
    try:
        return _store_and_show_code(intake, submission, submission_id)
    except rules.CannotBeLeftOut as refused:
        if is_delivered() and (outside := {reader.person_id for reader in everybody_at(intake.site.id).outside}):
            return _store_and_show_code(intake, _with_outside_readers(submission, outside), submission_id)
        return _show_again(intake, form, {"readers": exclusion_error(refused.code, intake.site)})


def _offline_helper(site: Site) -> tuple[rules.Helper, ...]:
    """The adult who helped a child at a tablet without a network, even if that adult has left the site since."""
    helper_id = request.form.get("helper", "")
    if not is_delivered() or not helper_id.isdecimal() or len(helper_id) > 9:  # noqa: PLR2004 - more is no row
        return ()
    with db.reading(db.engine()) as session:
        name = name_at_site(session, int(helper_id), site.id)
    return (rules.Helper(int(helper_id), name),) if name else ()


def _with_outside_readers(submission: ReportSubmission, outside: Collection[int]) -> ReportSubmission:
    """The submission, readable by the outside recipients: the readers whom the child chose have left the site.

    The child is not there to choose again. Source: PRIVACY.md C, "A report": it is always wrapped for the outside
    recipient.
    """
    listed_readers = submission.shown | frozenset(outside) if submission.shown is not None else None  # None: no page
    return replace(submission, left_out=submission.left_out - frozenset(outside), shown=listed_readers)


def _store_and_show_code(
    intake: IntakeContext, submission: ReportSubmission, submission_id: bytes
) -> ResponseReturnValue:
    try:
        new_report, report_receipt = _receive(intake, submission, submission_id)
    except ReadersChanged:  # the cached readers are a few seconds old
        forget_readers(intake.site.id)
        new_report, report_receipt = _receive(intake, submission, submission_id)
    db.session().commit()
    if is_delivered():  # the child has seen the pictures on the tablet: they are not sent
        return receipt(new_report.submission_id)
    code_screens = code_screens_of(report_receipt, intake.site)
    if wants_json():
        return jsonify(sheet=new_report.submission_id.hex(), screens=render_code_screens(code_screens)), 201
    ways = {"done_href": "/tell/done", "front_href": "/language", **intake.more}
    return render_code_page(code_screens, new_report.submission_id.hex(), ways), 201


def _receive(
    intake: IntakeContext, submission: ReportSubmission, submission_id: bytes
) -> tuple[NewReport, ReportReceipt]:
    """Make a report and store it once: what is sent again gets the receipt of the first time."""
    new_report = make_new_report(intake.site, submission, submission_id, everybody_at(intake.site.id), context.now())
    tablet = current_tablet()
    new_report = replace(new_report, tablet_code=drawn_code() if tablet else None, code_seen=is_delivered())
    if tablet is not None and tablet.is_lost:
        new_report = replace(new_report, case=new_report.case.flagged(FROM_LOST))
    report_receipt = find_duplicate(new_report, context.now())
    if report_receipt is None:
        if tablet is not None and _is_one_of_many(tablet):
            new_report = replace(new_report, case=new_report.case.flagged(ONE_OF_MANY))
        report_receipt = _store(new_report, tablet)
    if report_receipt is None:  # another request has stored the same submission since
        report_receipt = find_duplicate(new_report, context.now()) or abort(409)
    return new_report, report_receipt


def _is_one_of_many(tablet: CurrentTablet) -> bool:
    """Count a report of a tablet today; True when it is over `MANY_REPORTS`. Reports by pass alone count separately.

    A thief of the rows learns no day on which somebody reported, which the rows of reports show anyway. For two days he
    learns that a tablet sent some, but not which tablet.
    """
    kind = "told by pass" if tablet.by_pass_alone else "told"
    return not count_delivery(tablet.tablet_id, kind, 1, rules.MANY_REPORTS)


def _store(new_report: NewReport, tablet: CurrentTablet | None) -> ReportReceipt | None:
    """Store the report with the code that the tablet drew; after too many codes in use, with a code of the server.

    A tablet with a made-up code learns from other pictures that the code is in use. So each attempt counts: three a
    day, then the server draws the code. A delivered report tells the tablet nothing, so it does not count.

    Returns:
        None when the same submission was stored concurrently, as `store_report`.
    """
    if tablet is None or new_report.tablet_code is None or new_report.code_seen:
        return store_report(db.session(), new_report)
    try:
        with drawn_attempt(tablet) as attempt:
            report_receipt = store_report(db.session(), new_report)
            db.session().commit()
            attempt.right = report_receipt is None or report_receipt.code == new_report.tablet_code
    except TooManyCodeAttempts:
        return store_report(db.session(), replace(new_report, tablet_code=None))
    return report_receipt


def _show_again(
    intake: IntakeContext, form: TellForm, refused: dict[str, str], status: int = 422
) -> ResponseReturnValue:
    if wants_json():
        return refusal(refused, status)
    intake_page = render_intake_page(intake.page_key, str(request.form["sheet"]), form.values(), refused, intake.more)
    return with_microphone(make_response(intake_page, status))
