"""Forms of a response: a child's answers, checked question by question; dealing slips for them.

The fields of a response are never drawn; the page is made once by `asking`. So that the names of questions cannot be
mistaken for parts of the page (`action`, `sheet`), every answer is sent under `a-` and its question's name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, Form, SelectChoice, SelectField
from wtforms.validators import ValidationError

from youthvoice.slips.store import MAX_SLIPS
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers
from youthvoice.surveys.questionnaires.questionnaire import DONT_KNOW, Question, Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import Answer
from youthvoice.web.form_fields import ChildrenField

ANSWER_PREFIX = "a-"

SHARED_SUFFIX = "-shared"  # the box beside a letter: others may read it too

_MOST_FORMS = 200

_forms: dict[int, type["ResponseForm"]] = {}  # by identity; each holds its questionnaire, so none is ever reused

TOO_LONG = _l("These words are too long. Say it shorter, please.")

UNKNOWN_ANSWER = _l("This answer is not one of ours. Choose again, please.")


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What was written into one letter box.

    Attributes:
        question: its name.
        text: as given.
        shared: whether the child lets others read it.
    """

    question: str
    text: str
    shared: bool


class AnswerField(Field):
    """One question: takes what was sent as an answer of that question, or says why not."""

    data: Answer

    def __init__(self, question: Question, **more: Any) -> None:
        super().__init__(**more)
        self.question = question
        self.shared = False

    def process(self, formdata: Any, *more: Any, **named: Any) -> None:
        """Read the answer, and the box beside a letter."""
        super().process(formdata, *more, **named)
        self.shared = formdata is not None and self.name + SHARED_SUFFIX in formdata

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what the form sent; nothing, or only blanks, is a skip."""
        sent = [value for value in valuelist if value.strip()]
        self.data = _read(self.question, sent) if sent else None

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002 - the library's signature
        """Refuse what the question does not take.

        Raises:
            ValidationError: in words for a child.
        """
        if not self.question.takes(self.data):
            raise ValidationError(UNKNOWN_ANSWER if self.question.coded else TOO_LONG)


def _read(question: Question, sent: list[str]) -> Answer:
    if question.traits.input == "checkbox":
        chosen = tuple(dict.fromkeys(sent))
        return chosen if chosen == (DONT_KNOW,) else tuple(key for key in chosen if key != DONT_KNOW)
    if not question.coded:
        return sent[0].replace("\r\n", "\n")
    said = sent[0].strip()
    # A child may type her own digits: ३ and ٣ are 3.
    return str(int(said)) if question.bins and said.isdecimal() and len(said) < 10 else said  # noqa: PLR2004 - more is no count


class ResponseForm(Form):
    """Everything one child sent to one questionnaire; make its class with `asking`."""

    questionnaire: Questionnaire

    @staticmethod
    def asking(questionnaire: Questionnaire) -> type["ResponseForm"]:
        """The form of a questionnaire; built once in a process."""
        known = _forms.get(id(questionnaire))
        if known is None:
            if len(_forms) >= _MOST_FORMS:
                _forms.clear()
            known = _forms[id(questionnaire)] = _build(questionnaire)
        return known

    def refused(self) -> dict[str, str]:
        """Why an answer cannot be taken, by question; of questions that were asked only."""
        if not self.errors:
            return {}
        fields = self._answers()
        good = {name: field.data for name, field in fields.items() if not field.errors}
        question_names = {question.name for question in self.questionnaire.asked(good)}
        return {name: str(field.errors[0]) for name, field in fields.items() if field.errors and name in question_names}

    def coded(self) -> bytes:
        """The coded answers; what `when` rules out is dropped.

        Raises:
            NotACodedAnswer: a refused answer was not looked at.
        """
        return encode_answers(self.questionnaire, self._given())

    def is_empty(self) -> bool:
        """Whether nothing at all was answered."""
        return not any(self._given().values())

    def letters(self) -> list[LetterWords]:
        """What was written into letter boxes that were asked; empty ones are none."""
        fields = self._answers()
        if not any(fields[question.name].data for question in self.questionnaire.letter_boxes):
            return []
        kept = self.questionnaire.kept(self._given())
        return [
            LetterWords(question.name, str(kept[question.name]), fields[question.name].shared)
            for question in self.questionnaire.letter_boxes
            if kept.get(question.name)
        ]

    def given(self) -> Mapping[str, tuple[str, ...]]:
        """What was sent, as it was sent, to fill the page again."""
        return {name: tuple(field.raw_data or ()) for name, field in self._answers().items()}

    def _given(self) -> dict[str, Answer]:
        return {name: field.data for name, field in self._answers().items() if not field.errors}

    def _answers(self) -> dict[str, AnswerField]:
        return {field.question.name: field for field in self}


def _build(questionnaire: Questionnaire) -> type[ResponseForm]:
    fields = {
        f"answer_{place}": AnswerField(question, name=ANSWER_PREFIX + question.name)
        for place, question in enumerate(questionnaire.questions)
        if question.traits.input
    }
    return type("AskingForm", (ResponseForm,), {**fields, "questionnaire": questionnaire})


class DealRoundSlipsForm(FlaskForm):
    """How many, and where."""

    site = SelectField(_("Site"), coerce=int)
    number = ChildrenField(_("How many children sit here?"), _("Say how many children sit here."), MAX_SLIPS)
    anew = BooleanField(_l("The earlier ones are lost, or somebody saw them"))

    def offer(self, sites: Sequence[tuple[int, str]]) -> None:
        """The caller's sites of this round; chosen already where it is one."""
        self.site.choices = [SelectChoice(site_id, name) for site_id, name in sites]
        if len(sites) == 1:
            self.site.data = sites[0][0]
