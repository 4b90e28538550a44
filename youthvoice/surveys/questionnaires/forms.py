"""Forms about questionnaires: import, approve, and look through one question by question.

The version she looks at stays as it is; what she chooses makes the next one.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from flask_babel import gettext, lazy_gettext as _, lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length

from youthvoice.surveys.questionnaires import questionnaire
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault
from youthvoice.surveys.questionnaires.kinds import Kind
from youthvoice.surveys.questionnaires.labels import fault_message
from youthvoice.surveys.questionnaires.picture_library import (
    FACES,
    drawable_picture,
    nearest_picture,
    picture_code,
    picture_name,
    read_picture,
)
from youthvoice.surveys.questionnaires.rules import MAX_CATEGORIES, consistency_faults
from youthvoice.web.form_fields import CheckboxesField


class ImportQuestionnaireForm(FlaskForm):
    """A questionnaire as a file."""

    file = FileField(_("Questionnaire"), validators=[FileRequired(_("Choose a file: .toml, .xlsx or .xls."))])
    leave_out = BooleanField(_("Leave out every row of a spreadsheet that cannot be asked"))


class ConfirmImportForm(FlaskForm):
    """A yes to what was left out."""

    carried = HiddenField(validators=[InputRequired()])


MIN_REASON: Final = 15  # letters; "ok" is no reason

MAX_BACK_CHARACTERS: Final = 600


class SendBackForm(FlaskForm):
    """Why an advocate sends something back instead of approving it: a questionnaire, a view of a round."""

    reason = TextAreaField(
        _l("What is wrong"),
        [
            DataRequired(_l("Say what is wrong.")),
            Length(max=MAX_BACK_CHARACTERS, message=_l("At most 600 letters.")),
        ],
    )


class ApproveQuestionnaireForm(FlaskForm):
    """An advocate's yes. Make it with `about`, for it has a box for each question that seems to ask about abuse."""

    abuse_names: tuple[str, ...] = ()

    seen = BooleanField(
        _("I looked at every screen, as a child will see it"),
        validators=[InputRequired(_("Look at the screens first, then tick this."))],
    )
    not_who = CheckboxesField(_("These do not ask who a child is"))

    @classmethod
    def about(
        cls, who: Sequence[tuple[str, str]], abuse: Sequence[QuestionnaireFault], *, pictured: bool = False
    ) -> "ApproveQuestionnaireForm":
        """The form about the questions in doubt.

        Args:
            who: name and words of those that seem to ask who a child is; every one has to be ticked.
            abuse: a fault for each that seems to ask if this child was hurt; of each she writes why it may be asked.
            pictured: whether it shows uploaded pictures; then she says that nobody can be recognised in them.
        """
        missing = _l("Write in a sentence why it does not ask that. If it does, do not approve.")
        boxes: dict[str, object] = {
            f"why_{at}": StringField(
                str(fault.values["text"]), [InputRequired(missing), Length(MIN_REASON, 300, missing)]
            )
            for at, fault in enumerate(abuse)
        }
        if pictured:
            label = _l("In its own pictures no child, no adult and no place can be recognised")
            looked = _l("Look at each own picture, then tick this. If anybody can be recognised, do not approve.")
            boxes["nobody_seen"] = BooleanField(label, [InputRequired(looked)])
        boxes["abuse_names"] = tuple(str(fault.values["question"]) for fault in abuse)
        form: ApproveQuestionnaireForm = type(cls.__name__, (cls,), boxes)()
        form.not_who.choices = [SelectChoice(name, words) for name, words in who]
        return form

    @property
    def reasons(self) -> dict[str, str]:
        """Why each question may be asked, by its name."""
        return {name: (self[f"why_{at}"].data or "").strip() for at, name in enumerate(self.abuse_names)}

    def validate_not_who(self, field: CheckboxesField) -> None:
        """All of them or none."""
        if {one.value for one in field.choices} - set(field.data or ()):
            raise ValidationError(
                _("Tick every one that does not ask for a name or an address. If one does, do not approve.")
            )


SCALE_KINDS: Final[tuple[Kind, ...]] = ("faces", "choose_one")

_FACES_OF_SCALES: Final = frozenset(code for faces in FACES.values() for code in faces)


def may_be_scale(question: questionnaire.Question) -> bool:
    """Whether its answers could be a scale of faces."""
    fixed = question.merge or question.right or question.pair or question.moment or question.split
    return question.kind in SCALE_KINDS and len(question.options) in FACES and not fixed


