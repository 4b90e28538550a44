"""What each screen of a questionnaire shows, in one language: values for the template, made once per version."""

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

_GROWING = {  # a range of numbers: the more, the larger the plant
    2: ("1F331", "1F333"),
    3: ("1F331", "1FAB4", "1F333"),
    4: ("1F330", "1F331", "1FAB4", "1F333"),
    5: ("1F330", "1F331", "1F33F", "1FAB4", "1F333"),
}

_YES_NO = {"yes": "yes", "no": "no"}

_INK = {"2705": "yes", "274C": "no"}
"""A green box beside a red cross would say which answer is the good one (CHILD-UX.md): ink marks instead."""

_PLAIN = "26AA"

_DONT_KNOW_PICTURE = "dont-know"


@dataclass(frozen=True, slots=True)
class Tile:
    """One answer to tap.

    Attributes:
        value: what is sent.
        words: with `lang` where they are in another language than the page.
        code: OpenMoji.
        place: gives paper and shape; -1 is stone.
        wide: over the whole width.
        checked: when a page is shown again.
    """

    value: str
    words: Markup
    code: str
    place: int
    wide: bool
    checked: bool


@dataclass(frozen=True, slots=True)
class Screen:
    """One question.

    Attributes:
        question: itself.
        box: name of its input.
        words: what is asked.
        under: a second line; may be empty.
        when: JSON of the condition for the tablet's script; may be empty.
        tiles: the answers.
        written: what was written into a letter box, when a page is shown again.
        shared: name of the box beside it.
        refused: why its answer cannot be taken; may be empty.
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
    """Says a questionnaire's words on a page.

    Attributes:
        page: the language that the page itself speaks; words in any other are marked.
        language: the child's.
        fallback: the questionnaire's first language.
    """

    page: str
    language: str
    fallback: str

    def say(self, words: Words | None) -> Markup:
        """The words in the child's language, else in the first there is; empty where there are none."""
        if not words:
            return Markup()
        wanted = (self.language, self.fallback, *words)
        spoken = next(language for language in wanted if language in words)
        if spoken == self.page:
            return escape(words[spoken])
        tag, direction = languages.tag(spoken), languages.direction(spoken)
        return Markup('<span lang="{}" dir="{}">{}</span>').format(tag, direction, words[spoken])


def make_screens(
    questionnaire: Questionnaire,
    speaker: Speaker,
    *,
    letter_box: bool = True,
    given: Mapping[str, Sequence[str]] | None = None,
    refused: Mapping[str, str] | None = None,
) -> tuple[Screen, ...]:
    """Every question of a questionnaire, in order.

    Args:
        questionnaire: what is asked.
        speaker: says the words, marked where they are in another language than the page.
        letter_box: whether anybody can read letters; without a reader there is no box.
        given: what was sent before, by question; for a page that comes back.
        refused: why an answer could not be taken, by question.
    """
    return tuple(
        _screen(question, speaker, (given or {}).get(question.name, ()), (refused or {}).get(question.name, ""))
        for question in questionnaire.questions
        if letter_box or question.traits.input != "text"
    )


def _screen(question: Question, speaker: Speaker, given: Sequence[str], refused: str) -> Screen:
    box = ANSWER_PREFIX + question.name
    return Screen(
        question=question,
        box=box,
        words=speaker.say(question.text),
        under=speaker.say(question.hint) or (_("Please answer if you can.") if question.please else ""),
        when=json.dumps(tablet_rule(question.when), ensure_ascii=False) if question.when else "",
        tiles=tuple(_tiles(question, speaker, given)) if question.coded else (),
        written=given[0] if given and question.traits.input == "text" else "",
        shared=box + SHARED_SUFFIX,
        refused=refused,
    )


def _tiles(question: Question, speaker: Speaker, given: Sequence[str]) -> Iterator[Tile]:
    for place, one in enumerate(question.tiles):
        value, picture = _value(one), _picture(question, one, place)
        yield Tile(value, speaker.say(one.text), picture, place, wide=False, checked=value in given)
    alone = len(question.tiles) % 2 == 0  # in the last row: it fills it
    unknown = escape(_("I don't know"))
    yield Tile(DONT_KNOW, unknown, _DONT_KNOW_PICTURE, -1, wide=alone, checked=DONT_KNOW in given)


def _value(one: Option | Bin) -> str:
    """A range of numbers is a tile too, so that nobody has to type: it sends its lowest number."""
    return str(one.low) if isinstance(one, Bin) else one.key


def _picture(question: Question, one: Option | Bin, place: int) -> str:
    if isinstance(one, Bin):  # a number from 1 to 9 would be read as the answer
        return _GROWING.get(len(question.bins), (_PLAIN,) * (place + 1))[place]
    shown, plain = _shown(one), _without_picture(question, one, place)
    if shown == (one.picture or ""):
        return _INK.get(shown, shown) or plain
    beside = pictures_beside(question, one)  # it was withdrawn: what stands in its place is never another's
    return next((picture for picture in (_INK.get(shown, shown), plain) if picture and picture not in beside), _PLAIN)


def _shown(option: Option) -> str:
    return shown_picture(option.picture) if option.picture else ""


def pictures_beside(question: Question, other: Option | None) -> frozenset[str]:
    """What the tiles of a question show but for one of its answers; all of them where it is none."""
    pictures = (
        _shown(option) or _without_picture(question, option, place)
        for place, option in enumerate(question.options)
        if option is not other
    )
    return frozenset(_INK.get(picture, picture) for picture in (*pictures, _DONT_KNOW_PICTURE))


def _without_picture(question: Question, option: Option, place: int) -> str:
    if question.kind == "faces" and len(question.options) in FACES:
        faces = FACES[len(question.options)]
        happy_first = question.options[0].key in question.good
        return faces[::-1][place] if happy_first else faces[place]
    if question.kind == "yes_no":
        return _YES_NO.get(option.key, _PLAIN)
    return f"003{place + 1}-FE0F-20E3" if place < 9 else _PLAIN  # noqa: PLR2004 - keycaps 1 to 9


def tablet_rule(condition: Condition) -> list[object]:
    """A condition as the tablet's script reads it: `any_of` is spelled as `either`."""
    if condition.rule == "any_of":
        return ["either", [["is", condition.question, key] for key in condition.keys]]
    if condition.parts:
        return [condition.rule, [tablet_rule(part) for part in condition.parts]]
    return condition.to_data()
