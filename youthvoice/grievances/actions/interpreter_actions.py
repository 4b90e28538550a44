"""Ask the child for an interpreter of one entry, have an answer written in the child's language, take an entry back.

Nothing is sealed to an interpreter without the child's yes, not even in danger: then a second person agrees to a
handover, see `hand_over`. A person who works where the child lives can be chosen only where the child named that person
herself.
"""

import secrets
from collections.abc import Sequence
from typing import Final

from flask import request
from flask_babel import get_locale, gettext as _, lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired

from youthvoice import context
from youthvoice.accounts.interpreters import Interpreter, list_interpreters
from youthvoice.grievances import interpretations, transcripts
from youthvoice.grievances.actions import base
from youthvoice.grievances.actions.hand_over import child_entries, chosen_entries, entry_choices, entry_summary
from youthvoice.grievances.actions.transcript_actions import too_many_questions_reason
from youthvoice.grievances.case.context import ReportContext
from youthvoice.threads import handover_items
from youthvoice.threads.entities import ThreadEntry
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import join_list
from youthvoice.web.i18n.languages import LANGUAGES

_ID_BYTES: Final = 16

_ASKED: Final = "interpreter_asked"
"""Kind of the entry that says which entry the child was asked about, and for whom."""


def _load_offered(session: Session, report: ReportContext) -> list[Interpreter]:
    """The interpreters of the site, without those whom the child left out, or about whom its last answer was no."""
    answers = {entry.said["ask"]: entry.said["answer"] for entry in report.of_kind(transcripts.INTERPRETER)}
    said_no_to = {entry.said["to"] for entry in report.of_kind(_ASKED) if answers.get(entry.said["ask"]) == "no"}
    names = [report.names.get(person_id, "") for person_id in report.excluded_readers]
    offered = list_interpreters(session, report.site.id)
    return interpretations.list_offered(offered, said_no_to | report.excluded_readers, names)


class AskInterpreterForm(base.ActionForm):
    """Which entry, from which language into which, and who is named to the child."""

    entry = RadioField(_l("Which words?"), [InputRequired(_l("Choose one."))])
    language = SelectField(_l("Which language are they in?"))
    into = SelectField(_l("Into which language?"))
    to = RadioField(_l("Who?"), [InputRequired(_l("Choose somebody."))], coerce=int)
    named = BooleanField(_l("She works in this house, and the child asked for her by name"))

    def prepare(self) -> None:
        """Offer everything that the child wrote or said, and the interpreters with what they speak."""
        site_id = self.report.site.id
        self.entry.choices = entry_choices(self.report)
        if not self.is_submitted():
            self.entry.data = request.args.get("entry")
        spoken = [code for code in LANGUAGES if any(code in each.languages for each in self.loaded)]
        for field, chosen in ((self.language, self.report.case.language), (self.into, languages.chosen())):
            field.choices = [SelectChoice(code, _language_label(code)) for code in spoken]
            if not self.is_submitted() and chosen in spoken:
                field.data = chosen
        self.to.choices = [SelectChoice(str(each.reader.person_id), _label(each, site_id)) for each in self.loaded]
        if not any(site_id in each.works_at for each in self.loaded):
            del self.named


def _language_label(code: str) -> str:
    """A language in its own script and in the reader's language, who may not know its script."""
    own, local_name = LANGUAGES[code].name, get_locale().languages.get(code, "")
    return own if local_name.casefold() in {"", own.casefold()} else f"{own} ({local_name})"


def _label(interpreter: Interpreter, site_id: int) -> str:
    spoken = join_list(_language_label(code) for code in interpreter.languages if code in LANGUAGES)
    if site_id in interpreter.works_at:
        return str(_("%(name)s: %(languages)s; works in this house", name=interpreter.reader.name, languages=spoken))
    return str(_("%(name)s: %(languages)s", name=interpreter.reader.name, languages=spoken))