def range_ends(question: questionnaire.Question) -> tuple[int, ...]:
    """Where each range but the last ends."""
    return tuple(one.high for one in question.bins[:-1])


def _faced(
    options: tuple[questionnaire.Option, ...], good: Sequence[str], *, was_scale: bool
) -> tuple[questionnaire.Option, ...]:
    """The options with faces that look happy at the good end; pictures that somebody chose stay."""
    drawn = [one.picture for one in options]
    if was_scale and any(code and code not in _FACES_OF_SCALES for code in drawn):
        return options
    faces = FACES[len(options)]
    if options[0].key in good or (not good and drawn == list(faces[::-1])):
        faces = faces[::-1]
    return tuple(replace(one, picture=face) for one, face in zip(options, faces, strict=True))


def _bins(
    question: questionnaire.Question, ends: Sequence[int], languages: Sequence[str]
) -> tuple[questionnaire.Bin, ...]:
    if tuple(ends) == range_ends(question):
        return question.bins
    lows, highs = [question.bins[0].low, *(end + 1 for end in ends)], [*ends, question.bins[-1].high]
    return tuple(
        questionnaire.Bin(
            f"from_{low}",
            low,
            high,
            questionnaire.make_words(**dict.fromkeys(languages, questionnaire.range_text(low, high))),
        )
        for low, high in zip(lows, highs, strict=True)
    )


_MOST_VALUES: Final = 190  # no form sends 200; longer questionnaires are changed in their file

_LEFT_TO_RIGHT: Final = "\u200e"


class QuestionBoxes(NamedTuple):
    """A question and its boxes; those of its answers with their code, as it is now."""

    question: questionnaire.Question
    picture: Field
    others: tuple[Field, ...]
    answers: tuple[tuple[str, Field], ...]

    def ranges(self, language: str) -> list[str]:
        """Its ranges, each kept from turning round in a line of Arabic."""
        return [_LEFT_TO_RIGHT + one.text.get(language, one.key) for one in self.question.bins]


def _known_picture(form: "RevisionForm", field: Field) -> None:
    said = (field.data or "").strip()
    if said and form.code(said) is None:
        near = nearest_picture(said)
        raise ValidationError(
            gettext("There is no picture “%(said)s” in OpenMoji. Did you mean “%(near)s”?", said=said, near=near)
            if near
            else gettext("There is no picture “%(said)s” in OpenMoji.", said=said)
        )


class WithdrawPictureForm(FlaskForm):
    """An uploaded picture goes; what children see in its place."""

    instead = StringField(_l("Picture in its place"), [Length(max=80)], default="")
    beside: Collection[str] = ()

    @classmethod
    def apart_from(cls, beside: Collection[str]) -> "WithdrawPictureForm":
        """The form, where what the other answers of its questions show is taken."""
        form = cls()
        form.beside = beside
        return form

    @property
    def code(self) -> str:
        """The OpenMoji code of what was chosen; empty for none."""
        return read_picture(self.instead.data)

    def validate_instead(self, box: Field) -> None:
        """There must be such a picture."""
        if self.code and not picture_code(self.code):
            fault = QuestionnaireFault(None, "unknown_picture", {"said": str(box.data)})
            raise ValidationError(fault_message(fault))
        if self.code and self.code in self.beside:
            raise ValidationError(_("Another answer of the same question shows this picture. Choose a different one."))


