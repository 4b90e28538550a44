"""Show a draft before it is finished: its screens as a child sees them, and as a file - HTTP only."""

from dataclasses import replace
from io import BytesIO

from flask import abort, make_response, send_file
from flask.typing import ResponseReturnValue

from youthvoice.access.guard import permission_required
from youthvoice.surveys.questionnaires.drafts.draft import check_draft
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.toml_file.toml_writer import write_toml
from youthvoice.surveys.responses.preview import unsaved_questionnaire
from youthvoice.surveys.routes.staff import drafts_pages
from youthvoice.surveys.routes.staff.drafts import find_own_draft
from youthvoice.surveys.routes.staff.questionnaires import TOML, XLSX, show_preview
from youthvoice.web.headers import in_frame_of_ours


@drafts_pages.get("/<int:draft_id>/questions/<int:question_id>/screen/<language>")
@permission_required("questionnaires.import")
def screen(draft_id: int, question_id: int, language: str) -> ResponseReturnValue:
    """Show the screen of one question as a child sees it, next to its form."""
    body = find_own_draft(draft_id).body
    question_ = body.question(question_id) or abort(404)
    draft_check, number = check_draft(body), body.questions.index(question_) + 1
    if not draft_check.has_screen(number):
        abort(404)
    question = replace(draft_check.questionnaire.questions[number - 1], when=None)
    page = _preview(replace(draft_check.questionnaire, questions=(question,)), language, alone=True)
    return in_frame_of_ours(make_response(page))


@drafts_pages.get("/<int:draft_id>/preview/<language>")
@permission_required("questionnaires.import")
def preview(draft_id: int, language: str) -> ResponseReturnValue:
    """Preview all screens as a child sees them; questions without a screen are left out."""
    draft_check = check_draft(find_own_draft(draft_id).body)
    numbered = enumerate(draft_check.questionnaire.questions, start=1)
    questions = tuple(question for number, question in numbered if draft_check.has_screen(number))
    return _preview(replace(draft_check.questionnaire, questions=questions), language)


def _preview(questionnaire: Questionnaire, language: str, *, alone: bool = False) -> str:
    titled = replace(questionnaire, title=questionnaire.title or {questionnaire.languages[0]: questionnaire.name})
    return show_preview(unsaved_questionnaire(titled), titled, language, alone=alone)


@drafts_pages.get("/<int:draft_id>/export.toml")
@permission_required("questionnaires.import")
def export(draft_id: int) -> ResponseReturnValue:
    """Download the draft as a TOML file, however incomplete."""
    body = find_own_draft(draft_id).body
    data = write_toml(body.shape()).encode()
    return send_file(BytesIO(data), TOML, as_attachment=True, download_name=f"{body.name}.toml")


@drafts_pages.get("/<int:draft_id>/export.xlsx")
@permission_required("questionnaires.import")
def export_xlsform(draft_id: int) -> ResponseReturnValue:
    """Download the draft as an XLSForm workbook, once it has no faults."""
    draft_check = check_draft(find_own_draft(draft_id).body)
    if draft_check.faults:
        abort(404)
    from youthvoice.surveys.questionnaires.xlsform.xlsform_writer import write_xlsform  # noqa: PLC0415 - openpyxl is large, exports rare

    name = f"{draft_check.questionnaire.name}.xlsx"
    return send_file(BytesIO(write_xlsform(draft_check.questionnaire)), XLSX, as_attachment=True, download_name=name)
