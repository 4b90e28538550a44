"""Build the screens of a questionnaire in one language: values for the template."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup, escape

from youthvoice.surveys.questionnaires.picture_library import FACES
from youthvoice.surveys.questionnaires.questionnaire import DONT_KNOW, Bin, Option, Question, Questionnaire, Words
from youthvoice.surveys.questionnaires.skip_logic import Condition
from youthvoice.surveys.responses.forms import ANSWER_PREFIX, SHARED_SUFFIX
from youthvoice.web.graphics.picture_addresses import shown_picture
from youthvoice.web.i18n import languages

_GROWING = {  # for ranges of numbers: a larger plant for a larger number
    2: ("1F331", "1F333"),
    3: ("1F331", "1FAB4", "1F333"),
    4: ("1F330", "1F331", "1FAB4", "1F333"),
    5: ("1F330", "1F331", "1F33F", "1FAB4", "1F333"),
}

_YES_NO = {"yes": "yes", "no": "no"}

_INK = {"2705": "yes", "274C": "no"}
"""Plain ink marks for a green tick and a red cross, which would show the "good" answer (CHILD-UX.md)."""

_PLAIN = "26AA"  # a white circle

_DONT_KNOW_PICTURE = "dont-know"


@dataclass(frozen=True, slots=True)
class Tile:
    """One answer to tap.

    Attributes:
        value: the value that is sent.
        words: its label, with `lang` where that is in another language than the page.
        code: of its picture: OpenMoji, uploaded, or one of our own.
        place: its position, which sets colour and shape; -1 is grey.
        wide: whether it fills the whole width.
        checked: whether it is selected, on a page shown again.
    """

    value: str
    words: Markup
    code: str
    place: int
    wide: bool
    checked: bool


@dataclass(frozen=True, slots=True)
class Screen:
    """The screen of one question.

    Attributes:
        question: the question.
        box: name of its form field.
        words: the question's text.
        under: a hint below it; may be empty.
        when: its condition as JSON for the tablet's script; may be empty.
        tiles: the answers.
        written: the text of a letter box, on a page shown again.
        shared: name of the checkbox beside it.
        refused: its error message; may be empty.
    """

    question: Question
    box: str
    words: Markup
    under: Markup | str
    when: str
    tiles: tuple[Tile, ...]
    written: str
    shared: str
    refused: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Chooses the language of a questionnaire's texts on a page.

    Attributes:
        page: the language of the page; texts in another one are marked.
        language: the child's.
        fallback: the questionnaire's first language.
    """

    page: str
    language: str
    fallback: str

    def say(self, words: Words | None) -> Markup:
        """The text in the child's language, else in the first one that exists; empty where there is none."""
        if not words:
            return Markup()
        preference = (self.language, self.fallback, *words)
        language = next(language for language in preference if language in words)
        if language == self.page:
            return escape(words[language])
        tag, direction = languages.tag(language), languages.direction(language)
        return Markup('<span lang="{}" dir="{}">{}</span>').format(tag, direction, words[language])


def make_screens(
    questionnaire: Questionnaire,
    speaker: Speaker,
    *,
    letter_box: bool = True,
    sent: Mapping[str, Sequence[str]] | None = None,
    refused: Mapping[str, str] | None = None,
) -> tuple[Screen, ...]:
    """Build the screen of every question, in order.

    Args:
        questionnaire: all its questions.
        speaker: chooses the language of the texts.
        letter_box: whether anybody can read letters; else letter boxes are left out.
        sent: values that were sent before, by question; for a page shown again.
        refused: error messages, by question.
    """
    return tuple(
        _screen(question, speaker, (sent or {}).get(question.name, ()), (refused or {}).get(question.name, ""))
        for question in questionnaire.questions
        if letter_box or question.traits.input != "text"
    )


def _screen(question: Question, speaker: Speaker, sent: Sequence[str], refused: str) -> Screen:
    box = ANSWER_PREFIX + question.name
    return Screen(
        question=question,
        box=box,
        words=speaker.say(question.text),
        under=speaker.say(question.hint) or (_("Please answer if you can.") if question.please else ""),
        when=json.dumps(tablet_rule(question.when), ensure_ascii=False) if question.when else "",
        tiles=tuple(_tiles(question, speaker, sent)) if question.coded else (),
        written=sent[0] if sent and question.traits.input == "text" else "",
        shared=box + SHARED_SUFFIX,
        refused=refused,
    )


def _tiles(question: Question, speaker: Speaker, sent: Sequence[str]) -> Iterator[Tile]:
    for place, option in enumerate(question.tiles):
        value, picture = _value(option), _picture(question, option, place)
        yield Tile(value, speaker.say(option.text), picture, place, wide=False, checked=value in sent)
    alone = len(question.tiles) % 2 == 0  # in the last row: it fills it
    unknown = escape(_("I don't know"))
    yield Tile(DONT_KNOW, unknown, _DONT_KNOW_PICTURE, -1, wide=alone, checked=DONT_KNOW in sent)


def _value(option: Option | Bin) -> str:
    """The value of a tile: an option's key, or the lowest number of a range, so that nobody has to type."""
    return str(option.low) if isinstance(option, Bin) else option.key


def _picture(question: Question, option: Option | Bin, place: int) -> str:
    """The picture on the tile of an answer.

    - A range of numbers shows a plant, a larger one for larger numbers.
    - An option shows the picture that was chosen for it, else the one that it gets without (`_default_picture`).
    - An option whose picture was withdrawn shows the substitute, else the one that it gets without, else a circle: the
      first of them that no other tile of the question shows.
    """
    if isinstance(option, Bin):  # a keycap from 1 to 9 would look like the number itself
        return _GROWING.get(len(question.bins), (_PLAIN,) * (place + 1))[place]
    picture, default = _chosen_picture(option), _default_picture(question, option, place)
    if not option.picture or shown_picture(option.picture) == option.picture:
        return picture or default
    others = pictures_beside(question, option)
    return next((code for code in (picture, default) if code and code not in others), _PLAIN)


def _chosen_picture(option: Option) -> str:
    """The picture that was chosen for an option, or the substitute of a withdrawn one; empty where there is neither."""
    picture = shown_picture(option.picture) if option.picture else ""
    return _INK.get(picture, picture)


def pictures_beside(question: Question, own_option: Option | None) -> frozenset[str]:
    """The pictures on the tiles of a question except that of one option; all of them where this is None."""
    pictures = (
        _chosen_picture(option) or _default_picture(question, option, place)
        for place, option in enumerate(question.options)
        if option is not own_option
    )
    return frozenset((*pictures, _DONT_KNOW_PICTURE))


def _default_picture(question: Question, option: Option, place: int) -> str:
    """The picture of an option for which none was chosen: a face, yes or no, its number, or from the tenth on a circle.

    Faces go from unhappy to happy, or the other way where the first option is the good one.
    """
    if question.kind == "faces" and len(question.options) in FACES:
        faces = FACES[len(question.options)]
        happy_first = question.options[0].key in question.good
        return faces[::-1][place] if happy_first else faces[place]
    if question.kind == "yes_no":
        return _YES_NO.get(option.key, _PLAIN)
    return f"003{place + 1}-FE0F-20E3" if place < 9 else _PLAIN  # noqa: PLR2004 - keycaps 1 to 9


def tablet_rule(condition: Condition) -> list[object]:
    """A condition as the tablet's script reads it: `any_of` becomes `either`."""
    if condition.rule == "any_of":
        return ["either", [["is", condition.question, key] for key in condition.keys]]
    if condition.parts:
        return [condition.rule, [tablet_rule(part) for part in condition.parts]]
    return condition.to_data()
