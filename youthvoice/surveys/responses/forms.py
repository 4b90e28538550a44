"""Forms of responses: a child's answers, checked question by question; and the form to deal slips.

The form is never rendered; the page is made once per version. So that question names cannot clash with other fields
(`action`, `sheet`), each answer is sent under `a-` and its question's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, Form
from wtforms.validators import ValidationError

from youthvoice.sites.site_choice import SiteChoiceForm, SiteField
from youthvoice.slips.rules import MAX_SLIPS
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers
from youthvoice.surveys.questionnaires.questionnaire import DONT_KNOW, Question, Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import Answer
from youthvoice.threads.child_fields import VoiceField
from youthvoice.threads.letters.letter_box import MAX_LETTER_VOICE_BYTES
from youthvoice.web.form_fields import ChildrenField

ANSWER_PREFIX = "a-"

SHARED_SUFFIX = "-shared"  # the checkbox beside a letter: others may read it too

_MAX_FORMS = 200

_forms: dict[int, type["ResponseForm"]] = {}  # by identity; each form holds its questionnaire, so no id is reused

TOO_LONG = _l("These words are too long. Say it shorter, please.")

UNKNOWN_ANSWER = _l("This answer is not one of ours. Choose again, please.")


@dataclass(frozen=True, slots=True)
class LetterWords:
    """The text of one letter box, or what a child said there.

    Attributes:
        question: its name.
        text: as sent.
        shared: whether the child allows others to read the text.
        voice: the recording.
        voice_kind: `audio/webm` or `audio/ogg`; `lost` of a voice that came later and cannot be played.
    """

    question: str
    text: str
    shared: bool
    voice: bytes = b""
    voice_kind: str = ""


class AnswerField(Field):
    """A field for the answer to one question; checks it against the question."""

    data: Answer

    def __init__(self, question: Question, **more: Any) -> None:
        super().__init__(**more)
        self.question = question
        self.shared = False

    def process(self, formdata: Any, *more: Any, **named: Any) -> None:
        """Read the answer, and the checkbox beside a letter."""
        super().process(formdata, *more, **named)
        self.shared = formdata is not None and self.name + SHARED_SUFFIX in formdata

    def process_formdata(self, answers: list[str]) -> None:
        """Read the sent values; none, or only blanks, is a skip."""
        answers = list(filter(str.strip, answers))
        self.data = _read(self.question, answers) if answers else None

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002 - the library's signature
        """Refuse an answer that the question does not accept.

        Raises:
            ValidationError: in words for a child.
        """
        if not self.question.takes(self.data):
            raise ValidationError(UNKNOWN_ANSWER if self.question.coded else TOO_LONG)


def _read(question: Question, answers: list[str]) -> Answer:
    if question.traits.input == "checkbox":
        answers = list(dict.fromkeys(answers))
        return tuple(key for key in answers if key != DONT_KNOW or answers == [DONT_KNOW])
    if not question.coded:
        return answers[0].replace("\r\n", "\n")
    answer = answers[0].strip()
    # A child may type digits of another script: ३ and ٣ are 3.
    return str(int(answer)) if question.bins and answer.isdecimal() and len(answer) < 10 else answer  # noqa: PLR2004 - more is no count


class LetterVoiceField(VoiceField):
    """What a child says into a letter box: a letter has one length, which a minute fits into."""

    most = MAX_LETTER_VOICE_BYTES


class ResponseForm(Form):
    """The answers of one child to one questionnaire; make its class with `asking`."""

    questionnaire: Questionnaire
    voice = LetterVoiceField()

    @staticmethod
    def asking(questionnaire: Questionnaire) -> type["ResponseForm"]:
        """The form class of a questionnaire; built once per process."""
        form_class = _forms.get(id(questionnaire))
        if form_class is None:
            if len(_forms) >= _MAX_FORMS:
                _forms.clear()
            form_class = _forms[id(questionnaire)] = _build(questionnaire)
        return form_class

    def refused(self) -> dict[str, str]:
        """Error messages for answers that are not accepted, by question; only for questions that are relevant.

        What is wrong with the recording is said at the last letter box.
        """
        if not self.errors:
            return {}
        question_names = {question.name for question in self.questionnaire.asked(self._valid_answers())}
        return {
            name: str((field.errors or self.voice.errors)[0])
            for name, field in self._answer_fields().items()
            if name in question_names
            and (field.errors or (self.voice.errors and field.question in self.questionnaire.letter_boxes[-1:]))
        }

    def coded(self) -> bytes:
        """The coded answers; those to questions that are not relevant are dropped.

        Raises:
            NotACodedAnswer: an answer was refused and not handled.
        """
        return encode_answers(self.questionnaire, self._valid_answers())

    def is_empty(self) -> bool:
        """Whether no question was answered."""
        return not any(self._valid_answers().values())

    def letters(self) -> list[LetterWords]:
        """The texts of the relevant letter boxes, without empty ones; what was said is in the last one."""
        fields, boxes = self._answer_fields(), self.questionnaire.letter_boxes
        kind = self.voice.kind
        if not (kind or any(fields[question.name].data for question in boxes)):
            return []
        answers, letters = self._valid_answers(), []
        relevant, texts = self.questionnaire.asked(answers), self.questionnaire.kept(answers)
        for question in boxes:
            text, last = str(texts.get(question.name) or ""), question in relevant and question is boxes[-1]
            spoken = kind if last and not self.voice.errors else ""
            if text or spoken:
                shared, voice = bool(text) and fields[question.name].shared, self.voice.data if spoken else b""
                letters.append(LetterWords(question.name, text, shared, voice or b"", spoken))
        return letters

    def given(self) -> Mapping[str, tuple[str, ...]]:
        """The sent values by question, to fill the page again."""
        return {name: tuple(field.raw_data or ()) for name, field in self._answer_fields().items()}

    def _valid_answers(self) -> dict[str, Answer]:
        return {name: field.data for name, field in self._answer_fields().items() if not field.errors}

    def _answer_fields(self) -> dict[str, AnswerField]:
        return {field.question.name: field for field in self if isinstance(field, AnswerField)}


def _build(questionnaire: Questionnaire) -> type[ResponseForm]:
    fields = {
        f"answer_{place}": AnswerField(question, name=ANSWER_PREFIX + question.name)
        for place, question in enumerate(questionnaire.questions)
        if question.traits.input
    }
    return type("AskingForm", (ResponseForm,), {**fields, "questionnaire": questionnaire})


class DealRoundSlipsForm(SiteChoiceForm):
    """How many slips to deal, and at which site."""

    site = SiteField(_l("Site"))
    number = ChildrenField(_l("How many children sit here?"), _l("Say how many children sit here."), MAX_SLIPS)
    anew = BooleanField(_l("The earlier ones are lost, or somebody saw them"))

    def offer(self, sites: Mapping[int, str]) -> None:
        """Offer the user's sites of this round; a single one is selected."""
        self.site.offer(sites)
        if len(sites) == 1:
            (self.site.data,) = sites
