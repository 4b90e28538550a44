"""Actions towards the child: answer, ask a question, ask for consent, continue although the child asked to stop."""

import secrets
from datetime import datetime
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, SelectChoice, SelectField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from youthvoice.grievances.actions import base
from youthvoice.grievances.actions.hand_over import chosen_entries, entry_choices, list_recipients
from youthvoice.grievances.case.context import ReportContext
from youthvoice.grievances.case.repeated_words import Repetition, find_repetitions
from youthvoice.grievances.time_limits import REPRISAL_CHECKS, deadline_from_now
from youthvoice.threads.case_state import WAITS_FOR_CHILD, WITHDRAW_ASKED, CaseState, hour_after
from youthvoice.threads.child_fields import SpokenField
from youthvoice.threads.entities import CHILD
from youthvoice.web.form_fields import CheckboxesField
from youthvoice.web.i18n.formats import join_list

MAX_SPOKEN_BYTES: Final = 4 * 1024 * 1024
"""The largest request. It exceeds the limit of a voice, so that a voice that is too long is refused beside its box and
the text stays.
"""


MAX_MESSAGE_CHARACTERS: Final = 600

_A_DAY: Final = 24  # hours

_ID_BYTES: Final = 8
"""Of the random number by which entry and reply of an answer, or of a question of consent, belong together."""


class AnswerChildForm(base.ActionForm):
    """A message to the child, and by when the child hears again."""

    words = base.text_area(_l("Your answer"), MAX_MESSAGE_CHARACTERS)
    voice = SpokenField(_l("A recording as a file"))
    again = SelectField(
        _l("When do you write again?"),
        choices=[
            SelectChoice("", _l("When there is something new")),
            SelectChoice("3", _l("In three days")),
            SelectChoice("7", _l("In one week")),
            SelectChoice("14", _l("In two weeks")),
        ],
        default="",
    )
    anyway = BooleanField(_l("Send it all the same"))
    warned = False

    def validate_words(self, field: Field) -> None:
        """Require a text or a recording.

        Raises:
            ValidationError: there is neither.
        """
        if not field.data and not self.voice.data:
            raise ValidationError(str(_("Write or record your answer first.")))

    def prepare(self) -> None:
        """Show the warning again as long as the words are sent again."""
        self.warned = bool(self.anyway.data)


def _answer(report: ReportContext, form: AnswerChildForm) -> base.Changes:
    words = form.words.data
    if not form.anyway.data and (repetitions := _repetitions_of_child(report, words)):
        form.warned = True
        raise base.ActionRefused("words", _warning(repetitions))
    case = report.case.without_clock("answer", "child_wrote").on("answered", report.today).flagged(WAITS_FOR_CHILD)
    if case.answerable and "answered" not in report.case.days:  # reprisals are possible from now on (S16)
        for name in REPRISAL_CHECKS:
            case = case.with_clock(name, deadline_from_now(report.site, case, name, report.now))
    if form.again.data:
        case = case.with_clock("answer", hour_after(report.now, int(form.again.data) * _A_DAY))
    name, message_id = report.names.get(report.caller_id, ""), secrets.token_hex(_ID_BYTES)
    reply = {"words": words, "from": name, "message": message_id}
    return base.Changes(
        case.having(owner=case.owner or report.caller_id),
        entries=[("advocate", {"words": words, "kind": form.voice.kind, "message": message_id})],
        replies=[("message_voice" if form.voice.data else "message", reply)],
        voice=form.voice.data or b"",
    )


def _repetitions_of_child(report: ReportContext, words: str) -> list[Repetition]:
    own_entries = [entry for entry in report.entries if entry.by == CHILD or entry.kind == "transcript"]
    child_texts = [str(entry.said.get("words") or "") for entry in own_entries]
    caller_name = report.names.get(report.caller_id, "")  # the page shows it below the answer anyway
    adults = {reader.name for reader in report.readers.everybody} | {name for key, name in report.names.items() if key}
    return find_repetitions(words, child_texts, adults - {caller_name})


def _warning(repetitions: list[Repetition]) -> str:
    repeated = join_list(f"“{each.words}”" for each in repetitions)
    return str(
        _(
            "Others may see this on the tablet. Say it without %(words)s, or tick that you send it all the same.",
            words=repeated,
        )
    )


ANSWER = base.Action(
    "answer",
    "mail",
    _l("Answer the child"),
    AnswerChildForm,
    _answer,
    button=_l("Send to the child"),
    done=_l("It is sent. The child's code opens it."),
    possible=lambda report: report.case.answerable,
    listed=False,
)

_A_WEEK: Final = 7 * 24