def _ask_for_interpreter(report: ReportContext, form: AskInterpreterForm) -> base.Changes:
    interpreter = next(each for each in form.loaded if each.reader.person_id == form.to.data)
    entry = next(entry for entry in child_entries(report) if entry.id.hex() == form.entry.data)
    works_here = report.site.id in interpreter.works_at
    _refuse(report, form, interpreter, entry)
    question_id = secrets.token_bytes(_ID_BYTES)
    values = {"recording": entry.id.hex(), "language": form.language.data, "into": form.into.data}
    question_values = {
        **values,
        "ask": transcripts.INTERPRETER,
        "words": str(entry.said.get("words") or ""),
        "kind": str(entry.said.get("kind") or ""),
        "to": interpreter.reader.name,
        "to_id": interpreter.reader.person_id,
        "key": interpreter.reader.key_version,
        "picture": interpreter.reader.picture,
        "works_here": works_here,
    }
    case = transcripts.with_question(
        report.case, entry, question_id, report.today, report.site.time_zone, transcripts.INTERPRETER
    )
    reader = interpreter.reader
    person_values = {"to": reader.person_id, "key": reader.key_version, "name": reader.name, "named": works_here}
    draft = (_ASKED, {**values, **person_values, "ask": question_id.hex()})
    reply = ThreadEntry("ask", report.caller_id, report.today, said=question_values, sound=entry.sound, id=question_id)
    return base.Changes(case, [draft], question=reply)


def _refuse(report: ReportContext, form: AskInterpreterForm, interpreter: Interpreter, entry: ThreadEntry) -> None:
    """Refuse what nobody can do, or must not.

    Raises:
        ActionRefused: with the reason.
    """
    spoken = set(interpreter.languages)
    if form.language.data == form.into.data:
        raise base.ActionRefused("into", str(_("Choose another language than the one they are in.")))
    if not {form.language.data, form.into.data} <= spoken:
        raise base.ActionRefused("to", str(_("She does not speak both languages.")))
    if report.site.id in interpreter.works_at and not (form.named and form.named.data):
        raise base.ActionRefused(
            "to", str(_("She works in the house where the child lives. Choose somebody else, or ask outside."))
        )
    same_entry = [each for each in _asked_now(report) if each.said["recording"] == entry.id.hex()]
    if any(each.said["to"] == interpreter.reader.person_id for each in same_entry):
        raise base.ActionRefused("to", str(_("The child is asked about her and these words already.")))
    if len(report.case.transcripts) >= transcripts.MAX_QUESTIONS:
        raise base.ActionRefused("entry", too_many_questions_reason(report))


def _question_of(report: ReportContext, entry: ThreadEntry) -> transcripts.TranscriptQuestion | None:
    """The unsettled question of an entry of kind `_ASKED`; None where it is settled or taken back."""
    return transcripts.find_question(report.case, bytes.fromhex(entry.said["ask"]), transcripts.INTERPRETER)


def _consent_entries(report: ReportContext) -> list[ThreadEntry]:
    """The entries of kind `_ASKED` whose interpreter may read now, because the child said yes."""
    return [
        entry
        for entry in report.of_kind(_ASKED)
        if (question := _question_of(report, entry)) and question.answer == transcripts.YES
    ]


ASK_INTERPRETER = base.Action(
    "ask-interpreter",
    "people",
    _l("Ask for an interpreter"),
    AskInterpreterForm,
    _ask_for_interpreter,
    button=_l("Ask the child"),
    done=_l("The child is asked. Nobody reads it before she says yes."),
    small=_l("one entry, one person, two weeks; the child says yes first"),
    possible=lambda report: report.case.answerable and bool(child_entries(report)),
    load=_load_offered,
    later=True,
    nothing=_l(
        "No interpreter can be asked for: none is known here, or the child left each out or said no. One is invited"
        " and met as a reader is: see the guide."
    ),
)


def _consent_choice(report: ReportContext, thread_entry: ThreadEntry) -> SelectChoice:
    """One person may read several entries: her name, and the beginning of the words."""
    name = report.names.get(thread_entry.said["to"], "")
    words = [entry_summary(entry) for entry in chosen_entries(report, [thread_entry.said["recording"]])]
    label = _("%(name)s: %(languages)s", name=name, languages=words[0]) if words else name
    return SelectChoice(thread_entry.said["ask"], str(label))


class ShareAnswerForm(base.ActionForm):
    """Which answer, and which of the interpreters to whom the child said yes."""

    message = RadioField(_l("Which answer?"), [InputRequired(_l("Choose one."))])
    to = RadioField(_l("Who?"), [InputRequired(_l("Choose somebody."))])

    def prepare(self) -> None:
        """Offer the answers, the newest first, and those who may read now."""
        answers = reversed(_answers(self.report))
        self.message.choices = [SelectChoice(entry.id.hex(), _answer_summary(entry)) for entry in answers]
        self.to.choices = [_consent_choice(self.report, entry) for entry in _consent_entries(self.report)]
        if not self.is_submitted():
            self.message.data = request.args.get("message")