class RevisionForm(FlaskForm):
    """Make it with `of`, for it has boxes for each question."""

    asked: tuple[questionnaire.Question, ...] = ()
    own: tuple[str, ...] = ()
    ages = SelectField(_l("Ages"), choices=[SelectChoice(one, one) for one in questionnaire.AGES])

    @classmethod
    def of(cls, revised_questionnaire: questionnaire.Questionnaire, language: str) -> "RevisionForm":
        """The form for a questionnaire, filled with what it says now.

        Args:
            revised_questionnaire: what is looked through.
            language: in which its words are shown.
        """
        boxes: dict[str, object] = {}
        filled: dict[str, Any] = {"ages": revised_questionnaire.ages}
        asked: list[questionnaire.Question] = []
        most = 1
        for at, question in enumerate(revised_questionnaire.questions):
            more = dict(_boxes(at, question, language))
            most += len(more) + (len(question.options) if f"good_{at}" in more else 0)
            if most > _MOST_VALUES:
                break
            asked.append(question)
            boxes |= {name: box for name, (box, _value) in more.items()}
            filled |= {name: value for name, (_box, value) in more.items()}
        boxes |= {"asked": tuple(asked), "own": tuple(revised_questionnaire.own_pictures)}
        return type(cls.__name__, (cls,), boxes)(data=filled)  # type: ignore[no-any-return] # a form of this class

    @property
    def rows(self) -> Iterator[QuestionBoxes]:
        """For the page: each question with its boxes."""
        for at, question in enumerate(self.asked):
            others = tuple(self[name] for name in (f"scale_{at}", f"good_{at}", f"ends_{at}") if name in self)
            answers = [(one.picture or "", f"answer_{at}_{to}") for to, one in enumerate(question.options)]
            shown = tuple((code, self[name]) for code, name in answers if name in self)
            yield QuestionBoxes(question, self[f"picture_{at}"], others, shown)

    def revised(self, questionnaire: questionnaire.Questionnaire) -> questionnaire.Questionnaire:
        """The questionnaire with what was chosen; says above the form what does not fit together any more."""
        asked = [self._question(at, one, questionnaire.languages) for at, one in enumerate(self.asked)]
        made = replace(questionnaire, ages=self.ages.data, questions=(*asked, *questionnaire.questions[len(asked) :]))
        self.form_errors = [fault_message(fault) for fault in consistency_faults(made.questions, made.purpose)]
        return made

    def code(self, said: str | None) -> str | None:
        """The picture that a box names: an uploaded one only where this questionnaire has it already."""
        code = read_picture(said, self.own)
        return drawable_picture(code) if code in self.own else picture_code(code)

    def _question(self, at: int, question: questionnaire.Question, languages: Sequence[str]) -> questionnaire.Question:
        def said(name: str) -> Any:
            return self[name].data if name in self else None  # None where that is not asked

        scale, chosen, ends = said(f"scale_{at}"), said(f"good_{at}"), said(f"ends_{at}")
        kind = question.kind if scale is None else SCALE_KINDS[not scale]
        good = question.good if chosen is None else tuple(chosen)
        answers = {one.key: f"answer_{at}_{to}" for to, one in enumerate(question.options)}
        pictures = {key: self.code(said(name)) for key, name in answers.items() if name in self}
        options = tuple(replace(one, picture=pictures.get(one.key, one.picture)) for one in question.options)
        if kind == "faces":
            options = _faced(options, good, was_scale=question.kind == "faces")
        elif question.kind == "faces":
            options = tuple(replace(one, picture=pictures.get(one.key)) for one in options)
        bins = question.bins if ends is None else _bins(question, _ends(ends), languages)
        picture = self.code(said(f"picture_{at}"))
        return replace(question, picture=picture, kind=kind, good=good, options=options, bins=bins)


def _ends(text: str) -> list[int]:
    return [int(end) for end in re.findall(r"\d{1,6}", text)]


def _boxes(at: int, question: questionnaire.Question, language: str) -> Iterator[tuple[str, tuple[object, object]]]:
    """Name, box and first value of everything that can be chosen for a question."""
    yield f"picture_{at}", (_picture(_l("Picture of the question")), _named(question.picture))
    if may_be_scale(question):
        scale = BooleanField(_l("The answers are a scale, from one end to the other: show faces"))
        yield f"scale_{at}", (scale, question.kind == "faces")
    if question.traits.scale or may_be_scale(question):
        good = [
            SelectChoice(one.key, one.text.get(language) or next(iter(one.text.values()))) for one in question.options
        ]
        yield f"good_{at}", (CheckboxesField(_l("Which answers are good?"), choices=good), list(question.good))
    if question.traits.pictured:
        for to, one in enumerate(question.options):
            label = one.text.get(language) or next(iter(one.text.values()))
            yield f"answer_{at}_{to}", (_picture(label), _named(one.picture))
    if question.bins:
        last = question.bins[-1].high
        box = StringField(_l("Where each range ends"), [Length(max=60), _Ends(question.bins[0].low, last)])
        yield f"ends_{at}", (box, ", ".join(str(end) for end in range_ends(question)))


def _picture(label: str) -> StringField:
    return StringField(label, [Length(max=80), _known_picture])


def _named(code: str | None) -> str:
    return picture_name(code) if code else ""


class _Ends:
    """One to four whole numbers, each larger than the one before."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        ends = _ends(field.data or "")
        rising = all(one < after for one, after in zip([self.low - 1, *ends], [*ends, self.high], strict=True))
        readable = re.fullmatch(r"[\d\s,;]*", field.data or "")
        if not readable or not rising or not 1 <= len(ends) < MAX_CATEGORIES:
            raise ValidationError(
                gettext("Write one to four numbers, each larger than the one before, like: 2, 5, 10.")
            )