class AskChildForm(base.ActionForm):
    """One question to the child, with a sentence of the asker's own if it helps."""

    ask = RadioField(
        _l("What do you ask?"),
        [InputRequired(_l("Choose a question."))],
        choices=[
            SelectChoice("put_right", _l("Was it really put right?")),
            SelectChoice("trouble", _l("Any trouble since you told?")),
        ],
    )
    words = base.text_area(_l("A sentence of your own"), MAX_MESSAGE_CHARACTERS)

    def prepare(self) -> None:
        """Choose the reprisal check in advance where the report is closed."""
        if not self.is_submitted() and self.report.case.state == "closed":
            self.ask.data = "trouble"


def _ask_child(report: ReportContext, form: AskChildForm) -> base.Changes:
    values = {"ask": form.ask.data, "words": form.words.data}
    case = report.case.flagged(WAITS_FOR_CHILD)
    if form.ask.data == "trouble":
        case = _postpone_check(case, report.now).on("trouble_asked", report.today)
    name = report.names.get(report.caller_id, "")
    return base.Changes(case, [("advocate", values)], [("ask", {**values, "from": name})])


def _postpone_check(case: CaseState, now: datetime) -> CaseState:
    """Give the child a week to answer the next reprisal check: asking alone does not settle it (S16)."""
    check = next((name for name in REPRISAL_CHECKS if name in case.clocks), None)
    return case.with_clock(check, hour_after(now, _A_WEEK)) if check else case


ASK = base.Action(
    "ask",
    "eye",
    _l("Ask the child"),
    AskChildForm,
    _ask_child,
    button=_l("Send to the child"),
    done=_l("It is sent. The child's code opens it."),
    small=_l("was it put right, any trouble since"),
    possible=lambda report: report.case.answerable,
    later=True,
)

_LONG: Final = 2000


class ContinueForm(base.ActionForm):
    """The reason, for the readers, and a message to the child."""

    reason = base.text_area(_l("Why it must go on"), _LONG, _l("Say why."))
    words = base.text_area(_l("What the child is told"), MAX_MESSAGE_CHARACTERS, _l("Write what the child is told."))


def _go_on(report: ReportContext, form: ContinueForm) -> base.Changes:
    words = form.words.data
    case = report.case.unflagged(WITHDRAW_ASKED).without_clock("answer", "child_wrote").on("answered", report.today)
    entries = [("goes_on", {"words": form.reason.data}), ("advocate", {"words": words})]
    message = {"words": words, "from": report.names.get(report.caller_id, "")}
    return base.Changes(case, entries, [("message", message), base.timeline_step("goes_on")])


MUST_GO_ON = base.Action(
    "go-on",
    "flag",
    _l("Go on although the child asked to stop"),
    ContinueForm,
    _go_on,
    button=_l("Send to the child"),
    done=_l("It is sent. The child's code opens it."),
    small=_l("only where a child is in danger"),
    possible=lambda report: WITHDRAW_ASKED in report.case.flags and report.case.state != "closed",
)


class ConsentForm(base.ActionForm):
    """Who may know which words, and a sentence for the child that says what for."""

    to = RadioField(_l("Who may know?"), [InputRequired(_l("Choose somebody."))], coerce=int)
    items = CheckboxesField(_l("Which words?"), [DataRequired(_l("Choose at least one."))])
    words = base.text_area(_l("What for, in a sentence for the child"), MAX_MESSAGE_CHARACTERS)

    def prepare(self) -> None:
        """Offer the adults of the site who cannot read it, and everything that the child wrote or said."""
        self.to.choices = [SelectChoice(str(reader.person_id), reader.name) for reader in self.loaded]
        self.items.choices = entry_choices(self.report)


def _ask_consent(report: ReportContext, form: ConsentForm) -> base.Changes:
    to = next(reader for reader in form.loaded if reader.person_id == form.to.data)
    items = chosen_entries(report, form.items.data or [])
    values = {
        "ask": "may_know",
        "question": secrets.token_hex(_ID_BYTES),
        "words": form.words.data,
    }
    days = sorted({entry.day.isoformat() for entry in items})
    question_values = {**values, "to": to.name, "days": days, "from": report.names.get(report.caller_id, "")}
    entry = {**values, "to": to.person_id, "items": [entry.id.hex() for entry in items]}
    return base.Changes(report.case.flagged(WAITS_FOR_CHILD), [("advocate", entry)], [("ask", question_values)])


ASK_CONSENT = base.Action(
    "ask-may-know",
    "people",
    _l("Ask the child: may somebody know?"),
    ConsentForm,
    _ask_consent,
    button=_l("Send to the child"),
    done=_l("It is sent. The child's code opens it."),
    small=_l("these words, this person"),
    possible=lambda report: report.case.answerable and report.case.state != "closed",
    load=list_recipients,
    later=True,
)
