"""Write down what a child says in a recording, and ask the child whether it is right.

Each recording has transcripts of its own. A second reader listens to what the first one wrote, and asks the child. A
reader may rewrite what another one wrote until the child said yes or keep: an earlier question takes no answer from
then on. A child who decided is not asked about it again.
"""

import secrets

from flask import request
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from youthvoice.grievances import transcripts
from youthvoice.grievances.actions import base, second_opinion
from youthvoice.grievances.actions.hand_over import words_handed_over
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.case.recordings import Recording, list_recordings
from youthvoice.grievances.intake.intake_options import MAX_WORDS_CHARACTERS
from youthvoice.grievances.time_limits import CHILD_WROTE
from youthvoice.threads.entities import ThreadEntry
from youthvoice.web.i18n.formats import format_day


class TranscriptForm(base.ActionForm):
    """Which recording, its words, and whether the child is asked now."""

    recording = RadioField(_l("Which recording?"), [InputRequired(_l("Choose a recording."))])
    words = base.text_area(_l("What the child says"), MAX_WORDS_CHARACTERS, _l("Write down what the child says."))
    then = RadioField(
        _l("And then?"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice("ask", _l("I listened to all of it: ask the child whether it is right")),
            SelectChoice("wait", _l("Keep it: somebody else listens and reads it first")),
        ],
    )

    def prepare(self) -> None:
        """Offer the recordings whose words can be written; the one of the page's link, with its present words."""
        recordings = _writable_recordings(self.report)
        self.recording.choices = [
            SelectChoice(each.entry.id.hex(), str(_("Voice message, %(day)s", day=format_day(each.entry.day))))
            for each in recordings
        ]
        if not self.report.case.answerable or not any(each.may_ask(self.report, each.words) for each in recordings):
            del self.then
        if self.is_submitted() or not recordings:
            return
        asked_for = [each for each in recordings if each.entry.id.hex() == request.args.get("recording")]
        chosen = (asked_for or [each for each in recordings if not each.transcript] or recordings)[0]
        self.recording.data = chosen.entry.id.hex()
        self.words.data = chosen.words


def _writable_recordings(report: ReportContext) -> list[Recording]:
    return [each for each in list_recordings(report) if each.may_be_written]


def _write_down(report: ReportContext, form: TranscriptForm) -> base.Changes:
    recording = next(each for each in _writable_recordings(report) if each.entry.id.hex() == form.recording.data)
    earlier_transcript = recording.transcript
    values = {"recording": recording.entry.id.hex(), "words": form.words.data}
    if earlier_transcript and second_opinion.is_question(earlier_transcript):  # these words answer it
        values["question"] = earlier_transcript.id.hex()
    if form.then is None or form.then.data != "ask":
        case = transcripts.without_answers(report.case, recording.entry, report.today, report.site.time_zone)
        # "asked": a second reader has to listen before the child can be asked
        state = {"state": "asked"} if report.case.answerable and report.others else {}
        return base.Changes(case, [("transcript", values | state)])
    if not recording.may_ask(report, form.words.data):
        raise base.ActionRefused(
            "then", str(_("Somebody else must listen to these words first. Choose the other answer."))
        )
    if earlier_transcript and report.others:
        listened_id = earlier_transcript.said.get("listened") or earlier_transcript.id.hex()
        values |= {"state": "listened", "listened": listened_id}
    if len(report.case.transcripts) >= transcripts.MAX_QUESTIONS:
        raise base.ActionRefused("then", too_many_questions_reason(report))
    question = _question(report, recording, form.words.data)
    case = transcripts.with_question(report.case, recording.entry, question.id, report.today, report.site.time_zone)
    if report.waits_for_transcript and not _other_answers_no(report, recording):
        case = case.without_clock(CHILD_WROTE)  # asking again answers a child who said that something is different
    return base.Changes(case, [("transcript", {**values, "ask": question.id.hex()})], question=question)


def too_many_questions_reason(report: ReportContext) -> str:
    """Why a child can be asked nothing more now: `MAX_QUESTIONS` are not settled, and some may take no answer."""
    questions = list(transcripts.list_questions(report.case))
    replaced = {question.about for question in questions if question.is_replaced}
    if transcripts.QUESTION in replaced:
        return str(_("Words were changed too often since yesterday. Keep them, and ask the child in two days."))
    if replaced:
        return str(_("A question about an interpreter was taken back since yesterday. Ask the child in two days."))
    if all(question.about == transcripts.QUESTION for question in questions):
        return str(_("The child is asked about four recordings already. Wait for an answer."))
    return str(_("The child is asked four things already. Wait for an answer."))


def _other_answers_no(report: ReportContext, recording: Recording) -> bool:
    """Whether the child said that something is different in another recording, and nobody has answered that."""
    unanswered = {entry.said.get("ask") for entry in report.unanswered}
    return any(
        each.answer == transcripts.NO and each.transcript and each.transcript.said["ask"] in unanswered
        for each in list_recordings(report)
        if each.entry.id != recording.entry.id
    )


def _question(report: ReportContext, recording: Recording, words: str) -> ThreadEntry:
    """The question to the child, with a copy of the recording: the child's code does not open the report."""
    recording_id = recording.entry.id.hex()
    copies = {entry.said["to"] for entry in words_handed_over(report) if recording_id in entry.said["items"]}
    values = {
        "ask": transcripts.QUESTION,
        "recording": recording_id,
        "words": words,
        "from": report.names.get(report.caller_id, ""),
        "copies": sorted(report.names.get(person_id, "") for person_id in copies),
    }
    question_id = secrets.token_bytes(16)
    return ThreadEntry("ask", report.caller_id, report.today, said=values, sound=recording.entry.sound, id=question_id)


TRANSCRIPT = base.Action(
    "transcript",
    "note",
    _l("Write down what was said"),
    TranscriptForm,
    _write_down,
    done=_l("It is written down."),
    small=_l("the words of a voice message; then the child is asked"),
    possible=lambda report: bool(_writable_recordings(report)),
)
