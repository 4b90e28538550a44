"""What an adult chooses while she looks through a questionnaire: ages, pictures, the good side, ranges. Pure.

The version she looks at stays as it is; what she chooses makes the next one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from youthvoice.surveys.questionnaires.pictures import FACES
from youthvoice.surveys.questionnaires.question import Bin, Kind, Option, Question, words
from youthvoice.surveys.questionnaires.questionnaire import Ages, Questionnaire
from youthvoice.surveys.questionnaires.validation.consistency import disorder
from youthvoice.surveys.questionnaires.validation.errors import Fault

OPEN_END: Final = 999_999
SCALES: Final[tuple[Kind, ...]] = ("faces", "choose_one")
_FACES_OF_SCALES: Final = frozenset(code for faces in FACES.values() for code in faces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was chosen for one question.

    Attributes:
        picture: code; None for none.
        scale: whether its answers go from one end to the other; None where that is not asked.
        good: keys of the good side; None where that is not asked.
        pictures: codes of its answers, by key; only those that are asked for.
        ends: where each range but the last ends; None where there are no ranges.
    """

    picture: str | None = None
    scale: bool | None = None
    good: tuple[str, ...] | None = None
    pictures: Mapping[str, str | None] = field(default_factory=dict)
    ends: tuple[int, ...] | None = None


def may_be_scale(question: Question) -> bool:
    """Whether its answers could be a scale of faces."""
    fixed = question.merge or question.right or question.pair or question.moment
    return question.kind in SCALES and len(question.options) in FACES and not fixed


def ends_of(question: Question) -> tuple[int, ...]:
    """Where each range but the last ends."""
    return tuple(one.high for one in question.bins[:-1])


def revised(found: Questionnaire, ages: Ages, chosen: Mapping[str, Choice]) -> Questionnaire:
    """The questionnaire with what was chosen, by the names of questions."""
    asked = tuple(
        _revised(one, chosen[one.name], found.languages) if one.name in chosen else one for one in found.questions
    )
    return replace(found, ages=ages, questions=asked)


def faults(found: Questionnaire) -> Iterator[Fault]:
    """What does not fit together any more."""
    yield from disorder(found.questions, found.purpose)


def _revised(question: Question, chosen: Choice, languages: Sequence[str]) -> Question:
    kind = question.kind if chosen.scale is None else SCALES[not chosen.scale]
    good = question.good if chosen.good is None else chosen.good
    options = tuple(replace(one, picture=chosen.pictures.get(one.key, one.picture)) for one in question.options)
    if kind == "faces":
        options = _faced(options, good, was_scale=question.kind == "faces")
    elif question.kind == "faces":
        options = tuple(replace(one, picture=chosen.pictures.get(one.key)) for one in options)
    bins = question.bins
    if chosen.ends is not None and chosen.ends != ends_of(question):
        bins = _bins(question, chosen.ends, languages)
    return replace(question, picture=chosen.picture, kind=kind, good=good, options=options, bins=bins)


def _faced(options: tuple[Option, ...], good: Sequence[str], *, was_scale: bool) -> tuple[Option, ...]:
    """The options with faces that look happy at the good end; pictures that somebody chose stay."""
    drawn = [one.picture for one in options]
    if was_scale and any(code and code not in _FACES_OF_SCALES for code in drawn):
        return options
    faces = FACES[len(options)]
    if options[0].key in good or (not good and drawn == list(faces[::-1])):
        faces = faces[::-1]
    return tuple(replace(one, picture=face) for one, face in zip(options, faces, strict=True))


def _bins(question: Question, ends: Sequence[int], languages: Sequence[str]) -> tuple[Bin, ...]:
    lows, highs = [question.bins[0].low, *(end + 1 for end in ends)], [*ends, question.bins[-1].high]
    return tuple(
        Bin(f"from_{low}", low, high, words(**dict.fromkeys(languages, _called(low, high))))
        for low, high in zip(lows, highs, strict=True)
    )


def _called(low: int, high: int) -> str:
    if high >= OPEN_END:
        return f"{low}+"
    return f"{low}" if low == high else f"{low}–{high}"
