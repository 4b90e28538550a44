"""The form of the page on which somebody looks through a questionnaire: a few boxes for each question."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import Length

from youthvoice.surveys.choices.picture_library import name_of
from youthvoice.surveys.questionnaires.pictures import nearest_picture, picture_code
from youthvoice.surveys.questionnaires.question import Question
from youthvoice.surveys.questionnaires.questionnaire import AGES, Questionnaire
from youthvoice.surveys.questionnaires.revision import Choice, ends_of, may_be_scale
from youthvoice.surveys.questionnaires.validation.consistency import MOST_CATEGORIES
from youthvoice.surveys.rounds.forms import MultiCheckboxField

_MOST_VALUES: Final = 190  # no form sends 200; longer questionnaires are changed in their file
_LEFT_TO_RIGHT: Final = "\u200e"
_WITH_PICTURES: Final = frozenset({"choose_one", "choose_many"})
_WITH_A_GOOD_SIDE: Final = frozenset({"faces", "yes_no"})


class Boxes(NamedTuple):
    """A question and its boxes; those of its answers with their code, as it is now."""

    question: Question
    picture: Field
    others: tuple[Field, ...]
    answers: tuple[tuple[str, Field], ...]

    def ranges(self, language: str) -> list[str]:
        """Its ranges, each kept from turning round in a line of Arabic."""
        return [_LEFT_TO_RIGHT + one.text.get(language, one.key) for one in self.question.bins]


def _known_picture(_form: FlaskForm, field: Field) -> None:
    said = (field.data or "").strip()
    if said and picture_code(said) is None:
        near = nearest_picture(said)
        raise ValidationError(
            gettext("There is no picture “%(said)s” in OpenMoji. Did you mean “%(near)s”?", said=said, near=near)
            if near
            else gettext("There is no picture “%(said)s” in OpenMoji.", said=said)
        )


class RevisionForm(FlaskForm):
    """Make it with `of`, for it has boxes for each question."""

    asked: tuple[Question, ...] = ()
    ages = SelectField(_l("Ages"), choices=[SelectChoice(one, one) for one in AGES])

    @classmethod
    def of(cls, found: Questionnaire, language: str) -> "RevisionForm":
        """The form for a questionnaire, filled with what it says now.

        Args:
            found: what is looked through.
            language: in which its words are shown.
        """
        boxes: dict[str, object] = {}
        filled: dict[str, Any] = {"ages": found.ages}
        asked: list[Question] = []
        most = 1
        for at, question in enumerate(found.questions):
            more = dict(_boxes(at, question, language))
            most += len(more) + (len(question.options) if f"good_{at}" in more else 0)
            if most > _MOST_VALUES:
                break
            asked.append(question)
            boxes |= {name: box for name, (box, _value) in more.items()}
            filled |= {name: value for name, (_box, value) in more.items()}
        boxes["asked"] = tuple(asked)
        return type(cls.__name__, (cls,), boxes)(data=filled)  # type: ignore[no-any-return] # a form of this class

    @property
    def rows(self) -> Iterator[Boxes]:
        """For the page: each question with its boxes."""
        for at, question in enumerate(self.asked):
            others = tuple(self[name] for name in (f"scale_{at}", f"good_{at}", f"ends_{at}") if name in self)
            answers = [(one.picture or "", f"answer_{at}_{to}") for to, one in enumerate(question.options)]
            shown = tuple((code, self[name]) for code, name in answers if name in self)
            yield Boxes(question, self[f"picture_{at}"], others, shown)

    def chosen(self) -> dict[str, Choice]:
        """What was chosen, by the names of questions."""
        return {question.name: self._choice(at, question) for at, question in enumerate(self.asked)}

    def _choice(self, at: int, question: Question) -> Choice:
        def said(name: str) -> Any:
            return self[name].data if name in self else None

        good, ends = said(f"good_{at}"), said(f"ends_{at}")
        answers = {one.key: f"answer_{at}_{to}" for to, one in enumerate(question.options)}
        return Choice(
            picture=picture_code(said(f"picture_{at}") or ""),
            scale=said(f"scale_{at}"),
            good=None if good is None else tuple(good),
            pictures={key: picture_code(said(name) or "") for key, name in answers.items() if name in self},
            ends=None if ends is None else tuple(_ends(ends)),
        )


def _ends(text: str) -> list[int]:
    return [int(end) for end in re.findall(r"\d{1,6}", text)]


def _boxes(at: int, question: Question, language: str) -> Iterator[tuple[str, tuple[object, object]]]:
    """Name, box and first value of everything that can be chosen for a question."""
    yield f"picture_{at}", (_picture(_l("Picture of the question")), _named(question.picture))
    if may_be_scale(question):
        scale = BooleanField(_l("The answers are a scale, from one end to the other: show faces"))
        yield f"scale_{at}", (scale, question.kind == "faces")
    if question.kind in _WITH_A_GOOD_SIDE or (may_be_scale(question) and question.kind == "choose_one"):
        good = [
            SelectChoice(one.key, one.text.get(language) or next(iter(one.text.values()))) for one in question.options
        ]
        yield f"good_{at}", (MultiCheckboxField(_l("Which answers are good?"), choices=good), list(question.good))
    if question.kind in _WITH_PICTURES:
        for to, one in enumerate(question.options):
            label = one.text.get(language) or next(iter(one.text.values()))
            yield f"answer_{at}_{to}", (_picture(label), _named(one.picture))
    if question.bins:
        last = question.bins[-1].high
        box = StringField(_l("Where each range ends"), [Length(max=60), _Ends(question.bins[0].low, last)])
        yield f"ends_{at}", (box, ", ".join(str(end) for end in ends_of(question)))


def _picture(label: str) -> StringField:
    return StringField(label, [Length(max=80), _known_picture])


def _named(code: str | None) -> str:
    return name_of(code) if code else ""


class _Ends:
    """One to four whole numbers, each larger than the one before."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        ends = _ends(field.data or "")
        rising = all(one < after for one, after in zip([self.low - 1, *ends], [*ends, self.high], strict=True))
        readable = re.fullmatch(r"[\d\s,;]*", field.data or "")
        if not readable or not rising or not 1 <= len(ends) < MOST_CATEGORIES:
            raise ValidationError(
                gettext("Write one to four numbers, each larger than the one before, like: 2, 5, 10.")
            )