def _answers(report: ReportContext) -> list[ThreadEntry]:
    return [entry for entry in report.of_kind("advocate") if entry.said.get("message")]


def _answer_summary(entry: ThreadEntry) -> str:
    return entry_summary(entry) if entry.said.get("words") else str(_("a voice message"))


def _share_answer(report: ReportContext, form: ShareAnswerForm) -> base.Changes:
    consent = next(entry for entry in _consent_entries(report) if entry.said["ask"] == form.to.data)
    answer = next(entry for entry in _answers(report) if entry.id.hex() == form.message.data)
    question = _question_of(report, consent)
    assert question  # `_consent_entries` lists it
    consent_values = consent.said
    named = (consent_values["to"], consent_values.get("key", 0), consent_values.get("name", ""))
    works_here = consent_values["named"]
    interpreter = interpretations.find_as_named(form.loaded, report.site.id, named, may_work_here=works_here)
    nth = 1 + sum(entry.said["ask"] == form.to.data for entry in report.of_kind("answer_shared"))
    if interpreter is None:
        raise base.ActionRefused("to", str(_("Nothing can be sealed to her now.")))
    if nth >= handover_items.MAX_INTERPRETED:
        raise base.ActionRefused("to", str(_("She has many answers already. Ask the child anew.")))
    ends_on = transcripts.last_day(question, report.site.time_zone)
    content = {  # from the language of the readers into that of the child
        "recording": answer.id.hex(),
        "message": answer.said["message"],
        "language": consent.said["into"],
        "into": consent.said["language"],
    }
    item_id = handover_items.interpreted_item_ids(context.keyring(), report.id, question.question)[nth]
    data = interpretations.entry_data(report.thread, content, answer)
    period = handover_items.Interpretation(item_id, ends_on)
    item = handover_items.seal_handover(
        context.keyring(), interpreter.reader, report.today, report.thread.month, data, period
    )
    values = {"to": interpreter.reader.person_id, "ask": form.to.data, "message": answer.said["message"]}
    return base.Changes(report.case, [("answer_shared", values)], handovers=[item])


def _load_interpreters(session: Session, report: ReportContext) -> Sequence[Interpreter]:
    return list_interpreters(session, report.site.id)


SHARE_ANSWER = base.Action(
    "share-answer",
    "reply",
    _l("Have an answer written in the child's language"),
    ShareAnswerForm,
    _share_answer,
    button=_l("Seal it to her"),
    done=_l("It is sealed to her. What she writes goes to the child, beside your answer."),
    small=_l("by the interpreter to whom the child said yes"),
    possible=lambda report: report.case.answerable and bool(_consent_entries(report) and _answers(report)),
    load=_load_interpreters,
    later=True,
)


class TakeBackEntryForm(base.ActionForm):
    """Which interpreter loses what she reads, or is no longer asked for."""

    item = RadioField(_l("Who reads it no more?"), [InputRequired(_l("Choose somebody."))])

    def prepare(self) -> None:
        """Offer each interpreter who reads now, or for whom the child is being asked."""
        self.item.choices = [_consent_choice(self.report, entry) for entry in _asked_now(self.report)]


def _asked_now(report: ReportContext) -> list[ThreadEntry]:
    """The entries of kind `_ASKED` whose question is not settled."""
    return [entry for entry in report.of_kind(_ASKED) if _question_of(report, entry)]


def _take_back(report: ReportContext, form: TakeBackEntryForm) -> base.Changes:
    entry = next(entry for entry in _asked_now(report) if entry.said["ask"] == form.item.data)
    question = _question_of(report, entry)
    assert question  # `_asked_now` lists it
    to = entry.said["to"]
    case = transcripts.with_question_ended(report.case, question, report.today, report.site.time_zone)
    reads = question.answer == transcripts.YES
    steps = [base.timeline_step("taken_back", name=report.names.get(to, ""))] if reads else []
    item_ids = handover_items.interpreted_item_ids(context.keyring(), report.id, question.question)
    return base.Changes(case, [("taken_back", {"to": to, "ask": entry.said["ask"]})], steps, ended_items=item_ids)


TAKE_BACK_ENTRY = base.Action(
    "take-back-entry",
    "undo",
    _l("Take words back from an interpreter"),
    TakeBackEntryForm,
    _take_back,
    button=_l("Take back"),
    done=_l("It is taken back."),
    small=_l("what was read stays known"),
    possible=lambda report: bool(_asked_now(report)),
    rare=True,
)
